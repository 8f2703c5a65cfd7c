"""The `saduak` command."""

from saduak.cli.main import main

__all__ = ["main"]
