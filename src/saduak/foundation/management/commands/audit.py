"""`saduak audit verify` and `saduak audit seal`."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from saduak.foundation import audit_seal
from saduak.foundation.audit_verify import Report, verify


class Command(BaseCommand):
    """Checks the audit, or seals it now."""

    help = "Verify the audit (every chain, every seal, the file of seals), or seal what changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Subcommands."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser(
            "verify", help="compute every chain anew; exit 1 when something is not as written"
        )
        check.add_argument("--json", action="store_true", help="one JSON object instead of words")
        check.add_argument("--seals", type=Path, help="a copy of the file of seals that was kept elsewhere")
        sealing = verbs.add_parser(
            "seal", help="bind the heads of all changed chains into a seal, and hand it out"
        )
        sealing.add_argument("--sweep", action="store_true", help="look at every entry, not only the newest")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the subcommand."""
        if options["verb"] == "seal":
            self.seal(sweep=options["sweep"])
            return
        report = verify(options["seals"])
        self.stdout.write(json.dumps(report.as_json()) if options["json"] else words(report))
        if not report.ok:
            raise CommandError(
                f"{report.findings_total} findings: the audit is not as it was written", returncode=1
            )

    def seal(self, *, sweep: bool) -> None:
        """Seal and hand out."""
        made = audit_seal.seal(sweep=sweep)
        if made is None:
            self.stdout.write("nothing changed since the last seal")
        elif audit_seal.hand_out(made):
            self.stdout.write(f"seal {made.seq}: {made.leaves} chains, digest {made.digest}")
        else:
            raise CommandError(
                f"seal {made.seq} is made, but could not be written to the file yet; it is tried again"
            )


def words(report: Report) -> str:
    """The report for people."""
    lines = [f"{report.chains} chains, {report.entries} entries, {report.seals} seals read"]
    if report.erased:
        lines.append(f"{report.erased} entries had their personal values erased; their chains are whole")
    lines += [_line(finding) for finding in report.findings]
    hidden = report.findings_total - len(report.findings)
    lines += [f"  and {hidden} more"] if hidden else []
    if report.last_seal_at is not None:
        lines.append(f"last seal: {report.last_seal}, {report.last_seal_at.isoformat()}")
    else:
        lines.append("never sealed: a missing tail can't be seen before the first seal")
    lines.append(f"after the last seal: {report.unsealed_entries} entries of {report.unsealed_chains} chains")
    if report.seals_not_handed_out:
        lines.append(f"seals still waiting to be written outside: {report.seals_not_handed_out}")
    lines.append("the audit is as it was written" if report.ok else f"{report.findings_total} findings")
    return "\n".join(lines)


def _line(finding: Any) -> str:
    where = (
        f"{finding.aggregate}#{finding.aggregate_id}"
        if finding.aggregate_id is not None
        else finding.aggregate
    )
    at = f" entry {finding.seq}" if finding.aggregate and finding.seq is not None else ""
    return "  " + ": ".join(part for part in (finding.code, f"{where}{at}".strip(), finding.text) if part)
