"""Letters are found by words of their body too, and the list shows where a word stands that only the body has."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from saduak.correspondence import queries
from saduak.correspondence.actions import receiving
from saduak.correspondence.models import Letter
from saduak.correspondence.queries import deliveries
from saduak.correspondence.queries.searching import Excerpt, excerpt_of
from saduak.correspondence.registers_text import BODY, after_subject, body_key
from saduak.foundation import clock
from saduak.organisations.models import Person
from tests.correspondence import factories as paper
from tests.correspondence import factories_sending as f

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SUBJECT = "ขอเชิญสมัครรับการรับรอง"
HEAD = "ที่ ทส ๐๐๑๘/ว ๕๓\nจังหวัดทดสอบ\nเรื่อง "
BODY_TEXT = "\nเรียน นายอำเภอ\nด้วยสำนักงาน ก.พ.ร. จะจัดอบรมที่ห้องประชุม ภูกระดึง ชั้น ๕ วันที่ ๑๒ มีนาคม ๒๕๗๐ ขอให้ส่งรายชื่อ อบต. ที่เข้าร่วม"


def written(world, body: str = BODY_TEXT, subject: str = SUBJECT, **values) -> Letter:
    text = f"{HEAD}{subject}{body}"
    return f.letter_of(
        world,
        world.province,
        world.office,
        subject=subject,
        text=text,
        body_key=body_key(subject, text),
        **values,
    )


def found(rows, query):
    return [(row, excerpt_of(row, getattr(row, "letter", row), query)) for row in rows]


# --- What is kept ----------------------------------------------------------------------------------------------------


def test_the_key_is_the_beginning_of_what_stands_behind_the_subject():
    text = f"หัว เรื่อง {SUBJECT}\nเนื้อหา ข้อ ๑"
    assert after_subject(SUBJECT, text) == "\nเนื้อหา ข้อ ๑"
    assert body_key(SUBJECT, text) == "เนื้อหาข้อ 1"
    assert after_subject("", text) == after_subject("ไม่มีในหนังสือ", text) == text
    assert len(body_key("", "คำ " * 5_000)) == BODY


def test_a_letter_that_came_on_paper_has_it_as_it_is_read_and_as_it_is_confirmed(place):
    read = paper.loaded(place.clerk, place.office, paper.OWN)
    assert read.subject == ""
    subject = read.reading["documents"][0]["subject"]
    assert [row for row, _where in found(queries.inbox(place.clerk, query=subject), subject)] == [read]
    confirmed = paper.confirmed(place.clerk, place.office)
    assert confirmed.body_key == body_key(confirmed.subject, confirmed.text) != ""


def test_letters_that_were_there_before_get_theirs_some_in_a_transaction(world, monkeypatch):
    old, kept = written(world), written(world)
    empty = f.letter_of(world, world.province, text="")
    Letter.objects.filter(pk=old.pk).update(body_key="")
    Letter.objects.filter(pk=kept.pk).update(body_key="ที่มีแล้ว")
    many = [written(world) for _ in range(3)]
    Letter.objects.filter(pk__in=[row.pk for row in many]).update(body_key="")
    step = import_module("saduak.correspondence.migrations.0006_body_keys")
    monkeypatch.setattr(step, "CHUNK", 2)
    step.fill(apps, SimpleNamespace(connection=connection))
    for row in (old, empty, kept, *many):
        row.refresh_from_db()
    assert {row.body_key for row in many} == {body_key(old.subject, old.text)}
    assert old.body_key == body_key(old.subject, old.text)
    assert (empty.body_key, kept.body_key) == ("", "ที่มีแล้ว")


# --- What is found ---------------------------------------------------------------------------------------------------


def test_a_word_of_the_body_alone_is_found_and_shown_where_it_stands(world):
    letter = written(world)
    written(world, body="\nเรื่องอื่น")
    ((row, where),) = found(queries.inbox(world.writer, query="ภูกระดึง"), "ภูกระดึง")
    assert row == letter
    assert where == Excerpt(
        "…ด้วยสำนักงาน ก.พ.ร. จะจัดอบรมที่ห้องประชุม ",
        "ภูกระดึง",
        " ชั้น ๕ วันที่ ๑๒ มีนาคม ๒๕๗๐ ขอให้ส่งรายชื่อ…",
    )


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ("12 มีนาคม 2570", "๑๒"),
        ("ห้องประชุมภูกระดึง", "ห้องประชุม ภูกระดึง"),
        ("กพร", "ก.พ.ร"),
        ("องค์การบริหารส่วนตำบล", "องค์การบริหารส่วนตำบล"),
        (f"{SUBJECT} ภูกระดึง", "ภูกระดึง"),
        ("ว 53 ภูกระดึง", "ภูกระดึง"),
    ],
)
def test_however_it_is_written(world, query, hit):
    letter = written(world, number="ทส 0018/ว 53")
    rows = found(queries.inbox(world.writer, query=query), query)
    assert [(row, where.hit) for row, where in rows] == [(letter, hit)]


def test_what_subject_and_number_have_needs_no_excerpt(world):
    letter = written(world)
    for query in (SUBJECT, letter.number, f"{letter.number} {SUBJECT[:6]}"):
        assert found(queries.inbox(world.writer, query=query), query) == [(letter, None)]
    assert found(queries.inbox(world.writer), "") == [(letter, None)]


def test_every_word_must_be_there_and_only_the_beginning_is_looked_through(world):
    written(world)
    long = written(world, body="\n" + "คำ " * BODY + "ปลายทาง")
    assert not queries.inbox(world.writer, query="ภูกระดึง ไม่มีคำนี้").exists()
    assert not queries.inbox(world.writer, query="ปลายทาง").exists()
    assert long in queries.inbox(world.writer, query="คำคำคำ")


def test_where_no_space_is_near_no_letter_loses_its_vowel(world):
    written(world, body="\n" + "กี" * 40 + "ภูกระดึง" + "กี" * 40)
    ((_row, where),) = found(queries.inbox(world.writer, query="ภูกระดึง"), "ภูกระดึง")
    assert (where.before, where.after) == ("…" + "กี" * 22, "กี" * 22 + "ก…")


def test_a_short_body_is_shown_whole(world):
    written(world, body="\nเชิญที่ภูกระดึง")
    ((_row, where),) = found(queries.inbox(world.writer, query="ภูกระดึง"), "ภูกระดึง")
    assert where == Excerpt("เชิญที่", "ภูกระดึง", "")


def test_a_text_that_is_not_there_any_more_shows_what_it_is_found_by(world):
    letter = written(world)
    Letter.objects.filter(pk=letter.pk).update(text="สั้น")
    ((_row, where),) = found(queries.inbox(world.writer, query="ภูกระดึง"), "ภูกระดึง")
    assert where.hit == "ภูกระดึง"
    Letter.objects.filter(pk=letter.pk).update(body_key="", subject_key="")
    row = queries.inbox(world.writer).get(pk=letter.pk)
    row.opening, row.folded = "สั้น", ""
    assert excerpt_of(row, row, "ภูกระดึง") is None


def test_a_letter_comes_before_those_that_cite_it(world):
    cited = written(world, number="ทส 0018/ว 777", loaded_at=f.NOW - 9 * f.DAY)
    citing = [
        written(world, body="\nอ้างถึง หนังสือ ทส 0018/ว 777", loaded_at=f.NOW - age * f.DAY) for age in range(3)
    ]
    assert list(queries.inbox(world.writer, query="ว 777")) == [cited, *citing]
    assert list(queries.inbox(world.writer)) == [*citing, cited]
    first = f.to_districts(world, letter=cited)
    with clock.travel(f.NOW + f.DAY):
        later = [f.to_districts(world, letter=row) for row in citing]
    assert list(deliveries.sent(world.writer, query="ว 777")) == [first, *reversed(later)]
    clerk = world.clerk(world.districts[0])
    came = deliveries.received(clerk, query="ว 777")
    assert [row.letter for row in came] == [cited, *reversed(citing)]


def test_the_lists_of_what_came_and_what_went_find_it_too(world):
    letter = written(world)
    dispatch = f.to_districts(world, letter=letter)
    clerk = world.clerk(world.districts[0])
    ((came, where),) = found(deliveries.received(clerk, query="ภูกระดึง"), "ภูกระดึง")
    assert (came.letter, where.hit) == (letter, "ภูกระดึง")
    ((went, where),) = found(deliveries.sent(world.writer, query="ภูกระดึง"), "ภูกระดึง")
    assert (went, where.hit) == (dispatch, "ภูกระดึง")


def test_nobody_finds_a_secret_letter_by_its_body_who_may_not_read_it(world):
    letter = written(world, secrecy="secret")
    f.to_districts(world, letter=letter)
    for role, sees in (("head", 1), ("supervisor", 0)):
        reader = world.clerk(world.districts[0], role)
        assert queries.inbox(reader, query="ภูกระดึง").count() == sees
        assert deliveries.received(reader, query="ภูกระดึง").count() == sees
    assert deliveries.sent(world.clerk(world.office, "supervisor"), query="ภูกระดึง").count() == 0


def test_one_that_was_given_to_somebody_is_found_by_them(world):
    dispatch = f.to_districts(world, letter=written(world))
    row = f.at(dispatch, world.districts[0])
    clerk, officer = world.clerk(world.districts[0]), world.clerk(world.districts[0], "officer")
    person = Person.objects.get(pk=officer.person_id)
    receiving.assign(actor=clerk, delivery_id=row.public_id, person_id=person.public_id)
    assert list(deliveries.received(officer, view="mine", query="ภูกระดึง")) == [row]


@pytest.mark.parametrize("many", [1, 3])
def test_one_query_for_a_list_with_its_excerpts(world, exactly, many):
    for _ in range(many):
        written(world)
    reader = world.clerk(world.office)
    with exactly(1):
        shown = found(queries.inbox(reader, query="ภูกระดึง"), "ภูกระดึง")
    assert [where.hit for _row, where in shown] == ["ภูกระดึง"] * many
