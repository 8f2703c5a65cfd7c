import gettext

import polib
import pytest

from tools import messages
from tools.messages import Message, calls, compile_catalogue, in_template

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


def test_a_catalogue_is_compiled_without_gettext(tmp_path):
    source, target = tmp_path / "x.po", tmp_path / "x.mo"
    source.write_text(
        HEAD + 'msgid "บันทึกแล้ว"\nmsgstr "Saved"\n\n#, fuzzy\nmsgid "ลบ"\nmsgstr "Maybe"\n', encoding="utf-8"
    )
    compile_catalogue(source, target)
    with target.open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("บันทึกแล้ว") == "Saved"
    assert words.gettext("ลบ") == "ลบ"
    assert [path.name for path in tmp_path.iterdir() if path.suffix not in {".po", ".mo"}] == []


def test_messages_of_python():
    code = (
        '_("หนึ่ง" "สอง")\nx(_t("สาม"), ngettext("n ข้อ", "n ข้อ", n))\n'
        'pgettext_lazy("letter", "เรื่อง")\n_(name)\ntranslation.gettext("สี่")\n'
    )
    assert list(calls(code)) == [
        Message("หนึ่งสอง"),
        Message("เรื่อง", context="letter"),
        Message("สี่"),
        Message("สาม"),
        Message("n ข้อ", plural="n ข้อ"),
    ]


def test_messages_of_a_template_also_in_attributes_of_components():
    text = (
        "<c-tag label=\"{% translate 'ครบ' %}\" />{% fact _(\"ที่\") %}{{ _('อื่น')|nb }}\n"
        '{% blocktranslate trimmed count n=n with a=b %}\n {{ n }} ข้อ "{{ a }}" 5%\n'
        '{% plural %}{{ n }} ข้อ "{{ a }}" 5%{% endblocktranslate %}\n'
        "{% blocktranslate %}เหลือ {{ n }}{% endblocktranslate %}"
    )
    both = '%(n)s ข้อ "%(a)s" 5%%'
    assert list(in_template(text)) == [
        Message("ครบ"),
        Message("ที่"),
        Message("อื่น"),
        Message(both, plural=both),
        Message("เหลือ %(n)s"),
    ]


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A program with one message, to add to."""
    source = tmp_path / "src"
    (source / "room" / "templates").mkdir(parents=True)
    (source / "room" / "one.py").write_text('_("เหลือ {n} วัน")\n', encoding="utf-8")
    monkeypatch.setattr(messages, "SOURCE", source)
    return source


def test_extracting_keeps_translations_and_drops_what_is_gone(program, tmp_path):
    po = tmp_path / "locale" / "x.po"
    assert messages.extract(po) == 1
    entries = polib.pofile(str(po))
    entries[0].msgstr = "{n} days left"
    entries.save()
    page = "{% translate 'ก่อน' %}{% blocktranslate count n=n %}เหลือ {n} วัน{% plural %}เหลือ {n} วัน{% endblocktranslate %}"
    (program / "room" / "templates" / "page.html").write_text(page, encoding="utf-8")
    assert messages.extract(po) == 1
    now = polib.pofile(str(po))
    assert [(entry.msgid, entry.msgstr, entry.msgstr_plural) for entry in now] == [
        ("ก่อน", "", {}),
        ("เหลือ {n} วัน", "", {0: "{n} days left", 1: "{n} days left"}),
    ]
    assert now[1].occurrences == [("room/one.py", ""), ("room/templates/page.html", "")]
    assert now.metadata["Plural-Forms"] == "nplurals=2; plural=(n != 1);"
    (program / "room" / "one.py").write_text("", encoding="utf-8")
    (program / "room" / "templates" / "page.html").write_text("", encoding="utf-8")
    messages.extract(po)
    assert list(polib.pofile(str(po))) == []


def test_extracting_twice_changes_nothing(program, tmp_path):
    po = tmp_path / "x.po"
    messages.extract(po)
    before = po.read_bytes()
    messages.extract(po)
    assert po.read_bytes() == before


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('msgid "เหลือ {n} วัน"\nmsgstr "{n} days left"', []),
        ('msgid "เหลือ {n} วัน"\nmsgstr ""', ["is not translated"]),
        ('#, fuzzy\nmsgid "เหลือ {n} วัน"\nmsgstr "{n} days left"', ["is fuzzy"]),
        ('msgid "เหลือ {n} วัน"\nmsgstr "{days} days left"', ["has other placeholders"]),
        ('msgid "เหลือ {n} วัน"\nmsgstr "{n} days left "', ["begins or ends with other spaces"]),
        ('msgid "เหลือ {n} วัน"\nmsgstr "{n} วัน left"', ["has Thai in its English"]),
        ('msgid "เก่า"\nmsgstr "Old"', ["is not in the catalogue", "is no longer used"]),
    ],
)
def test_what_is_wrong_with_a_catalogue_is_said(program, tmp_path, entry, said):
    po = tmp_path / "x.po"
    po.write_text(HEAD + entry + "\n", encoding="utf-8")
    problems = messages.problems(po)
    assert len(problems) == len(said)
    assert all(words in problem for words, problem in zip(said, problems, strict=True))


def test_english_is_complete():
    assert messages.problems() == []


def test_the_thai_lent_to_others_is_complete_and_known_to_them():
    assert messages.thai_problems() == []
    entries = polib.pofile(str(messages.THAI))
    assert len(entries) > 50
    assert all(
        messages.THAI_LETTER.search(e.msgstr or e.msgstr_plural[0]) for e in entries if e.msgid[0] != "("
    )


def test_stale_catalogues_are_compiled_once(tmp_path, monkeypatch):
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(HEAD + 'msgid "ลบ"\nmsgstr "Delete"\n', encoding="utf-8")
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    assert messages.compile_stale() == [folder / "django.mo"]
    assert messages.compile_stale() == []


@pytest.mark.parametrize(
    ("thai", "english", "wrong"),
    [
        ("เช่น ปลัดจังหวัด", "For example ปลัดจังหวัด", False),
        ("ลงนาม เช่น ปลัดจังหวัด", "ลงนาม, for example ปลัดจังหวัด", True),
        ("เลขหนังสือเวียน (ว)", "Number of circulars (ว)", False),
        ("บันทึกแล้ว", "บันทึก", True),
    ],
)
def test_thai_stays_in_english_only_as_what_is_to_be_typed(thai, english, wrong):
    entry = polib.POEntry(msgid=thai, msgstr=english)
    assert any("has Thai" in what for what in messages.wrong_with(entry)) is wrong
