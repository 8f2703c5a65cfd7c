"""Templates of letters: new versions by the programme's secretariat, and those that come with the program.

A published version never changes. What comes with the program is brought in when it is newer than what is there.
"""

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db.models import Max
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import LegalReference, LetterTemplate, WrittenKind
from saduak.correspondence.queries.templates import may_publish
from saduak.correspondence.writing.placeholders import unknown
from saduak.correspondence.writing.templates import LegalSource, TemplateSource
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action, require_fits
from saduak.organisations.models import Programme

_NEEDED: dict[str, Words] = {
    "name": _("ตั้งชื่อแบบหนังสือ"),
    "subject": _("เขียนเรื่องของหนังสือ"),
    "body": _("เขียนข้อความของหนังสือ"),
}


@dataclass(frozen=True, slots=True)
class TemplateValues:
    """What a version says. Places stand as {{name}}; `official` only when somebody confirmed it, as `source` tells."""

    use: str
    kind: str
    name: str
    subject: str
    body: str
    purpose: str = ""
    official: bool = False
    source: str = ""


@action("correspondence.publish_template")
def publish_template_version(
    *,
    actor: Actor,
    code: str,
    values: TemplateValues,
    programme_id: uuid.UUID | None = None,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> LetterTemplate:
    """Publish the next version of a template. Letters that were begun with an earlier one stay as they are.

    Args:
        actor: of the programme's secretariat.
        code: of the template; a new code is a new template.
        values: what it says.
        programme_id: public id of the programme; None for every programme.
        idempotency_key: the same key gives the same version.

    Raises:
        Refused: not of the secretariat, or only of one programme while this is for all.
        Invalid: something is missing, or a place that nobody knows; `fields` says where.
    """
    programme = Programme.objects.get(public_id=programme_id) if programme_id is not None else None
    require(may_publish(actor, programme))
    _check(values)
    # One after the other: the last version of this template is the lock.
    same = LetterTemplate.objects.filter(programme=programme, code=code)
    last = same.select_for_update(of=("self",), no_key=True).order_by("version").last()
    row = LetterTemplate(
        programme=programme,
        code=code,
        version=(last.version if last is not None else 0) + 1,
        published_at=clock.now(),
        published_by_id=actor.user_id,
        **_columns(values),
    )
    require_fits(row, ("code", "name", "subject", "purpose", "source"))
    row.save(force_insert=True)
    facts = {"code": code, "version": row.version, "programme": programme.code if programme else ""}
    audit.append(row, actor=actor, verb="correspondence.template_published", facts=facts)
    return row


def _columns(values: TemplateValues) -> dict[str, Any]:
    return {
        "use": values.use,
        "kind": values.kind,
        "name": values.name.strip(),
        "subject": values.subject.strip(),
        "body": values.body.replace("\r\n", "\n").strip(),
        "purpose": values.purpose.strip(),
        "official": values.official,
        "source": values.source.strip(),
    }


def _check(values: TemplateValues) -> None:
    wrong: dict[str, Words] = {
        name: words for name, words in _NEEDED.items() if not getattr(values, name).strip()
    }
    if values.use not in LetterTemplate.Use.values:
        wrong["use"] = _("เลือกจากรายการ")
    if values.kind not in WrittenKind.values:
        wrong["kind"] = _("เลือกจากรายการ")
    for name in ("subject", "body", "purpose"):
        strange = unknown(getattr(values, name))
        if strange:
            wrong[name] = format_lazy(_("ไม่รู้จักช่องเติมคำ: {places}"), places=", ".join(strange))
    if wrong:
        raise Invalid(_("ยังประกาศใช้ไม่ได้ ดูช่องที่มีข้อความกำกับ"), wrong, "bad-template")


# --- What comes with the program --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Brought:
    """How many versions were new."""

    templates: int
    laws: int


@action("correspondence.bring_in_texts")
def bring_in_texts(
    *, actor: Actor, templates: Iterable[TemplateSource], laws: Iterable[LegalSource]
) -> Brought:
    """Bring in templates for every programme, and legal references. Again and again without harm.

    A version that is there stays as it is, whoever published it; a higher one is added. Of a law only its end is written
    down later. At most five queries, and one a new row.

    Args:
        actor: the program itself.
        templates: as their files have them.
        laws: the same.

    Raises:
        Refused: not the program itself.
    """
    require(may_publish(actor, None))
    return Brought(_bring_templates(actor, templates), _bring_laws(laws))


def _bring_templates(actor: Actor, rows: Iterable[TemplateSource]) -> int:
    common = (
        LetterTemplate.objects.filter(programme__isnull=True).values("code").annotate(last=Max("version"))
    )
    present = {row["code"]: row["last"] for row in common.order_by()}
    made = 0
    for row in sorted(rows, key=lambda one: (one.code, one.version)):
        if row.version <= present.get(row.code, 0):
            continue
        values = TemplateValues(**{part.name: getattr(row, part.name) for part in fields(TemplateValues)})
        new = LetterTemplate(code=row.code, version=row.version, published_at=clock.now(), **_columns(values))
        new.save(force_insert=True)
        facts = {"code": new.code, "version": new.version, "programme": ""}
        audit.append(new, actor=actor, verb="correspondence.template_published", facts=facts)
        made += 1
    return made


def _bring_laws(rows: Iterable[LegalSource]) -> int:
    present = {(row.code, row.version): row for row in LegalReference.objects.all()}
    new: list[LegalReference] = []
    for row in rows:
        known = present.get((row.code, row.version))
        if known is None:
            new.append(LegalReference(**asdict(row)))
        elif known.valid_to is None and row.valid_to is not None:
            known.valid_to = row.valid_to
            known.save(update_fields=["valid_to"])
    LegalReference.objects.bulk_create(new)
    return len(new)
