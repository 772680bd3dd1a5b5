"""What a process keeps for the next reader: bounded in bytes, what was asked for longest ago goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock


class Bounded[K: Hashable, V]:
    """A mapping of at most so many bytes. Safe to use from several threads."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.size = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """What is kept under a key, which is thereby the last to go."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: K, value: V, size: int) -> None:
        """Keep a value of so many bytes; one that is larger than the whole bound is not kept."""
        with self._lock:
            self.size -= self._kept.pop(key, (None, 0))[1]
            if size > self.most_bytes:
                return
            self._kept[key] = (value, size)
            self.size += size
            while self.size > self.most_bytes:
                self.size -= self._kept.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Keep nothing any more."""
        with self._lock:
            self._kept.clear()
            self.size = 0
