"""The signer's memory outside of the database: every checkpoint that it signed, as files.

A folder with one file for each size, `<size>.checkpoint`, and a lock. The next checkpoint must be consistent with the
largest. To make the log forget an entry one has to change this folder as well as the database.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ENDING = ".checkpoint"
DIGITS = 18


class Memory:
    """The signer's folder. Raises OSError if it cannot be read or written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def alone(self) -> Iterator[None]:
        """An exclusive lock on the folder, which is created if missing. Raises BlockingIOError if another process
        has it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield

    def notes(self) -> list[str]:
        """All notes, the smallest tree first."""
        return [path.read_text() for path in sorted(self.folder.glob(f"*{ENDING}"))]

    def newest(self) -> str | None:
        """The note with the most leaves; None if there is none."""
        paths = sorted(self.folder.glob(f"*{ENDING}"))
        return paths[-1].read_text() if paths else None

    def keep(self, size: int, note: str) -> None:
        """Write a note atomically and durably (fsync); it is never overwritten."""
        path = self.folder / f"{size:0{DIGITS}}{ENDING}"
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("w") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)
        unfinished.unlink()
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
