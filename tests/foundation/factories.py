"""Rows of the foundation for tests."""

import hashlib

import factory
from factory.django import DjangoModelFactory

from saduak.correspondence.models import Letter
from saduak.foundation import clock
from saduak.foundation.files import keeping
from saduak.foundation.models import StoredFile, User
from saduak.programme.models import CriteriaSet
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory


class UserFactory(DjangoModelFactory):
    """An account that nobody can enter with a password."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.test")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(*args, **kwargs)


class StoredFileFactory(DjangoModelFactory):
    """A file whose bytes are really in the store: `StoredFileFactory(data=b"…")`."""

    class Meta:
        model = StoredFile
        exclude = ("data",)

    data = factory.Sequence(lambda n: f"%PDF-1.7 sample {n}".encode())
    sha256 = factory.LazyAttribute(lambda made: _written(made.data))
    size = factory.LazyAttribute(lambda made: len(made.data))
    media_type = "application/pdf"
    name = factory.Sequence(lambda n: f"หลักฐาน {n}.pdf")


def _written(data: bytes) -> str:
    """Put bytes where the store looks for them; their digest."""
    digest = hashlib.sha256(data).hexdigest()
    place = keeping.path_of(digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return digest


class AggregateFactory(DjangoModelFactory):
    """Some row with an audit chain: the foundation has none of its own, so a draft criteria set stands for all."""

    class Meta:
        model = CriteriaSet

    programme = factory.SubFactory(ProgrammeFactory)
    code = factory.Sequence(lambda n: f"set-{n}")
    title = factory.Sequence(lambda n: f"ชุดเกณฑ์ที่ {n}")
    imported_at = factory.LazyFunction(clock.now)
    digest = "0" * 64


class ReferringFactory(DjangoModelFactory):
    """Some row that refers to a stored file: a letter stands for all."""

    class Meta:
        model = Letter

    holder = factory.SubFactory(OrganisationFactory)
    programme = factory.SubFactory(ProgrammeFactory)
    file = factory.SubFactory(StoredFileFactory)
    text = "ที่ มท ๐๐๑๘"
    loaded_by = factory.SubFactory(UserFactory)
