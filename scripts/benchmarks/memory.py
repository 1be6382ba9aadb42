"""The memory of a night: many turns through the code that matches, by one process, with a renderer that costs nothing.

A few photographs take all turns under names of their own, so that the ledger and the plan have as many photos as a
library of that size. One turn in TWENTY goes through all renderings, the others are judged by one.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.aperture.library import Library
from couloir.engines.pixels import load_pixels
from couloir.engines.protocol import Photo, Picture
from couloir.lightroom.settings import DevelopSettings
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import PICTURES
from couloir.migrate.match_library import FoundPhoto, Way, find_photo, keep_match
from couloir.migrate.night.turns import TurnRun, TurnTask, work
from couloir.migrate.run import OWN_FOLDER, open_ledger
from couloir.refine.night.model import NO_CORRECTION, Candidates
from couloir.refine.night.plan import NightPlan
from couloir.refine.options import Options
from couloir.refine.shared import SharedSlopes
from sample_library import build_library
from sample_library.roles import Role

TURNS = int(os.environ.get("COULOIR_BENCH_TURNS", "10000"))
_WARM = 0.2  # of the turns, after which what is kept of everything has been built
_PHOTOS, _TWENTY = 4, 20
_FLAT = 1024.0  # bytes a photo


def measure() -> list[Row]:
    """The growth of this process's peak over COULOIR_BENCH_TURNS turns (10,000), after the first fifth of them."""
    with tempfile.TemporaryDirectory() as folder, _photos(Path(folder)) as (found, ledger, destination):
        warm, last = _spend(found, ledger, destination)
    growth = (last - warm) / (TURNS * (1 - _WARM))
    return [
        Row(f"matching {TURNS:,} photos: peak memory", last / 1e6, "MB"),
        Row(
            "matching: memory for each further photo",
            growth,
            "bytes",
            f"<= {_FLAT:g}",
            growth <= _FLAT,
        ),
    ]


class _Gain:
    """Draws by exposure alone: a multiplication."""

    name = "gain"

    def __init__(self) -> None:
        self._loaded: dict[Path, Picture] = {}

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        if photo.path not in self._loaded:
            self._loaded[photo.path] = load_pixels(photo.path, size, orient=True)
        stops = 0.4 + float(str(settings.get("Exposure2012", 0.0)))
        light = np.clip(self._loaded[photo.path] * 2.0**stops, 0, 1)
        return np.asarray(light ** (1 / 2.2), dtype=np.float32)


@contextmanager
def _photos(folder: Path) -> Iterator[tuple[list[FoundPhoto], Ledger, Path]]:
    role = Role("jpeg", looks=("exposure",), placed=False)
    build_library(folder / "Sample.aplibrary", masters=_PHOTOS, roles=[role] * _PHOTOS)
    destination = folder / "out"
    with Library.open(folder / "Sample.aplibrary") as library, open_ledger(library, destination) as ledger:
        (destination / OWN_FOLDER / PICTURES).mkdir(parents=True)
        pairs = [(version, master) for version, master in library.versions_with_masters() if master is not None]
        found = [find_photo(library, version, master, _way()) for version, master in pairs]
        yield [each for each in found if isinstance(each, FoundPhoto)], ledger, destination


def _way() -> Way:
    return Way(_Gain(), Options(renderings=3), pictures=False)


def _spend(found: list[FoundPhoto], ledger: Ledger, destination: Path) -> tuple[float, float]:
    """The peak after the first turns, and after all."""
    way, warm = _way(), 0.0
    groups = np.arange(TURNS) // 2  # too small for the plan to leave the rest of one out
    none = np.zeros(len(np.unique(groups)), dtype=np.int64)
    plan = NightPlan(Candidates(groups, np.ones(TURNS), np.zeros(TURNS, np.int64), none, none.astype(np.bool_)))
    shared: SharedSlopes | None = None
    for number in range(TURNS):
        turn = plan.turn()
        if turn is None:
            break
        plan.take(turn.photo)
        photo = found[number % len(found)]
        photo = replace(photo, version=replace(photo.version, uuid=f"{photo.version.uuid} {turn.photo}"))
        quick = replace(turn, correction=NO_CORRECTION, trial=None, only_judged=number % _TWENTY != 0)
        run = work(way, TurnTask(photo, quick, number + 1, shared))
        assert isinstance(run, TurnRun)
        if run.match.lessons is not None:
            shared = run.match.lessons if shared is None else shared.join(run.match.lessons)
        keep_match(ledger, destination, replace(run.match, picture=None))
        plan.tell(turn, run.result)
        if number + 1 == int(TURNS * _WARM):
            warm = _peak()
    return warm, _peak()


def _peak() -> float:
    """The most memory that this process has held, in bytes: macOS counts in bytes, Linux in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1.0 if sys.platform == "darwin" else 1024.0)
