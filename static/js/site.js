// Desk pages only: a quote opened from a matrix closes with Escape or a click elsewhere. Without this its sign closes it.
"use strict";

function closeQuotes(except) {
  for (const details of document.querySelectorAll(".matrix details[open]")) {
    if (details !== except) details.open = false;
  }
}

document.addEventListener("click", (event) => closeQuotes(event.target.closest(".matrix details")));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.activeElement.closest(".matrix details[open]");
  closeQuotes(null);
  if (open) open.querySelector("summary").focus();
});
