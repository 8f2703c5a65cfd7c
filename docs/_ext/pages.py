"""Writes the pages that come from the code itself before Sphinx reads: tables, state machines, who may do what.

They are written into docs/generated/ (never committed) and included by the pages that explain them.
"""

import inspect
import os
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import django
from sphinx.application import Sphinx

from docs._ext.drawing import Box, Link, machine_svg, tables_svg


def raw(html: str) -> str:
    """HTML inside a Markdown page."""
    return f"```{{raw}} html\n{html}\n```\n"


def cell(words: object) -> str:
    """Words that may stand in a table of Markdown."""
    return " ".join(str(words).split()).replace("|", "\\|") or "–"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table of Markdown."""
    titles = list(head)
    lines = ["| " + " | ".join(titles) + " |", "|" + " --- |" * len(titles)]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def first_sentence(thing: object) -> str:
    """The first paragraph of a docstring; Django's own `Model(field, …)` says nothing."""
    words = (inspect.getdoc(thing) or "").split("\n\n")[0]
    return "" if words.startswith(f"{getattr(thing, '__name__', '')}(") else words


def rooms_with_tables() -> dict[str, list[Any]]:
    """The models of each room, from the bottom room up."""
    from django.apps import apps  # noqa: PLC0415 - after django.setup()
    from django.conf import settings  # noqa: PLC0415 - as above

    found = {
        room: sorted(apps.get_app_config(room).get_models(), key=lambda m: m.__name__)
        for room in settings.ROOMS
    }
    return {room: models for room, models in reversed(found.items()) if models}


def boxes_of(models: list[Any]) -> list[Box]:
    """The tables of a room with their foreign keys."""
    boxes = []
    for model in models:
        fields = [*model._meta.local_fields, *model._meta.local_many_to_many]
        links = [
            Link(f.name, f.related_model._meta.label, f.null) for f in fields if f.related_model is not None
        ]
        boxes.append(Box(model._meta.label, model.__name__, links))
    return boxes


def field_row(field: Any) -> tuple[str, str, str, str]:
    """A field in words: its name, its kind, what is special, what it is called or for."""
    kind = field.get_internal_type().removesuffix("Field")
    if field.related_model is not None:
        kind = f"→ {field.related_model._meta.label}"
    elif getattr(field, "max_length", None):
        kind += f" ≤ {field.max_length}"
    marks = [word for word, is_so in (("may be empty", field.null), ("unique", field.unique)) if is_so]
    if field.choices:
        marks.append("one of " + ", ".join(f"`{value}`" for value, _ in field.choices if value))
    return f"`{field.name}`", kind, "; ".join(marks), field.help_text or field.verbose_name


def model_section(model: Any) -> str:
    """One table: what it is, its fields, what the database itself refuses."""
    fields = [f for f in [*model._meta.local_fields, *model._meta.local_many_to_many] if not f.primary_key]
    parts = [f"### {model.__name__}\n", first_sentence(model) + "\n"]
    parts.append(table(("field", "kind", "", "meaning"), map(field_row, fields)))
    rules = [f"`{constraint.name}`" for constraint in model._meta.constraints]
    if rules:
        parts.append("The database refuses what breaks: " + ", ".join(rules) + ".\n")
    return "\n".join(parts)


def data_model() -> str:
    """Every table of every room, drawn and listed."""
    parts = []
    for room, models in rooms_with_tables().items():
        drawing = tables_svg(f"tables-{room}", f"Tables of {room}", boxes_of(models))
        parts += [f"## {room}\n", raw(drawing), *map(model_section, models)]
    return "\n".join(parts)


def machines() -> str:
    """Every state machine, drawn and listed."""
    from saduak.foundation.states import MACHINES  # noqa: PLC0415 - after django.setup()

    parts = []
    for name, machine in sorted(MACHINES.items()):
        rows = (
            (
                f"`{step.event}`",
                ", ".join(f"`{s}`" for s in machine.states if s in step.sources),
                f"`{step.target}`",
                step.label,
            )
            for step in machine.transitions.values()
        )
        states = ((f"`{s}`", machine.states[s], _place(machine, s)) for s in machine.states)
        parts += [f"## {name}\n", raw(machine_svg(machine))]
        parts += [
            table(("event", "may start in", "ends in", "in words"), rows),
            table(("state", "in words", ""), states),
        ]
    return "\n".join(parts)


def _place(machine: Any, state: str) -> str:
    return "begins here" if state == machine.initial else "final" if state in machine.final else ""


def access() -> str:
    """Who may do what (capabilities by role), who sees what, and what hides it."""
    from saduak.foundation.access import registry  # noqa: PLC0415 - after django.setup()
    from saduak.organisations.models import Role  # noqa: PLC0415 - as above

    parts = ["## Capabilities by role\n", raw(role_table(registry.capabilities(), list(Role)))]
    parts += ["## Who sees which rows, and why\n"]
    for model in registry.models():
        rules = [("shown", rule) for rule in registry.grants_of(model)]
        rules += [("hidden", rule) for rule in registry.denials_of(model)]
        shown = ((effect, f"`{rule.name}`", rule.why) for effect, rule in rules)
        parts += [f"### {model._meta.label}\n", table(("effect", "rule", "why"), shown)]
    return "\n".join(parts)


def role_table(capabilities: Iterable[Any], roles: list[Any]) -> str:
    """Capabilities down, roles across; a mark is a word for those who cannot see it."""
    heads = "".join(
        f'<th scope="col"><span>{escape(str(r.label))} <code>{r.value}</code></span></th>' for r in roles
    )
    lines = [
        f'<div class="table-wrapper docutils container"><table class="docutils roles"><thead><tr><th scope="col">capability</th>{heads}</tr></thead><tbody>'
    ]
    for capability in capabilities:
        words = f"<code>{escape(capability.key)}</code><br>{escape(str(capability.label))}"
        marks = (
            '<td role="cell" aria-label="yes">●</td>' if role.value in capability.roles else "<td></td>"
            for role in roles
        )
        lines.append(f'<tr><th scope="row">{words}</th>{"".join(marks)}</tr>')
    return "\n".join([*lines, "</tbody></table></div>"])


PAGES = {"data-model": data_model, "state-machines": machines, "access": access}


def write(app: Sphinx) -> None:
    """Write the generated parts; leave a file alone when it did not change, so that Sphinx reads it once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saduak.config.settings.test")
    django.setup()
    folder = Path(app.srcdir) / "generated"
    folder.mkdir(exist_ok=True)
    for name, make in PAGES.items():
        path, text = folder / f"{name}.md", make()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
