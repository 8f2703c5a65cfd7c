"""`saduak criteria check FILE` and `saduak criteria import FILE`."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saduak.foundation.access import Actor, Refused
from saduak.foundation.management.base import TranslatedCommand
from saduak.organisations.models import Programme
from saduak.programme import reading
from saduak.programme.actions import import_criteria, publish_criteria
from saduak.programme.levels import plain


class Command(TranslatedCommand):
    """Check a criteria file without a database, or import it."""

    help = gettext_lazy("ตรวจหรือนำเข้าไฟล์ชุดเกณฑ์ (YAML)")  # type: ignore[assignment] # TranslatedCommand
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`check FILE`, `import FILE [--publish]`."""
        steps = parser.add_subparsers(dest="step", required=True)
        check = steps.add_parser("check", help=_("ตรวจไฟล์ บอกข้อผิดพลาดเป็นบรรทัด"))
        check.add_argument("file", type=Path)
        bring = steps.add_parser("import", help=_("นำเข้าเป็นฉบับร่าง"))
        bring.add_argument("file", type=Path)
        bring.add_argument("--publish", action="store_true", help=_("ประกาศใช้ทันที"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the chosen step."""
        with translation.override("th"):
            try:
                content = options["file"].read_bytes()
            except OSError as error:
                raise CommandError(_("เปิดไฟล์ {file} ไม่ได้").format(file=options["file"])) from error
            if options["step"] == "check":
                self._check(options["file"], content)
            else:
                self._import(content, publish=options["publish"])

    def _check(self, path: Path, content: bytes) -> None:
        """Print every problem with its line; exit code 1 when there is one."""
        read = reading.read(content, known_keys=reading.keys_beside(path))
        for problem in read.problems:
            self.stdout.write(f"{path}:{problem.line}: {problem.message}")
        if not read.ok:
            self.stdout.write(_("พบข้อผิดพลาด {count} แห่ง").format(count=len(read.problems)))
            sys.exit(1)
        items = [item for part in read.document["parts"] for item in part["items"]]
        self.stdout.write(
            _("ใช้ได้: {title} มี {items} ข้อ {points} คะแนน รอชื่อทางการ {waiting} ข้อ").format(
                title=read.document["title"],
                items=len(items),
                points=plain(read.document["total"]),
                waiting=sum(bool(item.get("placeholder")) for item in items),
            )
        )
        self.stdout.write(f"sha256 {reading.digest_of(read.document)}")

    def _import(self, content: bytes, *, publish: bool) -> None:
        """Import for the programme that the file names."""
        read = reading.read(content)
        code = read.document.get("programme", "")
        programme = Programme.objects.filter(code=code).first()
        if programme is None:
            raise CommandError(_("ไม่พบโครงการ {code}").format(code=code))
        actor = Actor.system("criteria-import")
        try:
            row = import_criteria(actor=actor, programme=programme, content=content)
            if publish and not row.is_published:
                row = publish_criteria(actor=actor, set_id=row.public_id)
        except Refused as refusal:
            raise CommandError(str(refusal.reason)) from refusal
        self.stdout.write(f"{row.title}: {row.get_state_display()}")
