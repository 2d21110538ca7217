"""A series as bars: where they stand and how high they are. Pure; a template draws them.

Bars are drawn in units of a thousand across and two hundred up, stretched to the page's width, so
words stand beside the drawing and not in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from . import periods

Side = Literal["start", "middle", "end"]
WIDTH, HEIGHT = 1000, 200
STACKED = ("view", "download", "api", "dump")
_MOST_LABELS = 7
_GAP = 0.22
# Upper edges in tenths of a power of ten: bars fill the drawing.
_TOPS = (10, 12, 16, 20, 24, 30, 40, 50, 60, 80, 100)
_MOST_GAPPED = 62


@dataclass(frozen=True, slots=True)
class Part:
    """One number of a bar."""

    number: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One period; without parts and not `known` where nothing was counted."""

    title: str
    known: bool
    x: float
    width: float
    parts: tuple[Part, ...]
    numbers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Label:
    """A word under the drawing, at so many per cent of its width."""

    text: str
    at: float
    side: Side
    """Which part of the word stands there."""
    even: bool
    """Whether it is one of those that are evenly apart."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of a series."""

    bars: tuple[Bar, ...]
    top: int
    """What the upper edge stands for."""
    labels: tuple[Label, ...]
    highest: Bar | None
    """The bar with the most; None where all are empty."""


def chart(series: Sequence[Mapping[str, Any]], by: periods.By, language: str) -> Chart:
    """Return the drawing of a `series` of `pcio_usage_show`."""
    sums = [sum(point[name] or 0 for name in STACKED) for point in series]
    top = round_up(max(sums, default=0))
    step = WIDTH / max(1, len(series))
    gap = _GAP * step if len(series) <= _MOST_GAPPED else 0
    bars = tuple(
        _bar(point, title(point, by, language), number * step + gap / 2, step - gap, top)
        for number, point in enumerate(series)
    )
    highest = max(range(len(sums)), key=sums.__getitem__) if any(sums) else None
    return Chart(
        bars=bars,
        top=top,
        labels=_labels(series, by, language),
        highest=None if highest is None else bars[highest],
    )


def title(point: Mapping[str, Any], by: periods.By, language: str, *, short: bool = False) -> str:
    """Return the words of a point's period."""
    return periods.title(periods.of_point(point), by, language, short=short)


def _bar(point: Mapping[str, Any], words: str, x: float, width: float, top: int) -> Bar:
    known = point[STACKED[0]] is not None
    numbers = {name: point[name] or 0 for name in STACKED}
    parts, y = [], float(HEIGHT)
    for name, number in numbers.items():
        height = number * HEIGHT / top
        y -= height
        if number:
            parts.append(Part(name, round(y, 2), round(height, 2)))
    return Bar(words, known, round(x, 2), round(width, 2), tuple(parts), numbers)


def round_up(number: int) -> int:
    """Return an even number with few digits just above: half of it is written beside it too."""
    size = 10 ** (len(str(number)) - 1)
    tops = (size * tenths / 10 for tenths in _TOPS)
    return next(int(top) for top in tops if top >= number and top % 2 == 0)


def _labels(
    series: Sequence[Mapping[str, Any]], by: periods.By, language: str
) -> tuple[Label, ...]:
    last = len(series) - 1
    if last < 0:
        return ()
    step = -(-len(series) // _MOST_LABELS)
    # A phone has room for the first and the last word only; elsewhere words are evenly apart.
    places = {*range(0, last + 1, step), last}
    found = []
    for place in sorted(places):
        side: Side = "middle" if 0 < place < last or last == 0 else "start" if not place else "end"
        at = {"start": 0.0, "end": 100.0}.get(side, (place + 0.5) * 100 / len(series))
        text = title(series[place], by, language, short=True)
        found.append(Label(text, round(at, 2), side, even=place % step == 0))
    return tuple(found)
