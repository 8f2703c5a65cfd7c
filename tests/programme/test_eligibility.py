"""Who may apply as what: the rules of a round, asked of what is known of a centre; changing them before the window."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saduak.foundation.access import Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.programme import actions, eligibility
from saduak.programme.eligibility import Days, Facts, NotRules
from saduak.programme.models import Level, Stage
from tests.organisations.factories import ProgrammeFactory, actor_for
from tests.programme.factories import DAYS_2570, MID_WINDOW, RoundFactory, published_set, secretariat, windows

DAY = datetime.date
TODAY, CLOSES, RESULTS = DAY(2027, 2, 4), DAY(2027, 2, 28), DAY(2027, 9, 30)
DAYS = Days(TODAY, CLOSES, RESULTS)
TOP = Level(key="excellent", name="ระดับเป็นเลิศ", ordinal=3)
BEFORE = MID_WINDOW - datetime.timedelta(days=60)


def rules(**changes):
    found = eligibility.checked(eligibility.known())
    for key, value in changes.items():
        found[key] = {**found[key], **value} if isinstance(value, dict) else value
    return found


def asked(facts, days=DAYS, **changes):
    return eligibility.verdicts(rules(**changes), facts, days, TOP)


def allowed(*args, **kwargs):
    return {kind for kind, verdict in asked(*args, **kwargs).items() if verdict}


def holding(until, level="basic"):
    return Facts(
        valid_until=until, level_key=level, level_name="ระดับเป็นเลิศ" if level == "excellent" else "ระดับพื้นฐาน"
    )


@pytest.mark.parametrize(
    ("facts", "kinds", "suggested"),
    [
        (Facts(), {"new"}, "new"),
        (holding(DAY(2027, 2, 3)), {"new", "renewal"}, "renewal"),
        (holding(DAY(2020, 2, 3)), {"new", "renewal"}, "renewal"),
        (holding(TODAY), {"renewal"}, "renewal"),
        (holding(RESULTS), {"renewal"}, "renewal"),
        (holding(DAY(2027, 10, 2)), {"upgrade"}, "upgrade"),
        (holding(DAY(2027, 10, 2), "excellent"), set(), ""),
    ],
)
def test_the_known_rules_say_who_applies_as_what(facts, kinds, suggested):
    assert allowed(facts) == kinds
    assert eligibility.suggested(asked(facts)) == suggested


def test_every_answer_names_the_dates_that_it_rests_on():
    late = asked(holding(DAY(2027, 10, 2), "excellent"))
    assert str(late["new"].why) == "ใบรับรองของศูนย์ยังใช้ได้ถึง 2 ตุลาคม 2570 จึงไม่ใช่การสมัครใหม่"
    assert str(late["renewal"].why) == (
        "ใบรับรองใช้ได้ถึง 2 ตุลาคม 2570 ซึ่งเลยวันที่คาดว่าจะมีผล คือ 30 กันยายน 2570 จึงยังไม่ถึงเวลาต่ออายุ"
    )
    assert str(late["upgrade"].why) == (
        "ใบรับรองใช้ได้ถึง 2 ตุลาคม 2570 และเป็นระดับเป็นเลิศซึ่งสูงสุดแล้ว จึงยังไม่ต้องสมัครรอบนี้"
    )
    assert str(eligibility.refusal(late)) == str(late["upgrade"].why)
    over = asked(holding(DAY(2026, 1, 5)))
    assert str(over["renewal"].why) == "ใบรับรองสิ้นอายุแล้วเมื่อ 5 มกราคม 2569"
    assert str(over["upgrade"].why) == "ใบรับรองสิ้นอายุแล้วเมื่อ 5 มกราคม 2569 ให้ต่ออายุหรือสมัครใหม่"
    assert str(asked(holding(RESULTS))["upgrade"].why).endswith("ให้ต่ออายุ")
    assert str(asked(Facts())["renewal"].why) == "ศูนย์นี้ยังไม่เคยได้ใบรับรอง ให้สมัครใหม่"
    assert str(asked(Facts())["upgrade"].why) == "ศูนย์นี้ยังไม่เคยได้ใบรับรอง ให้สมัครใหม่"


def test_the_next_results_and_the_highest_level_are_data():
    facts = holding(DAY(2028, 9, 30), "excellent")
    assert allowed(facts, renewal={"before": "next"}) == {"renewal"}
    assert allowed(holding(DAY(2028, 10, 1)), renewal={"before": "next"}) == {"upgrade"}
    assert allowed(facts, upgrade={"below_highest": False}) == {"upgrade"}
    assert eligibility.verdicts(rules(), facts, DAYS, None)["upgrade"]


@pytest.mark.parametrize("kind", eligibility.KINDS)
def test_a_round_may_take_no_applications_of_a_kind(kind):
    facts = {"new": Facts(), "renewal": holding(TODAY), "upgrade": holding(DAY(2030, 1, 1))}[kind]
    found = asked(facts, note="ติดต่อฝ่ายเลขานุการ", **{kind: {"allowed": False}})
    assert not any(found.values())
    assert found[kind].fits
    assert str(eligibility.refusal(found)).startswith("รอบนี้ไม่รับ")
    assert str(found[kind].words).endswith(" ติดต่อฝ่ายเลขานุการ")


def test_an_agency_that_is_not_asked_for_and_a_centre_that_is_too_young():
    facts = Facts(agency="branch", agency_words="สาขา")
    assert not allowed(facts, agencies=["district"])
    assert str(asked(facts, agencies=["district"])["new"].why) == "รอบนี้ไม่รับหน่วยงานประเภทสาขา"
    assert allowed(facts, agencies=["branch"]) == {"new"}
    young = Facts(opened_on=DAY(2026, 8, 31))
    assert allowed(young, months_open=6) == {"new"}
    assert str(asked(Facts(opened_on=DAY(2026, 9, 2)), months_open=6)["new"].why) == (
        "ศูนย์ต้องเปิดมาแล้ว 6 เดือนในวันปิดรับสมัคร ศูนย์นี้เปิดเมื่อ 2 กันยายน 2569 จึงครบ 2 มีนาคม 2570"
    )
    assert allowed(Facts(), months_open=6) == {"new"}, "a day that nobody recorded stops nobody"
    assert allowed(young, Days(TODAY, None, None), months_open=90) == {"new"}


def test_without_results_a_certificate_is_renewed():
    assert allowed(holding(DAY(2030, 1, 1)), Days(TODAY, None, None)) == {"renewal"}


@settings(max_examples=30, deadline=None)
@given(st.dates(DAY(2015, 1, 1), DAY(2040, 1, 1)), st.dates(DAY(2020, 1, 1), DAY(2035, 1, 1)))
def test_whoever_holds_or_held_one_below_the_top_has_a_way(until, today):
    days = Days(today, today, today + datetime.timedelta(days=240))
    found = asked(holding(until), days)
    assert eligibility.suggested(found)
    assert bool(found["new"]) == (until < today)
    assert bool(found["renewal"]) == (until <= days.results)
    assert bool(found["upgrade"]) == (until > days.results)


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [(DAY(2024, 1, 31), 1, DAY(2024, 2, 29)), (DAY(2024, 12, 5), 12, DAY(2025, 12, 5))],
)
def test_months_end_where_months_end(day, count, then):
    assert eligibility.after_months(day, count) == then


def test_the_rules_in_words():
    kinds = {"district": "อำเภอ"}
    said = [str(words) for words, _ in eligibility.conditions(rules(), kinds)]
    assert [text.partition(":")[0] for text in said] == ["สมัครใหม่", "ต่ออายุ", "ขอเลื่อนระดับ"]
    narrow = rules(
        new={"allowed": False},
        renewal={"before": "next"},
        upgrade={"below_highest": False},
        months_open=12,
        agencies=["district"],
    )
    found = [(str(words), opens) for words, opens in eligibility.conditions(narrow, kinds)]
    assert found == [
        ("รอบนี้ไม่รับสมัครใหม่", False),
        ("ต่ออายุ: ใบรับรองสิ้นอายุแล้ว หรือจะสิ้นอายุก่อนผลของรอบถัดไปออก", True),
        ("ขอเลื่อนระดับ: ใบรับรองใช้ได้เลยวันที่ผลของรอบนี้ออก", True),
        ("ศูนย์ต้องเปิดมาแล้วอย่างน้อย 12 เดือนในวันปิดรับสมัคร", False),
        ("รับเฉพาะหน่วยงานประเภท อำเภอ", False),
    ]


def test_what_is_no_set_of_rules_is_refused():
    with pytest.raises(NotRules) as wrong:
        eligibility.checked(rules(months_open=-1))
    assert "months_open" in str(wrong.value)
    assert eligibility.known()["official"] is False


# --- Rounds -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def programme(db):
    return ProgrammeFactory(code="gecc", short_name="GECC")


def opened(programme, year=2570, **more):
    return actions.open_round(
        actor=secretariat(programme, MID_WINDOW),
        programme=programme,
        fiscal_year=year,
        criteria_set=published_set(programme),
        windows=windows(),
        **more,
    )


def test_a_round_opens_with_the_rules_of_the_last_one_or_the_known_ones(programme):
    first = opened(programme)
    assert first.eligibility == eligibility.known()
    mine = rules(months_open=6)
    opened(programme, 2571, eligibility=mine)
    assert eligibility.proposed(programme)["months_open"] == 6
    with pytest.raises(Invalid) as wrong:
        opened(programme, 2569, eligibility={"new": True})
    assert wrong.value.code == "eligibility"
    assert eligibility.rules_of(RoundFactory()) == eligibility.known()


def test_the_days_come_from_the_stages(programme):
    row = opened(programme)
    assert eligibility.days_of(row, TODAY) == DAYS
    row.stages.filter(key="announcement").delete()
    assert eligibility.days_of(row, TODAY).results == CLOSES
    Stage.objects.filter(round=row).delete()
    assert eligibility.days_of(row, TODAY) == Days(TODAY, None, None)
    assert DAYS_2570["application"][1] == CLOSES


def test_the_rules_are_changed_before_the_window_and_told(programme):
    row = opened(programme)
    actor = secretariat(programme, BEFORE)
    for _ in range(2):
        changed = actions.change_eligibility(
            actor=actor, round_id=row.public_id, eligibility=rules(months_open=3)
        )
    assert changed.eligibility["months_open"] == 3
    entry = AuditEntry.objects.get(verb="programme.eligibility_changed")
    assert (entry.facts["before"]["months_open"], entry.facts["after"]["months_open"]) == (0, 3)


def test_nobody_else_changes_them_and_nobody_once_applications_came(programme):
    row = opened(programme)
    with pytest.raises(Refused):
        actions.change_eligibility(
            actor=actor_for("officer", received_at=BEFORE), round_id=row.public_id, eligibility=rules()
        )
    with pytest.raises(Conflict) as late:
        actions.change_eligibility(
            actor=secretariat(programme, MID_WINDOW), round_id=row.public_id, eligibility=rules()
        )
    assert late.value.code == "window-opened"
    with pytest.raises(Invalid):
        actions.change_eligibility(
            actor=secretariat(programme, BEFORE), round_id=row.public_id, eligibility=rules(agencies=["x"])
        )
