"""The pictures of the docs, taken from the running demo: `make pictures`. A test takes them too, and compares sizes."""

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.system import site as demo
from tests.system.browsers import launch
from tests.system.letters import INVENTED
from tests.system.visitor import Visitor, visiting

FOLDER = demo.ROOT / "docs" / "images"


def home(visitor: Visitor) -> None:
    """What waits for the officer of a centre."""
    visitor.sign_in("officer")


def task_list(visitor: Visitor) -> None:
    """The officer's application."""
    visitor.sign_in("officer")
    visitor.go("/applications/")
    visitor.press(visitor.page.locator("main a.whole"))


def criterion(visitor: Visitor) -> None:
    """One item of it."""
    task_list(visitor)
    visitor.press(visitor.page.locator("#gates a"))


def letter(visitor: Visitor) -> None:
    """A letter as the province's clerk confirms it; nobody in it is real."""
    visitor.sign_in("province-clerk")
    visitor.go("/letters/load/")
    file = {"name": "letter.txt", "mimeType": "text/plain", "buffer": INVENTED.encode()}
    visitor.page.set_input_files("[name=file]", file)  # type: ignore[arg-type] # a file of our own making
    visitor.press("อ่านหนังสือนี้")


def received(visitor: Visitor) -> None:
    """What came to a district, on the phone of its clerk."""
    visitor.sign_in("district-clerk")
    visitor.go("/letters/received/?view=all")
    visitor.press(visitor.page.locator("main .rows a[href*='/letters/received/']").first)


def forward(visitor: Visitor) -> None:
    """The form in which it is passed on, filled in."""
    received(visitor)
    visitor.go(f"{visitor.page.url}forward/")


def tree(visitor: Visitor) -> None:
    """Where the letter of a province is."""
    visitor.sign_in("province")
    visitor.go("/letters/sent/")
    visitor.press(visitor.page.locator("main a[href*='/letters/sent/']:not([href$='/sent/'])").first)


def board(visitor: Visitor) -> None:
    """The offices of a province."""
    visitor.sign_in("province")
    visitor.go("/board/")


def verdict(visitor: Visitor) -> None:
    """What a citizen learns from a certificate's QR."""
    visitor.go("/register/")
    visitor.press(visitor.page.locator("main table tbody th a"))


@dataclass(frozen=True)
class Picture:
    """One file of `docs/images`: the page, and how much of it."""

    name: str
    page: Callable[[Visitor], None]
    width: int
    height: int


PICTURES = (
    Picture("home.png", home, 1280, 1000),
    Picture("task-list.png", task_list, 1280, 1060),
    Picture("criterion.png", criterion, 360, 1100),
    Picture("letter.png", letter, 1280, 1000),
    Picture("letter-received.png", received, 360, 1100),
    Picture("letter-forward.png", forward, 360, 1100),
    Picture("letter-tree.png", tree, 1280, 1060),
    Picture("board.png", board, 1280, 1000),
    Picture("verdict.png", verdict, 1280, 700),
)


def take(visitor: Visitor, picture: Picture) -> Image.Image:
    """The upper part of the page, in a palette: small files for the repository."""
    picture.page(visitor)
    visitor.page.set_viewport_size({"width": picture.width, "height": picture.height})
    shot = Image.open(io.BytesIO(visitor.page.screenshot()))
    return shot.convert("RGB").quantize(128, dither=Image.Dither.NONE)


def main() -> None:
    """Fill a demo of its own, and take all pictures anew."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "data"
        filled = demo.run(data, "demo", "--data", str(data), "--fill-only")
        assert filled.returncode == 0, filled.stdout + filled.stderr
        browser = launch(playwright)
        with demo.running(data) as site:
            for picture in PICTURES:
                with visiting(browser, site.url, width=picture.width) as visitor:
                    take(visitor, picture).save(FOLDER / picture.name, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
