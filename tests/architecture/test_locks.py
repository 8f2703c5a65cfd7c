"""A lock on a row leaves its key alone: what refers to the row is still written, and nobody waits over a foreign key."""

import ast

from tests.architecture import house


def plain_locks(root: ast.AST) -> list[int]:
    """Lines that lock a row with its key."""
    return [
        call.lineno
        for called, call in house.calls(root)
        if called == "select_for_update" and "no_key" not in {word.arg for word in call.keywords}
    ]


def test_every_lock_leaves_the_key_alone():
    found = {house.shown(path): plain_locks(house.tree(path)) for path in house.python_files()}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_a_lock_with_its_key_is_found():
    assert plain_locks(
        ast.parse('rows.select_for_update(of=("self",))\nrows.select_for_update(no_key=True)')
    ) == [1]
