"""A criteria set that asks for numbers and says what must hold between them; nothing of it is official."""

import copy
from typing import Any

from saduak.organisations.models import Programme
from saduak.programme.models import CriteriaSet
from tests.programme.factories import document, published_set

SOURCE = "ตัวอย่างสำหรับทดสอบ ไม่ใช่ข้อกำหนด"
SURVEY = "2.1"
OTHER = "2.2"
NUMBERS = [
    {"key": "users", "label": "ผู้รับบริการทั้งปี", "unit": "คน", "role": "population"},
    {"key": "asked", "label": "ผู้ตอบแบบสำรวจ", "unit": "คน", "role": "sample"},
    {"key": "happy", "label": "ผู้ที่พอใจ", "label_en": "Satisfied", "unit": "คน", "unit_en": "people"},
    {"key": "share", "label": "ร้อยละที่พอใจ", "role": "percent"},
]
CHECKS = [
    {"rule": "at-most", "of": ["happy", "asked"], "severity": "block", "source": SOURCE},
    {"rule": "between", "of": ["share"], "least": 1, "most": 100, "severity": "should", "source": SOURCE},
    {
        "rule": "sample",
        "of": ["users", "asked"],
        "formula": "yamane",
        "error_percent": 5,
        "severity": "should",
        "source": SOURCE,
    },
]


def item_of(content: dict[str, Any], number: str, kind: str = "basic") -> dict[str, Any]:
    """The item with a number in a document."""
    items = (item for part in content["parts"] for item in part["items"])
    return next(item for item in items if item["number"] == number and item["kind"] == kind)


def asking(rules: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """The document with numbers and checks at 2.1, and a number at 2.2; `more` goes to the whole set."""
    content = {k: v for k, v in copy.deepcopy(document()).items() if k != "programme"}
    content |= {"version": 9} | more
    survey = item_of(content, SURVEY)
    survey |= {"numbers": NUMBERS, "checks": CHECKS if rules is None else rules, "looks_for": "ดูว่าถามพอหรือไม่"}
    item_of(content, OTHER)["numbers"] = [{"key": "users", "label": "ผู้รับบริการที่ใช้วิเคราะห์"}]
    return content


def asking_set(programme: Programme, rules: list[dict[str, Any]] | None = None, **more: Any) -> CriteriaSet:
    """The same, published."""
    return published_set(programme, **asking(rules, **more))
