"""`saduak bench crowd` and `saduak bench closing`: from an empty database to numbers."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from saduak.portal.crowd.filing import close
from saduak.portal.crowd.people import Browser
from saduak.portal.crowd.running import PROCESSES, THREADS, Place, Server, placed
from saduak.portal.crowd.saving import Officer, Pace, crowd

# The floor is asked for half as long.
FLOOR_SHARE = 0.5


def bench_crowd(data: Path, *, officers: int, pace: Pace, database: str) -> dict[str, Any]:
    """Officers who autosave, on a database of their own."""
    with placed(data, database) as place:
        made = place.ask("make", str(officers), "0")
        with place.serving(made["now"]) as server:
            return {**about(place), **felt(place, server, made, pace)}


def bench_closing(data: Path, *, filers: int, seconds: float, database: str) -> dict[str, Any]:
    """Everybody files before the window ends, on a database of their own."""
    with placed(data, database) as place:
        made = place.ask("make", "0", str(filers))
        with place.serving(made["now"]) as server:
            before = about(place)
            return {**before, **close(place, server.port, made, seconds).as_json(), "locked": place.locked()}


def about(place: Place) -> dict[str, Any]:
    """On what it runs, and what else the machine does."""
    return {
        "database": place.database,
        "processes": PROCESSES,
        "threads": THREADS,
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def felt(place: Place, server: Server, made: Mapping[str, Any], pace: Pace) -> dict[str, Any]:
    """The same crowd asks the bare view, then saves; what it felt, and what was acknowledged and is not there."""
    place.move_to(made["now"])
    officers = [
        Officer(number, Browser(server.port, seat["session"]), seat)
        for number, seat in enumerate(made["writers"])
    ]
    short = None if pace.seconds is None else pace.seconds * FLOOR_SHARE
    once = Pace(pace.every, turns=1)  # connections, plans and caches as in the middle of a day
    # The floor comes first: it writes again and again what was recorded before anybody saved.
    crowd(server, officers, once, Officer.touches_the_floor)
    floor = crowd(server, officers, Pace(pace.every, short, pace.turns), Officer.touches_the_floor).as_json()
    crowd(server, officers, once, Officer.saves)
    saves = crowd(server, officers, pace, Officer.saves).as_json()
    for officer in officers:
        officer.browser.close()
    told = {row.seat["answer"]: row.told for row in officers if row.told}
    there = place.ask("check", told={"saved": told})
    return {
        "officers": len(officers),
        "every": pace.every,
        "floor": floor,
        "saves": saves,
        "p95_ratio": round(saves["p95_ms"] / floor["p95_ms"], 2) if floor["p95_ms"] else None,
        "load_after": round(os.getloadavg()[0], 2),
        "acknowledged": len(told),
        "missing": len(there["missing"]),
        "audit": there["audit"],
        "locked": place.locked(),
    }


def lines(found: Mapping[str, Any]) -> list[str]:
    """For people."""
    rows = []
    for name in ("floor", "saves"):
        if name in found:
            row = found[name]
            rows.append(
                f"{name:<8} {row['requests']:>7} {row['per_second']:>7} /s"
                f" cpu {row['server_cpu_ms']:>7} p50 {row['p50_ms']:>8} p95 {row['p95_ms']:>8} p99 {row['p99_ms']:>8} ms  errors {row['errors'] or 0}"
            )
    rest = {key: value for key, value in found.items() if key not in {"floor", "saves"}}
    return [*rows, *(f"{key:<28} {value}" for key, value in rest.items())]
