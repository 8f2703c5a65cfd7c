from types import SimpleNamespace

import pytest

from saduak.foundation.web.gauge import build

LEVELS = [
    {"key": "excellent", "label": "เป็นเลิศ", "floor": 90},
    {"key": "basic", "label": "พื้นฐาน", "floor": 70},
    {"key": "advanced", "label": "ก้าวหน้า", "floor": 80},
]


def test_an_open_gate_shuts_the_gauge_whatever_the_points_say():
    gauge = build(have=95, claim=100, levels=LEVELS, gates_done=13, gates_total=14)

    assert gauge.shut
    assert gauge.reached is None
    assert gauge.gates == "13 จาก 14"


def test_stairs_stand_by_their_floor_lowest_first():
    gauge = build(have=74, claim=83, levels=LEVELS, gates_done=14, gates_total=14)

    assert [(zone.key, zone.x, zone.width, zone.top) for zone in gauge.zones] == [
        ("basic", "70%", "10%", 74),
        ("advanced", "80%", "10%", 48),
        ("excellent", "90%", "10%", 22),
    ]
    assert (gauge.bar_y, gauge.height) == (100, 212)
    assert gauge.reached.label == "พื้นฐาน"
    assert (gauge.following.label, gauge.missing) == ("ก้าวหน้า", "6")
    assert (gauge.have.x, gauge.have.anchor, gauge.have.number) == ("74%", "end", "74")
    assert (gauge.claim.x, gauge.claim.anchor) == ("83%", "start")
    assert not gauge.captions_below


@pytest.mark.parametrize(
    ("have", "claim", "reached"),
    [(69.99, 70, None), (70, 70, "basic"), (80, 95, "advanced"), (90, 90, "excellent")],
)
def test_a_floor_is_reached_exactly_by_what_is_backed_never_by_a_claim(have, claim, reached):
    gauge = build(have=have, claim=claim, levels=LEVELS)

    assert (gauge.reached.key if gauge.reached else None) == reached


def test_no_claim_and_a_claim_that_is_all_backed_have_one_number():
    assert build(have=74, levels=LEVELS).claim is None
    assert build(have=74, claim=74, levels=LEVELS).claim is None


def test_numbers_that_would_touch_stand_on_two_lines():
    gauge = build(have=88, claim=97.5, levels=LEVELS)

    assert gauge.claim.number_y > gauge.have.number_y
    assert gauge.captions_below
    assert gauge.claim.number == "97.5"
    assert not gauge.room_at_end


@pytest.mark.parametrize(
    ("have", "x"), [(-5, "0%"), (0, "0%"), (33.333, "33.33%"), (100, "100%"), (140, "100%")]
)
def test_the_scale_is_never_left_nor_stretched(have, x):
    assert build(have=have, levels=LEVELS).have.x == x


def test_other_scales_and_objects_as_levels():
    level = SimpleNamespace(key="own", label="ผ่าน", floor=30)
    gauge = build(have=25, claim=35, levels=[level], total=50)

    assert gauge.zones[0].key == ""
    assert (gauge.zones[0].x, gauge.zones[0].width) == ("60%", "40%")
    assert gauge.have.x == "50%"
    assert gauge.total == "50"


def test_the_sentence_says_all_that_the_drawing_shows():
    assert build(have=74, claim=83, levels=LEVELS).say == (
        "คะแนนประมาณการจาก 100 คือ มีหลักฐานรองรับ 74 ตามที่กรอก 83 เกณฑ์ของแต่ละระดับคือ พื้นฐาน 70 ก้าวหน้า 80 เป็นเลิศ 90"
    )
