"""Names of uploaded files."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.foundation.files import names


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("หลักฐาน ข้อ ๑.pdf", "หลักฐาน ข้อ ๑.pdf"),
        ("C:\\Users\\a\\ภาพ.jpg", "ภาพ.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\nc.pdf", "abc.pdf"),
        ("\u202egpj.exe\u200b.pdf", "gpj.exe.pdf"),
        ('a"b;c<d>.pdf', "a b c d.pdf"),
        ("   .pdf  ", "pdf"),
        ("", "ไฟล์"),
        ("...", "ไฟล์"),
        ("con.txt", "ไฟล์ con.txt"),
        ("ค\u0e4d\u0e32.txt", "คำ.txt"),
        ("no-extension", "no-extension"),
    ],
)
def test_clean(sent, kept):
    assert names.clean(sent) == kept


def test_another_ending_replaces_the_own():
    assert names.clean("ภาพถ่าย.HEIC", ending="jpg") == "ภาพถ่าย.jpg"
    assert names.clean("ภาพถ่าย", ending="jpg") == "ภาพถ่าย.jpg"


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.PDF", "pdf"),
        ("a.tar.gz", "gz"),
        ("a", ""),
        (".pdf", ""),
        ("a.ภาพ", ""),
        ("a.verylongone", ""),
        ("a.", ""),
    ],
)
def test_extension(name, ending):
    assert names.extension(name) == ending


@given(st.text(max_size=400))
def test_a_clean_name_is_short_visible_and_stays_as_it_is(name):
    kept = names.clean(name)
    assert 0 < len(kept) <= names.LONGEST
    assert not set(kept) & set('/\\<>:"|?*;')
    assert not any(unicodedata.category(mark) in {"Cc", "Cf", "Cs"} for mark in kept)
    assert names.clean(kept) == kept
