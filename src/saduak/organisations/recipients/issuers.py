"""Who wrote a letter: the organisation that it names, and whether it commands another."""

import re

from django.db.models import Q

from saduak.organisations.models import Organisation, TreePath
from saduak.organisations.paths import ancestors
from saduak.organisations.recipients.words import LONGEST_NAME, clean


def commands(issuer: Organisation, organisation: Organisation) -> bool:
    """Whether one organisation stands in the line of another today (or is it). One query."""
    if issuer.pk == organisation.pk:
        return True
    rows = TreePath.objects.filter(organisation=organisation, kind=TreePath.Kind.LINE)
    return any(issuer.pk in ancestors(path) for path in rows.values_list("path", flat=True))


def find_issuer(text: str) -> Organisation | None:
    """The one organisation that a letter names as its issuer, or None. One query.

    "จังหวัดมุกดาหาร (ศาลากลางจังหวัดมุกดาหาร)" and "กระทรวงมหาดไทย สำนักงานปลัดกระทรวงมหาดไทย" are read from their
    beginning: the whole first, then what stands before a bracket, then fewer and fewer words.
    """
    names = _candidates(clean(text))
    if not names:
        return None
    condition = Q(name_th__in=names)
    for name in names:
        condition |= Q(aliases__contains=name)
    rows = list(Organisation.objects.filter(condition, retired_at__isnull=True).select_related("area")[:200])
    for name in names:
        hits = [row for row in rows if name == clean(row.name_th)]
        hits = hits or [row for row in rows if name in clean(row.aliases).split()]
        if len(hits) == 1:
            return hits[0]
    return None


def _candidates(text: str) -> list[str]:
    outer = re.sub(r"\([^)]*\)", " ", text).split()
    names = [text, *(" ".join(outer[:end]) for end in range(len(outer), 0, -1))]
    names += [inner.strip() for inner in re.findall(r"\(([^)]*)\)", text)]
    return list(dict.fromkeys(name for name in names if 1 < len(name) <= LONGEST_NAME))[:20]
