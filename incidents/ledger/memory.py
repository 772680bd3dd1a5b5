"""What the signer remembers outside of the database: every checkpoint it ever signed, as files.

A folder with one file for each size, `<size>.checkpoint`, and a lock. The largest is the one that the next has to
continue. Whoever wants to make the log forget has to get at this folder as well as at the database.
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
    """The signer's folder. Raises OSError where it cannot be read or written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One signer at a time; the folder is made where there is none. Raises BlockingIOError while another works."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield

    def notes(self) -> list[str]:
        """All notes, the smallest tree first."""
        return [path.read_text() for path in sorted(self.folder.glob(f"*{ENDING}"))]

    def newest(self) -> str | None:
        """The note over the most leaves."""
        paths = sorted(self.folder.glob(f"*{ENDING}"))
        return paths[-1].read_text() if paths else None

    def keep(self, size: int, note: str) -> None:
        """Write a note so that it survives a power cut; it is there whole or not at all, and never written over."""
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
