"""Files that come with a form: each is checked and kept by itself, so that one bad file does not lose the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from saduak.applications import actions, queries
from saduak.applications.web import pieces, shared
from saduak.foundation.access import Actor, Invalid, Refused
from saduak.foundation.access.registry import Words

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".jfif")


@dataclass(slots=True)
class Attached:
    """What became of some uploads."""

    added: int = 0
    problems: list[tuple[str, Words]] = field(default_factory=list)
    # 422 means that this very file can't be taken; after any other refusal it may be sent again.
    status: int = Invalid.status

    def as_json(self, actor: Actor, answer_id: UUID) -> HttpResponse:
        """For the script that uploads: the page's parts anew, or why it was not taken."""
        if self.problems:
            return JsonResponse({"message": str(self.problems[0][1])}, status=self.status)
        page = shared.found(queries.criterion_page(actor, answer_id))
        return JsonResponse({"html": pieces.after_upload(page)}, status=201)

    def as_library_json(self, actor: Actor, centre_id: UUID) -> HttpResponse:
        """The same for the library's own page."""
        if self.problems:
            return JsonResponse({"message": str(self.problems[0][1])}, status=self.status)
        rows = queries.library(actor, centre_id)[:24]
        html = render_to_string("applications/_library_tiles.html", {"rows": rows, "may_add": False})
        return JsonResponse({"html": {"tiles": html}}, status=201)

    @property
    def errors(self) -> list[tuple[str, str]]:
        """For the error summary: each leads to the field of files."""
        return [("#upload-file", f"{name}: {words}" if name else str(words)) for name, words in self.problems]


def attach_all(actor: Actor, answer_id: UUID, uploads: Sequence[UploadedFile], caption: str) -> Attached:
    """Attach each file to an answer; a caption that was given for several files is numbered."""
    return _each(
        uploads, caption, lambda **file: actions.add_evidence(actor=actor, answer_id=answer_id, **file)
    )


def add_all(actor: Actor, centre_id: UUID, uploads: Sequence[UploadedFile], caption: str) -> Attached:
    """Put each file into a centre's library."""
    outcome = _each(
        uploads, caption, lambda **file: actions.add_evidence(actor=actor, centre_id=centre_id, **file)
    )
    if not uploads:
        outcome.problems.append(("", _("เลือกไฟล์อย่างน้อย 1 ไฟล์")))
    return outcome


def _each(uploads: Sequence[UploadedFile], caption: str, add: Callable[..., Any]) -> Attached:
    """Add one by one. The same file sent again is the evidence that is there already, so nothing doubles."""
    outcome = Attached()
    for index, upload in enumerate(uploads, start=1):
        try:
            add(file=upload, caption=_caption(caption, upload, index, len(uploads)))
        except Refused as refusal:
            named = refusal.fields if isinstance(refusal, Invalid) else {}
            outcome.status = refusal.status
            outcome.problems.append((upload.name or "", next(iter(named.values()), refusal.reason)))
        else:
            outcome.added += 1
    return outcome


def _caption(given: str, upload: UploadedFile, index: int, total: int) -> str:
    """What the file is called; a file that nobody named is called by its kind and its own name's stem."""
    words = given.strip()
    if words:
        return f"{words} ({index})" if total > 1 else words
    name = (upload.name or "").rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    kind = _("รูปถ่าย") if name.lower().endswith(PICTURES) else _("เอกสาร")
    return f"{kind} {stem}".strip()[:300]
