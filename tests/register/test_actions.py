"""Preparing, publishing and revoking; numbers without gaps; the day a certificate ends."""

import datetime
import io
import re

import pypdfium2
import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from PIL import Image

from saduak.foundation import clock, files
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.register import actions, certificates, queries
from saduak.register.actions import Grant, last_day
from saduak.register.models import Certificate
from tests.organisations.factories import ServiceCentreFactory, actor_for
from tests.programme.factories import RoundFactory
from tests.register.factories import NOW, CertificateFactory

pytestmark = pytest.mark.django_db
DATE = datetime.date


@pytest.fixture(autouse=True)
def today():
    with clock.travel(NOW):
        yield


def grants(count, **kwargs):
    level = {
        "level_key": "advanced",
        "level_name": "ระดับก้าวหน้า",
        "level_ordinal": 2,
        "area_code": "65",
        "area_name": "จังหวัดพิษณุโลก",
    }
    return [Grant(centre=ServiceCentreFactory(), **{**level, **kwargs}) for _ in range(count)]


def prepare(round_, wanted, publication=None):
    system = Actor.system("test")
    place = publication or actions.create_publication(
        actor=system, programme=round_.programme, title="ประกาศ"
    )
    return actions.prepare(
        actor=system,
        publication=place,
        round_row=round_,
        grants=wanted,
        valid_from=DATE(2027, 9, 1),
        announcement="ประกาศ ที่ 1/2570",
    )


@pytest.mark.parametrize(
    ("first", "years", "last"),
    [
        (DATE(2027, 8, 29), 3, DATE(2030, 8, 28)),
        (DATE(2028, 2, 29), 3, DATE(2031, 2, 28)),
        (DATE(2028, 2, 29), 4, DATE(2032, 2, 28)),
        (DATE(2027, 1, 1), 1, DATE(2027, 12, 31)),
    ],
)
def test_the_last_day_is_the_day_before_the_anniversary(first, years, last):
    assert last_day(first, years) == last


def test_numbers_run_on_over_batches_and_failures():
    round_ = RoundFactory()
    first = prepare(round_, grants(3))
    broken = grants(2)
    with pytest.raises(RuntimeError), transaction.atomic():
        prepare(round_, broken)
        raise RuntimeError
    second = prepare(round_, [])
    third = prepare(round_, grants(2))
    assert [row.number for row in first + second + third] == [f"2570/000{n}" for n in range(1, 6)]
    assert len({row.code for row in first + third}) == 5
    assert prepare(RoundFactory(), grants(1))[0].number == "2570/0001"
    kinds = AuditEntry.objects.filter(verb="register.prepared").count()
    assert kinds == 6


def test_what_was_granted_is_frozen_in_the_certificate():
    round_ = RoundFactory()
    grant = grants(1)[0]
    (row,) = prepare(round_, [grant])
    assert (row.centre_name, row.organisation_name) == (
        grant.centre.name_th,
        grant.centre.organisation.name_th,
    )
    assert (row.valid_from, row.valid_until) == (DATE(2027, 9, 1), DATE(2030, 8, 31))
    assert (row.level_key, row.fiscal_year, row.state) == ("advanced", 2570, "standing")
    assert row.code.lower() in row.search_key


def test_many_cost_as_many_queries_as_one():
    round_ = RoundFactory()
    prepare(round_, grants(1))
    one, five = grants(1), grants(5)
    publication = actions.create_publication(actor=Actor.system("t"), programme=round_.programme, title="x")
    counts = []
    for wanted in (one, five):
        with CaptureQueriesContext(connection) as captured:
            prepare(round_, wanted, publication)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_publishing_happens_once_and_then_nothing_is_added():
    round_ = RoundFactory()
    (row,) = prepare(round_, grants(1))
    publication = row.publication
    system = Actor.system("test")
    done = actions.publish(actor=system.at(NOW), publication_id=publication.public_id)
    again = actions.publish(
        actor=system.at(NOW + datetime.timedelta(days=1)), publication_id=publication.public_id
    )
    assert done.published_at == again.published_at == NOW
    with pytest.raises(Conflict) as caught:
        prepare(round_, grants(1), publication)
    assert caught.value.code == "already-published"


def test_embargo_opens_for_those_who_prepare_it():
    hidden, bound = CertificateFactory(published=None), CertificateFactory(published=None)
    public, officer = Actor.public(NOW), actor_for("officer")
    for actor in (public, officer):
        assert not Certificate.objects.visible_to(actor).exists()
        assert queries.by_code(actor, hidden.code) is None
    assert Certificate.objects.visible_to(actor_for("committee")).count() == 2
    own = actor_for("secretariat", programme=bound.programme)
    assert list(Certificate.objects.visible_to(own)) == [bound]
    assert queries.by_code(own, bound.code) is None


def test_revoking_is_for_the_secretariat_with_words_and_once():
    row = CertificateFactory()
    office = actor_for("secretariat", programme=row.programme, received_at=NOW)
    for actor in (actor_for("committee"), actor_for("secretariat", programme=CertificateFactory().programme)):
        with pytest.raises(Refused):
            actions.revoke(actor=actor, certificate_id=row.public_id, reason="มติ")
    for reason in (" ", "ก" * 501):
        with pytest.raises(Invalid) as caught:
            actions.revoke(actor=office, certificate_id=row.public_id, reason=reason)
        assert list(caught.value.fields) == ["reason"]
    done = actions.revoke(actor=office, certificate_id=row.public_id, reason=" มติที่ 3/2570 ")
    assert (done.state, done.revoked_at, done.revoked_reason) == ("revoked", NOW, "มติที่ 3/2570")
    with pytest.raises(Conflict):
        actions.revoke(actor=Actor.system("test"), certificate_id=row.public_id, reason="อีก")


def test_renewal_asks_for_the_last_that_stands_and_is_public():
    old = CertificateFactory(valid_from=DATE(2023, 9, 1), valid_until=DATE(2026, 8, 31))
    one = {"centre": old.centre, "publication": old.publication}
    CertificateFactory(**one, state="revoked", revoked_at=NOW)
    hidden = CertificateFactory(centre=old.centre, programme=old.programme, published=None)
    assert queries.last_of(old.centre_id, old.programme_id) == old
    hidden.publication.published_at = NOW
    hidden.publication.save()
    assert queries.last_of(old.centre_id, old.programme_id) == hidden
    everything = Q(publication__isnull=False)
    assert queries.last_of(old.centre_id, old.programme_id, everything) == hidden
    assert queries.last_of(0, old.programme_id) is None


def test_the_verdict_on_a_day():
    row = CertificateFactory.build(
        centre=None, publication=None, programme=None, centre_name="ก", organisation_name="ข"
    )
    said = [
        queries.status_of(row, day)
        for day in (DATE(2026, 8, 31), DATE(2026, 9, 1), DATE(2029, 8, 31), DATE(2029, 9, 1))
    ]
    assert [status.key for status in said] == ["early", "valid", "valid", "over"]
    assert [status.is_valid for status in said] == [False, True, True, False]
    assert said[1].days_left == 1095
    assert said[2].days_left == 0


LONG = "ศูนย์บริการประชาชนแบบเบ็ดเสร็จ องค์การบริหารส่วนจังหวัดพิษณุโลก ณ ที่ว่าการอำเภอวังทอง ชั้นที่หนึ่ง อาคารอำนวยการ"


@pytest.mark.parametrize(
    "name",
    [
        "ศูนย์ราชการสะดวก อำเภอวังทอง",
        LONG,
        f"{LONG} {LONG[:60]}",
        "ศูนย์น้ำฝั่งปิ่นเกล้า ฟื้นฟู 50 เขต"[:70] + " " * 5 + "กรุงเทพมหานคร เขตป้อมปราบศัตรูพ่าย",
    ],
)
def test_the_pdf_says_what_the_register_says(name):
    row = CertificateFactory(name=name, level_name="ระดับก้าวหน้า", level_key="advanced", level_ordinal=2)
    certificates.render(row, actor=Actor.system("test"))
    certificates.render(row, actor=Actor.system("test"))
    row.refresh_from_db()
    with files.open(row.pdf) as stream:
        document = pypdfium2.PdfDocument(stream.read())
    assert len(document) == 1
    text = document[0].get_textpage().get_text_range()
    bare = re.sub(r"\s", "", text)
    for words in (name, row.number, "ระดับก้าวหน้า", "31 สิงหาคม 2572", f"/v/{row.code}", row.announcement):
        assert re.sub(r"\s", "", words) in bare, words
    picture = document[0].render(scale=1).to_pil()
    assert isinstance(picture, Image.Image)
    out = io.BytesIO()
    picture.save(out, "PNG")
    assert picture.width > picture.height


def test_the_qr_opens_the_permanent_address(settings):
    row = CertificateFactory()
    settings.PUBLIC_URL = "https://example.test"
    assert certificates.address(row) == f"https://example.test/v/{row.code}"
    assert certificates.qr_svg("x").startswith("<svg")


def test_a_sample_says_that_it_is_one(settings):
    settings.DEMO_SIGN_INS = False
    row = CertificateFactory()
    assert certificates.words(row)["sample"] == ""
    row.centre.is_sample = True
    assert "ไม่ใช่ใบรับรองจริง" in certificates.words(row)["sample"]
