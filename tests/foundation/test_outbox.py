"""The outbox: written with the change, sent by a job, tried again, never put twice."""

import json
from datetime import timedelta

import pytest
from django.core import mail

from saduak.foundation import clock, jobs, outbox
from saduak.foundation.models import JobRun, OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

MAIL = {"subject": "แจ้งกำหนดการ", "body": "เรียน ผู้รับผิดชอบ"}


@pytest.fixture
def fragile(monkeypatch):
    """A channel that fails as often as told, then works."""
    monkeypatch.setattr(outbox, "CHANNELS", dict(outbox.CHANNELS))
    state = {"failures": 0, "sent": []}

    @outbox.channel("fragile")
    def send(message):
        if state["failures"]:
            state["failures"] -= 1
            raise ConnectionError("ปลายทางไม่ตอบ")
        state["sent"].append(message.recipient)

    return state


def make_due() -> None:
    OutboxMessage.objects.update(next_try_at=clock.wall() - timedelta(seconds=1))


def test_email_is_sent_once_by_the_job(settings):
    settings.DEFAULT_FROM_EMAIL = "gecc@example.test"
    message = outbox.put("email", "a@example.test", {**MAIL, "html": "<p>เรียน</p>"}, "briefing:1:a")
    assert mail.outbox == []
    jobs.run_pending()
    assert jobs.run_pending() == 0
    [sent] = mail.outbox
    assert (sent.subject, sent.body, sent.to) == (MAIL["subject"], MAIL["body"], ["a@example.test"])
    assert sent.from_email == "gecc@example.test"
    assert [part.mimetype for part in sent.alternatives] == ["text/html"]
    assert sent.extra_headers["Message-ID"].endswith("@testserver>")
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("sent", 1)
    assert message.sent_at is not None


def test_plain_email_has_no_second_part():
    outbox.put("email", "a@example.test", MAIL, "x")
    jobs.run_pending()
    assert mail.outbox[0].alternatives == []


def test_the_same_dedupe_is_written_once():
    first = outbox.put("email", "a@example.test", MAIL, "x")
    again = outbox.put("email", "b@example.test", MAIL, "x")
    assert (again.pk, again.recipient) == (first.pk, "a@example.test")
    jobs.run_pending()
    assert len(mail.outbox) == 1


def test_many_cost_the_same_as_one(exactly):
    for count in (1, 3, 80):
        drafts = [outbox.Draft("email", f"{n}@example.test", MAIL, f"{count}:{n}") for n in range(count)]
        with exactly(3):  # messages, task, job
            assert outbox.put_many(drafts) == count
    assert outbox.put_many([]) == 0
    assert JobRun.objects.count() == 3


def test_an_unknown_channel_is_refused_before_anything_is_written():
    with pytest.raises(LookupError, match="pigeon"):
        outbox.put("pigeon", "a", {}, "x")
    assert not OutboxMessage.objects.exists()


def test_what_fails_is_tried_again_later(fragile):
    fragile["failures"] = 2
    message = outbox.put("fragile", "a", {}, "x")
    for attempt, seconds in ((1, 30), (2, 90)):
        assert outbox.send_due() == 0
        message.refresh_from_db()
        assert (message.state, message.attempts) == ("waiting", attempt)
        assert message.last_error == "ConnectionError: ปลายทางไม่ตอบ"
        wait = (message.next_try_at - clock.wall()).total_seconds()
        assert seconds - 5 < wait <= seconds
        assert outbox.send_due() == 0
        make_due()
    assert outbox.send_due() == 1
    message.refresh_from_db()
    assert (message.state, message.last_error, fragile["sent"]) == ("sent", "", ["a"])


def test_after_ten_attempts_it_is_given_up(fragile):
    fragile["failures"] = 99
    message = outbox.put("fragile", "a", {}, "x")
    for _attempt in range(outbox.ATTEMPTS + 2):
        make_due()
        outbox.send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", 10)


def test_one_failure_holds_up_nobody(fragile):
    fragile["failures"] = 1
    outbox.put("fragile", "a", {}, "1")
    outbox.put("fragile", "b", {}, "2")
    assert outbox.send_due() == 1
    assert fragile["sent"] == ["b"]


def test_a_message_being_sent_elsewhere_is_left_alone(fragile):
    message = outbox.put("fragile", "a", {}, "x")
    OutboxMessage.objects.update(next_try_at=clock.wall() + outbox.LEASE)
    assert outbox.send_now(message) is False
    assert fragile["sent"] == []


def test_the_next_turn_is_enqueued_when_time_is_up(fragile, monkeypatch):
    monkeypatch.setattr(outbox, "TURN_SECONDS", 0.0)
    outbox.put("fragile", "a", {}, "x")
    JobRun.objects.all().delete()
    assert outbox.send_due() == 0
    assert JobRun.objects.get().path == outbox.JOB


def test_the_tick_enqueues_only_when_something_waits(fragile):
    assert outbox.enqueue_due() is False
    outbox.put("fragile", "a", {}, "x")
    assert outbox.enqueue_due() is True


def test_pauses_grow_to_six_hours():
    assert [outbox.pause(n).total_seconds() for n in (1, 2, 3, 20)] == [30, 90, 270, 21600]


def test_a_seal_is_a_line_in_the_file(settings):
    outbox.put("seal", "file", {"seq": 1, "digest": "ab"}, "seal:1")
    outbox.put("seal", "file", {"seq": 2, "digest": "cd"}, "seal:2")
    jobs.run_pending()
    lines = settings.SEALS_FILE.read_text().splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [1, 2]
