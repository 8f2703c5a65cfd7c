"""Recipient expressions, on a small province beside another one."""

import pytest

from saduak.organisations.models import Organisation
from saduak.organisations.recipients import Way, commands, find_issuer, resolve, resolve_many
from tests.kept import kept
from tests.organisations.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def make(code, kind, name, **fields):
    return OrganisationFactory(code=code, kind=kind, name_th=name, **fields)


@kept
def country():
    """A ministry, a department, two provinces with offices and districts, three local governments."""
    at = {"ministry": make("ministry", "ministry", "กระทรวงทดสอบ")}
    at["department"] = make("department", "department", "กรมทดสอบ", under=at["ministry"])
    for code, name in (("91", "ทดสอบ"), ("92", "อื่น")):
        at[code] = make(
            f"p{code}",
            "province",
            f"จังหวัด{name}",
            aliases=f"จ.{name} ศาลากลางจังหวัด{name}",
            head_title=f"ผู้ว่าราชการจังหวัด{name}",
            under=at["ministry"],
        )
        at[f"office{code}"] = make(
            f"o{code}",
            "provincial_office",
            f"ที่ทำการปกครองจังหวัด{name}",
            type_th="ที่ทำการปกครองจังหวัด",
            head_title=f"ปลัดจังหวัด{name}",
            under=[at["department"], at[code]],
            writes_for=at[code],
        )
        for n in ("เหนือ", "ใต้"):
            at[f"{code}{n}"] = make(
                f"d{code}{n}",
                "district",
                f"ที่ทำการปกครองอำเภอ{name}{n}",
                head_title=f"นายอำเภอ{name}{n}",
                under=[at["department"], at[code]],
            )
    town, village = "นายกเทศมนตรีเมืองทดสอบ", "นายกองค์การบริหารส่วนตำบลทดสอบ"
    common = {"kind": "local_government"}
    at["town"] = OrganisationFactory(
        code="town",
        name_th="เทศบาลเมืองทดสอบ",
        type_th="เทศบาลเมือง",
        head_title=town,
        supervised_by=at["91"],
        **common,
    )
    at["village"] = OrganisationFactory(
        code="village",
        name_th="องค์การบริหารส่วนตำบลทดสอบ",
        type_th="องค์การบริหารส่วนตำบล",
        head_title=village,
        aliases="อบต.ทดสอบ",
        supervised_by=at["91เหนือ"],
        **common,
    )
    at["power"] = make("power", "state_enterprise", "การไฟฟ้าทดสอบ", supervised_by=at["ministry"])
    return at


def codes(found):
    return set(Organisation.objects.filter(pk__in=found.organisation_ids).values_list("code", flat=True))


@pytest.mark.parametrize(
    ("issuer", "phrase", "wanted", "unknown"),
    [
        ("91", "นายอำเภอ ทุกอำเภอ", {"d91เหนือ", "d91ใต้"}, 0),
        ("91", "อำเภอ", {"d91เหนือ", "d91ใต้"}, 0),
        ("91", "ที่ทำการปกครองอำเภอ", {"d91เหนือ", "d91ใต้"}, 0),
        ("91", "ที่ทำการปกครองจังหวัด", {"o91"}, 0),
        ("91", "นายอำเภอทดสอบใต้", {"d91ใต้"}, 0),
        ("91", "นายอำเภออื่นใต้", set(), 1),
        ("91", "องค์กรปกครองส่วนท้องถิ่น", {"town", "village"}, 0),
        ("91", "องค์กรปกครองส่วนท้องถิ่นในเขตพื้นที่", {"town", "village"}, 0),
        ("91", "นายกเทศมนตรี ทุกแห่ง", {"town"}, 0),
        ("91", "นายกเทศมนตรีเมืองทดสอบ", {"town"}, 0),
        ("91", "อบต.ทดสอบ", {"village"}, 0),
        ("91", "นายก อบต.ทดสอบ", {"village"}, 1),
        ("91", "นายอำเภอ ทุกอำเภอ นายกเทศมนตรีเมืองทดสอบ และปลัดจังหวัด", {"d91เหนือ", "d91ใต้", "town", "o91"}, 0),
        ("91", "หน่วยงานในสังกัด", {"d91เหนือ", "d91ใต้", "o91"}, 0),
        ("91เหนือ", "องค์กรปกครองส่วนท้องถิ่น", {"village"}, 0),
        ("92", "องค์กรปกครองส่วนท้องถิ่น", set(), 1),
        ("ministry", "ผู้ว่าราชการจังหวัด ทุกจังหวัด", {"p91", "p92"}, 0),
        (
            "ministry",
            "หัวหน้าส่วนราชการระดับกรม และหัวหน้าหน่วยงานรัฐวิสาหกิจในสังกัดกระทรวงทดสอบ",
            {"department", "power"},
            0,
        ),
        ("department", "ผู้ว่าราชการจังหวัด ทุกจังหวัด", {"p91", "p92"}, 0),
        ("department", "นายอำเภอ ทุกอำเภอ", {"d91เหนือ", "d91ใต้", "d92เหนือ", "d92ใต้"}, 0),
        ("town", "นายอำเภอ ทุกอำเภอ", set(), 1),
        ("91", "ผู้ที่เกี่ยวข้องทุกคน", set(), 1),
        ("91", "", set(), 0),
    ],
)
def test_words_find_offices_in_reach_and_no_others(country, issuer, phrase, wanted, unknown):
    found = resolve(phrase, country[issuer])
    assert codes(found) == wanted
    assert len(found.unknown) == unknown


def test_what_narrows_a_group_is_told(country):
    found = resolve("องค์กรปกครองส่วนท้องถิ่นที่ผ่านการรับรองเมื่อปี พ.ศ. ๒๕๕๙", country["91"])
    assert codes(found) == {"town", "village"}
    assert found.condition == "ที่ผ่านการรับรองเมื่อปี พ.ศ. 2559"


@pytest.mark.parametrize(
    ("issuer", "phrase", "way", "commanded"),
    [
        ("91", "อำเภอ", Way.LINE, True),
        ("91", "องค์กรปกครองส่วนท้องถิ่น", Way.SUPERVISION, False),
        ("91", "จังหวัดทดสอบ", Way.OWN, True),
        # A department commands no governor; it reaches him through its office in the province.
        ("department", "ผู้ว่าราชการจังหวัด", Way.NAME, False),
        ("ministry", "รัฐวิสาหกิจ", Way.SUPERVISION, False),
    ],
)
def test_the_way_says_whether_it_may_be_an_order(country, issuer, phrase, way, commanded):
    found = resolve(phrase, country[issuer])
    assert {office.way for office in found.offices} == {way}
    assert bool(found.commanded) == commanded
    assert bool(found.only_asked) != commanded


def test_the_label_counts_or_names(country):
    assert resolve("อำเภอ องค์กรปกครองส่วนท้องถิ่น", country["91"]).label == "2 อำเภอ องค์กรปกครองส่วนท้องถิ่น 2 แห่ง"
    assert resolve("ปลัดจังหวัด", country["91"]).label == "ที่ทำการปกครองจังหวัดทดสอบ"


def test_a_retired_office_is_not_found(country):
    Organisation.objects.filter(code="town").update(retired_at="2020-01-01T00:00:00Z")
    assert codes(resolve("องค์กรปกครองส่วนท้องถิ่น", country["91"])) == {"village"}


@pytest.mark.parametrize("number", [1, 3])
def test_many_expressions_cost_four_queries(country, exactly, number):
    phrases = ["นายอำเภอ ทุกอำเภอ", "องค์กรปกครองส่วนท้องถิ่น", "นายอำเภอทดสอบใต้"][:number]
    with exactly(4):
        assert len(resolve_many(phrases, country["91"])) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("จังหวัดทดสอบ (ศาลากลางจังหวัดทดสอบ)", "p91"),
        ("ศาลากลางจังหวัดอื่น", "p92"),
        ("กระทรวงทดสอบ สำนักงานปลัดกระทรวงทดสอบ", "ministry"),
        ("จังหวัดที่ไม่มี", None),
        ("จังหวัดทดสอบ\x00", "p91"),
        ("จังหวัดทดสอบ" * 5_000, None),
        ("", None),
    ],
)
def test_the_issuer_is_found_by_its_names(country, text, code):
    found = find_issuer(text)
    assert (found.code if found else None) == code


def test_command_runs_along_the_line_only(country):
    assert commands(country["ministry"], country["91ใต้"])
    assert commands(country["91"], country["91"])
    assert not commands(country["91"], country["town"])
    assert not commands(country["91"], country["92ใต้"])
