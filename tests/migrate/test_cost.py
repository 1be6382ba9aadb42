"""The model of time: its sums, its words, and that the plug-in calculates with the same numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from couloir.aperture.model import OriginalStatus
from couloir.migrate.cost.model import (
    NIGHT,
    PUBLISHED,
    Work,
    count_matched,
    describe_night,
    describe_seconds,
    estimate,
)
from couloir.migrate.survey import AbsentOriginal

PLUGIN = Path(__file__).resolve().parents[2] / "lrplugin" / "Couloir.lrplugin" / "Estimate.lua"


def test_the_parts_of_the_work_are_added_up() -> None:
    nothing = estimate(Work(), 2)
    assert (nothing.importing, nothing.matching) == (0, 0)
    assert estimate(Work(photos=1000), 2).importing == pytest.approx(1000 * (0.045 + 0.31))
    assert estimate(Work(copies=10), 2).importing == pytest.approx(10)
    assert estimate(Work(looked_at=100), 4).importing == pytest.approx(100 * PUBLISHED.look / 4)
    painted = estimate(Work(looked_at=100, painted=10), 4).importing
    assert painted == pytest.approx((100 * PUBLISHED.look + 10 * PUBLISHED.painting) / 4)
    assert estimate(Work(matched=100), 64).matching == pytest.approx(100 * 3.5 * (2.6 + 0.355)), (
        "cores do not help there"
    )
    assert estimate(Work(matched=100, measured=40), 2).matching == pytest.approx((100 * 3.5 + 40) * (2.6 + 0.355))


def test_a_match_takes_about_ten_seconds_a_photo() -> None:
    """As the plug-in tells before it begins."""
    assert 9 < estimate(Work(matched=1), 2).matching < 11


def test_a_night_matches_what_fits_and_says_so_where_that_is_not_all() -> None:
    within = count_matched(NIGHT)
    assert estimate(Work(matched=within), 2).matching <= NIGHT < estimate(Work(matched=within + 1), 2).matching
    assert describe_night(within) == ""
    assert f"A night of 8 hours matches about {within:,} of them" in describe_night(80_000)


def test_the_plugin_has_the_same_numbers() -> None:
    text = PLUGIN.read_text("utf-8")
    number = r"([\d.]+)"
    found = re.search(rf"Estimate\.RENDERING = {number} \+ {number}, {number}, {number}", text)
    renderings = re.search(r"Estimate\.RENDERINGS = ([\d.]+)", text)
    assert found is not None
    assert renderings is not None
    ours = (PUBLISHED.apply, PUBLISHED.read_back, PUBLISHED.copy, PUBLISHED.rendering, PUBLISHED.renderings)
    assert tuple(map(float, (*found.groups(), renderings[1]))) == ours


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 minute"),
        (61, "2 minutes"),
        (7199, "2 hours"),
        (7200, "2 hours"),
        (172_000, "2 days"),
        (800_000, "9 days"),
    ],
)
def test_a_duration_is_told_in_words(seconds: float, words: str) -> None:
    assert describe_seconds(seconds) == words


def test_the_disk_of_an_absent_original_is_known_by_where_it_was_sought() -> None:
    def disk(status: OriginalStatus, sought: str) -> str:
        return AbsentOriginal("m", "a.jpg", status, sought).disk

    assert disk(OriginalStatus.OFFLINE, "/Volumes/Old Drive/2004/a.jpg") == "Old Drive"
    assert disk(OriginalStatus.OFFLINE, "2004/a.jpg") == ""
    assert disk(OriginalStatus.MISSING, "/Volumes/Old Drive/a.jpg") == ""
