"""Templates and legal references that come with the program are whole; a wrong file says what is wrong."""

import pytest

from saduak.correspondence.models import LetterTemplate, WrittenKind
from saduak.correspondence.writing import LetterDocument
from saduak.correspondence.writing.pdf import to_pdf
from saduak.correspondence.writing.placeholders import PLACES, fill, unfilled
from saduak.correspondence.writing.templates import KINDS, USES, DataError, load_legal, load_templates
from tests.correspondence.writing import samples as s

VALUES = {place.name: f"คำ{at}" for at, place in enumerate(PLACES)}
GOOD = {
    "code": '"x"',
    "version": "1",
    "use": '"call"',
    "kind": '"memo"',
    "name": '"แบบ"',
    "subject": '"เรื่อง {{round.year}}"',
    "body": '"ด้วย {{law:saraban}}"',
    "purpose": '"จึงเรียนมา"',
    "source": '"ที่มา"',
    "official": "false",
}


def write(folder, file="x.toml", **changed):
    rows = {**GOOD, **changed}
    (folder / file).write_text(
        "\n".join(f"{key} = {value}" for key, value in rows.items() if value), encoding="utf-8"
    )


def test_there_is_a_template_for_every_use() -> None:
    assert set(USES) == set(LetterTemplate.Use.values)
    assert set(KINDS) == set(WrittenKind.values)
    rows = load_templates()
    assert {row.use for row in rows} == set(USES)
    assert {row.kind for row in rows} <= set(KINDS)
    assert [(row.code, row.version) for row in rows] == sorted((row.code, row.version) for row in rows)
    # Nobody of the programme has confirmed any of them.
    assert not any(row.official for row in rows)


@pytest.mark.parametrize("row", load_templates(), ids=lambda row: row.code)
def test_a_filled_template_is_a_letter(row) -> None:
    LetterTemplate(
        code=row.code, version=row.version, use=row.use, kind=row.kind, name=row.name, subject=row.subject,
        body=row.body, purpose=row.purpose, source=row.source, official=row.official,
    ).clean_fields()  # fmt: skip
    subject, body = (fill(text, VALUES) for text in (row.subject, row.body))
    assert unfilled(subject + body) == ([".........."] if row.code == "free" else [])
    assert not set("0123456789") & set(row.purpose)
    if row.code == "free":
        return
    letter = LetterDocument(
        kind=row.kind, issuer="จังหวัดสมมุติ", subject=subject, salutation="เรียน", addressee="นายอำเภอ",
        paragraphs=(*body.split("\n\n"), row.purpose), closing="ขอแสดงความนับถือ", signature=s.EXTERNAL.signature,
    )  # fmt: skip
    pages = s.pages_of(to_pdf(letter))
    assert len(pages) == 1
    assert s.bare(row.purpose) in s.bare(pages[0])


def test_legal_references_name_their_source() -> None:
    rows = load_legal()
    assert [row.code for row in rows] == [
        "gecc-policy",
        "good-governance",
        "licensing-facilitation",
        "saraban",
        "saraban-2",
        "saraban-3",
        "saraban-4",
    ]
    assert not any(row.official for row in rows)
    assert {row.code: row.valid_from.isoformat() for row in rows if row.valid_from} == {
        "saraban": "1983-06-01"
    }


def test_good_files_are_read_in_order(tmp_path) -> None:
    write(tmp_path, "b.toml", code='"b"')
    write(tmp_path, "a.toml", code='"b"', version="2")
    assert [(row.code, row.version) for row in load_templates(tmp_path)] == [("b", 1), ("b", 2)]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": ""}, "name missing"),
        ({"purpose": '"  "'}, "purpose empty"),
        ({"version": '"1"'}, "version is no int"),
        ({"official": "1"}, "official is no bool"),
        ({"version": "true"}, "version is no int"),
        ({"colour": '"red"'}, "colour is no field"),
        ({"use": '"party"'}, "use party"),
        ({"kind": '"order"'}, "kind order"),
        ({"subject": '"{{round.colour}}"'}, "unknown places round.colour"),
        ({"body": '"{{law:nothing}}"'}, "unknown laws law:nothing"),
        ({"body": '"open'}, r"x\.toml"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path, changed, told) -> None:
    write(tmp_path, **changed)
    with pytest.raises(DataError, match=told):
        load_templates(tmp_path)


def test_no_version_stands_twice(tmp_path) -> None:
    write(tmp_path, "a.toml")
    write(tmp_path, "b.toml")
    with pytest.raises(DataError, match="x version 1 stands twice"):
        load_templates(tmp_path)
    legal = tmp_path / "legal.toml"
    one = '[[legal]]\ncode = "a"\nversion = 1\ncitation = "ก"\nsource = "ข"\nofficial = false\nvalid_to = 2020-01-01\n'
    legal.write_text(one, encoding="utf-8")
    assert load_legal(legal)[0].valid_to.year == 2020
    legal.write_text(one * 2, encoding="utf-8")
    with pytest.raises(DataError, match="stands twice"):
        load_legal(legal)
