"""Links in the place of files, what is said about evidence and when it changes, finding it again, the bytes of both."""

import datetime
import io
import json

import pytest
from PIL import Image

from saduak.applications import actions, content, links, queries
from saduak.applications.models import Evidence
from saduak.foundation import files
from saduak.foundation.access import Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from tests.applications.factories import answer, signed_application, submitted_application
from tests.applications.test_evidence import add, photo

pytestmark = pytest.mark.django_db

FILM = "https://www.youtube.com/watch?v=abc"
DAY = datetime.date(2027, 1, 31)


def link(actor, row=None, url=FILM, **more):
    target = {"answer_id": row.public_id} if row else {}
    return actions.add_link(actor=actor, url=url, **{"caption": "พาชมศูนย์", "kind": "video"} | target | more)


def edit(actor, evidence, caption="ป้ายใหม่", **more):
    return actions.edit_evidence(actor=actor, evidence_id=evidence.public_id, caption=caption, **more)


def dated(text: str) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = text
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "JPEG", exif=exif)
    return out.getvalue()


# Addresses


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" https://www.opm.go.th ", "https://www.opm.go.th/"),
        ("HTTPS://WWW.OPM.GO.TH:443/a?b=c#d", "https://www.opm.go.th/a?b=c#d"),
        ("https://opm.go.th./x", "https://opm.go.th/x"),
        (
            "https://ไทย.ไทย/หน้าแรก",
            "https://xn--o3cw4h.xn--o3cw4h/%E0%B8%AB%E0%B8%99%E0%B9%89%E0%B8%B2%E0%B9%81%E0%B8%A3%E0%B8%81",
        ),
    ],
)
def test_an_address_is_kept_plain(typed, kept):
    assert links.checked(typed) == kept
    assert links.host_of(kept).isascii()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "กรอกที่อยู่เว็บ"),
        ("http://www.opm.go.th", "https://"),
        ("javascript:alert(1)", "https://"),
        ("data:text/html,x", "https://"),
        ("//opm.go.th/x", "https://"),
        ("https://user:secret@opm.go.th/", "รหัสผ่าน"),
        ("https://opm.go.th@evil.com/", "รหัสผ่าน"),
        ("https://opm.go.th:8443/", "ช่องทางพิเศษ"),
        ("https://opm.go.th:99999/", "อ่านที่อยู่เว็บนี้ไม่ได้"),
        ("https://localhost/", "เครือข่ายของหน่วยงาน"),
        ("https://intranet/", "เครือข่ายของหน่วยงาน"),
        ("https://files.office.local/", "เครือข่ายของหน่วยงาน"),
        ("https://10.0.0.1/", "เครือข่ายของหน่วยงาน"),
        ("https://192.168.1.0x1/", "เครือข่ายของหน่วยงาน"),
        ("https://2130706433/", "เครือข่ายของหน่วยงาน"),
        ("https://[::1]/", "อ่านที่อยู่เว็บนี้ไม่ได้"),
        ("https://[x/", "อ่านที่อยู่เว็บนี้ไม่ได้"),
        ("https:///x", "อ่านที่อยู่เว็บนี้ไม่ได้"),
        ("https://a..th/", "อ่านที่อยู่เว็บนี้ไม่ได้"),
        ("https://-a.th/", "อ่านที่อยู่เว็บนี้ไม่ได้"),
        ("https://opm.go.th/a b", "อักขระที่ใช้ไม่ได้"),
        ("https://opm.go.th\\@evil.com/", "อักขระที่ใช้ไม่ได้"),
        ("https://opm.go.th/\u202egpj", "อักขระที่ใช้ไม่ได้"),
        ("https://opm.go.th/\0", "อักขระที่ใช้ไม่ได้"),
        ("https://opm.go.th/" + "a" * 1000, "1,000"),
        ("https://opm.go.th/" + "ก" * 400, "1,000"),
    ],
)
def test_an_address_that_not_everybody_opens_safely_is_refused(typed, words):
    with pytest.raises(Invalid) as refusal:
        links.checked(typed)
    assert words in str(refusal.value.fields["url"])


# Links


def test_a_link_backs_an_answer_and_is_noticed_again(draft, people):
    row, other = answer(draft, "3", "physical"), answer(draft, "1.4")
    actions.save_answer(actor=people.officer, answer_id=row.public_id, version=0, claim="met")
    first = link(people.officer, row, taken_on=DAY)
    assert (first.evidence.kind, first.evidence.host, first.reused) == ("video", "www.youtube.com", False)
    assert (first.evidence.file, first.evidence.sha256, first.evidence.has_picture) == (None, "", False)
    second = link(people.helper, other, caption="อีกชื่อ")
    assert (second.evidence, second.reused) == (first.evidence, True)
    draft.refresh_from_db()
    assert draft.gates_met == 1
    entry = AuditEntry.objects.filter(verb="applications.evidence_linked").order_by("seq").first()
    assert entry.facts["url"] == FILM


def test_a_link_goes_into_the_library_and_out_of_it(land, people):
    item = link(people.officer, centre_id=land.centre.public_id, kind="link").evidence
    actions.retire_evidence(actor=people.officer, evidence_id=item.public_id)
    rows = AuditEntry.objects.filter(aggregate_id=land.centre.pk, verb__startswith="applications.")
    assert {row.facts["url"] for row in rows} == {FILM}
    assert not link(people.officer, centre_id=land.centre.public_id).reused
    with pytest.raises(Refused):
        link(people.city_officer, centre_id=land.centre.public_id)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"caption": " "}, "caption"),
        ({"kind": "photo"}, "kind"),
        ({"url": "http://opm.go.th"}, "url"),
        ({"taken_on": datetime.date(2027, 2, 5)}, "taken_on"),
    ],
)
def test_what_is_wrong_with_a_link_is_said(draft, people, more, field):
    with pytest.raises(Invalid) as invalid:
        link(people.officer, answer(draft, "1.4"), **more)
    assert field in invalid.value.fields
    assert not Evidence.objects.exists()


# What is said about it


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2027:01:31 09:00:00", DAY),
        ("2027:02:05 09:00:00", None),
        ("2027:13:31 09:00:00", None),
        ("0000:00:00 00:00:00", None),
        ("1970:01:01 00:00:00", None),
        ("yesterday", None),
    ],
)
def test_the_day_on_which_a_picture_was_taken_is_offered(draft, people, said, day):
    added = add(people.officer, answer(draft, "1.4"), dated(said), name="a.jpg")
    assert added.evidence.taken_on == day
    with files.open(added.evidence.file) as stream:
        assert b"2027" not in stream.read()


def test_a_day_that_was_told_counts_more_than_the_pictures(draft, people):
    added = add(
        people.officer, answer(draft, "1.4"), dated("2027:01:31 09:00:00"), taken_on=DAY.replace(day=1)
    )
    assert added.evidence.taken_on == DAY.replace(day=1)


def test_name_day_and_kind_are_changed_afterwards(draft, people, land):
    item = add(people.officer, answer(draft, "1.4")).evidence
    changed = edit(people.helper, item, "  ป้าย   ใหม่ ", taken_on=DAY, kind="document")
    assert (changed.caption, changed.taken_on, changed.kind) == ("ป้าย ใหม่", DAY, "document")
    assert changed.edited_at == people.helper.received_at
    again = edit(people.helper, item, "ป้าย ใหม่", taken_on=DAY)
    assert again.kind == "document"
    entries = AuditEntry.objects.filter(verb="applications.evidence_edited", aggregate_id=land.centre.pk)
    assert [entry.facts["sha256"] for entry in entries] == [item.file.sha256]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"caption": ""}, "caption"),
        ({"kind": "link"}, "kind"),
        ({"taken_on": datetime.date(2028, 1, 1)}, "taken_on"),
    ],
)
def test_what_can_not_be_said_of_a_file(draft, people, more, field):
    item = add(people.officer, answer(draft, "1.4")).evidence
    with pytest.raises(Invalid) as invalid:
        edit(people.officer, item, **more)
    assert field in invalid.value.fields


def test_a_link_stays_a_link(draft, people):
    item = link(people.officer, answer(draft, "1.4")).evidence
    assert edit(people.officer, item, kind="link").kind == "link"
    with pytest.raises(Invalid):
        edit(people.officer, item, kind="photo")


def test_others_do_not_edit_nor_anybody_what_was_taken_out(draft, people):
    item = add(people.officer, answer(draft, "1.4")).evidence
    for other in (people.city_officer, people.province, people.stranger):
        with pytest.raises(Refused):
            edit(other, item)
    actions.retire_evidence(actor=people.officer, evidence_id=item.public_id)
    with pytest.raises(Conflict):
        edit(people.officer, item)


def test_an_edit_voids_the_signature_above_it_and_no_edit_does_not(draft, people):
    signed_application(draft, head=people.head)
    item = Evidence.objects.get()
    edit(people.officer, item, item.caption, kind=item.kind)
    draft.refresh_from_db()
    assert draft.state == "signed"
    assert queries.evidence_page(people.officer, item.public_id).is_signed
    edit(people.officer, item)
    draft.refresh_from_db()
    assert draft.state == "draft"
    page = queries.evidence_page(people.officer, item.public_id)
    assert (page.is_signed, page.numbers[0]) == (False, "1")


def test_what_was_filed_stays_as_it_was_filed(draft, people):
    filed = submitted_application(draft, officer=people.officer, head=people.head).submission
    edit(people.officer, Evidence.objects.get())
    draft.refresh_from_db()
    assert draft.state == "submitted"
    with files.open(filed.snapshot) as stream:
        assert "ป้ายใหม่" not in stream.read().decode()


def test_an_edit_is_seen_by_whoever_checks_again(draft, people):
    row = answer(draft, "1.4")
    item = add(people.officer, row).evidence
    moment = people.officer.received_at
    assert content.uses_since(draft, moment)[1] == frozenset()
    edit(people.officer.at(moment + datetime.timedelta(minutes=1)), item)
    uses, touched = content.uses_since(draft, moment)
    assert (touched, list(uses)) == (frozenset({row.pk}), [row.pk])
    assert content.uses_since(draft, None)[1] == frozenset()


# Finding it again


def test_the_library_is_narrowed(draft, people, land, exactly):
    row = answer(draft, "2.1")
    used = add(people.officer, row, photo("red")).evidence
    film = link(people.officer, centre_id=land.centre.public_id).evidence

    def found(**how):
        return list(queries.library(people.officer, land.centre.public_id, **how))

    year, key = draft.round.fiscal_year, row.criterion.key
    with exactly(1):
        assert found(year=year) == [used]
    assert found(criterion=key) == found(year=year, criterion=key) == [used]
    assert found(unused=True) == found(kind="video") == found(q="youtube") == [film]
    assert found(year=year - 1) == found(year=year, criterion="x") == found(criterion=key, unused=True) == []
    with exactly(1):
        choices = queries.library_choices(people.officer, land.centre.public_id)
    assert (choices.years, [c[:2] for c in choices.criteria]) == ((year,), [(key, "2.1")])
    assert queries.library_choices(people.stranger, land.centre.public_id).criteria == ()


def test_the_page_of_evidence_takes_two_queries(draft, people, exactly):
    item = add(people.officer, answer(draft, "2.1")).evidence
    for number in ("2.2", "1.4"):
        with exactly(2):
            page = queries.evidence_page(people.officer, item.public_id)
        assert page.numbers[-1] == page.numbers[-1]
        actions.link_evidence(
            actor=people.officer, answer_id=answer(draft, number).public_id, evidence_id=item.public_id
        )
    assert set(queries.evidence_page(people.officer, item.public_id).numbers) == {"2.1", "2.2", "1.4"}
    assert queries.evidence_page(people.stranger, item.public_id) is None


# The bytes


def test_what_is_filed_names_links_by_their_address(draft, people):
    row = answer(draft, "2.1")
    link(people.officer, row, taken_on=DAY)
    filed = submitted_application(draft, officer=people.officer, head=people.head).submission
    with files.open(filed.snapshot) as stream:
        data = stream.read()
    assert json.loads(data)["content"]["format"] == 2
    told = {item["criterion"]: item["evidence"] for item in content.read(data)["content"]["answers"]}
    film = told[row.criterion.key][0]
    assert (film["caption"], film["kind"], film["taken_on"]) == ("พาชมศูนย์", "video", "2027-01-31")
    assert (film["sha256"], film["media_type"], film["size"], film["url"]) == ("", "", None, FILM)
    assert {item["url"] for items in told.values() for item in items} == {FILM, ""}


def test_the_first_format_is_read_for_ever():
    item = {"sha256": "ab", "caption": "ป้าย", "kind": "photo", "media_type": "image/png", "size": 3}
    old = {
        "format": 1,
        "content": {"answers": [{"criterion": "a", "evidence": [{**item, "taken_on": None}]}]},
    }
    found = content.read(json.dumps(old).encode())
    assert found["content"]["answers"][0]["evidence"] == [
        {**item, "taken_on": None, "url": "", "shared": None}
    ]


@pytest.mark.parametrize("data", [b"[]", b'{"format": 3}', b"{}", b"no json", b"\xff"])
def test_what_is_no_submission_is_not_read(data):
    with pytest.raises(ValueError, match=r"known format|Expecting|codec"):
        content.read(data)
