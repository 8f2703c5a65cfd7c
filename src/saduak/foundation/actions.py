"""The shape of every write (rule 1): a keyword-only function with an `actor`, one transaction, one change."""

import functools
import inspect
import uuid
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from django.apps import apps
from django.db import IntegrityError, models, transaction

from saduak.foundation.access import Actor, Conflict
from saduak.foundation.models.services import IdempotencyKey

P = ParamSpec("P")
R = TypeVar("R")

ACTIONS: dict[str, Callable[..., Any]] = {}


def action(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action named `room.verb`.

    It then runs in one transaction. When it takes `idempotency_key` and gets one that this actor used before for
    this action, it is not run again: what it created the first time is returned.

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
            return _once(name, key, kwargs["actor"], lambda: function(*args, **kwargs))  # type: ignore[arg-type] # ParamSpec hides the types

        ACTIONS[name] = run
        return run

    return wrap


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
        raise Conflict("คำขอนี้ดำเนินการไปแล้ว", "already-done")
    return cast("R", apps.get_model(earlier.result_model)._base_manager.get(pk=earlier.result_id))
