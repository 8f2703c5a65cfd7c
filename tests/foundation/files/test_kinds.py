"""Kinds of files are known by their content, and refused with words that say what to do."""

import zipfile

import pytest

from saduak.foundation.access import Invalid
from saduak.foundation.files import kinds, packed
from tests.foundation.files import samples


@pytest.fixture
def identify(tmp_path):
    def call(data: bytes, name: str, groups=kinds.EVERYTHING):
        path = tmp_path / "upload"
        path.write_bytes(data)
        return kinds.identify(path, name, groups)

    return call


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (samples.picture("JPEG"), "a.jpg", kinds.JPEG),
        (samples.picture("JPEG"), "a.JPEG", kinds.JPEG),
        (samples.picture("PNG"), "a.png", kinds.PNG),
        (samples.picture("WEBP"), "a.webp", kinds.WEBP),
        (samples.picture("GIF"), "a.gif", kinds.GIF),
        (samples.PDF, "a.pdf", kinds.PDF),
        (samples.PDF, "ไม่มีนามสกุล", kinds.PDF),
        (samples.office("docx"), "a.docx", kinds.DOCX),
        (samples.office("xlsx"), "a.xlsx", kinds.XLSX),
        (samples.office("pptx"), "a.pptx", kinds.PPTX),
        ("ที่ มท ๐๐๑๘\n".encode(), "a.txt", kinds.TEXT),
        ("ที่ มท ๐๐๑๘\n".encode("cp874"), "a.txt", kinds.TEXT),
        ("ก,ข\n".encode(), "a.csv", kinds.CSV),
        ("ก < ข และ ค > ง".encode(), "a.md", kinds.TEXT),
    ],
)
def test_known_by_content(identify, data, name, kind):
    assert identify(data, name) == kind


@pytest.mark.parametrize(
    ("data", "name", "code", "words"),
    [
        (b"", "a.pdf", "file-empty", "ว่างเปล่า"),
        (b"MZ\x90\x00" + b"\0" * 99, "a.pdf", "file-program", "ไฟล์โปรแกรม"),
        (b"\x7fELF" + b"\0" * 99, "a", "file-program", "ไฟล์โปรแกรม"),
        (b"#!/bin/sh\n", "a.txt", "file-program", "ไฟล์โปรแกรม"),
        (b"harmless", "a.bat", "file-program", "ไฟล์โปรแกรม"),
        (b"<!DOCTYPE html><html>", "a.pdf", "file-markup", "PDF"),
        (b"\xef\xbb\xbf  <svg onload=alert(1)>", "a.png", "file-markup", "SVG"),
        ("<html>".encode("utf-16"), "a.txt", "file-markup", "หน้าเว็บ"),
        (b"<?xml version='1.0'?><x/>", "a.txt", "file-markup", "หน้าเว็บ"),
        (b"hello", "a.html", "file-markup", "หน้าเว็บ"),
        (samples.picture("PNG"), "a.pdf", "file-name", ".png"),
        (samples.PDF, "a.docx", "file-name", ".pdf"),
        (samples.picture("TIFF"), "a.tiff", "file-type", "JPEG"),
        (b"\x00\x01\x02\x03" * 40, "a.heic", "file-type", "JPEG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", "file-type", "รูปแบบเก่า"),
        (b"\x00\x01\x02\x03" * 40, "a.bin", "file-type", "ไม่รู้จักไฟล์ชนิดนี้"),
        (samples.packed({"a.txt": b"x"}), "a.zip", "file-archive", "แตกไฟล์"),
        (samples.office("docx", **{"word/vbaProject.bin": b"x"}), "a.docx", "file-macro", "แมโคร"),
        (samples.office("docx")[:-30], "a.docx", "file-broken", "รหัสผ่าน"),
        (samples.packed({f"m{n}": b"" for n in range(packed.MEMBERS + 1)}), "a.docx", "file-bomb", "ผิดปกติ"),
        (samples.office("docx", big=b"\0" * (6 << 20)), "a.docx", "file-bomb", "ผิดปกติ"),
        (b"%PDF-1.7\n1 0 obj\n<<>>", "a.pdf", "file-cut-off", "ไม่ครบ"),
    ],
)
def test_refused_in_words(identify, data, name, code, words):
    with pytest.raises(Invalid) as refusal:
        identify(data, name)
    assert refusal.value.code == code
    assert words in str(refusal.value.reason)


def test_a_kind_that_is_not_taken_here(identify):
    with pytest.raises(Invalid, match=r"ช่องนี้ไม่รับไฟล์ PDF รับไฟล์ JPEG, PNG, WebP, GIF ขนาดไม่เกิน 20 MB"):
        identify(samples.PDF, "a.pdf", {"image"})


def test_an_encrypted_member_is_refused(tmp_path):
    data = bytearray(samples.office("docx"))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    path = tmp_path / "a"
    path.write_bytes(data)
    with zipfile.ZipFile(path) as archive:
        assert archive.infolist()[0].flag_bits & 1
    with pytest.raises(Invalid) as refusal:
        packed.check(path)
    assert refusal.value.code == "file-broken"


def test_a_bomb_by_its_total_size_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(packed, "UNPACKED_BYTES", 100)
    path = tmp_path / "a"
    path.write_bytes(samples.office("docx", more=b"ab" * 60))
    with pytest.raises(Invalid) as refusal:
        packed.check(path)
    assert refusal.value.code == "file-bomb"


def test_text_is_read_in_blocks_even_when_a_letter_is_cut(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"x" + "ก".encode() * 70000)
    assert packed.is_text(path)
    assert packed.in_utf8(path) is None
    path.write_bytes("ก".encode()[:2])
    assert not packed._reads_as(path, "utf-8")


def test_limits_are_told_beforehand(settings):
    settings.UPLOAD_LIMIT_BYTES = 2_621_440
    assert kinds.limits_text({"pdf", "text"}) == "รับไฟล์ PDF, .txt, .csv ขนาดไม่เกิน 2.5 MB ต่อไฟล์"
    assert kinds.accept_attribute({"letter"}) == ".jpg,.jpeg,.jfif,.png,.pdf,.docx,.txt,.md"


def test_an_unknown_group_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        kinds.accepted({"video"})


def test_what_a_field_does_not_take_is_not_told_to_be_renamed(identify):
    """Renamed as told, it would only be refused again."""
    with pytest.raises(Invalid) as refusal:
        identify(b"only words", "a.png", {"image", "pdf"})
    assert refusal.value.code == "file-type"
    assert "PDF" in str(refusal.value.reason)
    assert "เปลี่ยนชื่อ" not in str(refusal.value.reason)
