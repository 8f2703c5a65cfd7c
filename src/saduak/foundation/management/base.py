"""What the commands of all rooms stand on."""

import argparse
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _


class TranslatedCommand(BaseCommand):
    """A command whose `help` is translated when somebody asks for it: argparse folds text and takes no lazy one."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The parser, with the help as plain text in today's language."""
        self.help = str(self.help)
        return super().create_parser(prog_name, subcommand, **kwargs)


def whole(least: int, most: int) -> Callable[[str], int]:
    """An argument that is a whole number between two others; anything else is refused in words."""

    def read(text: str) -> int:
        if text.isascii() and text.isdecimal() and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(
            _("ต้องเป็นจำนวนเต็มตั้งแต่ %(least)d ถึง %(most)d") % {"least": least, "most": most}
        )

    return read
