"""Everything that the page of a letter to confirm shows: what was read, what it would do, and why some of it would not."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from saduak.correspondence import matching, rules
from saduak.correspondence.models import Delegation, Letter, LetterFinding
from saduak.correspondence.queries.standing import Standing, signer_like, standing_of
from saduak.correspondence.queries.templates import is_secretariat
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.organisations.models import Organisation
from saduak.organisations.recipients import Resolved, commands, find_issuer, resolve_many
from saduak.programme.models import Round
from saduak.programme.queries import rounds
from saduak.programme.rules import owners

MOST_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class DutyProposal:
    """A duty as it was read, with whom it would reach."""

    index: int
    who: str
    what: str
    due_on: datetime.date | None
    force: str
    resolved: Resolved | None
    mine: bool


@dataclass(frozen=True, slots=True)
class DeadlineProposal:
    """A date of the letter that may become an internal deadline, or why it does not."""

    index: int
    what: str
    due_on: datetime.date
    why_not: Words


@dataclass(slots=True)
class LetterPage:
    """One letter before it is confirmed. `as_issuer`: confirming speaks in the issuer's name."""

    letter: Letter
    documents: list[dict[str, Any]]
    issuer: Organisation | None
    as_issuer: bool
    commanded: bool
    round: Round | None
    rounds: list[Round]
    year: int | None
    may_set_deadlines: bool = False
    may_open_round: bool = False
    # The programme's own call: every office may see it before its order comes down the line.
    may_advance: bool = False
    duties: list[DutyProposal] = field(default_factory=list)
    deadlines: list[DeadlineProposal] = field(default_factory=list)
    meeting: dict[str, Any] | None = None
    agenda: list[dict[str, Any]] = field(default_factory=list)
    findings: list[LetterFinding] = field(default_factory=list)
    # In the issuer's name: what the issuer's registers ask for, and who signed as far as the reading tells.
    standing: Standing | None = None
    signer: Delegation | None = None
    # The same letter, confirmed before: by this office, or in its issuer's name and reaching this office.
    earlier: Letter | None = None

    @property
    def first(self) -> dict[str, Any]:
        """The letter that was received; the others are its enclosures."""
        return self.documents[0]

    @property
    def for_others(self) -> bool:
        """Whether somebody else's letter asks something, and nothing of the office that loads it."""
        known = self.issuer is not None and not self.as_issuer
        return known and bool(self.duties) and not any(duty.mine for duty in self.duties)


def letter_page(
    actor: Actor,
    letter: Letter,
    *,
    issuer: Organisation | None = None,
    round_: Round | None = None,
    whos: list[str] | None = None,
    day: datetime.date | None = None,
    kind: str = "",
) -> LetterPage:
    """Build the page. At most thirteen queries, however many duties there are.

    Args:
        actor: who will confirm.
        letter: read, not yet confirmed.
        issuer: as a person chose it; else the one that the text names.
        round_: as a person chose it; else the one of the letter's year.
        whos: the recipients as a person wrote them; else as they were read.
        day: the letter's date as a person wrote it; else as it was read.
        kind: the letter's kind, likewise.
    """
    documents = letter.reading["documents"]
    first = documents[0]
    known = [row for row in rounds(actor) if rules.may_confirm(actor, letter, row.programme_id)][:MOST_ROUNDS]
    # Of the rounds just read, because they come with their stages.
    from_letter = next((row for row in known if row.pk == letter.round_id), None) or matching.round_for(
        first, known, letter.programme_id
    )
    issuer = issuer or find_issuer(first.get("issuer") or "")
    chosen = round_ or from_letter
    programme_id = chosen.programme_id if chosen else letter.programme_id
    as_issuer = issuer is not None and rules.may_issue(actor, letter.holder_id, issuer, programme_id)
    page = LetterPage(
        letter=letter,
        documents=documents,
        issuer=issuer,
        as_issuer=as_issuer,
        commanded=as_issuer or (issuer is not None and commands(issuer, letter.holder)),
        round=chosen,
        rounds=known,
        year=matching.fiscal_year_of(first),
        may_set_deadlines=as_issuer and issuer is not None and issuer.pk in owners(actor, programme_id),
        may_advance=as_issuer and is_secretariat(actor, programme_id),
        may_open_round=as_issuer and actor.can("programme.open_round", programme_id=letter.programme_id),
        findings=list(LetterFinding.objects.visible_to(actor).filter(letter=letter)),
    )
    page.duties = _duties(page, whos)
    page.deadlines = _deadlines(page, actor)
    page.meeting, page.agenda = _meeting(documents)
    if page.as_issuer:
        _hold_against_registers(page, day, kind)
    page.earlier = _earlier(actor, page)
    if page.earlier is not None:
        # The page offers the earlier one by itself.
        same = page.earlier.pk
        page.findings = [row for row in page.findings if row.code != "already-here" or row.related_id != same]
    return page


def _hold_against_registers(page: LetterPage, day: datetime.date | None, kind: str) -> None:
    """What the issuer's registers ask of the paper. At most three queries."""
    assert page.issuer is not None  # noqa: S101 - nobody speaks for an unknown issuer
    first = page.first
    day = day or matching.day(first["date"]) or clock.today()
    page.standing = standing_of(page.letter, page.issuer.pk, day, kind or first["kind"])
    read = first.get("signer") or {}
    page.signer = signer_like(page.standing.signers.rows, read.get("name") or "", read.get("position") or "")


def _earlier(actor: Actor, page: LetterPage) -> Letter | None:
    """The same letter as confirmed before, when the actor can see it. One query, none without a number."""
    number, dated = page.first["number"], matching.day(page.first["date"])
    if not number or dated is None or page.issuer is None:
        return None
    same = Letter.objects.visible_to(actor).filter(
        issuer=page.issuer, number=number, dated=dated, state="confirmed"
    )
    found: Letter | None = (
        same.filter(Q(holder=page.letter.holder_id) | Q(for_issuer=True))
        .defer("text", "reading")
        .order_by("for_issuer")
        .last()
    )
    return found


def _duties(page: LetterPage, whos: list[str] | None) -> list[DutyProposal]:
    read = page.first["actions"]
    words = whos if whos is not None else [row["who"] or "" for row in read]
    resolved: list[Resolved | None] = [None] * len(words)
    if page.issuer is not None and words:
        resolved = list(resolve_many(words, page.issuer))
    return [
        DutyProposal(
            index=number,
            who=who,
            what=read[number]["what"] if number < len(read) else "",
            due_on=matching.day(read[number]["due"]) if number < len(read) else None,
            force=read[number]["force"] if number < len(read) else "",
            resolved=resolved[number],
            mine=_is_mine(page, resolved[number]),
        )
        for number, who in enumerate(words)
    ]


def _is_mine(page: LetterPage, resolved: Resolved | None) -> bool:
    return resolved is not None and page.letter.holder_id in resolved.organisation_ids


def _deadlines(page: LetterPage, actor: Actor) -> list[DeadlineProposal]:
    found = []
    for number, row in enumerate(page.first["deadlines"]):
        due_on = matching.day(row["date"])
        if due_on is not None:
            why_not = matching.no_deadline_because(due_on, page.round, actor.received_at)
            found.append(DeadlineProposal(number, row["what"], due_on, why_not))
    return found


def _meeting(documents: list[dict[str, Any]]) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The first meeting of the letter, completed from an enclosed agenda of the same day, and that agenda."""
    told = next((row for row in documents[0]["meetings"]), None)
    if told is None:
        return None, []
    meeting = dict(told)
    for document in documents:
        same = [row for row in document["meetings"] if row["date"] == meeting["date"]]
        if document["kind"] != "agenda" or not same:
            continue
        meeting["title"] = document["subject"] or ""
        # The agenda names the room; the letter often only says that it is a video conference.
        meeting["where"] = same[0]["where"] or meeting["where"]
        meeting["start"] = meeting["start"] or same[0]["start"]
        meeting["end"] = meeting["end"] or same[0]["end"]
        return meeting, document["agenda"]
    return meeting, documents[0]["agenda"]
