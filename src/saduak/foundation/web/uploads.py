"""The addresses of files that come piece by piece: begin, ask how far it is, send the next piece.

What becomes of the whole file is for the room whose page sent it: its form names the upload in the place of the file.
"""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from saduak.foundation import clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.files import uploads
from saduak.foundation.models import Upload
from saduak.foundation.web.forms import whole_number
from saduak.foundation.web.pages import page


def _actor(request: HttpRequest) -> Actor:
    found: Actor = request.actor.at(request.received_at)  # type: ignore[attr-defined] # set by our middleware
    return found


def _told(upload: Upload, status: int = 200) -> JsonResponse:
    """How far it is, and how much comes next."""
    answer = {
        "id": str(upload.public_id),
        "offset": upload.received,
        "size": upload.size,
        "piece": uploads.PIECE_BYTES,
        "used": upload.used_at is not None,
    }
    return JsonResponse(answer, status=status)


def _found(actor: Actor, upload_id: UUID) -> Upload:
    rows = Upload.objects.visible_to(actor).filter(public_id=upload_id, expires_at__gt=clock.wall())
    found: Upload | None = rows.first()
    if found is None:
        raise Http404
    return found


@page()
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin a file, or go on with the same one."""
    size = whole_number(request.POST.get("size", ""))
    if size is None:
        return JsonResponse({"message": _("ส่งไฟล์นี้ไม่ได้ เลือกไฟล์แล้วส่งใหม่")}, status=422)
    name, sha256 = request.POST.get("name", "")[:1000], request.POST.get("sha256", "")
    try:
        upload = uploads.start(actor=_actor(request), name=name, size=size, sha256=sha256)
    except Refused as refusal:
        return JsonResponse({"message": str(refusal.reason)}, status=refusal.status)
    return _told(upload, 201)


@page()
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """How far a file is; or its next piece, at the place that the header `Upload-Offset` names."""
    actor = _actor(request)
    found = _found(actor, upload_id)
    if request.method != "POST":
        return _told(found)
    offset = whole_number(request.headers.get("Upload-Offset", ""))
    length = whole_number(request.META.get("CONTENT_LENGTH") or "")
    bare = request.content_type == "application/octet-stream"
    if not bare or offset is None or length is None or length > uploads.LARGEST_PIECE:
        return JsonResponse({"message": _("ส่งไฟล์นี้ไม่ได้ เลือกไฟล์แล้วส่งใหม่")}, status=422)
    try:
        return _told(uploads.append(actor=actor, upload_id=upload_id, offset=offset, data=request.body))
    except Conflict:
        return _told(_found(actor, upload_id), Conflict.status)
    except Invalid as refusal:
        return JsonResponse({"message": str(refusal.reason)}, status=refusal.status)
