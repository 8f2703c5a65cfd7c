"""What may be asked of the board, read from what an address says, and told again in words."""

from typing import Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications.queries.board.shapes import STATES, BoardFilters
from saduak.applications.queries.board.units import AREA, SORTS, as_key
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.organisations.models import Area, Organisation
from saduak.programme.models import Round
from saduak.programme.queries import contents

# So many letters of a name are looked for.
LONGEST_NAME: Final = 100
RELATIONS: Final[dict[str, Words]] = {"line": _("ในสังกัด"), "supervised": _("ในกำกับดูแล")}
OFFICERS: Final[dict[str, Words]] = {"none": _("ยังไม่มีผู้รับผิดชอบ")}


def known_filters(given: dict[str, str]) -> BoardFilters:
    """The filters that were given, as far as the board knows them: what is told of them is what they do."""
    usual = BoardFilters()
    keys = {name: str(as_key(given[name]) or "") for name in ("of", "lacks")}
    return BoardFilters(
        state=given["state"] if given["state"] in STATES else "",
        area=given["area"] if AREA.fullmatch(given["area"]) else "",
        q=given["q"].replace("\x00", "").strip()[:LONGEST_NAME],
        group=given["group"] if given["group"] in RELATIONS else "",
        officer=given["officer"] if given["officer"] in OFFICERS else "",
        sort=given["sort"] if given["sort"].removeprefix("-") in SORTS else usual.sort,
        **keys,
    )


def gate_title(round_: Round) -> Words:
    """What the round's criteria set calls what must be met before anything counts. No query for a published set."""
    return contents(round_.criteria_set).gate_title


def told(actor: Actor, round_: Round, wanted: BoardFilters) -> list[Words]:
    """What narrows the board, in words. At most two queries."""
    said: list[Words] = []
    if wanted.q:
        said.append(format_lazy(_("ชื่อมีคำว่า {words}"), words=wanted.q))
    if wanted.state:
        said.append(STATES[wanted.state][0])
    said += [words[key] for words, key in ((RELATIONS, wanted.group), (OFFICERS, wanted.officer)) if key]
    if wanted.area:
        said.append(area_name(wanted.area))
    if wanted.of:
        office = Organisation.objects.visible_to(actor).filter(public_id=wanted.of).first()
        said.append(str(office) if office else _("หน่วยงานที่ไม่มีในทะเบียน"))
    if wanted.lacks:
        rows = contents(round_.criteria_set).criteria
        found = next((row for row in rows if str(row.public_id) == wanted.lacks), None)
        title: Words = f"{found.number} {found.label}" if found else _("ของเกณฑ์ชุดอื่น")
        said.append(format_lazy(_("ยังขาดข้อ {title}"), title=title))
    return said


def area_name(code: str) -> Words:
    """What a province, a district or a subdistrict is called. One query."""
    found: str | None = Area.objects.filter(code=code).values_list("name_th", flat=True).first()
    return found or _("พื้นที่ที่ไม่มีในทะเบียน")
