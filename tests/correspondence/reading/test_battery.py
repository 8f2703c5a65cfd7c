"""The battery of invented letters: every one is read as a careful person reads it."""

import time

import pytest

from saduak.correspondence.reading import read_text
from tests.correspondence.reading import scoring

CASES = scoring.cases()
LETTERS_A_SECOND = 200  # on a core of its own; this machine may share its cores


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_letter_is_read_as_a_careful_person_reads_it(case: scoring.Case) -> None:
    read = read_text(case.text, f"{case.name}.txt").as_json()
    tallies: dict[str, scoring.Tally] = {}
    for number, (want, got) in enumerate(scoring.pairs(case.documents, read["documents"])):
        scoring.score(tallies, want, got, f"document {number}")
    assert [wrong for tally in tallies.values() for wrong in tally.wrong] == []
    codes = {finding["code"] for finding in read["findings"]}
    assert set(case.findings) <= codes
    assert not codes & set(case.no_findings)
    assert not case.recognised or "read-from-picture" in codes


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_spans_point_at_what_was_read(case: scoring.Case) -> None:
    read = read_text(case.text, "a.txt")
    for document in read.documents:
        for name, (start, end) in document.spans.items():
            assert 0 <= start <= end <= len(read.text), name
        for name in ("number", "date", "subject", "purpose"):
            if getattr(document, name) and document.kind != "other":
                start, end = document.spans[name]
                assert read.text[start:end].strip(), name


def test_there_are_letters_of_every_kind() -> None:
    kinds = {document["kind"] for case in CASES for document in case.documents}
    assert kinds == {"external", "memo", "stamped", "order", "announcement", "agenda", "other"}
    assert len(CASES) >= 25


def test_pace() -> None:
    texts = [case.text for case in CASES]
    for text in texts:
        read_text(text, "a.txt")
    began = time.process_time()
    for text in texts:
        read_text(text, "a.txt")
    pace = len(texts) / (time.process_time() - began)
    assert pace > LETTERS_A_SECOND / 3  # about 600 on a free core
