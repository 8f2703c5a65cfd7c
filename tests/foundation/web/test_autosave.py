import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from saduak.foundation import clock
from saduak.foundation.access import Actor, Conflict, Holding
from saduak.foundation.web import autosave


def body(response):
    return response.status_code, json.loads(response.content)


def test_what_the_client_is_told():
    at = datetime(2027, 2, 4, 2, 41, tzinfo=UTC)

    # The words follow the clock of the page, whatever clock the moment came from.
    with clock.travel(datetime(2027, 2, 4, 3, 42, tzinfo=UTC)):
        told = body(autosave.saved(4, at))
    assert told == (200, {"version": 4, "saved_at": "2027-02-04T02:41:00+00:00", "time": "10.42 น."})
    assert body(autosave.saved(4, at, note="ต้องลงนามใหม่"))[1]["note"] == "ต้องลงนามใหม่"
    assert body(autosave.saved(4, at, {"g": "<p>"}))[1]["html"] == {"g": "<p>"}
    assert body(autosave.conflict(5, "เขา", "ผู้ช่วย")) == (409, {"version": 5, "theirs": "เขา", "by": "ผู้ช่วย"})
    assert body(autosave.invalid("สั้นไป")) == (422, {"message": "สั้นไป"})
    assert body(autosave.refused(Conflict("ปิดแล้ว", "closed"))) == (409, {"message": "ปิดแล้ว"})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"field": "story", "story": "ก", "version": "3"}, ("story", ["ก"], 3)),
        ({"field": "days", "days": ["1", "2"], "version": "0"}, ("days", ["1", "2"], 0)),
        ({"field": "story", "version": "3"}, ("story", [], 3)),
        ({"story": "ก", "version": "3"}, None),
        ({"field": "story", "story": "ก", "version": "x"}, None),
        ({"field": "story", "story": "ก", "version": "²"}, None),
        ({"field": "story", "story": "ก", "version": "9" * 5000}, None),
        ({"field": "story", "story": "ก"}, None),
    ],
)
def test_one_field_is_read_and_a_whole_form_is_not_mistaken_for_it(rf, data, expected):
    assert autosave.submitted(rf.post("/", data)) == expected


def test_a_script_says_that_it_is_one(rf):
    assert autosave.wants_json(rf.post("/", headers={"X-Requested-With": "fetch"}))
    assert not autosave.wants_json(rf.post("/"))


def actor(kind, ref):
    return Actor(kind=kind, ref=ref, received_at=datetime(2027, 2, 4, 2, 41, tzinfo=UTC))


def test_what_one_account_wrote_is_not_saved_as_another(rf):
    data = {"field": "story", "story": "ก", "version": "3"}
    mine, theirs = rf.post("/"), rf.post("/")
    mine.actor, theirs.actor = actor("user", "user:1"), actor("link", "link:1")
    known = autosave.account_of(mine)
    assert len(known) == 16
    assert known != autosave.account_of(theirs)
    for who, other in ((mine.actor, False), (theirs.actor, True), (actor("public", "public"), True)):
        for sent in (
            rf.post("/", data, headers={"X-Saduak-Account": known}),
            rf.post("/", data | {"account_key": known}),
        ):
            sent.actor = who
            assert autosave.is_other_account(sent) is other
            assert autosave.submitted(sent) == ("story", ["ก"], 3)
    silent = rf.post("/", data)
    silent.actor = mine.actor
    assert not autosave.is_other_account(silent)


def test_whoever_comes_by_another_link_to_the_same_goes_on_writing(rf):
    def key(ref, target):
        request = rf.get("/")
        holding = Holding(ref=ref, role="link", capabilities=frozenset(), target=target)
        request.actor = replace(actor("link", ref), holdings=(holding,))
        return autosave.account_of(request)

    target = ("applications.delegation", "0190f0f0-0000-7000-8000-000000000001")
    assert key("link:1", target) == key("link:2", target)
    assert key("link:1", target) != key("link:1", (target[0], "0190f0f0-0000-7000-8000-000000000002"))


def test_nobody_has_no_key(rf):
    nobody, broken = rf.get("/"), rf.get("/")
    nobody.actor = actor("public", "public")
    broken.actor = None
    assert {autosave.account_of(request) for request in (nobody, broken, rf.get("/"))} == {""}
