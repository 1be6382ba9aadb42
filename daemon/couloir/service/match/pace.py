"""How long this Lightroom takes, measured while it matches: what the published durations become on this computer.

One small file per computer. The published durations count as WORTH measurements, and none moves by more than a factor
of MOST: a computer that slept in a rendering must not spoil what people are told.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from couloir.migrate.cost.model import PUBLISHED, Durations
from couloir.service.http.wire import Incoming
from couloir.service.process.runtime import write_private

log = logging.getLogger(__name__)

WORTH: Final = 20.0
MOST: Final = 4.0
_KEPT: Final = 2000.0  # measurements; older ones fade

Times = Annotated[float, Meta(ge=0, le=100_000)]


class RoundTimes(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Seconds that Lightroom took in the last round: for drawing, for reading settings, and for applying them, each
    with the number of photos."""

    drawing: Times = 0
    drawn: Times = 0
    reading: Times = 0
    read: Times = 0
    applying: Times = 0
    applied: Times = 0


class Pace:
    """The durations of this computer. Safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._sums: dict[str, list[float]] | None = None

    def add(self, taken: RoundTimes) -> None:
        """Count what a round took. A file that cannot be written is written with a later round."""
        with self._lock:
            sums = self._read()
            for name, seconds, count in (
                ("rendering", taken.drawing, taken.drawn),
                ("read_back", taken.reading, taken.read),
                ("apply", taken.applying, taken.applied),
            ):
                known = sums.setdefault(name, [0.0, 0.0])
                known[0], known[1] = known[0] + seconds, known[1] + count
                if known[1] > _KEPT:
                    known[0], known[1] = known[0] * _KEPT / known[1], _KEPT
            try:
                write_private(self._file, msgspec.json.encode(sums))
            except OSError as error:
                log.warning("the durations of this computer could not be kept: %s", error)

    def durations(self) -> Durations:
        """The published durations, refined by what was measured here."""
        with self._lock:
            sums = self._read()
        found = {}
        for name, (seconds, count) in sums.items():
            published = float(getattr(PUBLISHED, name))
            mean = (published * WORTH + seconds) / (WORTH + count)
            found[name] = min(max(mean, published / MOST), published * MOST)
        return replace(PUBLISHED, **found)

    def _read(self) -> dict[str, list[float]]:
        if self._sums is None:
            self._sums = {}
            with contextlib.suppress(OSError, msgspec.DecodeError, ValueError):
                kept = msgspec.json.decode(self._file.read_bytes(), type=dict[str, tuple[Times, Times]])
                known = ("rendering", "read_back", "apply")
                self._sums = {name: [*kept[name]] for name in known if name in kept}
        return self._sums
