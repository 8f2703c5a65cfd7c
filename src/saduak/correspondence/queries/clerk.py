"""What the careful clerk looks at: a file just read, and beside it only what the office that holds it has or was told.

A finding is read by everybody at the holder, so nothing is compared that only one of them may see: no secret letter, and
no letter that this office neither holds, issued, was sent nor was asked something by. How many letters are known makes
no difference to the number of queries: they are found by issuer and number, or by issuer and day, through an index.
"""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db.models import OuterRef, Q, QuerySet, Subquery

import saduak.correspondence.rules.findings  # noqa: F401 - registers who may not see a doubt
from saduak.correspondence import clerk, matching
from saduak.correspondence.clerk.citing import NEAR_DAYS
from saduak.correspondence.clerk.words import applies, cited_issuer, number_forms
from saduak.correspondence.models import Delivery, Duty, DutyRecipient, Letter, Registry
from saduak.foundation import clock
from saduak.foundation.models import StoredFile
from saduak.foundation.thai import calendar
from saduak.organisations.models import Area, Organisation, Relation, TreePath
from saduak.organisations.models.dated import on_day
from saduak.organisations.paths import ancestors
from saduak.organisations.recipients import clean
from saduak.programme.models import InternalDeadline
from saduak.programme.queries import effective_deadlines_of, stage_of

_MOST_DOCUMENTS: Final = 30
_MOST_CITED: Final = 12
_MOST_STAMPS: Final = 12
_MOST_KNOWN: Final = 1000
_MOST_WAITING: Final = 60
_MOST_NAMES: Final = 300
_MOST_SHORT_NAMES: Final = 24
_LONGEST_NAME: Final = 200
_BRACKETS: Final = re.compile(r"\([^)]*\)")


def look(letter: Letter) -> tuple[list[clerk.Document], clerk.Knowledge]:
    """The documents of a letter that was just read, and what is known beside them. At most twelve queries.

    Args:
        letter: with its reading; its round with stages.
    """
    read = letter.reading["documents"][:_MOST_DOCUMENTS]
    names = _names(letter, read)
    offices, holder = _offices(names, letter.holder_id)
    documents = [_document(index, row, names, offices) for index, row in enumerate(read)]
    known = {row.pk: row for row in _waiting(letter)}
    known |= {row.pk: row for row in _confirmed(letter, documents, holder)}
    known |= {row.pk: replace(known.get(row.pk, row), same_file=True) for row in _same_file(letter)}
    rows = tuple(known.values())
    cited = {row.pk for row in clerk.parents(documents[:1], rows).values()}
    told = frozenset(
        (row["code"], row["document"], next(iter(row["evidence"]), "")) for row in letter.reading["findings"]
    )
    opened = _opened(letter, documents, holder)
    knowledge = clerk.Knowledge(rows, _last_days(cited), _limit(letter, documents), opened, told)
    return documents, knowledge


# --- The documents of the file ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of offices that one document tells: its issuer, those it cites by place, those that stamped it."""

    issuer: str
    cited: Mapping[str, str]
    stamps: tuple[str, ...]

    def __iter__(self) -> Iterator[str]:
        yield self.issuer
        yield from self.cited.values()
        yield from self.stamps


def _names(letter: Letter, read: Sequence[Mapping[str, Any]]) -> list[_Names]:
    return [
        _Names(
            issuer=row["issuer"] or "",
            cited={
                place: cited_issuer(letter.text, span[0])
                for place, span in row["spans"].items()
                if place.startswith("references.")
            },
            stamps=tuple(stamp["office"] or "" for stamp in row["receipts"][:_MOST_STAMPS]),
        )
        for row in read
    ]


def _document(
    index: int, row: Mapping[str, Any], names: Sequence[_Names], offices: Mapping[str, clerk.Office]
) -> clerk.Document:
    told = names[index]
    ends = [day for window in row["windows"] if (day := matching.day(window["end"]))]
    return clerk.Document(
        index=index,
        number=row["number"] or "",
        day=matching.day(row["date"]),
        subject=row["subject"] or "",
        issuer=told.issuer,
        office=offices.get(told.issuer),
        cited=tuple(
            clerk.Cited(
                number=cited["number"],
                day=matching.day(cited["date"]),
                place=f"references.{at}",
                office=offices.get(told.cited.get(f"references.{at}", "")),
            )
            for at, cited in enumerate(row["references"][:_MOST_CITED])
        ),
        stamps=tuple(_stamps(row, offices)),
        dues=tuple(
            clerk.Due(day, due["what"] or "", f"deadlines.{at}", applies=applies(due["what"] or ""))
            for at, due in enumerate(row["deadlines"])
            if (day := matching.day(due["date"]))
        ),
        windows_end=max(ends, default=None),
    )


def _stamps(row: Mapping[str, Any], offices: Mapping[str, clerk.Office]) -> Iterator[clerk.Stamp]:
    for at, stamp in enumerate(row["receipts"][:_MOST_STAMPS]):
        day = matching.day(stamp["date"])
        if day is not None:
            name = stamp["office"] or ""
            yield clerk.Stamp(
                name=name,
                number=stamp["number"] or "",
                day=day,
                time=stamp["time"] or "",
                place=f"receipts.{at}",
                office=offices.get(name),
            )


# --- The offices that are named ---------------------------------------------------------------------------------------


def _offices(names: Iterable[_Names], holder_id: int) -> tuple[dict[str, clerk.Office], frozenset[int]]:
    """The organisations that the texts name, and those whose letters count as the holder's own. At most five queries."""
    texts = list(dict.fromkeys(text for told in names for text in told if text))
    found = _found(texts)
    rows = {row.pk: row for row in found.values()}
    paths: dict[int, list[list[int]]] = defaultdict(list)
    lines = TreePath.objects.filter(organisation__in=rows, kind=TreePath.Kind.LINE)
    for pk, path in lines.values_list("organisation_id", "path"):
        paths[pk].append([key for key in ancestors(path) if key != pk])
    named: dict[int, set[int]] = defaultdict(set)
    written = Relation.objects.filter(
        on_day(clock.today()), kind=Relation.Kind.ISSUES_FOR, child__in=[*rows, holder_id]
    )
    for child, parent in written.values_list("child_id", "parent_id"):
        named[child].add(parent)
    beside = {pk for above in paths.values() for path in above for pk in path}.union(*named.values())
    codes = dict(Organisation.objects.filter(pk__in=beside).values_list("pk", "letter_code"))
    offices = {
        pk: clerk.Office(
            pk=pk,
            name=row.name_th,
            codes=_codes(row, paths[pk], named[pk], codes),
            above=frozenset(key for path in paths[pk] for key in path),
            same=frozenset({pk} | named[pk]),
        )
        for pk, row in rows.items()
    }
    return {text: offices[row.pk] for text, row in found.items()}, frozenset({holder_id} | named[holder_id])


def _codes(
    row: Organisation, paths: Iterable[Sequence[int]], named: Iterable[int], codes: Mapping[int, str]
) -> frozenset[str]:
    """With which letters an office's numbers begin: its own, else those nearest above it in each line of command.

    So a department uses its ministry's code, and a province its own although the ministry stands above it. Local
    governments stand in no line and use their province's. In whose name an office writes, those codes fit too.
    """
    found = {codes.get(pk, "") for pk in named}
    if row.letter_code:
        found.add(row.letter_code)
    else:
        found |= {next((codes[pk] for pk in reversed(path) if codes.get(pk)), "") for path in paths}
        if row.kind == Organisation.Kind.LOCAL_GOVERNMENT:
            found.add(_code_of_area(row.area))
    return frozenset(found - {""})


def _code_of_area(area: Area | None) -> str:
    while area is not None and not area.letter_code:
        area = area.parent
    return area.letter_code if area is not None else ""


def _found(texts: Sequence[str]) -> dict[str, Organisation]:
    """The one organisation that each text names, as `recipients.find_issuer` finds it. Two queries for all of them."""
    wanted = {text: _forms(clean(text)) for text in texts}
    names = list(dict.fromkeys(name for forms in wanted.values() for name in forms))[:_MOST_NAMES]
    by_name: dict[str, list[Organisation]] = defaultdict(list)
    for row in _register().filter(name_th__in=names):
        by_name[clean(row.name_th)].append(row)
    found = {text: hit for text, forms in wanted.items() if (hit := _only(forms, by_name))}
    short = [name for text in texts if text not in found for name in wanted[text] if " " not in name]
    by_alias: dict[str, list[Organisation]] = defaultdict(list)
    alias = Q(pk__in=())
    for name in dict.fromkeys(short[:_MOST_SHORT_NAMES]):
        alias |= Q(aliases__contains=name)
    for row in _register().filter(alias):
        for name in clean(row.aliases).split():
            by_alias[name].append(row)
    for text, forms in wanted.items():
        if text not in found and (hit := _only(forms, by_alias)):
            found[text] = hit
    return found


def _register() -> QuerySet[Organisation]:
    return Organisation.objects.filter(retired_at__isnull=True).select_related("area__parent__parent")


def _forms(text: str) -> list[str]:
    """A name as a whole, without brackets, with fewer and fewer words, and what stands in brackets."""
    outer = _BRACKETS.sub(" ", text).split()
    forms = [text, *(" ".join(outer[:end]) for end in range(len(outer), 0, -1))]
    forms += [inner.strip("() ") for inner in _BRACKETS.findall(text)]
    return [form for form in dict.fromkeys(forms) if 1 < len(form) <= _LONGEST_NAME][:8]


def _only(forms: Iterable[str], rows: Mapping[str, Sequence[Organisation]]) -> Organisation | None:
    """The organisation of the first form that only one bears."""
    return next((rows[form][0] for form in forms if len(rows.get(form, ())) == 1), None)


# --- The letters that the office has ----------------------------------------------------------------------------------


def _open(letter: Letter) -> QuerySet[Letter]:
    """Letters that may be spoken of at the holder: none that is secret, none that was called back."""
    rows: QuerySet[Letter] = Letter.objects.filter(secrecy="", recalled_at__isnull=True)
    return rows.exclude(pk=letter.pk)


def _confirmed(
    letter: Letter, documents: Sequence[clerk.Document], holder: frozenset[int]
) -> Iterator[clerk.Known]:
    """Those by number, and those of a cited office about the cited day. One query."""
    cited = [row for document in documents for row in document.cited]
    named: list[clerk.Document | clerk.Cited] = [*documents, *cited]
    issuers = {pk for row in named if row.office is not None for pk in row.office.same}
    if not issuers:
        return
    numbers = {row.number for row in named if row.number}
    forms = sorted({form for number in numbers for form in number_forms(number)})
    rows = _open(letter).filter(_within(letter, holder), state="confirmed")
    by_number = rows.filter(issuer__in=issuers, number__in=forms)
    about = Q(pk__in=())
    for row in cited:
        if row.office is not None and row.day is not None:
            span = datetime.timedelta(days=NEAR_DAYS)
            about |= Q(issuer__in=row.office.same, dated__range=(row.day - span, row.day + span))
    fields = ("pk", "number", "dated", "subject", "issuer_id")
    found = by_number.values_list(*fields).union(rows.filter(about).values_list(*fields))[:_MOST_KNOWN]
    for pk, number, dated, subject, issuer in found:
        yield clerk.Known(pk, number, dated, subject, issuer)


def _within(letter: Letter, holder: frozenset[int]) -> Q:
    """What the holder itself holds, issued, was sent or was asked something by."""
    sent = Delivery.objects.filter(organisation=letter.holder_id).exclude(state="withdrawn")
    asked = DutyRecipient.objects.filter(organisation=letter.holder_id)
    # Each list is made once; asked again for each letter, SQLite goes through all that the office was ever sent.
    return (
        Q(holder=letter.holder_id)
        | Q(issuer__in=holder)
        | Q(pk__in=sent.values("letter"))
        | Q(pk__in=asked.values("duty__letter"))
    )


_READ: Final = tuple(f"reading__documents__0__{name}" for name in ("number", "date", "subject", "secrecy"))


def _waiting(letter: Letter) -> Iterator[clerk.Known]:
    """The newest of the holder's letters that nobody confirmed yet. One query."""
    yield from _as_read(_open(letter).filter(holder=letter.holder_id, state="read"), _MOST_WAITING)


def _as_read(rows: QuerySet[Letter], most: int) -> Iterator[clerk.Known]:
    """Letters as they were read, the newest first; one that reads as secret is not spoken of."""
    newest = rows.order_by("-loaded_at", "-pk").values_list("pk", *_READ)[:most]
    for pk, number, day, subject, secrecy in newest:
        if not secrecy:
            yield clerk.Known(pk, number or "", matching.day(day), subject or "")


def _same_file(letter: Letter) -> Iterator[clerk.Known]:
    """The same file, brought in by the holder before. One query."""
    digest = StoredFile.objects.filter(pk=letter.file_id).values("sha256")
    rows = _open(letter).filter(
        holder=letter.holder_id,
        file__sha256=Subquery(digest),
        state__in=["read", "confirmed", "set_aside"],
    )
    yield from _as_read(rows, 1)


# --- Until when -------------------------------------------------------------------------------------------------------


def _last_days(cited: Iterable[int]) -> dict[int, datetime.date]:
    """The last day that each of some letters names, as a deadline, a window's end or a duty's date. One query."""
    pks = sorted(cited)
    if not pks:
        return {}
    due = Duty.objects.filter(letter=OuterRef("pk"), due_at__isnull=False).order_by("-due_at")
    rows = Letter.objects.filter(pk__in=pks).annotate(last=Subquery(due.values("due_at")[:1]))
    found: dict[int, datetime.date] = {}
    for pk, reading, last in rows.values_list("pk", "reading", "last"):
        first: dict[str, Any] = next(iter(reading.get("documents") or []), {})
        days = [matching.day(row["date"]) for row in first.get("deadlines", [])]
        days += [matching.day(row["end"]) for row in first.get("windows", [])]
        days += [calendar.closing_day(last)] if last else []
        told = [day for day in days if day is not None]
        if told:
            found[pk] = max(told)
    return found


def _opened(
    letter: Letter, documents: Sequence[clerk.Document], holder: frozenset[int]
) -> datetime.date | None:
    """When the register was opened that gives the number of a letter in the holder's own name; None for all others.

    The holder's own, else the issuer's, as `queries.standing` has it. One query, none for another's letter.
    """
    office = documents[0].office if documents else None
    if office is None or office.pk not in holder:
        return None
    rows = Registry.objects.filter(closed_at__isnull=True, organisation__in={letter.holder_id, office.pk})
    found = dict(rows.values_list("organisation", "opened_at"))
    opened_at = found.get(letter.holder_id) or found.get(office.pk)
    return calendar.bangkok_date(opened_at) if opened_at else None


def _limit(letter: Letter, documents: Sequence[clerk.Document]) -> clerk.Limit | None:
    """The last day to apply: set above the issuer for a line in which the holder stands too, else the round's closing.

    A date that an office set for its own line is told to nobody outside it. Two queries, none when no date is to apply.
    """
    first = documents[0] if documents else None
    if letter.round is None or first is None or not any(due.applies for due in first.dues):
        return None
    above = first.office.above if first.office else frozenset()
    effective = effective_deadlines_of(letter.round, [letter.holder_id])[letter.holder_id]
    submit = InternalDeadline.Kind.SUBMIT
    for row in effective.internal:
        if row.kind == submit and row.owner_id in above:
            owner = row.owner.name_th
            return clerk.Limit(calendar.closing_day(row.due_at), owner, f"{row.owner_id}")
    stage = stage_of(letter.round)
    if stage is None:
        return None
    return clerk.Limit(calendar.closing_day(stage.ends_at), "", f"{letter.round.pk}")
