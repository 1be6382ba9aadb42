"""Draws how the reader's ratios grow with the library: plot.py FIGURES.json [MORE.json ...] PLOT.svg

The figures are what bench.py reader --json wrote; sizes may be in several files.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 820, 430, 56, 300, 24, 58
Point = tuple[float, float]


class Series(NamedTuple):
    """A ratio by the name of its rows, how it is drawn, and its target."""

    row: str
    title: str
    color: str
    target: float


SERIES = (
    Series("times faster than osxphotos", "times faster than osxphotos (at least 5)", "#1b6ca8", 5.0),
    Series("time beside sqlite3 alone", "time beside sqlite3 alone (at most 1.5)", "#c0392b", 1.5),
    Series("memory beside osxphotos", "memory beside osxphotos (at most 0.1)", "#2e8b57", 0.1),
    Series("blobs decoded beside plistlib", "blobs beside plistlib (at least 3)", "#8e44ad", 3.0),
    Series("couloir inspect beside the reader", "inspect beside the reader (at most 2)", "#b9770e", 2.0),
)


def points_of(rows: Sequence[Mapping[str, object]]) -> dict[str, list[Point]]:
    """By the name of a ratio: (originals, value), ascending."""
    found: dict[str, list[Point]] = {series.row: [] for series in SERIES}
    for row in rows:
        size, _, name = str(row["name"]).partition(": ")
        if name in found:
            found[name].append((float(size.replace(",", "")), float(str(row["value"]))))
    return {name: sorted(points) for name, points in found.items()}


def drawing(rows: Sequence[Mapping[str, object]]) -> str:
    """The plot as SVG: both axes are logarithmic, targets are broken lines."""
    points = points_of(rows)
    values = [value for each in points.values() for _, value in each] + [series.target for series in SERIES]
    sizes = sorted({size for each in points.values() for size, _ in each})
    axes = _Axes(sizes[0], sizes[-1], min(values) / 1.5, max(values) * 1.5)
    lines = [*axes.grid(sizes)]
    for number, series in enumerate(SERIES):
        lines += _curve(axes, series, points[series.row], number)
    body = "\n".join(lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="11"><rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )


class _Axes:
    def __init__(self, few: float, many: float, low: float, high: float) -> None:
        self._x = math.log(few), max(math.log(many), math.log(few) + 1e-9)
        self._y = math.log(low), math.log(high)
        self._decades = [10.0**power for power in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)]

    def at(self, size: float, value: float) -> Point:
        across = (math.log(size) - self._x[0]) / (self._x[1] - self._x[0])
        up = (math.log(value) - self._y[0]) / (self._y[1] - self._y[0])
        return _LEFT + across * (_WIDTH - _LEFT - _RIGHT), _HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM)

    def grid(self, sizes: Sequence[float]) -> Iterator[str]:
        right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
        for value in self._decades:
            _, y = self.at(sizes[0], value)
            yield f'<path d="M{_LEFT} {y:.1f}H{right}" stroke="#ddd"/>'
            yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>'
        for number, size in enumerate(sizes):
            x, _ = self.at(size, 1.0)
            yield f'<path d="M{x:.1f} {_TOP}V{bottom}" stroke="#eee"/>'
            yield f'<text x="{x:.1f}" y="{bottom + 16 + 13 * (number % 2)}" text-anchor="middle">{size:,.0f}</text>'
        middle = (_LEFT + right) / 2
        yield f'<text x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle">originals in the library</text>'


def _curve(axes: _Axes, series: Series, points: Sequence[Point], number: int) -> Iterator[str]:
    places = [axes.at(*point) for point in points]
    if places:
        _, aim = axes.at(points[0][0], series.target)
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        yield f'<path d="M{_LEFT} {aim:.1f}H{_WIDTH - _RIGHT}" stroke="{series.color}" stroke-dasharray="2 4"/>'
        yield f'<path d="M{path}" fill="none" stroke="{series.color}" stroke-width="2"/>'
    for (x, y), (_, value) in zip(places, points, strict=True):
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{series.color}"><title>{value:.2f}</title></circle>'
    left, y = _WIDTH - _RIGHT + 16, _TOP + 12 + 20 * number
    yield f'<path d="M{left} {y - 4}h18" stroke="{series.color}" stroke-width="2"/>'
    yield f'<text x="{left + 24}" y="{y}">{escape(series.title)}</text>'


def main() -> None:
    *sources, target = map(Path, sys.argv[1:])
    rows = [row for source in sources for row in json.loads(source.read_text(encoding="utf-8"))]
    target.write_text(drawing(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
