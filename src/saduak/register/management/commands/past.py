"""`saduak past import FILE --year 2564 --announced 2021-09-02 --announcement "…" [--dry-run] [--apply]`."""

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saduak.foundation.access import Actor, Refused
from saduak.foundation.management.base import TranslatedCommand, whole
from saduak.foundation.thai import calendar
from saduak.organisations.models import Programme
from saduak.register.models import PastImport
from saduak.register.past.actions import FIRST_YEAR, Announced, Brought, import_past
from saduak.register.past.entering import READY, apply_past, work_now


def _day(text: str) -> date:
    try:
        return calendar.parse_date(text)
    except calendar.DateError as error:
        raise ArgumentTypeError(str(error)) from error


class Command(TranslatedCommand):
    """Brings results of earlier years in, all lines or none; people choose the centres of doubtful lines on the page."""

    help = gettext_lazy("นำผลรับรองปีก่อนเข้าทะเบียน")  # type: ignore[assignment] # TranslatedCommand

    def add_arguments(self, parser: CommandParser) -> None:
        """`import FILE` and what the announcement says."""
        words = parser.add_subparsers(dest="word", required=True)
        load = words.add_parser("import", help=_("อ่านตาราง CSV หรือ XLSX และจับคู่กับศูนย์"))
        load.add_argument("file", type=Path)
        load.add_argument("--year", type=whole(FIRST_YEAR, 2700), required=True, help=_("ปีงบประมาณ พ.ศ."))
        load.add_argument("--announced", type=_day, required=True, help=_("วันที่ประกาศ เช่น 02/09/2564"))
        load.add_argument("--announcement", required=True, help=_("ชื่อประกาศ"))
        load.add_argument("--validity", type=whole(1, 20), default=3, help=_("ใบรับรองมีอายุกี่ปี"))
        load.add_argument("--programme", default="gecc", help=_("รหัสโครงการ"))
        load.add_argument("--dry-run", action="store_true", help=_("ตรวจอย่างเดียว ไม่บันทึก"))
        load.add_argument("--apply", action="store_true", help=_("ลงทะเบียนบรรทัดที่ชื่อตรงกันทันที"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Bring the file in.

        Raises:
            CommandError: no such file or programme, or lines are wrong; nothing was kept then.
        """
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(_("เปิดไฟล์ไม่ได้: %s") % error) from error
        programme = Programme.objects.filter(code=options["programme"]).first()
        if programme is None:
            raise CommandError(_("ไม่พบโครงการ %s") % options["programme"])
        actor = Actor.system("past")
        announced = Announced(
            *(options["year"], options["announcement"], options["announced"], options["validity"])
        )
        try:
            brought = import_past(
                actor=actor,
                programme=programme,
                content=content,
                announced=announced,
                file_name=options["file"].name,
                dry_run=options["dry_run"],
            )
        except Refused as refusal:
            fields = getattr(refusal, "fields", {})
            raise CommandError(" ".join(map(str, (refusal.reason, *fields.values())))) from refusal
        self._tell(brought)
        if options["apply"] and brought.row is not None:
            self._enter(actor, brought.row)

    def _enter(self, actor: Actor, row: PastImport) -> None:
        """Enter what has its centre, without a worker beside it."""
        ready = row.results.filter(READY).count()
        if ready:
            try:
                work_now(apply_past(actor=actor, import_id=row.public_id))
            except Refused as refusal:
                raise CommandError(str(refusal.reason)) from refusal
        left = row.results.filter(READY).count()
        self.stdout.write(_("ลงทะเบียนแล้ว %d บรรทัด") % (ready - left))
        if left:
            raise CommandError(_("ลงทะเบียนไม่ได้ %d บรรทัด ดูเหตุที่หน้าผลรับรองปีก่อน") % left)

    def _tell(self, brought: Brought) -> None:
        for problem in brought.problems:
            self.stdout.write(str(problem))
        if brought.problems:
            raise CommandError(_("พบข้อผิดพลาด %d แห่ง ไม่ได้บันทึกอะไร") % len(brought.problems))
        counts = {"lines": brought.lines, "exact": brought.exact, "open": brought.open}
        self.stdout.write(_("%(lines)d บรรทัด ชื่อตรงกัน %(exact)d ต้องเลือกศูนย์เอง %(open)d") % counts)
        if brought.row is None:
            self.stdout.write(_("ตรวจอย่างเดียว ไม่ได้บันทึก"))
