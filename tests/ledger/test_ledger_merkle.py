"""The tree of RFC 6962: against a naive reading of its definitions, and against values known from elsewhere."""

from hashlib import sha256
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.ledger.merkle import (
    EMPTY_ROOT,
    Tree,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    verify_consistency,
)
from incidents.ledger.verify import begins_with, root_from_path

LARGEST = 130
LEAVES = [leaf_hash(f"entry {number}".encode()) for number in range(LARGEST)]

# The reference tree of the certificate transparency projects: eight inputs, and the roots of their first 1 to 8.
KNOWN_INPUTS = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def continues(old: int, size: int, old_root: bytes, root: bytes, proof: list[bytes]) -> bool:
    """Whether the proof holds; the program for readers has to answer as the register does."""
    holds = verify_consistency(old, size, old_root, root, proof)
    if 0 <= old < size:
        first, second = SimpleNamespace(size=old, root=old_root), SimpleNamespace(size=size, root=root)
        assert begins_with(first, second, proof) == holds
    return holds


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = naive_split(len(leaves))
    return node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def naive_split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = naive_split(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_proof(m: int, leaves: list[bytes], *, known: bool = True) -> list[bytes]:
    """SUBPROOF of section 2.1.2."""
    if m == len(leaves):
        return [] if known else [naive_root(leaves)]
    k = naive_split(len(leaves))
    if m <= k:
        return [*naive_proof(m, leaves[:k], known=known), naive_root(leaves[k:])]
    return [*naive_proof(m - k, leaves[k:], known=False), naive_root(leaves[:k])]


def path_to(tree: Tree, index: int, size: int) -> list[bytes]:
    """The audit path of a leaf in the tree of the first `size` leaves."""
    return [tree.of(*each) for each in inclusion_ranges(index, size)]


def test_the_known_roots_of_the_first_eight_inputs():
    leaves = [leaf_hash(entry) for entry in KNOWN_INPUTS]
    assert [Tree(leaves).root(size).hex() for size in range(1, 9)] == KNOWN_ROOTS


def test_an_empty_tree_has_the_hash_of_nothing():
    assert Tree([]).root() == EMPTY_ROOT == sha256(b"").digest()


def test_the_tree_of_the_rfc_has_the_proofs_that_it_draws():
    """Section 2.1.3: seven leaves d0 to d6, with the names that it gives to the nodes."""
    a, b, c, d, e, f, j = LEAVES[:7]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, m = node_hash(g, h), node_hash(i, j)
    tree = Tree(LEAVES[:7])
    assert tree.root() == node_hash(k, m)
    assert path_to(tree, 0, len(tree)) == [b, h, m]
    assert path_to(tree, 3, len(tree)) == [c, g, m]
    assert path_to(tree, 4, len(tree)) == [f, j, k]
    assert path_to(tree, 6, len(tree)) == [i, k]
    assert tree.consistency_proof(3) == [c, d, g, m]
    assert tree.consistency_proof(4) == [m]
    assert tree.consistency_proof(6) == [i, j, k]


def test_every_root_and_every_proof_up_to_130_leaves_is_that_of_the_definition():
    tree = Tree(LEAVES)
    for size in range(1, LARGEST + 1):
        leaves = LEAVES[:size]
        root = tree.root(size)
        assert root == Tree(leaves).root() == naive_root(leaves)
        for index in range(size):
            proof = path_to(tree, index, size)
            assert proof == naive_path(index, leaves)
            assert root_from_path(LEAVES[index], index, size, proof) == root
        for old in range(1, size + 1):
            proof = tree.consistency_proof(old, size)
            assert proof == naive_proof(old, leaves)
            assert continues(old, size, tree.root(old), root, proof)


@given(size=st.integers(1, LARGEST), data=st.data())
def test_no_altered_proof_of_inclusion_passes(size, data):
    tree, index = Tree(LEAVES[:size]), data.draw(st.integers(0, size - 1))
    proof, root, leaf = path_to(tree, index, len(tree)), tree.root(), LEAVES[index]
    altered, wrong = data.draw(st.sampled_from(changes_of(proof))), leaf_hash(b"another")
    assert root_from_path(leaf, index, size, altered) != root
    assert root_from_path(wrong, index, size, proof) != root
    assert root_from_path(leaf, index, size, proof) != wrong
    other = data.draw(st.integers(0, size + 1).filter(lambda each: each != index))
    assert root_from_path(leaf, other, size, proof) != root


@given(size=st.integers(2, LARGEST), data=st.data())
def test_no_altered_proof_of_consistency_passes(size, data):
    tree, old = Tree(LEAVES[:size]), data.draw(st.integers(1, size - 1))
    proof, before, root, wrong = tree.consistency_proof(old), tree.root(old), tree.root(), leaf_hash(b"another")
    for altered in changes_of(proof):
        assert not continues(old, size, before, root, altered)
    assert not continues(old, size, wrong, root, proof)
    assert not continues(old, size, before, wrong, proof)


def changes_of(proof: list[bytes]) -> list[list[bytes]]:
    """Something more, something less, and one bit of each hash the other way."""
    flipped = [
        [*proof[:place], bytes([found[0] ^ 1]) + found[1:], *proof[place + 1 :]] for place, found in enumerate(proof)
    ]
    return [[*proof, LEAVES[0]], *([proof[:-1]] if proof else []), *flipped]


@given(size=st.integers(1, LARGEST), at=st.integers(0, LARGEST - 1))
def test_a_log_that_was_rewritten_has_no_proof_of_consistency(size, at):
    rewritten = [*LEAVES]
    rewritten[at] = leaf_hash(b"rewritten")
    old, new = Tree(LEAVES[:size]), Tree(rewritten)
    passes = continues(size, LARGEST, old.root(), new.root(), new.consistency_proof(size))
    assert passes == (at >= size)


def test_every_tree_continues_the_empty_one_whose_root_is_known():
    assert continues(0, 5, EMPTY_ROOT, Tree(LEAVES[:5]).root(), [])
    assert not continues(0, 5, LEAVES[0], Tree(LEAVES[:5]).root(), [])
    assert not continues(0, 5, EMPTY_ROOT, Tree(LEAVES[:5]).root(), [LEAVES[0]])


@pytest.mark.parametrize(("old", "size"), [(5, 4), (-1, 4)])
def test_sizes_that_make_no_sense_are_refused(old, size):
    assert not continues(old, size, LEAVES[0], LEAVES[1], [])
    with pytest.raises(IndexError):
        consistency_ranges(old, size)


def test_what_is_not_in_the_tree_has_no_proof():
    with pytest.raises(IndexError):
        inclusion_ranges(3, 3)
    with pytest.raises(IndexError):
        Tree(LEAVES[:3]).root(4)


def test_one_leaf_is_its_own_root_and_needs_no_proof():
    assert root_from_path(LEAVES[0], 0, 1, []) == Tree(LEAVES[:1]).root()
    assert root_from_path(LEAVES[0], 0, 1, [LEAVES[1]]) is None
