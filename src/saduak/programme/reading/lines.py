"""Which line of a YAML file a value stands on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from saduak.foundation.access.registry import Words

Where: TypeAlias = Sequence[str | int]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong, in words, and on which line (from 1)."""

    line: int
    message: Words

    def __str__(self) -> str:
        return str(self.message)


def line_of(root: Any, path: Iterable[str | int]) -> int:
    """The line, from 1, of the value at `path`, or of the nearest thing around it that exists."""
    node, line = root, 1
    for step in path:
        if isinstance(node, CommentedMap) and step in node:
            line = node.lc.key(step)[0] + 1
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            line = node.lc.item(step)[0] + 1
        else:
            break
        node = node[step]
    return int(line)


def plain(node: Any) -> Any:
    """The same data as ordinary dicts, lists and scalars."""
    if isinstance(node, Mapping):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return str(node)
