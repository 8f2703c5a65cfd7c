"""What must hold after any round, rehearsed or real. Each check gives sentences about what does not."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from django.db.models import Count, DecimalField, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from saduak.applications.models import Answer, Application, SignOff, Submission
from saduak.applications.rules.sharing import own_proof
from saduak.assessment.models import Case, ConsensusScore, ScoreSheet, ScreeningReturn
from saduak.assessment.queries import level_of
from saduak.certification.models import Announcement, Resolution
from saduak.foundation import audit_verify, files
from saduak.foundation.models import AuditEntry
from saduak.organisations.models import CentreEvent, OrganisationName
from saduak.programme.models import Round, Stage
from saduak.programme.queries import contents
from saduak.register.actions import last_day
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
            items_answered=Count("pk", filter=~Q(claim="")),
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
    used = Count("uses", filter=Q(uses__removed_at__isnull=True) & own_proof("uses__"))
    answers = Answer.objects.filter(application__round=row).annotate(used=used)
    for pk in answers.exclude(evidence_count=F("used")).values_list("public_id", flat=True):
        yield f"answer {pk} counts its evidence wrongly"


def _points(condition: Q) -> Coalesce:
    return Coalesce(Sum("points", filter=condition), 0, output_field=DecimalField())


def _filed(row: Round) -> Iterator[str]:
    """Filed means signed, in time, and the bytes are those that were digested."""
    window = row.stages.get(key="application")
    for filed in Submission.objects.filter(application__round=row).select_related("snapshot", "sign_off"):
        yield from (f"submission {filed.receipt_code} {what}" for what in _bytes(filed))
        if filed.ordinal == 1 and not window.starts_at <= filed.received_at < window.ends_at:
            yield f"submission {filed.receipt_code} is outside the window"
    yield from _corrections(row, window)
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


def _corrections(row: Round, window: Stage) -> Iterator[str]:
    """Filed again: in the window after a withdrawal, else before the date of a return, as it was last extended."""
    answered = ScreeningReturn.objects.filter(case__application__round=row, answered_at__gte=F("due_at"))
    for pk in answered.values_list("case__public_id", flat=True):
        yield f"case {pk} was corrected after its date"
    in_time = ScreeningReturn.objects.filter(
        case__application=OuterRef("application"),
        returned_at__lte=OuterRef("received_at"),
        due_at__gt=OuterRef("received_at"),
    )
    again = Submission.objects.filter(application__round=row, ordinal__gt=1).exclude(Exists(in_time))
    for code in again.exclude(received_at__gte=window.starts_at, received_at__lt=window.ends_at).values_list(
        "receipt_code", flat=True
    ):
        yield f"submission {code} was filed again outside the time for it"


def _bytes(filed: Submission) -> Iterator[str]:
    """What is wrong with the bytes of a submission."""
    try:
        with files.open(filed.snapshot) as stream:
            data = stream.read()
        said = json.loads(data)["content_sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        yield "has no readable snapshot"
        return
    if hashlib.sha256(data).hexdigest() != filed.sha256:
        yield "does not match its digest"
    if said != filed.sign_off.content_digest:
        yield "is not what was signed"


def _cases(row: Round) -> Iterator[str]:
    """A case for each filed application, and none otherwise."""
    filed = Application.objects.filter(round=row, submissions__isnull=False, case__isnull=True)
    for pk in filed.values_list("public_id", flat=True):
        yield f"filed application {pk} has no case"
    agreed = Case.objects.filter(application__round=row, state="agreed").annotate(given=Count("consensus"))
    items = row.criteria_set.criteria.count()
    for pk in agreed.exclude(given=items).values_list("public_id", flat=True):
        yield f"case {pk} is agreed without all scores"


def _totals(row: Round) -> Iterator[str]:
    """Points within their criterion; totals and levels are what the round's rules give for them; all say the same."""
    known = contents(row.criteria_set)
    most = {item.pk: Decimal(1) if item.kind == "gate" else item.points for item in known.criteria}
    keys = {item.pk: item.key for item in known.criteria}
    given: dict[int, dict[int, Decimal]] = defaultdict(dict)
    scores = ConsensusScore.objects.filter(case__application__round=row, case__state="agreed")
    for case_pk, criterion_pk, value in scores.values_list("case", "criterion", "points").iterator():
        given[case_pk][criterion_pk] = value
    for case in Case.objects.filter(application__round=row, state="agreed"):
        points = given[case.pk]
        if any(not 0 <= value <= most[pk] for pk, value in points.items()):
            yield f"case {case.public_id} has points that its criterion does not have"
        result = level_of(known, {keys[pk]: value for pk, value in points.items()})
        level = result.level.key if result.level else ""
        if (case.agreed_total, case.agreed_level) != (result.total, level):
            yield f"case {case.public_id} says {case.agreed_total} {case.agreed_level}, its points {result.total} {level}"
    decided = Resolution.objects.filter(meeting__round=row)
    for pk in decided.exclude(total=F("case__agreed_total")).values_list("public_id", flat=True):
        yield f"resolution {pk} has another total than its case"
    departs = ~Q(level_key=F("case__agreed_level"))
    silent = decided.exclude(decision="defer").filter(departs, departs=False)
    for pk in silent.values_list("public_id", flat=True):
        yield f"resolution {pk} departs from the panel's level without saying so"


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
    elsewhere = Certificate.objects.filter(resolution__meeting__round=row).exclude(round=row)
    for code in elsewhere.values_list("code", flat=True):
        yield f"certificate {code} is of another round than its resolution"
    for code in mine.filter(publication__published_at__isnull=False, pdf__isnull=True).values_list(
        "code", flat=True
    ):
        yield f"certificate {code} has no PDF"
    changed = Exists(CentreEvent.objects.filter(centre=OuterRef("centre")))
    had = Exists(
        OrganisationName.objects.filter(
            organisation=OuterRef("centre__organisation"), name_th=OuterRef("organisation_name")
        )
    )
    all_of_it = mine.select_related(
        "centre__organisation", "resolution__case__application", "resolution__announcement__publication"
    ).annotate(centre_changed=changed, office_had_name=had)
    levels = {level.key: (level.name, level.ordinal) for level in contents(row.criteria_set).levels}
    for certificate in all_of_it:
        yield from (f"certificate {certificate.code} {what}" for what in _wrong(certificate, row, levels))
    numbers = sorted(int(number.split("/")[1]) for number in mine.values_list("number", flat=True))
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"certificate numbers have gaps: {len(numbers)} numbers, the last is {numbers[-1]}"


def _wrong(certificate: Certificate, row: Round, levels: Mapping[str, tuple[str, int]]) -> Iterator[str]:
    """What a certificate says otherwise than its centre, its round (`levels` by key) and its resolution."""
    if (certificate.level_name, certificate.level_ordinal) != levels.get(certificate.level_key):
        yield "names another level than its rules"
    centre = certificate.centre
    if not certificate.centre_changed:  # type: ignore[attr-defined] # annotated
        names = (centre.name_th, centre.name_en)
        if (certificate.centre_name, certificate.centre_name_en) != names:
            yield "names another centre"
        office = certificate.organisation_name
        if office != centre.organisation.name_th and not certificate.office_had_name:  # type: ignore[attr-defined] # annotated
            yield "names another office than its centre's"
    resolution = getattr(certificate, "resolution", None)
    if resolution is not None:
        yield from _otherwise(certificate, resolution)
    if certificate.fiscal_year != row.fiscal_year:
        yield "is of another year"
    if certificate.valid_until != last_day(certificate.valid_from, row.validity_years):
        yield f"does not run {row.validity_years} years"


def _otherwise(certificate: Certificate, resolution: Resolution) -> Iterator[str]:
    """What a certificate says otherwise than its resolution and the announcement of it."""
    if resolution.case.application.centre_id != certificate.centre_id:
        yield "is another centre's than its resolution"
    announcement = resolution.announcement
    if announcement is None or announcement.publication_id != certificate.publication_id:
        yield "is not in its resolution's announcement"
        return
    if certificate.valid_from != announcement.valid_from:
        yield "starts on another day than announced"
    if certificate.announcement != announcement.publication.title:
        yield "names another announcement"


def _resolutions(row: Round) -> Iterator[str]:
    """Every resolution has its reason, and its number once its meeting is over; what is public was announced."""
    mine = Resolution.objects.filter(meeting__round=row)
    for pk in mine.filter(reason="").values_list("public_id", flat=True):
        yield f"resolution {pk} has no reason"
    closed = mine.filter(Q(meeting__state="closed") | Q(announcement__isnull=False))
    for pk in closed.filter(number="").values_list("public_id", flat=True):
        yield f"resolution {pk} has no number"
    numbers = closed.exclude(number="").values("number").annotate(times=Count("pk")).filter(times__gt=1)
    for number in numbers.values_list("number", flat=True):
        yield f"resolution number {number} was given twice"
    public = mine.filter(certificate__publication__published_at__isnull=False)
    for pk in public.exclude(announcement__state="published").values_list("public_id", flat=True):
        yield f"resolution {pk} is public without being announced"
    acts = Announcement.objects.filter(round=row, state="published")
    for number in acts.exclude(published_at=F("publication__published_at")).values_list("number", flat=True):
        yield f"announcement {number} and its certificates were published at different moments"


def _adds_up(row: Round) -> Iterator[str]:
    """What the panel agreed is settled, and every finally decided case was agreed: once, the database holds that."""
    agreed = Case.objects.filter(application__round=row, state="agreed")
    for pk in agreed.filter(application__settled_at__isnull=True).values_list("public_id", flat=True):
        yield f"case {pk} is agreed, and its application is not settled"
    final = Resolution.objects.filter(meeting__round=row, decision__in=["certify", "refuse"])
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
    _totals,
    _conflicts,
    _certificates,
    _resolutions,
    _adds_up,
    _audit,
)
