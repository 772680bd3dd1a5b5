// Spares reloads in the desk's forms: adding rows, what a term means, warning before what is not
// saved is left. Without it the same form works by the server's answers.
"use strict";

document.querySelector("[data-focus]")?.focus();

const form = document.querySelector("form[data-warn-unsaved]");

if (form) {
  let dirty = form.hasAttribute("data-dirty");
  const stay = form.querySelector("[data-stay]");
  const note = form.querySelector("[data-unsaved]");
  const where = form.querySelector("[data-unsaved-where]");
  const touched = new Set();

  // --- what is not saved ---------------------------------------------------------------------------------------------
  const changed = (at) => {
    const title = at.closest(".form-section")?.querySelector("h2")?.firstChild.textContent.trim();
    if (title) touched.add(title);
    dirty = true;
    note.hidden = false;
    where.textContent = touched.size ? `: ${[...touched].join(", ")}` : "";
  };

  form.addEventListener("input", (event) => changed(event.target));
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
  // A page that the browser kept is shown again with what was typed: it warns as before.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && !note.hidden) dirty = true;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "s" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit(stay);
    }
  });

  // --- where the author is -------------------------------------------------------------------------------------------
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((each) => each.isIntersecting)) {
      stay.value = entry.target.id;
      for (const link of form.querySelectorAll(".form-contents a")) {
        link.toggleAttribute("aria-current", link.hash === `#${entry.target.id}`);
      }
    }
  }, { rootMargin: "-15% 0px -75% 0px" });
  for (const section of form.querySelectorAll(".form-section")) seen.observe(section);

  // --- rows ----------------------------------------------------------------------------------------------------------
  const addRow = (name) => {
    const total = form.querySelector(`[name="${name}-TOTAL_FORMS"]`);
    const blank = form.querySelector(`template[data-blank="${name}"]`);
    const rows = document.createElement("div");
    rows.innerHTML = blank.innerHTML.replaceAll("__prefix__", total.value);
    const added = rows.firstElementChild;
    form.querySelector(`[data-rows="${name}"]`).append(added);
    total.value = Number(total.value) + 1;
    window.htmx?.process(added);
    added.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    changed(added);
  };

  form.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add]");
    if (add) {
      event.preventDefault();
      addRow(add.dataset.add);
    }
    const candidate = event.target.closest(".candidates li");
    if (candidate) {
      const input = candidate.closest(".form-field").querySelector("input");
      input.value = candidate.dataset.value ?? candidate.textContent;
      input.focus();
      window.htmx?.trigger(input, "input");
      changed(input);
    }
  });

  // --- a date as it will be kept, once it was shown how it is read --------------------------------------------------
  const keepReading = (shown) => {
    const input = shown.closest(".form-field").querySelector("input");
    if (input.value.trim() === shown.dataset.read) input.value = shown.dataset.value;
  };
  const readings = (part) => part.querySelectorAll(".reading [data-read]");
  form.addEventListener("submit", () => readings(form).forEach(keepReading));

  form.addEventListener("change", (event) => {
    changed(event.target);
    const field = event.target.closest(".form-field");
    if (field) readings(field).forEach(keepReading);
    if (event.target.name?.endsWith("-DELETE")) {
      event.target.closest("[data-row]").classList.toggle("deleted", event.target.checked);
    }
    if (event.target.matches("select")) explain(event.target);
  });

  // --- what the chosen term means, under its list --------------------------------------------------------------------
  const explain = (select) => {
    const options = [...select.options].filter((option) => option.value).map((option) => option.text);
    const lists = [...select.closest(".form-section").querySelectorAll(".terms dl")];
    const terms = (list) => [...list.querySelectorAll("dt")];
    const list = lists.find((each) => options.every((text) => terms(each).some((term) => term.textContent === text)));
    if (!list) return;
    const term = terms(list).find((each) => each.textContent === select.selectedOptions[0]?.text);
    let meaning = select.parentElement.querySelector(".meaning");
    if (!meaning) {
      meaning = document.createElement("output");
      meaning.className = "meaning";
      select.after(meaning);
    }
    meaning.textContent = term?.nextElementSibling.textContent ?? "";
  };
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("select")) explain(event.target);
  });
}
