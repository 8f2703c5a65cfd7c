"""The one place where rooms say who may see what (rule 3) and which capability belongs to which role (rule 4)."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from django.db.models import Model, Q
from django.utils.functional import Promise

from saduak.foundation.access.actor import Actor

Words: TypeAlias = str | Promise
Condition: TypeAlias = Callable[[Actor], Q | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A registered grant or denial: its name, why it exists (shown to people), and the rows it speaks of."""

    name: str
    why: Words
    condition: Condition


@dataclass(frozen=True, slots=True)
class Capability:
    """Something that can be done, in words, and the roles that can."""

    key: str
    label: Words
    roles: frozenset[str]
    status_only_under_supervision: bool = False


class Registry:
    """Grants, denials and capabilities of all rooms; filled when the program starts."""

    def __init__(self) -> None:
        self._grants: dict[type[Model], dict[str, Rule]] = defaultdict(dict)
        self._denials: dict[type[Model], dict[str, Rule]] = defaultdict(dict)
        self._capabilities: dict[str, Capability] = {}

    def grant(self, model: type[Model], name: str, why: Words, condition: Condition) -> None:
        """Let the actors for whom `condition` gives a Q see the rows of `model` that match it."""
        self._grants[model][name] = Rule(name, why, condition)

    def deny(self, model: type[Model], name: str, why: Words, condition: Condition) -> None:
        """Hide the rows that match, whatever grants them."""
        self._denials[model][name] = Rule(name, why, condition)

    def capability(self, key: str, label: Words, roles: Iterable[str], **extra: bool) -> str:
        """Declare a capability and the roles that hold it; returns the key."""
        self._capabilities[key] = Capability(key, label, frozenset(roles), **extra)
        return key

    def of_role(self, role: str) -> frozenset[str]:
        """All capabilities of a role."""
        return frozenset(key for key, cap in self._capabilities.items() if role in cap.roles)

    def capabilities(self) -> list[Capability]:
        """Every declared capability, by key."""
        return [self._capabilities[key] for key in sorted(self._capabilities)]

    def grants_of(self, model: type[Model]) -> list[Rule]:
        """The grants registered for a model."""
        return list(self._grants.get(model, {}).values())

    def denials_of(self, model: type[Model]) -> list[Rule]:
        """The denials registered for a model."""
        return list(self._denials.get(model, {}).values())

    def models(self) -> list[type[Model]]:
        """Models that anybody can see at all."""
        return sorted(self._grants, key=lambda m: m._meta.label)

    def visible(self, model: type[Model], actor: Actor) -> tuple[Q | None, Q | None]:
        """(any grant, any denial) as conditions; no grant at all is None."""
        allowed = any_of(rule.condition(actor) for rule in self.grants_of(model))
        return allowed, any_of(rule.condition(actor) for rule in self.denials_of(model))


def any_of(conditions: Iterable[Q | None]) -> Q | None:
    """Rows that match one of the conditions; None is no rows. An empty Q is every row, which `|` would forget."""
    total: Q | None = None
    for condition in conditions:
        if condition is not None:
            rows = condition or Q(pk__isnull=False)
            total = rows if total is None else total | rows
    return total


registry = Registry()
