"""Whom a draft would go to: the words of its fields, with the office's own lists among them."""

import dataclasses
import hashlib
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q

from saduak.correspondence import written
from saduak.correspondence.models import Delivery, Draft, RecipientList
from saduak.organisations.models import Organisation
from saduak.organisations.recipients import Audience, Office, audience, by_keys


def words_of(draft: Draft) -> str:
    """Whom it goes to, as expressions one a line: those whom it addresses unless somebody wrote others."""
    return draft.recipients.strip() or draft.addressee


def audience_of(draft: Draft) -> Audience:
    """Whom a draft would go to, as its page shows before sending. A constant number of queries.

    A line that names nobody in the register and is the name of a list of the office (or of the organisation in whose
    name it writes) means the offices on that list, wherever they stand; of a list made for this very draft, those. A correction goes to everybody who had the earlier letter, whatever is typed.
    """
    phrases, exceptions = written.lines(words_of(draft)), written.lines(draft.exceptions)
    plain = audience(phrases, exceptions, draft.issuer, sender=draft.office)
    if not plain.unknown and not plain.unmet_exceptions:
        return plain
    lists = _lists(draft, [*phrases, *exceptions])
    if not lists:
        return plain
    found = audience(
        [line for line in phrases if line not in lists],
        [line for line in exceptions if line not in lists],
        draft.issuer,
        sender=draft.office,
    )
    return _with_lists(draft, found, lists, phrases, exceptions)


def reached(draft: Draft) -> dict[str, int | str]:
    """How many offices a draft would go to, and a digest of which, so that a signature is bound to the very offices.

    The same words may mean others tomorrow: a list is changed, an office comes into the register.
    """
    if draft.corrects_id is not None:
        had = Delivery.objects.filter(letter=draft.corrects_id).exclude(organisation=draft.office_id)
        keys = sorted(set(had.values_list("organisation_id", flat=True)))
    else:
        keys = sorted(office.pk for office in audience_of(draft).offices)
    return {"offices": len(keys), "sha256": digest_of_offices(keys)}


def digest_of_offices(keys: Collection[int]) -> str:
    """Of which offices (keys), in whatever order: as many others have another one."""
    return hashlib.sha256(" ".join(map(str, sorted(keys))).encode()).hexdigest()


def _lists(draft: Draft, lines: Sequence[str]) -> dict[str, list[Organisation]]:
    """The lists that are named, with their offices; those of this draft before any of the same name. Two queries; one when none is named."""
    rows = RecipientList.objects.filter(
        Q(draft__isnull=True) | Q(draft=draft.pk),
        organisation__in=[draft.office_id, draft.issuer_id],
        name__in=set(lines),
        retired_at__isnull=True,
    ).prefetch_related("members")
    known = list(rows.order_by("pk"))
    own = {row.name for row in known if row.draft_id is not None}
    found: dict[str, list[Organisation]] = {}
    for row in known:
        if row.draft_id is None and row.name in own:
            continue
        found.setdefault(row.name, []).extend(one for one in row.members.all() if one.retired_at is None)
    return found


def _with_lists(
    draft: Draft,
    found: Audience,
    lists: dict[str, list[Organisation]],
    phrases: Sequence[str],
    exceptions: Sequence[str],
) -> Audience:
    hands = {draft.office_id, draft.issuer_id}
    named = {one.pk: one for line in phrases for one in lists.get(line, ()) if one.pk not in hands}
    out = {one.pk for line in exceptions for one in lists.get(line, ())}
    # By key: the name of one may be another's too.
    reached = {office.pk: office for office in by_keys(named, draft.issuer)}
    meant = reached | {office.pk: office for office in found.offices}
    unmet = [
        line for line in exceptions if line in lists and not meant.keys() & {one.pk for one in lists[line]}
    ]
    # What a line of words took out stays out, whichever list holds it.
    gone = out | {office.pk for office in found.excepted} | _by_name(found, named.values())
    return dataclasses.replace(
        found,
        offices=_listed(office for office in meant.values() if office.pk not in gone),
        excepted=_listed({*found.excepted, *(meant[pk] for pk in gone & meant.keys())}),
        unmet_exceptions=(
            *(line for line in found.unmet_exceptions if line not in _names(named, gone)),
            *unmet,
        ),
    )


def _by_name(found: Audience, offices: Iterable[Organisation]) -> set[int]:
    """Offices of a list that an exception names, although no other line of the letter reaches them."""
    words = set(found.unmet_exceptions)
    return {one.pk for one in offices if words & {one.name_th, one.head_title}}


def _names(named: dict[int, Organisation], gone: set[int]) -> set[str]:
    return {word for pk in gone & named.keys() for word in (named[pk].name_th, named[pk].head_title)}


def _listed(offices: Iterable[Office]) -> tuple[Office, ...]:
    return tuple(sorted(offices, key=lambda office: office.place))
