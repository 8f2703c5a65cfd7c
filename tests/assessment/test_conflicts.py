"""Interests that the program sees: asked of many persons in Python and of one in SQL, and both say the same."""

import datetime
from dataclasses import dataclass

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saduak.applications.models import (
    Answer,
    AnswerVersion,
    Application,
    Delegation,
    Review,
    SignOff,
    Submission,
)
from saduak.assessment import actions, conflicts, queries
from saduak.assessment.models import Case, Conflict
from saduak.certification.rules import decidable
from saduak.foundation import clock
from saduak.foundation.access import Refused
from saduak.foundation.thai.calendar import bangkok_date
from saduak.organisations.models import Organisation, Person, ServiceCentre
from tests.assessment import factories
from tests.organisations.factories import (
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    PersonFactory,
    actor_of,
)
from tests.programme.factories import MID_WINDOW

pytestmark = [pytest.mark.django_db]
DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)
TODAY = MID_WINDOW.date()
# The first and the last moment of the day, by which what is dated begins and ends.
DAWN = datetime.datetime.combine(TODAY, datetime.time.min, tzinfo=clock.BANGKOK)
MOMENTS = (DAWN, MID_WINDOW, DAWN + DAY - SECOND)

AREAS = ("", "65", "6501", "10", "1001")
KINDS = tuple(Organisation.Kind.values)
OFFICES = 4
BEGINS = (TODAY - DAY, TODAY, TODAY + DAY)
ENDS = (None, TODAY, TODAY + DAY)
HANDS = ("began", "checked", "signed", "signed, void", "filed", "helped", "helped, over", "wrote")


@dataclass(frozen=True)
class Post:
    """One appointment of the person: at which of the offices, as what, from when to when."""

    office: int
    role: str
    begins: datetime.date
    ends: datetime.date | None


spans = st.tuples(st.sampled_from(BEGINS), st.sampled_from(ENDS)).filter(
    lambda span: span[1] is None or span[0] <= span[1]
)
posts = st.builds(
    lambda office, role, span: Post(office, role, *span),
    st.integers(0, OFFICES - 1),
    st.sampled_from(["evaluator", "committee", "officer", "secretariat", "clerk"]),
    spans,
)
situations = st.fixed_dictionaries(
    {
        "offices": st.lists(
            st.tuples(st.sampled_from(KINDS), st.sampled_from(AREAS)), min_size=OFFICES, max_size=OFFICES
        ),
        # The office that applied, the one to which the centre has moved since, and where the centre itself stands.
        "applied": st.integers(0, OFFICES - 1),
        "moved_to": st.integers(0, OFFICES - 1),
        "stands": st.sampled_from(AREAS),
        "posts": st.lists(posts, max_size=2, unique_by=lambda post: (post.office, post.role)),
        "hand": st.sampled_from((None, *HANDS)),
        "account": st.sampled_from(["own", "taken over"]),
        "moment": st.sampled_from(MOMENTS),
    }
)


def area(code):
    """A province, or a district of one; none without a code."""
    if not code:
        return None
    return AreaFactory(code=code, parent=area(code[:2])) if len(code) > 2 else AreaFactory(code=code)


def had_a_hand(how, row, person):
    """The person did this to the application of the case."""
    of_it, user = {"application": row.application}, person.user
    if how == "began":
        Application.objects.filter(pk=row.application_id).update(started_by=user)
    elif how == "checked":
        office = row.application.organisation
        Review.objects.create(organisation=office, force="offer", state="endorsed", answered_by=user, **of_it)
    elif how == "signed":
        SignOff.objects.filter(**of_it).update(recorded_by=user)
    elif how == "signed, void":
        SignOff.objects.filter(**of_it).update(recorded_by=user, voided_at=MID_WINDOW)
    elif how == "filed":
        Submission.objects.filter(**of_it).update(submitted_by=user)
    elif how == "wrote":
        AnswerVersion.objects.create(
            answer=Answer.objects.filter(**of_it).first(),
            first_version=90,
            version=91,
            by="ก",
            actor=f"user:{user.pk}",
        )
    else:
        over = {"state": "ended", "ended_at": MID_WINDOW} if how == "helped, over" else {}
        Delegation.objects.create(person=person, name="ก", **over, **of_it)


def said(row, person, moment):
    """What both say: of the persons in Python, by kind; of the one who acts in SQL."""
    fresh = Case.objects.select_related(*conflicts.WITH_PLACES).get(pk=row.pk)
    shut = conflicts.of_judge(
        actor_of(person, received_at=moment),
        "application",
        "application__organisation",
        "application__centre",
    )
    of_one = Case.objects.filter(shut, pk=row.pk).exists()
    return conflicts.automatic(fresh, [person.pk], bangkok_date(moment)).get(person.pk), of_one


@pytest.mark.postgres
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(situation=situations)
def test_both_say_the_same_of_whatever_came_together(team, row, people, situation):
    with transaction.atomic():
        # Fresh: what an example before this one did with them was rolled back.
        row = Case.objects.get(pk=row.pk)
        person, bystander = (Person.objects.get(pk=one.pk) for one in people)
        offices = [OrganisationFactory(kind=kind, area=area(code)) for kind, code in situation["offices"]]
        application = Application.objects.filter(pk=row.application_id)
        application.update(organisation=offices[situation["applied"]])
        ServiceCentre.objects.filter(pk=row.application.centre_id).update(
            organisation=offices[situation["moved_to"]], area=area(situation["stands"])
        )
        for post in situation["posts"]:
            AppointmentFactory(
                person=person,
                organisation=offices[post.office],
                role=post.role,
                valid_from=post.begins,
                valid_to=post.ends,
            )
        if situation["hand"]:
            had_a_hand(situation["hand"], row, person)
        if situation["account"] == "taken over":
            # The account is another person's since: what it did is theirs now, whom it was given to stays the person's.
            user = person.user
            Person.objects.filter(pk=person.pk).update(user=None)
            Person.objects.filter(pk=bystander.pk).update(user=user)
            bystander.refresh_from_db()
        else:
            in_python, in_sql = said(row, person, situation["moment"])
            assert (in_python is not None) == in_sql
        in_python, in_sql = said(row, bystander, situation["moment"])
        assert (in_python is not None) == in_sql
        transaction.set_rollback(True)


@pytest.fixture
def row(team):
    return factories.case(team.round)


@pytest.fixture
def people():
    return PersonFactory(), PersonFactory()


@pytest.mark.parametrize("how", HANDS)
def test_every_kind_of_hand_is_an_interest(row, people, how):
    person, bystander = people
    had_a_hand(how, row, person)
    assert said(row, person, MID_WINDOW) == (Conflict.Kind.SAME_ORGANISATION, True)
    assert said(row, bystander, MID_WINDOW) == (None, False)


@pytest.mark.parametrize(
    ("begins", "ends", "held"),
    [
        (TODAY, None, True),
        (TODAY + DAY, None, False),
        (TODAY - DAY, TODAY + DAY, True),
        (TODAY - DAY, TODAY, False),
        (TODAY, TODAY, False),
    ],
)
def test_a_post_counts_from_its_first_day_to_the_day_before_its_end(row, people, begins, ends, held):
    person, _bystander = people
    AppointmentFactory(
        person=person, organisation=row.application.organisation, valid_from=begins, valid_to=ends
    )
    wanted = Conflict.Kind.SAME_ORGANISATION if held else None
    for moment in MOMENTS:
        assert said(row, person, moment) == (wanted, held)


def test_who_asks_before_midnight_is_answered_by_that_day_however_long_it_takes(team):
    """What came in on the last day of a post is decided by that day, also when the locks are free only after midnight."""
    row = team.accepted()
    mate = team.seat("mate", "expert")
    AppointmentFactory(
        person=mate, organisation=row.application.organisation, valid_from=TODAY, valid_to=TODAY + DAY
    )
    late = team.secretariat.at(DAWN + DAY - SECOND)
    with clock.travel(DAWN + DAY):
        (shown,) = queries.preview(late, team.panel, [row.public_id])
        actions.assign(actor=late, case_id=row.public_id, panel_id=team.panel.public_id)
    assert [member.person for member, _kind in shown.barred] == [mate]
    assert Conflict.objects.get(case=row).person == mate


def test_who_decides_before_midnight_decides_as_who_they_were_then(team):
    row = team.agreed()
    member = PersonFactory()
    AppointmentFactory(person=member, role="committee", programme=team.round.programme)
    AppointmentFactory(person=member, organisation=row.application.organisation, valid_from=TODAY + DAY)
    before = actor_of(member, received_at=DAWN + DAY - SECOND)
    with clock.travel(DAWN + DAY):
        assert decidable(before, row)
        assert decidable(actor_of(member), row).code == "conflict"


def test_a_post_that_begins_while_screening_waits_for_its_lock_shuts_it(team):
    row = factories.case(team.round)
    person = PersonFactory()
    AppointmentFactory(person=person, role="secretariat", programme=team.round.programme)
    AppointmentFactory(
        person=person, role="head", organisation=row.application.organisation, valid_from=TODAY + DAY
    )
    screener = actor_of(person, received_at=DAWN + DAY - SECOND)
    with clock.travel(DAWN + DAY), pytest.raises(Refused) as refused:
        actions.accept(actor=screener, case_id=row.public_id)
    assert refused.value.code == "own-office"
