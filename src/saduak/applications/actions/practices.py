"""Good practices: proposing a filed answer, the head's consent to exactly what is shown, publishing, taking away."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from saduak.applications import excerpts, signals
from saduak.applications.actions.common import locked
from saduak.applications.models import (
    Answer,
    Practice,
    PracticeLevels,
    PracticePicture,
    PracticeSuggestion,
)
from saduak.applications.queries import practice_choices as queries
from saduak.applications.queries.filing import signer
from saduak.applications.queries.practice_choices import FiledAnswer, own_words
from saduak.applications.queries.practices import pictures_of
from saduak.applications.rules import practices as rules
from saduak.applications.states import LIVE, PRACTICE
from saduak.foundation import audit
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.thai.text import normalise, search_key
from saduak.organisations.models import Programme
from saduak.register.models import Certificate

LONGEST = {"title": 200, "text": 20_000, "why": 1_000, "note": 500, "reason": 500}
MOST_PICTURES = 6


@action("applications.suggest_practice")
def suggest_practice(
    *, actor: Actor, submission_id: uuid.UUID, criterion_key: str, note: str = ""
) -> PracticeSuggestion:
    """Say of a filed answer that others should learn from it. It waits for its centre's certificate; once said is enough.

    Raises:
        Refused: neither panel nor supervisor, no filing that the actor reads, or not a criterion of it.
        Invalid: the note is too long.
    """
    found = queries.suggestible(actor, submission_id, criterion_key)
    if found is None:
        words = _("แนะนำได้เฉพาะผู้ตรวจประเมินและผู้กำกับติดตามที่อ่านใบสมัครนี้")
        raise Refused(words, "not-yours")
    submission, criterion, _said = found
    row, _made = PracticeSuggestion.objects.update_or_create(
        submission=submission,
        criterion=criterion,
        suggested_by_id=actor.user_id,
        defaults={"note": _text(note, "note", required=False), "suggested_at": actor.received_at},
    )
    return row


@action("applications.propose_practice")
def propose_practice(
    *,
    actor: Actor,
    answer_id: uuid.UUID,
    title: str,
    text: str,
    why: str = "",
    picture_ids: Sequence[uuid.UUID] = (),
    idempotency_key: uuid.UUID | None = None,
) -> Practice:
    """Propose a filed answer of a certified centre; its head is asked whether it may be shown as it stands here.

    Args:
        actor: of the programme's secretariat, or of the centre itself.
        answer_id: what was filed.
        title: what it is about.
        text: what is shown of what was filed: passages of it, with an ellipsis between.
        why: why others should read it.
        picture_ids: evidence with the answer, pictures alone.
        idempotency_key: of the request.

    Raises:
        Refused: neither the secretariat nor the centre.
        Conflict: not filed; without a certificate that qualifies; proposed already; the centre has said no.
        Invalid: a field is empty or too long, words or a picture were not filed with it, or are a headquarters'.
        DoesNotExist: no such answer.
    """
    del idempotency_key  # the decorator's business
    answer = Answer.objects.select_related("application").get(public_id=answer_id)
    application = locked(answer.application.public_id)
    require(rules.may_propose(actor, application.centre, application.round.programme_id))
    filed = queries.filed_answer(actor, answer_id)
    if filed is None or not filed.text.strip():
        raise Conflict(_("ข้อนี้ยังไม่ได้ยื่น หรือไม่มีข้อความที่ยื่นไว้"), "not-filed")
    if filed.certificate is None:
        words = _("เลือกได้เฉพาะศูนย์ที่มีใบรับรองของรอบนั้นซึ่งยังใช้ได้ ในระดับที่โครงการกำหนด")
        raise Conflict(words, "no-certificate")
    _require_free(actor, filed)
    shown = _shown(filed.text, filed.own, title, text, why)
    made = Practice(
        programme_id=application.round.programme_id,
        centre=application.centre,
        submission=filed.submission,
        certificate=filed.certificate,
        criterion=filed.answer.criterion,
        criterion_key=filed.answer.criterion.key,
        fiscal_year=application.round.fiscal_year,
        origin=Practice.Origin.CURATOR
        if rules.may_curate(actor, application.round.programme_id)
        else Practice.Origin.CENTRE,
        original=filed.text,
        proposed_at=actor.received_at,
        proposed_by_id=actor.user_id,
        **shown,
    )
    made.search_key = _search_key(made)
    pictures = _chosen(filed, picture_ids)
    made.save()
    _hang(made, pictures)
    facts = {"centre": made.centre.public_id, "criterion": made.criterion_key, "origin": made.origin}
    audit.append(made, actor=actor, verb="applications.practice_proposed", facts=facts)
    _tell(actor, made, "asked")
    return made


def _require_free(actor: Actor, filed: FiledAnswer) -> None:
    """No other practice of the same answer; and after the centre's own no, only the centre comes back to it."""
    rows = Practice.objects.filter(
        submission__application=filed.answer.application_id, criterion=filed.answer.criterion_id
    )
    if rows.filter(state__in=sorted(LIVE)).exists():
        raise Conflict(_("ข้อนี้ของศูนย์นี้มีผู้เสนอไว้แล้ว"), "already-proposed")
    curator = rules.may_curate(actor, filed.answer.application.round.programme_id)
    if curator and rows.filter(ended_by_centre=True).exists():
        raise Conflict(_("ศูนย์ไม่ยินยอมหรือถอนความยินยอมแล้ว เสนอใหม่ได้เมื่อศูนย์เสนอเอง"), "centre-said-no")


@action("applications.edit_practice")
def edit_practice(
    *,
    actor: Actor,
    practice_id: uuid.UUID,
    version: int,
    title: str,
    text: str,
    why: str = "",
    picture_ids: Sequence[uuid.UUID] = (),
) -> Practice:
    """Change what is shown, before it is public. After a consent the head is asked anew.

    Raises:
        Refused: neither the secretariat nor the centre.
        Conflict: public or over; changed by somebody else since.
        Invalid: a field is empty or too long, words or a picture were not filed with it, or are a headquarters'.
        DoesNotExist: no such practice.
    """
    practice = _locked(practice_id)
    require(rules.may_propose(actor, practice.centre, practice.programme_id))
    state = PRACTICE.step("edit", practice.state)
    _require_version(practice, version)
    own = own_words(practice.centre_id, practice.original)
    shown = _shown(practice.original, own, title, text, why)
    filed = queries.filed_answer(actor, _answer_id(practice))
    pictures = _chosen(filed, picture_ids)
    asked_again = practice.state == "consented"
    practice.title, practice.text, practice.why = shown["title"], shown["text"], shown["why"]
    practice.search_key = _search_key(practice)
    practice.state, practice.version = state, practice.version + 1
    practice.consent_name = practice.consent_position = ""
    practice.consented_at = practice.consented_by_id = None
    practice.save(
        update_fields=[
            *("title", "text", "why", "search_key", "state", "version"),
            *("consent_name", "consent_position", "consented_at", "consented_by"),
        ]
    )
    practice.pictures.all().delete()
    _hang(practice, pictures)
    facts = {"version": practice.version, "asked_again": asked_again}
    audit.append(practice, actor=actor, verb="applications.practice_edited", facts=facts)
    if asked_again:
        _tell(actor, practice, "asked")
    return practice


@action("applications.consent_practice")
def consent_practice(
    *, actor: Actor, practice_id: uuid.UUID, version: int, people_agreed: bool = False
) -> Practice:
    """The head agrees to exactly what was shown; name and position are frozen.

    Args:
        actor: the head of the centre's office, with the own account.
        practice_id: what is agreed to.
        version: what the head read.
        people_agreed: that nobody in its pictures can be recognised, or has agreed; asked for when it has pictures.

    Raises:
        Refused: not the head of this centre.
        Conflict: it does not wait for consent, or was changed since.
        Invalid: pictures without a word about the people in them.
        DoesNotExist: no such practice.
    """
    practice = _locked(practice_id)
    require(rules.may_consent(actor, practice))
    state = PRACTICE.step("consent", practice.state)
    _require_version(practice, version)
    pictures = pictures_of(practice)
    if not people_agreed and pictures:
        words = _("ยืนยันเรื่องคนในรูปก่อน หรือให้ผู้เสนอเอารูปออก")
        raise Invalid(words, {"people": words}, "people-in-pictures")
    name, position = signer(actor)
    practice.state, practice.consented_at, practice.consented_by_id = state, actor.received_at, actor.user_id
    practice.consent_name, practice.consent_position = name[:200], position[:300]
    practice.save(update_fields=["state", "consented_at", "consented_by", "consent_name", "consent_position"])
    audit.append(
        practice,
        actor=actor,
        verb="applications.practice_consented",
        facts={
            "version": practice.version,
            "pictures": len(pictures),
            "digest": digest_of(practice, pictures),
        },
        personal={"name": practice.consent_name, "position": practice.consent_position},
    )
    _tell(actor, practice, "consented")
    return practice


@action("applications.decline_practice")
def decline_practice(*, actor: Actor, practice_id: uuid.UUID, reason: str = "") -> Practice:
    """The head does not agree. Nobody but the centre brings it up again.

    Raises:
        Refused: not the head of this centre.
        Conflict: it does not wait for consent.
        Invalid: the reason is too long.
        DoesNotExist: no such practice.
    """
    practice = _locked(practice_id)
    require(rules.may_consent(actor, practice))
    practice.state = PRACTICE.step("decline", practice.state)
    _end(actor, practice, "declined", _text(reason, "reason", required=False), by_centre=True)
    return practice


@action("applications.publish_practice")
def publish_practice(*, actor: Actor, practice_id: uuid.UUID) -> Practice:
    """Show it to everybody, as the head agreed to it.

    Raises:
        Refused: not the programme's secretariat.
        Conflict: not agreed to; the certificate was revoked.
        DoesNotExist: no such practice.
    """
    practice = _locked(practice_id)
    require(rules.may_curate(actor, practice.programme_id))
    practice.state = PRACTICE.step("publish", practice.state)
    standing = Certificate.objects.filter(rules.stands_q(actor.received_at, ""), pk=practice.certificate_id)
    if not standing.exists():
        raise Conflict(_("ใบรับรองของศูนย์ถูกเพิกถอนแล้ว จึงเผยแพร่ไม่ได้"), "certificate-revoked")
    practice.published_at, practice.published_by_id = actor.received_at, actor.user_id
    practice.save(update_fields=["state", "published_at", "published_by"])
    audit.append(practice, actor=actor, verb="applications.practice_published")
    _tell(actor, practice, "published")
    return practice


@action("applications.hide_practice_picture")
def hide_practice_picture(*, actor: Actor, practice_id: uuid.UUID, picture_id: uuid.UUID) -> Practice:
    """Take one picture off what the head agreed to, at once: less is shown than was agreed to, so nobody is asked anew.

    Raises:
        Refused: neither the head of this centre nor the secretariat.
        Conflict: it is not agreed to (then it is edited) or over; or the picture is off already.
        DoesNotExist: no such practice.
    """
    practice = _locked(practice_id)
    require(rules.may_hide(actor, practice))
    if practice.state not in rules.AGREED:
        raise Conflict(_("เอารูปออกทีละรูปได้เฉพาะเรื่องที่ศูนย์ยินยอมแล้วและยังไม่จบ"), "not-agreed")
    picture = practice.pictures.select_related("evidence__file").filter(public_id=picture_id).first()
    if picture is None:
        raise Conflict(_("รูปนี้เอาออกไปแล้ว"), "no-picture")
    picture.delete()
    practice.version += 1
    practice.save(update_fields=["version"])
    facts = {
        "version": practice.version,
        "picture": picture.evidence.sha256,
        "digest": digest_of(practice, pictures_of(practice)),
    }
    audit.append(practice, actor=actor, verb="applications.practice_picture_hidden", facts=facts)
    return practice


@action("applications.withdraw_practice")
def withdraw_practice(*, actor: Actor, practice_id: uuid.UUID, reason: str = "") -> Practice:
    """Show it no longer, at once: the head takes the consent back (no reason needed), or the secretariat takes it away.

    Before the head has answered, the centre that offered it takes it back as well.

    Raises:
        Refused: neither the head of this centre nor the secretariat, nor the centre that offered it.
        Conflict: it is over already.
        Invalid: the secretariat gives no reason, or the reason is too long.
        DoesNotExist: no such practice.
    """
    practice = _locked(practice_id)
    require(rules.may_withdraw(actor, practice))
    curator = bool(rules.may_curate(actor, practice.programme_id))
    by_centre = not curator or bool(rules.may_consent(actor, practice))
    practice.state = PRACTICE.step("withdraw", practice.state)
    words = _text(reason, "reason", required=not by_centre)
    _end(actor, practice, "withdrawn", words, by_centre=by_centre)
    return practice


def _end(actor: Actor, practice: Practice, how: str, reason: str, *, by_centre: bool) -> None:
    practice.ended_at, practice.ended_by_id = actor.received_at, actor.user_id
    practice.ended_reason, practice.ended_by_centre = reason, by_centre
    practice.save(update_fields=["state", "ended_at", "ended_by", "ended_reason", "ended_by_centre"])
    facts = {"reason": reason, "by_centre": by_centre}
    audit.append(practice, actor=actor, verb=f"applications.practice_{how}", facts=facts)
    _tell(actor, practice, how)


@action("applications.choose_practice_levels")
def choose_practice_levels(*, actor: Actor, programme_id: uuid.UUID, levels: Iterable[str]) -> PracticeLevels:
    """Choose from which levels a programme takes practices; none: from its highest. What is public stays.

    Raises:
        Refused: not the programme's secretariat.
        Invalid: the programme has no such level.
        DoesNotExist: no such programme.
    """
    programme = Programme.objects.get(public_id=programme_id)
    require(rules.may_curate(actor, programme.pk))
    choice = queries.level_choice(actor, programme.code)
    assert choice is not None  # noqa: S101 - for mypy: the actor may choose
    known = [level.key for level in choice.levels]
    wanted = set(levels)
    if not wanted <= set(known):
        words = _("เลือกระดับจากเกณฑ์ของโครงการ")
        raise Invalid(words, {"levels": words}, "unknown-level")
    row, _made = PracticeLevels.objects.get_or_create(programme=programme)
    row = PracticeLevels.locked(row.public_id)
    row.levels = [key for key in known if key in wanted]
    row.save(update_fields=["levels"])
    audit.append(row, actor=actor, verb="applications.practice_levels", facts={"levels": row.levels})
    return row


# --- What they share ---------------------------------------------------------------------------------------------------


def _locked(practice_id: uuid.UUID) -> Practice:
    rows = Practice.objects.select_for_update(of=("self",), no_key=True)
    found: Practice = rows.select_related(
        "centre__organisation", "programme", "certificate", "criterion"
    ).get(public_id=practice_id)
    return found


def _require_version(practice: Practice, version: int) -> None:
    if practice.version != version:
        raise Conflict(_("มีการแก้หลังจากที่คุณเปิดหน้านี้ อ่านอีกครั้งก่อน"), "changed")


def _answer_id(practice: Practice) -> uuid.UUID:
    rows = Answer.objects.filter(
        application__submissions=practice.submission_id, criterion=practice.criterion_id
    )
    found: uuid.UUID = rows.values_list("public_id", flat=True).get()
    return found


def digest_of(practice: Practice, pictures: Iterable[PracticePicture]) -> str:
    """SHA-256 of exactly what is shown: the words, and each picture's content with its caption."""
    shown = {
        "title": practice.title,
        "text": practice.text,
        "why": practice.why,
        "pictures": [[row.evidence.sha256, row.caption] for row in pictures],
    }
    said = json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def _shown(original: str, own: str, title: str, text: str, why: str) -> dict[str, str]:
    words = _text(text, "text")
    problem: Words
    if not excerpts.is_cut_from(words, original):
        problem = _(
            "ใช้ได้เฉพาะข้อความที่ยื่นไว้ ตรงตัวและตามลำดับเดิม ข้ามตรงไหนให้ใส่ … คั่น คำของผู้เลือกให้เขียนในช่อง ดีอย่างไร"
        )
        raise Invalid(problem, {"text": problem}, "not-filed-words")
    if not excerpts.is_cut_from(words, own):
        problem = _("มีข้อความที่ศูนย์นำมาจากคลังกลางของส่วนกลาง ซึ่งศูนย์ยินยอมแทนไม่ได้ ตัดส่วนนั้นออก แล้วใส่ … คั่น")
        raise Invalid(problem, {"text": problem}, "shared-words")
    return {"title": _text(title, "title"), "text": words, "why": _text(why, "why", required=False)}


def _chosen(filed: FiledAnswer | None, picture_ids: Sequence[uuid.UUID]) -> list[tuple[int, str]]:
    """The chosen pictures as (evidence, words), in the order in which they were filed."""
    wanted = set(picture_ids)
    known = filed.pictures if filed is not None else []
    found = [(row.pk, caption) for row, caption in known if row.public_id in wanted]
    if len(found) != len(wanted) or len(found) > MOST_PICTURES:
        words: Words = _("เลือกรูปได้ไม่เกิน 6 รูป จากรูปที่ยื่นไว้กับข้อนี้")
        raise Invalid(words, {"pictures": words}, "unknown-picture")
    return found


def _hang(practice: Practice, pictures: list[tuple[int, str]]) -> None:
    PracticePicture.objects.bulk_create(
        PracticePicture(practice=practice, evidence_id=evidence, ordinal=place, caption=caption[:300])
        for place, (evidence, caption) in enumerate(pictures, start=1)
    )


def _search_key(practice: Practice) -> str:
    certificate, criterion = practice.certificate, practice.criterion
    said = (
        *(practice.title, practice.text, practice.why, criterion.title, criterion.title_en),
        *(certificate.centre_name, certificate.centre_name_en, certificate.organisation_name),
    )
    return search_key(" ".join(part for part in said if part))


def _text(text: str, field: str, *, required: bool = True) -> str:
    clean = normalise(text.replace("\r\n", "\n").replace("\x00", "")).strip()
    if required and not clean:
        raise Invalid(_("มีช่องที่ยังไม่ได้เขียน"), {field: _("เขียนสั้น ๆ")}, "empty")
    if len(clean) > LONGEST[field]:
        raise Invalid(_("ข้อความยาวเกินไป"), {field: _("ข้อความยาวเกินไป ตัดให้สั้นลง")}, "too-long")
    return clean


def _tell(actor: Actor, practice: Practice, how: str) -> None:
    signals.practice_told.send(Practice, practice=practice, how=how, actor=actor)
