"""The stored tree: any hash of it is computed from a few tiles of at most 256 nodes, whatever the log's size."""

from __future__ import annotations

from incidents.ledger.merkle import Tree, consistency_ranges, hash_of, inclusion_ranges
from incidents.ledger.models import TILE_WIDTH, Leaf, Subtree

TILE_HEIGHT = 8
"""The number of tree levels in a tile (C2SP tlog-tiles)."""


def tile(level: int, number: int, *, using: str = "register") -> list[bytes]:
    """The hashes of one tile, up to 256: leaves at level 0, complete subtrees above."""
    within = {"index__gte": number * TILE_WIDTH, "index__lt": (number + 1) * TILE_WIDTH}
    nodes = Leaf.objects.using(using) if level == 0 else Subtree.objects.using(using).filter(level=level)
    return [bytes(found) for found in nodes.filter(**within).order_by("index").values_list("hash", flat=True)]


def size_of_log(*, using: str = "register") -> int:
    """The number of leaves."""
    last = Leaf.objects.using(using).order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


class StoredTree:
    """Roots and proofs over the stored nodes; each tile is read once. Raises IndexError for nodes that do not exist."""

    def __init__(self, *, using: str = "register") -> None:
        self._using = using
        self._tiles: dict[tuple[int, int], Tree] = {}

    def root(self, size: int) -> bytes:
        """The root of the first `size` leaves."""
        return self.of(0, size)

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """The audit path of a leaf in the tree of `size`."""
        return [self.of(*each) for each in inclusion_ranges(index, size)]

    def consistency_proof(self, old: int, size: int) -> list[bytes]:
        """The proof that the tree of `size` begins with the one of `old` leaves."""
        return [self.of(*each) for each in consistency_ranges(old, size)]

    def of(self, first: int, end: int) -> bytes:
        """The hash of a range of leaves."""
        return hash_of(first, end, self._perfect)

    def _perfect(self, level: int, number: int) -> bytes:
        """From the tile that contains the subtree's nodes, `height` levels above the tile's own."""
        tile_level, height = divmod(level, TILE_HEIGHT)
        first = number << height
        nodes = self._tile(tile_level, first // TILE_WIDTH)
        place = first % TILE_WIDTH
        return nodes.of(place, place + (1 << height))

    def _tile(self, level: int, number: int) -> Tree:
        if (level, number) not in self._tiles:
            self._tiles[level, number] = Tree(tile(level, number, using=self._using))
        return self._tiles[level, number]
