// Checks one edition in the reader's browser: its document, its place in the log, and the log's signature. Optional: the
// page says the same without it, and verify.py does more. SHA-256 and Ed25519 are the browser's own (WebCrypto).
(() => {
  "use strict";

  const PREFIX = "hors-de-combat/leaf/1 edition ";
  const text = new TextEncoder();

  class Finding extends Error {}

  const sha256 = async (...parts) => {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    parts.reduce((place, part) => (whole.set(part, place), place + part.length), 0);
    return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
  };
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const same = (one, other) => hex(one) === hex(other);
  const leafHash = (entry) => sha256(Uint8Array.of(0), text.encode(entry));
  const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

  // RFC 9162, section 2.1.3.2. Numbers stay below 2^53, so halves are taken by division.
  const rootFrom = async (leaf, index, size, path) => {
    if (index >= size) return null;
    let [place, last, found] = [index, size - 1, leaf];
    const up = () => ([place, last] = [Math.floor(place / 2), Math.floor(last / 2)]);
    for (const sibling of path) {
      if (last === 0) return null;
      if (place % 2 || place === last) {
        found = await nodeHash(sibling, found);
        while (place % 2 === 0 && place) up();
      } else {
        found = await nodeHash(found, sibling);
      }
      up();
    }
    return last === 0 ? found : null;
  };

  // c2sp.org/tlog-proof: the entry's number and the hashes beside its way to the root, an empty line, the checkpoint.
  const readProof = (proof) => {
    const cut = proof.indexOf("\n\n");
    const lines = proof.slice(0, cut).split("\n").filter((line) => !line.startsWith("extra "));
    const note = proof.slice(cut + 2);
    const end = note.lastIndexOf("\n\n");
    const [origin, size, root] = note.slice(0, end).split("\n");
    if (lines[0] !== "c2sp.org/tlog-proof@v1" || !/^index \d+$/.test(lines[1]) || !/^\d+$/.test(size)) {
      throw new Error("not a proof");
    }
    return {
      index: Number(lines[1].slice(6)),
      path: lines.slice(2).map(bytesOf),
      origin,
      size: Number(size),
      root: bytesOf(root),
      signed: note.slice(0, end + 1),
      signatures: note.slice(end + 2).split("\n").filter(Boolean),
    };
  };

  const readKey = async (line) => {
    const [name, id, ...rest] = line.split("+");
    const raw = bytesOf(rest.join("+"));
    const digest = await sha256(text.encode(`${name}\n`), raw);
    if (raw[0] !== 1 || hex(digest.slice(0, 4)) !== id) throw new Error("not a key");
    return { name, id, raw: raw.slice(1) };
  };

  // Whether one of the keys signed the checkpoint; null where this browser knows no Ed25519, or no key is given.
  const isSigned = async (proof, keys) => {
    let known = null;
    for (const key of await Promise.all(keys.map(readKey))) {
      for (const line of proof.signatures) {
        const [dash, name, encoded] = line.split(" ");
        const signature = bytesOf(encoded);
        if (dash !== "\u2014" || name !== key.name || hex(signature.slice(0, 4)) !== key.id) continue;
        try {
          known = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]);
        } catch {
          return null;
        }
        const valid = await crypto.subtle.verify("Ed25519", known, signature.slice(4), text.encode(proof.signed));
        return valid && proof.origin === key.name;
      }
    }
    return keys.length ? false : null;
  };

  const fetched = async (address) => {
    const answer = await fetch(address, { credentials: "omit", cache: "no-cache" });
    if (answer.status === 404 && address.endsWith(".tlog-proof")) throw new Finding("waiting");
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  };

  const check = async (box) => {
    const { document: documentUrl, proof: proofUrl, digest, subject, keys } = box.dataset;
    const proof = readProof(new TextDecoder().decode(await fetched(proofUrl)));
    const found = hex(await sha256(await fetched(documentUrl)));
    if (found !== digest) throw new Finding("document");
    const leaf = await leafHash(`${PREFIX}${subject} sha256:${found}`);
    const root = await rootFrom(leaf, proof.index, proof.size, proof.path);
    if (!root || !same(root, proof.root)) throw new Finding("tree");
    const signed = await isSigned(proof, keys.split(" ").filter(Boolean));
    if (signed === false) throw new Finding("signature");
    return signed ? "ok" : "unsigned";
  };

  const say = (box, word) => {
    const answer = box.querySelector("[data-answer]");
    answer.hidden = false;
    answer.dataset.answer = word;
    for (const line of answer.querySelectorAll("[data-say]")) line.hidden = line.dataset.say !== word;
  };

  for (const box of document.querySelectorAll("[data-proof]")) {
    const button = box.querySelector("[data-check]");
    // Away from https and this machine a browser gives pages no cryptography.
    if (!button || !window.isSecureContext || !crypto.subtle) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        say(box, await check(box));
      } catch (problem) {
        say(box, problem instanceof Finding ? problem.message : "failed");
      }
      button.disabled = false;
    });
  }
})();
