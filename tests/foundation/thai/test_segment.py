from hypothesis import given, settings
from hypothesis import strategies as st

from saduak.foundation.thai import segment


def test_words_of_thai_numbers_signs_and_spaces():
    assert segment.words("ศูนย์บริการ 24 ชั่วโมง, GECC!") == [
        *("ศูนย์บริการ", " ", "24", " ", "ชั่วโมง", ",", " ", "GECC", "!"),
    ] or segment.words("ศูนย์บริการ 24 ชั่วโมง, GECC!")[:2] == ["ศูนย์", "บริการ"]
    assert segment.words("") == []


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.one_of(st.sampled_from("กขคเแะาิ์่ ำ๑1a.\n"), st.characters()), max_size=80))
def test_together_they_are_the_text(text):
    assert "".join(segment.words(text)) == text


def test_a_long_run_is_cut_in_pieces_and_no_word_is_torn():
    run = "ประชาชนบริการ" * 200
    found = segment.words(run)
    assert "".join(found) == run
    assert set(found) <= {"ประชาชน", "บริการ", "ประชา", "ชน"}
    assert "".join(segment.words("ก" * 3_000)) == "ก" * 3_000
