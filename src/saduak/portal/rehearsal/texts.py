"""Sentences that a centre might write: ours, and plainly examples."""

import random
from typing import Any

_OPENINGS = (
    "ศูนย์ดำเนินการเรื่องนี้ต่อเนื่องตั้งแต่เดือนตุลาคม",
    "หน่วยบริการมอบหมายผู้รับผิดชอบและตรวจทุกสัปดาห์",
    "เราเริ่มจากการสอบถามผู้มารับบริการที่หน้าเคาน์เตอร์",
    "หัวหน้าหน่วยงานติดตามผลเรื่องนี้ในที่ประชุมประจำเดือน",
)
_MIDDLES = (
    "จัดทำแบบสำรวจ {n} ชุดและสรุปผลเป็นรายงาน",
    "ปรับผังจุดบริการและลดขั้นตอนจาก {n} ขั้นเหลือ {m} ขั้น",
    "เปิดช่องทางนัดหมายล่วงหน้า มีผู้ใช้เดือนละ {n} ราย",
    "อบรมเจ้าหน้าที่ {m} ครั้ง ผู้เข้าอบรม {n} คน",
)
_ENDINGS = (
    "ผู้รับบริการรอเฉลี่ยไม่เกิน {m} นาที",
    "ความพึงพอใจเพิ่มขึ้นจากปีก่อน",
    "พบปัญหา {m} เรื่องและแก้แล้วทั้งหมด",
    "รายละเอียดตามหลักฐานที่แนบ",
)


def narrative(source: random.Random, criterion: Any) -> str:
    """A few sentences for one criterion."""
    numbers = {"n": source.randrange(40, 900), "m": source.randrange(2, 9)}
    parts = (source.choice(_OPENINGS), source.choice(_MIDDLES), source.choice(_ENDINGS))
    return f"ข้อ {criterion.number} " + " ".join(part.format(**numbers) for part in parts)
