"""An application to read from beginning to end: each criterion with what was claimed, told and attached."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from saduak.applications import content, numbers
from saduak.applications.models import Answer
from saduak.applications.web import present
from saduak.foundation.access.registry import Words


@dataclass(frozen=True, slots=True)
class Item:
    """One criterion and its answer."""

    row: Any
    answer: Answer
    evidence: list[Any]
    said: str = ""
    stated: tuple[numbers.Told, ...] = ()
    # What the last check asked for here (with whether the centre dealt with it), and whether anything changed since.
    asked: Any = None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A side of a part."""

    title: Words
    items_in: list[Item]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the criteria."""

    part: Any
    groups: list[Group]


def parts(tasks: Any, said: Mapping[str, str] | None = None, check: Any = None) -> list[Part]:
    """The parts of an application with everything in them. One query; none for a check, which brings the evidence.

    Args:
        tasks: the task list; who may read it may read what stands in it.
        said: the reader's own comments, by the criterion's public id.
        check: the page of a check, for the reader's office: with what it said last time when it reads again.
    """
    by_id = {row.public_id: row for row in content.with_criteria(tasks.application, tasks.answers)}
    uses = content.uses_of(tasks.application) if check is None else check.uses
    before = None if check is None else check.before
    return [Part(part, _groups(part, by_id, uses, said or {}, before)) for part in tasks.parts]


def _groups(
    part: Any, by_id: dict[UUID, Answer], uses: dict[int, list[Any]], said: Mapping[str, str], before: Any
) -> list[Group]:
    found: dict[str, list[Item]] = defaultdict(list)
    for group in part.groups:
        for row in group.rows:
            answer = by_id[row.answer_id]
            evidence = [use.evidence for use in uses.get(answer.pk, [])]
            stated = numbers.told(answer.criterion, answer.numbers)
            item = Item(row, answer, evidence, said.get(str(row.criterion_id), ""), stated)
            if before is not None:
                asked, changed = before.asked.get(row.criterion_id), row.criterion_id in before.changed
                item = replace(item, asked=asked, changed=changed)
            found[_name(group)].append(item)
    return [Group(title, items) for title, items in found.items()]


def _name(group: Any) -> str:
    return present.side_name(group.rows[0].number, group.title) if group.title else ""
