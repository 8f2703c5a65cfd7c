"""A real PostgreSQL for the tests: started in a scratch folder, reached by a socket only, gone afterwards."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

UNSAFE_BUT_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")
# Tests roll back what they write. Statistics taken in between say of full tables that they are empty, and by such a plan
# one query was seen to run for an hour; without any, the planner goes by the size of the files, the same every time.
ALIKE = ("autovacuum=off",)


class NotThereError(RuntimeError):
    """No PostgreSQL server can be started on this machine."""


def programs() -> Path:
    """The folder of initdb and pg_ctl: the newest of Debian's, else the one on PATH.

    Raises:
        NotThereError: PostgreSQL's server is not installed.
    """
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parent.parent.name)
    )
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise NotThereError(
        "PostgreSQL's server is not installed (Debian, Ubuntu: sudo apt-get install postgresql)"
    )


def owner() -> str:
    """Who runs the server: this user, or `postgres` (else `nobody`) when this is root, whom the server refuses."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise NotThereError("there is no user `postgres` to run the server as")


def _run(command: Sequence[str | Path], user: str, folder: Path) -> None:
    """Run as `user`, in its folder.

    Raises:
        NotThereError: the command failed; its last words are in the message.
    """
    switch = (
        {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    )
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"},
        **switch,  # type: ignore[call-overload] # who runs it, only when we are root
    )
    if done.returncode != 0:
        log = folder / "log"
        words = (done.stderr + (log.read_text() if log.exists() else ""))[-2000:]
        raise NotThereError(f"PostgreSQL did not start: {words}")


@contextlib.contextmanager
def server() -> Iterator[Mapping[str, str]]:
    """Start a server; gives the environment that reaches it; stops it and removes everything."""
    binaries, user = programs(), owner()
    # Short, because a socket's path may not pass 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="saduak-pg-", dir="/tmp"))
    data = folder / "data"
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    try:
        _run(
            (
                binaries / "initdb",
                "-D",
                data,
                "-U",
                user,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-N",
            ),
            user,
            folder,
        )
        options = " ".join(f"-c {option}" for option in (*UNSAFE_BUT_FAST, *ALIKE))
        start = ("-o", f"-k {folder} {options}", "-l", folder / "log", "-w", "start")
        _run((binaries / "pg_ctl", "-D", data, *start), user, folder)
        try:
            yield {
                "PGHOST": str(folder),
                "PGUSER": user,
                "PGDATABASE": "postgres",
                "PGPORT": "",
                "PGPASSWORD": "",
            }
        finally:
            _run((binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"), user, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def version() -> str:
    """What the server calls itself, such as `PostgreSQL 15.18`."""
    said = subprocess.run(
        [programs() / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    return "PostgreSQL " + said.split()[2]


def main() -> None:
    """Keep a server until Enter, for a person who tests by hand: prints what to export."""
    with server() as environment:
        print(
            "export SADUAK_TEST_DATABASE=postgres",
            *(f"{key}='{value}'" for key, value in environment.items()),
        )
        input("Enter stops it ")


if __name__ == "__main__":
    main()
