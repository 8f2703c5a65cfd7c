"""What fits into a centre's library, and what a helper may put there."""

import pytest

from saduak.applications import actions
from saduak.applications.actions import room
from saduak.applications.models import Evidence
from saduak.foundation import clock
from saduak.foundation.access import Actor, Conflict, Refused
from tests.applications.factories_helping import by_link, given, items_of, outsider
from tests.applications.test_evidence import photo
from tests.programme.factories import MID_WINDOW

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def _now():
    with clock.travel(MID_WINDOW):
        yield


def add(actor, n, **to):
    return actions.add_evidence(
        actor=actor, file=photo((n * 40, 0, 0)), name=f"{n}.png", caption=f"รูป {n}", **to
    )


def test_a_library_has_an_end(draft, people, land, settings):
    first = add(people.officer, 1, centre_id=land.centre.public_id).evidence
    settings.CENTRE_FILES_BYTES = first.file.size + 10
    answer = items_of(draft, "2.1")[0]
    for to in ({"centre_id": land.centre.public_id}, {"answer_id": answer.public_id}):
        with pytest.raises(Conflict) as refusal:
            add(people.officer, 2, **to)
        assert refusal.value.code == "library-full"
    assert list(Evidence.objects.all()) == [first]
    # The same again takes no room, an address neither, nor what another centre has.
    assert add(people.officer, 1, answer_id=answer.public_id).reused
    link = {"url": "https://example.go.th/", "caption": "ประกาศ", "answer_id": answer.public_id}
    assert actions.add_link(actor=people.officer, **link).evidence.url
    assert add(people.city_officer, 2, centre_id=land.city_centre.public_id).evidence.file
    settings.CENTRE_FILES_BYTES = first.file.size
    with pytest.raises(Conflict):
        add(people.officer, 1, answer_id=answer.public_id)
    room.require_room(Actor.system(), land.centre.pk)


@pytest.mark.parametrize("how", ["link", "account"])
def test_a_helper_attaches_so_many_to_what_was_given(draft, people, monkeypatch, how):
    person, account = outsider()
    made = given(draft, people.officer, "2.1", "2.2", **({"person": person} if how == "account" else {}))
    helper = account if how == "account" else by_link(made.token)
    first, second = (row.public_id for row in items_of(draft, "2.1", "2.2"))
    monkeypatch.setattr(room, "HELP_FILES", 2)
    one = add(helper, 1, answer_id=first).evidence
    actions.unlink_evidence(actor=helper, answer_id=first, evidence_id=one.public_id)
    add(helper, 2, answer_id=second)
    with pytest.raises(Conflict) as refusal:
        add(helper, 3, answer_id=first)
    assert refusal.value.code == "help-full"
    assert add(people.helper, 3, answer_id=first).use, "the centre's own have no such end"
    monkeypatch.setattr(room, "HELP_FILES", 9)
    monkeypatch.setattr(room, "HELP_BYTES", one.file.size * 2 + 10)
    with pytest.raises(Conflict):
        add(helper, 4, answer_id=first)
    assert Evidence.objects.count() == 3


def test_who_helps_with_nothing_attaches_nothing(draft, people):
    with pytest.raises(Refused):
        add(people.stranger, 1, answer_id=items_of(draft, "2.1")[0].public_id)
