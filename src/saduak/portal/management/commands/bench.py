"""`saduak bench [pages|crowd|closing] [--data DIR] [--json] …`.

`pages` asks for the busiest pages one by one inside this process. `crowd` and `closing` start real servers on loopback
and real crowds against them.
"""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext_lazy as _

from saduak.foundation.management.base import TranslatedCommand, whole
from saduak.portal.bench import CASES, Cost, Scratch, build, grow, measure
from saduak.portal.bench.cases import stage
from saduak.portal.crowd.report import bench_closing, bench_crowd, lines
from saduak.portal.crowd.saving import Pace

READY = "bench-ready.json"
FULL = {"centres": 60, "applications": 20_000, "runs": 25}
QUICK = {"centres": 8, "applications": 500, "runs": 5}


class Command(TranslatedCommand):
    """Builds a scratch database and measures the busiest pages against their own SQL statements."""

    help = _("วัดเวลาของหน้าที่ใช้บ่อย เทียบกับคำสั่ง SQL เดียวกันในวิวเปล่า")  # type: ignore[assignment] # TranslatedCommand

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("what", nargs="?", choices=("pages", "crowd", "closing"), default="pages")
        parser.add_argument("--data", help=str(_("โฟลเดอร์ข้อมูล ถ้าไม่ระบุใช้ฐานข้อมูลชั่วคราว")))
        parser.add_argument("--applications", type=int, help=str(_("จำนวนใบสมัคร (20,000)")))
        parser.add_argument("--runs", type=int, help=str(_("วัดกี่ครั้ง ใช้ค่ากลาง (25)")))
        parser.add_argument("--json", action="store_true", help=str(_("พิมพ์ผลเป็น JSON")))
        parser.add_argument("--quick", action="store_true", help=str(_("ข้อมูลน้อยและวัดน้อยครั้ง")))
        parser.add_argument(
            "--officers", type=whole(1, 2000), default=300, help=str(_("crowd: เจ้าหน้าที่กี่คน (300)"))
        )
        parser.add_argument("--every", type=float, default=3.0, help=str(_("crowd: แต่ละคนบันทึกทุกกี่วินาที (3)")))
        parser.add_argument(
            "--seconds",
            type=whole(1, 3600),
            default=60,
            help=str(_("crowd: วัดกี่วินาที  closing: เหลือกี่วินาทีก่อนปิดรับ (60)")),
        )
        parser.add_argument(
            "--database", choices=("sqlite", "postgres"), default="sqlite", help=str(_("ฐานข้อมูลที่ใช้วัด"))
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prepare, measure, print."""
        if options["what"] != "pages":
            self.many(settings.DATA, options)
            return
        size = QUICK if options["quick"] else FULL
        applications = options["applications"] or size["applications"]
        scratch = self.prepare(settings.DATA, size["centres"], applications, quiet=options["json"])
        costs: dict[str, Cost] = {}
        with stage():
            for name, case in CASES.items():
                costs[name] = measure(case(scratch), runs=options["runs"] or size["runs"])
        if options["json"]:
            self.stdout.write(json.dumps({name: cost.as_json() for name, cost in costs.items()}))
        else:
            self.stdout.write(table(costs, scratch, applications))

    def many(self, data: Path, options: dict[str, Any]) -> None:
        """A crowd against real servers, on a database of its own."""
        self.untouched(data)
        database, seconds = options["database"], options["seconds"]
        if options["what"] == "crowd":
            pace = Pace(options["every"], seconds=seconds)
            found = bench_crowd(data, officers=options["officers"], pace=pace, database=database)
        else:
            filers = options["applications"] or 600
            found = bench_closing(data, filers=filers, seconds=seconds, database=database)
        self.stdout.write(json.dumps(found) if options["json"] else "\n".join(lines(found)))

    @staticmethod
    def untouched(data: Path) -> None:
        """Refuse a folder in which somebody's data stand."""
        if any(data.glob("*.sqlite3")):
            raise CommandError(str(_("โฟลเดอร์นี้มีข้อมูลอื่นอยู่ คำสั่งนี้ไม่แตะต้อง เลือกโฟลเดอร์ใหม่")))

    def prepare(self, data: Path, centres: int, applications: int, *, quiet: bool) -> Scratch:
        """The scratch database: what an earlier run left in the folder, or a new one; never somebody's real data."""
        ready = data / READY
        if ready.exists():
            scratch = Scratch(**json.loads(ready.read_text()))
        else:
            self.untouched(data)
            call_command("migrate", verbosity=0)
            if not quiet:
                self.stderr.write(str(_("เตรียมข้อมูล ใช้เวลาสักครู่")))
            scratch = build(centres)
        if not settings.STATIC_ROOT.exists():
            call_command("collectstatic", interactive=False, verbosity=0)
        grow(applications)
        ready.write_text(json.dumps(scratch.as_json()))
        return scratch


def table(costs: dict[str, Cost], scratch: Scratch, applications: int) -> str:
    """For people."""
    lines = [f"{'case':<16} {'queries':>7} {'ms':>9} {'floor_ms':>9} {'ratio':>6}"]
    lines += [
        f"{name:<16} {cost.queries:>7} {cost.ms:>9.2f} {cost.floor_ms:>9.2f} {cost.ratio:>6.2f}"
        for name, cost in costs.items()
    ]
    lines.append(
        str(_("ใบสมัคร %(n)d เรื่อง การซ้อมรอบเขียน %(speed).0f แถวต่อวินาที"))
        % {"n": applications, "speed": scratch.rows_per_second}
    )
    return "\n".join(lines)
