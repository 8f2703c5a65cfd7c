"""Certificates without a round, a panel or a committee: cheap. `published=None` keeps them under embargo."""

import datetime

import factory
from factory.django import DjangoModelFactory

from saduak.foundation import clock, ids
from saduak.foundation.thai.text import search_key, sort_key
from saduak.register.models import Certificate, Publication
from tests.organisations.factories import ProgrammeFactory, ServiceCentreFactory

# A day on which a certificate of the factory holds.
NOW = datetime.datetime(2027, 2, 4, 9, 41, tzinfo=clock.BANGKOK)
EARLIER = NOW - datetime.timedelta(days=150)


class PublicationFactory(DjangoModelFactory):
    class Meta:
        model = Publication

    programme = factory.SubFactory(ProgrammeFactory)
    title = "ประกาศ ที่ 1/2569 ลงวันที่ 1 กันยายน 2569"
    published_at = EARLIER


class CertificateFactory(DjangoModelFactory):
    """`CertificateFactory(published=None)` is under embargo; `name="…"` names the centre."""

    class Meta:
        model = Certificate

    class Params:
        name = factory.Sequence(lambda n: f"ศูนย์บริการที่ {n}")
        published = EARLIER

    publication = factory.SubFactory(PublicationFactory, published_at=factory.SelfAttribute("..published"))
    programme = factory.SelfAttribute("publication.programme")
    centre = factory.SubFactory(ServiceCentreFactory, name_th=factory.SelfAttribute("..name"))
    code = factory.LazyFunction(ids.code)
    number = factory.Sequence(lambda n: f"2569/{n + 1:04d}")
    fiscal_year = 2569
    level_key = "basic"
    level_name = "ระดับพื้นฐาน"
    level_ordinal = 1
    centre_name = factory.SelfAttribute("centre.name_th")
    organisation_name = factory.SelfAttribute("centre.organisation.name_th")
    area_code = "65"
    area_name = "จังหวัดพิษณุโลก"
    sort_key = factory.LazyAttribute(lambda o: sort_key(o.centre_name)[:1000])
    search_key = factory.LazyAttribute(
        lambda o: search_key(f"{o.centre_name} {o.organisation_name} {o.area_name} {o.number} {o.code}")
    )
    valid_from = datetime.date(2026, 9, 1)
    valid_until = datetime.date(2029, 8, 31)
    announcement = "ประกาศ ที่ 1/2569"


def many(count: int, **kwargs) -> list[Certificate]:
    """Many certificates of one centre in one publication, in bulk."""
    first = CertificateFactory(**kwargs)
    shared = {"publication": first.publication, "programme": first.programme, "centre": first.centre}
    rows = CertificateFactory.build_batch(count - 1, **{**kwargs, **shared})
    return [first, *Certificate.objects.bulk_create(rows)]
