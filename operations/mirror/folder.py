"""The files of a mirror: its pages, `SHA256SUMS` over all of them, and `mirror.txt`, which says what it is a copy of.

`sha256sum --check SHA256SUMS` checks the files with standard tools. `mirror.txt` contains the digest of `SHA256SUMS`
and the newest signed checkpoint; if the ledger's key is available it is a signed note (C2SP signed-note). Its first
line is not the name of a log, so it can never be mistaken for a checkpoint.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from incidents.ledger.entries import EDITION, FORMAT
from incidents.ledger.merkle import Tree, leaf_hash
from incidents.ledger.notes import Head, NoteError, PublicKey, checkpoint, opened

STATEMENT, SUMS = "mirror.txt", "SHA256SUMS"
FIRST_LINE = "hors-de-combat/mirror/1"
UNFINISHED = f"{FIRST_LINE}\nunfinished\n"
FOLDER_OF = {"incident": "incidents", "source": "sources", "investigation": "investigations", "total": "totals"}


class MirrorError(Exception):
    """The folder is not a mirror, or none could be made; the message says why."""


@dataclass
class Folder:
    """The files of a mirror, and counts of changes."""

    path: Path
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    size: int = 0
    written: int = 0
    removed: int = 0

    @classmethod
    def open(cls, path: Path) -> Folder:
        """An empty folder or an existing mirror. Raises MirrorError for any other folder, without changing it."""
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()) and not (path / STATEMENT).exists():
            raise MirrorError(f"{path} is neither empty nor a mirror: nothing was written.")
        return cls(path, _sums(path))

    def statement(self) -> dict[str, str]:
        """The statement of the mirror: the lines after its first, by their first word."""
        path = self.path / STATEMENT
        return said(path.read_text()) if path.exists() else {}

    def begin(self) -> None:
        """Mark the folder as unfinished."""
        _replace(self.path / STATEMENT, UNFINISHED.encode())

    def keep(self, name: str) -> None:
        """Keep a file unchanged."""
        self.after[name] = self.before[name]
        self.size += (self.path / name).stat().st_size

    def put(self, name: str, content: bytes) -> None:
        """Put a file with this content; written only if it differs."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path / name
        if self.before.get(name) != digest or not path.is_file() or path.stat().st_size != len(content):
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, content)
            self.written += 1
        self.after[name] = digest
        self.size += len(content)

    def end(self) -> str:
        """Remove files that are no longer part of the mirror, and write the sums; returns their digest."""
        for name in set(_present(self.path)) - set(self.after):
            (self.path / name).unlink()
            self.removed += 1
        for folder, _folders, _files in os.walk(self.path, topdown=False):
            if Path(folder) != self.path and not any(Path(folder).iterdir()):
                Path(folder).rmdir()
        sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.after.items())).encode()
        _replace(self.path / SUMS, sums)
        return hashlib.sha256(sums).hexdigest()

    def state(self, text: str) -> None:
        """Write the statement, signed or not, as the last step."""
        _replace(self.path / STATEMENT, text.encode())


def said(statement: str) -> dict[str, str]:
    """The lines of a statement, by their first word. Raises MirrorError."""
    first, *lines = statement.partition("\n\n")[0].strip("\n").split("\n")
    if first != FIRST_LINE:
        raise MirrorError(f"{STATEMENT} is not that of a mirror.")
    return {word: rest for word, _, rest in (line.partition(" ") for line in lines)}


def findings(path: Path, keys: list[PublicKey]) -> Iterator[str]:
    """Every error of a mirror, as sentences. Raises MirrorError if it is not a mirror."""
    try:
        text = (path / STATEMENT).read_text()
    except OSError as problem:
        raise MirrorError(f"{path} is no mirror: {problem}") from problem
    told, sums = said(text), _sums(path)
    if "unfinished" in told:
        yield "The mirror is unfinished: it was being written. Make it again."
        return
    if "\n\n" in text:
        try:
            opened(text, keys)
        except NoteError as problem:
            yield f"{STATEMENT}: {problem}"
    if hashlib.sha256((path / SUMS).read_bytes()).hexdigest() != told.get("sha256"):
        yield f"{SUMS} is not the one that {STATEMENT} names."
    present = set(_present(path))
    for name, digest in sums.items():
        if name not in present:
            yield f"{name} is missing."
        elif hashlib.sha256((path / name).read_bytes()).hexdigest() != digest:
            yield f"{name} was changed."
    yield from (f"{name} does not belong to the mirror." for name in sorted(present - set(sums)))
    yield from _against_the_log(path, told, keys)


def is_signed(path: Path) -> bool:
    """Whether the statement is signed."""
    return "\n\n" in (path / STATEMENT).read_text()


def _against_the_log(path: Path, told: dict[str, str], keys: list[PublicKey]) -> Iterator[str]:
    """Check the entries of the log against the signed checkpoint, and the documents against the entries."""
    if told.get("checkpoint") == "none":
        return
    try:
        head = checkpoint((path / "ledger" / "checkpoint").read_text(), keys)
    except (OSError, NoteError) as problem:
        yield f"ledger/checkpoint: {problem}"
        return
    if told.get("checkpoint") != named(head):
        yield f"ledger/checkpoint is not the one that {STATEMENT} names."
    entries = list(_entries(path, head.size))
    if len(entries) != head.size or Tree(map(leaf_hash, entries)).root() != head.root:
        yield "The entries below ledger/tile/entries are not those of the checkpoint."
        return
    for entry in entries:
        yield from _document_against(path, entry.decode())


def _document_against(path: Path, entry: str) -> Iterator[str]:
    """Check a document against its entry. Tombstones and notices of erasure are not compared."""
    kind, _, rest = entry.removeprefix(f"{FORMAT} ").partition(" ")
    if kind != EDITION:
        return
    subject, _, digest = rest.partition(" sha256:")
    record, code, number = subject.split("/")
    name = f"{FOLDER_OF[record]}/{code}/editions/{number}.json"
    try:
        content = (path / name).read_bytes()
    except OSError:
        yield f"{name}, which the log names, is missing."
        return
    if hashlib.sha256(content).hexdigest() != digest and "format" in json.loads(content):
        is_tombstone = json.loads(content).get("withdrawn") or json.loads(content).get("merged_into")
        if not is_tombstone:
            yield f"{name} is not the document that the log entered."


def _entries(path: Path, size: int) -> Iterator[bytes]:
    """The entries of the log from its bundles, in order."""
    folder = path / "ledger" / "tile" / "entries"
    bundles = sorted(each for each in folder.rglob("*") if each.is_file()) if folder.is_dir() else []
    for bundle in bundles:
        content, at = bundle.read_bytes(), 0
        while at + 2 <= len(content):
            length = int.from_bytes(content[at : at + 2], "big")
            yield content[at + 2 : at + 2 + length]
            at += 2 + length


def named(head: Head) -> str:
    """A checkpoint in the statement: its size and its root."""
    return f"{head.size} {base64.b64encode(head.root).decode()}"


def _sums(path: Path) -> dict[str, str]:
    if not (path / SUMS).exists():
        return {}
    lines = (path / SUMS).read_text().splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _present(path: Path) -> Iterator[str]:
    """Every file except the statement and the sums."""
    for folder, _folders, files in os.walk(path):
        for file in files:
            name = (Path(folder) / file).relative_to(path).as_posix()
            if name not in (STATEMENT, SUMS):
                yield name


def _replace(path: Path, content: bytes) -> None:
    """Replace the file atomically."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(path)
