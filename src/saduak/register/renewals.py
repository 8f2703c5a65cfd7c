"""How the renewal of certificates stands: the room above that keeps applications says it for the pages of this one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.register.models import Certificate


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a renewal stands, in a word, with the page on which it is begun or gone on with.

    Args:
        tag: the look of the word, as `{% tag %}` knows it.
        label: the word.
        why: why it can't be begun yet and when it can, or why it is time; empty where there is nothing to say.
        url: for the centre's own people; empty where they can do nothing now, and for all others.
        action: what the address does.
    """

    tag: str
    label: Words
    why: Words = ""
    url: str = ""
    action: Words = ""


OfCertificates: TypeAlias = Callable[[Actor, Sequence[Certificate]], Mapping[int, Standing]]
_sources: list[OfCertificates] = []


def register_renewals(source: OfCertificates) -> OfCertificates:
    """Let a room above say how renewals stand, by the certificate's key; nothing that the actor may not know."""
    _sources.append(source)
    return source


def renewals(actor: Actor, rows: Sequence[Certificate]) -> dict[int, Standing]:
    """How the renewals of certificates stand, by the certificate's key; those alone of which the actor may know.

    Args:
        actor: who reads.
        rows: with their centres and the centres' offices.
    """
    found: dict[int, Standing] = {}
    for source in _sources:
        found |= source(actor, rows)
    return found
