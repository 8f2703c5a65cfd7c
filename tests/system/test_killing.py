"""kill -9 in the middle of writing and filing: what was acknowledged is there, and the audit holds."""

import http.client
import json
import random
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field

import pytest

from tests.system import site as demo
from tests.system.web import Forms, Person, version_of

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("killing")]

KILLS = 2
# Fields that each has to have saved, or nothing would be tried.
LEAST = 3
GONE = (OSError, http.client.HTTPException)


@dataclass
class Writer:
    """Somebody who types into a few fields without end, and remembers what the server said was saved."""

    person: Person
    paths: list[str]
    saved: dict[str, tuple[int, str]] = field(default_factory=dict)
    sent: dict[str, set[str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def write(self, run: int, stop: threading.Event) -> None:
        """Until told to stop, or until nobody answers any more."""
        versions = {}
        try:
            for turn in range(10_000):
                path = self.paths[turn % len(self.paths)]
                if path not in versions:
                    versions[path] = version_of(self.person.get(path).text)
                if stop.is_set():
                    return
                text = f"รอบที่ {run} ครั้งที่ {turn} ของ {path[-9:-1]}"
                self.sent.setdefault(path, set()).add(text)
                answer = self.person.post(
                    path,
                    {"version": str(versions[path]), "field": "narrative", "narrative": text},
                    script=True,
                )
                if answer.status != 200:
                    self.refused.append(f"{answer.status} {answer.text[:300]}")
                    return
                versions[path] = answer.json["version"]
                self.saved[path] = (versions[path], text)
        except GONE:
            return

    def missing(self) -> list[str]:
        """What was acknowledged and is not there now. A save whose answer was cut off may be there, or not."""
        found = []
        for path, (version, text) in self.saved.items():
            page = self.person.get(path).text
            form = next(form for form in Forms(page).forms if "narrative" in form.names)
            now, shown = version_of(page), dict(form.values)["narrative"].strip()
            if now < version or (shown != text and (now == version or shown not in self.sent[path])):
                found.append(f"{path}: version {version} {text!r} was acknowledged, there is {now} {shown!r}")
        return found


@dataclass
class Filer:
    """Somebody who files one application, again and again with the same key until it is acknowledged."""

    person: Person
    application: str
    once: str = field(default_factory=lambda: str(uuid.uuid4()))
    receipts: list[str] = field(default_factory=list)

    def file(self, after: float) -> None:
        time.sleep(after)
        try:
            answer = self.person.post(f"{self.application}submit/", {"once": self.once})
        except GONE:
            return
        assert answer.status == 302, answer.text
        self.receipts.append(answer.headers["location"])


def prepared(data) -> dict:
    """Sessions and addresses, made with the site's own settings."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.system.killing"],
        env=demo.environment(data),
        cwd=demo.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_nothing_acknowledged_is_missing_after_kill_9(filled, tmp_path):
    data = demo.copied(filled, tmp_path / "site")
    ready = prepared(data)
    site = demo.Site(data)
    writers = [
        Writer(Person(site.port, {"sessionid": row["session"]}), row["paths"]) for row in ready["writers"]
    ]
    filer = Filer(Person(site.port), ready["story"])
    dice = random.Random(9)
    site.start()
    try:
        filer.person.sign_in("officer")
        for run in range(KILLS):
            for writer in writers:
                writer.person.get("/accounts/password/change/")  # a page with a form gives the token
            stop = threading.Event()
            threads = [threading.Thread(target=writer.write, args=(run, stop)) for writer in writers]
            # The filing begins shortly before the kill, so that some are cut off in the middle.
            lasts = 1.5 + dice.random()
            if not filer.receipts:
                threads.append(threading.Thread(target=filer.file, args=(max(lasts - 0.12 * run, 0),)))
            for thread in threads:
                thread.start()
            time.sleep(lasts)
            until = time.monotonic() + 60
            while any(len(writer.saved) < LEAST for writer in writers) and time.monotonic() < until:
                time.sleep(0.05)  # a busy machine writes slowly
            site.kill()
            stop.set()
            for thread in threads:
                thread.join(timeout=60)
            site.start()
            assert [line for writer in writers for line in writer.missing()] == []
        filer.file(0)
        assert len(set(filer.receipts)) == 1, "one application, one submission, one receipt"
        assert filer.person.get(filer.receipts[0]).status == 200
        assert [line for writer in writers for line in writer.refused] == []
        assert min(len(writer.saved) for writer in writers) >= LEAST
    finally:
        site.stop()
    verified = demo.run(data, "audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
