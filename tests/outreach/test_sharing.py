"""What centres hear of a headquarters' shared library: that what they use has a new version, or goes."""

import pytest

from saduak.applications import actions
from saduak.foundation import clock, jobs
from saduak.outreach.kinds import KINDS
from saduak.outreach.models import Notice
from tests.applications.factories import PNG, ApplicationFactory, answer, officer_of
from tests.applications.factories_sharing import drafted, published, use
from tests.organisations.factories import OrganisationFactory, ServiceCentreFactory, actor_for
from tests.programme.factories import MID_WINDOW, RoundFactory

pytestmark = pytest.mark.django_db


def told():
    return [
        (row.kind, row.centre_id, KINDS[row.kind].words(row.params)) for row in Notice.objects.order_by("pk")
    ]


def test_the_centres_that_use_it_hear_of_a_new_version_and_of_the_end():
    with clock.travel(MID_WINDOW):
        row = RoundFactory()
        office = OrganisationFactory(kind="department", name_th="กรมการปกครอง")
        branch = OrganisationFactory(under=office)
        first, second = (ServiceCentreFactory(organisation=branch, name_th=f"สาขา {n}") for n in (1, 2))
        hq = actor_for("head", office)
        item = published(hq, office, row)
        for centre in (first, second):
            application = ApplicationFactory(centre=centre, round=row)
            use(officer_of(centre), answer(application, "3", "physical"), item)
        ApplicationFactory(centre=ServiceCentreFactory(organisation=branch), round=row)
        Notice.objects.all().delete()
        following = actions.renew_shared(actor=hq, item_id=item.public_id)
        assert told() == []
        actions.publish_shared(actor=hq, item_id=following.public_id)
        words = "กรมการปกครอง มีฉบับใหม่ของ คู่มือมาตรฐานการให้บริการ ที่{}ใช้อยู่ เปิดข้อนั้นแล้วเลือกฉบับใหม่"
        assert told() == [], "those who publish wait for none of them"
        jobs.run_pending()
        assert told() == [
            ("shared_renewed", first.pk, words.format("สาขา 1")),
            ("shared_renewed", second.pk, words.format("สาขา 2")),
        ]
        actions.retire_shared(actor=hq, item_id=following.public_id)
        jobs.run_pending()
        assert Notice.objects.count() == 2, "nobody uses the new one yet"
        use_again = published(hq, office, row, caption="แผน")
        use(officer_of(first), answer(application, "1.4"), use_again)
        actions.retire_shared(actor=hq, item_id=use_again.public_id)
        jobs.run_pending()
        assert told()[-1][2] == "กรมการปกครอง เลิกใช้ แผน ที่สาขา 2ใช้อยู่ ใบสมัครยังเปิดดูได้"


def test_a_centre_hears_for_which_criteria_it_has_to_bring_proof_of_its_own():
    with clock.travel(MID_WINDOW):
        row = RoundFactory()
        office = OrganisationFactory(kind="department", name_th="กรมการปกครอง")
        centre = ServiceCentreFactory(organisation=OrganisationFactory(under=office), name_th="สาขา 1")
        application = ApplicationFactory(centre=centre, round=row)
        hq = actor_for("head", office)
        item = drafted(hq, office, row)
        for number in ("3", "4"):
            actions.add_evidence(
                actor=officer_of(centre),
                file=PNG,
                name="x.png",
                caption="ของศูนย์",
                answer_id=answer(application, number, "physical").public_id,
            )
        Notice.objects.all().delete()
        actions.publish_shared(actor=hq, item_id=item.public_id)
        jobs.run_pending()
    (notice,) = Notice.objects.filter(kind="proof_fell")
    assert (notice.organisation_id, notice.centre_id) == (centre.organisation_id, centre.pk)
    assert KINDS["proof_fell"].url(notice.target) == f"/applications/{application.public_id}/gaps/"
    assert KINDS["proof_fell"].words(notice.params) == (
        "หลักฐานข้อ 3, 4 ของสาขา 1ตรงกับ คู่มือมาตรฐานการให้บริการ ของกรมการปกครอง จึงไม่นับเป็นหลักฐานของศูนย์อีก แนบหลักฐานของศูนย์เพิ่ม"
    )
