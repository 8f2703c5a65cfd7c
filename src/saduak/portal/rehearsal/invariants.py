"""What must hold after any round, rehearsed or real. Each check gives sentences about what does not."""

import hashlib
import json
from collections.abc import Callable, Iterator

from django.db.models import Count, DecimalField, F, Q, Sum
from django.db.models.functions import Coalesce

from saduak.applications.models import Answer, Application, SignOff, Submission
from saduak.assessment.models import Case, ScoreSheet
from saduak.certification.models import Resolution
from saduak.foundation import audit_verify, files
from saduak.foundation.models import AuditEntry
from saduak.programme.models import Round
from saduak.register.models import Certificate

Check = Callable[[Round], Iterator[str]]


def broken(row: Round) -> list[str]:
    """Everything that does not hold in a round; empty when all is well."""
    return [f"{check.__name__.strip('_')}: {what}" for check in CHECKS for what in check(row)]


def _history(row: Round) -> Iterator[str]:
    """No application without its history."""
    told = AuditEntry.objects.filter(aggregate="applications.application").values("aggregate_id")
    for pk in Application.objects.filter(round=row).exclude(pk__in=told).values_list("public_id", flat=True):
        yield f"application {pk} has no history"


def _counts(row: Round) -> Iterator[str]:
    """The kept counts are those of the answers."""
    claimed, backed = Q(claim="met"), Q(claim="met", evidence_count__gt=0)
    found = (
        Answer.objects.filter(application__round=row)
        .values("application")
        .annotate(
            gates_met=Count("pk", filter=backed & Q(criterion__kind="gate")),
            items_claimed=Count("pk", filter=claimed),
            items_evidenced=Count("pk", filter=backed),
            points_claimed=_points(claimed),
            points_evidenced=_points(backed),
        )
    )
    kept = Application.objects.filter(round=row).in_bulk()
    for line in found:
        counts = dict(line)
        application = kept[counts.pop("application")]
        wrong = [name for name, value in counts.items() if getattr(application, name) != value]
        if wrong:
            yield f"application {application.public_id} counts {', '.join(wrong)} otherwise than its answers"
    used = Count("uses", filter=Q(uses__removed_at__isnull=True))
    answers = Answer.objects.filter(application__round=row).annotate(used=used)
    for pk in answers.exclude(evidence_count=F("used")).values_list("public_id", flat=True):
        yield f"answer {pk} counts its evidence wrongly"


def _points(condition: Q) -> Coalesce:
    return Coalesce(Sum("points", filter=condition), 0, output_field=DecimalField())


def _filed(row: Round) -> Iterator[str]:
    """Filed means signed, in time, and the bytes are those that were digested."""
    window = row.stages.get(key="application")
    for filed in Submission.objects.filter(application__round=row).select_related("snapshot", "sign_off"):
        with files.open(filed.snapshot) as stream:
            data = stream.read()
        if hashlib.sha256(data).hexdigest() != filed.sha256:
            yield f"submission {filed.receipt_code} does not match its digest"
        if json.loads(data)["content_sha256"] != filed.sign_off.content_digest:
            yield f"submission {filed.receipt_code} is not what was signed"
        if filed.ordinal == 1 and not window.starts_at <= filed.received_at < window.ends_at:
            yield f"submission {filed.receipt_code} is outside the window"
    states = Application.objects.filter(round=row, state="submitted")
    for pk in states.filter(submissions__isnull=True).values_list("public_id", flat=True):
        yield f"application {pk} is filed without a submission"
    signed = SignOff.objects.filter(voided_at__isnull=True).values("application")
    for pk in (
        Application.objects.filter(round=row, state="signed")
        .exclude(pk__in=signed)
        .values_list("public_id", flat=True)
    ):
        yield f"application {pk} is signed without a signature"


def _cases(row: Round) -> Iterator[str]:
    """A case for each filed application, and none otherwise."""
    filed = Application.objects.filter(round=row, submissions__isnull=False, case__isnull=True)
    for pk in filed.values_list("public_id", flat=True):
        yield f"filed application {pk} has no case"
    agreed = Case.objects.filter(application__round=row, state="agreed").annotate(given=Count("consensus"))
    items = row.criteria_set.criteria.count()
    for pk in agreed.exclude(given=items).values_list("public_id", flat=True):
        yield f"case {pk} is agreed without all scores"


def _conflicts(row: Round) -> Iterator[str]:
    """Nobody with a conflict of interest has a sheet that counts."""
    sheets = ScoreSheet.objects.filter(case__application__round=row).exclude(state="void")
    for pk in sheets.filter(case__conflicts__person=F("member__person")).values_list(
        "case__public_id", flat=True
    ):
        yield f"case {pk} was scored by somebody with a conflict"


def _certificates(row: Round) -> Iterator[str]:
    """No certificate without its resolution, of the same level; numbers without gaps."""
    mine = Certificate.objects.filter(round=row)
    for code in mine.filter(resolution__isnull=True).values_list("code", flat=True):
        yield f"certificate {code} has no resolution"
    for code in mine.exclude(
        resolution__decision="certify", level_key=F("resolution__level_key")
    ).values_list("code", flat=True):
        yield f"certificate {code} differs from its resolution"
    announced = Resolution.objects.filter(
        meeting__round=row, decision="certify", announcement__state="published"
    )
    for pk in announced.filter(certificate__isnull=True).values_list("public_id", flat=True):
        yield f"resolution {pk} was announced without a certificate"
    for code in mine.filter(publication__published_at__isnull=False, pdf__isnull=True).values_list(
        "code", flat=True
    ):
        yield f"certificate {code} has no PDF"
    numbers = sorted(int(number.split("/")[1]) for number in mine.values_list("number", flat=True))
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"certificate numbers have gaps: {len(numbers)} numbers, the last is {numbers[-1]}"


def _adds_up(row: Round) -> Iterator[str]:
    """What the panel agreed is settled, and every decided case was agreed, once."""
    agreed = Case.objects.filter(application__round=row, state="agreed")
    for pk in agreed.filter(application__settled_at__isnull=True).values_list("public_id", flat=True):
        yield f"case {pk} is agreed, and its application is not settled"
    final = Resolution.objects.filter(meeting__round=row, decision__in=["certify", "refuse"])
    if final.values("case").distinct().count() != final.count():
        yield "a case was finally decided twice"
    for pk in final.exclude(case__state="agreed").values_list("public_id", flat=True):
        yield f"resolution {pk} is on a case that is not agreed"


def _audit(row: Round) -> Iterator[str]:
    """The audit chain is unbroken."""
    del row
    result = audit_verify.verify()
    for problem in result.findings:
        yield str(problem)


CHECKS: tuple[Check, ...] = (
    _history,
    _counts,
    _filed,
    _cases,
    _conflicts,
    _certificates,
    _adds_up,
    _audit,
)
