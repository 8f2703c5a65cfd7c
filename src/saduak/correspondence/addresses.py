"""Whole addresses that leave the system (in a LINE group, under a QR, in an e-mail), and where rooms above begin a letter."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from saduak.correspondence import rules
from saduak.correspondence.models import Draft, Letter, WrittenKind
from saduak.foundation.access import Actor
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


def begin_url(actor: Actor, programme_id: int, use: str, about: object, *, to: int | None = None) -> str:
    """Where a letter is begun for what a room above knows (`queries.occasions`); empty for whoever writes none. No query.

    Empty, too, where it would go to the very office that writes it.

    Args:
        actor: who looks.
        programme_id: of the programme that it is about (key).
        use: what it is for (a value of `LetterTemplate.Use`).
        about: of what, as the room's own source reads it.
        to: the only office that it goes to (key); left out, it goes to several.
    """
    if not rules.offices(actor, rules.WRITE, programme_id) or to in rules.hands(actor, programme_id):
        return ""
    return f"{reverse('correspondence:draft-new')}?{urlencode({'for': use, 'about': about})}"


def _whole(path: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + path
