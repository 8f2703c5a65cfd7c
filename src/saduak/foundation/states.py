"""State machines as data (rule 6): states, transitions, who and when; drawn into the docs from here."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access.registry import Words
from saduak.foundation.access.rules import Conflict


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed step: the event, where it may start, where it ends."""

    event: str
    sources: frozenset[str]
    target: str
    label: Words = ""


@dataclass(slots=True)
class Machine:
    """A named state machine; `step` is the only way to find the next state."""

    name: str
    initial: str
    states: dict[str, Words]
    final: frozenset[str] = frozenset()
    transitions: dict[str, Transition] = field(default_factory=dict)

    def on(self, event: str, sources: Iterable[str], target: str, label: Words = "") -> None:
        """Add a transition.

        Raises:
            ValueError: a state is not declared, or the event is declared already.
        """
        origin = frozenset(sources)
        unknown = (origin | {target}) - set(self.states)
        if unknown or event in self.transitions:
            raise ValueError(f"{self.name}: bad transition {event} ({', '.join(sorted(unknown)) or 'twice'})")
        self.transitions[event] = Transition(event, origin, target, label)

    def can(self, event: str, state: str) -> bool:
        """Whether `event` may happen in `state`."""
        transition = self.transitions.get(event)
        return transition is not None and state in transition.sources

    def step(self, event: str, state: str) -> str:
        """The state after `event`.

        Raises:
            Conflict: the event may not happen in this state.
        """
        if not self.can(event, state):
            label = self.states.get(state, state)
            words = format_lazy(_("ทำขั้นตอนนี้ไม่ได้ เพราะสถานะปัจจุบันคือ {state}"), state=label)
            raise Conflict(words, "wrong-state")
        return self.transitions[event].target

    def choices(self) -> list[tuple[str, Words]]:
        """For a model field."""
        return list(self.states.items())


MACHINES: dict[str, Machine] = {}


def machine(name: str, *, initial: str, states: dict[str, Words], final: Iterable[str] = ()) -> Machine:
    """Declare a machine; the docs and the property tests find it here."""
    made = Machine(name=name, initial=initial, states=states, final=frozenset(final))
    MACHINES[name] = made
    return made
