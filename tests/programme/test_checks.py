import copy

import pytest

from saduak.programme import reading
from saduak.programme.reading import checks, meaning
from tests.programme.factories import document
from tests.programme.factories_checks import SURVEY, asking, item_of

SOURCE = {"severity": "should", "source": "ตัวอย่าง"}


def problems(*rows, known=()):
    content = asking([{**row, **SOURCE} for row in rows]) | {"programme": "gecc"}
    return [str(words) for _path, words in meaning.problems(content, known)]


def test_checks_that_hold_together_are_taken():
    assert (
        problems(
            {"rule": "at-most", "of": ["happy", "asked"]},
            {"rule": "sum", "of": ["happy", "asked", "users"]},
            {"rule": "equal", "of": ["users", f"{item_of(document(), '2.2')['key']}/users"]},
            {"rule": "between", "of": ["share"], "least": 0, "most": 100},
            {"rule": "between", "of": ["share"], "most": 100},
            {"rule": "sample", "of": ["users", "asked"], "formula": "yamane"},
        )
        == []
    )


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ({"rule": "at-most", "of": ["happy", "nobody"]}, "ไม่มีตัวเลขชื่อ nobody ใน numbers"),
        ({"rule": "at-most", "of": ["happy"]}, "กฎ at-most ใช้ตัวเลขตั้งแต่ 2 ถึง 2 ตัว"),
        ({"rule": "between", "of": ["share"]}, "กฎ between ต้องบอก least หรือ most"),
        ({"rule": "between", "of": ["share"], "least": 9, "most": 1}, "least ต้องไม่มากกว่า most"),
        ({"rule": "sample", "of": ["users", "asked"]}, "formula ใช้กับกฎ sample และกฎ sample ต้องมี formula"),
        (
            {"rule": "equal", "of": ["users", "asked"], "formula": "yamane"},
            "formula ใช้กับกฎ sample และกฎ sample ต้องมี formula",
        ),
    ],
)
def test_a_check_that_cannot_be_meant_is_told(check, words):
    assert problems(check) == [words]


def test_a_number_has_its_name_once():
    content = copy.deepcopy(asking()) | {"programme": "gecc"}
    survey = item_of(content, SURVEY)
    survey["numbers"] = [*survey["numbers"], survey["numbers"][0]]
    assert [str(words) for _path, words in meaning.problems(content, ())] == [
        f"key {survey['key']}/users ใช้ซ้ำ ทุก key ต้องไม่ซ้ำกัน"
    ]


def test_a_name_with_its_item():
    assert checks.full("c-00000a", "users") == "c-00000a/users"
    assert checks.full("c-00000a", "c-00000b/users") == "c-00000b/users"


def test_the_file_that_comes_with_the_program_asks_for_no_numbers():
    read = reading.read(reading.bundled())
    assert read.ok
    assert not any("numbers" in item for part in read.document["parts"] for item in part["items"])


def test_a_file_with_numbers_is_read():
    content = reading.bundled().decode()
    before = 'number: "2.1"\n'
    more = (
        "        looks_for: ดูจำนวน\n        numbers:\n          - {key: users, label: ผู้รับบริการ, unit: คน, role: population}\n"
        "          - {key: asked, label: ผู้ตอบ, role: sample}\n        checks:\n"
        "          - {rule: sample, of: [users, asked], formula: yamane, severity: should, source: ตัวอย่าง}\n"
    )
    asked = content.replace(before, before + more).replace(
        "\ntotal: 100", "\nchecks: {letters: 40, source: ตัวอย่าง}\ntotal: 100"
    )
    read = reading.read(asked.encode())
    assert read.ok, read.problems
    assert item_of(read.document, SURVEY)["numbers"][0]["unit"] == "คน"
    wrong = reading.read(asked.replace("formula: yamane", "formula: guess").encode())
    assert [problem.line for problem in wrong.problems]
