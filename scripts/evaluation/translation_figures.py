"""The figures of translations that users get, out of the photos that were judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.rows import Row
from couloir.derive.residual.classes import CLASSES
from couloir.learn.formulas import TESTED, Formulas
from evaluation.translation_entry import Judged

MEAN, WORSE, WORSE_OF_CLASS = 1.7, 0.005, 0.02
_FLOORS = {
    "by_ours": "the model's sliders, fitted by our engine",
    "by_look": "the model's sliders, fitted by our engine under the hidden profile",
    "by_hidden": "the model's sliders, fitted by the hidden engine",
}
_FEWEST = 20  # photos of a class for which a share means something


def figures(judged: Sequence[Judged]) -> list[Row]:
    """All rows: of each route, over all photos, by formulas, by class."""
    rows: list[Row] = []
    for route in sorted({each.route for each in judged}):
        rows += _route(route, [each for each in judged if each.route == route])
    return rows


def _route(route: str, judged: Sequence[Judged]) -> Iterator[Row]:
    mean, worse = _mean(judged, "got"), _worse(judged)
    yield Row(f"{route}: photos", len(judged), "photos")
    yield Row(f"{route}: doing nothing, mean", _mean(judged, "nothing"), "CIEDE2000")
    formulas, nothing = _mean(judged, "analytic"), _mean(judged, "nothing")
    yield Row(
        f"{route}: formulas alone, mean", formulas, "CIEDE2000", "no more than doing nothing", formulas <= nothing
    )
    yield Row(f"{route}: as migrated, mean", mean, "CIEDE2000", f"<= {MEAN}", mean <= MEAN)
    yield Row(f"{route}: as migrated, median", float(np.median([each.got for each in judged])), "CIEDE2000")
    yield Row(f"{route}: as migrated, 95th percentile of the pixels", _mean(judged, "got_p95"), "CIEDE2000")
    yield Row(f"{route}: worse by 1 than doing nothing", worse, "share", f"<= {WORSE}", worse <= WORSE)
    for name, told in _FLOORS.items():
        least = float(np.mean([getattr(each.floors, name) for each in judged]))
        yield Row(f"{route}: least with {told}, mean", least, "CIEDE2000")
    kinds = {kind: [each for each in judged if each.formulas == kind] for kind in TESTED}
    for kind, some in kinds.items():
        if some:
            yield Row(f"{route}, {kind}: as migrated, mean", _mean(some, "got"), "CIEDE2000")
            yield Row(f"{route}, {kind}: formulas alone, mean", _mean(some, "analytic"), "CIEDE2000")
    if all(kinds.values()):
        gap = _mean(kinds[Formulas.NEW], "got") - _mean(kinds[Formulas.SAME], "got")
        yield Row(f"{route}: gap between new formulas and the same", gap, "CIEDE2000")
    for name in map(str, CLASSES):
        some = [each for each in judged if name in each.classes]
        if some:
            yield from _class(route, name, some)


def _class(route: str, name: str, judged: Sequence[Judged]) -> Iterator[Row]:
    worse = _worse(judged)
    told = (f"<= {WORSE_OF_CLASS}", worse <= WORSE_OF_CLASS) if len(judged) >= _FEWEST else (None, None)
    yield Row(f"{route} / {name}: photos", len(judged), "photos")
    yield Row(f"{route} / {name}: doing nothing, mean", _mean(judged, "nothing"), "CIEDE2000")
    yield Row(f"{route} / {name}: formulas alone, mean", _mean(judged, "analytic"), "CIEDE2000")
    yield Row(f"{route} / {name}: as migrated, mean", _mean(judged, "got"), "CIEDE2000")
    yield Row(f"{route} / {name}: worse by 1 than doing nothing", worse, "share", *told)


def _mean(judged: Sequence[Judged], what: str) -> float:
    return float(np.mean([getattr(each, what) for each in judged]))


def _worse(judged: Sequence[Judged]) -> float:
    return float(np.mean([each.got > each.nothing + 1 for each in judged]))
