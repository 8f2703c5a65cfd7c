"""The pages that are measured: what officers feel at every keystroke, what supervisors and citizens look at."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import TypeAlias

from django.test import Client, override_settings
from django.urls import reverse

from saduak.applications.models import Answer
from saduak.foundation import clock
from saduak.foundation.models import User
from saduak.foundation.web.languages import public_url
from saduak.portal.bench.scratch import NOW, Scratch

Ask: TypeAlias = Callable[[], None]


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


CASES: dict[str, Callable[[Scratch], Ask]] = {
    "task-list": task_list,
    "autosave": autosave,
    "board": board,
    "register-search": register,
    "verification": verification,
}
