import gettext

from tools.messages import compile_catalogue


def test_a_catalogue_is_compiled_without_gettext(tmp_path):
    source, target = tmp_path / "x.po", tmp_path / "x.mo"
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "บันทึกแล้ว"\nmsgstr "Saved"\n\n'
        '#, fuzzy\nmsgid "ลบ"\nmsgstr "Maybe"\n',
        encoding="utf-8",
    )
    compile_catalogue(source, target)
    with target.open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("บันทึกแล้ว") == "Saved"
    assert words.gettext("ลบ") == "ลบ"
