"""What a rehearsal tells: the funnel, the outcome as a digest, and what does not add up."""

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from saduak.applications.models import Application
from saduak.assessment.models import Case
from saduak.certification.models import Resolution
from saduak.programme.models import Round
from saduak.register.models import Certificate


class Tally(Counter[str]):
    """Counts of what happened, by name."""

    def __str__(self) -> str:
        return " ".join(f"{name}={count}" for name, count in sorted(self.items()))


@dataclass(frozen=True, slots=True)
class Report:
    """The end of a rehearsal."""

    plan_centres: int
    seed: int
    fiscal_year: int
    funnel: dict[str, int]
    outcome: str
    broken: list[str]
    seconds: float
    notes: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> str:
        """One object; the same seed gives the same, but for `seconds`."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


# The funnel's lines in order, with the words that are printed.
LINES = {
    "centres": "ศูนย์ในรอบ",
    "never_started": "ไม่ได้เริ่ม",
    "started": "เริ่มใบสมัคร",
    "left_as_draft": "ค้างเป็นร่าง",
    "withdrawn": "ถอน",
    "too_late": "ยื่นไม่ทันเวลาปิด",
    "checks": "ขอให้ตรวจทาน",
    "checks_returned": "ตรวจทานแล้วขอให้แก้",
    "signatures_voided": "แก้หลังลงนาม",
    "filed": "ยื่นแล้ว",
    "screening_returned": "ตรวจเอกสารแล้วส่งคืน",
    "corrected": "แก้แล้วยื่นใหม่",
    "rejected": "ไม่รับเข้าประเมิน",
    "accepted": "รับเข้าประเมิน",
    "conflicts": "ส่วนได้เสียที่กันออก",
    "agreed": "คณะสรุปคะแนน",
    "deferred": "เลื่อนพิจารณา",
    "refused": "ไม่รับรอง",
    "certified": "รับรอง",
    "excellent": "  เป็นเลิศ",
    "advanced": "  ก้าวหน้า",
    "basic": "  พื้นฐาน",
}


def funnel(stage: Any) -> dict[str, int]:
    """Counts from the database, with what only the scripts know."""
    row: Round = stage.round
    applications = Application.objects.filter(round=row)
    cases = Case.objects.filter(application__round=row)
    final = Resolution.objects.filter(meeting__round=row)
    levels = Counter(final.filter(decision="certify").values_list("level_key", flat=True))
    started = applications.count()
    return {
        "centres": len(stage.world.teams),
        "never_started": len(stage.world.teams) - started,
        "started": started,
        "left_as_draft": applications.filter(state__in=["draft", "signed"], submissions__isnull=True).count(),
        "withdrawn": applications.filter(state="withdrawn").count(),
        "too_late": stage.tally["too_late"],
        "checks": stage.tally["checks"],
        "checks_returned": stage.tally["checks_returned"],
        "signatures_voided": stage.tally["signatures_voided"],
        "filed": applications.filter(submissions__isnull=False).distinct().count(),
        "screening_returned": stage.tally["screening_returned"],
        "corrected": stage.tally["corrected"],
        "rejected": cases.filter(state="rejected").count(),
        "accepted": cases.filter(state__in=["accepted", "scoring", "agreed"]).count(),
        "conflicts": _conflicts(row),
        "agreed": cases.filter(state="agreed").count(),
        "deferred": final.filter(decision="defer").count(),
        "refused": final.filter(decision="refuse").count(),
        "certified": sum(levels.values()),
        "excellent": levels["excellent"],
        "advanced": levels["advanced"],
        "basic": levels["basic"],
    }


def unbalanced(counts: dict[str, int], row: Round) -> list[str]:
    """Which lines of a funnel do not add up, at any moment of a round."""
    withdrawn = Application.objects.filter(round=row, state="withdrawn")
    early = withdrawn.filter(submissions__isnull=True).count()
    late = counts["withdrawn"] - early
    waiting = Case.objects.filter(application__round=row, state__in=["screening", "returned"]).count()
    levels = counts["excellent"] + counts["advanced"] + counts["basic"]
    sums = {
        "centres": (counts["centres"], counts["never_started"] + counts["started"]),
        "started": (counts["started"], counts["left_as_draft"] + early + counts["filed"]),
        "filed": (counts["filed"], counts["rejected"] + counts["accepted"] + late + waiting),
        "certified": (counts["certified"], levels),
    }
    wrong = [
        f"funnel: {name} is {whole}, its parts give {parts}"
        for name, (whole, parts) in sums.items()
        if whole != parts
    ]
    if counts["certified"] + counts["refused"] > counts["agreed"]:
        wrong.append("funnel: more was decided than agreed")
    if counts["corrected"] > counts["screening_returned"]:
        wrong.append("funnel: more was corrected than returned")
    return wrong


def _conflicts(row: Round) -> int:
    return Case.objects.filter(application__round=row, conflicts__isnull=False).values("conflicts").count()


def outcome(row: Round) -> str:
    """SHA-256 over what became of every centre: the same seed gives the same."""
    cases = dict(Case.objects.filter(application__round=row).values_list("application_id", "state"))
    totals = dict(Case.objects.filter(application__round=row).values_list("application_id", "agreed_total"))
    levels = dict(Certificate.objects.filter(round=row).values_list("centre_id", "level_key"))
    numbers = dict(Certificate.objects.filter(round=row).values_list("centre_id", "number"))
    lines = [
        [
            application.centre.organisation.code,
            application.centre.name_th,
            application.state,
            cases.get(application.pk, ""),
            str(totals.get(application.pk, "")),
            levels.get(application.centre_id, ""),
            numbers.get(application.centre_id, ""),
        ]
        for application in Application.objects.filter(round=row).select_related("centre__organisation")
    ]
    return hashlib.sha256(json.dumps(sorted(lines), ensure_ascii=False).encode()).hexdigest()
