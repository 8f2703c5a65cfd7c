"""`saduak localgov import FILE [--dry-run]`: local governments from a CSV; `saduak localgov columns` shows its form."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from saduak.foundation.access import Actor
from saduak.organisations.actions import import_local_governments
from saduak.organisations.localgov import COLUMNS, REQUIRED


class Command(BaseCommand):
    """Adds local governments, all lines or none; known codes are left alone."""

    help = "saduak localgov import FILE [--dry-run] | saduak localgov columns"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the two words and their arguments."""
        words = parser.add_subparsers(dest="word", required=True)
        load = words.add_parser("import", help=_("นำเข้าองค์กรปกครองส่วนท้องถิ่นจากไฟล์ CSV"))
        load.add_argument("file", type=Path)
        load.add_argument("--dry-run", action="store_true", help=_("ตรวจอย่างเดียว ไม่บันทึก"))
        words.add_parser("columns", help=_("แสดงช่องของไฟล์"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, or show the columns.

        Raises:
            CommandError: the file can't be read, or lines are wrong; nothing was added then.
        """
        if options["word"] == "columns":
            for column, words in COLUMNS.items():
                mark = "*" if column in REQUIRED else " "
                self.stdout.write(f"{mark} {column:15} {words}")
            return
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(_("เปิดไฟล์ไม่ได้: %s") % error) from error
        reading, added = import_local_governments(
            actor=Actor.system("localgov"), content=content, dry_run=options["dry_run"]
        )
        for problem in reading.problems:
            self.stderr.write(str(problem))
        if reading.problems:
            raise CommandError(
                _("พบที่ต้องแก้ %(problems)d แห่ง ใช้ได้ %(rows)d บรรทัด ยังไม่ได้บันทึกอะไร")
                % {"problems": len(reading.problems), "rows": len(reading.rows)}
            )
        counts = {"rows": len(reading.rows), "known": reading.known, "added": added}
        if options["dry_run"]:
            self.stdout.write(_("ไฟล์ถูกต้อง %(rows)d บรรทัด มีอยู่แล้ว %(known)d แห่ง ยังไม่ได้บันทึก") % counts)
        else:
            self.stdout.write(_("อ่าน %(rows)d บรรทัด เพิ่มใหม่ %(added)d แห่ง มีอยู่แล้ว %(known)d แห่ง") % counts)
