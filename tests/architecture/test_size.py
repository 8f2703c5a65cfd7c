"""Small pieces (rule 13)."""

import ast
from pathlib import Path

from tests.architecture import house

MODULE, FUNCTION = 500, 50


def words(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the docstring: saying more is never punished."""
    first = node.body[0]
    if not (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return 0
    return (first.end_lineno or first.lineno) - first.lineno + 1


def too_long(name: str, text: str) -> list[str]:
    """The module itself, and its functions, when they pass the limit."""
    lines = text.count("\n") + 1
    found = [f"{name}: {lines} lines"] if lines > MODULE + 1 else []
    for function, node in house.functions(ast.parse(text)):
        length = (node.end_lineno or node.lineno) - node.lineno + 1 - words(node)
        if length > FUNCTION:
            found.append(f"{name}: {function} has {length} lines")
    return found


def ours() -> list[Path]:
    """Every Python file that we write; migrations are written by Django."""
    others = [p for part in ("tests", "tools", "docs") for p in sorted((house.ROOT / part).rglob("*.py"))]
    return [*house.python_files(), *(p for p in others if "_build" not in p.parts)]


def test_modules_and_functions_are_small():
    found = [
        problem
        for path in ours()
        for problem in too_long(house.shown(path), path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_long_module_is_found():
    assert too_long("m", "x = 1\n" * 500) == []
    assert too_long("m", "x = 1\n" * 501) == ["m: 502 lines"]


def test_a_long_function_is_found():
    assert too_long("m", "class A:\n  def f(self):\n" + "    x = 1\n" * 49) == []
    assert too_long("m", "class A:\n  def f(self):\n" + "    x = 1\n" * 50) == ["m: A.f has 51 lines"]
    said = 'def f():\n    """One.\n\n    Two.\n    """\n'
    assert too_long("m", said + "    x = 1\n" * 49) == []
    assert too_long("m", said + "    x = 1\n" * 50) == ["m: f has 51 lines"]
