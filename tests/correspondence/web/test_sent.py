"""The pages that follow a letter down the line, as a browser without scripts uses them."""

import datetime

import pytest
from django.urls import reverse

from saduak.correspondence.actions import recalling
from saduak.correspondence.models import Delivery, Dispatch, Draft
from saduak.correspondence.paper import Took
from saduak.correspondence.web.sending.rails import days_words
from saduak.correspondence.web.sending.scale import Scale
from saduak.correspondence.web.sending.tree_rows import phones
from saduak.foundation import clock
from saduak.foundation.models import Holiday
from saduak.organisations.models import Organisation
from saduak.programme.actions import set_internal_deadline
from tests.correspondence import factories_sending as f
from tests.correspondence.web.pages import page, queries, words
from tests.organisations.factories import OrganisationFactory, actor_for

pytestmark = pytest.mark.django_db
SOON, GONE = f.NOW + 7 * f.DAY, f.NOW - f.DAY


@pytest.fixture
def world(world):
    f.open_round(world)
    return world


# --- The list ------------------------------------------------------------------------------------------------------------


def test_the_list_says_how_far_each_letter_is(world, sender):
    dispatch = f.to_districts(world, forward_by=GONE)
    f.receive(f.at(dispatch, world.districts[0]))
    f.to_locals(world, 1, f.at(dispatch, world.districts[1]))
    text = words(page(sender, "sent"))
    assert "รับแล้ว 2 จาก 3 แจ้งต่อ 1 เลยกำหนด 2" in text
    assert "ต้องตาม 2 แห่ง" in text
    # Letters that a district sent are not the province's.
    assert text.count("ขอเชิญสมัครรับการรับรอง") == 1
    assert "ไม่พบหนังสือที่ค้น" in words(page(sender, "sent", query="?q=ไม่มี"))
    recalling.recall(actor=world.actors[world.office.pk], dispatch_id=dispatch.public_id, reason="แนบผิดฉบับ")
    assert "เรียกคืนแล้ว" in words(page(sender, "sent"))


def test_an_empty_list_says_what_to_do(world, sender):
    assert "ยังไม่ได้ส่งหนังสือ" in words(page(sender, "sent"))


@pytest.mark.postgres
def test_the_list_costs_the_same_for_one_letter_and_for_three(world, sender):
    url = reverse("correspondence:sent")
    f.to_districts(world)
    first = queries(sender, url)
    f.to_districts(world)
    f.sent_letter(world, f.targets_of(world.districts[:1]), run=False)
    assert queries(sender, url) == first <= 8


# --- The tree ------------------------------------------------------------------------------------------------------------


def test_the_tree_tells_where_the_letter_is(world, sender):
    dispatch = f.to_districts(world, forward_by=SOON, advance=True)
    first, second, _third = (f.at(dispatch, office) for office in world.districts)
    below = f.to_locals(world, 0, first)
    f.receive(f.at(below, world.locals[0][0]))
    f.receive(second, number="31")
    answer = page(sender, "dispatch", dispatch.public_id)
    text = words(answer)
    # 24 days left, the province's letter, its districts, the local governments below the first.
    for said in (
        "เหลือของช่วงรับสมัคร ถึง 28 ก.พ. 2570",
        "1 จาก 3",
        "อำเภอที่ยังไม่รับ",
        "อำเภอ 3 แห่ง",
        "องค์กรปกครองส่วนท้องถิ่น 2 แห่ง",
        "สำเนาแจ้งล่วงหน้า",
        "เลขรับ 31",
        "เหลือ 24 วัน",
    ):
        assert said in text
    # Who has the most left to do stands first; what was done last is not in this view.
    rows = answer.context["rows"]
    assert [row.office for row in rows] == [world.districts[2], world.districts[1]]
    assert [str(row.label) for row in rows] == ["ยังไม่รับ", "รับแล้ว ยังไม่แจ้งต่อ"]
    everybody = page(sender, "dispatch", dispatch.public_id, query="?view=all").context["rows"]
    assert everybody[2].passed == below
    assert (everybody[2].beneath.received, everybody[2].beneath.total) == (1, 2)
    assert "เตือน 1 แห่งที่ยังไม่รับ" in text


def test_lateness_has_a_colour_only_for_offices_below_the_reader(world, sender, sign_in):
    dispatch = f.to_districts(world, forward_by=GONE)
    row = f.at(dispatch, world.districts[0])
    f.to_locals(world, 0, row, acknowledge_by=GONE)
    rows = page(sender, "dispatch", dispatch.public_id).context["rows"]
    assert {(row.state, row.took_css) for row in rows} == {("late", "late-text")}
    # The district only supervises local governments: their status and nothing more.
    district = sign_in(world.clerk(world.districts[0]))
    own = page(district, "tree", row.public_id)
    assert {(row.state, row.took_css) for row in own.context["rows"]} == {("none", "")}
    assert "late-text" not in own.content.decode()
    # Who looks at what came to them sees their own part, and superiors as plain dates.
    answer = district.get(reverse("correspondence:dispatch", args=[dispatch.public_id]))
    assert answer.url == reverse("correspondence:tree", args=[row.public_id])
    assert [hop.title for hop in own.context["rail"].hops] == [world.province.name_th, "อำเภอทดสอบ1"]
    assert "ที่หน้าหนังสือที่แจ้งต่อ" in words(own)


def test_those_above_by_command_see_it_in_colour_others_not_at_all(world, sign_in):
    dispatch = f.to_districts(world, forward_by=GONE)
    above = sign_in(actor_for("supervisor", world.ministry, reach="line"))
    rows = page(above, "dispatch", dispatch.public_id).context["rows"]
    assert {row.state for row in rows} == {"late"}
    assert not rows[0].may_follow
    auditor = sign_in(actor_for("auditor", world.ministry, reach="supervision"))
    answer = auditor.get(reverse("correspondence:dispatch", args=[dispatch.public_id]))
    assert answer.status_code == 404


def test_one_who_has_nothing_to_do_with_it_finds_nothing(world, sign_in):
    dispatch = f.to_districts(world)
    stranger = sign_in(actor_for("clerk", OrganisationFactory()))
    page(stranger, "dispatch", dispatch.public_id, status=404)
    page(stranger, "tree", f.at(dispatch, world.districts[0]).public_id, status=404)
    page(stranger, "follow", f.at(dispatch, world.districts[0]).public_id, status=404)


def test_while_it_is_being_sent_the_page_says_how_far_it_is(world, sender):
    dispatch = f.to_districts(world, run=False)
    text = words(page(sender, "dispatch", dispatch.public_id))
    assert "ดูใหม่" in text
    assert "ยังไม่มีหน่วยงานได้หนังสือ" in text


def test_a_letter_that_came_on_paper_shows_the_way_on_paper_too(world, sender):
    letter = f.letter_of(
        world,
        world.ministry,
        world.office,
        origin="loaded",
        reading=f.paper_bundle(*f.PAPER_2564),
        dated=datetime.date(2021, 1, 19),
    )
    paper = Delivery.objects.create(
        letter=letter,
        organisation=world.office,
        state="received",
        received_at=f.NOW,
        receipt_number="544",
    )
    dispatch = f.sent_letter(world, f.targets_of(world.districts), forwards=paper)
    further = f.to_locals(world, 0, f.at(dispatch, world.districts[0])).deliveries.first()
    whole = ["กระทรวงทดสอบ", "กรมทดสอบ", "จังหวัดทดสอบ", "จังหวัดทดสอบ"]
    for name, row, more in (
        ("dispatch", dispatch, []),
        ("tree", paper, []),
        ("tree", further, ["อำเภอทดสอบ1", further.organisation.name_th]),
    ):
        hops = page(sender, name, row.public_id).context["rail"].hops
        assert [hop.title for hop in hops] == whole + more
        assert [hop.on_paper for hop in hops[:4]] == [True, True, True, False]
        assert (hops[3].within, hops[3].receipt) == (world.office.name_th, "544")
        assert hops[1].took.calendar_days == 13


def test_a_paper_letter_that_nobody_passed_on(world, sender):
    letter = f.letter_of(world, world.ministry, world.office, origin="loaded", round=None)
    paper = Delivery.objects.create(letter=letter, organisation=world.office)
    text = words(page(sender, "tree", paper.public_id))
    assert "ยังไม่ได้แจ้งต่อ" in text
    assert "ยังไม่รับ" in text


def test_days_are_only_about_while_the_holidays_are_a_sample(world, sender):
    dispatch = f.to_districts(world, forward_by=SOON)
    with clock.travel(f.NOW + 4 * f.DAY):
        text = words(page(sender, "dispatch", dispatch.public_id))
        assert "ใช้เวลา ประมาณ" in text
        assert "2 วันทำการ" in text
        Holiday.objects.create(date=datetime.date(2027, 2, 5), name_th="หยุด", source="ประกาศ", official=True)
        text = words(page(sender, "dispatch", dispatch.public_id))
        assert "1 วันทำการ" in text
        assert "ประมาณ" not in text


def test_a_letter_without_a_round_after_its_window_and_of_many_kinds(world, sender):
    with clock.travel(f.NOW + 60 * f.DAY):
        late = f.to_districts(world)
        assert "ปิดรับสมัครแล้ว" in words(page(sender, "dispatch", late.public_id))
        world.round = None
        mixed = f.sent_letter(
            world, [*f.targets_of(world.districts[:1]), *f.targets_of([world.locals[0][0]], "supervision")]
        )
        answer = page(sender, "dispatch", mixed.public_id)
        text = words(answer)
        assert "หน่วยงาน 2 แห่ง" in text
        assert "หน่วยงานที่ได้หนังสือ" in text
        assert answer.context["rail"].scale.rest is None
        for view in ("late", "done"):
            text = words(page(sender, "dispatch", mixed.public_id, query=f"?view={view}"))
            assert "ไม่มีหน่วยงานในมุมมองนี้" in text


@pytest.mark.postgres
def test_the_tree_costs_the_same_for_one_office_and_for_three(world, sender):
    counts = []
    for offices in (world.districts[:1], world.districts):
        dispatch = f.sent_letter(world, f.targets_of(offices), forward_by=SOON)
        row = f.at(dispatch, offices[0])
        f.to_locals(world, 0, row)
        counts.append(
            queries(sender, reverse("correspondence:dispatch", args=[dispatch.public_id]) + "?view=all")
        )
        counts.append(queries(sender, reverse("correspondence:tree", args=[row.public_id])))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 15


@pytest.mark.slow
@pytest.mark.postgres
def test_nine_thousand_offices_on_one_page(world, sender, sign_in):
    """Fifty on the page, fifteen queries, whoever looks: the sender, one above, one of those below."""
    dispatch = f.to_districts(world, forward_by=GONE)
    first = f.at(dispatch, world.districts[0])
    Organisation.objects.bulk_create(
        Organisation(code=f"many-{n}", kind="local_government", name_th=f"เทศบาลที่ {n}", sort_key=f"{n:05d}")
        for n in range(9_000)
    )
    many = list(Organisation.objects.filter(code__startswith="many-"))
    below = f.sent_letter(
        world, f.targets_of(many, "supervision"), issuer=world.districts[0], forwards=first, forward_by=GONE
    )
    Delivery.objects.filter(dispatch=below, organisation__sort_key__lt="03000").update(
        state="received", received_at=f.NOW
    )
    assert below.deliveries.count() == 9_000
    tree_url = reverse("correspondence:tree", args=[first.public_id])
    sent_url = reverse("correspondence:dispatch", args=[dispatch.public_id]) + "?view=all"
    for url in (tree_url, sent_url):
        answer = sender.get(url)
        assert len(answer.context["rows"]) <= 50
        assert len(answer.content) < 250_000
        assert queries(sender, url) <= 15
    assert answer.context["further"].total == 9_000
    near = sender.get(tree_url).context["near"]
    assert (near.total, near.received, near.late) == (9_000, 3_000, 9_000)
    assert len(sender.get(f"{tree_url}?view=all&page=180").context["rows"]) == 50
    district = sign_in(world.clerk(world.districts[0]))
    for url in (tree_url, reverse("correspondence:dispatch", args=[below.public_id])):
        assert district.get(url).context["near"].total == 9_000
        assert queries(district, url) <= 15
    town = sign_in(world.clerk(many[0]))
    assert town.get(reverse("correspondence:dispatch", args=[below.public_id])).status_code == 302


# --- Calling back, correcting --------------------------------------------------------------------------------------------


def test_calling_back_says_what_it_will_do_and_asks_why(world, sender):
    dispatch = f.to_districts(world)
    f.to_locals(world, 0, f.at(dispatch, world.districts[0]))
    url = reverse("correspondence:recall", args=[dispatch.public_id])
    text = words(sender.get(url))
    assert "เรียกคืนจาก 3 แห่ง" in text
    assert "รับไปแล้ว 1 แห่ง" in text
    assert "2 หน่วยงานที่ได้จากการแจ้งต่อ" in text
    assert sender.post(url, {"reason": " "}).status_code == 422
    done = sender.post(url, {"reason": "แนบผิดฉบับ"}, follow=True)
    assert "เหตุผล แนบผิดฉบับ" in words(done)
    assert Dispatch.objects.get(pk=dispatch.pk).state == "recalled"
    assert sender.get(url).status_code == 302


def test_what_was_called_back_says_so_to_the_sender_and_to_those_who_had_it(world, sender, sign_in):
    dispatch = f.to_districts(world, forward_by=SOON)
    row = f.at(dispatch, world.districts[0])
    recalling.recall(actor=world.clerk(world.office), dispatch_id=dispatch.public_id, reason="แนบผิดฉบับ")
    text = words(page(sender, "dispatch", dispatch.public_id))
    assert "เรียกคืนจาก 3 แห่งแล้ว" in text
    assert "ยังไม่มีหน่วยงานได้หนังสือ" not in text
    world.round = None
    bare = f.to_districts(world)
    recalling.recall(actor=world.clerk(world.office), dispatch_id=bare.public_id, reason="แนบผิดฉบับ")
    assert "หน่วยงานที่ถูกเรียกคืน 3 แห่ง" in words(page(sender, "dispatch", bare.public_id))
    answer = page(sign_in(world.clerk(world.districts[0])), "tree", row.public_id)
    text = words(answer)
    assert f"จังหวัดทดสอบ ที่ {dispatch.letter.number}" in text
    assert "ผู้ส่งเรียกหนังสือนี้คืนแล้ว" in text
    assert "แนบผิดฉบับ" in text
    assert "ไม่ต้องแจ้งต่อแล้ว" in text
    assert "ยังนับอยู่" not in text
    assert "ยังไม่แจ้งต่อ" not in text
    hop = answer.context["rail"].hops[-1]
    assert (hop.recalled, hop.gone, hop.still) == (
        datetime.date(2027, 2, 4),
        datetime.date(2027, 2, 4),
        False,
    )


def test_its_deadlines_are_taken_back_with_it_by_a_tick(world, sender):
    clerk = world.clerk(world.office)
    dispatch = f.to_districts(world)
    row = set_internal_deadline(
        actor=clerk,
        round_id=world.round.public_id,
        owner=world.province,
        kind="check",
        reach="line",
        due_on=datetime.date(2027, 2, 15),
        source_letter=dispatch.letter.public_id,
    )
    url = reverse("correspondence:recall", args=[dispatch.public_id])
    assert "15 กุมภาพันธ์ 2570" in words(sender.get(url))
    sender.post(url, {"reason": "แนบผิดฉบับ", "deadlines": "on"})
    row.refresh_from_db()
    assert row.retired_at is not None
    # Without any, and while the letter stands elsewhere too, there is nothing to tick.
    other = f.to_districts(world)
    twice = f.sent_letter(world, f.targets_of(world.locals[0]), letter=other.letter)
    for one in (other, twice):
        text = words(sender.get(reverse("correspondence:recall", args=[one.public_id])))
        assert "แก้ที่หน้ารอบ" in text
        assert "ถอนกำหนดส่งภายใน" not in text


def test_while_a_batch_runs_the_table_is_not_behind_its_heading(world, sender):
    """What the batch says is read first: an office that it reached meanwhile is in the table already."""
    dispatch = f.to_districts(world)
    batch = dispatch.batch
    Dispatch.objects.filter(pk=dispatch.pk).update(state="sending")
    Delivery.objects.filter(dispatch=dispatch).update(state="withdrawn", withdrawn_at=f.NOW)
    assert batch is not None
    text = words(page(sender, "dispatch", dispatch.public_id))
    assert "กด ดูใหม่ เพื่อเห็นหน่วยงานที่หนังสือถึงแล้ว" in text
    assert "ยังไม่มีหน่วยงานได้หนังสือ" not in text


def test_what_nobody_received_yet_waits_and_took_no_time(world, sender):
    dispatch = f.to_districts(world, forward_by=SOON)
    assert "เพิ่งถึงวันนี้" in words(page(sender, "dispatch", dispatch.public_id))
    with clock.travel(f.NOW + 4 * f.DAY):
        f.receive(f.at(dispatch, world.districts[0]))
        rows = page(sender, "dispatch", dispatch.public_id).context["rows"]
        assert {row.still for row in rows} == {True}
        assert "รอ 2 วันทำการ" in words(page(sender, "dispatch", dispatch.public_id))


def test_correcting_begins_a_draft(world, sender):
    dispatch = f.to_districts(world)
    url = reverse("correspondence:correct", args=[dispatch.public_id])
    once = {"once": "0e0dcd1c-6f5f-4b5b-9a49-6f7a1d5c2c11"}
    answer = sender.post(url, once)
    draft = Draft.objects.get()
    assert answer.url == reverse("correspondence:draft", args=[draft.public_id])
    assert (draft.corrects, draft.office, draft.issuer) == (dispatch.letter, world.office, world.province)
    assert sender.post(url, once).url == answer.url
    assert sender.get(url).status_code == 405
    dispatch.letter.refresh_from_db()
    assert dispatch.letter.superseded_by is None


# --- Time saved ----------------------------------------------------------------------------------------------------------


def test_time_saved_beside_a_paper_chain(world, sign_in):
    ministry = world.clerk(world.ministry)
    client = sign_in(ministry)
    empty = words(page(client, "time_saved"))
    assert "ยังไม่ได้ส่งหนังสือแจ้งรอบนี้ในระบบ" in empty
    assert "ยังไม่มีชุดหนังสือกระดาษให้เทียบ" in empty
    f.letter_of(
        world,
        world.province,
        world.ministry,
        origin="loaded",
        for_issuer=False,
        round=None,
        dated=datetime.date(2021, 1, 19),
        reading=f.paper_bundle(*f.PAPER_2564, window=("2021-01-01", "2021-02-28")),
    )
    call = f.sent_letter(world, f.targets_of([world.province]), issuer=world.ministry)
    for days, said in ((0, "เร็วขึ้น 21 วัน"), (21, "ต่างกัน 0 วัน"), (30, "ช้าลง 9 วัน")):
        Delivery.objects.filter(dispatch=call).update(delivered_at=f.NOW + days * f.DAY)
        text = words(page(client, "time_saved", query=f"?round={world.round.public_id}"))
        assert said in text
    assert "จังหวัด 1 แห่ง" in text
    assert "18 จาก 59 วัน" in text
    assert "เทียบทอดที่ 1 ที่นี่ กับชุดกระดาษที่มี 3 ฉบับ" in text


def test_time_saved_without_any_round(sign_in):
    with clock.travel(f.NOW):
        client = sign_in(actor_for("clerk", OrganisationFactory()))
        assert "ยังไม่มีรอบ" in words(page(client, "time_saved"))


# --- Small pieces --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        ("ไม่มี", []),
        ("0-5555-1234", ["0-5555-1234"]),
        ("0 2141 1234, 0 2141 1235 ต่อ 7", ["0 2141 1234", "0 2141 1235 ต่อ 7"]),
        ("0 2141 1234/5", ["0 2141 1234"]),
        ("1111", ["1111"]),
        ("0 2241 9000 ต่อ 2212, 2213; ๐ ๒๒๔๑ ๙๐๐๑", ["0 2241 9000 ต่อ 2212", "๐ ๒๒๔๑ ๙๐๐๑"]),
    ],
)
def test_the_numbers_of_an_office(text, numbers):
    assert phones(text) == numbers


def test_a_scale_of_days():
    day = datetime.date
    window = (day(2027, 1, 1), day(2027, 2, 28))
    scale = Scale.over([None, day(2026, 12, 23)], day(2027, 2, 28), window)
    assert (scale.first, scale.last, scale.at(scale.first)) == (day(2026, 12, 23), day(2027, 2, 28), "0.00%")
    assert (scale.open.x, scale.open.width) == ("13.24%", "86.76%")
    assert scale.rest.width == "1.47%"
    alone = Scale.over([], day(2027, 3, 1), None)
    assert (alone.open, alone.rest, alone.now) == (None, None, "0.00%")
    early = Scale.over([], day(2026, 12, 1), window)
    assert early.rest == early.open


def test_days_in_words():
    assert days_words(Took(0, 0), rough=True) == "วันเดียวกัน"
    assert days_words(Took(3, 2), rough=True) == "ประมาณ 2 วันทำการ"
    assert days_words(Took(3, 2), rough=False) == "2 วันทำการ"
