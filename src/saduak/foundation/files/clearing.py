"""Clearing away files that nothing refers to any more, after a period of grace."""

import stat
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.db.models import Exists, ManyToOneRel, OuterRef, Q, QuerySet

from saduak.foundation import clock
from saduak.foundation.files import keeping
from saduak.foundation.models.services import StoredFile

GRACE: Final = timedelta(days=7)
AT_ONCE: Final = 500

_kept: dict[str, Callable[[], Q]] = {}


def keep(name: str, condition: Callable[[], Q]) -> None:
    """Register files that are in use though no foreign key says so: those that match `condition()`."""
    _kept[name] = condition


def unreferenced() -> QuerySet[StoredFile]:
    """Files that no row refers to, by any foreign key of any model, nor any registered condition."""
    rows: QuerySet[StoredFile] = StoredFile.objects.all()
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            referring = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            rows = rows.filter(~Exists(referring))
    for condition in _kept.values():
        rows = rows.exclude(condition())
    return rows


def collect(grace: timedelta = GRACE) -> tuple[int, int]:
    """Delete unreferenced rows older than `grace`, then contents that no row names; how many of each."""
    old = clock.wall() - grace
    ids = list(
        unreferenced().filter(created_at__lt=old).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    )
    rows = StoredFile.objects.filter(pk__in=ids).delete()[0]
    before = time.time() - grace.total_seconds()
    removed = 0
    for contents in _in_groups(before):
        known = set(StoredFile.objects.filter(sha256__in=contents).values_list("sha256", flat=True))
        for sha256 in contents:
            place = keeping.path_of(sha256)
            # Looked at again: the same content may have been stored anew a moment ago.
            if sha256 not in known and place.stat().st_mtime < before:
                place.unlink()
                keeping.preview_of(sha256).unlink(missing_ok=True)
                removed += 1
    return rows, removed


def _in_groups(before: float) -> Iterator[list[str]]:
    """Names of old contents, some hundred at a time; what was left half-written is thrown away on the way."""
    group: list[str] = []
    for path in keeping.root().rglob("*"):
        if not _is_old(path, before):
            continue
        if path.parent == keeping.waiting_room():
            path.unlink(missing_ok=True)
        elif path.suffix == keeping.PREVIEW:
            # It goes with its picture; one that was left without goes by itself.
            if not path.with_suffix("").exists():
                path.unlink(missing_ok=True)
        else:
            group.append(path.name)
        if len(group) >= AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def _is_old(path: Path, before: float) -> bool:
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_mtime < before
