"""What the commands of all rooms stand on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class TranslatedCommand(BaseCommand):
    """A command whose `help` is translated when somebody asks for it: argparse folds text and takes no lazy one."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The parser, with the help as plain text in today's language."""
        self.help = str(self.help)
        return super().create_parser(prog_name, subcommand, **kwargs)
