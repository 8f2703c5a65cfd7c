"""What is committed: nothing missing, nothing that only one machine knows, requirements locked by hash."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.test.utils import isolate_apps

from tests.architecture import house

# Written in two halves, so that this file may itself be committed.
REGISTRIES = [
    "pyp" + "i.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "deb." + "debian.org",
    "proxy." + "golang.org",
]
PLACES = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/"]
KNOWN_ONLY_HERE = re.compile(
    "|".join([*map(re.escape, REGISTRIES), *(rf"(?<![\w.}}]){re.escape(p)}[\w.]" for p in PLACES)])
)
BINARY = {".png", ".jpg", ".jpeg", ".pdf", ".docx", ".woff2", ".ico", ".mo", ".zip", ".gz"}


def committed() -> list[Path]:
    """The files that git keeps; without git (a source archive), all files of the project's own folders."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=house.ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode == 0 and done.stdout:
        return [house.ROOT / name for name in done.stdout.split("\0") if name]
    return [
        p
        for part in ("src", "tests", "tools", "docs", "requirements")
        for p in (house.ROOT / part).rglob("*")
    ]


def only_here(text: str) -> list[str]:
    """Registry addresses and paths of one machine."""
    return [match.group() for match in KNOWN_ONLY_HERE.finditer(text)]


def names(requirements: str) -> dict[str, str]:
    """Pinned name and version of each requirement; everything else on the line is left out."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", requirements, re.MULTILINE))


def unlocked(requirements: str) -> list[str]:
    """Requirements without a version or without a hash, and any word about where to fetch from."""
    found = re.findall(
        r"^\s*(?:-i|-f|--(?:extra-)?index-url|--find-links|--trusted-host).*$|.*https?://.*",
        requirements,
        re.MULTILINE,
    )
    joined = requirements.replace("\\\n", " ")
    for line in joined.splitlines():
        if line and line[0].isalnum() and ("==" not in line or "--hash=sha256:" not in line):
            found.append(line.split()[0])
    return found


def missing_migrations() -> bool:
    """Whether some model changed without a migration."""
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    except SystemExit:
        return True
    return False


def lock(name: str) -> str:
    return (house.ROOT / "requirements" / name).read_text(encoding="utf-8")


def test_nothing_that_only_one_machine_knows():
    found = [
        f"{house.shown(path)}: {word}"
        for path in committed()
        if path.is_file() and path.suffix not in BINARY
        for word in only_here(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("name", ["base.txt", "dev.txt"])
def test_requirements_are_locked_and_name_no_address(name):
    assert len(names(lock(name))) > 20
    assert unlocked(lock(name)) == []


def test_the_program_runs_on_what_it_is_tested_on():
    assert names(lock("base.txt")).items() <= names(lock("dev.txt")).items()


def test_what_installs_the_project_is_locked_too():
    assert {"setuptools", "polib"} <= names(lock("base.txt")).keys()


@pytest.mark.django_db
def test_no_migration_is_missing():
    assert not missing_migrations()


def test_every_room_says_what_it_owns():
    assert [room for room in settings.ROOMS if not (house.SOURCE / room / "README.md").exists()] == []


def test_import_order_is_written_for_the_rooms_that_exist():
    contract = (house.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = contract.split('id = "rooms"')[1].split("]")[0]
    assert re.findall(r'"saduak\.(\w+)",', block) == list(settings.ROOMS)


def test_a_machine_path_and_a_registry_are_found():
    assert only_here("see " + PLACES[0] + "main") == [PLACES[0] + "m"]
    assert only_here("https://" + REGISTRIES[0] + "/simple") == [REGISTRIES[0]]
    assert only_here("a/homework/x and /workflow/ and {% url 'x' %}/home/") == []


def test_an_unlocked_requirement_is_found():
    good = "django==5.2 \\\n    --hash=sha256:00\n    # via x\n"
    assert unlocked(good) == []
    assert unlocked("django>=5\n") == ["django>=5"]
    assert unlocked("django==5.2\n") == ["django==5.2"]
    assert unlocked("--index-url x\n" + good) == ["--index-url x"]


@pytest.mark.django_db
@isolate_apps("saduak.foundation")
def test_a_missing_migration_is_found(monkeypatch):
    from django.apps import apps  # noqa: PLC0415 - the real registry, inside the isolated one

    class Forgotten(models.Model):
        class Meta:
            app_label = "foundation"

    foundation = apps.get_app_config("foundation")
    with monkeypatch.context() as patched:
        patched.setitem(foundation.models, "forgotten", Forgotten)
        apps.clear_cache()
        assert missing_migrations()
    # What it remembers of all models would outlive this test.
    apps.clear_cache()
