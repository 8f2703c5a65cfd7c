"""Files that come with a form: each is checked and kept by itself, so that one bad file does not lose the others.

A file comes with the form, or came before it piece by piece: then the form names the upload.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.files import File
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saduak.applications import actions, queries
from saduak.applications.models import Evidence
from saduak.applications.web import pieces, shared
from saduak.foundation.access import Actor, Invalid, Refused
from saduak.foundation.access.registry import Words
from saduak.foundation.files import uploads as sent
from saduak.foundation.models import Upload

# The parts of a helper's page that follow from a save.
HELPED = ("standing", "evidence-count")
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".jfif")


@dataclass(slots=True)
class Attached:
    """What became of some uploads."""

    added: int = 0
    problems: list[tuple[str, Words]] = field(default_factory=list)
    # What the centre had already, and what it would have been called now.
    known: list[tuple[Evidence, str]] = field(default_factory=list)
    # 422 means that this very file can't be taken; after any other refusal it may be sent again.
    status: int = Invalid.status

    def as_json(self, actor: Actor, answer_id: UUID) -> HttpResponse:
        """For the script that uploads: the page's parts anew, or why it was not taken."""
        if self.problems:
            return JsonResponse({"message": str(self.problems[0][1])}, status=self.status)
        page = shared.found(queries.criterion_page(actor, answer_id))
        return JsonResponse({"html": pieces.after_upload(page), **self._noted(answer_id)}, status=201)

    def as_library_json(self, actor: Actor, centre_id: UUID) -> HttpResponse:
        """The same for the library's own page."""
        if self.problems:
            return JsonResponse({"message": str(self.problems[0][1])}, status=self.status)
        rows = queries.library(actor, centre_id)[:24]
        html = render_to_string("applications/_library_tiles.html", {"rows": rows, "may_edit": True})
        return JsonResponse({"html": {"tiles": html}, **self._noted()}, status=201)

    def as_help_json(self, actor: Actor, answer_id: UUID) -> HttpResponse:
        """The same for a helper's page, with nothing of the rest of the draft and no way into the library."""
        if self.problems:
            return JsonResponse({"message": str(self.problems[0][1])}, status=self.status)
        page = shared.found(queries.help_page(actor, answer_id))
        note = {"note": {"text": str(self.help_notes[0])}} if self.known else {}
        return JsonResponse({"html": pieces.drawn(page, "tiles", *HELPED), **note}, status=201)

    def _noted(self, answer_id: UUID | None = None) -> dict[str, Any]:
        """That the centre has the file already, and where it gets another name."""
        if not self.known:
            return {}
        evidence, caption = self.known[0]
        if evidence.shared_id is not None:
            # Its name is the headquarters' own: there is no page to change it.
            return {"note": {"text": str(already(evidence))}}
        asked = {"caption": caption} | ({"item": str(answer_id)} if answer_id else {})
        place = reverse("applications:evidence-edit", args=[evidence.public_id])
        label = _("ตั้งชื่อใหม่หรือแก้วันที่")
        return {
            "note": {"text": str(already(evidence)), "url": f"{place}?{urlencode(asked)}", "label": label}
        }

    @property
    def errors(self) -> list[tuple[str, str]]:
        """For the error summary: each leads to the field of files."""
        return [("#upload-file", f"{name}: {words}" if name else str(words)) for name, words in self.problems]

    @property
    def notes(self) -> list[Words]:
        """What else a person is told."""
        return [already(evidence) for evidence, _caption in self.known]

    @property
    def help_notes(self) -> list[Words]:
        """The same for a helper, who names nothing anew in the library."""
        words = gettext_lazy("มีไฟล์นี้อยู่แล้ว ชื่อ “{caption}” จึงใช้รายการนั้น ไม่เก็บซ้ำ")
        return [format_lazy(words, caption=evidence.caption) for evidence, _caption in self.known]


def already(evidence: Evidence) -> Words:
    """That the centre has a file or link already, or that it is a headquarters' own."""
    if evidence.shared is not None:
        if evidence.shared.needs_local:
            words = gettext_lazy(
                "นี่คือรายการของส่วนกลาง ชื่อ “{caption}” จึงใช้รายการนั้น แนบหลักฐานของศูนย์ด้วย รายการของส่วนกลางอย่างเดียวไม่นับเป็นหลักฐาน"
            )
        else:
            words = gettext_lazy("นี่คือรายการของส่วนกลาง ชื่อ “{caption}” จึงใช้รายการนั้น ไม่เก็บซ้ำ")
    elif evidence.url:
        words = gettext_lazy("มีลิงก์นี้อยู่แล้ว ชื่อ “{caption}” จึงใช้รายการนั้น ไม่เก็บซ้ำ ตั้งชื่อใหม่ได้ที่รายการนั้น")
    else:
        words = gettext_lazy("มีไฟล์นี้อยู่แล้ว ชื่อ “{caption}” จึงใช้รายการนั้น ไม่เก็บซ้ำ ตั้งชื่อใหม่ได้ที่รายการนั้น")
    return format_lazy(words, caption=evidence.caption)


def attach_all(
    actor: Actor, answer_id: UUID, uploads: Sequence[File[bytes]], caption: str, taken_on: date | None = None
) -> Attached:
    """Attach each file to an answer; a caption that was given for several files is numbered."""

    def add(**file: Any) -> actions.Added:
        return actions.add_evidence(actor=actor, answer_id=answer_id, taken_on=taken_on, **file)

    return _each(uploads, caption, add)


def add_all(
    actor: Actor, centre_id: UUID, uploads: Sequence[File[bytes]], caption: str, taken_on: date | None = None
) -> Attached:
    """Put each file into a centre's library."""

    def add(**file: Any) -> actions.Added:
        return actions.add_evidence(actor=actor, centre_id=centre_id, taken_on=taken_on, **file)

    outcome = _each(uploads, caption, add)
    if not uploads:
        outcome.problems.append(("", _("เลือกไฟล์อย่างน้อย 1 ไฟล์")))
    return outcome


@dataclass(slots=True)
class Sent:
    """The files of one request: with the form, or one that came before it in pieces; and what the picture's day was."""

    files: list[File[bytes]]
    taken_on: date | None
    # It was used already: only its answer was lost on the way.
    used: bool = False
    settled: bool = True

    def settle(self, outcome: Attached) -> None:
        """What came in pieces is thrown away, unless it may be taken another time: then it need not be sent again."""
        self.settled = not outcome.problems or outcome.status == Invalid.status


@contextlib.contextmanager
def sent_with(request: HttpRequest, actor: Actor) -> Iterator[Sent]:
    """What a request brings. An upload that is nobody's, or somebody else's, is not here.

    Raises:
        Http404: no such upload.
        Conflict: it has not come to its end yet.
    """
    day = _day(request.POST.get("taken_on", ""), actor)
    named = request.POST.get("sent", "")
    if not named:
        yield Sent(list(request.FILES.getlist("file")), day)
        return
    upload = _upload(actor, named)
    if upload.used_at is not None:
        yield Sent([], day, used=True)
        return
    with sent.arrived(upload) as file:
        brought = Sent([file], day)
        yield brought
    if brought.settled:
        sent.use(actor=actor, upload_id=upload.public_id)


def _upload(actor: Actor, named: str) -> Upload:
    try:
        wanted = UUID(named)
    except ValueError:
        raise Http404 from None
    return shared.found(Upload.objects.visible_to(actor).filter(public_id=wanted).first())


def _day(text: str, actor: Actor) -> date | None:
    """The day that the browser read in a picture before it made it smaller; nonsense and days to come are left out."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= 1990 and day <= actor.received_at.date() else None


def _each(uploads: Sequence[File[bytes]], caption: str, add: Callable[..., actions.Added]) -> Attached:
    """Add one by one. The same file sent again is the evidence that is there already, so nothing doubles."""
    outcome = Attached()
    for index, upload in enumerate(uploads, start=1):
        words = _caption(caption, upload, index, len(uploads))
        try:
            added = add(file=upload, caption=words)
        except Refused as refusal:
            named = refusal.fields if isinstance(refusal, Invalid) else {}
            outcome.status = refusal.status
            outcome.problems.append((upload.name or "", next(iter(named.values()), refusal.reason)))
        else:
            outcome.added += 1
            if added.reused:
                outcome.known.append((added.evidence, words))
    return outcome


def _caption(given: str, upload: File[bytes], index: int, total: int) -> str:
    """What the file is called; a file that nobody named is called by its kind and its own name's stem."""
    words = given.strip()
    if words:
        return f"{words} ({index})" if total > 1 else words
    name = (upload.name or "").rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    kind = _("รูปถ่าย") if name.lower().endswith(PICTURES) else _("เอกสาร")
    return f"{kind} {stem}".strip()[:300]
