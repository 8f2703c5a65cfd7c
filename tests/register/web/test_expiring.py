"""The page of certificates near their end: within some months, in one's reach, each with the letter about it."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saduak.correspondence import seeds
from saduak.correspondence.models import Draft
from saduak.correspondence.queries.recipients import audience_of
from saduak.foundation.models import User
from tests.counting import counted
from tests.organisations.factories import (
    OrganisationFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
)
from tests.register.factories import NOW
from tests.register.test_letters import SOON, ending

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DAY = datetime.timedelta(days=1)
MOST = 15


def browser(actor) -> Client:
    client = Client()
    user = User.objects.get(pk=actor.user_id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def supervisor(above):
    return browser(actor_for("supervisor", above, reach="line"))


def get(client, query=""):
    with CaptureQueriesContext(connection) as captured:
        page = client.get(reverse("register:expiring") + query)
    assert page.status_code == 200
    page.queries = len(counted(captured))
    assert page.queries <= MOST
    return page


def test_within_six_months_unless_told_otherwise(programme, above, supervisor):
    office = OrganisationFactory(under=above, name_th="อำเภอหนึ่ง")
    soon = ending(programme, office)
    later = ending(programme, office, NOW.date() + 250 * DAY)
    for query, rows in (
        ("", [soon]),
        ("?months=3", [soon]),
        ("?months=12", [soon, later]),
        ("?months=5", [soon]),
    ):
        page = get(supervisor, query)
        assert [row for row, _renewal, _url in page.context["rows"]] == rows
    assert "เหลือ 89 วัน" in page.content.decode()
    assert "ร่างหนังสือแจ้งทั้ง" not in page.content.decode()
    assert "ร่างหนังสือแจ้งทั้ง 2 ศูนย์" in get(supervisor, "?months=12").content.decode()


def test_the_letter_is_begun_from_it(programme, above, supervisor):
    seeds.seed()
    first, second = (ending(programme, OrganisationFactory(under=above)) for _ in range(2))
    page = get(supervisor)
    way = page.context["letter_url"]
    asked = supervisor.get(way)
    assert "2 ศูนย์ เสนอส่งถึง 2 หน่วยงาน" in asked.content.decode()
    form = asked.context["form"]
    said = {name: form[name].value() for name in ("desk", "template", "once")}
    assert form.fields["template"].choices == [(said["template"], "แจ้งใบรับรองใกล้หมดอายุ")]
    sent = supervisor.post(way, said)
    draft = Draft.objects.get()
    assert sent["Location"] == reverse("correspondence:draft", args=[draft.public_id])
    assert draft.recipients == "แจ้งใบรับรองที่สิ้นอายุถึง 4 สิงหาคม 2570"
    names = {first.centre.organisation.name_th, second.centre.organisation.name_th}
    assert {office.name for office in audience_of(draft).offices} == names
    assert "รายชื่อศูนย์" in supervisor.get(sent["Location"]).content.decode()


def test_what_is_over_is_no_letter_any_more(programme, above, supervisor):
    row = ending(programme, OrganisationFactory(under=above))
    (_row, _renewal, way) = get(supervisor).context["rows"][0]
    assert supervisor.get(way).status_code == 200
    row.centre.retired_at = NOW
    row.centre.save()
    over = supervisor.get(way)
    assert over.status_code == 404
    assert "ไม่มีเรื่องนี้ให้เขียนหนังสือแล้ว" in over.content.decode()


def test_no_letter_to_oneself(programme, above, supervisor):
    own = ending(programme, above)
    assert [url for _row, _renewal, url in get(supervisor).context["rows"]] == [""]
    others = [ending(programme, OrganisationFactory(under=above)) for _ in range(2)]
    page = get(supervisor)
    assert [bool(url) for row, _renewal, url in page.context["rows"] if row == own] == [False]
    assert sum(bool(url) for _row, _renewal, url in page.context["rows"]) == len(others)
    assert "ร่างหนังสือแจ้งทั้ง 2 ศูนย์" in page.content.decode()
    asked = supervisor.get(page.context["letter_url"])
    assert "2 ศูนย์ เสนอส่งถึง 2 หน่วยงาน" in asked.content.decode()


def test_an_empty_letter_of_another_kind_is_begun_where_no_template_is_meant(programme, above, supervisor):
    ending(programme, OrganisationFactory(under=above, name_th="อำเภอหนึ่ง"))
    way = get(supervisor).context["rows"][0][2]
    form = supervisor.get(way).context["form"]
    said = {name: form[name].value() for name in ("desk", "once")} | {"template": "kind:memo"}
    assert supervisor.post(way, said).status_code == 302
    draft = Draft.objects.get()
    assert (draft.kind, draft.recipients) == ("memo", "อำเภอหนึ่ง")


def test_each_programme_by_itself_and_only_where_there_are_several(programme, above):
    other = ProgrammeFactory()
    office = OrganisationFactory(under=above)
    mine, theirs = ending(programme, office), ending(other, office)
    both = browser(actor_for("supervisor", above, reach="line"))
    assert [row for row, _renewal, _url in get(both).context["rows"]] == [mine]
    assert [row for row, _renewal, _url in get(both, f"?programme={other.public_id}").context["rows"]] == [
        theirs
    ]
    assert len(get(both).context["programmes"]) == 2
    bound = browser(actor_for("supervisor", above, reach="line", programme=other))
    page = get(bound)
    assert ([row for row, _renewal, _url in page.context["rows"]], page.context["programmes"]) == (
        [theirs],
        [],
    )


def test_nothing_near_its_end_and_nobody_to_follow(programme, supervisor):
    assert "ไม่มีใบรับรองที่สิ้นอายุภายใน" in get(supervisor).content.decode()
    assert browser(actor_for("officer")).get(reverse("register:expiring")).status_code == 403


def test_who_writes_no_letters_sees_the_list_alone(programme, above):
    place = ServiceCentreFactory(organisation=above)
    ending(programme, above, centre=place)
    page = get(browser(actor_for("head", above, centre=place)))
    assert [url for _row, _renewal, url in page.context["rows"]] == [""]
    assert "ร่างหนังสือ" not in page.content.decode()


def test_the_list_asks_the_same_for_one_and_three(programme, above, supervisor):
    office = OrganisationFactory(under=above)
    ending(programme, office, SOON)
    one = get(supervisor).queries
    for _ in range(2):
        ending(programme, OrganisationFactory(under=above))
    assert get(supervisor).queries == one


def test_whoever_may_see_it_finds_it_in_the_menu_and_where_one_is(above, supervisor):
    text = get(supervisor).content.decode()
    way = reverse("register:expiring")
    assert f'<a href="{way}" aria-current="page">ใบรับรองใกล้สิ้นอายุ</a>' in text
    assert '<li aria-current="page">ใบรับรองใกล้สิ้นอายุ</li>' in text
    for role in ("secretariat", "clerk", "head"):
        assert f'<a href="{way}"' in browser(actor_for(role)).get(way).content.decode()
    assert f'href="{way}"' not in browser(actor_for("officer")).get(reverse("portal:home")).content.decode()
