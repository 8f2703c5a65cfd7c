"""One slow file of an account at a time: whoever sends another while the first is still being read waits their turn.

What keeps it is the cache that all processes share, not a row: reading happens before any transaction, and a process that
dies on the way leaves nothing behind but a mark that ends by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from saduak.foundation import ids
from saduak.foundation.access import Actor, Conflict

# Longer than the reading of one file may take (`sheets.SECONDS`) with what is asked about its lines.
SECONDS: Final = 60


@contextmanager
def alone(actor: Actor, what: str, *, seconds: int = SECONDS) -> Iterator[None]:
    """Go on when the actor does nothing of this kind at this moment, and keep the turn until it is done.

    Args:
        actor: who sends a file.
        what: the kind of work, as "branches".
        seconds: when the turn ends by itself.

    Raises:
        Conflict: another one of theirs is being read.
    """
    key, mark = f"turn:{what}:{actor.ref}", ids.token()
    if not cache.add(key, mark, seconds):
        raise Conflict(_("ไฟล์ที่คุณส่งก่อนหน้ายังตรวจไม่เสร็จ รอสักครู่แล้วดูผลของไฟล์นั้นก่อน จึงส่งไฟล์ใหม่"), "one-at-a-time")
    try:
        yield
    finally:
        # Whoever took longer than their turn leaves the next one's mark where it is.
        if cache.get(key) == mark:
            cache.delete(key)
