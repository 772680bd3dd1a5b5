// The list of incidents, whose results htmx swaps while a reader types and clicks. Without this the form's buttons do the same.
"use strict";

const LINKS = "link[rel=canonical], link[rel=alternate]";

// What is empty asks nothing: it stays out of the address, which is to be read and shared.
document.addEventListener("htmx:configRequest", ({ detail: { formData } }) => {
  for (const name of new Set(formData.keys())) {
    if (formData.getAll(name).every((value) => value === "")) formData.delete(name);
  }
});

// The head says where this list stands in the other language and as a feed.
document.addEventListener("htmx:beforeSwap", ({ detail: { serverResponse } }) => {
  const { head } = new DOMParser().parseFromString(serverResponse, "text/html");
  for (const link of document.head.querySelectorAll(LINKS)) link.remove();
  document.head.append(...head.querySelectorAll(LINKS));
});

// Values that were unfolded stay so.
document.addEventListener("htmx:oobBeforeSwap", ({ detail: { target, fragment } }) => {
  for (const { id } of target.querySelectorAll("details[open][id]")) fragment.getElementById(id)?.setAttribute("open", "");
});

// Where no list comes, the old one must not stand under a new filter: the address itself says what is wrong.
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, ({ detail: { pathInfo } }) => location.assign(pathInfo.finalRequestPath));
}
