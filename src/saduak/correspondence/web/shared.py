"""What all pages of this room begin with."""

from django.http import HttpRequest

from saduak.foundation.access import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return request.actor  # type: ignore[attr-defined,no-any-return] # set by WhoActs
