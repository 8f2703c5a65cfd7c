"""Cut Sarabun into the small files that pages load, and write the sheet that names them.

A page in Thai first loads one file for each weight that it shows: Thai with digits and punctuation, 13 kB each. The letters
A to Z stand in a second file and everything else that the typeface has in a third; browsers fetch those only for a page
that shows such a letter. Nothing is dropped: the three files together have every letter of the whole font. Layout rules
(`ccmp`, `mark`, `mkmk`, …) go along, so that stacked marks stand as before; `tests/system/test_weight.py` compares the
pictures of both. PDFs take the whole fonts, from their package.

The files are kept in the repository, with the licence of the typeface. To make them anew, for example after an update of
`fontpkg-sarabun` (WOFF2 needs brotli, which nothing else here does):

    .venv/bin/uv run --no-project --with fonttools --with brotli --with fontpkg-sarabun python tools/fonts.py
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

import fontpkg_sarabun
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
SOURCE = Path(fontpkg_sarabun.__file__).parent
STATIC = ROOT / "src" / "saduak" / "foundation" / "static" / "foundation"
FOLDER, SHEET = STATIC / "fonts", STATIC / "tokens.css"
BEGINS, ENDS = "/* Made by tools/fonts.py, from here */\n", "/* to here */\n"

WEIGHTS = {400: "Regular", 500: "Medium", 600: "SemiBold", 700: "Bold"}
# What Thai text has beside letters: no-break and zero-width spaces, dashes, quotation marks, and the like.
BESIDE = "\u00a0·×÷\u200b\u200c\u200d\u2010\u2011–—‘’“”•…◌"
# Letters without any of the others between them make one range, when they stand no farther apart.
NEAR = 64


def groups(known: Iterable[int]) -> dict[str, set[int]]:
    """The letters of a font in the groups that are loaded apart."""
    letters = {
        code for code in known if code >= 0x20
    }  # the font draws a few control characters, which no text has
    ascii_ = {code for code in range(0x20, 0x7F) if not chr(code).isalpha()}
    thai = letters & ({*range(0x0E01, 0x0E5C), *map(ord, BESIDE)} | ascii_)
    latin = {code for code in letters if code < 0x7F} - thai
    return {"rest": letters - thai - latin, "latin": latin, "thai": thai}


def ranges(codes: set[int], others: set[int]) -> str:
    """The value of `unicode-range` for a group."""
    made: list[list[int]] = []
    for code in sorted(codes):
        if made and code - made[-1][1] <= NEAR and not others & set(range(made[-1][1] + 1, code)):
            made[-1][1] = code
        else:
            made.append([code, code])
    return ",".join(f"U+{first:X}" + (f"-{last:X}" if last > first else "") for first, last in made)


def cut(source: Path, codes: set[int], target: Path) -> None:
    """Write the part of a font that has these letters."""
    options = Options()
    options.layout_features = ["*"]
    options.flavor = "woff2"
    # Copyright, family, licence: who has the file can read what it is.
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(target, reorderTables=True)


def main() -> None:
    """Make all files, and their lines in the sheet."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    shutil.copy(SOURCE / "LICENSE", FOLDER / "OFL.txt")
    lines = []
    for weight, name in WEIGHTS.items():
        source = SOURCE / "files" / f"Sarabun-{name}.ttf"
        parts = groups(TTFont(source).getBestCmap())
        for part, codes in parts.items():
            file = f"sarabun-{weight}-{part}.woff2"
            cut(source, codes, FOLDER / file)
            others = set().union(*(other for key, other in parts.items() if key != part))
            lines.append(
                f'@font-face {{ font-family: "Sarabun"; font-weight: {weight}; font-display: swap; '
                f'src: url("fonts/{file}") format("woff2"); unicode-range: {ranges(codes, others)}; }}\n'
            )
            print(f"{file:<28} {len(codes):>4} letters {(FOLDER / file).stat().st_size:>6} bytes")
    before, _begins, rest = SHEET.read_text(encoding="utf-8").partition(BEGINS)
    _old, _ends, after = rest.partition(ENDS)
    SHEET.write_text(before + BEGINS + "".join(lines) + ENDS + after, encoding="utf-8")


if __name__ == "__main__":
    main()
