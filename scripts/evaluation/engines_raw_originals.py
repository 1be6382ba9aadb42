"""RAW boost, matrices and a learnt profile against Apple's renderings of RAW photos, where their originals are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.aperture.adjustments import RawFineTuning
from couloir.aperture.library import Library
from couloir.color.arrays import Floats, apply_matrix
from couloir.color.difference import Difference, difference
from couloir.color.spaces import PROPHOTO_TO_SRGB, srgb_shown
from couloir.engines import aperture
from couloir.engines.aperture import NOMINAL, Constants
from couloir.engines.aperture.forms import BoostForm
from couloir.engines.constants import list_constants
from couloir.engines.dng import PLAIN, baseline
from couloir.engines.protocol import Picture
from couloir.errors import ContentError, NothingToLearn
from couloir.profiles import Pair, learn
from couloir.profiles.candidates import Candidate
from couloir.profiles.loading import load
from evaluation.raw_originals import OriginalsFolder, RawRendering, renderings
from evaluation.rendering_gap import explain
from evaluation.section import Section

_BOOSTS = np.linspace(0.2, 4.0, 20)
_STOPS = np.linspace(-1.0, 1.5, 26)
_FITTED_PIXELS = 4000


def measure(library: Path, folder: Path) -> Section:
    """`library`: one whose previews Apple rendered; its missing originals are looked for in `folder`."""
    rows: list[Row] = []
    pairs: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    with Library.open(library) as opened:
        found = list(renderings(opened, OriginalsFolder(folder)))
        for each, pair in _read(found):
            pairs[each.camera, each.decoder].append(pair)
            rows += _engine_rows(pair)
    for (camera, decoder), group in pairs.items():
        rows += _profile_rows(group, camera, decoder)
    return Section(
        [
            Row("RAW photos with Apple's rendering", len(found), "photos"),
            Row("RAW photos whose original was found and read", sum(map(len, pairs.values())), "photos"),
            *rows,
        ]
    )


def _read(found: list[RawRendering]) -> Iterator[tuple[RawRendering, Pair]]:
    for each in found:
        if each.original is None:
            print(f"{each.master.file_name} ({each.master.file_size:,} bytes) was not found.")
            continue
        try:
            pair = load(Candidate(each.version, each.original, each.preview, each.camera, each.decoder, 0.0))
        except ContentError as error:
            print(f"{each.master.file_name} is left out. {error}")
            continue
        yield each, replace(pair, name=each.master.file_name)


def _engine_rows(pair: Pair) -> list[Row]:
    """Camera Raw's default, the forms and the range of boost, and what a curve and a matrix would gain."""
    linear = apply_matrix(PROPHOTO_TO_SRGB, pair.model.to_prophoto()(pair.camera))
    told = list_constants(Constants)["boost"]
    tried: dict[str, Difference] = {
        "Adobe's default look": _gap(baseline(pair.camera, pair.model, PLAIN), pair),
        "no boost": _gap(srgb_shown(linear), pair),
    }
    for form in BoostForm:
        tried[f"boost, form {form}"] = _gap(_boosted(linear, replace(NOMINAL, boost_form=form)), pair)
    for value in (told.low, told.high):
        tried[f"boost {value:g}"] = _gap(_boosted(linear, replace(NOMINAL, boost=value)), pair)
    strength, stops = _fit(linear, pair)
    fitted = _boosted(linear * 2.0**stops, replace(NOMINAL, boost=strength))
    tried["boost and exposure fitted to it"] = _gap(fitted, pair)
    left = explain(fitted, pair.shown)
    tried["fitted boost and the best tone curve: what remains is colour"] = left["with the best tone curve"]
    tried["fitted boost, the best matrix and tone curve"] = left["with the best matrix and tone curve"]
    within = told.low <= strength <= told.high
    return [
        *(Row(f"{pair.name}: {label}, mean", gap.mean, "CIEDE2000") for label, gap in tried.items()),
        Row(f"{pair.name}: boost that fits best", strength, "n", f"{told.low:g} to {told.high:g}", within),
        Row(f"{pair.name}: exposure that fits best", stops, "EV"),
    ]


def _profile_rows(pairs: list[Pair], camera: str, decoder: str) -> list[Row]:
    """Each photo under a profile learnt from the camera's others; of a single photo, each half under the other's."""
    taught = "the camera's other photos"
    if len(pairs) == 1:
        pairs, taught = list(_halves(pairs[0])), "its other half"
    try:
        learnt = learn(pairs, camera, decoder=decoder)
    except NothingToLearn as error:
        print(f"No profile is tested. {error}")
        return []
    for each in learnt.left_out:
        print(f"{each.name} does not count for the profile: {each.reason}.")
    return [
        Row(f"{each.name}: {label}, mean", gap.mean, "CIEDE2000")
        for each in learnt.judged
        for label, gap in (
            (f"before a profile from {taught}", each.before),
            (f"under a profile learnt from {taught}", each.after),
        )
    ]


def _halves(pair: Pair) -> Iterator[Pair]:
    middle = pair.camera.shape[1] // 2
    for side, part in (("left", slice(0, middle)), ("right", slice(middle, None))):
        yield replace(pair, name=f"{pair.name}, {side} half", camera=pair.camera[:, part], shown=pair.shown[:, part])


def _boosted(linear: Floats, constants: Constants) -> Picture:
    plain = RawFineTuning(None, 1.0, 1.0, None, None, None, None)
    return srgb_shown(aperture.apply(linear.astype(np.float32), plain, raw=True, constants=constants))


def _gap(drawn: Floats, pair: Pair) -> Difference:
    return difference(pair.shown.astype(np.float64), drawn.astype(np.float64))


def _fit(linear: Floats, pair: Pair) -> tuple[float, float]:
    """The boost and the stops before it that come nearest: the best of a grid, on pixels spread over the picture."""
    step = max(1, linear[..., 0].size // _FITTED_PIXELS)
    some, shown = linear.reshape(1, -1, 3)[:, ::step], pair.shown.reshape(1, -1, 3)[:, ::step].astype(np.float64)

    def miss(strength: float, stops: float) -> float:
        drawn = _boosted(some * 2.0**stops, replace(NOMINAL, boost=strength))
        return difference(shown, drawn.astype(np.float64)).mean

    tried = ((miss(float(n), float(ev)), float(n), float(ev)) for n in _BOOSTS for ev in _STOPS)
    _least, strength, stops = min(tried)
    return strength, stops
