"""The chain: a draft is proposed to people in order; each initials or signs what they saw, or says why not.

Whoever decides is bound to the document by its digest: what changed since they looked is not what they sign.
"""

import uuid
from collections.abc import Sequence

from django.db.models import Max
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import rules, signals
from saduak.correspondence.models import ChainStep, Delegation, Draft
from saduak.correspondence.queries.delegations import Signers, people_for, signers
from saduak.correspondence.queries.documents import digest_of
from saduak.correspondence.queries.drafts import signing_problems
from saduak.correspondence.states import DRAFT
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.thai import calendar
from saduak.organisations.models import Appointment, Person
from saduak.organisations.models.dated import on_day

MOST_STEPS = 12
_INITIAL, _SIGN = ChainStep.Act.INITIAL, ChainStep.Act.SIGN


@action("correspondence.propose")
def propose(
    *,
    actor: Actor,
    draft_id: uuid.UUID,
    steps: Sequence[tuple[str, uuid.UUID]],
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> Draft:
    """Send a draft round: initials in order, then one signature. Each time is a new lap; earlier ones stay as they were.

    Args:
        actor: works at the office that writes.
        draft_id: public id of the draft.
        steps: ("initial" or "sign", public id of the person), in order; the last one signs.
        idempotency_key: sending the form twice proposes once.

    Raises:
        Refused: another office's draft, or a secret one that the actor may not see.
        Invalid: the draft lacks something, or somebody in the chain cannot do what is asked; `fields` says where
            (fields of the form, or "step-0", "step-1", …).
        Conflict: it is not being written.
    """
    draft = Draft.locked(draft_id)
    require(rules.may_edit(actor, draft))
    require(rules.secrecy.may_work_on(actor, draft))
    state = DRAFT.step("circulate", draft.state)
    people = _people(actor, draft, steps)
    may_sign = signers(draft.issuer_id, calendar.bangkok_date(actor.received_at), draft.kind)
    signer = people[-1]
    power = _power(draft, signer, may_sign)
    if may_sign.kept and power is None:
        words = _("ผู้นี้ลงนามหนังสือชนิดนี้วันนี้ไม่ได้ ตามทะเบียนผู้ลงนาม")
        raise Invalid(words, {f"step-{len(people) - 1}": words}, "may-not-sign")
    fields = _name_signer(draft, signer, power)
    wrong = signing_problems(draft)
    if wrong:
        raise Invalid(_("ร่างยังไม่ครบ จึงยังเสนอไม่ได้"), wrong, "not-ready")
    lap = (ChainStep.objects.filter(draft=draft).aggregate(last=Max("lap"))["last"] or 0) + 1
    ChainStep.objects.bulk_create(
        ChainStep(
            draft=draft,
            lap=lap,
            ordinal=number,
            act=act,
            person=person,
            delegation=power if act == _SIGN else None,
        )
        for number, ((act, _pk), person) in enumerate(zip(steps, people, strict=True))
    )
    draft.state, draft.lap, draft.changed_at, draft.signed_copy = state, lap, clock.now(), None
    draft.save(update_fields=["state", "lap", "changed_at", "signed_copy", *fields])
    facts = {"lap": lap, "steps": [act for act, _pk in steps], "sha256": digest_of(draft)}
    personal = {"people": [str(person) for person in people]}
    audit.append(draft, actor=actor, verb="correspondence.proposed", facts=facts, personal=personal)
    return draft


def _people(actor: Actor, draft: Draft, steps: Sequence[tuple[str, uuid.UUID]]) -> list[Person]:
    """Those who are asked, in order.

    Raises:
        Invalid: the order of the steps, or somebody in them, does not fit.
    """
    acts = [act for act, _pk in steps]
    if not acts or acts[-1] != _SIGN or any(act != _INITIAL for act in acts[:-1]) or len(acts) > MOST_STEPS:
        words = _("ลำดับต้องเป็นผู้ลงชื่อย่อก่อน แล้วจบด้วยผู้ลงนามหนึ่งคน")
        raise Invalid(words, {f"step-{max(len(acts) - 1, 0)}": words}, "bad-chain")
    known = {row.public_id: row for row in people_for(actor, draft)}
    wrong: dict[str, Words] = {}
    seen: set[uuid.UUID] = set()
    for number, (_act, pk) in enumerate(steps):
        if pk not in known:
            wrong[f"step-{number}"] = _("เลือกจากผู้ปฏิบัติงานของหน่วยงาน หรือผู้ลงนามในทะเบียน")
        elif pk in seen:
            wrong[f"step-{number}"] = _("เลือกคนเดิมซ้ำ")
        elif known[pk].user_id is None:
            wrong[f"step-{number}"] = _("ผู้นี้ยังไม่มีบัญชี เลือกผู้อื่น หรือพิมพ์ออกไปลงนามบนกระดาษ")
        seen.add(pk)
    if wrong:
        raise Invalid(_("เลือกผู้ลงชื่อให้ครบ"), wrong, "bad-person")
    return [known[pk] for _act, pk in steps]


def _power(draft: Draft, signer: Person, may_sign: Signers) -> Delegation | None:
    """By which entry somebody signs: the one that the draft names, when it is theirs."""
    named = draft.signer
    if named is not None and named.person_id == signer.pk and may_sign.has(named.pk):
        return named
    return may_sign.of_person(signer.pk)


def _name_signer(draft: Draft, signer: Person, power: Delegation | None) -> list[str]:
    """The block under the letter names whoever is asked to sign. The changed columns."""
    draft.signer = power
    if power is not None:
        return ["signer"]
    if draft.signer_name.strip() != str(signer):
        # Another person than was typed: their own position goes with the name.
        draft.signer_name = str(signer)[:300]
        draft.signer_position = signer.position or draft.signer_position
    return ["signer", "signer_name", "signer_position"]


@action("correspondence.decide")
def decide_step(
    *, actor: Actor, step_id: uuid.UUID, approve: bool, because: str = "", digest: str
) -> ChainStep:
    """Initial or sign what the actor saw, or send it back to be written anew. Name, position and document are frozen.

    Args:
        actor: the very person who is asked.
        step_id: public id of the step.
        approve: whether it is approved.
        because: why not.
        digest: of the document that the person saw (`queries.documents.digest_of`).

    Raises:
        Refused: somebody else's step, or the register of delegations does not let the actor sign today.
        Invalid: not approved, without a reason.
        Conflict: decided already, not yet the actor's turn, taken back, or the document changed meanwhile.
    """
    draft_id = ChainStep.objects.values_list("draft__public_id", flat=True).get(public_id=step_id)
    draft = Draft.locked(draft_id)
    step: ChainStep = ChainStep.objects.select_related("person", "delegation").get(public_id=step_id)
    require(rules.may_decide(actor, step))
    state = DRAFT.step("return" if not approve else "sign", draft.state)
    _check_turn(draft, step)
    if digest != digest_of(draft):
        raise Conflict(_("เอกสารเปลี่ยนไปหลังจากที่คุณเปิดดู เปิดหน้านี้ใหม่แล้วตรวจอีกครั้ง"), "document-changed")
    if not approve and not because.strip():
        words = _("เขียนว่าต้องแก้อะไร ผู้ร่างจะได้แก้ตรงจุด")
        raise Invalid(words, {"because": words}, "no-reason")
    if approve and step.act == _SIGN:
        _check_may_sign(actor, draft, step)
    step.decision = ChainStep.Decision.APPROVED if approve else ChainStep.Decision.RETURNED
    step.decided_at, step.because = clock.now(), because.strip()[:500]
    step.name, step.position, step.digest = str(step.person)[:300], _position(step)[:300], digest
    step.save(update_fields=["decision", "decided_at", "because", "name", "position", "digest"])
    if not approve or step.act == _SIGN:
        draft.state = state
    draft.lap = draft.lap if approve else 0
    draft.changed_at = clock.now()
    draft.save(update_fields=["state", "lap", "changed_at"])
    facts = {
        "lap": step.lap,
        "step": step.ordinal,
        "act": step.act,
        "decision": step.decision,
        "sha256": digest,
    }
    personal = {"name": step.name, "position": step.position, "because": step.because}
    audit.append(draft, actor=actor, verb="correspondence.decided", facts=facts, personal=personal)
    if not approve:
        signals.draft_returned.send(sender=Draft, draft=draft, step=step, actor=actor)
    elif step.act == _SIGN:
        signals.draft_signed.send(sender=Draft, draft=draft, step=step, actor=actor)
    return step


def _check_turn(draft: Draft, step: ChainStep) -> None:
    """Only the lap that counts, and in it one after the other."""
    if step.decision or step.lap != draft.lap:
        raise Conflict(_("ขั้นนี้จบไปแล้ว"), "decided")
    before = ChainStep.objects.filter(draft=draft, lap=step.lap, ordinal__lt=step.ordinal)
    if before.exclude(decision=ChainStep.Decision.APPROVED).exists():
        raise Conflict(_("ยังไม่ถึงลำดับของคุณ"), "not-your-turn")


def _check_may_sign(actor: Actor, draft: Draft, step: ChainStep) -> None:
    """The register as it stands on the day of signing."""
    may_sign = signers(draft.issuer_id, calendar.bangkok_date(actor.received_at), draft.kind)
    if may_sign.kept and not may_sign.has(step.delegation_id):
        raise Refused(
            format_lazy(_("วันนี้คุณลงนามในนาม {name} ไม่ได้ ตามทะเบียนผู้ลงนาม"), name=draft.issuer.name_th),
            "may-not-sign",
        )


def _position(step: ChainStep) -> str:
    """As what somebody decides: by the register, by their own words, else by what they are appointed to."""
    if step.delegation is not None:
        return " ".join(step.delegation.lines)
    if step.person.position:
        return step.person.position
    held = Appointment.objects.filter(
        on_day(clock.today()),
        person=step.person,
        organisation__in=[step.draft.office_id, step.draft.issuer_id],
    ).first()
    return str(held.title or held.get_role_display()) if held is not None else ""
