"""Good practices: nothing is shown that is not the centre's to show, and what is shown can be taken off bit by bit."""

import copy
import uuid

import pytest

from saduak.applications import actions, excerpts, queries
from saduak.applications.actions import Source
from saduak.applications.actions.practices import digest_of
from saduak.applications.models import Answer, Evidence, Practice
from saduak.applications.queries.practice_choices import own_words
from saduak.applications.queries.practices import head_answers
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry, User
from saduak.organisations.models import Appointment
from saduak.programme.queries import contents
from tests.applications.factories import ApplicationFactory, answer, filled, fresh
from tests.applications.factories_practices import (
    NUMBER,
    SHORT,
    STORY,
    Certified,
    certificate_of,
    certified,
    consented,
    picture,
    proposed,
    published,
)
from tests.applications.factories_sharing import published as shared
from tests.kept import kept
from tests.organisations.factories import ProgrammeFactory, actor_for
from tests.programme.factories import MID_WINDOW, document, published_set

NOBODY = Actor.public(MID_WINDOW)
THEIRS = "กรมกำหนดมาตรฐานไว้ในคู่มือเล่มเดียวกัน\nและตรวจทุกไตรมาส"

# --- Excerpts, without a database --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_cut"),
    [
        ("หนึ่ง สอง สาม", True),
        ("หนึ่ง\n\nสอง", True),
        ("หนึ่ง … สาม", True),
        ("... หนึ่ง [...] สาม (…)", True),
        ("หนึ่ง สาม", False),
        ("สาม … หนึ่ง", False),
        ("หนึ่ง … หนึ่ง", False),
        ("หนึ่ง สอง สาม สี่", False),
        ("…", False),
    ],
)
def test_an_excerpt_is_passages_in_their_order(text, is_cut):
    assert excerpts.is_cut_from(text, "หนึ่ง  สอง\nสาม") is is_cut


def test_what_was_taken_over_is_left_out():
    text = f"ก่อน\n\n{THEIRS}\n\nหลัง"
    assert excerpts.without(text, [THEIRS, " "]) == "ก่อน\n\n…\n\nหลัง"
    assert excerpts.without(text, ["ไม่มี"]) == text
    assert excerpts.without(f"ก่อน {THEIRS}", ["ตรวจทุกไตรมาส", THEIRS]) == "ก่อน"
    assert excerpts.without(THEIRS, [THEIRS]) == ""


# --- What is the centre's to show --------------------------------------------------------------------------------------


@kept
def gold(land):
    return certified(land.centre, land.round)


def said(actor, row, text):
    with pytest.raises(Invalid) as refused:
        proposed(actor, row, text=text)
    assert list(refused.value.fields) == ["text"]
    return refused.value.code


@pytest.mark.django_db
def test_only_words_that_were_filed(gold, people):
    assert said(people.secretariat, gold, "ข้อความอื่นที่สั้นกว่า") == "not-filed-words"
    made = proposed(people.secretariat, gold, text="ศูนย์จัดเวรสลับ … ติดป้ายบอกเวลา")
    assert made.text == "ศูนย์จัดเวรสลับ … ติดป้ายบอกเวลา"
    with pytest.raises(Invalid):
        actions.edit_practice(
            actor=people.officer, practice_id=made.public_id, version=1, title="ก", text="เขียนใหม่"
        )


@pytest.mark.django_db
def test_what_a_headquarters_shared_is_not_the_centres_to_publish(land, people):
    hq = actor_for("officer", land.department, received_at=MID_WINDOW)
    draft = ApplicationFactory(centre=land.centre, round=land.round, actor=people.officer)
    row = answer(draft, NUMBER)
    own = actions.add_evidence(
        actor=people.officer, answer_id=row.public_id, file=picture(), name="a.jpg", caption="ป้ายเวลา"
    ).evidence
    item = shared(
        hq,
        land.department,
        land.round,
        source=Source(file=picture(200), name="b.jpg"),
        caption="รูปของกรม",
        text=THEIRS,
        criteria=[row.criterion.key],
    )
    actions.take_shared_text(actor=people.officer, answer_id=row.public_id, item_id=item.public_id)
    filled(draft)
    Answer.objects.filter(pk=row.pk).update(narrative=f"{SHORT}\n\n{THEIRS}\n\nทุกวัน")
    actions.sign(
        actor=people.head,
        application_id=draft.public_id,
        digest=queries.current_digest(fresh(draft)),
    )
    submission = actions.submit(actor=people.officer, application_id=draft.public_id)
    gold = Certified(draft, submission, row, own, certificate_of(draft))

    filed = queries.filed_answer(people.secretariat, row.public_id)
    assert filed.pictures == [(own, "ป้ายเวลา")]
    assert filed.own == f"{SHORT}\n\n…\n\nทุกวัน"
    theirs = Evidence.objects.get(shared=item)
    with pytest.raises(Invalid):
        proposed(people.secretariat, gold, picture_ids=[theirs.public_id])
    assert said(people.secretariat, gold, filed.text) == "shared-words"
    assert said(people.secretariat, gold, "มาตรฐานไว้ในคู่มือ") == "shared-words"
    made = proposed(people.secretariat, gold, text=filed.own, picture_ids=[own.public_id])
    assert (made.original, made.text) == (filed.text, filed.own)
    assert own_words(land.city_centre.pk, filed.text) == filed.text
    with pytest.raises(Invalid) as refused:
        actions.edit_practice(
            actor=people.secretariat, practice_id=made.public_id, version=1, title="ก", text=THEIRS
        )
    assert refused.value.code == "shared-words"


@pytest.mark.django_db
def test_the_centre_does_not_hear_who_suggested_it(gold, people):
    actions.suggest_practice(
        actor=people.department,
        submission_id=gold.submission.public_id,
        criterion_key=gold.answer.criterion.key,
    )
    for who, knows in ((people.secretariat, True), (people.officer, False), (people.head, False)):
        found = list(queries.practice_candidates(who, criterion=gold.answer.criterion.key))
        assert [row.suggested for row in found] == [knows], who
    first = next(iter(queries.practice_candidates(people.head)))
    assert first.pk != gold.answer.pk  # nor by its place


# --- Pictures ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_one_picture_is_taken_off_at_once(gold, people):
    made = published(people.secretariat, people.head, gold, picture_ids=[gold.evidence.public_id])
    row = made.pictures.get()
    asked = {"practice_id": made.public_id, "picture_id": row.public_id}
    assert queries.public_picture(NOBODY, made.public_id, row.public_id) == row
    for who in (people.officer, people.city_head, people.other_secretariat):
        assert not (page := queries.practice_page(who, made.public_id)) or not page.may_hide
        with pytest.raises(Refused):
            actions.hide_practice_picture(actor=who, **asked)
    for who in (people.head, people.secretariat):
        assert queries.practice_page(who, made.public_id).may_hide
    done = actions.hide_practice_picture(actor=people.head, **asked)
    assert (done.state, done.version, done.pictures.count()) == ("published", 2, 0)
    assert queries.public_picture(NOBODY, made.public_id, row.public_id) is None
    assert queries.public_practice(NOBODY, made.public_id) == (made, [])
    entry = AuditEntry.objects.get(verb="applications.practice_picture_hidden")
    assert entry.facts == {"version": 2, "picture": gold.evidence.sha256, "digest": digest_of(done, [])}
    with pytest.raises(Conflict) as refused:
        actions.hide_practice_picture(actor=people.secretariat, **asked)
    assert refused.value.code == "no-picture"


@pytest.mark.django_db
def test_before_it_is_agreed_to_pictures_are_edited(gold, people):
    made = proposed(people.secretariat, gold, picture_ids=[gold.evidence.public_id])
    with pytest.raises(Conflict) as refused:
        actions.hide_practice_picture(
            actor=people.head, practice_id=made.public_id, picture_id=made.pictures.get().public_id
        )
    assert refused.value.code == "not-agreed"
    assert not queries.practice_page(people.head, made.public_id).may_hide


@pytest.mark.django_db
def test_what_leaves_the_library_is_neither_offered_nor_public(gold, people):
    made = published(people.secretariat, people.head, gold, picture_ids=[gold.evidence.public_id])
    row = made.pictures.get()
    actions.retire_evidence(actor=people.officer, evidence_id=gold.evidence.public_id)
    assert queries.public_picture(NOBODY, made.public_id, row.public_id) is None
    assert queries.public_practice(NOBODY, made.public_id) == (made, [])
    actions.withdraw_practice(actor=people.secretariat, practice_id=made.public_id, reason="รูป")
    assert queries.filed_answer(people.secretariat, gold.answer.public_id).pictures == []
    with pytest.raises(Invalid):
        proposed(people.secretariat, gold, picture_ids=[gold.evidence.public_id])


@pytest.mark.django_db
def test_nobody_is_asked_about_people_in_a_picture_that_left(gold, people):
    made = proposed(people.secretariat, gold, picture_ids=[gold.evidence.public_id])
    actions.retire_evidence(actor=people.officer, evidence_id=gold.evidence.public_id)
    done = actions.consent_practice(actor=people.head, practice_id=made.public_id, version=1)
    entry = AuditEntry.objects.get(verb="applications.practice_consented")
    assert (done.state, entry.facts["pictures"]) == ("consented", 0)


@pytest.mark.django_db
def test_the_consent_keeps_what_it_agreed_to(gold, people):
    made = consented(people.secretariat, people.head, gold, picture_ids=[gold.evidence.public_id])
    facts = AuditEntry.objects.get(verb="applications.practice_consented").facts
    assert facts == {"version": 1, "pictures": 1, "digest": digest_of(made, made.pictures.all())}
    assert len(facts["digest"]) == 64
    made.why = "เหตุผลอื่น"
    assert facts["digest"] != digest_of(made, made.pictures.all())


# --- Nobody to answer --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_without_a_head_who_has_an_account_the_proposer_knows_and_takes_it_back(gold, land, people):
    made = proposed(people.officer, gold)
    page = queries.practice_page(people.officer, made.public_id)
    assert (page.has_head, page.may_withdraw) == (True, True)
    assert not queries.practice_page(people.head, made.public_id).may_withdraw  # the head answers instead
    heads = Appointment.objects.filter(role="head", organisation=land.district)
    for changes in ({"centre": land.city_centre}, {"programme": ProgrammeFactory()}):
        heads.update(**changes)
        assert not head_answers(made)
        heads.update(**dict.fromkeys(changes))
    heads.update(centre=land.centre, programme=land.programme)
    assert head_answers(made)
    User.objects.filter(person__in=heads.values("person")).update(is_active=False)
    assert not queries.practice_page(people.officer, made.public_id).has_head
    for who in (people.city_officer, people.helper):
        with pytest.raises(Refused):
            actions.withdraw_practice(actor=who, practice_id=made.public_id)
    done = actions.withdraw_practice(actor=people.officer, practice_id=made.public_id)
    assert (done.state, done.ended_by_centre) == ("withdrawn", True)
    assert proposed(people.officer, gold).state == "proposed"


@pytest.mark.django_db
def test_the_centre_takes_back_only_what_it_offered_and_nobody_answered(gold, people):
    made = proposed(people.secretariat, gold)
    assert not queries.practice_page(people.officer, made.public_id).may_withdraw
    with pytest.raises(Refused):
        actions.withdraw_practice(actor=people.officer, practice_id=made.public_id)
    actions.withdraw_practice(actor=people.secretariat, practice_id=made.public_id, reason="ไม่มีผู้ตอบ")
    made = consented(people.officer, people.head, gold)
    with pytest.raises(Refused):
        actions.withdraw_practice(actor=people.officer, practice_id=made.public_id)


# --- Others of this criterion ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_key_of_an_older_year_finds_its_line_and_an_unknown_one_nothing(gold, land, people):
    made = published(people.secretariat, people.head, gold)
    old = made.criterion_key
    parts = copy.deepcopy(document()["parts"])
    items = [item for part in parts for item in part["items"]]
    next(item for item in items if item["key"] == old).update(key="c-second", replaces=[old])
    newer = published_set(land.programme, version=2, parts=parts)
    assert contents(newer).by_key["c-second"].replaces == [old]
    library = queries.practice_library(NOBODY)
    assert [library.today(key) for key in (old, "c-second", "c-none")] == ["c-second", "c-second", "c-none"]
    assert list(queries.practice_list(NOBODY, library, criterion="c-second")) == [made]
    assert list(queries.practice_list(NOBODY, library, criterion=old)) == [made]
    for unknown in ("c-none", "\x00", str(uuid.uuid4())):
        assert list(queries.practice_list(NOBODY, library, criterion=unknown)) == []
    assert Practice.objects.get().original == STORY
