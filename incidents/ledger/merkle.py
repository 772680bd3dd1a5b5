"""The Merkle tree of RFC 6962, section 2.1: roots, inclusion and consistency proofs, and their verification.

Pure functions of bytes and numbers. A proof is first a list of ranges of leaves (`inclusion_ranges`,
`consistency_ranges`); it can be computed from the hashes of these ranges, in memory or from stored subtrees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32

type Range = tuple[int, int]
"""A half-open range of leaves: from the first number until before the second."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry; the prefix distinguishes it from the hash of a node."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node from the hashes of its two children."""
    return sha256(b"\x01" + left + right).digest()


EMPTY_ROOT = sha256(b"").digest()


def split(count: int) -> int:
    """The largest power of two below `count` (at least 2): the number of leaves of the left child."""
    return 1 << (count - 1).bit_length() - 1


class Tree:
    """A tree over leaf hashes in memory. `of` gives the hash of any range that is a node of some tree over them."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(below := self._levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)
            self._levels.append([node_hash(left, right) for left, right in pairs])

    def __len__(self) -> int:
        return len(self._levels[0])

    def of(self, first: int, end: int) -> bytes:
        """The hash of the leaves from `first` until before `end`. Raises IndexError for leaves that do not exist."""
        return hash_of(first, end, lambda level, number: self._levels[level][number])

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves; of all by default."""
        return self.of(0, len(self) if size is None else size)

    def consistency_proof(self, old: int, size: int | None = None) -> list[bytes]:
        """The proof that the first `old` leaves are the beginning of the tree. Raises IndexError for sizes outside
        of it."""
        return [self.of(*each) for each in consistency_ranges(old, len(self) if size is None else size)]


def hash_of(first: int, end: int, perfect: Callable[[int, int], bytes]) -> bytes:
    """The hash of a range, from those of perfect subtrees.

    `perfect(level, number)` is the hash of the leaves from `number * 2**level` until before `(number + 1) * 2**level`.
    """
    count = end - first
    if count <= 0:
        if first == end == 0:
            return EMPTY_ROOT
        raise IndexError(f"no leaves from {first} up to {end}")
    level = count.bit_length() - 1
    if count == 1 << level:
        return perfect(level, first >> level)
    middle = first + split(count)
    return node_hash(hash_of(first, middle, perfect), hash_of(middle, end, perfect))


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose hashes prove leaf `index` in a tree of `size`, from the leaf's sibling up (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} is not in a tree of {size}")
    path: list[Range] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + split(end - first)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((first, middle))
            first = middle
    return path[::-1]


def consistency_ranges(old: int, size: int) -> list[Range]:
    """The ranges whose hashes prove that the tree of `old` leaves is the beginning of the one of `size` (2.1.2)."""
    if not 0 <= old <= size:
        raise IndexError(f"a tree of {old} is not the beginning of one of {size}")
    if old in (0, size):
        return []
    path: list[Range] = []
    first, end = 0, size
    while old != end:
        middle = first + split(end - first)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((first, middle))
            first = middle
    if first > 0:  # else the verifier has this hash already: it is the old root
        path.append((first, end))
    return path[::-1]


def verify_consistency(old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `size` begins with the tree of `old` leaves (RFC 9162, 2.1.4.2).

    Every tree begins with the empty one, whose root is known.
    """
    if not 0 <= old <= size:
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not path:
        return False
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == root
