// Passkeys are asked for by allauth's scripts; this shows what only works with scripts, and says when a passkey failed.
"use strict";

document.documentElement.classList.add("with-script");

document.addEventListener("allauth.error", (event) => {
  const problem = document.getElementById("passkey_problem");
  if (!problem) return;
  event.preventDefault();
  problem.hidden = false;
});
