"""`saduak seed`: areas, agencies and programmes. Can be repeated."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext_lazy as _

from saduak.foundation.management.base import TranslatedCommand
from saduak.organisations import seeds


class Command(TranslatedCommand):
    """Puts the reference data in place, and leaves alone what people changed."""

    help = _("ใส่ข้อมูลพื้นที่ หน่วยงาน และโครงการ ทำซ้ำได้")  # type: ignore[assignment] # TranslatedCommand

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--samples", action="store_true", help=str(_("ใส่หน่วยงานตัวอย่างสำหรับการสาธิตด้วย")))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Seed, and say what stands in the database."""
        done = seeds.seed(samples=options["samples"])
        self.stdout.write(
            _(
                "พื้นที่ %(areas)s แห่ง หน่วยงาน %(organisations)s แห่ง (เพิ่มใหม่ %(added)s) ความสัมพันธ์ %(relations)s รายการ"
            )
            % {
                "areas": f"{done.areas:,}",
                "organisations": f"{done.organisations:,}",
                "added": f"{done.added:,}",
                "relations": f"{done.relations:,}",
            }
        )
