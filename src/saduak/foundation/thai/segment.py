"""Words of Thai, which writes none of the spaces between them: found with a dictionary, in pieces that bound the time."""

import re
from collections.abc import Iterator
from typing import Final

# Thai letters, vowels and marks: everything of Thai but digits and signs.
_THAI: Final = r"\u0e01-\u0e3a\u0e40-\u0e4e"
_RUNS: Final = re.compile(rf"[{_THAI}]+|[^\W{_THAI}]+|\s+|.", re.DOTALL)
_STARTS: Final = re.compile(rf"[{_THAI}]")
# A run is looked up in pieces of this length: time grows with the length, and nobody writes longer ones without a space.
_PIECE: Final = 400
_UNSURE: Final = 2


def words_of_run(run: str) -> Iterator[str]:
    """The words of a run of Thai letters, which together are the run."""
    from pythainlp.tokenize import word_tokenize

    at = 0
    while at < len(run):
        words = word_tokenize(run[at : at + _PIECE], engine="newmm", keep_whitespace=True)
        if at + _PIECE < len(run) and len(words) > _UNSURE:
            words = words[:-_UNSURE]  # a piece may end within a word: its end begins the next piece
        for word in words:
            at += len(word)
            yield word


def words(text: str) -> list[str]:
    """A text in words, runs of space and single signs; joined they are the text again."""
    found: list[str] = []
    for match in _RUNS.finditer(text):
        run = match.group()
        if _STARTS.match(run):
            found.extend(words_of_run(run))
        else:
            found.append(run)
    return found
