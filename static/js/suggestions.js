// Fields that suggest: the field is a combobox, its hits a list box. Without it the server resolves what was typed.
"use strict";

{
  const SUGGESTS = "[hx-target='next .suggestions']";
  const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
  const options = (list) => [...list.querySelectorAll("[data-value]")];

  const isOpen = (input) => input.hasAttribute("aria-controls") && !listOf(input).hidden;

  // A text of several lines keeps its own role, which says nothing of being expanded.
  const show = (input, open) => {
    listOf(input).hidden = !open;
    if (!input.matches("textarea")) input.setAttribute("aria-expanded", String(open));
  };

  const prepare = (input) => {
    if (input.hasAttribute("aria-controls")) return;
    const list = input.closest(".form-field").querySelector(".suggestions");
    const label = input.closest(".form-field").querySelector("label");
    label.id ||= `${input.id}_label`;
    list.id = `${input.id}_list`;
    list.removeAttribute("aria-live");
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-labelledby", label.id);
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    if (!input.matches("textarea")) input.setAttribute("role", "combobox");
    show(input, false);
  };

  const close = (input) => {
    listOf(input).replaceChildren();
    show(input, false);
    input.removeAttribute("aria-activedescendant");
  };

  // In a text of several lines the hit takes the place of the last one.
  const choose = (input, text) => {
    const lines = input.value.split("\n").slice(0, -1);
    input.value = input.matches("textarea") ? [...lines, text, ""].join("\n") : text;
    close(input);
    input.focus();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const mark = (input, step) => {
    const all = options(listOf(input));
    const now = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const next = now < 0 && step < 0 ? all.length - 1 : (now + step + all.length) % all.length;
    all.forEach((option, number) => option.setAttribute("aria-selected", String(number === next)));
    all[next]?.scrollIntoView({ block: "nearest" });
    if (all[next]) input.setAttribute("aria-activedescendant", all[next].id);
  };

  document.addEventListener("focusin", (event) => {
    if (event.target.matches(SUGGESTS)) prepare(event.target);
  });

  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!input.matches?.(SUGGESTS) || !isOpen(input)) return;
    if (event.key === "Escape") {
      close(input);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      mark(input, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && input.hasAttribute("aria-activedescendant")) {
      choose(input, document.getElementById(input.getAttribute("aria-activedescendant")).dataset.value);
    } else {
      return;
    }
    event.preventDefault();
  });

  // The button stays down on the list without taking the focus away from the field.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest(".suggestions")) event.preventDefault();
  });
  document.addEventListener("mouseup", (event) => {
    const option = event.target.closest(".suggestions [data-value]");
    if (option) choose(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option.dataset.value);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches(SUGGESTS) && isOpen(event.target)) close(event.target);
  });

  document.body.addEventListener("htmx:afterSwap", (event) => {
    const list = event.target;
    if (!list.classList.contains("suggestions")) return;
    const input = document.querySelector(`[aria-controls="${list.id}"]`);
    if (document.activeElement !== input || !list.childElementCount) {
      close(input);
      return;
    }
    options(list).forEach((option, number) => { option.id = `${list.id}_${number}`; });
    list.style.top = `${input.offsetTop + input.offsetHeight}px`;
    show(input, true);
    input.removeAttribute("aria-activedescendant");
  });

  document.querySelectorAll(SUGGESTS).forEach(prepare);
}
