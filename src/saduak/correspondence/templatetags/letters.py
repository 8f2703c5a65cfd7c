"""Filters for pages of letters."""

import re
from typing import Final

from django import template
from django.utils.translation import gettext as _

from saduak.correspondence.models import Draft
from saduak.correspondence.queries.places import subject_of

register = template.Library()
_DAY: Final = re.compile(r"\d{1,2} [^\s\d]+ (?:พ\.ศ\. )?\d{4}")


@register.filter
def titled(draft: Draft) -> str:
    """What a letter that is being written is called on pages: its subject with its places filled, or that it has none."""
    return subject_of(draft) or _("ร่างไม่มีชื่อเรื่อง")


@register.filter
def glued(words: object) -> str:
    """A sentence in which no line ends within a day ("9 กุมภาพันธ์ 2570"): its spaces do not break."""
    return _DAY.sub(lambda day: day[0].replace(" ", "\N{NO-BREAK SPACE}"), str(words))
