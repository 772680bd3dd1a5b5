// Desk pages only: before a form is sent, asks whether the session still lasts, so that nothing written is lost at the
// sign-in page; and keeps the session while somebody writes. Without it the server answers with the sign-in page.
"use strict";

const notice = document.querySelector("[data-session]");

if (notice) {
  const FIVE_MINUTES = 300_000;
  let asked = Date.now();
  let sure = null;

  const lasts = async () => {
    asked = Date.now();
    try {
      const answer = await fetch(notice.dataset.session, { cache: "no-store" });
      return answer.status === 401 ? "over" : "lasts";
    } catch {
      return "unreachable";
    }
  };

  const say = (state) => {
    notice.hidden = state === "lasts";
    for (const line of notice.querySelectorAll("[data-when]")) line.hidden = line.dataset.when !== state;
    if (!notice.hidden) notice.focus();
  };

  document.addEventListener("input", async () => {
    if (Date.now() - asked > FIVE_MINUTES) say(await lasts());
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.method !== "post" || !form.closest("main") || sure === form) {
      sure = null;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const state = await lasts();
    say(state);
    if (state !== "lasts") return;
    sure = form;
    form.requestSubmit(event.submitter);
  }, true);
}
