"""A letter that its issuer called back, brought in again as a copy: it is kept, and asks nothing of anybody."""

import pytest
from django.urls import reverse

from saduak.correspondence import actions
from saduak.correspondence.actions import recalling, sending
from saduak.correspondence.inputs import DutyInput, Sending, Target
from saduak.correspondence.models import Delivery, DutyRecipient, Letter
from saduak.correspondence.queries import letter_page
from saduak.correspondence.queries.originals import called_back
from saduak.foundation import clock, jobs
from saduak.foundation.models import AuditEntry
from tests.correspondence import factories as f
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db
WHY = "แนบผิดฉบับ"


@pytest.fixture
def place():
    with clock.travel(f.IN_2566):
        made = f.province_of_2566()
        made.letter = f.confirmed(made.clerk, made.office)
        jobs.run_pending()
        made.district = actor_for("clerk", made.districts[0])
        yield made


def recall(place, at: int = 0) -> None:
    dispatch = place.letter.dispatches.order_by("pk")[at]
    recalling.recall(actor=place.clerk, dispatch_id=dispatch.public_id, reason=WHY)


def again(place) -> None:
    """The same letter goes to the first district by a second sending."""
    sending.begin(
        actor=place.clerk,
        letter=place.letter,
        sender=place.office,
        targets=[Target(place.districts[0].pk, "line")],
        sending=Sending(),
    )
    jobs.run_pending()


def found(place, **changes):
    letter = place.letter
    known = {
        "issuer_id": letter.issuer_id,
        "number": letter.number,
        "dated": letter.dated,
        "office_id": place.districts[0].pk,
    }
    return called_back(**known | changes)


def test_only_what_was_called_back_from_the_office_is_found(place):
    assert found(place) is None
    again(place)
    recall(place)
    # The other sending still counts there, and only there.
    assert found(place) is None
    assert found(place, office_id=place.districts[1].pk).reason == WHY
    assert found(place, office_id=place.town.pk) is None
    recall(place, 1)
    place.letter.refresh_from_db()
    for office in (place.districts[0], place.town):
        over = found(place, office_id=office.pk)
        assert (over.letter, over.at, over.reason) == (place.letter, place.letter.recalled_at, WHY)
    assert found(place, number="") is None
    assert found(place, issuer_id=None) is None
    assert found(place, number="ทส 1") is None


def test_a_copy_of_it_makes_no_duties_and_comes_to_nobody(place):
    recall(place)
    before = DutyRecipient.objects.count()
    copy = f.loaded(place.district, place.districts[0])
    page = letter_page(place.district, copy)
    assert page.over.reason == WHY
    assert not any(row.mine for row in page.duties)
    assert not page.for_others
    # Whatever was ticked all the same.
    said = f.as_read(place.district, copy, duties=(DutyInput("ท่าน", "ส่งรายงาน", None, "order"),))
    done = actions.confirm(actor=place.district, letter_id=copy.public_id, confirmation=said)
    assert (done.state, done.recalled_at, done.recall_reason) == ("confirmed", page.over.at, WHY)
    assert DutyRecipient.objects.count() == before
    assert not DutyRecipient.objects.filter(superseded_at__isnull=True).exists()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"withdrawn"}
    entry = AuditEntry.objects.filter(verb="correspondence.confirmed").order_by("pk").last()
    assert entry.facts["recalled"] is True


def test_why_a_secret_letter_was_called_back_is_told_to_those_who_may_see_it(place):
    recall(place)
    Letter.objects.filter(pk=place.letter.pk).update(secrecy="secret")
    plain = actor_for("officer", place.districts[0])
    copy = f.loaded(plain, place.districts[0])
    assert letter_page(plain, copy).over.reason == ""
    assert letter_page(place.district, copy).over.reason == WHY
    said = f.as_read(plain, copy)
    done = actions.confirm(actor=plain, letter_id=copy.public_id, confirmation=said)
    assert (done.recalled_at is not None, done.recall_reason) == (True, "")


def test_in_the_issuers_name_it_is_refused_as_before(place):
    recall(place)
    copy = f.loaded(place.clerk, place.office)
    assert letter_page(place.clerk, copy).over is None


def test_the_page_says_so_before_anybody_confirms(place, sign_in):
    recall(place)
    copy = f.loaded(place.district, place.districts[0])
    html = (
        sign_in(place.district).get(reverse("correspondence:confirm", args=[copy.public_id])).content.decode()
    )
    assert "หนังสือฉบับนี้ถูกเรียกคืนแล้ว" in html
    assert WHY in html
    assert "หนังสือฉบับนี้เข้าระบบแล้ว" not in html
    assert "สร้างหน้าที่ 0 เรื่อง" in html
