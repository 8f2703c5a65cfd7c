"""Sending a file to a browser, so that nothing in it is ever run there."""

from typing import IO, BinaryIO, Final, TypeVar, overload

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from saduak.foundation.files import keeping
from saduak.foundation.models.services import StoredFile

Response = TypeVar("Response", bound=HttpResponseBase)

SANDBOX: Final = "sandbox; default-src 'none'"
_TEXT: Final = ("text/plain", "text/csv")


def attachment(stored: StoredFile, *, inline: bool = False, name: str = "") -> FileResponse:
    """The file as a download, under its own name or `name`.

    Args:
        stored: found through a row that the actor may see.
        inline: show it in the page; only pictures that we drew anew are ever shown so, the rest stays a download.
        name: another name for it.

    Raises:
        Conflict: the file was refused by a check.
    """
    shown = inline and stored.reencoded and stored.media_type.startswith("image/")
    kind = f"{stored.media_type}; charset=utf-8" if stored.media_type in _TEXT else stored.media_type
    response = _sent(keeping.read(stored), kind)
    response["Content-Disposition"] = disposition(name or stored.name, inline=shown)
    response["Content-Length"] = str(stored.size)
    return response


def preview(stored: StoredFile, *, name: str = "") -> FileResponse:
    """A small picture to show in a page, for whom may see the file; the picture itself when it has none.

    Args:
        stored: a picture that we drew anew, or a PDF with a picture of its first page, found through a row that the
            actor may see.
        name: another name for it, with the ending of the whole file.

    Raises:
        Conflict: the file was refused by a check.
    """
    small = keeping.read_preview(stored)
    if small is None:
        return attachment(stored, inline=True, name=name)
    response = _sent(small, "image/webp")
    response["Content-Disposition"] = disposition(
        f"{(name or stored.name).rpartition('.')[0]}.webp", inline=True
    )
    return response


@overload
def made(content: bytes, kind: str, name: str) -> HttpResponse: ...


@overload
def made(content: IO[bytes], kind: str, name: str) -> FileResponse: ...


def made(content: bytes | IO[bytes], kind: str, name: str) -> HttpResponse | FileResponse:
    """A file that was made just now and is kept nowhere, as a download.

    Args:
        content: all of it, or open at its beginning; then it is closed when it is sent.
        kind: its media type.
        name: its name.
    """
    whole = isinstance(content, bytes)
    sent = HttpResponse(content, content_type=kind) if whole else FileResponse(content, content_type=kind)
    sent["Content-Disposition"] = disposition(name)
    return _guarded(sent)


def _sent(content: BinaryIO, kind: str) -> FileResponse:
    return _guarded(FileResponse(content, content_type=kind))


def _guarded(response: Response) -> Response:
    """So that nothing in a content is run, nor kept by anybody between."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    return response


def disposition(name: str, *, inline: bool = False) -> str:
    """The header that names a download: RFC 5987 for Thai names, a plain ASCII name for old programs."""
    header = content_disposition_header(not inline, name) or "inline"
    kind, star, encoded = header.partition("; filename*=")
    if not star:
        return header
    ending = name.rpartition(".")[2]
    plain = f"file.{ending}" if ending.isascii() and ending.isalnum() else "file"
    return f'{kind}; filename="{plain}"; filename*={encoded}'
