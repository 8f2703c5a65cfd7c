"""The import contracts of pyproject.toml hold, and no room reaches into another room's web."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from saduak.foundation.access import registry
from saduak.organisations.models import Role
from tests.architecture import house

LINTER = Path(sys.executable).with_name("lint-imports")
CONFIG = """[importlinter]
root_package = badhouse

[importlinter:contract:1]
name = rooms
type = layers
layers =
    badhouse.upper
    badhouse.lower
"""


def foreign_web(room: str, root: ast.AST) -> Iterator[str]:
    """Imports of another room's web; foundation's web is the frame of all."""
    for node in ast.walk(root):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "saduak" and "web" in parts[2:3] and parts[1] not in {room, "foundation"}:
                yield f"line {node.lineno}: {name}"


def late_imports(root: ast.AST) -> Iterator[str]:
    """Imports of our own inside a function: they would dodge a cycle."""
    for name, function in house.functions(root):
        for node in ast.walk(function):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            if module and module.startswith("saduak."):
                yield f"line {node.lineno}: {name} imports {module}"


def linted(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(LINTER), "--no-cache", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_import_contracts_hold():
    done = linted(house.ROOT)
    assert done.returncode == 0, done.stdout


def test_no_room_reaches_into_anothers_web():
    found = [
        f"{house.shown(path)}: {problem}"
        for path in house.python_files()
        if house.room_of(path) in settings.ROOMS
        for problem in foreign_web(house.room_of(path), house.tree(path))
    ]
    assert found == []


def test_no_import_of_ours_hides_in_a_function():
    # The command starts before the settings do, so its imports come late by nature.
    modules = [p for p in house.python_files() if house.room_of(p) in settings.ROOMS]
    assert [f"{house.shown(p)}: {problem}" for p in modules for problem in late_imports(house.tree(p))] == []


def test_capabilities_belong_to_roles_that_exist():
    unknown = {c.key: sorted(c.roles - set(Role.values)) for c in registry.capabilities()}
    assert {key: roles for key, roles in unknown.items() if roles} == {}


@pytest.mark.parametrize(("content", "code"), [("import badhouse.upper", 1), ("", 0)])
def test_an_upward_import_is_found(tmp_path, content, code):
    for room in ("upper", "lower"):
        (tmp_path / "badhouse" / room).mkdir(parents=True)
        (tmp_path / "badhouse" / room / "__init__.py").write_text("")
    (tmp_path / "badhouse" / "__init__.py").write_text("")
    (tmp_path / "badhouse" / "lower" / "a.py").write_text(content)
    (tmp_path / ".importlinter").write_text(CONFIG)
    assert linted(tmp_path).returncode == code


def test_a_foreign_web_and_a_late_import_are_found():
    code = "from saduak.register.web import views\nimport saduak.portal.web\nfrom saduak.foundation.web import pages"
    assert list(foreign_web("portal", ast.parse(code))) == ["line 1: saduak.register.web.views"]
    late = "def f():\n    from saduak.register import actions\n    import typst\n"
    assert list(late_imports(ast.parse(late))) == ["line 2: f imports saduak.register"]
