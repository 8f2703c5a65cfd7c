"""Pages of writing, as a browser without scripts uses them; autosave as the script does."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saduak.correspondence import seeds
from saduak.correspondence.models import ChainStep, Draft, LetterHead, LetterTemplate
from saduak.correspondence.queries.documents import digest_of
from saduak.organisations.models import Person
from saduak.programme.models import Round
from tests.correspondence.factories_drafts import (
    COMPLETE,
    ChainStepFactory,
    DelegationFactory,
    DraftFactory,
    LetterTemplateFactory,
    begun,
    colleague,
)
from tests.counting import counted
from tests.foundation.files import samples
from tests.organisations.factories import actor_for, me

pytestmark = pytest.mark.django_db
MOST = 15


def page_of(name, *args):
    return reverse(f"correspondence:{name}", args=args)


def typed(form) -> dict[str, str]:
    """The form as the page shows it."""
    data = {name: form[name].value() for name in form.fields}
    return {
        name: "on" if value is True else str(value)
        for name, value in data.items()
        if value not in (None, False)
    }


@pytest.fixture
def draft(place):
    return begun(place.clerk, place.office, place.province, Round.objects.get().programme)


@pytest.fixture
def done(place):
    """A draft that lacks nothing."""
    return DraftFactory(office=place.office, issuer=place.province, programme=Round.objects.get().programme)


def autosaved(client, draft, field, value, version=None):
    return client.post(
        page_of("draft", draft.public_id),
        {"field": field, "version": str(draft.version if version is None else version), field: value},
        headers={"X-Requested-With": "fetch"},
    )


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_from_a_template_to_the_signature(place, sign_in):
    seeds.seed()
    governor = colleague(place.province, name="บุคคล ผู้ว่า", position="ผู้ว่าราชการจังหวัดทดสอบ")
    client = sign_in(place.clerk)
    page = client.get(page_of("draft-new"))
    sent = typed(page.context["form"])
    template = LetterTemplate.objects.get(code="appoint")
    begun_ = client.post(page_of("draft-new"), {**sent, "template": str(template.public_id)})
    assert begun_.status_code == 302
    page = client.get(begun_.url)
    assert "วันครบกำหนด" in page.content.decode()
    values = typed(page.context["form"]) | {
        "addressee": "นายอำเภอ ทุกอำเภอ",
        "round": str(Round.objects.get().public_id),
        "duty-0-what": "แจ้งชื่อผู้รับผิดชอบ",
        "duty-0-due": "20/01/2566",
        "version": str(page.context["version"]),
        "go": "sign",
    }
    saved = client.post(begun_.url, values)
    draft = Draft.objects.get()
    assert saved.url == page_of("draft-sign", draft.public_id)
    assert draft.duties[0]["due"] == "2023-01-20"
    page = client.get(saved.url)
    assert page.context["stops"] == {}
    assert "ยังไม่มีทะเบียนผู้ลงนาม" in page.content.decode()
    chain = typed(page.context["form"]) | {"signer": str(me(governor).public_id)}
    assert client.post(saved.url, chain).url == begun_.url
    waiting = client.get(begun_.url).content.decode()
    assert "รอ บุคคล ผู้ว่า ลงนาม" in waiting
    assert "ดึงกลับมาแก้" in waiting
    step = ChainStep.objects.get()
    client = sign_in(governor)
    assert draft.subject in client.get(page_of("drafts")).content.decode()
    page = client.get(page_of("decide", step.public_id))
    assert "วันที่ ๒๐ มกราคม ๒๕๖๖" in page.content.decode()
    answer = typed(page.context["form"]) | {"decision": "approve"}
    assert client.post(page_of("decide", step.public_id), answer).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "signed"
    assert "ลงนามทางอิเล็กทรอนิกส์" in client.get(begun_.url).content.decode()


def test_a_blank_letter_and_what_is_wrong_stays_as_typed(place, sign_in, draft):
    client = sign_in(place.clerk)
    url = page_of("draft", draft.public_id)
    page = client.get(url)
    values = typed(page.context["form"]) | {"body": "ที่พิมพ์ไว้", "forward_by": "วันไหนดี", "version": "0"}
    wrong = client.post(url, values)
    assert wrong.status_code == 422
    assert "ที่พิมพ์ไว้" in wrong.content.decode()
    assert "forward_by" in wrong.context["form"].errors
    secret = client.post(url, values | {"forward_by": "", "secrecy": "top_secret"})
    assert secret.status_code == 422
    good = client.post(url, values | {"forward_by": "", "go": "preview"})
    assert good.url == page_of("draft-preview", draft.public_id)
    assert "ที่พิมพ์ไว้" in client.get(good.url).content.decode()
    nothing = client.post(page_of("draft-new"), {})
    assert nothing.status_code == 422


def test_rows_are_added_one_at_a_time_and_emptied_ones_go(place, sign_in, draft):
    client = sign_in(place.clerk)
    url = page_of("draft", draft.public_id)

    def sent(**values):
        page = client.get(url)
        data = typed(page.context["form"]) | {"version": str(page.context["version"])} | values
        assert client.post(url, data).status_code == 302
        draft.refresh_from_db()

    sent(**{"duty-0-what": "หนึ่ง", "deadline-0-due": "1/2/2566", "deadline-0-kind": "check"})
    sent(**{"duty-1-what": "สอง", "duty-1-force": "order"})
    assert [(row["what"], row["force"]) for row in draft.duties] == [("หนึ่ง", "request"), ("สอง", "order")]
    assert draft.deadlines == [{"due": "2023-02-01", "kind": "check"}]
    sent(
        **{
            "duty-0-what": "",
            "deadline-0-due": "",
            "deadline-0-kind": "",
            "meeting-title": "ประชุมชี้แจง",
            "meeting-date": "20/01/2566",
            "meeting-start": "9:00",
            "meeting-end": "12.00",
            "meeting-channels": "Webex\n\nFacebook",
        }
    )
    assert [row["what"] for row in draft.duties] == ["สอง"]
    assert draft.deadlines == []
    assert draft.meeting == {
        "title": "ประชุมชี้แจง",
        "date": "2023-01-20",
        "start": "09:00",
        "end": "12:00",
        "place": "",
        "channels": ["Webex", "Facebook"],
        "items": [],
    }
    shown = client.get(url).context["form"]
    assert (shown["meeting-start"].value(), shown["meeting-date"].value()) == ("09.00", "20/01/2566")


def test_enclosures_with_the_form(place, sign_in, draft):
    client = sign_in(place.clerk)
    url = page_of("draft", draft.public_id)
    values = typed(client.get(url).context["form"]) | {"version": "0", "upload": "1"}
    file = SimpleUploadedFile("แบบตอบรับ.txt", b"hello")
    assert client.post(url, values | {"file": file, "body": "ด้วย"}).url.endswith("#enclosed")
    row = draft.attachments.get()
    draft.refresh_from_db()
    assert (row.title, draft.body) == ("แบบตอบรับ", "ด้วย")
    got = client.get(page_of("draft-enclosure", row.public_id))
    assert b"".join(got.streaming_content) == b"hello"
    assert sign_in(actor_for("clerk")).get(page_of("draft-enclosure", row.public_id)).status_code == 404
    client = sign_in(place.clerk)
    bad = SimpleUploadedFile("x.exe", b"MZ program")
    assert client.post(url, values | {"body": "ด้วย", "file": bad}).status_code == 422
    client.post(url, values | {"body": "ด้วย", "enclosed_title": "กำหนดการ", "remove": str(row.public_id)})
    assert [one.title for one in draft.attachments.all()] == ["กำหนดการ"]
    named = draft.attachments.get()
    assert client.get(page_of("draft-enclosure", named.public_id)).status_code == 404


def test_two_people_see_both_versions_without_scripts(place, sign_in, draft):
    other = colleague(place.office, "officer", name="บุคคล อีกคน")
    url = page_of("draft", draft.public_id)
    client = sign_in(place.clerk)
    mine = typed(client.get(url).context["form"]) | {
        "version": "0",
        "body": "ของฉัน",
        "forward_by": "20/1/2566",
    }
    theirs = sign_in(other)
    assert autosaved(theirs, draft, "body", "ของอีกคน").json()["version"] == 1
    assert autosaved(theirs, draft, "forward_by", "21/1/2566", 0).status_code == 200
    assert autosaved(theirs, draft, "kind", "memo", 0).status_code == 200
    client = sign_in(place.clerk)
    clash = client.post(url, mine)
    text = clash.content.decode()
    assert clash.status_code == 409
    for words in ("ของฉัน", "ของอีกคน", "บุคคล อีกคน", "21/01/2566", "บันทึกข้อความ"):
        assert words in text
    assert Draft.objects.get().body == "ของอีกคน"
    assert client.post(url, mine | {"version": "3", "resolve": "mine"}).status_code == 302
    assert Draft.objects.get().body == "ของฉัน"


# --- Autosave ---------------------------------------------------------------------------------------------------------


def test_one_field_is_saved_and_the_letter_follows(place, sign_in, draft):
    client = sign_in(place.clerk)
    answer = autosaved(client, draft, "subject", "เรื่องใหม่").json()
    assert answer["version"] == 1
    parts = client.get(answer["refresh"], headers={"X-Requested-With": "fetch"}).json()["html"]
    assert "เรื่องใหม่" in parts["paper"]
    assert "ยังขาด" in parts["lacks"]
    for field, value in (
        ("duty-0-what", "ทำ"),
        ("meeting-start", "9.00"),
        ("deadline-0-kind", "check"),
        ("signer_name", "ก"),
    ):
        draft.refresh_from_db()
        assert autosaved(client, draft, field, value).status_code == 200
    draft.refresh_from_db()
    assert (draft.duties[0]["what"], draft.meeting["start"], draft.deadlines[0]["kind"]) == (
        "ทำ",
        "09:00",
        "check",
    )


def test_what_cannot_be_saved_by_itself_is_told_in_words(place, sign_in, draft):
    client = sign_in(place.clerk)
    assert "วัน" in autosaved(client, draft, "forward_by", "เมื่อไรดี").json()["message"]
    assert autosaved(client, draft, "nothing", "x").status_code == 422
    assert autosaved(client, draft, "body", "ก" * 20_001).status_code == 422
    autosaved(client, draft, "body", "หนึ่ง")
    clash = autosaved(client, draft, "body", "สอง")
    assert (clash.status_code, clash.json()["theirs"], clash.json()["values"]) == (409, "หนึ่ง", ["หนึ่ง"])
    # Only the secretariat has that tick.
    assert autosaved(client, draft, "advance", "on").status_code == 422
    autosaved(client, draft, "is_circular", "on")
    switch = client.post(
        page_of("draft", draft.public_id),
        {"field": "is_circular", "version": "0"},
        headers={"X-Requested-With": "fetch"},
    )
    assert (switch.status_code, switch.json()["values"]) == (409, ["on"])
    row = DelegationFactory(organisation=place.province)
    assert autosaved(client, draft, "signer", str(row.public_id)).status_code == 200
    DelegationFactory(organisation=place.province)
    assert autosaved(client, draft, "signer", "").json()["values"] == [str(row.public_id)]
    Draft.objects.update(state="out")
    assert "แก้ไม่ได้แล้ว" in autosaved(client, draft, "body", "สาม").json()["message"]


# --- Reading, files, back ---------------------------------------------------------------------------------------------


def test_printed_out_and_back(place, sign_in, draft, done):
    client = sign_in(place.clerk)
    refused = client.post(page_of("draft-print", draft.public_id), follow=True)
    assert "ยังไม่ครบ" in refused.content.decode()
    out = client.post(page_of("draft-print", done.public_id), follow=True).content.decode()
    assert page_of("draft-pdf", done.public_id) in out
    assert client.get(page_of("draft-sign", done.public_id)).status_code == 302
    back = client.post(page_of("draft-take-back", done.public_id), follow=True)
    assert back.context["draft"].state == "writing"
    cancel = page_of("draft-cancel", done.public_id)
    assert client.post(cancel, {"reason": ""}).status_code == 422
    assert client.post(cancel, {"reason": "ซ้ำ"}).url == page_of("drafts")
    assert "ซ้ำ" in client.get(page_of("draft", done.public_id)).content.decode()
    assert client.post(cancel, {"reason": "อีกครั้ง"}).status_code == 422


def test_files_and_preview_of_each_kind(place, sign_in, done):
    client = sign_in(place.clerk)
    for kind in ("external", "memo", "stamped"):
        Draft.objects.update(kind=kind, urgency="urgent", secrecy="secret")
        page = client.get(page_of("draft-preview", done.public_id)).content.decode()
        assert "ด่วน" in page
        pdf = client.get(page_of("draft-pdf", done.public_id))
        assert pdf.content.startswith(b"%PDF-")
        assert "attachment" in pdf["Content-Disposition"]
    docx = client.get(page_of("draft-docx", done.public_id))
    assert docx.content.startswith(b"PK")
    assert client.get(page_of("letter-emblem", done.public_id)).status_code == 404
    assert sign_in(actor_for("clerk")).get(page_of("draft-pdf", done.public_id)).status_code == 404


def test_someone_of_the_chain_reads_and_says_why_not(place, sign_in, done):
    head = colleague(place.office, name="บุคคล หัวหน้า")
    governor = colleague(place.province)
    Draft.objects.update(state="circulating", lap=1)
    first = ChainStepFactory(draft=done, person=me(head), act="initial", lap=1)
    last = ChainStepFactory(draft=done, person=me(governor), ordinal=1, lap=1)
    client = sign_in(governor)
    assert "ยังไม่ถึงลำดับของคุณ" in client.get(page_of("decide", last.public_id)).content.decode()
    assert client.get(page_of("decide", first.public_id)).status_code == 302
    client = sign_in(head)
    url = page_of("decide", first.public_id)
    assert page_of("decide", first.public_id) in client.get(page_of("draft", done.public_id)).content.decode()
    page = client.get(url)
    assert digest_of(done)[:8] in page.content.decode()
    sent = typed(page.context["form"]) | {"decision": "return"}
    assert client.post(url, sent).status_code == 422
    Draft.objects.update(body="เปลี่ยนแล้ว")
    changed = client.post(url, sent | {"because": "แก้วันที่"})
    assert changed.status_code == 409
    assert "เอกสารเปลี่ยนไป" in changed.content.decode()
    sent = typed(changed.context["form"])
    assert sent["because"] == "แก้วันที่"
    assert client.post(url, sent | {"decision": "return"}).status_code == 302
    assert "แก้วันที่" in sign_in(place.clerk).get(page_of("draft-sign", done.public_id)).content.decode()


def test_a_chain_that_does_not_fit_is_told_at_its_fields(place, sign_in, draft, done):
    head, governor = colleague(place.office), colleague(place.province)
    nobody = Person.objects.create(name="บุคคล ไม่มีบัญชี")
    DelegationFactory(organisation=place.province, person=me(governor))
    DelegationFactory(organisation=place.province, person=nobody)
    client = sign_in(place.clerk)
    url = page_of("draft-sign", done.public_id)
    page = client.get(url)
    assert "บุคคล ไม่มีบัญชี" in page.content.decode()
    twice = {"initial-2": str(me(governor).public_id), "signer": str(me(governor).public_id)}
    wrong = client.post(url, twice)
    assert wrong.status_code == 422
    assert "ซ้ำ" in str(wrong.context["form"].errors["signer"])
    assert client.post(url, {"signer": str(me(head).public_id)}).status_code == 422
    lacking = client.post(page_of("draft-sign", draft.public_id), {"signer": str(me(governor).public_id)})
    assert lacking.status_code == 422
    assert "เขียนเรื่องของหนังสือ" in lacking.content.decode()


# --- The letter head --------------------------------------------------------------------------------------------------


def test_the_letter_head(place, sign_in, done):
    client = sign_in(place.clerk)
    url = page_of("letter-head", place.province.public_id)
    page = client.get(url)
    values = typed(page.context["form"]) | {"heading": "ศาลากลางจังหวัดทดสอบ"}
    bad = client.post(url, values | {"emblem": SimpleUploadedFile("x.txt", b"text")})
    assert bad.status_code == 422
    assert client.post(url, values | {"heading": "ก" * 201}).status_code == 422
    picture = SimpleUploadedFile("ตรา.png", samples.picture("PNG"))
    assert client.post(url, values | {"emblem": picture}).status_code == 302
    assert LetterHead.objects.get().emblem.media_type == "image/png"
    kept = client.get(page_of("letter-head-emblem", place.province.public_id))
    assert b"".join(kept.streaming_content).startswith(b"\x89PNG")
    page = client.get(page_of("draft-preview", done.public_id)).content.decode()
    assert "ศาลากลางจังหวัดทดสอบ" in page
    emblem = client.get(page_of("letter-emblem", done.public_id))
    assert (emblem.status_code, emblem["Content-Type"]) == (200, "image/png")
    client.post(url, values | {"without_emblem": "on"})
    assert LetterHead.objects.get().emblem is None
    assert sign_in(actor_for("officer", place.office)).get(url).status_code == 403


# --- Templates --------------------------------------------------------------------------------------------------------


def test_templates_are_read_by_writers_and_published_by_the_secretariat(place, sign_in):
    seeds.seed()
    programme = Round.objects.get().programme
    row = LetterTemplate.objects.get(code="reminder")
    clerk = sign_in(place.clerk)
    assert row.name in clerk.get(page_of("letter-templates")).content.decode()
    page = clerk.get(page_of("letter-template", row.public_id)).content.decode()
    assert "วันครบกำหนด" in page
    new = page_of("letter-template-new", row.public_id)
    assert new not in page
    assert clerk.get(new).status_code == 404
    secretary = sign_in(actor_for("secretariat"))
    form = typed(secretary.get(new).context["form"])
    assert secretary.post(new, form | {"body": "{{nobody}}"}).status_code == 422
    made = secretary.post(new, form | {"name": "ติดตามแบบใหม่"})
    second = LetterTemplate.objects.get(code="reminder", version=2)
    assert made.url == page_of("letter-template", second.public_id)
    old = secretary.get(page_of("letter-template", row.public_id)).content.decode()
    assert "มีฉบับใหม่กว่าแล้ว" in old
    # Whoever works for one programme makes its own version of a common template.
    bound = sign_in(actor_for("secretariat", programme=programme))
    bound.post(new, typed(bound.get(new).context["form"]))
    own = LetterTemplate.objects.get(programme=programme)
    assert (own.code, own.version) == ("reminder", 1)
    foreign = LetterTemplateFactory(programme=DraftFactory().programme)
    assert bound.get(page_of("letter-template-new", foreign.public_id)).status_code == 404


# --- Cost -------------------------------------------------------------------------------------------------------------


def asked(client, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(counted(captured))


def test_the_number_of_queries_stays_the_same(place, sign_in):
    governor = colleague(place.province)
    programme = Round.objects.get().programme
    costs = []
    for number in (1, 3):
        row = DraftFactory(
            office=place.office, issuer=place.province, programme=programme, round=Round.objects.get()
        )
        moving = DraftFactory(
            office=place.office, issuer=place.province, programme=programme, state="circulating", lap=1
        )
        for n in range(number):
            ChainStepFactory(
                draft=moving, person=me(colleague(place.office)), act="initial", ordinal=n, lap=1
            )
            DelegationFactory(organisation=place.province)
            LetterTemplateFactory()
            row.attachments.create(ordinal=n, title=str(n))
        step = ChainStepFactory(draft=moving, person=me(governor), ordinal=9, lap=1)
        client = sign_in(place.clerk)
        cost = {
            name: asked(client, page_of(name, *args))
            for name, args in (
                ("drafts", ()),
                ("draft-new", ()),
                ("draft", (row.public_id,)),
                ("draft-preview", (row.public_id,)),
                ("draft-sign", (row.public_id,)),
                ("signers", ()),
                ("letter-templates", ()),
            )
        }
        cost["reading"] = asked(client, page_of("draft", moving.public_id))
        cost["decide"] = asked(sign_in(governor), page_of("decide", step.public_id))
        costs.append(cost)
    assert costs[0] == costs[1]
    assert {name: n for name, n in costs[0].items() if n > MOST} == {}


def test_the_pages_name_no_place_that_is_not_there(place, sign_in, done):
    client = sign_in(place.clerk)
    text = client.get(page_of("draft", done.public_id)).content.decode()
    ids = set(re.findall(r'id="([^"]+)"', text))
    inside = set(re.findall(r'href="#([^"]+)"', text)) - {"main", "account"}
    assert inside <= ids
    assert COMPLETE["subject"] in text


def test_a_letter_is_begun_only_for_what_some_room_knows(sign_in):
    client = sign_in(actor_for("clerk"))
    assert client.get(reverse("correspondence:draft-new") + "?for=nonsense&about=1").status_code == 404
    assert client.get(reverse("correspondence:draft-new") + "?for=visit&about=1").status_code == 404
    assert client.get(reverse("correspondence:draft-new") + "?for=").status_code == 200
