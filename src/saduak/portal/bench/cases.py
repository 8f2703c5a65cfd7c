"""What is measured: what officers feel at every keystroke, what supervisors and citizens look at, and sending to many."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import TypeAlias

from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from saduak.applications.models import Answer
from saduak.correspondence.actions.sending import Hop, begin, deliver
from saduak.correspondence.inputs import Sending, Target
from saduak.correspondence.models import Dispatch, Duty, Force, Letter, Origin, Way
from saduak.foundation import clock, files, ids
from saduak.foundation.access import Actor
from saduak.foundation.models import User
from saduak.foundation.web.languages import public_url
from saduak.organisations.models import Organisation
from saduak.portal.bench.scratch import DEPARTMENT, NOW, PRESENT, Scratch
from saduak.programme.models import Round

Ask: TypeAlias = Callable[[], None]
# To how many a letter is delivered at once: the largest chunk of a batch.
OFFICES = 500


@contextmanager
def stage() -> Iterator[None]:
    """In mid-window, without the demo's time machine, which costs a query a request that no real site has."""
    with clock.travel(NOW), override_settings(TIME_MACHINE=False, ALLOWED_HOSTS=["testserver"]):
        yield


def _client(user: int = 0) -> Client:
    client = Client()
    if user:
        client.force_login(User.objects.get(pk=user))
    return client


def _page(client: Client, address: str, **asked: str) -> Ask:
    def ask() -> None:
        answer = client.get(address, asked)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")

    return ask


def task_list(scratch: Scratch) -> Ask:
    """An officer opens the task list of a draft."""
    return _page(_client(scratch.officer), reverse("applications:task-list", args=[scratch.application]))


def autosave(scratch: Scratch) -> Ask:
    """An officer's text is saved, each time a little longer."""
    client = _client(scratch.officer)
    address = reverse("applications:criterion", args=[scratch.application, scratch.answer])
    row = Answer.objects.get(public_id=scratch.answer)
    turns = count(1)
    version = row.version

    def ask() -> None:
        nonlocal version
        text = f"{row.narrative} ปรับปรุงครั้งที่ {next(turns)} จากรุ่น {version}"
        data = {"field": "narrative", "narrative": text, "version": version}
        answer = client.post(address, data, headers={"X-Requested-With": "fetch"})
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code} {answer.content.decode()[:200]}")
        version = answer.json()["version"]

    return ask


def board(scratch: Scratch) -> Ask:
    """A supervisor of the whole country opens the first page of the list."""
    return _page(_client(scratch.supervisor), reverse("applications:board"))


def register(_scratch: Scratch) -> Ask:
    """A citizen looks for a centre."""
    return _page(_client(), public_url("register:search"), q="อำเภอเมือง")


def verification(scratch: Scratch) -> Ask:
    """A citizen checks a certificate."""
    return _page(_client(), public_url("register:verify", code=scratch.code))


def sending(_scratch: Scratch) -> Ask:
    """A worker delivers a letter with two duties to five hundred offices, one chunk of a batch; undone each time."""
    dispatch = _letter_to(OFFICES)
    batch = dispatch.batch
    assert batch is not None  # noqa: S101 - a sending has begun with one
    hops = [Hop.of(row.item) for row in batch.items.order_by("pk")]
    actor = Actor.system("bench")

    def ask() -> None:
        with transaction.atomic():
            done = deliver(actor=actor, dispatch_id=dispatch.pk, hops=hops, params=batch.params)
            if done != OFFICES:
                raise RuntimeError(f"{done} offices")
            transaction.set_rollback(True)

    return ask


def _letter_to(offices: int) -> Dispatch:
    """A letter of the department, begun to be sent to so many districts, each with two duties."""
    sender = Organisation.objects.get(code=DEPARTMENT)
    districts = Organisation.objects.filter(kind=Organisation.Kind.DISTRICT).order_by("pk")[:offices]
    with transaction.atomic():
        letter = Letter.objects.create(
            holder=sender,
            issuer=sender,
            programme=Round.objects.get(fiscal_year=PRESENT).programme,
            file=files.put(b"%PDF-1.4", name="letter.pdf", media_type="application/pdf"),
            text="หนังสือสำหรับวัดความเร็ว",
            state="confirmed",
            for_issuer=True,
            origin=Origin.WRITTEN,
            number=f"{ids.public_id()}",
            dated=NOW.date(),
            subject="หนังสือสำหรับวัดความเร็ว",
            confirmed_at=NOW,
        )
        duties = [
            Duty.objects.create(
                letter=letter, ordinal=number, who="", what="แจ้งหน่วยงานในสังกัด", force=Force.ORDER
            )
            for number in range(2)
        ]
        return begin(
            actor=Actor.system("bench"),
            letter=letter,
            sender=sender,
            targets=[Target(pk, Way.LINE) for pk in districts.values_list("pk", flat=True)],
            sending=Sending(),
            duties={duty.pk: None for duty in duties},
        )


CASES: dict[str, Callable[[Scratch], Ask]] = {
    "task-list": task_list,
    "autosave": autosave,
    "board": board,
    "register-search": register,
    "verification": verification,
    "sending": sending,
}
