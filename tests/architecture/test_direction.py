"""Nothing points upward: what an import linter cannot see (foreign keys, migrations, templates, addresses, names)."""

import ast
import re
from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.test.utils import isolate_apps

from tests.architecture import house

LITERAL = r"""["']([^"']+)["']"""
PARENT = re.compile(r"{%-?\s*(?:extends|include)\s+" + LITERAL)
COTTON = re.compile(r"<c-([a-z0-9_.-]+)")
ADDRESS = re.compile(r"{%-?\s*url\s+" + LITERAL)
STATIC = re.compile(r"{%-?\s*static\s+" + LITERAL)
# Functions that take a route's name, and functions that take a dotted name of something in a room.
BY_ROUTE = {"reverse", "reverse_lazy", "redirect", "resolve_url"}
BY_NAME = {"enqueue", "get_model", "import_module", "import_string"}


def relations_upward(tables: Iterable[type[models.Model]]) -> list[str]:
    """Foreign keys (and their like) whose target lives in a room above."""
    found = []
    for table in tables:
        here = table._meta.app_label
        for field in [*table._meta.local_fields, *table._meta.local_many_to_many]:
            target = field.related_model
            if target is None:
                continue
            there = target.split(".")[0] if isinstance(target, str) else target._meta.app_label
            if house.is_upward(here, there):
                found.append(f"{table.__name__}.{field.name} points from {here} up to {there}")
    return found


def migrations_upward(steps: Iterable[migrations.Migration]) -> list[str]:
    """Migrations that wait for, or run before, a migration of a room above."""
    return [
        f"{step.app_label}.{step.name} depends on {there}.{name}"
        for step in steps
        for there, name in [*step.dependencies, *step.run_before]
        if house.is_upward(step.app_label, there)
    ]


def owner_of_template(name: str) -> str:
    """The room that a template's name leads to; none for other packages' templates."""
    for room in settings.ROOMS:
        if (house.SOURCE / room / "templates" / name).exists():
            return str(room)
    head = name.split("/", maxsplit=1)[0]
    return head if head in settings.ROOMS else ""


def cotton_names(tag: str) -> list[str]:
    """Where a cotton tag's template may stand: underscores and hyphens mean the same file."""
    path = tag.replace(".", "/")
    return [f"cotton/{path}.html", f"cotton/{path.replace('-', '_')}.html"]


def template_upward(room: str, text: str) -> list[str]:
    """Parents, parts, components, addresses and static files of a template that belong to a room above."""
    used = [(name, owner_of_template(name)) for name in PARENT.findall(text)]
    for tag in COTTON.findall(text):
        used += [(f"c-{tag}", owner_of_template(name)) for name in cotton_names(tag)]
    used += [(name, name.split(":")[0]) for name in ADDRESS.findall(text) if ":" in name]
    used += [(name, name.split("/")[0]) for name in STATIC.findall(text)]
    return sorted({f"{name} belongs to {there}" for name, there in used if house.is_upward(room, there)})


def names_upward(room: str, root: ast.AST) -> Iterator[str]:
    """Routes, jobs, models and modules of a room above, named by a string in Python."""
    for called, call in house.calls(root):
        first = call.args[0] if call.args else None
        if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
            continue
        if called in BY_ROUTE and ":" in first.value:
            there = first.value.split(":")[0]
        elif called in BY_NAME:
            there = first.value.removeprefix("saduak.").split(".")[0]
        else:
            continue
        if house.is_upward(room, there):
            yield f"line {call.lineno}: {called}({first.value!r}) reaches up to {there}"


def test_no_foreign_key_points_upward():
    ours = [m for m in apps.get_models() if m.__module__.startswith("saduak.")]
    assert relations_upward(ours) == []


def test_no_migration_depends_upward():
    steps = MigrationLoader(None, ignore_no_migrations=True).disk_migrations.values()
    assert migrations_upward(steps) == []


def test_no_template_reaches_upward():
    found = [
        f"{house.shown(path)}: {problem}"
        for path in house.templates()
        for problem in template_upward(house.room_of(path), path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_name_in_python_reaches_upward():
    found = [
        f"{house.shown(path)}: {problem}"
        for path in house.python_files()
        if house.room_of(path) in settings.ROOMS
        for problem in names_upward(house.room_of(path), house.tree(path))
    ]
    assert found == []


# The same checks, shown able to fail.


@isolate_apps("saduak.foundation", "saduak.programme")
def test_an_upward_foreign_key_is_found():
    class Low(models.Model):
        high = models.ForeignKey("programme.Round", models.PROTECT)
        level = models.ForeignKey("foundation.User", models.PROTECT)

        class Meta:
            app_label = "foundation"

    assert relations_upward([Low]) == ["Low.high points from foundation up to programme"]


def test_an_upward_migration_is_found():
    class Step(migrations.Migration):
        dependencies = [("certification", "0001_initial"), ("foundation", "0001_initial")]

    problems = migrations_upward([Step("0002_bad", "programme")])
    assert problems == ["programme.0002_bad depends on certification.0001_initial"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{% extends "portal/frame.html" %}', "portal/frame.html belongs to portal"),
        ("{% include 'insight/map.html' with a=1 %}", "insight/map.html belongs to insight"),
        ('<a href="{% url "certification:list" %}">', "certification:list belongs to certification"),
        ('{% static "assessment/a.js" %}', "assessment/a.js belongs to assessment"),
    ],
)
def test_a_template_that_reaches_upward_is_found(text, problem):
    assert template_upward("programme", text) == [problem]


def test_a_template_may_reach_down_and_out():
    text = (
        '{% extends "foundation/base.html" %}{% url "organisations:list" %}{% url "account_login" %}<c-tag>'
    )
    assert template_upward("programme", text) == []


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ('reverse("portal:home")', "line 1: reverse('portal:home') reaches up to portal"),
        (
            'jobs.enqueue("outreach.tasks.send", id=1)',
            "line 1: enqueue('outreach.tasks.send') reaches up to outreach",
        ),
        (
            'import_module("saduak.insight.x")',
            "line 1: import_module('saduak.insight.x') reaches up to insight",
        ),
    ],
)
def test_a_name_that_reaches_upward_is_found(code, problem):
    assert list(names_upward("register", ast.parse(code))) == [problem]


def test_a_name_may_reach_down():
    code = 'reverse("organisations:one"); enqueue("register.tasks.render"); reverse("account_login")'
    assert list(names_upward("register", ast.parse(code))) == []
