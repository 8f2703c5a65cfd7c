"""`saduak worker`: background jobs and periodic work."""

import signal
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from saduak.foundation import jobs
from saduak.foundation.worker import Supervisor, Worker


class Command(BaseCommand):
    """Runs jobs until SIGTERM; a crashed process is started again."""

    help = "Run background jobs and periodic work until stopped (SIGTERM). A crashed worker is started again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument(
            "--queue", action="append", choices=jobs.QUEUES, help="only this queue (repeatable)"
        )
        parser.add_argument("--no-ticks", action="store_true", help="leave periodic work to other workers")
        parser.add_argument("--processes", type=int, default=1, help="how many worker processes (default 1)")
        parser.add_argument("--once", action="store_true", help="run what is due now, then end")
        parser.add_argument("--unsupervised", action="store_true", help="work in this very process")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Start."""
        queues = options["queue"] or jobs.QUEUES
        if options["once"]:
            ran = 0 if options["no_ticks"] else jobs.run_ticks()
            done = jobs.run_pending(queues=queues, strict=False)
            self.stdout.write(f"{ran} ticks, {done} jobs")
            return
        runner: Worker | Supervisor
        if options["unsupervised"]:
            runner = Worker(queues, ticks=not options["no_ticks"])
        else:
            runner = Supervisor(self.again(options), count=max(1, options["processes"]))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, runner.stop)
        runner.run()

    @staticmethod
    def again(options: dict[str, Any]) -> list[str]:
        """The command of one worker process."""
        # The settings were checked before this process began; each child that takes over need not do it again.
        command = [sys.executable, "-m", "saduak", "worker", "--unsupervised", "--skip-checks"]
        command += [f"--queue={queue}" for queue in options["queue"] or []]
        return [*command, "--no-ticks"] if options["no_ticks"] else command
