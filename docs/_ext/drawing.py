"""Small drawings as inline SVG, without any program beside Python: state machines and tables with their relations.

Every drawing has a title and a description for those who cannot see it, and the page puts a table below it that says
the same in words. Colours come from the page's style sheet, so light and dark both work.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from saduak.foundation.states import Machine

COLUMN, STATE_WIDTH, HEAD, ROW = 156, 136, 76, 44
BOX, LINE, GAP_X, GAP_Y = 270, 20, 80, 26


@dataclass(frozen=True, slots=True)
class Link:
    """One foreign key of a table: its field, the table it points to, whether it may be empty."""

    field: str
    target: str
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """One table in a drawing. Keys that lead far, or into a room below, are named in the box, without a line."""

    key: str
    title: str
    links: Sequence[Link] = ()


def _text(x: float, y: float, words: str, kind: str, anchor: str = "middle") -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(name: str, title: str, about: str, size: tuple[float, float], parts: Iterable[str]) -> str:
    """The frame of every drawing: named, described, scrolled by keyboard when it is wide."""
    width, height = size
    arrow = (
        f'<marker id="{name}-arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
        'orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" class="tip"/></marker>'
    )
    return "\n".join(
        [
            f'<div class="drawing" role="region" tabindex="0" aria-label="{escape(title)}">',
            (
                f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" '
                f'aria-labelledby="{name}-title {name}-about">'
            ),
            f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-about">{escape(about)}</desc>',
            f"<defs>{arrow}</defs>",
            *parts,
            "</svg>",
            "</div>",
        ]
    )


def machine_svg(machine: Machine) -> str:
    """A state machine: a column for each state, a row for each event, an arrow from where it may start to where it ends."""
    name = machine.name.replace(".", "-")
    order = list(machine.states)
    at = {state: 20 + COLUMN * (index + 0.5) for index, state in enumerate(order)}
    height = HEAD + ROW * len(machine.transitions) + 24
    parts = [part for state in order for part in _state(machine, state, at[state], height)]
    for index, step in enumerate(machine.transitions.values()):
        parts += _step(
            name,
            step.event,
            [at[s] for s in order if s in step.sources],
            at[step.target],
            HEAD + ROW * (index + 1),
        )
    about = "; ".join(
        f"{step.event}: {', '.join(s for s in order if s in step.sources)} → {step.target}"
        for step in machine.transitions.values()
    )
    return _svg(name, f"State machine {machine.name}", about, (40 + COLUMN * len(order), height), parts)


def _state(machine: Machine, state: str, x: float, height: float) -> list[str]:
    kind = "state final" if state in machine.final else "state"
    left = x - STATE_WIDTH / 2
    parts = [
        f'<line x1="{x:g}" y1="{HEAD - 16}" x2="{x:g}" y2="{height - 8:g}" class="life"/>',
        f'<rect x="{left:g}" y="14" width="{STATE_WIDTH}" height="46" rx="6" class="{kind}"/>',
        _text(x, 33, str(machine.states[state]), "label"),
        _text(x, 51, state, "code"),
    ]
    if state == machine.initial:
        parts.append(f'<circle cx="{left - 10:g}" cy="37" r="5" class="start"/>')
    return parts


def _step(name: str, event: str, sources: Sequence[float], target: float, y: float) -> list[str]:
    """Dots where the event may start, one arrow from each side to where it ends."""
    parts = []
    left, right = min(sources), max(sources)
    for start in {left, right} if left < target < right else {left if left < target else right}:
        if start == target:
            path = f"M{start:g} {y:g}c46 -14 46 14 4 4"
        else:
            path = f"M{start:g} {y:g}H{target + (-3 if start < target else 3):g}"
        parts.append(f'<path d="{path}" class="arrow" marker-end="url(#{name}-arrow)"/>')
    parts += [f'<circle cx="{x:g}" cy="{y:g}" r="4" class="dot"/>' for x in sources]
    near = min(sources, key=lambda x: abs(x - target))
    middle = (near + target) / 2 if near != target else target + 62
    parts.append(_text(middle, y - 7, event, "event"))
    return parts


def layers(boxes: Sequence[Box]) -> list[list[Box]]:
    """Columns from left to right so that keys point to the right; cycles are cut where they close."""
    known = {box.key: box for box in boxes}
    depth: dict[str, int] = {}

    def measure(key: str, path: frozenset[str]) -> int:
        if key in depth:
            return depth[key]
        targets = {link.target for link in known[key].links} - path - {key}
        inside = [measure(t, path | {key}) for t in sorted(targets) if t in known]
        depth[key] = 1 + max(inside, default=0)
        return depth[key]

    deepest = max((measure(box.key, frozenset()) for box in boxes), default=0)
    columns = [[box for box in boxes if depth[box.key] == deepest - index] for index in range(deepest)]
    return [column for column in columns if column]


def _height(box: Box) -> int:
    return 34 + LINE * len(box.links)


def place(boxes: Sequence[Box]) -> tuple[dict[str, tuple[float, float]], tuple[float, float]]:
    """Where each box's upper left corner stands, and the size of the whole."""
    at: dict[str, tuple[float, float]] = {}
    tallest = 0.0
    columns = layers(boxes)
    for index, column in enumerate(columns):
        y = 12.0
        for box in _ordered(column, columns[index - 1] if index else [], at):
            at[box.key] = (12 + index * (BOX + GAP_X), y)
            y += _height(box) + GAP_Y
        tallest = max(tallest, y)
    return at, (24 + len(columns) * (BOX + GAP_X) - GAP_X * 0.4, tallest)


def _ordered(
    column: Sequence[Box], before: Sequence[Box], at: Mapping[str, tuple[float, float]]
) -> list[Box]:
    """Boxes near those that point to them, so that lines cross less."""

    def height(box: Box) -> float:
        pointing = [
            at[b.key][1] for b in before if b.key in at and any(link.target == box.key for link in b.links)
        ]
        return sum(pointing) / len(pointing) if pointing else float("inf")

    return sorted(column, key=lambda box: (height(box), box.title))


def tables_svg(name: str, title: str, boxes: Sequence[Box]) -> str:
    """Tables as boxes with their foreign keys; a line to the next column, words for what is further away."""
    at, size = place(boxes)
    lines, drawn = [], []
    for box in boxes:
        x, y = at[box.key]
        near = {key for key, (to_x, _) in at.items() if to_x - x <= BOX + GAP_X}
        drawn += _box(box, x, y, near)
        lines += [
            _line(name, (x, y + 40 + LINE * index), at[link.target], link)
            for index, link in enumerate(box.links)
            if link.target in near
        ]
    about = "; ".join(
        f"{box.title}: {', '.join(link.field for link in box.links) or 'no keys'}" for box in boxes
    )
    return _svg(name, title, about, size, [*lines, *drawn])


def _line(name: str, start: tuple[float, float], target: tuple[float, float], link: Link) -> str:
    (x, y), (to_x, to_y) = start, (target[0], target[1] + 16)
    kind = "key maybe" if link.nullable else "key"
    if to_x > x:
        begin, bend = x + BOX, GAP_X * 0.6
        path = f"M{begin:g} {y:g}C{begin + bend:g} {y:g} {to_x - bend:g} {to_y:g} {to_x:g} {to_y:g}"
    else:
        begin, end = x + BOX, to_x + BOX
        bend = max(begin, end) + GAP_X * 0.5
        path = f"M{begin:g} {y:g}C{bend:g} {y:g} {bend:g} {to_y:g} {end:g} {to_y:g}"
    return f'<path d="{path}" class="{kind}" marker-end="url(#{name}-arrow)"/>'


def _box(box: Box, x: float, y: float, near: Container[str]) -> list[str]:
    parts = [
        f'<rect x="{x:g}" y="{y:g}" width="{BOX}" height="{_height(box)}" rx="4" class="table"/>',
        _text(x + 10, y + 21, box.title, "label", "start"),
    ]
    for index, link in enumerate(box.links):
        words = link.field + ("?" if link.nullable else "")
        if link.target not in near:
            words += f" → {link.target.removeprefix(box.key.split('.')[0] + '.')}"
        parts.append(_text(x + 10, y + 45 + LINE * index, words, "code", "start"))
    return parts
