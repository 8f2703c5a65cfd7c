"""`saduak holidays import FILE`: public holidays of a year, from a CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from saduak.foundation import deadlines
from saduak.foundation.holidays import Change, import_holidays
from saduak.foundation.thai.holidays import read_holidays


class Command(BaseCommand):
    """Imports public holidays."""

    help = "Import public holidays from a CSV file (date,name_th,name_en,kind,source)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Subcommands."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        load = verbs.add_parser("import", help="replace the holidays of the years in the file")
        load.add_argument("file", type=Path)
        load.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, check, import; nothing is imported while a row is wrong."""
        try:
            content = options["file"].read_bytes()
        except OSError as problem:
            raise CommandError(f"{options['file']}: {problem.strerror}") from problem
        read = read_holidays(content)
        if read.errors:
            for error in read.errors:
                column = f" {error.column}" if error.column else ""
                self.stderr.write(f"{options['file']}:{error.line}:{column} {error}")
            raise CommandError(f"{len(read.errors)} errors, nothing imported")
        change = import_holidays(read.holidays, dry_run=options["dry_run"])
        self.stdout.write(words(change, dry_run=options["dry_run"]))
        if change.first is not None and not options["dry_run"]:
            self.stdout.write(f"open deadlines in working days that moved: {deadlines.recount(change.first)}")


def words(change: Change, *, dry_run: bool) -> str:
    """What changed, for people."""
    years = ", ".join(str(year) for year in change.years)
    verb = "would be" if dry_run else "were"
    return (
        f"years {years}: {change.added} holidays {verb} added, {change.changed} changed, {change.removed} removed; "
        f"{change.passed_over} rows do not close government offices"
    )
