"""Good practices: from whom they are taken, what the head agrees to, what everybody reads, and what ends it."""

import datetime
import uuid

import pytest

from saduak.applications import actions, queries, signals
from saduak.applications.models import Practice, PracticePicture, PracticeSuggestion
from saduak.applications.queries import practices as module
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.organisations.models import ServiceCentre
from saduak.programme.queries import contents
from saduak.register import actions as register
from saduak.register.models import Certificate
from tests.applications.factories import ApplicationFactory, answer, head_of, officer_of
from tests.applications.factories_practices import (
    SHORT,
    STORY,
    certificate_of,
    certified,
    consented,
    proposed,
    published,
)
from tests.kept import kept
from tests.organisations.factories import ServiceCentreFactory
from tests.programme.factories import MID_WINDOW, document, published_set

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
NOBODY = Actor.public(MID_WINDOW)
DAY = datetime.timedelta(days=1)


@kept
def gold(land):
    return certified(land.centre, land.round)


@pytest.fixture
def told():
    """What the rooms above were told."""
    heard = []
    signals.practice_told.connect(
        lambda practice, how, **_: heard.append(how), weak=False, dispatch_uid="test"
    )
    return heard


def sees(actor, practice):
    return queries.public_practice(actor, practice.public_id) is not None


# --- Proposing ---------------------------------------------------------------------------------------------------------


def test_a_filed_answer_is_proposed_shorter_and_kept_whole(gold, people, told):
    made = proposed(people.secretariat, gold, picture_ids=[gold.evidence.public_id])
    assert (made.state, made.origin, made.version) == ("proposed", "curator", 1)
    assert (made.original, made.text, made.fiscal_year) == (STORY, SHORT, 2570)
    assert (made.certificate, made.submission) == (gold.certificate, gold.submission)
    picture = PracticePicture.objects.get()
    assert (picture.evidence, picture.caption, picture.ordinal) == (gold.evidence, "ป้ายเวลา", 1)
    assert told == ["asked"]
    assert not sees(NOBODY, made)
    entry = AuditEntry.objects.get(verb="applications.practice_proposed")
    assert entry.facts["origin"] == "curator"


def test_the_centre_offers_its_own(gold, people, told):
    made = proposed(people.officer, gold)
    assert (made.origin, told) == ("centre", ["asked"])
    with pytest.raises(Conflict) as refused:
        proposed(people.secretariat, gold)
    assert refused.value.code == "already-proposed"


def test_others_propose_nothing(gold, people):
    for who in (
        people.helper,
        people.city_officer,
        people.province,
        people.other_secretariat,
        people.stranger,
    ):
        with pytest.raises(Refused) as refused:
            proposed(who, gold)
        assert refused.value.code == "not-yours"


def test_what_can_not_be_shown(gold, people):
    for changes, field in (
        ({"title": " "}, "title"),
        ({"title": "ก" * 201}, "title"),
        ({"text": "\u200b"}, "text"),
        ({"text": STORY + " และดีมาก"}, "text"),
        ({"why": "ก" * 1_001}, "why"),
        ({"picture_ids": [uuid.uuid4()]}, "pictures"),
    ):
        with pytest.raises(Invalid) as refused:
            proposed(people.secretariat, gold, **changes)
        assert list(refused.value.fields) == [field]
    assert not Practice.objects.exists()


def test_only_what_was_filed(draft, people):
    with pytest.raises(Conflict) as refused:
        actions.propose_practice(
            actor=people.officer, answer_id=answer(draft, "2.1").public_id, title="ก", text="ก"
        )
    assert refused.value.code == "not-filed"


def test_only_from_a_centre_that_still_serves(gold, people):
    ServiceCentre.objects.filter(pk=gold.application.centre_id).update(retired_at=MID_WINDOW)
    with pytest.raises(Refused) as refused:
        proposed(people.secretariat, gold)
    assert refused.value.code == "centre-retired"


def candidates(actor, **wanted):
    return [row.criterion.number for row in queries.practice_candidates(actor, **wanted)]


def test_only_with_a_standing_certificate_of_the_highest_level(gold, people):
    assert "2.1" in candidates(people.secretariat)
    kept = {"level_key": "excellent", "valid_until": gold.certificate.valid_until, "state": "standing"}
    for changes in (
        {"level_key": "advanced"},
        {"valid_until": MID_WINDOW.date() - DAY},
        {"state": "revoked"},
        {"state": "replaced"},
    ):
        Certificate.objects.update(**kept | changes)
        assert candidates(people.secretariat) == []
        with pytest.raises(Conflict) as refused:
            proposed(people.secretariat, gold)
        assert refused.value.code == "no-certificate"


def test_the_programme_chooses_from_which_levels(gold, land, people):
    Certificate.objects.update(level_key="advanced")
    choose = {"programme_id": land.programme.public_id}
    row = actions.choose_practice_levels(actor=people.secretariat, levels=["advanced", "excellent"], **choose)
    assert row.levels == ["excellent", "advanced"]
    assert proposed(people.secretariat, gold).certificate == gold.certificate
    actions.choose_practice_levels(actor=people.secretariat, levels=[], **choose)
    assert candidates(people.officer) == []
    with pytest.raises(Invalid):
        actions.choose_practice_levels(actor=people.secretariat, levels=["bronze"], **choose)
    with pytest.raises(Refused):
        actions.choose_practice_levels(actor=people.other_secretariat, levels=[], **choose)
    choice = queries.level_choice(people.secretariat, land.programme.code)
    assert ([level.key for level in choice.levels], choice.chosen) == (
        ["excellent", "advanced", "basic"],
        [],
    )
    assert queries.level_choice(people.officer, land.programme.code) is None
    assert queries.level_choice(people.secretariat, "no-such") is None


# --- What could become one ---------------------------------------------------------------------------------------------


def test_who_chooses_from_what(gold, land, people):
    everything = candidates(people.secretariat)
    assert len(everything) == 50
    assert candidates(people.head) == candidates(SYSTEM) == everything
    for who in (people.helper, people.city_officer, people.province, people.other_secretariat):
        assert candidates(who) == []
    proposed(people.secretariat, gold)
    assert "2.1" not in candidates(people.secretariat)
    assert queries.practice_sets(people.secretariat) == [land.round.criteria_set]
    assert queries.practice_sets(people.stranger) == [land.round.criteria_set]
    assert queries.practice_sets(people.province) == []


@pytest.mark.postgres
def test_the_few_best_of_each_criterion_or_all_of_one(land, people, exactly):
    rows = [certified(land.centre, land.round), certified(land.city_centre, land.round)]
    rows += [
        certified(ServiceCentreFactory(organisation=land.district, name_th=f"จุดที่ {n}"), land.round)
        for n in (1, 2)
    ]
    with exactly(2):
        found = list(queries.practice_candidates(people.secretariat))
    assert len(found) == 150
    key = rows[0].answer.criterion.key
    with exactly(2):
        found = list(queries.practice_candidates(people.secretariat, criterion=key))
    assert [row.pk for row in found] == [row.answer.pk for row in rows]
    assert (found[0].level, found[0].awarded, found[0].suggested) == ("ระดับexcellent", None, False)
    asked = {"criterion": key, "keys": frozenset({key}), "q": "ประชาชน"}
    assert [row.application for row in queries.practice_candidates(people.secretariat, **asked)] == [
        rows[1].application
    ]


def test_what_readers_suggest_comes_first(gold, land, people):
    other = certified(land.city_centre, land.round)
    key = gold.answer.criterion.key
    said = {"submission_id": other.submission.public_id, "criterion_key": key}
    with pytest.raises(Refused):  # only supervised: it reads nothing of it
        actions.suggest_practice(actor=people.over_cities, **said)
    said["submission_id"] = gold.submission.public_id
    for actor, changes in (
        (people.officer, {}),
        (SYSTEM, {}),
        (people.department, {"criterion_key": "c-none"}),
        (people.department, {"submission_id": uuid.uuid4()}),
    ):
        with pytest.raises(Refused):
            actions.suggest_practice(actor=actor, **said | changes)
    with pytest.raises(Invalid):
        actions.suggest_practice(actor=people.department, **said, note="ก" * 501)
    actions.suggest_practice(actor=people.department, **said)
    actions.suggest_practice(actor=people.department, **said, note="คนเท่าเดิม")
    assert PracticeSuggestion.objects.get().note == "คนเท่าเดิม"
    found = list(queries.practice_candidates(people.secretariat, criterion=key))
    assert [(row.application, row.suggested) for row in found] == [
        (gold.application, True),
        (other.application, False),
    ]
    page = queries.filed_answer(people.secretariat, gold.answer.public_id)
    assert [row.note for row in page.suggestions] == ["คนเท่าเดิม"]
    assert queries.filed_answer(people.officer, gold.answer.public_id).suggestions == []


def test_what_was_filed_with_it(gold, people, exactly):
    with exactly(6):
        page = queries.filed_answer(people.officer, gold.answer.public_id)
    assert (page.text, page.certificate, bool(page.may_propose)) == (STORY, gold.certificate, True)
    assert page.pictures == [(gold.evidence, "ป้ายเวลา")]
    bare = answer(gold.application, "2.2")
    assert queries.filed_answer(people.officer, bare.public_id).pictures == []
    assert queries.filed_answer(people.stranger, gold.answer.public_id) is None


# --- Consent -----------------------------------------------------------------------------------------------------------


def test_the_head_agrees_to_what_is_shown(gold, people, told):
    made = proposed(people.secretariat, gold, picture_ids=[gold.evidence.public_id])
    asked = {"practice_id": made.public_id, "version": 1}
    for who in (people.officer, people.secretariat, people.city_head, SYSTEM):
        with pytest.raises(Refused) as refused:
            actions.consent_practice(actor=who, **asked, people_agreed=True)
        assert refused.value.code == "not-head"
    with pytest.raises(Invalid) as refused:
        actions.consent_practice(actor=people.head, **asked)
    assert refused.value.code == "people-in-pictures"
    with pytest.raises(Conflict):
        actions.publish_practice(actor=people.secretariat, practice_id=made.public_id)
    done = actions.consent_practice(actor=people.head, **asked, people_agreed=True)
    assert (done.state, done.consented_by_id) == ("consented", people.head.user_id)
    assert done.consent_name == str(people.head.name)
    assert not sees(NOBODY, made)
    with pytest.raises(Refused):
        actions.publish_practice(actor=people.other_secretariat, practice_id=made.public_id)
    actions.publish_practice(actor=people.secretariat, practice_id=made.public_id)
    assert sees(NOBODY, made)
    assert told == ["asked", "consented", "published"]


def test_a_change_asks_anew(gold, people, told):
    made = consented(people.secretariat, people.head, gold, picture_ids=[gold.evidence.public_id])
    said = {"practice_id": made.public_id, "title": "เวรกลางวัน", "text": SHORT}
    with pytest.raises(Conflict):
        actions.edit_practice(actor=people.secretariat, version=7, **said)
    with pytest.raises(Refused):
        actions.edit_practice(actor=people.city_officer, version=1, **said)
    actions.edit_practice(actor=people.secretariat, version=1, **said)
    made.refresh_from_db()
    assert (made.state, made.version, made.title, made.consent_name) == ("proposed", 2, "เวรกลางวัน", "")
    assert (made.consented_at, made.pictures.count()) == (None, 0)
    assert told == ["asked", "consented", "asked"]
    with pytest.raises(Conflict) as refused:
        actions.consent_practice(actor=people.head, practice_id=made.public_id, version=1)
    assert refused.value.code == "changed"
    pictures = {"picture_ids": [gold.evidence.public_id]}
    actions.edit_practice(actor=people.officer, version=2, **said, **pictures)
    assert told == ["asked", "consented", "asked"]
    assert made.pictures.count() == 1
    made = actions.consent_practice(
        actor=people.head, practice_id=made.public_id, version=3, people_agreed=True
    )
    actions.publish_practice(actor=people.secretariat, practice_id=made.public_id)
    with pytest.raises(Conflict):
        actions.edit_practice(actor=people.secretariat, version=3, **said)


def test_after_the_heads_no_only_the_centre_comes_back(gold, people, told):
    made = proposed(people.secretariat, gold)
    with pytest.raises(Refused):
        actions.decline_practice(actor=people.officer, practice_id=made.public_id)
    done = actions.decline_practice(actor=people.head, practice_id=made.public_id, reason="มีข้อมูลภายใน")
    assert (done.state, done.ended_by_centre, done.ended_reason) == ("declined", True, "มีข้อมูลภายใน")
    assert "2.1" not in candidates(people.secretariat)
    with pytest.raises(Conflict) as refused:
        proposed(people.secretariat, gold)
    assert refused.value.code == "centre-said-no"
    page = queries.practice_page(people.secretariat, made.public_id)
    assert not page.may_propose_again
    assert queries.practice_page(people.officer, made.public_id).may_propose_again
    assert proposed(people.officer, gold).state == "proposed"
    assert told == ["asked", "declined", "asked"]


def test_consent_is_taken_back_at_once(gold, people, told):
    made = published(people.secretariat, people.head, gold, picture_ids=[gold.evidence.public_id])
    picture = made.pictures.get()
    assert queries.public_picture(NOBODY, made.public_id, picture.public_id) == picture
    for who in (people.officer, people.city_head, people.other_secretariat):
        with pytest.raises(Refused):
            actions.withdraw_practice(actor=who, practice_id=made.public_id)
    with pytest.raises(Invalid):
        actions.withdraw_practice(actor=people.secretariat, practice_id=made.public_id)
    done = actions.withdraw_practice(actor=people.head, practice_id=made.public_id)
    assert (done.state, done.ended_by_centre, done.ended_reason) == ("withdrawn", True, "")
    assert not sees(NOBODY, made)
    assert queries.public_picture(NOBODY, made.public_id, picture.public_id) is None
    assert told[-1] == "withdrawn"
    with pytest.raises(Conflict):
        actions.withdraw_practice(actor=people.head, practice_id=made.public_id)


def test_the_secretariat_takes_away_and_may_choose_again(gold, people):
    made = published(people.secretariat, people.head, gold)
    actions.withdraw_practice(actor=people.secretariat, practice_id=made.public_id, reason="ไม่ทันสมัย")
    assert not sees(NOBODY, made)
    assert queries.practice_page(people.secretariat, made.public_id).may_propose_again
    assert proposed(people.secretariat, gold).state == "proposed"


# --- What everybody reads ----------------------------------------------------------------------------------------------


def test_a_revoked_certificate_hides_its_practices_at_once(gold, land, people):
    made = published(people.secretariat, people.head, gold)
    waiting = consented(people.secretariat, people.city_head, certified(land.city_centre, land.round))
    assert queries.practice_counts(NOBODY, land.round.criteria_set) == {made.criterion_key: 1}
    for certificate in (gold.certificate, waiting.certificate):
        register.revoke(actor=people.secretariat, certificate_id=certificate.public_id, reason="มติที่ 1/2570")
    assert not sees(NOBODY, made)
    assert queries.practice_counts(NOBODY, land.round.criteria_set) == {}
    assert list(queries.practice_list(NOBODY, queries.practice_library(NOBODY))) == []
    with pytest.raises(Conflict) as refused:
        actions.publish_practice(actor=people.secretariat, practice_id=waiting.public_id)
    assert refused.value.code == "certificate-revoked"
    page = queries.practice_page(people.secretariat, made.public_id)
    assert (page.stands, page.is_public, page.practice.state) == (False, False, "published")
    assert not queries.practice_page(people.secretariat, waiting.public_id).may_publish
    assert [todo.kind for todo in queries.todos(people.secretariat, [])] == []


@pytest.mark.postgres
def test_one_that_was_replaced_or_ran_out_keeps_them_until_its_successor_is_revoked(gold, people):
    made = published(people.secretariat, people.head, gold)
    later = people.secretariat.at(MID_WINDOW + 2_000 * DAY)
    assert sees(Actor.public(later.received_at), made)
    following = certificate_of(gold.application, state="replaced")
    Certificate.objects.filter(pk=gold.certificate.pk).update(state="replaced", replaced_by=following)
    last = certificate_of(gold.application)
    Certificate.objects.filter(pk=following.pk).update(replaced_by=last)
    assert sees(NOBODY, made)
    register.revoke(actor=people.secretariat, certificate_id=last.public_id, reason="มติที่ 1/2570")
    assert not sees(NOBODY, made)


@pytest.mark.postgres
def test_older_years_count_for_what_replaces_them(gold, land, people, exactly, monkeypatch):
    made = published(people.secretariat, people.head, gold)
    old = made.criterion_key
    content = document() | {"version": 2}
    parts = [part | {"items": [dict(item) for item in part["items"]]} for part in content["parts"]]
    items = [item for part in parts for item in part["items"]]
    here = next(place for place, item in enumerate(items) if item["key"] == old)
    items[here] |= {"key": "c-second", "replaces": [old, "c-third"]}
    items[here + 1]["key"] = "c-third"
    items[here + 1]["replaces"] = ["c-second"]  # a circle ends, too
    newer = published_set(land.programme, version=2, parts=parts)
    assert queries.practice_counts(NOBODY, newer) == {"c-second": 1, "c-third": 1}
    known = contents(newer).by_key
    with exactly(1):
        assert queries.practices_for(NOBODY, known["c-second"]) == [made]
    with exactly(1):
        assert queries.practices_for(NOBODY, contents(newer).criteria[0]) == []
    library = queries.practice_library(NOBODY)
    assert (library.total, library.sets, library.by_year) == (1, (newer,), {2570: 1})
    assert [(view.part.key, [(one.key, n) for one, n in held]) for view, held in library.parts] == [
        ("quality", [("c-second", 1), ("c-third", 1)])
    ]
    assert list(queries.practice_list(NOBODY, library, criterion="c-second", year=2570)) == [made]
    assert queries.practice_keys([newer], "c-third") == {"c-second", "c-third", old}
    assert queries.practice_keys([newer], "c-none") == {"c-none"}
    monkeypatch.setattr(module, "_KEPT", 0)
    monkeypatch.setattr(module, "_lines", type(module._lines)())
    newer.state = "draft"
    assert module.lines(newer)["c-third"] == {"c-second", "c-third", old}
    newer.state = "published"
    assert module.lines(newer)["c-second"] == {"c-second", "c-third", old}
    assert not module._lines


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_with_more_rows(land, people, exactly, count):
    centres = [ServiceCentreFactory(organisation=land.district, name_th=f"จุดที่ {n}") for n in range(count)]
    made = [published(people.secretariat, people.head, certified(one, land.round)) for one in centres]
    assert queries.practice_counts(NOBODY, land.round.criteria_set) == {made[0].criterion_key: count}
    with exactly(2):
        library = queries.practice_library(NOBODY)
    with exactly(1):
        rows = list(queries.practice_list(NOBODY, library, q="พักกลางวัน จุดที่"))
        assert len([(row.certificate.level_words, row.criterion.label) for row in rows]) == count
    assert list(queries.practice_list(NOBODY, library, q="ไม่มีแน่")) == []
    criterion = contents(land.round.criteria_set).by_key[made[0].criterion_key]
    with exactly(1):
        assert len(queries.practices_for(NOBODY, criterion)) == count
    with exactly(1):
        assert len([row.centre.organisation for row in queries.practice_work(people.head, "shown")]) == count
    with exactly(1):
        assert queries.practice_tally(people.secretariat) == {
            "asked": 0,
            "ready": 0,
            "shown": count,
            "over": 0,
        }
    with exactly(2):
        assert queries.practice_page(SYSTEM, made[0].public_id).is_public
    for who in (people.city_head, people.stranger, NOBODY):
        assert list(queries.practice_work(who, "shown")) == []
        assert queries.practice_page(who, made[0].public_id) is None


def test_what_waits_is_to_do(gold, people, exactly):
    made = proposed(people.secretariat, gold)
    found = queries.todos(people.head, [])
    assert [(todo.kind, todo.practice_id) for todo in found] == [("consent", made.public_id)]
    assert queries.todos(people.city_head, []) == []
    actions.consent_practice(actor=people.head, practice_id=made.public_id, version=1)
    assert queries.todos(people.head, []) == []
    found = queries.todos(people.secretariat, [])
    assert [(todo.kind, todo.practice_id) for todo in found] == [("publish-practice", made.public_id)]
    assert queries.todos(people.other_secretariat, []) == []


def test_one_answer_of_an_application_that_is_another_centres(land, people):
    other = ApplicationFactory(centre=land.city_centre, round=land.round, actor=officer_of(land.city_centre))
    with pytest.raises(Refused):
        actions.propose_practice(
            actor=head_of(land.centre), answer_id=answer(other, "2.1").public_id, title="ก", text="ก"
        )
