"""To whom a letter goes: what real letters say, in a small country of two provinces and a city."""

import pytest
from django.db import connection

from saduak.organisations import bulk, localgov
from saduak.organisations.bulk import Spec
from saduak.organisations.models import Area, Organisation, OrganisationName, Relation, TreePath
from saduak.organisations.recipients import audience, by_keys

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

AREAS = {
    "10": "กรุงเทพมหานคร",
    "1001": "เขตหนึ่ง",
    "91": "ทดสอบ",
    "9101": "เมืองทดสอบ",
    "9102": "เหนือ",
    "9103": "ใต้",
    "92": "อื่น",
    "9201": "เมืองอื่น",
    "9202": "เหนือ",
    "920201": "บ้านใหม่",
}
DISTRICTS = {code: name for code, name in AREAS.items() if len(code) == 4 and code[0] == "9"}
PROVINCES = {code: name for code, name in AREAS.items() if len(code) == 2 and code[0] == "9"}
# Code, type, place in the name, area.
LOCAL_GOVERNMENTS = (
    ("pao", "องค์การบริหารส่วนจังหวัด", "ทดสอบ", "91"),
    ("city", "เทศบาลนคร", "ทดสอบ", "9101"),
    ("town", "เทศบาลเมือง", "เหนือ", "9102"),
    ("small", "เทศบาลตำบล", "เหนือ", "9102"),
    ("new91", "องค์การบริหารส่วนตำบล", "บ้านใหม่", "9102"),
    ("south", "องค์การบริหารส่วนตำบล", "ใต้ ๒", "9103"),
    ("new92", "องค์การบริหารส่วนตำบล", "บ้านใหม่", "9202"),
    ("old92", "องค์การบริหารส่วนตำบล", "บ้านเก่า", "9202"),
)
LOCAL_91 = {"pao", "city", "town", "small", "new91", "south"}
LOCAL = LOCAL_91 | {"new92", "old92"}
DISTRICTS_91 = {"d9101", "d9102", "d9103"}
EVERY_DISTRICT = DISTRICTS_91 | {"d9201", "d9202"}


def in_the_capital() -> list[Spec]:
    """What stands in the capital, and what belongs to it."""
    return [
        Spec("pm", "ministry", "สำนักนายกทดสอบ", area="10"),
        Spec("secretariat", "secretariat_unit", "ศูนย์กลางทดสอบ สำนักนายกทดสอบ", line=("pm",), area="10"),
        Spec("moi", "ministry", "กระทรวงทดสอบ", aliases="มท. มหาดทดสอบ", area="10"),
        Spec("ops", "office", "สำนักงานปลัดกระทรวงทดสอบ", head_title="ปลัดกระทรวงทดสอบ", line=("moi",), issues_for=("moi",)),
        Spec("dopa", "department", "กรมการปกครองทดสอบ", aliases="ปค.", head_title="อธิบดีกรมการปกครองทดสอบ", line=("moi",), area="10"),
        Spec("dla", "department", "กรมส่งเสริมทดสอบ", aliases="สถ.", line=("moi",), area="10"),
        Spec("finance", "ministry", "กระทรวงการคลังทดสอบ", area="10"),
        Spec("tax", "department", "กรมและสรรพากรทดสอบ", line=("finance",), area="10"),
        Spec("power", "state_enterprise", "การไฟฟ้าทดสอบ", head_title="ผู้ว่าการ", supervision=("moi",), area="10"),
        Spec("branch", "branch", "การไฟฟ้าทดสอบ สาขาเหนือ", line=("power",), area="9102"),
        Spec("bank", "state_enterprise", "ธนาคารทดสอบ", head_title="ผู้ว่าการ", supervision=("finance",), area="10"),
        Spec("bangkok", "special", "กรุงเทพมหานคร", type_th="กรุงเทพมหานคร", aliases="กทม.", supervision=("moi",), area="10"),
        Spec("khet", "special", "สำนักงานเขตหนึ่ง", type_th="สำนักงานเขต", line=("bangkok",), area="1001"),
    ]  # fmt: skip


def in_the_provinces() -> list[Spec]:
    """Provinces with two offices each, and districts."""
    found = []
    for code, name in PROVINCES.items():
        province = f"province:{code}"
        also = {"kind": "provincial_office", "issues_for": (province,), "area": code}
        found += [
            Spec(province, "province", f"จังหวัด{name}", type_th="จังหวัด", aliases=f"จ.{name} ศาลากลางจังหวัด{name}", head_title=f"ผู้ว่าราชการจังหวัด{name}", line=("moi",), area=code),
            Spec(f"admin:{code}", name_th=f"ที่ทำการปกครองจังหวัด{name}", type_th="ที่ทำการปกครองจังหวัด", head_title=f"ปลัดจังหวัด{name}", line=("dopa", province), **also),
            Spec(f"local-admin:{code}", name_th=f"สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัด{name}", type_th="สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัด", head_title=f"ท้องถิ่นจังหวัด{name}", line=("dla", province), **also),
        ]  # fmt: skip
    return found + [
        Spec(f"district:{code}", "district", f"ที่ทำการปกครองอำเภอ{name}", aliases=f"อำเภอ{name} อ.{name}", head_title=f"นายอำเภอ{name}", line=("dopa", f"province:{code[:2]}"), area=code)
        for code, name in DISTRICTS.items()
    ]  # fmt: skip


def build() -> None:
    """The whole country, in a few dozen queries."""
    keys: dict[str, int] = {}
    for digits, kind in ((2, "province"), (4, "district"), (6, "subdistrict")):
        rows = [
            Area(code=code, kind=kind, name_th=name, parent_id=keys.get(code[:-2]))
            for code, name in AREAS.items()
            if len(code) == digits
        ]
        keys |= {row.code: row.pk for row in Area.objects.bulk_create(rows)}
    lines = [
        localgov.Row(
            number,
            {"code": code, "type": kind, "name_th": kind + name, "province_code": area[:2], "district_code": area[2:] and area},
        )
        for number, (code, kind, name, area) in enumerate(LOCAL_GOVERNMENTS)
    ]  # fmt: skip
    bulk.add([*in_the_capital(), *in_the_provinces(), *localgov.specs(lines)])


def clear() -> None:
    """Take away everything that `build` made, a table at a time."""
    for model in (TreePath, Relation, OrganisationName, Organisation, Area):
        model.objects.all()._raw_delete(connection.alias)


@pytest.fixture(scope="module")
def country(django_db_setup, django_db_blocker):
    """Built once for this module; each test rolls back only its own changes."""
    with django_db_blocker.unblock():
        build()
        yield
        clear()


def at(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def short(code: str) -> str:
    return code.removeprefix("local:").replace("district:", "d").replace("province:", "p")


def codes(offices) -> set[str]:
    found = Organisation.objects.in_bulk([office.pk for office in offices])
    assert len(found) == len(offices)
    return {short(row.code) for row in found.values()}


def sent(issuer: str, *phrases: str, but=(), **options):
    return audience(phrases, list(but), at(issuer), **options)


# --- What the letters of 2564 and 2565 say --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issuer", "sender", "phrase", "wanted"),
    [
        ("moi", "ops", "หัวหน้าส่วนราชการระดับกรม และหัวหน้าหน่วยงานรัฐวิสาหกิจในสังกัดกระทรวงทดสอบ", {"dopa", "dla", "power"}),
        ("dla", None, "ผู้ว่าราชการจังหวัด ทุกจังหวัด", {"p91", "p92"}),
        ("province:91", "local-admin:91", "นายอำเภอ ทุกอำเภอ นายกองค์การบริหารส่วนจังหวัดทดสอบ นายกเทศมนตรีนครทดสอบ และนายกเทศมนตรีเมืองเหนือ", {*DISTRICTS_91, "pao", "city", "town"}),
        ("district:9102", None, "องค์กรปกครองส่วนท้องถิ่นในเขตพื้นที่", {"town", "small", "new91"}),
        ("province:91", "admin:91", "เรียน นายอำเภอ ทุกอำเภอ", DISTRICTS_91),
        ("province:91", "admin:91", "ที่ทำการปกครองจังหวัด/ที่ทำการปกครองอำเภอ", DISTRICTS_91),
    ],
)  # fmt: skip
def test_recipient_lines_and_forwarding_sentences_of_the_two_letters(country, issuer, sender, phrase, wanted):
    found = sent(issuer, phrase, sender=at(sender) if sender else None)
    assert codes(found.offices) == wanted
    assert (found.unmet_exceptions, found.several, found.conditions) == ((), (), ())


def test_the_sender_alone_leaves_its_own_group_empty_and_that_is_told(country):
    found = sent("province:91", "ปลัดจังหวัด", "นายอำเภอใต้", sender=at("admin:91"))
    assert (codes(found.offices), found.unknown) == ({"d9103"}, ("ปลัดจังหวัด",))


def test_neither_issuer_nor_sender_gets_it_even_by_name(country):
    found = sent("province:91", "จังหวัดทดสอบ", "ปลัดจังหวัดทดสอบ", "นายอำเภอใต้", sender=at("admin:91"))
    assert (codes(found.offices), found.unknown) == ({"d9103"}, ())
    assert [len(phrase.offices) for phrase in found.phrases] == [0, 0, 1]


# --- Groups -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issuer", "phrase", "wanted"),
    [
        # In reach, as before.
        ("province:91", "อำเภอ", DISTRICTS_91),
        ("province:91", "อปท. ทุกแห่ง", LOCAL_91),
        ("province:91", "นายกองค์การบริหารส่วนตำบล ทุกแห่งในอำเภอเหนือ", {"new91"}),
        ("province:91", "อบต. ทุกแห่งในอำเภอเหนือ", {"new91"}),
        ("province:91", "นายก อบต. ทุกแห่งในอำเภอเหนือ", {"new91"}),
        ("province:91", "นายกเทศมนตรี ทุกแห่งในจังหวัดนี้", {"city", "town", "small"}),
        ("province:91", "นายกเทศบาล ทุกแห่งในจังหวัดนี้", {"city", "town", "small"}),
        ("district:9102", "นายกเทศมนตรี ทุกแห่งในอำเภอนี้", {"town", "small"}),
        ("province:91", "นายก อปท. ทุกแห่งในอำเภอเหนือ", {"town", "small", "new91"}),
        ("province:91", "นายกองค์กรปกครองส่วนท้องถิ่น ทุกแห่ง", LOCAL_91),
        ("province:91", "นายกเทศบาลตำบลเหนือ", {"small"}),
        ("district:9102", "องค์กรปกครองส่วนท้องถิ่น", {"small", "new91"}),
        ("dopa", "นายอำเภอ ทุกอำเภอ", EVERY_DISTRICT),
        ("moi", "หน่วยงานในสังกัด", {"ops", "dopa", "dla", "p91", "p92", "admin:91", "admin:92", "local-admin:91", "local-admin:92", *EVERY_DISTRICT}),
        ("moi", "หน่วยงานในกำกับดูแล", {"power", "branch", "bangkok", "khet", *LOCAL}),
        ("province:91", "หัวหน้าหน่วยงานในสังกัด", {*DISTRICTS_91, "admin:91", "local-admin:91"}),
        ("bangkok", "ผู้อำนวยการเขต ทุกเขต", {"khet"}),
        # In the issuer's area.
        ("province:91", "หน่วยงานในเขตพื้นที่", {*DISTRICTS_91, *LOCAL_91, "admin:91", "local-admin:91", "branch"}),
        ("province:91", "หัวหน้าส่วนราชการในเขตพื้นที่จังหวัด", {*DISTRICTS_91, "admin:91", "local-admin:91"}),
        ("district:9102", "อปท. ทุกแห่งในอำเภอ", {"town", "small", "new91"}),
        ("district:9102", "อปท. ที่ตั้งอยู่ในเขตท้องที่", {"town", "small", "new91"}),
        ("district:9102", "อปท. ทุกแห่งในจังหวัด", LOCAL_91),
        ("local:pao", "องค์กรปกครองส่วนท้องถิ่นในเขตพื้นที่", LOCAL_91 - {"pao"}),
        ("local:small", "อปท. ในอำเภอ", {"town", "new91"}),
        ("admin:91", "นายอำเภอในพื้นที่", DISTRICTS_91),
        # In a named place.
        ("province:91", "อปท. ในเขตอำเภอเหนือ", {"town", "small", "new91"}),
        ("province:91", "อปท. ในเขตพื้นที่ อำเภอเหนือ", {"town", "small", "new91"}),
        ("province:91", "อปท. ในเขตอำเภอเมือง", {"city"}),
        ("province:91", "เทศบาลในเขต อ.เมืองฯ และ อ.เหนือ", {"city", "town", "small"}),
        ("province:91", "อปท. ในเขตอำเภอเหนือ อำเภอใต้ และอำเภอเมืองทดสอบ", LOCAL_91 - {"pao"}),
        ("province:91", "องค์กรปกครองส่วนท้องถิ่น (อำเภอใต้)", {"south"}),
        ("province:91", "อบต. ทุกแห่ง อำเภอเหนือ จังหวัดอื่น", {"new92", "old92"}),
        ("dla", "องค์กรปกครองส่วนท้องถิ่นจังหวัดทดสอบ", LOCAL_91),
        ("dla", "อปท. ในเขตอำเภอเหนือ จังหวัดทดสอบ และอำเภอเมือง จังหวัดทดสอบ", {"town", "small", "new91", "city"}),
        ("dla", "นายอำเภอ ทุกอำเภอ จังหวัดอื่น", {"d9201", "d9202"}),
        ("secretariat", "หัวหน้าส่วนราชการประจำจังหวัดทดสอบ", {"admin:91", "local-admin:91"}),
        ("secretariat", "ผู้อำนวยการเขต ทุกเขต กรุงเทพมหานคร", {"khet"}),
        ("secretariat", "สำนักงานเขตในพื้นที่ กทม.", {"khet"}),
        ("district:9103", "นายอำเภอทุกอำเภอในจังหวัดทดสอบ", {"d9101", "d9102"}),
        ("province:91", "หน่วยงานของรัฐ จังหวัดอื่น", {"p92", "admin:92", "local-admin:92", "d9201", "d9202", "new92", "old92"}),
        # In the whole country.
        ("secretariat", "ทุกกระทรวง", {"pm", "moi", "finance"}),
        ("secretariat", "ปลัดกระทรวง ทุกกระทรวง", {"pm", "moi", "finance"}),
        ("secretariat", "ผู้ว่าราชการจังหวัด ทุกจังหวัด", {"p91", "p92"}),
        ("secretariat", "ทุกกรม", {"dopa", "dla", "tax"}),
        ("secretariat", "นายอำเภอ ทุกอำเภอ", EVERY_DISTRICT),
        ("secretariat", "ทุก อปท. ทั่วประเทศ", LOCAL),
        ("secretariat", "นายกเทศมนตรีตำบล ทุกเทศบาล", {"small"}),
        ("secretariat", "ทุกกระทรวง ทุกกรม", {"pm", "moi", "finance", "dopa", "dla", "tax"}),
        ("secretariat", "ผู้ว่าราชการจังหวัดทุกจังหวัด และกรุงเทพมหานคร", {"p91", "p92", "bangkok"}),
        ("secretariat", "ผู้ว่าราชการจังหวัด ทุกจังหวัด กรุงเทพมหานคร", {"p91", "p92", "bangkok"}),
        ("secretariat", "ผู้ว่าราชการจังหวัด (ทุกจังหวัด)", {"p91", "p92"}),
        ("moi", "กระทรวง ทุกกระทรวง", {"pm", "finance"}),
        ("moi", "ทุกกรม", {"dopa", "dla"}),
        ("province:91", "จังหวัด ทุกจังหวัด", {"p92"}),
        ("province:91", "นายอำเภอ ทุกอำเภอ ทุกจังหวัด", EVERY_DISTRICT),
        ("province:91", "อปท. ในทุกอำเภอ", LOCAL_91),
        # Under another office.
        ("secretariat", "รัฐวิสาหกิจในสังกัดกระทรวงทดสอบ", {"power"}),
        ("secretariat", "หัวหน้าส่วนราชการระดับกรมในสังกัด มท. ทุกแห่ง", {"dopa", "dla"}),
        ("secretariat", "หน่วยงานในสังกัดกระทรวงการคลังทดสอบ", {"tax"}),
        ("secretariat", "หน่วยงานในกำกับดูแลของกระทรวงการคลังทดสอบ", {"bank"}),
        ("province:91", "หน่วยงานในสังกัดกรมการปกครองทดสอบ ในจังหวัดอื่น", {"admin:92", "d9201", "d9202"}),
        ("moi", "หัวหน้าหน่วยงานรัฐวิสาหกิจในสังกัดของตน", {"power"}),
    ],
)  # fmt: skip
def test_words_mean_groups(country, issuer, phrase, wanted):
    found = sent(issuer, phrase)
    assert (codes(found.offices), found.unknown, found.conditions) == (wanted, (), ())


@pytest.mark.parametrize(
    ("issuer", "phrase", "unknown"),
    [
        ("province:91", "อปท. ในเขตอำเภอสมมุติ", ("อำเภอสมมุติ",)),
        ("province:91", "นายอำเภอเหนือออ", ("อำเภอเหนือออ",)),
        # Two districts of the name, and nothing says which.
        ("secretariat", "อปท. ในเขตอำเภอเหนือ", ("อำเภอเหนือ",)),
        ("secretariat", "อปท. ในเขตอำเภอเหนือ จังหวัดที่ไม่มี", ("อำเภอเหนือ จังหวัดที่ไม่มี",)),
        # A local government is known by its district, so its subdistrict finds nobody.
        ("province:91", "อปท. ในตำบลบ้านใหม่ อำเภอเหนือ จังหวัดอื่น", ("อปท. ในตำบลบ้านใหม่ อำเภอเหนือ จังหวัดอื่น",)),
        # Not without "every", and not all the country's for somebody who may mean those near by.
        ("secretariat", "องค์กรปกครองส่วนท้องถิ่น", ("องค์กรปกครองส่วนท้องถิ่น",)),
        ("local:small", "นายอำเภอ ทุกอำเภอ", ("นายอำเภอ ทุกอำเภอ",)),
        ("local:small", "อปท. ในเขตพื้นที่", ("อปท. ในเขตพื้นที่",)),
        ("finance", "อปท. ในเขตพื้นที่", ("อปท. ในเขตพื้นที่",)),
        # Too wide.
        ("province:91", "หน่วยงาน ทุกหน่วยงาน", ("หน่วยงาน ทุกหน่วยงาน",)),
        ("secretariat", "ส่วนราชการทั่วประเทศ", ("ส่วนราชการทั่วประเทศ",)),
        ("secretariat", "รัฐวิสาหกิจ ทุกกระทรวง", ("รัฐวิสาหกิจ ทุกกระทรวง",)),
        ("secretariat", "รัฐวิสาหกิจในสังกัดกระทรวงสมมุติ", ("กระทรวงสมมุติ",)),
        ("finance", "รัฐวิสาหกิจในสังกัดกระทรวงทดสอบ ในจังหวัดทดสอบ", ("รัฐวิสาหกิจในสังกัดกระทรวงทดสอบ ในจังหวัดทดสอบ",)),
        ("secretariat", "จังหวัดในภาคเหนือ", ("จังหวัดในภาคเหนือ",)),
        ("province:91", "ยกเว้น นายอำเภอเหนือ", ("ยกเว้น นายอำเภอเหนือ",)),
    ],
)  # fmt: skip
def test_what_is_not_sure_reaches_nobody_and_is_told(country, issuer, phrase, unknown):
    found = sent(issuer, phrase)
    assert (codes(found.offices), found.unknown) == (set(), unknown)


def test_offices_that_are_known_already_are_told_with_their_way(country, exactly):
    wanted, issuer = [at(code) for code in ("district:9101", "district:9201", "pm")], at("province:91")
    with exactly(3):
        found = by_keys([row.pk for row in wanted], issuer)
    assert {(office.pk, str(office.way)) for office in found} == {
        (row.pk, way) for row, way in zip(wanted, ("line", "other", "other"), strict=True)
    }
    with exactly(0):
        assert by_keys([], issuer) == []
