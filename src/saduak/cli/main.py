"""`saduak COMMAND …`: what each word starts."""

import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; anything unknown goes to Django's management commands."""
    words = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saduak.config.settings.demo")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - needs the settings first

    execute_from_command_line(["saduak", *words])
    return 0
