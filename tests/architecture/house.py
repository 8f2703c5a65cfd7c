"""What the architecture tests know of the house: the rooms from the top, their files, and what lies above what."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from saduak.config.settings.base import ROOMS

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "saduak"
# From the top; what runs the rooms stands above them.
LEVELS = (("config", "cli"), *((room,) for room in ROOMS))
HEIGHT = {room: len(LEVELS) - index for index, level in enumerate(LEVELS) for room in level}


def is_upward(source: str, target: str) -> bool:
    """Whether `source` reaching for `target` reaches upward; what is no room of ours is never asked."""
    return source in HEIGHT and HEIGHT.get(target, 0) > HEIGHT[source]


def room_of(path: Path) -> str:
    """The room that a file of the source belongs to."""
    return path.relative_to(SOURCE).parts[0]


def shown(path: Path) -> str:
    """A path as people name it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def python_files(*, migrations: bool = False) -> list[Path]:
    """The program's modules."""
    return [p for p in sorted(SOURCE.rglob("*.py")) if migrations or "migrations" not in p.parts]


def templates() -> list[Path]:
    """The program's templates."""
    return sorted(p for room in ROOMS for p in (SOURCE / room / "templates").rglob("*.html"))


@cache
def tree(path: Path) -> ast.Module:
    """A module, parsed once a run."""
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(root: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call below a node, with the last part of the name that is called."""
    for node in ast.walk(root):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name):
                yield function.id, node
            elif isinstance(function, ast.Attribute):
                yield function.attr, node


def functions(
    root: ast.AST, prefix: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function below a node, with its dotted name inside the module."""
    for node in ast.iter_child_nodes(root):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{node.name}", node
            yield from functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")
        else:
            yield from functions(node, prefix)
