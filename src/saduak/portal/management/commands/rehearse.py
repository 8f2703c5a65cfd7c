"""`saduak rehearse --centres N --seed S [--json] [--data DIR]`."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext_lazy as _

from saduak.foundation.management.base import TranslatedCommand, whole
from saduak.portal.rehearsal import Plan, Report, rehearse
from saduak.portal.rehearsal.report import LINES

# About as many service units as the country has.
MOST_CENTRES = 30_000


class Command(TranslatedCommand):
    """Runs a whole round in simulated time; exits with 1 when something does not add up."""

    help = _("ซ้อมรอบการรับรองทั้งรอบในเวลาจำลอง แล้วตรวจว่าทุกอย่างลงตัว")  # type: ignore[assignment] # TranslatedCommand

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--centres", type=whole(1, MOST_CENTRES), default=200, help=str(_("จำนวนศูนย์")))
        parser.add_argument(
            "--seed", type=whole(0, 2**31), default=1, help=str(_("เลขตั้งต้น เลขเดียวกันได้ผลเดียวกัน"))
        )
        parser.add_argument("--year", type=whole(2559, 2699), default=2570, help=str(_("ปีงบประมาณ พ.ศ.")))
        parser.add_argument("--data", help=str(_("โฟลเดอร์ข้อมูล ถ้าไม่ระบุใช้ฐานข้อมูลชั่วคราว")))
        parser.add_argument("--json", action="store_true", help=str(_("พิมพ์ผลเป็น JSON")))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Rehearse and report."""
        if any(settings.DATA.glob("*.sqlite3")):
            raise CommandError(str(_("โฟลเดอร์นี้มีข้อมูลอื่นอยู่ คำสั่งนี้ไม่แตะต้อง เลือกโฟลเดอร์ใหม่")))
        call_command("migrate", verbosity=0)
        quiet = options["json"]
        plan = Plan(
            centres=options["centres"],
            seed=options["seed"],
            fiscal_year=options["year"],
            tell=(lambda _line: None) if quiet else self.stderr.write,
        )
        report = rehearse(plan)
        self.stdout.write(report.as_json() if quiet else self.words(report))
        if report.broken:
            raise SystemExit(1)

    @staticmethod
    def words(report: Report) -> str:
        """The funnel as people read it."""
        width = max(len(words) for words in LINES.values())
        lines = [f"{words:<{width}} {report.funnel[key]:>6}" for key, words in LINES.items()]
        lines.append("")
        lines += [f"✗ {what}" for what in report.broken] or ["✓ " + str(_("ทุกอย่างลงตัว ประวัติไม่ขาดตอน"))]
        told = {"outcome": report.outcome[:16], "seconds": report.seconds}
        lines.append(str(_("ผลลัพธ์ %(outcome)s  ใช้เวลา %(seconds).1f วินาที")) % told)
        return "\n".join(lines)
