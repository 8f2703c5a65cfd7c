"""Finding letters by words of their subject, number or body; where only the body has them, a few words around them."""

import re
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Left

from saduak.correspondence.models import Letter
from saduak.correspondence.registers_text import after_subject
from saduak.foundation.thai.text import search_key, search_terms

# What is read of a letter to show where a word stands: its head, and more of the body than it is found by.
OPENING: Final = 6_000
# So many letters on each side.
_AROUND: Final = 45
_DIGITS: Final = str.maketrans({str(n): f"[{n}{chr(0x0E50 + n)}]" for n in range(10)})
# What a search takes no notice of between two letters.
_BETWEEN: Final = r"[\s\u200b\u00ad.,()\"'“”‘’:;/_–—-]*"

_SPACES: Final = re.compile(r"\s+")
# What is left of a word where an excerpt is cut, when a space is near; else only a vowel or tone without its letter.
_HALF_BEFORE: Final = re.compile(r"^(?:\S{0,14} |[\u0e30-\u0e3a\u0e45-\u0e4e]+)")
_HALF_AFTER: Final = re.compile(r" \S{0,14}$")


def with_words(rows: QuerySet[Any], query: str, *order: str, letter: str = "") -> QuerySet[Any]:
    """Rows whose letter has every word of a query, in its subject, its number or the beginning of its body.

    Those that have every word in subject and number come first: a letter before those that cite it. Each comes with the
    `opening` of its text and its body as it is `folded`, for `excerpt_of`; nothing is added without words.

    Args:
        rows: letters, or rows that lead to one; those that the actor may not read are out already.
        query: as it was typed.
        order: of the rows otherwise; no two rows are alike in it, so that pages stay what they are.
        letter: the lookup that leads to the letter, ending in `__`; empty on letters.
    """
    terms = search_terms(query)
    if not terms:
        return rows.order_by(*order)
    named = Q()
    for term in terms:
        words = search_key(term)
        here = Q(**{f"{letter}subject_key__contains": words})
        rows = rows.filter(here | Q(**{f"{letter}body_key__contains": words}))
        named &= here
    first = Case(When(named, then=Value(0)), default=Value(1))
    rows = rows.annotate(opening=Left(f"{letter}text", OPENING), folded=F(f"{letter}body_key"))
    return rows.order_by(first, *order)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Where a word stands in a body, with a few words before and after it."""

    before: str
    hit: str
    after: str


def excerpt_of(row: Any, letter: Letter, query: str) -> Excerpt | None:
    """Where the body has a word that neither subject nor number has; None when they have every one. No query.

    Args:
        row: from `with_words`.
        letter: of that row.
        query: the same.
    """
    only = [term for term in map(search_key, search_terms(query)) if term not in letter.subject_key]
    if not only:
        return None
    body = after_subject(letter.subject, row.opening)
    found = re.search(_pattern(only[0]), body, re.IGNORECASE)
    if found is not None:
        return _cut(body, found.start(), found.end())
    # Written another way there (อบต.): as it is folded for the search.
    start = row.folded.find(only[0])
    return _cut(row.folded, start, start + len(only[0])) if start >= 0 else None


def _pattern(term: str) -> str:
    """A folded word as it may stand in a text: in Thai digits too, and with spaces where the search has none."""
    return _BETWEEN.join(re.escape(letter).translate(_DIGITS) for letter in term if not letter.isspace())


def _cut(text: str, start: int, end: int) -> Excerpt:
    first, last = max(0, start - _AROUND), end + _AROUND
    before, hit, after = (
        _SPACES.sub(" ", part) for part in (text[first:start], text[start:end], text[end:last])
    )
    if first:
        before = "…" + _HALF_BEFORE.sub("", before)
    if last < len(text):
        after = _HALF_AFTER.sub("", after) + "…"
    return Excerpt(before.lstrip(), hit, after.rstrip())
