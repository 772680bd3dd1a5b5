// Keeps what is written in a record's form in this browser until it is saved, and offers it again after a crash. It is
// encrypted with a key that the server derives from the session: no page gives that key any more after signing out.
"use strict";

{
  const PREFIX = "draft ";
  const NOT_KEPT = ["csrfmiddlewaretoken", "written_by"];
  const PAUSE = 400;

  const names = () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  const toText = (bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));
  const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  // What was saved needs no copy; signing out leaves none.
  for (const saved of document.querySelectorAll("[data-saved]")) localStorage.removeItem(PREFIX + saved.dataset.saved);
  document.querySelector("form[data-sign-out]")?.addEventListener("submit", () => {
    for (const name of names()) localStorage.removeItem(name);
  });

  const form = document.querySelector("form[data-draft-key]");

  if (form && window.crypto?.subtle) {
    const offer = document.querySelector("[data-draft]");
    const imported = crypto.subtle.importKey("raw", toBytes(form.dataset.draftKey), "AES-GCM", false, ["encrypt", "decrypt"]);
    let waiting = 0;

    const keep = async () => {
      const fields = [...new FormData(form)].filter(([name]) => !NOT_KEPT.includes(name));
      const draft = { path: form.action, at: Date.now(), fields };
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const text = new TextEncoder().encode(JSON.stringify(draft));
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await imported, text);
      localStorage.setItem(PREFIX + form.elements.key.value, `${toText(iv)} ${toText(sealed)}`);
    };

    // The draft of an entry; null, and no entry any more, if it is of another session.
    const opened = async (name) => {
      const [iv, sealed] = localStorage.getItem(name).split(" ").map(toBytes);
      try {
        const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await imported, sealed);
        return { name, ...JSON.parse(new TextDecoder().decode(text)) };
      } catch (error) {
        if (error.name !== "OperationError") throw error;
        localStorage.removeItem(name);
        return null;
      }
    };

    // The server shows the form with the kept fields, unsaved, as it does after adding a row without script.
    const restore = (draft) => {
      const again = document.createElement("form");
      again.method = "post";
      again.action = form.action;
      const current = NOT_KEPT.map((name) => [name, form.elements[name].value]);
      for (const [name, value] of [...draft.fields, ...current, ["add", "kept"]]) {
        const field = document.createElement("textarea");
        field.name = name;
        field.value = value;
        again.append(field);
      }
      again.hidden = true;
      document.querySelector("main").append(again);
      again.submit();
    };

    for (const event of ["input", "change"]) {
      form.addEventListener(event, () => {
        clearTimeout(waiting);
        waiting = setTimeout(keep, PAUSE);
      });
    }
    form.addEventListener("submit", () => clearTimeout(waiting));

    if (!form.hasAttribute("data-dirty")) {
      Promise.all(names().map(opened)).then((drafts) => {
        const mine = drafts.filter((draft) => draft?.path === form.action).sort((one, other) => other.at - one.at);
        if (!mine.length) return;
        offer.hidden = false;
        offer.querySelector("time").textContent = new Date(mine[0].at).toLocaleString(document.documentElement.lang);
        offer.querySelector("[data-draft-restore]").addEventListener("click", () => restore(mine[0]));
        offer.querySelector("[data-draft-forget]").addEventListener("click", () => {
          for (const draft of mine) localStorage.removeItem(draft.name);
          offer.hidden = true;
        });
      });
    }
  }
}
