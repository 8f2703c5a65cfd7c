"""What the page of a criterion weighs when it is first opened over a slow line, and that its small fonts look like the whole."""

import base64
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fontpkg_sarabun
import pytest

from saduak.foundation import apps
from tests.system import site as demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST = 150_000
SMALL = Path(apps.__file__).parent / "static" / "foundation" / "fonts"
WHOLE = Path(fontpkg_sarabun.__file__).parent / "files"
WEIGHTS = {400: "Regular", 500: "Medium", 600: "SemiBold", 700: "Bold"}
# Marks above marks, marks above tall letters, letters that lose their feet above a vowel, ligatures, digits.
LINES = (
    "ที่ นี้ ปู่ ย่า น้ำ ซ้ำ ป้า ฝ้าย ฟ้า ปี่ ฝี่ ฟื้น ปั้น ผู้ เก๋ เปี๊ยะ ก็ ก์ สิทธิ์ ศักดิ์ พันธุ์",
    "ญู ญุ ฐู ฐุ ฎุ ฏุ ฏู ฎู ฤๅ ฦๅ กำ ก่ำ ก้ำ ปำ ป่ำ เสียงแคน เยี่ยม เพื่อน เรื่อง ๆ ฯ ฿",
    "๐๑๒๓๔๕๖๗๘๙ 0123456789 (ข้อ 2.12) 50% ปี พ.ศ. 2570 – “คำพูด” ‘ใน’ … • 9/10 ไม่เกิน 20 MB",
    "AV To Ty fi fl Waterway officer example JPG PDF ÉÜÏ éüï",
)
DRAWN = """async ({whole, parts, lines, weight}) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const draw = async (name, faces) => {
    for (const [data, range] of faces) document.fonts.add(await new FontFace(name, bytes(data), {weight, unicodeRange: range}).load());
    const canvas = document.createElement("canvas");
    canvas.width = 1400; canvas.height = 90 * lines.length;
    const pen = canvas.getContext("2d");
    pen.font = `${weight} 34px "${name}"`;
    pen.setTransform(1, 0.02, 0, 1, 0, 0); // aslant no renderer fits letters to its pixels, which is not the font's doing
    lines.forEach((line, at) => pen.fillText(line, 10, 60 + 90 * at));
    return canvas.toDataURL();
  };
  const [one, other, nothing] = [await draw(`whole${weight}`, [[whole, "U+0-10FFFF"]]), await draw(`parts${weight}`, parts), await draw(`none${weight}`, [])];
  return {alike: one === other, empty: one === nothing, one, other};
}"""


def first_load(browser: Any, site: demo.Site, path: str, cookies: list[Any]) -> dict[str, float]:
    """What comes over the line for a page in a browser that has never been here, by address."""
    context = browser.new_context(locale="th-TH", viewport={"width": 360, "height": 780})
    try:
        context.add_cookies(cookies)
        page = context.new_page()
        line = context.new_cdp_session(page)
        addresses: dict[str, str] = {}
        came: dict[str, float] = {}
        line.on(
            "Network.requestWillBeSent", lambda e: addresses.update({e["requestId"]: e["request"]["url"]})
        )
        line.on(
            "Network.loadingFinished",
            lambda e: came.update({addresses[e["requestId"]]: e["encodedDataLength"]}),
        )
        line.send("Network.enable")
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready.then(() => true)")
        assert {urlsplit(url).netloc for url in addresses.values() if not url.startswith("data:")} == {
            urlsplit(site.url).netloc
        }
        return came
    finally:
        context.close()


def test_the_page_of_a_criterion_is_light_on_first_load(browser, site, visit):
    with visit(site, width=360) as officer:
        officer.sign_in("officer")
        officer.go("/applications/")
        officer.press(officer.page.locator("main a[href^='/applications/']").first)
        items = officer.page.locator("main a[href*='/items/']")
        paths = list(items.evaluate_all("all => all.map((one) => one.getAttribute('href'))"))
        cookies = officer.page.context.cookies()
    # The first, the one that was sent back, and the last.
    for path in dict.fromkeys((paths[0], paths[len(paths) // 2], paths[-1])):
        came = first_load(browser, site, path, cookies)
        heaviest = sorted(((round(size), url) for url, size in came.items()), reverse=True)
        assert sum(came.values()) < MOST, f"{sum(came.values()):.0f}\n" + "\n".join(map(str, heaviest))
        fonts = [url for url in came if ".woff2" in url]
        assert any("sarabun-400-thai" in url for url in fonts)
        assert not any("-rest" in url for url in fonts)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_the_small_fonts_draw_thai_as_the_whole_font_does(browser, weight):
    sheet = (SMALL.parent / "tokens.css").read_text(encoding="utf-8").splitlines()
    parts = []
    for file in sorted(SMALL.glob(f"sarabun-{weight}-*.woff2")):
        line = next(line for line in sheet if file.name in line)
        parts.append((encoded(file), line.partition("unicode-range: ")[2].partition(";")[0]))
    assert len(parts) == 3
    page = browser.new_page()
    try:
        told = {
            "whole": encoded(WHOLE / f"Sarabun-{WEIGHTS[weight]}.ttf"),
            "parts": parts,
            "lines": LINES,
            "weight": str(weight),
        }
        drawn = page.evaluate(DRAWN, told)
    finally:
        page.close()
    assert not drawn["empty"]
    assert drawn["alike"]


def encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
