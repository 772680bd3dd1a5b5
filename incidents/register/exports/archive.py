"""A streaming ZIP writer: PKWARE's APPNOTE 6.3.10, deflate, with the 64-bit sizes of ZIP64.

`zipfile` can write to a stream as well, but keeps an object of half a kilobyte for each member until the end: more than
200 MB for half a million documents. This one spools the central directory to disk.
"""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO

PIECE = 64 * 1024  # bytes that are sent together
IN_MEMORY = 1024 * 1024  # bytes of the directory before it goes to disk
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # the earliest time that the format can store

VERSION = 45  # of the format, the first with ZIP64
FLAGS = 0x0008 | 0x0800  # sizes follow the data; names are UTF-8
DEFLATE, UNIX, READABLE = 8, 3, 0o100644 << 16
FULL_2, FULL_4 = 0xFFFF, 0xFFFFFFFF  # values that refer a reader to the ZIP64 fields


def _directory() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(IN_MEMORY)


@dataclass
class Archive:
    """Yields the bytes of its members, one after the other, and then those of the central directory.

    `moment` is the time of every member, so that the same content gives the same file.
    """

    moment: datetime
    _offset: int = 0
    _members: int = 0
    _entries: IO[bytes] = field(default_factory=_directory)

    def member(self, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """One compressed member. The caller provides unique names; they are not checked."""
        start, encoded = self._offset, name.encode()
        shrink = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        checksum = size = packed = 0
        yield self._given(self._local(encoded))
        for piece in pieces:
            checksum, size = zlib.crc32(piece, checksum), size + len(piece)
            data = shrink.compress(piece)
            packed += len(data)
            yield self._given(data)
        data = shrink.flush()
        packed += len(data)
        self._entries.write(self._entry(encoded, checksum, packed, size, start))
        self._members += 1
        yield self._given(data + struct.pack("<4sLQQ", b"PK\x07\x08", checksum, packed, size))

    def end(self) -> Iterator[bytes]:
        """The central directory. Nothing may follow it."""
        start, length = self._offset, self._entries.tell()
        self._entries.seek(0)
        while piece := self._entries.read(PIECE):
            yield piece
        self._entries.close()
        if self._members >= FULL_2 or start + length >= FULL_4:
            ends = (VERSION, VERSION, 0, 0, self._members, self._members, length, start)
            yield struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, *ends)
            yield struct.pack("<4sLQL", b"PK\x06\x07", 0, start + length, 1)
        members = min(self._members, FULL_2)
        last = (0, 0, members, members, min(length, FULL_4), min(start, FULL_4), 0)
        yield struct.pack("<4s4H2LH", b"PK\x05\x06", *last)

    def _given(self, data: bytes) -> bytes:
        self._offset += len(data)
        return data

    @property
    def _time(self) -> tuple[int, int]:
        """The MS-DOS time and date, with a resolution of two seconds."""
        moment = max(self.moment, EARLIEST).astimezone(UTC)
        return (
            moment.hour << 11 | moment.minute << 5 | moment.second // 2,
            (moment.year - 1980) << 9 | moment.month << 5 | moment.day,
        )

    def _local(self, name: bytes) -> bytes:
        """The local file header. Its empty ZIP64 field announces that the sizes in the data descriptor have 64 bits."""
        sizes = struct.pack("<HHQQ", 1, 16, 0, 0)
        head = (VERSION, FLAGS, DEFLATE, *self._time, 0, FULL_4, FULL_4, len(name), len(sizes))
        return struct.pack("<4s5H3L2H", b"PK\x03\x04", *head) + name + sizes

    def _entry(self, name: bytes, checksum: int, packed: int, size: int, start: int) -> bytes:
        """A central directory header."""
        large = [number for number in (size, packed, start) if number >= FULL_4]
        more = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
        made = (VERSION, UNIX, VERSION, 0, FLAGS, DEFLATE, *self._time)
        known = (checksum, min(packed, FULL_4), min(size, FULL_4), len(name), len(more), 0, 0, 0, READABLE)
        return struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", *made, *known, min(start, FULL_4)) + name + more


def gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of at least PIECE."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield b"".join(held)
            held.clear()
            size = 0
    if held:
        yield b"".join(held)
