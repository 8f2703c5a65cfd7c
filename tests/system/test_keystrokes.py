"""No acknowledged keystroke is ever lost: somebody types while the line, the session, the server and the page fail them."""

import json
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from saduak.portal.demo.filling import CURRENT, STORY_OFFICE
from saduak.portal.demo.people import PASSWORD, sign_in
from tests.system import site as demo
from tests.system.faults import Fault, Line, lined

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SEED = 31
SECONDS = 20
TEXT, NOTE = "#id_narrative", "#note"
FIELDS = ("narrative", "note", "points")
WORDS = (
    "เจ้าหน้าที่ที่จุดคัดกรองถามผู้มาติดต่อทุกคนว่ามาเรื่องใด ",
    "ผู้สูงอายุและผู้พิการได้คิวก่อน มีเก้าอี้และน้ำดื่มให้นั่งรอ ",
    "ทุกวันจันทร์หัวหน้าฝ่ายดูสถิติเวลารอของสัปดาห์ก่อน ",
    "เรื่องที่ทำไม่เสร็จในวันเดียว เจ้าหน้าที่โทรบอกผลภายใน ๓ วัน\n",
    "คู่มือฉบับนี้ปรับปรุงแล้ว ๒ ครั้ง (ครั้งแรกปี 2568) ",
    "ป้ายบอกทางใหม่ติดที่ปากซอยและหน้าประตูทั้งสองด้าน ",
)
# Tells what the page says of each field while it is so: a claim that all is saved is true only of what was acknowledged.
WATCH = """(() => {
  const got = {};
  const controls = (name) => [...document.getElementsByName(name)];
  const value = (name, first) => {
    const all = controls(name);
    if (all[0]?.type !== "radio") return first ? all[0]?.defaultValue : all[0]?.value;
    return all.find((one) => (first ? one.defaultChecked : one.checked))?.value ?? "";
  };
  const fetched = window.fetch;
  window.fetch = async (url, options = {}) => {
    const response = await fetched(url, options);
    const sent = new URLSearchParams(options.method === "POST" ? options.body : "");
    const read = response.json.bind(response);
    response.json = async () => {
      const answer = await read();
      const name = sent.get("field");
      if (response.ok && name) got[name] = sent.get(name);
      return answer;
    };
    return response;
  };
  const told = {};
  const look = () => {
    for (const name of NAMES) {
      const status = document.querySelector(`[data-autosave-status="${name}"]`);
      if (!status) continue;
      const says = status.textContent.trim();
      const has = got[name] ?? value(name, true), shown = value(name);
      if (says.startsWith("บันทึกแล้ว") && has !== shown) console.debug("WATCH", JSON.stringify({ wrong: [name, says, has, shown] }));
      if (told[name] !== says) console.debug("WATCH", JSON.stringify({ says: [name, says] }));
      told[name] = says;
    }
  };
  window.addEventListener("input", look);
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
})()""".replace("NAMES", json.dumps(FIELDS))

AGAIN = """() => [...document.querySelectorAll("[data-autosave-status] button")]
  .find((one) => one.textContent === "ลองบันทึกอีกครั้ง")?.click()"""


@dataclass
class Told:
    """What the database says, read past the program."""

    data: Path

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.data / "saduak.sqlite3", timeout=30)) as database, database:
            return database.execute(sql, values).fetchall()

    def an_answer(self) -> tuple[int, UUID, UUID]:
        """An answer of the story's draft with a scale to choose from: key, application, answer."""
        key, application, answer = self.ask(
            """SELECT a.id, p.public_id, a.public_id FROM applications_answer a
            JOIN applications_application p ON p.id = a.application_id
            JOIN programme_round r ON r.id = p.round_id JOIN programme_criterion c ON c.id = a.criterion_id
            JOIN organisations_organisation o ON o.id = p.organisation_id
            WHERE o.code = ? AND r.fiscal_year = ? AND c.scale LIKE '%choices%' AND a.narrative = ''
            ORDER BY c.ordinal LIMIT 1""",
            STORY_OFFICE,
            CURRENT,
        )[0]
        return key, UUID(application), UUID(answer)


@dataclass
class Writer:
    """Somebody who writes, whatever happens; what the page says on the way is kept."""

    context: BrowserContext
    line: Line
    address: str
    key: int
    typed: str = ""
    noted: str = ""
    said: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[object] = field(default_factory=list)

    def open(self) -> None:
        """The page of the criterion in a new tab."""
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.hear(message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.goto(self.address)
        self.page.locator(TEXT).focus()
        self.page.keyboard.press("Control+End")

    def hear(self, text: str) -> None:
        mark, _space, news = text.partition(" ")
        if mark == "WATCH":
            heard = json.loads(news)
            self.said += [tuple(heard["says"])] if "says" in heard else []
            self.wrong += [heard["wrong"]] if "wrong" in heard else []

    def write(self, words: str) -> None:
        """Type at the end of the text."""
        self.page.locator(TEXT).press_sequentially(words)
        self.typed += words
        self.line.go_on()

    def leave(self) -> None:
        """Leave the field, which sends at once."""
        self.page.locator(TEXT).blur()

    def until(self, so: Callable[[], object], what: str) -> None:
        """Wait for it, while the page goes on; press the button that sends again when the page offers it."""
        end = time.monotonic() + SECONDS
        while not so():
            assert time.monotonic() < end, f"{what}\n{self.line.saves[-3:]}\n{self.said[-3:]}"
            self.page.wait_for_timeout(50)
            self.page.evaluate(AGAIN)

    def until_sent(self, name: str, before: int) -> None:
        """Another save of a field came by, and what had to befall it did; one that is held goes on with the next words."""

        def so() -> bool:
            saves = self.line.of(name)
            return len(saves) > before and (saves[-1].over or saves[-1].fault is Fault.HELD)

        self.until(so, "nothing was sent")

    def status(self, name: str) -> Any:
        return self.page.locator(f"[data-autosave-status={name}]")

    def says(self, name: str, words: str) -> None:
        """The page says so of a field, sooner or later."""
        expect(self.status(name)).to_contain_text(words, timeout=SECONDS * 1000)

    def choices(self) -> list[str]:
        """The points that may be claimed."""
        return list(self.page.locator("[name=points]").evaluate_all("all => all.map((one) => one.value)"))

    def kept(self) -> int:
        """How many fields lie in the browser, not acknowledged."""
        return int(
            self.page.evaluate(
                "Object.keys(localStorage).filter((k) => k.startsWith('saduak:unsaved:')).length"
            )
        )


@pytest.fixture
def writer(browser: Any, own_site: demo.Site) -> Iterator[Writer]:
    """The officer of the story at an item that is not written yet, behind a bad line."""
    key, application, answer = Told(own_site.data).an_answer()
    with lined(own_site.port, SEED) as (line, url):
        context = browser.new_context(locale="th-TH", timezone_id="Asia/Bangkok", reduced_motion="reduce")
        context.set_default_timeout(SECONDS * 1000)
        try:
            door = context.new_page()
            door.goto(f"{url}/accounts/login/")
            door.locator("form[action='/demo/sign-in/officer/'] button").click()
            door.wait_for_url(f"{url}/home/")
            door.close()
            context.add_init_script(WATCH)
            yield Writer(context, line, f"{url}/applications/{application}/items/{answer}/", key)
        finally:
            context.close()


def test_what_was_typed_is_there_whatever_happened_on_the_way(writer, own_site):
    dice, told = random.Random(SEED), Told(own_site.data)
    happenings = {
        3: chooses,
        6: notes,
        9: loses_the_session,
        13: loses_the_server,
        17: closes_the_page,
    }
    writer.open()
    writer.line.quiet = False
    for number in range(20):
        before = len(writer.line.of("narrative"))
        writer.write(dice.choice(WORDS))
        if dice.random() < 0.6:
            writer.leave()
        if number in happenings:
            happenings[number](writer, own_site, told)
        else:
            writer.until_sent("narrative", before)
    comes_to_rest(writer)
    assert len(writer.typed) > 700
    assert writer.wrong == [], "the page said of something that it was saved, and it was not"
    everything_is_there(writer, told)


def chooses(writer: Writer, _site: demo.Site, _told: Told) -> None:
    """A claim, beside the text."""
    most = max(writer.choices(), key=float)
    writer.page.locator(f"[name=points][value='{most}']").check()
    writer.until_sent("points", 0)


def notes(writer: Writer, _site: demo.Site, _told: Told) -> None:
    """A note for one's own people, in another form."""
    writer.noted = "รอรูปจากงานทะเบียน ขอที่ที่เห็นป้ายชัด ๆ"
    writer.page.locator(NOTE).press_sequentially(writer.noted)
    writer.page.locator(NOTE).blur()
    writer.until_sent("note", 0)


def loses_the_session(writer: Writer, _site: demo.Site, told: Told) -> None:
    """The session is over; one goes on writing, then signs in again on the page."""
    told.ask("DELETE FROM django_session")
    writer.line.quiet = True
    writer.write("เขียนต่อหลังหมดเวลา ")
    writer.says("narrative", "ออกจากระบบแล้ว")
    writer.write("และยังเขียนอยู่ ")
    writer.status("narrative").get_by_role("button", name="เข้าสู่ระบบในหน้านี้").click()
    officer = sign_in("officer")
    assert officer is not None
    writer.page.fill("#sign-in-login", officer.email)
    writer.page.fill("#sign-in-password", PASSWORD)
    writer.page.keyboard.press("Enter")
    expect(writer.page.locator("#sign-in-here")).to_have_count(0)
    writer.says("narrative", "บันทึกแล้ว")
    writer.line.quiet = False


def loses_the_server(writer: Writer, site: demo.Site, _told: Told) -> None:
    """kill -9 while a save is on its way or has just been; one goes on writing, and the server comes back."""
    writer.line.quiet = True
    site.kill()
    writer.write("เครื่องแม่ข่ายดับ ")
    writer.leave()
    writer.says("narrative", "ยังบันทึกไม่ได้")
    writer.write("แต่ยังเขียนต่อได้ ")
    site.start()
    writer.until(
        lambda: "บันทึกแล้ว" in writer.status("narrative").inner_text(), "nothing was sent after the start"
    )
    writer.line.quiet = False


def closes_the_page(writer: Writer, _site: demo.Site, _told: Told) -> None:
    """The lid is closed over words that never left, after others that arrived unheard; the page, opened again, has them."""
    before = len(writer.line.of("narrative"))
    writer.line.always = Fault.LOST
    writer.write("ส่งถึงแล้วแต่ไม่มีคำตอบ ")
    writer.leave()
    writer.until_sent("narrative", before)
    writer.line.always = Fault.CUT
    writer.write("ปิดฝาเครื่องทั้งที่ยังไม่ได้ส่ง ")
    writer.page.close()
    writer.line.always = None
    writer.open()
    assert writer.page.input_value(TEXT) == writer.typed
    assert writer.page.input_value(NOTE) == writer.noted


def comes_to_rest(writer: Writer) -> None:
    """The line is good again: all that waits is sent, and the page says so."""
    writer.line.quiet = True
    writer.line.go_on()
    # As when a telephone finds its network again.
    writer.page.evaluate("window.dispatchEvent(new Event('online'))")
    writer.until(lambda: writer.kept() == 0, "something is still only in the browser")
    for name in ("narrative", "note"):
        writer.says(name, "บันทึกแล้ว")
    expect(writer.page.locator(".both")).to_have_count(0)
    assert writer.page.input_value(TEXT) == writer.typed


def everything_is_there(writer: Writer, told: Told) -> None:
    """The database has what was typed, and the history has every version that the browser was told of."""
    key = writer.key
    narrative, claim, points, version = told.ask(
        "SELECT narrative, claim, CAST(points AS TEXT), version FROM applications_answer WHERE id = ?", key
    )[0]
    assert narrative == writer.typed
    assert (claim, float(points)) == ("met", max(map(float, writer.choices())))
    note = told.ask("SELECT text, version FROM applications_answernote WHERE answer_id = ?", key)[0]
    assert note[0] == writer.noted
    history = told.ask(
        "SELECT first_version, version, narrative FROM applications_answerversion WHERE answer_id = ?", key
    )
    acknowledged = [save for save in writer.line.saves if save.told is not None]
    assert {save.fault for save in writer.line.saves} == set(Fault), "each fault befell something"
    assert len([save for save in acknowledged if save.field == "narrative"]) > 10
    for save in acknowledged:
        if save.field == "note":
            assert save.told <= note[1]
            continue
        assert save.told <= version
        rows = [row for row in history if row[0] <= save.told <= row[1]]
        assert len(rows) == 1, f"version {save.told} was acknowledged and is not in the history"
        if save.field == "narrative":
            assert rows[0][2].startswith(save.value)
