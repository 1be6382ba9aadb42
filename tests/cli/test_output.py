"""The progress bar."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import pytest
from rich.progress import Progress

from couloir.cli import output


def test_a_bar_waits_a_second_and_is_then_drawn_ten_times_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    drawn: list[tuple[float, object]] = []
    monkeypatch.setattr(output, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(Progress, "update", lambda _self, _task, **state: drawn.append((now, state["completed"])))
    with output.progress("Reading") as advance:
        for done in range(2000):
            now = done / 1000
            advance(done, None)
    assert drawn[0] == (1.0, 1000)
    assert 8 <= len(drawn) <= 11
    assert all(after - before >= 0.1 for (before, _), (after, _) in pairwise(drawn))


def test_what_is_quick_shows_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Progress, "start", lambda _self: pytest.fail("it was started"))
    with output.progress("Reading") as advance:
        advance(1, 2)
        advance(2, 2)
