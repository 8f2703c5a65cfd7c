"""The pages, as a browser without scripts uses them."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saduak.correspondence import actions
from saduak.correspondence.models import Duty, DutyRecipient, Letter
from saduak.foundation import clock
from saduak.foundation.models import User
from saduak.organisations.queries import organisation_links
from saduak.programme.models import InternalDeadline
from tests.correspondence import factories as f
from tests.counting import counted
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db


def typed(response) -> dict[str, str]:
    """The form as the page shows it: what a person sends who changes nothing."""
    form = response.context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data = {name: value for name, value in data.items() if value is not False}
    for row in [*response.context["compared"].duties, response.context["compared"].extra]:
        data[row.seen_name] = str(row.seen)
    return {name: "on" if value is True else str(value) for name, value in data.items()}


def upload(client, data=f.OWN, name="letter.txt", **fields):
    page = client.get(reverse("correspondence:load"))
    values = {"holder": page.context["form"]["holder"].value(), "once": page.context["form"]["once"].value()}
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("correspondence:load"), {**values, **fields, "file": file})


def test_from_the_file_to_the_duties(place, sign_in):
    client = sign_in(place.clerk)
    page = client.get(reverse("correspondence:load"))
    assert "20 MB" in page.content.decode()
    loaded = upload(client)
    assert loaded.status_code == 302
    confirm = client.get(loaded.url)
    text = confirm.content.decode()
    assert "3 อำเภอ" in text
    assert 'id="k2"' in text
    assert 'href="#k2"' in text
    sent = typed(confirm)
    # The date has no answer yet: the page says so at the field, nothing is made, nothing typed is lost.
    refused = client.post(loaded.url, {**sent, "subject": "เรื่องที่พิมพ์แก้ไว้"})
    assert refused.status_code == 422
    assert "deadline-0-kind" in refused.context["form"].errors
    assert "เรื่องที่พิมพ์แก้ไว้" in refused.content.decode()
    assert not Duty.objects.exists()
    done = client.post(loaded.url, {**sent, "deadline-0-kind": "check"}, follow=True)
    assert done.redirect_chain[-1][0] == reverse(
        "correspondence:letter", args=[Letter.objects.get().public_id]
    )
    assert InternalDeadline.objects.get().kind == "check"
    assert DutyRecipient.objects.count() == 3 * Duty.objects.count()
    assert len(done.context["offices"]) == 3


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        ("ไม่ใช่หนังสือ เป็นบันทึกช่วยจำ".encode(), "x.txt", "ไม่พบส่วนที่บอกว่าเป็นหนังสือราชการ"),
        (b"MZ program", "x.exe", "ไม่รับไฟล์โปรแกรม"),
        (b"GIF89a....", "x.gif", "ไฟล์"),
    ],
)
def test_a_file_that_is_no_letter_is_told_at_its_field(place, sign_in, data, name, words):
    answer = upload(sign_in(place.clerk), data, name)
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors["file"])
    assert not Letter.objects.exists()


def test_an_oversized_file_and_no_file(place, sign_in, settings):
    client = sign_in(place.clerk)
    settings.UPLOAD_LIMIT_BYTES = 64
    assert "ใหญ่เกิน" in str(upload(client).context["form"].errors["file"])
    empty = client.post(reverse("correspondence:load"), {})
    assert empty.status_code == 422


def test_sending_the_upload_twice_loads_once(place, sign_in):
    client = sign_in(place.clerk)
    key = "0e0dcd1c-6f5f-4b5b-9a49-6f7a1d5c2c11"
    first, second = upload(client, once=key), upload(client, once=key)
    assert first.url == second.url
    assert Letter.objects.count() == 1


def test_changed_recipients_are_shown_before_anything_is_sent(place, sign_in):
    client = sign_in(place.clerk)
    url = upload(client).url
    sent = typed(client.get(url)) | {"deadline-0-kind": "none", "duty-0-who": place.districts[0].head_title}
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "1 แห่ง" in str(answer.context["form"].errors["duty-0-who"])
    assert place.districts[0].name_th in answer.content.decode()
    assert not Duty.objects.exists()
    again = client.post(url, typed(answer) | {"deadline-0-kind": "none"})
    assert again.status_code == 302
    assert DutyRecipient.objects.filter(duty__ordinal=0).count() == 1


def test_the_audience_is_worked_out_anew_without_confirming(place, sign_in):
    client = sign_in(place.clerk)
    url = upload(client).url
    sent = typed(client.get(url)) | {"duty-0-who": place.districts[0].head_title, "refresh": "1"}
    answer = client.post(url, sent)
    assert (answer.status_code, dict(answer.context["form"].errors)) == (200, {})
    assert answer.context["compared"].duties[0].seen == 1
    assert not Duty.objects.exists()


def test_an_unknown_issuer_is_told_with_names_near_it(place, sign_in):
    client = sign_in(place.clerk)
    url = upload(client).url
    answer = client.post(url, typed(client.get(url)) | {"issuer": "ทดสอบ", "deadline-0-kind": "none"})
    assert answer.status_code == 422
    assert "จังหวัดทดสอบ" in str(answer.context["form"].errors["issuer"])


def test_the_recipient_is_told_that_only_its_own_office_is_bound(place, sign_in):
    district = actor_for("clerk", place.districts[0])
    client = sign_in(district)
    url = upload(client).url
    page = client.get(url)
    assert "ให้หน่วยงานของคุณเท่านั้น" in page.content.decode()
    assert client.post(url, typed(page)).status_code == 302
    assert set(DutyRecipient.objects.values_list("organisation", flat=True)) == {place.districts[0].pk}


@pytest.mark.parametrize(("role", "told"), [("officer", True), ("clerk", False)])
def test_a_secret_letter_that_nobody_here_may_open_says_so(place, sign_in, role, told):
    client = sign_in(actor_for("officer", place.districts[0]))
    url = upload(client, "ลับ\n\n".encode() + f.OWN).url
    if role == "clerk":
        actor_for(role, place.districts[0])
    answer = client.post(url, typed(client.get(url)), follow=True)
    assert "ยืนยันหนังสือแล้ว" in answer.content.decode()
    assert ("ยังไม่มีผู้ที่อ่านหนังสือลับได้" in answer.content.decode()) is told


def test_a_letter_that_asks_nothing_of_the_office_that_loads_it_says_so(place, sign_in):
    words = "ไม่ได้ระบุถึงหน่วยงานของคุณ"
    stranger = actor_for("clerk")
    for clerk, told in (
        (stranger, True),
        (place.clerk, False),
        (actor_for("clerk", place.districts[0]), False),
    ):
        client = sign_in(clerk)
        assert (words in client.get(upload(client).url).content.decode()) is told


def test_two_tabs_confirm_once_and_the_second_is_told(place, sign_in):
    client = sign_in(place.clerk)
    url = upload(client).url
    sent = typed(client.get(url)) | {"deadline-0-kind": "none"}
    assert client.post(url, sent).status_code == 302
    second = client.post(url, sent | {"once": "0e0dcd1c-6f5f-4b5b-9a49-6f7a1d5c2c12"})
    assert second.status_code == 302
    assert second.url == reverse("correspondence:letter", args=[Letter.objects.get().public_id])


def test_a_recipient_acknowledges_finishes_and_downloads(place, sign_in):
    letter = f.confirmed(place.clerk, place.office)
    client = sign_in(actor_for("officer", place.districts[0]))
    text = client.get(reverse("correspondence:duties")).content.decode()
    share = DutyRecipient.objects.filter(organisation=place.districts[0]).order_by("pk").first()
    url = reverse("correspondence:duty", args=[share.public_id])
    assert url in text
    page = client.get(url).content.decode()
    assert reverse("correspondence:letter", args=[letter.public_id]) in page
    assert "สั่งการ" in page
    client.post(reverse("correspondence:acknowledge", args=[share.public_id]))
    client.post(reverse("correspondence:done", args=[share.public_id]), {"note": "มอบหมายแล้ว"})
    share.refresh_from_db()
    assert (share.note, share.done_at is not None) == ("มอบหมายแล้ว", True)
    file = client.get(reverse("correspondence:file", args=[letter.public_id]))
    assert b"".join(file.streaming_content) == f.OWN
    assert file["X-Content-Type-Options"] == "nosniff"


def test_what_is_not_mine_is_not_there(place, sign_in):
    letter = f.confirmed(place.clerk, place.office)
    share = DutyRecipient.objects.first()
    client = sign_in(actor_for("clerk", place.town))
    for name, row in (("letter", letter), ("file", letter), ("confirm", letter), ("duty", share)):
        assert client.get(reverse(f"correspondence:{name}", args=[row.public_id])).status_code == 404
    assert client.post(reverse("correspondence:acknowledge", args=[share.public_id])).status_code == 404
    other = sign_in(actor_for("officer", place.districts[1]))
    own = DutyRecipient.objects.filter(organisation=place.districts[0]).first()
    assert other.get(reverse("correspondence:duty", args=[own.public_id])).status_code == 404


def test_setting_aside_on_its_page(place, sign_in):
    letter = f.loaded(place.clerk, place.office)
    client = sign_in(place.clerk)
    url = reverse("correspondence:set-aside", args=[letter.public_id])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "ส่งซ้ำ"}).status_code == 302
    letter.refresh_from_db()
    assert letter.state == "set_aside"


def test_the_secretariat_opens_the_round_from_its_own_letter(place, sign_in):
    from_2567 = f.OWN.replace(b"2566", b"2567")
    secretary = actor_for("secretariat", place.office)
    letter = f.loaded(secretary, place.office, from_2567)
    text = sign_in(secretary).get(reverse("correspondence:confirm", args=[letter.public_id])).content.decode()
    link = re.search(r'href="([^"]*rounds/open/[^"]*)"', text)
    assert link is not None
    for part in (f"source_letter={letter.public_id}", "fiscal_year=2567", "application_first=2024-01-01"):
        assert part in link[1]
    clerk = f.loaded(place.clerk, place.office, from_2567)
    text = (
        sign_in(place.clerk).get(reverse("correspondence:confirm", args=[clerk.public_id])).content.decode()
    )
    assert "rounds/open" not in text
    assert "ยังไม่มีรอบปี 2567" in text


def test_the_paper_of_a_duty_has_no_empty_form(place, sign_in):
    f.confirmed(place.clerk, place.office)
    share = DutyRecipient.objects.filter(organisation=place.districts[0]).first()
    client = sign_in(actor_for("clerk", place.districts[0]))
    main = client.get(reverse("correspondence:duty", args=[share.public_id])).content.decode()
    assert '<form class="no-print" method="post" action="/duties/' in main
    assert '<section class="flow no-print" aria-labelledby="dn">' in main


def test_a_finding_is_settled_from_the_letters_page(place, sign_in):
    letter = f.confirmed(place.clerk, place.office, f.OWN.replace(b"28 ", b"27 "))
    row = letter.findings.get(code="window-differs")
    client = sign_in(place.clerk)
    assert (
        "ยังไม่ตัดสิน"
        not in client.get(reverse("correspondence:letter", args=[letter.public_id])).content.decode()
    )
    client.post(reverse("correspondence:settle", args=[row.public_id]), {"settled": "as_written"})
    row.refresh_from_db()
    assert row.settled == "as_written"


@pytest.mark.parametrize("more", [0, 2])
def test_pages_cost_few_queries(place, sign_in, more, django_assert_max_num_queries):
    letter = f.confirmed(place.clerk, place.office)
    for n in range(1 + more):
        waiting = f.loaded(place.clerk, place.office, f.OWN.replace(b"/12", f"/3{n}".encode()))
    client = sign_in(place.clerk)
    share = DutyRecipient.objects.first()
    pages = [
        reverse("correspondence:inbox"),
        reverse("correspondence:load"),
        reverse("correspondence:confirm", args=[waiting.public_id]),
        reverse("correspondence:letter", args=[letter.public_id]),
        reverse("correspondence:duties"),
        reverse("correspondence:duty", args=[share.public_id]),
    ]
    for url in pages:
        with django_assert_max_num_queries(20) as captured:  # with the transaction's own words
            assert client.get(url).status_code == 200
        asked = [
            q["sql"] for q in captured if not q["sql"].startswith(("PRAGMA", "SAVEPOINT", "RELEASE", "BEGIN"))
        ]
        # One more where a letter is held against the issuer's registers.
        assert len(asked) <= 15 + url.endswith("/confirm/"), (url, len(asked), asked)


def test_lists_cost_the_same_for_one_and_for_three(place, client):
    """The inbox in all its views, a letter with its recipients, and the duties of one office."""
    below = actor_for("clerk", place.districts[0])
    views = [f"?view={view}" for view in ("all", "to_confirm", "issued", "received")]
    pages = [(place.clerk, reverse("correspondence:inbox") + view) for view in views]
    pages += [(below, reverse("correspondence:inbox")), (below, reverse("correspondence:duties"))]
    pages += [(below, reverse("correspondence:duties") + "?view=all")]

    def seen():
        answers, costs = [], []
        for actor, page in pages:
            client.force_login(
                User.objects.get(pk=actor.user_id), "allauth.account.auth_backends.AuthenticationBackend"
            )
            with CaptureQueriesContext(connection) as captured:
                answers.append(client.get(page))
            costs.append(len(counted(captured)))
        assert [answer.status_code for answer in answers] == [200] * len(pages)
        return [len(answer.context["page"]) for answer in answers], costs

    def grow(number: int) -> None:
        f.confirmed(place.clerk, place.office, f.OWN.replace(b"/12", f"/4{number}".encode()))
        f.loaded(place.clerk, place.office, f.OWN.replace(b"/12", f"/5{number}".encode()))

    grow(1)
    rows, one = seen()
    for number in (2, 3):
        grow(number)
    more, three = seen()
    assert more == [3 * count for count in rows]
    assert three == one
    assert max(one) <= 15


def test_a_letter_costs_the_same_for_one_recipient_and_for_three(client):
    with clock.travel(f.IN_2566):
        costs = []
        for letter, districts in f.reaching_one_and_three(client):
            with CaptureQueriesContext(connection) as captured:
                page = client.get(reverse("correspondence:letter", args=[letter.public_id]))
            assert len(page.context["offices"]) == districts
            costs.append(len(counted(captured)))
    assert costs[0] == costs[1] <= 15


def test_what_a_job_reads_of_a_scan_is_shown_when_it_is_done(place, sign_in):
    """The letter waits until the job has read it, and says why when it could not."""
    letter = f.loaded(place.clerk, place.office)
    Letter.objects.filter(pk=letter.pk).update(state="waiting", text="", reading={})
    client = sign_in(place.clerk)
    url = reverse("correspondence:letter", args=[letter.public_id])
    assert "กำลังอ่านจากภาพ" in client.get(url).content.decode()
    actions.keep_reading(actor=place.clerk, letter_id=letter.public_id, reading=None, problem="ภาพไม่ชัด")
    assert "ภาพไม่ชัด" in client.get(url).content.decode()


def test_the_page_of_ones_own_office_leads_to_its_inbox(place, exactly):
    with exactly(0):
        links = organisation_links(place.clerk, place.office)
    assert [(str(link.label), link.url) for link in links] == [
        ("หนังสือของหน่วยงาน", "/letters/received/"),
        ("หน้าที่ตามหนังสือ", "/duties/"),
    ]
    assert organisation_links(place.clerk, place.districts[0]) == []
