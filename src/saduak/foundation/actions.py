"""The shape of every write (rule 1): a keyword-only function with an `actor`, one transaction, one change."""

import dataclasses
import functools
import hashlib
import inspect
import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, ParamSpec, TypeVar, cast

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import Actor, Conflict, Invalid
from saduak.foundation.access.registry import Words
from saduak.foundation.models.services import IdempotencyKey

P = ParamSpec("P")
R = TypeVar("R")

ACTIONS: dict[str, Callable[..., Any]] = {}


def require_fits(row: models.Model, names: Iterable[str]) -> None:
    """Refuse values that a row's table can't take: too long, no address, no number.

    Raises:
        Invalid: which of the named fields, and why.
    """
    others = {field.name for field in row._meta.fields} - set(names)
    try:
        row.clean_fields(exclude=others)
    except ValidationError as error:
        said: dict[str, Words] = {name: problems[0] for name, problems in error.message_dict.items()}
        raise Invalid(_("มีช่องที่ใช้ค่านี้ไม่ได้"), said) from error


def action(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action named `room.verb`.

    It then runs in one transaction. When it takes `idempotency_key` and gets one that this actor used before for
    this action with the same arguments, it is not run again: what it created the first time is returned. Other
    arguments under an old key (somebody went back, corrected the form and sent it again) are another request.

    Raises:
        TypeError: the function takes positional arguments or no `actor` (found when the program starts).
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        parameters = inspect.signature(function).parameters
        if any(p.kind is not inspect.Parameter.KEYWORD_ONLY for p in parameters.values()):
            raise TypeError(f"{name}: an action takes keyword-only arguments")
        if "actor" not in parameters:
            raise TypeError(f"{name}: an action takes an actor")
        remembers = "idempotency_key" in parameters

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            key = kwargs.get("idempotency_key") if remembers else None
            if key is None:
                with transaction.atomic():
                    return function(*args, **kwargs)
            actor = cast("Actor", kwargs["actor"])
            return _once(name, request_key(key, kwargs), actor, lambda: function(*args, **kwargs))  # type: ignore[arg-type] # ParamSpec hides the types

        ACTIONS[name] = run
        return run

    return wrap


_NOT_ASKED: Final = frozenset({"actor", "idempotency_key"})


def request_key(key: uuid.UUID, asked: Mapping[str, Any]) -> uuid.UUID:
    """The key of one request: the form's own, bound to what was asked with it."""
    plain = {name: _plain(value) for name, value in asked.items() if name not in _NOT_ASKED}
    body = json.dumps(plain, sort_keys=True, ensure_ascii=False, default=str).encode()
    return uuid.UUID(bytes=hashlib.sha256(key.bytes + body).digest()[:16])


def _plain(value: Any) -> Any:
    """An argument as JSON that is the same whenever the same is asked: rows by key, files by content."""
    if isinstance(value, models.Model):
        return [value._meta.label, getattr(value, "sha256", None) or value.pk]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [
            type(value).__name__,
            {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)},
        ]
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(str(item) for item in value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return value


def _once(name: str, key: uuid.UUID, actor: Actor, run: Callable[[], R]) -> R:
    """Run and remember, or give back what the same key made before."""
    try:
        with transaction.atomic():
            marker = IdempotencyKey.objects.create(key=key, action=name, actor=actor.ref)
            result = run()
            if isinstance(result, models.Model):
                marker.result_model, marker.result_id = result._meta.label, result.pk
                marker.save(update_fields=["result_model", "result_id"])
            return result
    except IntegrityError:
        earlier = IdempotencyKey.objects.filter(key=key, action=name, actor=actor.ref).first()
        if earlier is None:
            raise
    if not earlier.result_model:
        raise Conflict(_("คำขอนี้ดำเนินการไปแล้ว"), "already-done")
    return cast("R", apps.get_model(earlier.result_model)._base_manager.get(pk=earlier.result_id))
