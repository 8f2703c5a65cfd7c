import io
import uuid
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saduak.applications import word
from saduak.applications.word.fields import TAG, clean, digest
from saduak.applications.word.reading import LONGEST, fields_in
from saduak.applications.word.writing import prompt
from saduak.foundation import docx_look
from saduak.foundation.access import Invalid
from tests.applications.factories_quality import book, packed, parts_of, rewritten, section

APPLICATION = uuid.UUID("0190f0f0-0000-7000-8000-000000000001")
THAI = st.text(st.sampled_from("กขคงจ ฉิ่้ำแโไเ๑ๆฯ\t\nAb1,<&>\"'\x00\x0b\ufffe😀"), max_size=200)


def read(tmp_path, data):
    place = tmp_path / "file.docx"
    place.write_bytes(data)
    return word.read(place)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("word")


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(THAI, min_size=1, max_size=4), version=st.integers(0, 99_999_999))
def test_texts_come_back_as_they_went(folder, texts, version):
    keys = [f"c-{n:06x}" for n in range(len(texts))]
    data = book(APPLICATION, *(section(key, text, version) for key, text in zip(keys, texts, strict=True)))
    place = folder / "file.docx"
    place.write_bytes(data)
    # In this process: each of these would start another.
    fields = fields_in(docx_look.controls(place, TAG.pattern))
    assert [field.key for field in fields] == keys
    for field, text in zip(fields, texts, strict=True):
        assert field.text == (clean(text) if clean(text).replace("\n", "") else "")
        assert (field.version, field.changed) == (version, False)
        assert field.application == word.mark(APPLICATION)


def test_what_was_written_in_the_file_is_seen(tmp_path):
    data = book(APPLICATION, section(text="ข้อความเดิม", version=7))
    (field,) = read(tmp_path, rewritten(data, "ข้อความเดิม", "ข้อความใหม่"))
    assert (field.text, field.version, field.changed) == ("ข้อความใหม่", 7, True)
    assert field.base == digest("ข้อความเดิม ")


def test_an_empty_control_shows_what_to_do_and_is_empty(tmp_path):
    data = book(APPLICATION, section())
    assert prompt().encode() in parts_of(data)["word/document.xml"]
    assert read(tmp_path, data)[0].text == ""
    # Some programs leave the mark when somebody wrote over the words.
    assert read(tmp_path, rewritten(data, prompt(), "เขียนแล้ว"))[0].text == "เขียนแล้ว"


def test_what_word_makes_of_a_text_is_read(tmp_path):
    data = book(APPLICATION, section(text="เดิม"))
    written = (
        "<w:del><w:r><w:delText>ลบ</w:delText><w:t>ลบ</w:t></w:r></w:del><w:ins><w:r><w:t>ใหม่</w:t></w:r></w:ins>"
        "<w:r><w:br/><w:t>บรรทัด</w:t><w:noBreakHyphen/><w:tab/><w:t/></w:r>"
        "<w:hyperlink><w:r><w:t>ลิงก์</w:t></w:r></w:hyperlink>"
    )
    made = rewritten(data, '<w:r><w:t xml:space="preserve">เดิม</w:t></w:r>', written)
    assert read(tmp_path, made)[0].text == "ใหม่\nบรรทัด-\tลิงก์"


def test_a_table_is_read_and_a_paragraph_taken_out_is_not(tmp_path):
    data = book(APPLICATION, section(text="เดิม"))
    paragraph = '<w:p><w:r><w:t xml:space="preserve">เดิม</w:t></w:r></w:p>'
    table = f"<w:tbl><w:tr><w:tc>{paragraph}</w:tc></w:tr></w:tbl><w:del>{paragraph}</w:del>"
    box = f"<w:p><w:r><w:pict>{paragraph}</w:pict></w:r></w:p>"
    assert read(tmp_path, rewritten(data, paragraph, table + box))[0].text == "เดิม\nเดิม"


def test_a_control_within_a_line_and_one_inside_another(tmp_path):
    data = book(APPLICATION, section(text="เดิม"))
    paragraph = '<w:p><w:r><w:t xml:space="preserve">เดิม</w:t></w:r></w:p>'
    inline = '<w:r><w:t xml:space="preserve">ในบรรทัด</w:t></w:r>'
    assert read(tmp_path, rewritten(data, paragraph, inline))[0].text == "ในบรรทัด"
    tag = word.tag_of(APPLICATION, section("c-00000b"))
    inner = (
        f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent>{paragraph}</w:sdtContent></w:sdt>'
    )
    (field,) = read(tmp_path, rewritten(data, paragraph, inner))
    assert (field.key, field.text) == ("c-f47b43", "เดิม")
    empty = "<w:sdt><w:sdtPr/><w:sdtContent/></w:sdt><w:sdt/>"
    assert len(read(tmp_path, rewritten(data, "<w:body>", f"<w:body>{empty}"))) == 1


def hostile():
    """Files that are no Word file of ours, with the code of the refusal."""
    good = book(APPLICATION, section(text="เดิม"))
    parts = parts_of(good)
    main = parts["word/document.xml"].decode()
    declaration, rest = main.split("?>", 1)

    def of(text):
        return packed(parts | {"word/document.xml": text.encode()})

    entity = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    yield "nothing", b"", "file-broken"
    yield "no zip", b"PK\x03\x04 and nothing more", "file-broken"
    yield "cut", good[:-200], "file-broken"
    yield "another zip", packed({"a.txt": b"a"}), "file-archive"
    yield (
        "a spreadsheet",
        packed(
            {
                "[Content_Types].xml": b"spreadsheetml.sheet.main+xml",
                "xl/workbook.xml": b"<x/>",
            }
        ),
        "word-foreign",
    )
    yield "macros", packed(parts | {"word/vbaProject.bin": b"x"}), "file-macro"
    yield "no fields", of(main.replace("saduak:", "other:")), "word-foreign"
    yield "a tag of nonsense", of(main.replace(":c-f47b43:", ":c-f47b43:x")), "word-foreign"
    yield "no XML", of("not xml"), "word-broken"
    yield "empty XML", of(""), "word-broken"
    yield "an entity", of(f"{declaration}?>{entity}{rest.replace('เดิม', '&b;')}"), "word-"
    yield (
        "a file by entity",
        of(
            f'{declaration}?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{rest.replace("เดิม", "&a;")}'
        ),
        "word-",
    )
    yield "a document type", of(f"{declaration}?><!DOCTYPE x>{rest}"), "word-doctype"
    yield "deep", of(f"{declaration}?>" + "<a>" * 5000 + "</a>" * 5000), "word-broken"
    yield "twice", of(main.replace("</w:body>", _control(main) + "</w:body>")), "word-twice"
    yield "heavy", _stored(parts | {"word/document.xml": b"<a>" + b" " * 32_000_000 + b"</a>"}), "word-heavy"
    yield "long", book(APPLICATION, section(text="ก" * (LONGEST + 1))), "word-long"
    many = _control(main).replace("<w:sdt>", "<w:sdt><w:x/>", 1) * 501
    yield "controls without end", of(main.replace("</w:body>", many + "</w:body>")), "word-heavy"
    # A tree of a gigabyte in a file of 100 kB: its reader is brought down, nobody else.
    yield "elements without end", packed(parts | {"word/document.xml": _forest()}), "word-"
    yield "bomb", packed(parts | {"word/media.bin": b"\0" * 60_000_000}), "file-bomb"
    yield "spoiled", _spoiled(good), "-broken"


def _forest():
    """Small elements, as varied as it takes not to be a bomb by its ratio."""
    some = "".join(f"<a{n:x}/>" for n in range(100_000)).encode()
    return b"<x>" + some * (docx_look.MOST_BYTES // len(some)) + b"</x>"


def _control(main):
    return main[main.index("<w:sdt>") : main.index("</w:sdt>") + len("</w:sdt>")]


def _stored(parts):
    """Packed without being made smaller, so that it is no bomb."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _spoiled(good):
    """The main part's packed bytes are not what they say."""
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        at = archive.getinfo("word/document.xml").header_offset + 30 + len("word/document.xml")
    return good[: at + 5] + bytes(40) + good[at + 45 :]


@pytest.mark.parametrize(
    ("data", "code"), [pytest.param(data, code, id=name) for name, data, code in hostile()]
)
def test_a_hostile_file_is_refused_with_a_reason(tmp_path, data, code):
    with pytest.raises(Invalid) as refused:
        read(tmp_path, data)
    assert code in refused.value.code
    assert str(refused.value.reason)
