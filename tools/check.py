"""`make check`: style, types, import order, templates, missing migrations. Says what failed and how; exit 1 then."""

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

Check = tuple[str, Sequence[str]]

# The longest first: two run at a time.
CHECKS: Sequence[Check] = (
    ("types", ("mypy",)),
    ("format", ("ruff", "format", "--check", ".")),
    ("style", ("ruff", "check", ".")),
    ("import order", ("lint-imports", "--no-cache")),
    ("templates: rules", ("djlint", "--lint", "--quiet", "src")),
    ("english", ("python", "-m", "tools.messages", "check")),
    (
        "migrations",
        ("django-admin", "makemigrations", "--check", "--dry-run", "--settings=saduak.config.settings.test"),
    ),
    (
        "settings",
        ("django-admin", "check", "--fail-level=WARNING", "--settings=saduak.config.settings.test"),
    ),
)


def run(check: Check) -> bool:
    """Run one check; print one line when it passes, all it said when it fails."""
    name, (program, *arguments) = check
    start = time.monotonic()
    done = subprocess.run(
        [str(BIN / program), *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    seconds = time.monotonic() - start
    if done.returncode == 0:
        print(f"check  {name:<18} ok      {seconds:5.1f} s", flush=True)
        return True
    told = f"check  {name:<18} FAILED  {seconds:5.1f} s: {program} {' '.join(arguments)}"
    print(f"{done.stdout}{done.stderr}{told}", flush=True)
    return False


def failed() -> list[str]:
    """Run all checks; the names of those that failed."""
    with ThreadPoolExecutor(2) as two:
        passed = two.map(run, CHECKS)
        return [check[0] for check, well in zip(CHECKS, passed, strict=True) if not well]


if __name__ == "__main__":
    sys.exit(1 if failed() else 0)
