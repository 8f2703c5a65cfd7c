"""Whole addresses that leave the system: in a LINE group, under a QR, in an e-mail."""

from django.conf import settings
from django.urls import reverse

from saduak.correspondence.models import Draft, Letter, WrittenKind
from saduak.foundation.web.languages import public_url


def page_of(letter: Letter) -> str:
    """The page of a letter for everybody who has its paper; empty when it has none (secret letters never have one)."""
    if not letter.page_token or letter.is_secret:
        return ""
    return _whole(public_url("correspondence:letter_page", token=letter.page_token, language="th"))


def page_of_draft(draft: Draft) -> str:
    """The page that its letter will have; empty when it will have none (secret letters and memos)."""
    if draft.secrecy or draft.kind == WrittenKind.MEMO:
        return ""
    return _whole(public_url("correspondence:letter_page", token=draft.page_token, language="th"))


def link_of(token: str) -> str:
    """The page on which the holder of a link acknowledges."""
    return _whole(reverse("correspondence:by_link", args=[token]))


def _whole(path: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + path
