"""Addresses of letters that were sent: where they are, following them, and what opens without an account."""

from django.urls import URLPattern, path

from saduak.correspondence.web.sending import follow, passed_outside, public, sent, timesaved
from saduak.foundation.web.languages import both

_ONE = "letters/sent/<uuid:dispatch_id>/"
_FOLLOW = "letters/deliveries/<uuid:delivery_id>/follow/"
_PASSED = "letters/passed-outside/<uuid:passed_id>/"
_LINK = "letters/by-link/<str:token>/"

urlpatterns: list[URLPattern] = [
    path("letters/sent/", sent.sent, name="sent"),
    path("letters/time-saved/", timesaved.time_saved, name="time_saved"),
    path(_ONE, sent.dispatch, name="dispatch"),
    path(f"{_ONE}remind/", sent.remind, name="remind"),
    path(f"{_ONE}recall/", sent.recall, name="recall"),
    path(f"{_ONE}correct/", sent.correct, name="correct"),
    path("letters/received/<uuid:delivery_id>/tree/", sent.tree_of, name="tree"),
    path(
        "letters/received/<uuid:delivery_id>/passed-outside/",
        passed_outside.passed_outside,
        name="passed-outside",
    ),
    path(f"{_PASSED}take-back/", passed_outside.take_back, name="passed-outside-take-back"),
    path(f"{_PASSED}evidence/", passed_outside.evidence, name="passed-outside-evidence"),
    path(_FOLLOW, follow.follow, name="follow"),
    path(f"{_FOLLOW}call/", follow.call, name="follow-call"),
    path(f"{_FOLLOW}outside/", follow.note, name="follow-outside"),
    path(f"{_FOLLOW}evidence/", follow.evidence, name="outside-evidence"),
    path(f"{_FOLLOW}link/", follow.link, name="follow-link"),
    path(f"{_FOLLOW}first-page.png", follow.picture, name="follow-picture"),
    path(_LINK, public.by_link, name="by_link"),
    path(f"{_LINK}file/", public.by_link_file, name="by_link_file"),
    path(f"{_LINK}attachments/<uuid:attachment_id>/", public.by_link_file, name="by_link_attachment"),
    *both("l/<str:token>/", public.letter_page, "letter_page"),
    path("l/<str:token>/file/", public.letter_page_file, name="letter_page_file"),
    path(
        "l/<str:token>/attachments/<uuid:attachment_id>/",
        public.letter_page_file,
        name="letter_page_attachment",
    ),
]
