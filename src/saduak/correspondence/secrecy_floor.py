"""Classes of secrecy in their order, and below which one a draft may not go: no letter makes another one less secret."""

from collections.abc import Iterable, Sequence

from saduak.correspondence.models import Draft, Letter, LetterAttachment, Secrecy
from saduak.foundation.models import StoredFile


def rank(secrecy: str) -> int:
    """The place of a class, rising: not secret is 0."""
    return list(Secrecy.values).index(secrecy)


def highest(classes: Iterable[str]) -> str:
    """The highest of some classes; not secret when there are none."""
    return max(classes, key=rank, default=str(Secrecy.NONE))


def classes_above(draft: Draft) -> list[str]:
    """The classes of what a draft passes on and of what it corrects."""
    found = [] if draft.forwards is None else [draft.forwards.letter.secrecy]
    return found if draft.corrects is None else [*found, draft.corrects.secrecy]


def classes_of_files(stored: Sequence[StoredFile]) -> list[str]:
    """The classes of the letters that some contents are, or are enclosed with, wherever they lie. Two queries at most."""
    contents = {row.sha256 for row in stored}
    if not contents:
        return []
    letters = Letter.objects.filter(file__sha256__in=contents).exclude(secrecy="")
    beside = LetterAttachment.objects.filter(file__sha256__in=contents).exclude(letter__secrecy="")
    return [*letters.values_list("secrecy", flat=True), *beside.values_list("letter__secrecy", flat=True)]


def class_of_file(stored: StoredFile, printed: str) -> str:
    """The class of a file: as its pages say, or as the letter is of which it is a copy. Two queries."""
    return highest([printed, *classes_of_files([stored])])


def floor_of(draft: Draft) -> str:
    """The class below which a draft may not go: of what it passes on, corrects and encloses."""
    enclosed = StoredFile.objects.filter(pk__in=draft.attachments.values("file"))
    return highest([*classes_above(draft), *classes_of_files(list(enclosed))])
