"""What this Lightroom has taken moves the published durations, within bounds, and stays after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from couloir.migrate.cost.model import PUBLISHED
from couloir.service.match.pace import MOST, Pace, RoundTimes


def test_measured_durations_replace_the_published_ones_as_they_become_many(tmp_path: Path) -> None:
    file = tmp_path / "durations.json"
    pace = Pace(file)
    assert pace.durations() == PUBLISHED
    pace.add(RoundTimes(drawing=8.0, drawn=8, reading=0.8, read=8))
    few = pace.durations().rendering
    assert 1.0 < few < PUBLISHED.rendering
    for _ in range(100):
        pace.add(RoundTimes(drawing=8.0, drawn=8, reading=0.8, read=8))
    found = pace.durations()
    assert (found.rendering, found.read_back) == (pytest.approx(1.0, rel=0.1), pytest.approx(0.1, rel=0.2))
    assert (found.apply, found.copy) == (PUBLISHED.apply, PUBLISHED.copy)
    assert Pace(file).durations() == found
    for _ in range(500):  # another disk, or another version of Lightroom: what is older fades
        pace.add(RoundTimes(drawing=32.0, drawn=8))
    assert pace.durations().rendering > 3


def test_a_computer_that_slept_does_not_spoil_the_time_that_people_are_told(tmp_path: Path) -> None:
    pace = Pace(tmp_path / "durations.json")
    pace.add(RoundTimes(drawing=90_000.0, drawn=1))
    assert pace.durations().rendering == PUBLISHED.rendering * MOST


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"rendering": [-1, 2]}', '{"rendering": [1e999, 2]}'])
def test_a_file_that_cannot_be_read_counts_as_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "durations.json"
    file.write_text(text)
    assert Pace(file).durations() == PUBLISHED
