"""The plot of how the reader's ratios grow with the library."""

from __future__ import annotations

from lxml import etree

from benchmarks.plot import SERIES, drawing, points_of

ROWS = [
    {"name": "10,000: times faster than osxphotos", "value": 2.0},
    {"name": "1,000: times faster than osxphotos", "value": 1.5},
    {"name": "1,000: time beside sqlite3 alone", "value": 2.5},
    {"name": "10,000: reader, by the clock", "value": 9.0},
    {"name": "memory for each further version", "value": 20.0},
]


def test_ratios_are_taken_by_size_and_everything_else_is_left_out() -> None:
    points = points_of(ROWS)
    assert points["times faster than osxphotos"] == [(1000.0, 1.5), (10_000.0, 2.0)]
    assert points["time beside sqlite3 alone"] == [(1000.0, 2.5)]
    assert points["memory beside osxphotos"] == []


def test_every_figure_is_in_the_drawing_and_within_it() -> None:
    root = etree.fromstring(drawing(ROWS).encode())
    places = [(float(each.get("cx")), float(each.get("cy"))) for each in root.iter("{*}circle")]
    width, height = (float(size) for size in root.get("viewBox").split()[2:])
    assert len(places) == 3
    assert all(0 < x < width and 0 < y < height for x, y in places)
    titles = {text.text for text in root.iter("{*}text")}
    assert {series.title for series in SERIES} | {"1,000", "10,000"} <= titles


def test_a_larger_ratio_is_drawn_higher() -> None:
    root = etree.fromstring(drawing(ROWS).encode())
    by_value = {each.findtext("{*}title"): float(each.get("cy")) for each in root.iter("{*}circle")}
    assert by_value["2.50"] < by_value["2.00"] < by_value["1.50"]
