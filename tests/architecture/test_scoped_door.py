"""One scoped door (rule 3) and one action per change (rule 1): what a web module may not do by itself."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture import house

MANAGERS = {"objects", "_default_manager", "_base_manager"}
# What may follow a manager: the door itself, and what gives no row.
DOORS = {"visible_to", "none"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}
RAW = {"raw", "cursor", "execute"}
WRITES = {"save", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}

# (file under src/saduak, function): why it may. Kept short; a new line here needs a reason that a reviewer accepts.
ALLOWED = {
    ("foundation/web/middleware.py", "reading"): "tells the database itself to refuse writes; reads no row",
}


def problems_of(root: ast.AST) -> Iterator[tuple[int, str]]:
    """Lines of a web module that go past the scoped door or write without an action."""
    parents = {child: node for node in ast.walk(root) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(root):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            follower = parents.get(node)
            if not (isinstance(follower, ast.Attribute) and follower.attr in DOORS):
                yield node.lineno, f"`{ast.unparse(node)}` without visible_to(actor)"
        elif isinstance(node, ast.ClassDef):
            yield from _generic_views(node)
    yield from _bad_calls(root)


def _bad_calls(root: ast.AST) -> Iterator[tuple[int, str]]:
    for called, call in house.calls(root):
        if called in SHORTCUTS and call.args and _is_class(call.args[0]):
            yield call.lineno, f"{called}({ast.unparse(call.args[0])}) without visible_to(actor)"
        elif called in RAW and isinstance(call.func, ast.Attribute):
            yield call.lineno, f"raw SQL by .{called}()"
        elif called in WRITES and isinstance(call.func, ast.Attribute):
            yield call.lineno, f".{called}() in a web module: a write is an action"


def _generic_views(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    if node.name == "Meta":
        return
    for line in node.body:
        if isinstance(line, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == "model" for t in line.targets
        ):
            yield line.lineno, f"{node.name}.model: a generic view lists every row"


def _is_class(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name[:1].isupper()


def function_at(root: ast.AST, line: int) -> str:
    """The innermost function that a line stands in."""
    holding = [
        (f.lineno, name) for name, f in house.functions(root) if f.lineno <= line <= (f.end_lineno or 0)
    ]
    return max(holding)[1] if holding else ""


def test_web_modules_use_only_the_scoped_door():
    found = []
    for path in house.python_files():
        inside = path.relative_to(house.SOURCE)
        if "web" not in inside.parts[1:2]:
            continue
        root = house.tree(path)
        for line, problem in problems_of(root):
            if (inside.as_posix(), function_at(root, line)) not in ALLOWED:
                found.append(f"{house.shown(path)}:{line}: {problem}")
    assert found == []


def test_every_exception_is_still_needed():
    for inside, function in ALLOWED:
        root = house.tree(house.SOURCE / inside)
        assert function in {function_at(root, line) for line, _ in problems_of(root)}, (inside, function)


@pytest.mark.parametrize(
    "code",
    [
        "Application.objects.filter(pk=1)",
        "Application.objects.all()",
        "models.Application.objects.count()",
        "Application._base_manager.get(pk=1)",
        "rows = Application.objects",
        "get_object_or_404(Application, public_id=x)",
        "class List(ListView):\n    model = Application",
        "Application.objects.raw('select 1')",
        "connection.cursor()",
        "application.save()",
        "Application.objects.visible_to(actor).first().delete()",
    ],
)
def test_a_way_past_the_door_is_found(code):
    assert list(problems_of(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "Application.objects.visible_to(request.actor).filter(state='draft')",
        "get_object_or_404(Application.objects.visible_to(request.actor), public_id=x)",
        "queries.applications(actor=request.actor)",
        "class Form(forms.Form):\n    class Meta:\n        model = Application",
        "Application.objects.none()",
    ],
)
def test_the_door_itself_passes(code):
    assert list(problems_of(ast.parse(code))) == []


def test_the_function_around_a_line_is_named():
    root = ast.parse(
        "class A:\n    def b(self):\n        def c():\n            return 1\n        return 2\nx = 1\n"
    )
    assert [function_at(root, line) for line in (4, 5, 6)] == ["A.b.c", "A.b", ""]
