"""Texts that a criteria set brings in two languages."""

from django.utils.functional import lazy
from django.utils.translation import get_language


def in_language(thai: str, english: str) -> str:
    """The English text for readers of English when there is one, else the Thai."""
    return english if english and (get_language() or "th").startswith("en") else thai


bilingual = lazy(in_language, str)
