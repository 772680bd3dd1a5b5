// Spares reloads in the desk's forms: adding rows, choosing suggestions, warning before unsaved changes are left.
"use strict";

const form = document.querySelector("form[data-warn-unsaved]");

if (form) {
  let dirty = form.hasAttribute("data-dirty");
  const note = form.querySelector("[data-unsaved]");

  const changed = () => {
    dirty = true;
    if (note) note.hidden = false;
  };

  form.addEventListener("input", changed);
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });

  const addRow = (name) => {
    const total = form.querySelector(`[name="${name}-TOTAL_FORMS"]`);
    const blank = form.querySelector(`template[data-blank="${name}"]`);
    const row = document.createElement("div");
    row.innerHTML = blank.innerHTML.replaceAll("__prefix__", total.value);
    const added = row.firstElementChild;
    form.querySelector(`[data-rows="${name}"]`).append(added);
    total.value = Number(total.value) + 1;
    window.htmx?.process(added);
    added.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    changed();
  };

  form.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add]");
    if (add) {
      event.preventDefault();
      addRow(add.dataset.add);
      return;
    }
    const choice = event.target.closest(".suggestions [data-value]");
    if (choice) {
      const list = choice.closest(".suggestions");
      const field = list.closest(".mb-3").querySelector("input");
      field.value = choice.dataset.value;
      list.replaceChildren();
      list.hidden = true;
      field.focus();
      changed();
    }
  });

  form.addEventListener("change", (event) => {
    if (event.target.name?.endsWith("-DELETE")) {
      event.target.closest("[data-row]").classList.toggle("deleted", event.target.checked);
    }
  });

  form.addEventListener("keydown", (event) => {
    const list = event.target.closest(".mb-3")?.querySelector(".suggestions:not([hidden])");
    if (!list) return;
    if (event.key === "Escape") {
      list.hidden = true;
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const stops = [event.target.closest(".mb-3").querySelector("input"), ...list.querySelectorAll("button")];
      const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      stops[(next + stops.length) % stops.length].focus();
      event.preventDefault();
    }
  });

  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.classList.contains("suggestions")) event.target.hidden = event.target.childElementCount === 0;
  });
}
