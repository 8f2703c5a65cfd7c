"""What is signed and what was filed: the signing page, submissions, the receipt and its public check."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from saduak.applications import content, rules
from saduak.applications.models import Application, SignOff, Submission
from saduak.applications.queries import standing
from saduak.applications.queries.overview import TaskList, readable, task_list_of
from saduak.applications.queries.standing import TaskRow
from saduak.applications.states import APPLICATION
from saduak.foundation import ids
from saduak.foundation.access import Actor, Decision, no
from saduak.foundation.access.registry import Words
from saduak.foundation.thai import calendar
from saduak.organisations.models import Person
from saduak.programme.levels import plain
from saduak.programme.queries import contents


@dataclass(frozen=True, slots=True)
class SigningPage:
    """What the head reads before signing, with the digest of exactly that content."""

    tasks: TaskList
    digest: str
    code: str
    signer_name: str
    signer_position: str
    may_sign: Decision
    may_record: Decision
    sign_off: SignOff | None
    in_the_way: tuple[TaskRow, ...]

    @property
    def application(self) -> Application:
        """The application."""
        return self.tasks.application

    @property
    def numbers_in_the_way(self) -> Words:
        """The numbers of the items that are in the way, in one phrase."""
        return standing.numbers_of(self.in_the_way)


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way that is behind us."""

    title: Words
    when: Any
    note: Words


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says; `public` receipts say only what proves the file."""

    submission: Submission
    application: Application
    facts: tuple[tuple[Words, Words], ...]
    hash_groups: str
    steps: tuple[Step, ...]


def current_digest(application: Application) -> str:
    """The digest of the content as it is now. Two queries; the round comes with its criteria set."""
    answers, uses = content.answers_of(application), content.uses_of(application)
    return content.digest(content.content_of(application, answers, uses))


def signing_page(actor: Actor, application_id: UUID) -> SigningPage | None:
    """What is signed, or None when the actor may not read it. At most ten queries.

    `in_the_way`: gates that stop signing, whoever looks; none when it is not the time to sign.
    """
    application = readable(actor).filter(public_id=application_id).first()
    if application is None:
        return None
    tasks = task_list_of(actor, application)
    answers = content.with_criteria(application, tasks.answers)
    digest = content.digest(content.content_of(application, answers, content.uses_of(application)))
    signable = APPLICATION.can("sign", application.state)
    name, position = signer(actor)
    return SigningPage(
        tasks=tasks,
        digest=digest,
        code=content.code_of(digest),
        signer_name=name,
        signer_position=position,
        may_sign=_may_sign(actor, tasks, rules.SIGN),
        may_record=_may_sign(actor, tasks, rules.SUBMIT),
        sign_off=tasks.sign_off,
        in_the_way=tuple(tasks.gates_open) if signable else (),
    )


def _may_sign(actor: Actor, tasks: TaskList, capability: str) -> Decision:
    application = tasks.application
    decision = rules.may_act(actor, capability, application)
    if not decision:
        return decision
    if not APPLICATION.can("sign", application.state):
        return no(_("ลงนามได้เมื่อใบสมัครเป็นร่าง"), "wrong-state")
    if tasks.gates_open:
        return no(
            format_lazy(
                _("เกณฑ์ที่ต้องผ่านยังขาดข้อ {numbers} ทำให้ครบก่อนลงนาม"),
                numbers=standing.numbers_of(tasks.gates_open),
            ),
            "incomplete",
        )
    checks = tasks.findings.declared
    if checks:
        words = format_lazy(_("ข้อ {number} {what}"), number=checks[0].number, what=checks[0].what)
        return no(words, "incomplete")
    return decision


def signer(actor: Actor) -> tuple[str, str]:
    """The name and position of the person behind an actor, as they are frozen at signing. One query."""
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None:
        return actor.name, ""
    office = next((h.label for h in actor.holding_with(rules.SIGN)), "")
    return str(person), person.position or office


def submissions(actor: Actor, application_id: UUID) -> QuerySet[Any]:
    """What was filed, newest first. One query."""
    rows: QuerySet[Any] = Submission.objects.visible_to(actor).filter(application__public_id=application_id)
    return rows.select_related("sign_off", "snapshot", "receipt_pdf").order_by("-ordinal")


def submission_page(actor: Actor, submission_id: UUID) -> Receipt | None:
    """The receipt of a submission, or None when the actor may not read it. Two queries."""
    found = with_names(Submission.objects.visible_to(actor)).filter(public_id=submission_id).first()
    return None if found is None else receipt_of(found)


def receipt_by_code(typed: str) -> Receipt | None:
    """The receipt with this code, for whoever holds it: that it was filed, by whom and when, and the file's digest.

    One query; none for what can't be a code.
    """
    code = ids.normalise_code(typed)
    if not ids.is_code(code, ids.RECEIPT_CODE_LENGTH):
        return None
    found = with_names(Submission.objects.all()).filter(receipt_code=code).first()
    if found is None:
        return None
    return Receipt(found, found.application, _short_facts(found), content.grouped(found.sha256), ())


def with_names(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Submissions with what their receipt names."""
    return rows.select_related(
        "application__centre__organisation",
        "application__organisation",
        "application__round__programme__host",
        "application__round__criteria_set",
        "sign_off",
        "receipt_pdf",
    )


def receipt_of(submission: Submission) -> Receipt:
    """The receipt of a submission that was found through `with_names`. One query: what was filed is read from its row."""
    application = submission.application
    return Receipt(
        submission=submission,
        application=application,
        facts=(*_short_facts(submission), *_content_facts(submission)),
        hash_groups=content.grouped(submission.sha256),
        steps=_steps(submission),
    )


def _short_facts(submission: Submission) -> tuple[tuple[Words, Words], ...]:
    application, summary = submission.application, submission.summary
    english = (get_language() or "th").startswith("en")
    received = calendar.format_datetime(
        submission.received_at, long=True, seconds=True, language="en" if english else "th"
    )
    return (
        (_("ศูนย์"), summary["centre"]),
        (_("หน่วยงาน"), summary["organisation"]),
        (_("รอบ"), f"{application.round.name} ({APPLICATION_KINDS[summary['kind']]})"),
        (_("ยื่นเมื่อ"), received),
    )


APPLICATION_KINDS: Mapping[str, Words] = dict(Application.Kind.choices)


def _content_facts(submission: Submission) -> tuple[tuple[Words, Words], ...]:
    sign_off, summary = submission.sign_off, submission.summary
    maximum = contents(submission.application.round.criteria_set).scheme.maximum
    estimate = "" if submission.application.round.criteria_set.official else _(" (ประมาณการ)")
    signed = _("{position} ({method})")
    return (
        (
            _("ผู้ลงนามรับรองข้อมูล"),
            format_lazy(
                signed,
                position=sign_off.signer_position or sign_off.signer_name,
                method=sign_off.get_method_display(),
            ),
        ),
        (
            _("เนื้อหา"),
            format_lazy(
                _("เกณฑ์ที่ต้องผ่านครบ {met} จาก {total} ข้อ ตอบแล้ว {claimed} ข้อ หลักฐาน {evidence} รายการ"),
                met=summary["gates_met"],
                total=summary["gates_total"],
                claimed=summary["items_claimed"],
                evidence=summary["evidence"],
            ),
        ),
        (
            _("คะแนนประเมินตนเอง"),
            format_lazy(
                _("{points} จาก {maximum}{estimate}"),
                points=summary["points"],
                maximum=plain(maximum),
                estimate=estimate,
            ),
        ),
    )


def _steps(submission: Submission) -> tuple[Step, ...]:
    summary = submission.summary
    return (
        Step(_("ร่าง"), _day(summary["started_on"]), _("เริ่มเขียน")),
        _check(summary["check"]),
        Step(_("หัวหน้าหน่วยงานลงนาม"), submission.sign_off.signed_at, _("รับรองข้อมูล")),
        Step(_("ยื่นใบสมัคร"), submission.received_at, ""),
    )


# What the receipt says of the supervisor's check, by where it stood on the day of filing.
_CHECKED = {
    "requested": _("{by} ยังตรวจไม่เสร็จในวันที่ยื่น"),
    "returned": _("{by} ขอให้แก้"),
    "endorsed": _("{by} ตรวจทานแล้ว"),
}


def _check(check: Mapping[str, str] | None) -> Step:
    title = _("ตรวจทาน")
    if check is None:
        return Step(title, None, _("ยื่นโดยไม่มีการตรวจทาน"))
    return Step(title, _day(check["on"]), format_lazy(_CHECKED[check["state"]], by=check["by"]))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
