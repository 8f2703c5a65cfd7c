"""The Merkle tree of the seals, built as it streams."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from saduak.foundation import audit
from saduak.foundation.audit_seal import Merkle


def naive_root(leaves: list[bytes]) -> bytes:
    """The tree as RFC 6962 defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + naive_root(leaves[:half]) + naive_root(leaves[half:])).digest()


@given(
    st.lists(
        st.tuples(st.text("ab.", max_size=4), st.integers(1, 9), st.integers(1, 9), st.text("0f")),
        max_size=40,
    )
)
def test_the_streamed_root_is_that_of_the_whole_tree(heads):
    tree = Merkle()
    for head in heads:
        tree.add(head)
    names = ("aggregate", "aggregate_id", "seq", "head")
    leaves = [audit.canonical(dict(zip(names, head, strict=True))) for head in heads]
    assert (tree.root(), tree.count) == (naive_root(leaves).hex(), len(heads))
