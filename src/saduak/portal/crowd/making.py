"""The crowd's data, made fast, and later a look at what stands in the database of what the crowd was told."""

import os
import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import CommandError, call_command
from django.db.models import Max
from django.test import Client

from saduak.applications import actions, queries
from saduak.applications.models import Answer, EvidenceUse, Submission
from saduak.foundation import clock, ids
from saduak.portal.bench.measure import recorded
from saduak.portal.bench.scratch import NOW
from saduak.portal.bench.scratch import PRESENT as FISCAL_YEAR
from saduak.portal.rehearsal.calendar import Dates, at
from saduak.portal.rehearsal.centre import Play
from saduak.portal.rehearsal.country import open_round
from saduak.portal.rehearsal.report import Tally
from saduak.portal.rehearsal.stage import Stage
from saduak.portal.rehearsal.world import build
from saduak.programme.models import Round

SEED = 1
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Copies:
    """One finished application with all that hangs on it, to be copied to other centres."""

    application: Any
    answers: list[Any]
    evidence: list[Any]
    uses: list[Any]


def make(officers: int, filers: int) -> dict[str, object]:
    """A round in mid-window: so many officers at a draft each, so many at an application that is ready to be filed."""
    call_command("migrate", verbosity=0)
    if not settings.STATIC_ROOT.exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    dates = Dates(FISCAL_YEAR)
    with ids.seeded(SEED):
        with clock.travel(at(dates.called, 8)):
            stage = Stage(world=build(SEED, officers + filers), dates=dates, tally=Tally())
            open_round(stage)
        with clock.travel(NOW):
            teams = stage.world.teams
            copies = _first(stage, teams[0])
            applications = [copies.application, *_copied(copies, teams[1:])]
            _sign(applications[officers:], teams[officers:])
            seats = [_seat(team, row) for team, row in zip(teams, applications, strict=True)]
            writers = seats[:officers]
            Path(os.environ["SADUAK_BENCH_FLOOR"]).write_bytes(pickle.dumps(_floors(writers)))
            closes = stage.round.stages.get(key="application").ends_at
    return {
        "writers": writers,
        "filers": seats[officers:],
        "now": NOW.timestamp(),
        "closes": closes.timestamp(),
    }


def _first(stage: Any, team: Any) -> Copies:
    """One application, written to its end by the actions."""
    play = Play(stage, team)
    play.ways = replace(play.ways, quality=1.0, works_in_two_tabs=False)
    play.start()
    play.write(play.answers())
    play.application.refresh_from_db()
    uses = list(EvidenceUse.objects.filter(answer__application=play.application, removed_at__isnull=True))
    return Copies(play.application, play.answers(), play.evidence, uses)


def _copied(copies: Copies, teams: list[Any]) -> Iterator[Any]:
    """The same application for other centres, in bulk."""
    rest = iter(teams)
    while some := list(islice(rest, AT_ONCE)):
        yield from _copy(copies, some)


def _copy(copies: Copies, teams: list[Any]) -> list[Any]:
    made = _bulk(
        _again(
            copies.application,
            centre_id=team.centre.pk,
            organisation_id=team.centre.organisation_id,
            started_by_id=team.officer.user.pk,
            audit_seq=0,
            audit_head="",
        )
        for team in teams
    )
    evidence, answers = {}, {}
    for team, row in zip(teams, made, strict=True):
        for old in copies.evidence:
            evidence[row.pk, old.pk] = _again(old, centre_id=team.centre.pk, added_by_id=team.officer.user.pk)
        for old in copies.answers:
            answers[row.pk, old.pk] = _again(
                old, application_id=row.pk, updated_by_id=team.officer.user.pk, sitting_by="", sitting_at=None
            )
    _bulk(evidence.values())
    _bulk(answers.values())
    _bulk(
        _again(
            use, answer_id=answers[row.pk, use.answer_id].pk, evidence_id=evidence[row.pk, use.evidence_id].pk
        )
        for row in made
        for use in copies.uses
    )
    return made


def _again(row: Any, **values: object) -> Any:
    """The same row once more, with other values, not saved."""
    fields = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name != "public_id"
    }
    return type(row)(**{**fields, **values})


def _bulk(rows: Iterable[Any]) -> list[Any]:
    made = list(rows)
    return list(type(made[0])._base_manager.bulk_create(made, batch_size=1000)) if made else []


def _sign(applications: list[Any], teams: list[Any]) -> None:
    """The heads sign."""
    for row, team in zip(applications, teams, strict=True):
        head = team.head.now()
        page = queries.signing_page(head, row.public_id)
        if page is None:
            raise LookupError(f"{team.centre} has nothing to sign")
        actions.sign(actor=head, application_id=row.public_id, digest=page.digest)


def _seat(team: Any, row: Any) -> dict[str, object]:
    """A session of the officer, and what they work on."""
    answer = Answer.objects.filter(application=row, criterion__kind="basic").order_by("criterion__ordinal")[0]
    return {
        "session": _session(team.officer.user),
        "application": str(row.public_id),
        "answer": str(answer.public_id),
        "version": answer.version,
        "text": answer.narrative,
    }


def _session(user: Any) -> str:
    """The key of a session in which somebody is signed in."""
    made = import_module(settings.SESSION_ENGINE).SessionStore()
    made[SESSION_KEY] = str(user.pk)
    made[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    made[HASH_SESSION_KEY] = user.get_session_auth_hash()
    made.create()
    return str(made.session_key)


def _floors(writers: list[dict[str, Any]]) -> list[list[tuple[str, Any, bool]]]:
    """What each officer's save asks of the database: recorded at the second one, which adds no row of history."""
    found = []
    for seat in writers:
        client = Client(SERVER_NAME="localhost")
        client.cookies[settings.SESSION_COOKIE_NAME] = seat["session"]
        found.append([recorded(lambda: _save(client, seat)) for _turn in range(2)][1])  # noqa: B023 - called at once
    return found


def _save(client: Any, seat: dict[str, Any]) -> None:
    """One autosave inside this process; the seat then stands on the new version."""
    path = f"/applications/{seat['application']}/items/{seat['answer']}/"
    text = f"{seat['text']} {seat['version']}"
    data = {"field": "narrative", "narrative": text, "version": seat["version"]}
    answer = client.post(path, data, headers={"X-Requested-With": "fetch"})
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.content.decode()[:300]}")
    seat["version"] = answer.json()["version"]


def check(told: dict[str, Any]) -> dict[str, object]:
    """What was acknowledged and is not there, and what stands in the database of the submissions."""
    saved = told.get("saved", {})
    rows = {str(row.public_id): row for row in Answer.objects.filter(public_id__in=list(saved))}
    missing = [
        name
        for name, (version, text) in saved.items()
        if rows[name].version < version or (rows[name].version == version and rows[name].narrative != text)
    ]
    closes = Round.objects.get(fiscal_year=FISCAL_YEAR).stages.get(key="application").ends_at
    filed = Submission.objects.all()
    there = dict(filed.values_list("application__public_id", "public_id"))
    stands = {str(application): str(submission) for application, submission in there.items()}
    receipts = told.get("receipts", {})
    return {
        "missing": missing
        + [name for name, receipt in receipts.items() if stands.get(name, "?") not in receipt],
        "submissions": filed.count(),
        "unacknowledged": sorted(set(stands) - set(receipts)),
        "applications": len(stands),
        "codes": filed.values("receipt_code").distinct().count(),
        "twice": filed.exclude(ordinal=1).count(),
        "after": filed.filter(received_at__gte=closes).count(),
        "last": (filed.aggregate(Max("received_at"))["received_at__max"] or closes).timestamp()
        - closes.timestamp(),
        "received": {
            str(name): moment.timestamp() - closes.timestamp()
            for name, moment in filed.values_list("application__public_id", "received_at")
        },
        "audit": _verified(),
    }


def _verified() -> str:
    """What is wrong with the audit, in words; nothing when all holds."""
    try:
        call_command("audit", "verify", stdout=StringIO())
    except (CommandError, SystemExit) as problem:
        return str(problem) or "audit"
    return ""
