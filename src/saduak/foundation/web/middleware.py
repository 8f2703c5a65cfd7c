"""What stands around every view, from the outside in."""

import contextlib
import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.handlers.exception import convert_exception_to_response
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, UnreadablePostError
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from saduak.foundation import clock, time_machine
from saduak.foundation.access import Actor, Refused, resolver
from saduak.foundation.web import errors, languages, pages

log = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponseBase]

READS = frozenset({"GET", "HEAD", "OPTIONS"})
MOMENT: Final = re.compile(r"(?:t=)?(?P<whole>\d{10})\.?(?P<rest>\d{0,6})", re.ASCII)
# As long as a proxy waits for an answer, as most are set up.
LONGEST_WAIT: Final = timedelta(seconds=60)
NUL: Final = "\x00"


class Receipt:
    """Stamps the moment of receipt once, as the request enters: the moment that counts for a deadline.

    A request that waited for a free process was received when it came to the proxy, where that says so.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Shift the clock when there is a time machine, stamp, go on."""
        if not time_machine.is_on():
            request.received_at = clock.now() - waited(request)  # type: ignore[attr-defined] # our own stamp
            return self.get_response(request)
        with clock.shifted(time_machine.offset()):
            request.received_at = clock.now() - waited(request)  # type: ignore[attr-defined] # our own stamp
            return self.get_response(request)


def waited(request: HttpRequest) -> timedelta:
    """For how long a request was with our proxy and in the queue: nothing, unless a header of the proxy's says when it came.

    Seconds with a fraction (`t=1764403200.123`), or whole milliseconds or microseconds, since 1970. What lies in the future,
    or longer ago than a request can wait, is a clock that goes wrong, and counts for nothing.
    """
    said = request.headers.get(settings.RECEIPT_HEADER, "") if settings.RECEIPT_HEADER else ""
    told = MOMENT.fullmatch(said)
    if told is None:
        return timedelta(0)
    came = datetime.fromtimestamp(int(told["whole"] + told["rest"].ljust(6, "0")) / 1_000_000, UTC)
    since = clock.wall() - came
    return since if timedelta(0) < since <= LONGEST_WAIT else timedelta(0)


class BodyLimit:
    """Refuses a request that is larger than any form may be before anything reads it: reading fills the disk."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on, unless the body is announced as too large; a body that is not announced is never read."""
        size = request.META.get("CONTENT_LENGTH") or "0"
        if size.isdecimal() and int(size[:18]) > settings.REQUEST_LIMIT_BYTES:
            return errors.too_large(request)
        return self.get_response(request)


class WithoutNul:
    """Takes the character NUL out of all that a request says, before anything looks at it.

    Nobody types it, no text keeps it, and PostgreSQL answers it with an error wherever it is asked: a door for all is safer
    than a guard at each field. Nothing that a person wrote is lost by it.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on with an address, a query and cookies without it."""
        request.path, request.path_info = _without_nul(request.path), _without_nul(request.path_info)
        if any(NUL in value for value in request.COOKIES.values()):
            request.COOKIES = {name: _without_nul(value) for name, value in request.COOKIES.items()}
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = without_nul(request.GET)  # type: ignore[assignment] # closed for changes, too
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """What was sent is read only when a view is found, as the check of its token would."""
        self.read(request)

    @staticmethod
    def read(request: HttpRequest) -> None:
        """A form's values without it; whoever sent a body that broke off waits for no answer."""
        if request.method == "POST":
            with contextlib.suppress(UnreadablePostError):
                request.POST = without_nul(request.POST)  # type: ignore[assignment] # both are closed for changes


def _without_nul(text: str) -> str:
    return text.replace(NUL, "")


def without_nul(values: QueryDict) -> QueryDict:
    """The same values, or, where a name or a value has the character, others without it."""
    if not any(NUL in text for name, texts in values.lists() for text in (name, *texts)):
        return values
    free = QueryDict(mutable=True, encoding=values.encoding)
    for name, texts in values.lists():
        for text in texts:
            free.appendlist(_without_nul(name), _without_nul(text))
    free._mutable = False  # noqa: SLF001 - closed again, as Django closes what it has read
    return free


class ContentSecurity:
    """A strict Content-Security-Policy: nothing inline, nothing from outside."""

    POLICY = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    )

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the policy to every answer."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
        return response


class PublicPages:
    """Public pages skip sessions and everything below: language in the path, no `Vary: Cookie`, cacheable."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.public = cast("Handler", convert_exception_to_response(self.serve))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve a public page itself, in the language of its path, or go on. What goes wrong is said in that language, too."""
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        if not pages.is_public(match.func):
            return self.get_response(request)
        request.resolver_match = match
        language = match.kwargs.pop("language", settings.LANGUAGE_CODE)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.public(request)
        response.headers.setdefault("Content-Language", language)
        return response

    @staticmethod
    def serve(request: HttpRequest) -> HttpResponseBase:
        """An actor that is nobody, a read-only view."""
        request.get_host()  # a host that is not ours gets no page of ours
        match = request.resolver_match
        assert match is not None  # noqa: S101 - set just above
        request.actor = Actor.public(request.received_at)  # type: ignore[attr-defined] # our own
        WithoutNul.read(request)  # no view is found for it by Django, which would have asked
        with reading() if request.method in READS else contextlib.nullcontext():
            response = match.func(request, *match.args, **match.kwargs)
            if hasattr(response, "render"):
                response = response.render()
        return errors.not_allowed(request, response)


class Language:
    """Private pages: the language of the account's cookie, Thai unless chosen otherwise.

    Only public pages stand under /en/, so what comes here with it is a page that is not there: that is said in English.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Switch the language for this request only."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if request.path_info.startswith(f"/{languages.ENGLISH_PREFIX}"):
            chosen = "en"
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class WhoActs:
    """Puts `request.actor` in place, looked up only when somebody asks; what it then reads is for nobody else's cache.

    Not `no-store`: going back one page must bring back what was typed.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Attach the actor."""
        request.actor = SimpleLazyObject(lambda: self.find(request))  # type: ignore[attr-defined] # our own
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    @staticmethod
    def find(request: HttpRequest) -> Actor:
        """The account's actor, the link's, or nobody."""
        user: Any = request.user
        received = request.received_at  # type: ignore[attr-defined] # stamped by Receipt
        if user.is_authenticated:
            return resolver.of_user(user, received, request.session.get("acting", ""))
        return resolver.of_kept(request.session.get("link"), received) or Actor.public(received)


class Refusals:
    """Turns a refusal, by the rules or of a method, into a page that says why and what to do, in the reader's language."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on; what the rules refuse arrives below."""
        return errors.not_allowed(request, self.get_response(request))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal, and a row that an action looked for in vain; leave everything else to Django."""
        if isinstance(exception, ObjectDoesNotExist):
            log.warning("%s %s: %s", request.method, request.path, exception)
            return errors.not_found(request)
        return errors.refused(request, exception) if isinstance(exception, Refused) else None


class ReadOnlyGet:
    """A GET never writes (rule 5): the database itself refuses, innermost, around the view."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Guard reads; the few sign-in routes that must write are listed in `pages.WRITING_GETS`."""
        if request.method not in READS or pages.may_write_on_get(request):
            return self.get_response(request)
        with reading():
            return self.get_response(request)


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Let the database refuse every write in this context; before and after it is as it was, also inside another one.

    SQLite is told by the bare connection, so that it can be told again even when a refused write has broken the
    transaction. PostgreSQL ends the read-only state of a savepoint with the savepoint.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        bare = connection.connection
        before = bare.execute("PRAGMA query_only").fetchone()[0]
        bare.execute("PRAGMA query_only=ON")
        try:
            yield
        finally:
            bare.execute(f"PRAGMA query_only={before}")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
