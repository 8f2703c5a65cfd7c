"""What somebody types under "to", taken apart; and laws that hold for any text."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saduak.organisations.recipients import audience
from saduak.organisations.recipients.lines import LONGEST_LINE, read, spellings
from saduak.organisations.recipients.places import chained, mention, said
from saduak.organisations.recipients.words import SENDING, clean
from tests.organisations.test_recipients_sending import at, build, clear

WORDS = [
    *(word for group in SENDING for word in group.words),
    *("ทุก", "ทุกอำเภอ", "ทุกจังหวัด", "ทุกแห่ง", "ทั้งหมด", "ทั่วประเทศ", "ทั้ง 3 อำเภอ", "ๆ"),
    *("ใน", "ในเขตพื้นที่", "ในพื้นที่", "ในเขต", "ในจังหวัด", "ที่ตั้งอยู่", "ในสังกัด", "ในกำกับดูแลของ"),
    *("ทดสอบ", "เหนือ", "ใต้", "เมือง", "บ้านใหม่", "หนึ่ง", "กระทรวงทดสอบ", "มท.", "อ.เหนือ", "จ.อื่น", "กทม."),
    *("ที่ผ่านการรับรอง", "เฉพาะ", "ยกเว้น", "ไม่รวม", "และ", "หรือ", "รวมทั้ง", "เรียน", "1.", "-"),
    *(" ", " ", ",", ";", "/", "(", ")", "๒๕๕๙", "\x00", "่", "ำ", "x"),
]
TYPED = st.lists(st.sampled_from(WORDS), max_size=9).map("".join) | st.text(max_size=40)
LINES = st.lists(TYPED, max_size=3)
ISSUERS = st.sampled_from(["moi", "secretariat", "province:91", "district:9102", "local:small", "bangkok"])
QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def pieces(typed: str) -> list[str]:
    return [part.words for part in read(typed).parts]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("นายอำเภอ ทุกอำเภอ นายกเทศมนตรีนครก และนายกเทศมนตรีเมืองข", ["นายอำเภอ ทุกอำเภอ", "นายกเทศมนตรีนครก", "นายกเทศมนตรีเมืองข"]),
        ("อบต.ก อำเภอขค จังหวัดงจ", ["อบต.ก อำเภอขค จังหวัดงจ"]),
        ("อำเภอกข อำเภอคง", ["อำเภอกข", "อำเภอคง"]),
        ("อปท. ในเขตอำเภอกข, อำเภอคง และอำเภอจฉ และจังหวัดชซ", ["อปท. ในเขตอำเภอกข อำเภอคง อำเภอจฉ", "จังหวัดชซ"]),
        ("อปท. ในเขตพื้นที่ และอำเภอกข", ["อปท. ในเขตพื้นที่", "อำเภอกข"]),
        ("อปท. และจังหวัดกข", ["อปท.", "จังหวัดกข"]),
        ("อบจ.กข อำเภอคง", ["อบจ.กข", "อำเภอคง"]),
        ("อบต.กข อำเภอคง อำเภอจฉ", ["อบต.กข อำเภอคง", "อำเภอจฉ"]),
        ("กระทรวงกข จังหวัดคง", ["กระทรวงกข", "จังหวัดคง"]),
        ("ทุกกระทรวง ทุก กรม ทุกจังหวัด", ["ทุกกระทรวง", "ทุกกรม ทุกจังหวัด"]),
        ("สถ., ปค. และ สป.", ["สถ.", "ปค.", "สป."]),
        ("3. กราบเรียน ผวจ.กข", ["ผู้ว่าราชการจังหวัดกข"]),
        ("• นอภ.กข", ["นายอำเภอกข"]),
        ("อบต กข, อปท", ["อบต. กข", "อปท."]),
        ("อบต.แหลมงอบจ จังหวัดกข", ["อบต.แหลมงอบจ จังหวัดกข"]),
        (" , ; ", []),
    ],
)  # fmt: skip
def test_a_line_is_cut_where_another_office_begins(typed, wanted):
    assert pieces(typed) == wanted


@pytest.mark.parametrize(
    ("typed", "whole", "nation", "within", "under", "condition", "loose"),
    [
        ("นายอำเภอ", False, False, False, None, "", False),
        ("นายอำเภอ ทุกอำเภอ", True, False, False, None, "", False),
        ("อปท. ทั้ง 3 แห่ง เท่านั้น", True, False, False, None, "", False),
        ("เทศบาลทั้งหมดในเขตพื้นที่ของท่าน", True, False, True, None, "", False),
        ("จังหวัด ทุกจังหวัด", True, True, False, None, "", False),
        ("อบต.ในทุกตำบล", True, False, False, None, "", False),
        ("รัฐวิสาหกิจในสังกัดกระทรวงกข ทุกแห่ง", True, False, False, "กระทรวงกข", "", False),
        ("รัฐวิสาหกิจภายใต้กำกับดูแลของตน", False, False, False, "", "", False),
        ("กรมในสังกัดกระทรวงกขที่มีงานบริการ", False, False, False, "กระทรวงกข", "ที่มีงานบริการ", False),
        ("อำเภอที่มีศูนย์ในจังหวัด", False, False, False, None, "ที่มีศูนย์ในจังหวัด", False),
        ("อปท. 5 แห่งแรก", False, False, False, None, "5 แห่งแรก", False),
        ("อปท. ในฝัน", False, False, False, None, "", True),
        ("รัฐวิสาหกิจ ทุกกระทรวง", False, False, False, None, "", True),
    ],
)
def test_what_narrows_a_group(typed, whole, nation, within, under, condition, loose):
    (part,) = read(typed).parts
    by = part.by
    assert (by.whole, by.nation, by.within, by.under, by.condition, bool(by.loose)) == (
        whole,
        nation,
        within,
        under,
        condition,
        loose,
    )


@pytest.mark.parametrize(
    ("marks", "wanted"),
    [
        ("อำเภอก จังหวัดข", ["อำเภอก จังหวัดข"]),
        ("จังหวัดข อำเภอก", ["จังหวัดข อำเภอก"]),
        ("อำเภอก อำเภอค จังหวัดข", ["อำเภอก จังหวัดข", "อำเภอค จังหวัดข"]),
        ("อำเภอก จังหวัดข อำเภอค จังหวัดง", ["อำเภอก จังหวัดข", "อำเภอค จังหวัดง"]),
        ("จังหวัดก จังหวัดข", ["จังหวัดก", "จังหวัดข"]),
    ],
)
def test_places_of_one_level_are_several_and_others_tell_which(marks, wanted):
    places = [mention(mark[:-1], mark[-1]) for mark in marks.split()]
    assert [said(chain) for chain in chained(places)] == wanted


def test_names_are_looked_for_in_every_spelling():
    assert spellings("ทน. ก 12") == ("ทน. ก 12", "ทน.ก12", "ทน. ก ๑๒", "ทน.ก๑๒")
    assert spellings("ทน.ก") == ("ทน.ก",)
    assert spellings("") == spellings("ก" * 201) == ()


@given(st.text(st.characters(), max_size=60) | TYPED)
def test_any_text_is_taken_apart(typed):
    line = read(typed)
    assert line.whole == clean(line.whole)
    for part in line.all_parts:
        assert part.words.strip()
        assert part.group is not None or part.name == part.words


def test_a_line_is_read_so_far_and_its_rest_is_kept():
    assert read("ก" * LONGEST_LINE).too_long == ""
    assert read("ก" * LONGEST_LINE + "ข" * 90).too_long == "ข" * 80


@pytest.mark.parametrize(
    "unit", ["อบต.ก อำเภอกก ", "อปท.ในเขตอำเภอกก อำเภอขข ", "ทุก", "ในสังกัด", "( ", "ยกเว้น(", "และ", "ที่"]
)
def test_hostile_lines_do_not_take_long(unit):
    assert len(read(unit * 1_000).whole) <= LONGEST_LINE


# --- Laws -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def country(django_db_setup, django_db_blocker):
    """Built once for this module."""
    with django_db_blocker.unblock():
        build()
        yield
        clear()


@pytest.mark.django_db
@given(LINES, LINES, ISSUERS, st.booleans())
@QUICK
def test_laws_of_audiences(country, phrases, exceptions, code, anywhere):
    issuer, sender = at(code), at("ops")
    options = {"sender": sender, "anywhere": anywhere}
    found = audience(phrases, exceptions, issuer, **options)
    whole = audience(phrases, [], issuer, **options)
    keys = [office.pk for office in found.offices]
    # Nobody twice, neither issuer nor sender; exceptions only take away.
    assert len(set(keys)) == len(keys)
    assert not {issuer.pk, sender.pk} & whole.organisation_ids
    assert found.organisation_ids == whole.organisation_ids - {office.pk for office in found.excepted}
    assert {office.pk for office in found.excepted} <= whole.organisation_ids
    # The order of phrases does not matter.
    back = audience(phrases[::-1], exceptions[::-1], issuer, **options)
    assert (back.offices, set(back.unknown)) == (found.offices, set(found.unknown))
    # Every way is the one of the office, whoever else is meant.
    assert {office.way for office in found.offices} <= {office.way for office in whole.offices}


@pytest.mark.django_db
@given(LINES, TYPED, LINES, ISSUERS)
@QUICK
def test_another_phrase_never_takes_anybody_away(country, phrases, more, exceptions, code):
    issuer = at(code)
    few, many = audience(phrases, [], issuer), audience([*phrases, more], [], issuer)
    assert few.organisation_ids <= many.organisation_ids
    assert many.phrases[:-1] == few.phrases
    assert set(few.unknown) <= set(many.unknown)
    near = audience(phrases, exceptions, issuer, anywhere=False)
    assert near.organisation_ids <= few.organisation_ids
