"""To whom a letter goes: single offices, exceptions, ways, numbers for a preview, and what it costs."""

import pytest

from saduak.organisations import bulk
from saduak.organisations.bulk import Spec
from saduak.organisations.models import Organisation
from saduak.organisations.recipients import COMMAND, Way, audience, resolve
from tests.organisations.test_recipients_sending import (
    DISTRICTS_91,
    EVERY_DISTRICT,
    LOCAL_91,
    at,
    build,
    clear,
    codes,
    sent,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(scope="module", autouse=True)
def country(django_db_setup, django_db_blocker):
    """Built once for this module; each test rolls back only its own changes."""
    with django_db_blocker.unblock():
        build()
        yield
        clear()


# --- Single offices ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issuer", "phrase", "wanted"),
    [
        ("province:91", "นายกเทศมนตรีนครทดสอบ", {"city"}),
        ("province:91", "ทน.ทดสอบ", {"city"}),
        ("province:91", "ทน. ทดสอบ", {"city"}),
        ("province:91", "เทศบาลนครทดสอบ", {"city"}),
        ("province:91", "นายก อบจ.ทดสอบ", {"pao"}),
        ("province:91", "อบจ ทดสอบ", {"pao"}),
        ("province:91", "องค์การบริหารส่วนตำบลใต้ 2", {"south"}),
        ("province:91", "กรุงเทพมหานคร", {"bangkok"}),
        ("secretariat", "ผวจ.ทดสอบ", {"p91"}),
        ("secretariat", "เรียน ผู้ว่าราชการจังหวัดทดสอบ และผู้ว่าราชการจังหวัดอื่น", {"p91", "p92"}),
        ("secretariat", "นอภ. ใต้", {"d9103"}),
        ("secretariat", "ปลัดกระทรวงทดสอบ", {"ops"}),
        ("secretariat", "มหาดทดสอบ", {"moi"}),
        ("secretariat", "มท. มหาดทดสอบ", {"moi"}),
        ("secretariat", "กรมและสรรพากรทดสอบ", {"tax"}),
        ("moi", "ศูนย์กลางทดสอบ สำนักนายกทดสอบ", {"secretariat"}),
        ("moi", "ศาลากลางจังหวัดอื่น", {"p92"}),
        # Lists in one line.
        ("secretariat", "สถ., ปค. และ กรมและสรรพากรทดสอบ", {"dla", "dopa", "tax"}),
        ("province:91", "อ.ใต้ อ.เหนือ", {"d9103", "d9102"}),
        ("province:91", "2) อำเภอใต้ อบต.บ้านใหม่ / ทต.เหนือ", {"d9103", "new91", "small"}),
        ("province:91", "กระทรวงทดสอบ จังหวัดอื่น", {"moi", "p92"}),
        ("province:91", "นายกเทศมนตรีตำบลเหนือ, อำเภอเหนือ", {"small", "d9102"}),
        # The nearest of a name; a place tells others apart.
        ("province:91", "อบต.บ้านใหม่", {"new91"}),
        ("province:92", "นายอำเภอเหนือ", {"d9202"}),
        ("local:pao", "อบต.บ้านใหม่", {"new91"}),
        ("secretariat", "อบต.บ้านใหม่ อำเภอเหนือ จังหวัดอื่น", {"new92"}),
        ("secretariat", "อบต.บ้านใหม่ (อ.เหนือ จ.ทดสอบ)", {"new91"}),
        ("secretariat", "อบต.บ้านใหม่ จังหวัดอื่น จังหวัดทดสอบ", {"new92", "p91"}),
        ("secretariat", "อบต.บ้านใหม่ ต.บ้านใหม่ อ.เหนือ จ.อื่น", {"new92"}),
        ("secretariat", "นายอำเภอเหนือ จังหวัดอื่น", {"d9202"}),
        ("secretariat", "เทศบาลตำบลเหนือ จังหวัดทดสอบ", {"small"}),
    ],
)
def test_single_offices_are_found_by_what_people_call_them(issuer, phrase, wanted):
    found = sent(issuer, phrase)
    assert (codes(found.offices), found.unknown, found.several) == (wanted, (), ())


@pytest.mark.parametrize(
    ("issuer", "phrase", "several"),
    [
        ("secretariat", "อบต.บ้านใหม่", True),
        ("secretariat", "นายอำเภอเหนือ", True),
        ("province:91", "ผู้ว่าการ", True),
        ("secretariat", "อบต.บ้านใหม่ อำเภอใต้ จังหวัดทดสอบ", False),
        ("secretariat", "อบต.บ้านใหม่ จังหวัดที่ไม่มี", False),
        ("secretariat", "อบต.ที่ไม่มี", False),
        ("secretariat", "สำนักงานที่ไม่มี", False),
        ("secretariat", "ก" * 300, False),
    ],
)
def test_a_name_of_nobody_or_of_several_reaches_nobody(issuer, phrase, several):
    found = sent(issuer, phrase)
    assert (codes(found.offices), found.unknown) == (set(), (phrase,))
    assert found.several == ((phrase,) if several else ())
    assert found.phrases[0].unknown == (phrase,)


def test_what_stands_behind_two_thousand_signs_is_told_and_not_read():
    found = sent("province:91", "นายอำเภอเหนือ" + " " * 2_000 + "นายอำเภอใต้", but=["ก" * 2_100])
    assert (codes(found.offices), found.unknown) == ({"d9102"}, ("นายอำเภอใต้",))
    assert found.unmet_exceptions == ("ก" * 80, "ก" * 2_000)


def test_a_retired_office_and_one_without_words_get_nothing():
    Organisation.objects.filter(code="local:city").update(retired_at="2020-01-01T00:00:00Z")
    found = sent("province:91", "อปท. ทุกแห่ง", "ทน.ทดสอบ", "", " \n")
    assert (codes(found.offices), found.unknown) == (LOCAL_91 - {"city"}, ("ทน.ทดสอบ",))
    assert [len(phrase.offices) for phrase in found.phrases] == [5, 0, 0, 0]


# --- Ways -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issuer", "phrase", "wanted"),
    [
        ("province:91", "นายอำเภอ ทุกอำเภอ", {Way.LINE: DISTRICTS_91}),
        ("province:91", "อปท. ทุกแห่ง", {Way.SUPERVISION: LOCAL_91}),
        ("dla", "ผู้ว่าราชการจังหวัด ทุกจังหวัด", {Way.NAME: {"p91", "p92"}}),
        (
            "district:9102",
            "อปท. ทุกแห่งในจังหวัด",
            {
                Way.SUPERVISION: {"small", "new91"},
                Way.TERRITORY: {"town"},
                Way.OTHER: {"pao", "city", "south"},
            },
        ),
        ("district:9102", "ทม.เหนือ", {Way.TERRITORY: {"town"}}),
        ("district:9102", "ผู้ว่าราชการจังหวัดทดสอบ", {Way.OTHER: {"p91"}}),
        (
            "province:91",
            "หน่วยงานในพื้นที่",
            {
                Way.LINE: {*DISTRICTS_91, "admin:91", "local-admin:91"},
                Way.SUPERVISION: LOCAL_91,
                Way.TERRITORY: {"branch"},
            },
        ),
        # A ministry has its seat in the capital, and no area of its own there.
        ("finance", "กรุงเทพมหานคร", {Way.OTHER: {"bangkok"}}),
        ("bangkok", "กระทรวงทดสอบ", {Way.TERRITORY: {"moi"}}),
    ],
)
def test_the_nearest_way_is_the_one_and_only_command_may_order(issuer, phrase, wanted):
    found = sent(issuer, phrase, "หน่วยงานในสังกัด")
    ways = {}
    for office in found.phrases[0].offices:
        ways.setdefault(office.way, set()).add(office)
    assert {way: codes(offices) for way, offices in ways.items()} == wanted
    assert all(office.commanded == (office.way in COMMAND) for office in found.offices)


def test_offices_found_twice_are_there_once_in_the_order_of_lists():
    found = sent("province:91", "ทุกอำเภอ", "อำเภอใต้", "อปท. ในเขตอำเภอใต้", "นายอำเภอ ทุกอำเภอ ทุกจังหวัด")
    assert codes(found.offices) == {*EVERY_DISTRICT, "south"}
    assert [office.place for office in found.offices] == sorted(office.place for office in found.offices)
    assert {office.way for office in found.commanded} == {Way.LINE}
    assert {office.way for office in found.only_asked} == {Way.SUPERVISION, Way.OTHER}


@pytest.mark.parametrize(
    ("issuer", "phrase", "wanted"),
    [
        ("district:9102", "องค์กรปกครองส่วนท้องถิ่นในเขตพื้นที่", {"town", "small", "new91"}),
        ("district:9102", "อปท. ทุกแห่งในจังหวัด", {"town", "small", "new91"}),
        ("district:9102", "เทศบาลเมืองเหนือ", {"town"}),
        ("district:9102", "เทศบาลนครทดสอบ", set()),
        ("province:91", "นายอำเภอ ทุกอำเภอ ทุกจังหวัด", DISTRICTS_91),
        ("secretariat", "ทุกกระทรวง", set()),
        ("finance", "หน่วยงานในสังกัดกระทรวงทดสอบ", set()),
    ],
)
def test_a_letter_that_may_not_go_anywhere_keeps_to_reach_and_area(issuer, phrase, wanted):
    found = sent(issuer, phrase, anywhere=False)
    assert codes(found.offices) == wanted
    assert bool(found.unknown) == (not wanted)


# --- Exceptions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "but", "out", "unmet"),
    [
        ("อปท. ทุกแห่ง", ["อบต.บ้านใหม่", "เทศบาลนครทดสอบ"], {"new91", "city"}, ()),
        ("อปท. ทุกแห่ง", ["เทศบาล"], {"city", "town", "small"}, ()),
        ("อปท. ทุกแห่ง", ["ยกเว้น อปท. ในเขตอำเภอเหนือ"], {"town", "small", "new91"}, ()),
        ("อปท. ทุกแห่ง", ["อปท. ในเขตอำเภอเหนือ ยกเว้น ทม.เหนือ"], {"small", "new91"}, ()),
        ("อปท. ทุกแห่ง", ["อปท. ในเขตพื้นที่"], LOCAL_91, ()),
        ("อปท. ทุกแห่ง", ["อปท. ในกำกับของที่ทำการปกครองอำเภอใต้"], {"south"}, ()),
        ("นายอำเภอ ทุกอำเภอ", ["อำเภอเมือง", "อำเภอใต้ อำเภอเหนือ"], DISTRICTS_91, ()),
        ("หน่วยงานในพื้นที่", ["หน่วยงานในสังกัด"], {*DISTRICTS_91, "admin:91", "local-admin:91"}, ()),
        ("อบต. ทุกแห่ง ทั่วประเทศ", ["อบต.บ้านใหม่ จังหวัดอื่น"], {"new92"}, ()),
        # Names nobody who would get it: likely a slip.
        ("นายอำเภอ ทุกอำเภอ", ["อบต.บ้านใหม่"], set(), ("อบต.บ้านใหม่",)),
        ("นายอำเภอ ทุกอำเภอ", ["อำเภอใตต้"], set(), ("อำเภอใตต้",)),
        ("นายอำเภอ ทุกอำเภอ", ["นายอำเภอเหนือ จังหวัดอื่น"], set(), ("นายอำเภอเหนือ จังหวัดอื่น",)),
        ("นายอำเภอ ทุกอำเภอ", ["อปท. ในเขตอำเภอที่ไม่มี", "หน่วยงาน"], set(), ("อปท. ในเขตอำเภอที่ไม่มี", "หน่วยงาน")),
        ("อปท. ทุกแห่ง", ["อปท. ในสังกัดกระทรวงที่ไม่มี", "คำที่ไม่มี"], set(), ("อปท. ในสังกัดกระทรวงที่ไม่มี", "คำที่ไม่มี")),
        # What cannot be checked takes nobody out.
        ("อปท. ทุกแห่ง", ["อปท. ที่ผ่านการรับรองแล้ว"], set(), ("อปท. ที่ผ่านการรับรองแล้ว",)),
        # Those never get it anyway.
        ("นายอำเภอ ทุกอำเภอ", ["ผู้ว่าราชการจังหวัดทดสอบ", "จ.ทดสอบ"], set(), ()),
        ("นายอำเภอ ทุกอำเภอ", ["", "  "], set(), ()),
    ],
)  # fmt: skip
def test_exceptions_take_out_whom_they_name_and_others_are_told(phrase, but, out, unmet):
    whole, found = sent("province:91", phrase), sent("province:91", phrase, but=but)
    assert (codes(found.excepted), found.unmet_exceptions) == (out, unmet)
    assert codes(found.offices) == codes(whole.offices) - out
    assert (found.unknown, found.phrases) == (whole.unknown, whole.phrases)


def test_an_exception_that_several_bear_takes_out_nobody():
    found = sent("secretariat", "อบต. ทุกแห่ง", but=["อบต.บ้านใหม่"])
    assert codes(found.offices) == {"new91", "south", "new92", "old92"}
    assert (found.unmet_exceptions, found.several, found.unknown) == (("อบต.บ้านใหม่",), ("อบต.บ้านใหม่",), ())


@pytest.mark.parametrize(
    ("phrase", "wanted", "unmet"),
    [
        ("นายอำเภอ ทุกอำเภอ ยกเว้นอำเภอเมือง", {"d9102", "d9103"}, ()),
        ("นายอำเภอ ทุกอำเภอ (ยกเว้น อำเภอใต้) และ อบจ.ทดสอบ", {"d9101", "d9102", "pao"}, ()),
        ("อปท. ทุกแห่ง เว้นแต่ เทศบาล และ อบจ.ทดสอบ", {"new91", "south"}, ()),
        ("นายอำเภอ ทุกอำเภอ (ยกเว้นกรุงเทพมหานคร)", DISTRICTS_91, ("กรุงเทพมหานคร",)),
    ],
)
def test_except_inside_a_phrase_counts_for_that_phrase(phrase, wanted, unmet):
    found = sent("province:91", phrase)
    assert (codes(found.offices), found.unmet_exceptions, found.unknown) == (wanted, unmet, ())
    assert codes(sent("province:91", phrase, "อำเภอเมือง").offices) == wanted | {"d9101"}


# --- For a preview ----------------------------------------------------------------------------------------------------


def test_numbers_by_sort_and_by_phrase():
    found = sent("province:91", "นายอำเภอ ทุกอำเภอ", "อปท. ทุกแห่ง", "ผู้ว่าราชการจังหวัดอื่น", but=["อบต.บ้านใหม่"])
    assert found.counts == [(3, "อำเภอ"), (5, "องค์กรปกครองส่วนท้องถิ่น"), (1, "จังหวัด")]
    assert found.label == "3 อำเภอ องค์กรปกครองส่วนท้องถิ่น 5 แห่ง 1 จังหวัด"
    assert [(one.phrase, len(one.offices)) for one in found.phrases] == [
        ("นายอำเภอ ทุกอำเภอ", 3),
        ("อปท. ทุกแห่ง", 6),
        ("ผู้ว่าราชการจังหวัดอื่น", 1),
    ]
    assert [one.label for one in found.phrases][::2] == ["3 อำเภอ", "จังหวัดอื่น"]
    assert len(found.excepted) == 1
    assert found.organisation_ids == {office.pk for office in found.offices}


@pytest.mark.parametrize(
    ("phrase", "condition"),
    [
        ("องค์กรปกครองส่วนท้องถิ่นที่ผ่านการรับรองมาตรฐานเมื่อปี พ.ศ. ๒๕๕๙ - พ.ศ. ๒๕๖๑", "ที่ผ่านการรับรองมาตรฐานเมื่อปี พ.ศ. 2559 - พ.ศ. 2561"),
        ("อปท. ทุกแห่งที่สนใจ", "ที่สนใจ"),
        ("อปท. ในเขตพื้นที่ (เฉพาะที่สมัคร)", "(เฉพาะที่สมัคร)"),
        ("อปท. โดยเฉพาะที่มีงานบริการ", "โดยเฉพาะที่มีงานบริการ"),
    ],
)  # fmt: skip
def test_what_cannot_be_checked_is_told_and_everybody_gets_it(phrase, condition):
    found = sent("province:91", phrase, phrase)
    assert (codes(found.offices), found.conditions, found.unknown) == (LOCAL_91, (condition,), ())
    assert found.phrases[0].condition == condition


def test_duties_still_reach_only_the_issuers_reach():
    assert codes(resolve("องค์กรปกครองส่วนท้องถิ่นในเขตพื้นที่", at("district:9102")).offices) == {"small", "new91"}
    assert resolve("ทุกกระทรวง", at("secretariat")).unknown == ("ทุกกระทรวง",)
    found = resolve("อปท. ในเขตอำเภอใต้ การไฟฟ้าทดสอบ", at("province:91"))
    assert (codes(found.offices), found.condition) == (LOCAL_91, "ในเขตอำเภอใต้ การไฟฟ้าทดสอบ")


# --- What it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize(
    ("phrase", "queries"),
    [
        ("นายอำเภอ ทุกอำเภอ", 3),
        ("อบต.ที่ไม่มี", 3),
        ("อปท. ในเขตอำเภอเหนือ", 4),
        ("หน่วยงานในสังกัดกรมการปกครองทดสอบ ในจังหวัดอื่น", 5),
    ],
)
def test_the_number_of_queries_does_not_grow(exactly, phrase, queries, times):
    issuer = at("province:91")
    with exactly(queries):
        audience([phrase] * times, [phrase] * times, issuer)


def many_lines(kind: str) -> list[str]:
    """More names, places or offices above than are asked for one by one, a line each."""
    names = list(Organisation.objects.order_by("pk").values_list("name_th", flat=True))
    if kind == "names":
        return names
    if kind == "uppers":
        units = [Spec(f"unit-{n}", "office", f"สำนักงานย่อย{n}", line=("tax",)) for n in range(31)]
        bulk.add([*units, Spec("below", "office", "หน่วยย่อยสุด", line=("unit-7",))])
        return [f"หน่วยงานในสังกัด{name}" for name in (*(unit.name_th for unit in units), *names[:8])]
    groups = (
        "อปท. เทศบาล เทศบาลนคร เทศบาลเมือง เทศบาลตำบล อบต. อบจ. นายอำเภอ ปลัดจังหวัด ท้องถิ่นจังหวัด หน่วยงาน ส่วนราชการ"
    )
    places = ("อำเภอเมืองทดสอบ", "อำเภอใต้", "อำเภอเมืองอื่น", "เขตหนึ่ง")
    return [f"{group} ในพื้นที่{place}" for group in groups.split() for place in places]


@pytest.mark.parametrize("kind", ["names", "uppers", "places"])
def test_many_lines_mean_the_same_as_each_alone(exactly, kind):
    issuer, lines = at("province:91"), many_lines(kind)
    alone = [audience([line], [], issuer) for line in lines]
    with exactly(4):
        found = audience(lines, [], issuer)
    assert found.phrases == tuple(one.phrases[0] for one in alone)
    assert found.organisation_ids == {pk for one in alone for pk in one.organisation_ids}
    # In one line they still mean the same.
    joined = [" และ".join(lines[start : start + 16]) for start in range(0, len(lines), 16)]
    assert audience(joined, [], issuer).offices == found.offices
