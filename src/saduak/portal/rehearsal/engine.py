"""The clockwork: scripts are generators that yield the moment at which they want to go on."""

import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from saduak.foundation import audit_seal, clock, ids, jobs
from saduak.portal.rehearsal import centre, committee, country, panels
from saduak.portal.rehearsal.calendar import Dates, at
from saduak.portal.rehearsal.invariants import broken
from saduak.portal.rehearsal.report import Report, Tally, funnel, outcome, unbalanced
from saduak.portal.rehearsal.stage import Stage
from saduak.portal.rehearsal.world import World, build

Script: TypeAlias = Iterator[datetime]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to rehearse."""

    centres: int
    seed: int
    fiscal_year: int = 2570
    until: datetime | None = None
    leave_out: tuple[str, ...] = ()
    tell: Callable[[str], None] = lambda _line: None


def rehearse(plan: Plan) -> Report:
    """Run a round and check that everything adds up.

    Args:
        plan: how many centres, which seed, which year; `until` stops in mid-round; `leave_out` are codes of
            offices that take no part.
    """
    started = time.perf_counter()
    dates = Dates(plan.fiscal_year)
    with ids.seeded(plan.seed * 10_000 + plan.fiscal_year), clock.travel(at(dates.called, 8)):
        world = build(plan.seed, plan.centres)
        world.teams = [team for team in world.teams if team.centre.organisation.code not in plan.leave_out]
        plan.tell(f"{len(world.teams)} ศูนย์ {len(world.evaluators)} ผู้ตรวจประเมิน")
        stage = Stage(world=world, dates=dates, tally=Tally())
        country.open_round(stage)
        play(stage, plan)
    with clock.travel(plan.until or at(dates.announced, 12)):
        jobs.run_pending()
        audit_seal.seal()
        counts = funnel(stage)
        found = broken(stage.round) + unbalanced(counts, stage.round)
        return Report(
            plan_centres=plan.centres,
            seed=plan.seed,
            fiscal_year=plan.fiscal_year,
            funnel=counts,
            outcome=outcome(stage.round),
            broken=found,
            seconds=time.perf_counter() - started,
        )


def scripts(stage: Stage) -> list[Script]:
    """Everybody who does something in a round."""
    plays: list[Script] = [country.supervisors(stage)]
    plays += [centre.script(stage, team) for team in stage.world.teams]
    plays += [panels.screening(stage), panels.forming(stage)]
    plays += [panels.scoring(stage, somebody) for somebody in stage.world.evaluators]
    plays += [panels.agreeing(stage), committee.script(stage)]
    return plays


def play(stage: Stage, plan: Plan) -> None:
    """Let everybody act in the order of time until the round is over, or until `until`."""
    waiting: list[tuple[datetime, int, Script]] = []
    for turn, script in enumerate(scripts(stage)):
        _wait(waiting, turn, script, at(stage.dates.called))
    tidy = at(stage.dates.called) + timedelta(days=1)
    month = 0
    while waiting:
        moment, turn, script = heapq.heappop(waiting)
        if plan.until is not None and moment >= plan.until:
            break
        if moment >= tidy:
            with clock.travel(moment):
                jobs.run_pending()
                jobs.run_ticks(everything=True)
            tidy = moment + timedelta(days=7)
        if moment.month != month:
            month = moment.month
            plan.tell(f"{moment:%Y-%m} {stage.tally}")
        _wait(waiting, turn, script, moment)


def _wait(waiting: list[tuple[datetime, int, Script]], turn: int, script: Script, moment: datetime) -> None:
    """Let a script act at `moment`, and note when it wants to act again."""
    with clock.travel(moment):
        try:
            again = next(script)
        except StopIteration:
            return
    heapq.heappush(waiting, (max(again, moment), turn, script))


__all__ = ["Plan", "Report", "World", "rehearse"]
