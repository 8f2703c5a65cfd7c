"""Importing and publishing criteria. A draft is replaced by the next import; a published set is fixed for ever."""

import uuid
from datetime import datetime
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation import audit
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action
from saduak.organisations.models import Programme
from saduak.programme import reading
from saduak.programme.models import CriteriaSet, Criterion, Level, Part
from saduak.programme.queries import known_keys
from saduak.programme.rules import may_keep_criteria
from saduak.programme.states import CRITERIA_SET

_SHOWN = 5


@action("programme.import_criteria")
def import_criteria(*, actor: Actor, programme: Programme, content: bytes) -> CriteriaSet:
    """Read a criteria file into a draft set. The same code and version again replaces the draft.

    A published set with the very same content is given back as it is, so that seeding can be repeated.

    Raises:
        Refused: the actor is not of the programme's secretariat.
        Invalid: the file has errors, or belongs to another programme; the words name the first lines.
        Conflict: this version is published with other content; raise the version.
    """
    require(may_keep_criteria(actor, programme))
    Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    document = _document(programme, content)
    digest = reading.digest_of(document)
    code, version = document["code"], document["version"]
    row: CriteriaSet | None = CriteriaSet.objects.filter(
        programme=programme, code=code, version=version
    ).first()
    if row is not None:
        row = CriteriaSet.locked(row.public_id)  # whoever publishes holds no other lock
    if row is not None and row.is_published:
        if row.digest == digest:
            return row
        raise Conflict(_("เกณฑ์รุ่นนี้ประกาศใช้แล้ว แก้ไม่ได้ เพิ่มเลข version ในไฟล์แล้วนำเข้าใหม่"), "published")
    if row is not None:
        for pieces in (row.levels, row.criteria, row.parts):
            pieces.all().delete()
    row = row or CriteriaSet(programme=programme, code=code, version=version)
    row = _header(row, document, digest, actor.received_at)
    _fill(row, document)
    facts = {"code": code, "version": version, "digest": digest, "criteria": row.criteria.count()}
    audit.append(row, actor=actor, verb="programme.criteria_imported", facts=facts)
    return row


@action("programme.publish_criteria")
def publish_criteria(*, actor: Actor, set_id: uuid.UUID) -> CriteriaSet:
    """Publish a draft: from now on rounds may pin it, and nothing may change it.

    Raises:
        Refused: the actor is not of the programme's secretariat.
        Conflict: it is published already.
    """
    row = CriteriaSet.locked(set_id)
    require(may_keep_criteria(actor, row.programme))
    row.state = CRITERIA_SET.step("publish", row.state)
    row.published_at = actor.received_at
    row.save(update_fields=["state", "published_at"])
    facts = {"code": row.code, "version": row.version, "digest": row.digest, "official": row.official}
    audit.append(row, actor=actor, verb="programme.criteria_published", facts=facts)
    return row


def _document(programme: Programme, content: bytes) -> dict[str, Any]:
    read = reading.read(content, known_keys=known_keys(programme))
    if not read.ok:
        first = " · ".join(str(reading.say(problem)) for problem in read.problems[:_SHOWN])
        raise Invalid(
            format_lazy(_("ไฟล์เกณฑ์มีข้อผิดพลาด {count} แห่ง: {first}"), count=len(read.problems), first=first),
            {"file": first},
            "criteria-file",
        )
    if read.document["programme"] != programme.code:
        raise Invalid(
            format_lazy(_("ไฟล์นี้เป็นเกณฑ์ของโครงการ {code}"), code=read.document["programme"]),
            code="other-programme",
        )
    return read.document


def _header(row: CriteriaSet, document: dict[str, Any], digest: str, moment: datetime) -> CriteriaSet:
    row.title, row.title_en = document["title"], document.get("title_en", "")
    row.official = document["official"]
    row.notice, row.source = document.get("notice", ""), document["source"]
    row.sides = document["sides"]
    row.imported_at = moment
    row.document, row.digest = document, digest
    row.save()  # all of it is new, or written over
    return row


def _fill(row: CriteriaSet, document: dict[str, Any]) -> None:
    """Write parts, criteria and levels: three inserts, whatever the size."""
    parts = Part.objects.bulk_create(
        Part(
            criteria_set=row,
            key=part["key"],
            ordinal=n,
            title=part["title"],
            title_en=part.get("title_en", ""),
            kind=part["kind"],
            points=part["points"],
        )
        for n, part in enumerate(document["parts"], start=1)
    )
    pairs = [
        (part, item) for part, words in zip(parts, document["parts"], strict=True) for item in words["items"]
    ]
    Criterion.objects.bulk_create(
        _criterion(row, part, n, item) for n, (part, item) in enumerate(pairs, start=1)
    )
    Level.objects.bulk_create(
        Level(
            criteria_set=row,
            key=level["key"],
            ordinal=n,
            name=level["name"],
            name_en=level.get("name_en", ""),
            colour=level["colour"],
            rule=level["rule"],
        )
        for n, level in enumerate(document["levels"], start=1)
    )


def _criterion(row: CriteriaSet, part: Part, ordinal: int, item: dict[str, Any]) -> Criterion:
    return Criterion(
        criteria_set=row,
        part=part,
        key=item["key"],
        number=item["number"],
        side=item.get("side", ""),
        ordinal=ordinal,
        title=item["title"],
        title_en=item.get("title_en", ""),
        kind=item["kind"],
        points=item.get("points", 0),
        placeholder=item.get("placeholder", False),
        asks=item.get("asks", ""),
        asks_en=item.get("asks_en", ""),
        guidance=item.get("guidance", ""),
        evidence=item.get("evidence", []),
        scale=item.get("scale", {}),
        replaces=item.get("replaces", []),
    )
