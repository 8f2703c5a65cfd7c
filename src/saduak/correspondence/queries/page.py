"""Everything that the page of a letter to confirm shows: what was read, what it would do, and why some of it would not."""

import datetime
import re
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q

from saduak.correspondence import matching, rules
from saduak.correspondence.clerk.words import number_forms, number_key, stem
from saduak.correspondence.long_texts import long_of
from saduak.correspondence.models import Delegation, Letter, LetterAttachment, LetterFinding, Origin
from saduak.correspondence.queries.originals import CalledBack, called_back
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
# Whoever the letter is addressed to.
_YOU: Final = re.compile(r"(?:(?:ขอ)?ให้)?\s*(?:(?:หน่วยงาน|ส่วนราชการ|องค์กร|จังหวัด|อำเภอ)(?:ของ)?)?\s*ท่าน")
# A citation in one line, as a bundle tells it.
_CITED: Final = re.compile(r"(?:^|\s)ที่\s+(?P<number>.+?)\s+ลงวันที่")


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
    # That the letter was called back, as it was said: then confirming asks nothing of anybody.
    over: CalledBack | None = None
    # Whether those to whom it is addressed include the office that has it.
    addressed: bool = False
    # What it cites and is here already, by its place among the references.
    cited: dict[int, Letter] = field(default_factory=dict)
    # The files that came with it in a packed file or an e-mail.
    enclosed: list[LetterAttachment] = field(default_factory=list)

    @property
    def first(self) -> dict[str, Any]:
        """The letter that was received; the others are its enclosures."""
        return self.documents[0]

    @property
    def only_told(self) -> bool:
        """Whether nothing was read from the file itself: what is known was told by those who sent it."""
        return self.letter.origin == Origin.EXCHANGED and set(self.first["spans"]) == {"document"}

    @property
    def for_others(self) -> bool:
        """Whether somebody else's letter asks something, and nothing of the office that loads it."""
        known = self.issuer is not None and not self.as_issuer and self.over is None
        return (
            known and not self.addressed and bool(self.duties) and not any(duty.mine for duty in self.duties)
        )


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
    """Build the page. At most seventeen queries, however many duties there are.

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
        first, known, letter.programme_id, _text_of(letter, first)
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
        year=matching.fiscal_year_of(first, _text_of(letter, first)),
        may_set_deadlines=as_issuer and issuer is not None and issuer.pk in owners(actor, programme_id),
        may_advance=as_issuer and is_secretariat(actor, programme_id),
        may_open_round=as_issuer and actor.can("programme.open_round", programme_id=letter.programme_id),
        findings=list(LetterFinding.objects.visible_to(actor).filter(letter=letter)),
    )
    _hold_against_letters(actor, page)
    page.duties = _duties(page, whos)
    page.deadlines = _deadlines(page, actor)
    page.meeting, page.agenda = meeting_of(documents)
    if page.as_issuer:
        _hold_against_registers(page, day, kind)
    return page


def _hold_against_letters(actor: Actor, page: LetterPage) -> None:
    """What is known of the same letter, of those that it cites, and of what lies beside it. At most five queries."""
    page.over = _over(actor, page)
    page.cited = _cited(actor, page.letter, page.first)
    if page.letter.origin == Origin.EXCHANGED:
        enclosed = LetterAttachment.objects.visible_to(actor).filter(letter=page.letter)
        page.enclosed = list(enclosed.select_related("file"))
    page.earlier = _earlier(actor, page)
    if page.earlier is not None:
        # The page offers the earlier one by itself.
        same = page.earlier.pk
        page.findings = [row for row in page.findings if row.code != "already-here" or row.related_id != same]


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
        .defer(*long_of(""))
        .order_by("for_issuer")
        .last()
    )
    return found


def _text_of(letter: Letter, first: dict[str, Any]) -> str:
    """The words of the letter itself, without its enclosures."""
    begin, end = first["spans"].get("document", (0, len(letter.text)))
    return letter.text[begin:end]


def _cited(actor: Actor, letter: Letter, first: dict[str, Any]) -> dict[int, Letter]:
    """The letters that it cites, as far as the actor has them. One query, none without a citation."""
    wanted = []
    for at, row in enumerate(first["references"]):
        line = _CITED.search(row["number"])
        number = line["number"] if line else row["number"]
        # A short one ("ว 10") does not tell whose it is.
        if stem(number):
            wanted.append((at, number, matching.day(row["date"])))
    if not wanted:
        return {}
    forms = [form for _at, number, _day in wanted for form in number_forms(number)]
    rows = Letter.objects.visible_to(actor).filter(number__in=forms, state="confirmed").exclude(pk=letter.pk)
    near = list(rows.defer(*long_of("")).order_by("-for_issuer", "pk"))
    found = {}
    for at, number, day in wanted:
        key = number_key(number)
        same = (row for row in near if number_key(row.number) == key and day in (None, row.dated))
        if (one := next(same, None)) is not None:
            found[at] = one
    return found


def _over(actor: Actor, page: LetterPage) -> CalledBack | None:
    """That the letter was called back, for whoever receives it; why only where they may read it. At most two queries."""
    if page.as_issuer or page.issuer is None:
        return None
    over = called_back(
        issuer_id=page.issuer.pk,
        number=page.first["number"] or "",
        dated=matching.day(page.first["date"]),
        office_id=page.letter.holder_id,
    )
    if over is None or rules.secrecy.may_read(actor, over.letter):
        return over
    return CalledBack(over.letter, over.at, "")


def _duties(page: LetterPage, whos: list[str] | None) -> list[DutyProposal]:
    read = page.first["actions"]
    words = whos if whos is not None else [row["who"] or "" for row in read]
    resolved: list[Resolved | None] = [None] * len(words)
    if page.issuer is not None and words:
        everybody = list(resolve_many([*words, *page.first["recipients"]], page.issuer))
        resolved = list(everybody[: len(words)])
        holder = page.letter.holder_id
        page.addressed = any(holder in row.organisation_ids for row in everybody[len(words) :])
    return [
        DutyProposal(
            index=number,
            who=who,
            what=read[number]["what"] if number < len(read) else "",
            due_on=matching.day(read[number]["due"]) if number < len(read) else None,
            force=read[number]["force"] if number < len(read) else "",
            resolved=resolved[number],
            mine=page.over is None and _is_mine(page, who, resolved[number]),
        )
        for number, who in enumerate(words)
    ]


def _is_mine(page: LetterPage, who: str, resolved: Resolved | None) -> bool:
    """Whether the words name the holder's office; "you", and nobody, are those to whom the letter is addressed."""
    if resolved is not None and page.letter.holder_id in resolved.organisation_ids:
        return True
    return page.addressed and (not who.strip() or _YOU.fullmatch(who.strip()) is not None)


def _deadlines(page: LetterPage, actor: Actor) -> list[DeadlineProposal]:
    found = []
    for number, row in enumerate(page.first["deadlines"]):
        due_on = matching.day(row["date"])
        if due_on is not None:
            why_not = matching.no_deadline_because(due_on, page.round, actor.received_at)
            found.append(DeadlineProposal(number, row["what"], due_on, why_not))
    return found


def meeting_of(documents: list[dict[str, Any]]) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
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
