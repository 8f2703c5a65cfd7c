"""What is signed and filed, as canonical bytes: RFC 8785 JSON, digested with SHA-256, never serialised again (rule 8)."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import rfc8785
from django.db.models import BigIntegerField

from saduak.applications.models import (
    Answer,
    Application,
    Evidence,
    EvidenceUse,
    Review,
    SharedItem,
    SignOff,
)
from saduak.foundation.prepared import Given, Read
from saduak.organisations.models import Organisation, TreePath
from saduak.organisations.paths import ancestors
from saduak.programme.levels import plain
from saduak.programme.queries import contents

# 1: evidence is a file. 2: or a link, with its address in the place of digest, type and size.
FORMAT = 2
READABLE = frozenset({1, 2})
CODE_LENGTH = 8


_ANSWERS = Read[Answer](lambda: Answer.objects.filter(application=Given("pk", BigIntegerField())))
_USES = Read[EvidenceUse](
    lambda: (
        EvidenceUse.objects.filter(
            answer__application=Given("pk", BigIntegerField()), removed_at__isnull=True
        )
        .select_related("evidence__file", "evidence__shared")
        .order_by("added_at", "pk")
    )
)


def answers_of(application: Application) -> list[Answer]:
    """All answers with their criteria, in the order of the criteria. One query; the round comes with its criteria set."""
    return with_criteria(application, _ANSWERS.all(pk=application.pk))


def with_criteria(application: Application, rows: Sequence[Answer]) -> list[Answer]:
    """Answers that were read already, with their criteria and in their order. No query."""
    known = contents(application.round.criteria_set).by_id
    for row in rows:
        row.criterion = known[row.criterion_id]
    return sorted(rows, key=lambda row: row.criterion.ordinal)


def uses_of(application: Application) -> dict[int, list[EvidenceUse]]:
    """The evidence in use, by answer, in the order it was added. One query."""
    found: dict[int, list[EvidenceUse]] = defaultdict(list)
    for use in _USES.all(pk=application.pk):
        found[use.answer_id].append(use)
    return found


def uses_since(
    application: Application, at: datetime | None
) -> tuple[dict[int, list[EvidenceUse]], frozenset[int]]:
    """The evidence in use, by answer, and the answers whose evidence was added, edited or taken away after a moment. One query."""
    rows = EvidenceUse.objects.filter(answer__application=application)
    rows = rows.select_related("evidence__file", "evidence__shared")
    found: dict[int, list[EvidenceUse]] = defaultdict(list)
    touched = set()
    for use in rows.order_by("added_at", "pk"):
        if use.removed_at is None:
            found[use.answer_id].append(use)
        moments = (use.added_at, use.removed_at, use.evidence.edited_at)
        if at is not None and max(moment for moment in moments if moment is not None) > at:
            touched.add(use.answer_id)
    return found, frozenset(touched)


def content_of(
    application: Application, answers: Iterable[Answer], uses: dict[int, list[EvidenceUse]]
) -> dict[str, Any]:
    """What the head signs: every answer with its evidence, and what they answer to.

    Names of offices are no part of it: a renaming does not void a signature. They are frozen beside it at submission.
    """
    set_ = application.round.criteria_set
    return {
        "format": FORMAT,
        "round": str(application.round.public_id),
        "criteria": {"code": set_.code, "version": set_.version, "digest": set_.digest},
        "centre": str(application.centre.public_id),
        "kind": application.kind,
        "answers": [_answer(answer, uses.get(answer.pk, [])) for answer in answers],
    }


def _answer(answer: Answer, uses: Sequence[EvidenceUse]) -> dict[str, Any]:
    criterion = answer.criterion
    return {
        "criterion": criterion.key,
        "number": criterion.number,
        "title": criterion.title,
        "claim": answer.claim,
        "points": plain(answer.points),
        "scale": {key: plain_text(value) for key, value in sorted(answer.scale.items())},
        **_numbers(answer),
        "narrative": answer.narrative,
        "evidence": [_evidence(use.evidence) for use in uses],
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    """One piece of evidence: a file by its digest, or a link by its address, for what stands there is not kept here."""
    told = {
        "caption": evidence.caption,
        "kind": evidence.kind,
        "taken_on": evidence.taken_on.isoformat() if evidence.taken_on else None,
        **_shared(evidence.shared),
    }
    file = evidence.file
    if file is None:
        return {**told, "url": evidence.url}
    return {**told, "sha256": file.sha256, "media_type": file.media_type, "size": file.size}


def _shared(item: SharedItem | None) -> dict[str, Any]:
    """What a headquarters shares, with its version; all other evidence is said as before there was any."""
    if item is None:
        return {}
    said = {"item": str(item.public_id), "title": item.caption, "version": item.version}
    return {"shared": {**said, "needs_local": item.needs_local}}


def read(data: bytes) -> dict[str, Any]:
    """A submission as it was filed, from its bytes, in the shape of today's format.

    Every piece of evidence has `sha256`, `media_type`, `size` and `url`, of which a link has only the last and a file
    only the others; and `shared`, which says of a headquarters' item what it is, else is None.

    Raises:
        ValueError: no submission, or of a format that is not known here.
    """
    found = json.loads(data)
    if not isinstance(found, dict) or found.get("format") not in READABLE:
        raise ValueError("no submission of a known format")
    for answer in found["content"]["answers"]:
        empty = {"sha256": "", "media_type": "", "size": None, "url": "", "shared": None}
        answer["evidence"] = [{**empty, **item} for item in answer["evidence"]]
    whole: dict[str, Any] = found
    return whole


def _numbers(answer: Answer) -> dict[str, Any]:
    """The numbers, where the criterion asks for any: without them the bytes are as they were before there were numbers."""
    return {"numbers": dict(sorted(answer.numbers.items()))} if answer.criterion.numbers else {}


def plain_text(value: object) -> str:
    """A number of the scale as text: canonical JSON of another program may write numbers differently."""
    return str(value)


def moment(value: datetime | None) -> str | None:
    """A moment for the record: UTC, ISO 8601."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def canonical(value: dict[str, Any]) -> bytes:
    """The bytes that are digested and kept."""
    return rfc8785.dumps(value)


def digest(value: dict[str, Any]) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def digest_of_words(value: dict[str, Any]) -> str:
    """As `digest`, of texts, truths, whole numbers and nothing under ASCII names: there json writes the same bytes, sooner."""
    written = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def code_of(content_digest: str) -> str:
    """The short check code that stands on the printed page: the digest's beginning, in capitals."""
    return content_digest[:CODE_LENGTH].upper()


def grouped(content_digest: str) -> str:
    """A digest in groups of four, as people read it."""
    return " ".join(content_digest[start : start + 4] for start in range(0, len(content_digest), 4))


# --- The submission ----------------------------------------------------------------------------------------------------


def lines_of(organisation: Organisation) -> list[list[str]]:
    """The names along every line of command of an organisation, from the top down to its own. Two queries."""
    rows = TreePath.objects.filter(organisation=organisation, kind=TreePath.Kind.LINE)
    ways = [ancestors(path) for path in rows.order_by("path").values_list("path", flat=True)]
    found = Organisation.objects.filter(pk__in={pk for way in ways for pk in way})
    names = dict(found.values_list("pk", "name_th"))
    return [[names[pk] for pk in way] for way in ways]


def snapshot_of(
    application: Application,
    signed: dict[str, Any],
    *,
    sign_off: SignOff,
    review: Review | None,
    receipt_code: str,
    ordinal: int,
    received_at: datetime,
) -> dict[str, Any]:
    """What is filed: the signed content and, frozen beside it, everything that may change its name later."""
    round_, centre = application.round, application.centre
    return {
        "format": FORMAT,
        "content": signed,
        "content_sha256": digest(signed),
        "programme": {"code": round_.programme.code, "name": round_.programme.name_th},
        "round": {"title": round_.title, "fiscal_year": round_.fiscal_year},
        "criteria": {"title": round_.criteria_set.title, "official": round_.criteria_set.official},
        "centre": {"name": centre.name_th, "name_en": centre.name_en, "address": centre.address},
        "organisation": {
            "code": centre.organisation.code,
            "name": centre.organisation.name_th,
            "lines": lines_of(centre.organisation),
        },
        "sign_off": {
            "method": sign_off.method,
            "capacity": sign_off.capacity,
            "name": sign_off.signer_name,
            "position": sign_off.signer_position,
            "on_behalf_of": sign_off.on_behalf_of,
            "signed_at": moment(sign_off.signed_at),
            "content_sha256": sign_off.content_digest,
            "paper_sha256": sign_off.paper.sha256 if sign_off.paper else None,
        },
        "review": None
        if review is None
        else {
            "by": review.organisation.name_th,
            "force": review.force,
            "state": review.state,
            "requested_at": moment(review.requested_at),
            "answered_at": moment(review.answered_at),
        },
        "application": str(application.public_id),
        "started_at": moment(application.started_at),
        "receipt": receipt_code,
        "ordinal": ordinal,
        "received_at": moment(received_at),
    }
