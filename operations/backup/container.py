"""The file format of a backup: a tar archive, followed by its SHA-256, encrypted with age.

Everything is streamed in both directions, with one part in memory at a time. age, tar and pg_restore suffice to read it
(docs/operating.md).
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import pyrage  # type: ignore[import-untyped]

AGE = b"age-encryption.org/"
DIGEST_BYTES = 32
PIECE = 1024 * 1024
LONGEST_MEMBER = 64 * 1024 * 1024
NAME = re.compile(r"[a-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*){0,8}")

type Recipient = pyrage.x25519.Recipient
type Identity = pyrage.x25519.Identity


class ContainerError(Exception):
    """The file is incomplete, changed, or cannot be decrypted with the key; the message says which."""


@dataclass(frozen=True)
class Member:
    """An archive member: its name, its size in bytes, and its SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


class Writer:
    """Writes members, and records them in `members`."""

    def __init__(self, out: IO[bytes]) -> None:
        self._hashing = _Hashing(out)
        self._tar = tarfile.TarFile.open(fileobj=cast("IO[bytes]", self._hashing), mode="w|", format=tarfile.PAX_FORMAT)
        self._now = int(time.time())
        self.members: list[Member] = []

    def add(self, name: str, content: bytes) -> None:
        """Add one member. Large content is added by `add_parts`."""
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a member.")
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = len(content), self._now, 0o600
        self._tar.addfile(entry, io.BytesIO(content))
        self.members.append(Member(name, len(content), hashlib.sha256(content).hexdigest()))

    def add_parts(self, folder: str, source: IO[bytes], *, part_bytes: int) -> None:
        """Add a stream of any length as members `folder/000000`, `folder/000001` …, to be concatenated."""
        number = 0
        while part := source.read(part_bytes):
            self.add(f"{folder}/{number:06}", part)
            number += 1

    def give_up(self) -> None:
        """Stop writing and leave the archive incomplete."""
        self._hashing.is_over = True
        self._tar.close()

    def end(self) -> None:
        """Finish the archive, and append its digest."""
        self._tar.close()
        self._hashing.end()


class _Hashing:
    """A file object that hashes what it passes on."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self._sha256, self.is_over = out, hashlib.sha256(), False

    def write(self, piece: bytes) -> int:
        if self.is_over:
            return len(piece)
        self._sha256.update(piece)
        self._out.write(piece)
        return len(piece)

    def end(self) -> None:
        self._out.write(self._sha256.digest())
        self._out.flush()


class _Checked:
    """A file object that yields what was hashed, without the digest at its end, which `check` compares."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._sha256 = source, hashlib.sha256()
        self._kept, self._at = b"", 0

    def read(self, size: int) -> bytes:
        while len(self._kept) - self._at < size + DIGEST_BYTES and (piece := self._source.read(PIECE)):
            self._kept, self._at = self._kept[self._at :] + piece, 0
        end = max(self._at, min(self._at + size, len(self._kept) - DIGEST_BYTES))
        given, self._at = self._kept[self._at : end], end
        self._sha256.update(given)
        return given

    def check(self) -> None:
        """Read to the end. Raises ContainerError if the digest is wrong."""
        while self.read(PIECE):
            pass
        if self._kept[self._at :] != self._sha256.digest():
            raise ContainerError("The archive was changed or cut off: its digest is not that of its content.")


def written(path: Path, recipients: Sequence[Recipient], fill: Callable[[Writer], None]) -> None:
    """Write the file atomically, with mode 0600.

    Raises what `fill` raises, OSError, and FileExistsError if the file exists.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            os.fchmod(out.fileno(), 0o600)
            if recipients:
                _encrypted(out, recipients, fill)
            else:
                _filled(out, fill)
            out.flush()
            os.fsync(out.fileno())
        os.link(unfinished, path)  # unlike a rename, a link never replaces another backup
    finally:
        unfinished.unlink()
    _sync_folder(path.parent)


def _filled(out: IO[bytes], fill: Callable[[Writer], None]) -> None:
    writer = Writer(out)
    try:
        fill(writer)
    except BaseException:
        writer.give_up()
        raise
    writer.end()


def _encrypted(out: IO[bytes], recipients: Sequence[Recipient], fill: Callable[[Writer], None]) -> None:
    with _piped(lambda source: pyrage.encrypt_io(source, out, list(recipients))) as plain:
        _filled(plain, fill)


@contextmanager
def _piped(work: Callable[[IO[bytes]], None]) -> Iterator[IO[bytes]]:
    """A pipe to write into, which `work` reads in a thread. Raises what either of them raises."""
    problems: list[BaseException] = []
    reading, writing = os.pipe()

    def run() -> None:
        with os.fdopen(reading, "rb", PIECE) as source:
            try:
                work(source)
            except BaseException as problem:
                problems.append(problem)

    thread = threading.Thread(target=run, name="encryption", daemon=True)
    thread.start()
    try:
        with os.fdopen(writing, "wb", PIECE) as sink:
            yield sink
    except BrokenPipeError:
        thread.join()
        raise problems[0] if problems else ContainerError("The encryption ended early.") from None
    finally:
        thread.join()
    if problems:
        raise problems[0]


@contextmanager
def opened(path: Path, identities: Sequence[Identity]) -> Iterator[Iterator[tuple[str, bytes]]]:
    """The members of the file with their content. The digest is checked when all are read.

    Raises ContainerError, and OSError if the file does not exist.
    """
    with path.open("rb") as file:
        encrypted = file.read(len(AGE)) == AGE
        file.seek(0)
        if encrypted and not identities:
            raise ContainerError("The archive is encrypted: name the file with its key (--identity).")
        with _decrypted(file, identities) if encrypted else nullcontext(file) as plain:
            yield _members(_Checked(plain))


@contextmanager
def _decrypted(file: IO[bytes], identities: Sequence[Identity]) -> Iterator[IO[bytes]]:
    """The decrypted stream, from a thread. The thread ends if the reader stops early."""
    problems: list[Exception] = []
    reading, writing = os.pipe()

    def run() -> None:
        try:
            with os.fdopen(writing, "wb", PIECE) as sink:
                pyrage.decrypt_io(file, sink, list(identities))
        except Exception as problem:
            problems.append(problem)

    thread = threading.Thread(target=run, name="decryption", daemon=True)
    thread.start()
    source = os.fdopen(reading, "rb", PIECE)
    try:
        yield source
    except (ContainerError, tarfile.TarError) as found:
        source.close()
        thread.join()
        raise ContainerError(_why(problems) or str(found)) from found
    finally:
        source.close()
        thread.join()
    if problems:
        raise ContainerError(_why(problems)) from problems[0]


def _why(problems: Sequence[Exception]) -> str:
    """The error message of age; "" if the reader stopped early, which is not an error of the file."""
    if not problems or isinstance(problems[0], BrokenPipeError) or "roken pipe" in str(problems[0]):
        return ""
    told = str(problems[0]).split("\n", 1)[0].rstrip(".")
    if "No matching keys" in told:
        return "The archive cannot be opened with this key: it was encrypted to another, or its beginning was changed."
    return f"The archive was changed or cut off: it cannot be decrypted ({told})."


def _members(checked: _Checked) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", checked), mode="r|") as tar:
            for entry in tar:
                content = tar.extractfile(entry) if entry.isreg() else None
                if content is None or not NAME.fullmatch(entry.name) or entry.size > LONGEST_MEMBER:
                    raise ContainerError(f"The archive holds something that no backup has: {entry.name[:80]!r}.")
                yield entry.name, content.read()
    except (tarfile.TarError, ValueError, EOFError) as problem:
        raise ContainerError(f"The archive was changed or cut off: it cannot be read ({problem}).") from problem
    checked.check()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
