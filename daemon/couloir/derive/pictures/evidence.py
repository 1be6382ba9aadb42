"""Settings moved to what a photo's own pair of pictures shows: Aperture's preview, and the unedited original.

The learned model says how far it may be off, slider by slider; the pair says how much brighter, warmer or softer the
preview is than what our Camera Raw engine draws with the model's settings. Both are weighed as a maximum a posteriori
estimate of a linear Gaussian model (Tarantola, Inverse Problem Theory, 2005, equation 3.37): the model's answer and
deviations are the prior, the engine's slopes carry the evidence. Pixels that no slider explains, as under a brush,
count less. `scripts/evaluate_loop.py SAMPLES --only pairs` has the figures.

Apple's decoder and Adobe's disagree in colours that no slider of tone, balance or saturation brings together. So under
a RAW file the calibration sliders of the three primaries move as well, although no model expects anything of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_encode, srgb_to_lab
from couloir.derive.controls import COLOUR, limits, move
from couloir.derive.pictures.frame import find_placement
from couloir.derive.pictures.jacobian import linearise_drawing
from couloir.derive.pictures.metric import whitening_matrices
from couloir.derive.pictures.nearness import Nearness
from couloir.derive.pictures.preview import Trap
from couloir.derive.pictures.registration import resample_sharply
from couloir.derive.pictures.surrogate import Surrogate
from couloir.derive.prior import draw_expected, without_crop
from couloir.derive.residual.outputs import OUTPUTS
from couloir.engines.camera_raw import render_raw_many
from couloir.engines.dng.raw import RawScene
from couloir.engines.pixels import resize
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings, PhotoKind

Plane: TypeAlias = NDArray[np.float32]
"""(height, width)."""

NARROWED: Final = 0.94
"""What the model's deviations are multiplied by once the pair was weighed: its 80 % intervals then hold 80 % of the
errors in validation worlds, those with the formulas of the training and those with others counting the same."""

_UNSEEN: Final = "texture"  # pictures of this size do not show it
_ROUNDS: Final = 2
_ROUNDS_OF_RAW: Final = 3
# CIEDE2000: what a pixel's difference is trusted to. Smaller ones follow the engine's own errors, which are larger
# where a RAW file's exposure and white balance are drawn on a finished picture: there, with 0.5, one photo in fifty
# came out worse by 1.
_NOISE: Final = 0.5
_NOISE_OF_FINISHED_RAW: Final = 1.0
_OUTLYING: Final = 4.0  # CIEDE2000: Cauchy's scale; what differs by more has another cause than the sliders
_PRIMARIES: Final = tuple(each.name for each in COLOUR if each.name.startswith("primary_"))
_OF_PRIMARIES: Final = 3.0  # normalised units: the deviation that a decoder's difference is expected to need
# Of a RAW file without its own colours: slopes on a finished picture are off by two fifths, and with them 120 photos of
# test worlds came out 0.07 farther on average. The loop, which corrects its slopes, moves it.
_BALANCE: Final = ("temperature", "tint")
_LEAST: Final = 0.05  # normalised units: no deviation is smaller
_FARTHEST: Final = 4.0  # deviations that one round moves at most


def settle_by_pair(
    settings: DevelopSettings,
    original: Picture,
    preview: Picture,
    kind: PhotoKind,
    as_shot: tuple[float, float] | None,
    deviations: Mapping[str, float],
    fixed: Collection[str] = (),
    scene: RawScene | None = None,
    counted: Plane | None = None,
) -> DevelopSettings:
    """The settings moved to where the pair and the model's expectation agree best.

    `original` and `preview` are in the version's frame, linear sRGB; `deviations` are those that the model expects, in
    the units of `OUTPUTS`. As our engine draws it, the result is never further from the preview than the settings were.
    `scene` has a RAW file's own colours in that frame, on which exposure and white balance act; without it both are
    drawn on the original, as well as they can be there. `counted`, (height, width) 0..1 in that frame, says how much
    each place counts: less than 1 where something was painted.
    """
    drawing = _Drawing(original, kind, as_shot) if scene is None else _RawDrawing(scene, kind, as_shot)
    expected = {each.name: deviations.get(each.name, 0.0) / each.size for each in OUTPUTS if each.name != _UNSEEN}
    if kind is PhotoKind.RAW and not settings.get("ConvertToGrayscale", False):
        expected |= dict.fromkeys(_PRIMARIES, _OF_PRIMARIES)
    held = {*fixed, *(_BALANCE if kind is PhotoKind.RAW and scene is None else ())}
    names = [name for name in expected if name not in held]
    sigma = np.array([max(expected[name], _LEAST) for name in names])
    drawn = drawing.draw(settings)
    target = lay(preview, drawn)
    if target is None:
        return settings
    share = None if counted is None else shrink(counted, *drawn.shape[:2])
    best, least = settings, _difference(drawn, target, share)
    for _ in range(_ROUNDS if scene is None else _ROUNDS_OF_RAW):
        change = _step(drawing, drawn, target, best, names, sigma, share)
        moved = move(best, dict(zip(names, change.tolist(), strict=True)), kind, as_shot)
        drawn = drawing.draw(moved)
        found = _difference(drawn, target, share)
        if found >= least:
            break
        best, least = moved, found
    return best


def judge_nearness(
    formulas: DevelopSettings,
    found: DevelopSettings,
    original: Picture,
    preview: Picture,
    kind: PhotoKind,
    as_shot: tuple[float, float] | None,
    scene: RawScene | None = None,
) -> Nearness | None:
    """How near the preview our engine draws the settings of the formulas, and those that were found; pictures as in
    `settle_by_pair`. None where the preview does not lie on what is drawn.
    """
    drawing = _Drawing(original, kind, as_shot) if scene is None else _RawDrawing(scene, kind, as_shot)
    after = drawing.draw(found)
    target = lay(preview, after)
    if target is None:
        return None
    return Nearness(_difference(drawing.draw(formulas), target), _difference(after, target))


def lay(preview: Picture, drawn: Picture) -> Picture | None:
    """The preview (linear) laid on the drawn picture, encoded and of its size; None where it does not lie there."""
    rows, columns = drawn.shape[:2]
    there = np.asarray(srgb_encode(resize(preview, columns, rows)), dtype=np.float32)
    found = find_placement(there, drawn)
    if isinstance(found, Trap):
        return None
    at, _ = found
    return resample_sharply(there, at).clip(0, 1) if at.any() else there


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A photo as our Camera Raw engine draws it from the picture before any setting."""

    original: Picture
    kind: PhotoKind
    as_shot: tuple[float, float] | None

    @property
    def noise(self) -> float:
        return _NOISE if self.kind is PhotoKind.RENDERED else _NOISE_OF_FINISHED_RAW

    def draw(self, settings: DevelopSettings) -> Picture:
        return draw_expected(self.original, settings, self.as_shot)

    def slopes(self, drawn: Picture, settings: DevelopSettings, names: Sequence[str]) -> NDArray[np.float32]:
        """(parameters, pixels, 3) at the settings, which were drawn."""
        return Surrogate(drawn, settings, names, self.kind, self.as_shot).slopes(np.zeros(len(names)))


@dataclass(frozen=True, slots=True)
class _RawDrawing:
    """A RAW photo as our Camera Raw engine draws it from the file's own colours."""

    scene: RawScene
    kind: PhotoKind
    as_shot: tuple[float, float] | None

    @property
    def noise(self) -> float:
        return _NOISE

    def draw(self, settings: DevelopSettings) -> Picture:
        return np.asarray(self._draw([without_crop(settings)])[0], dtype=np.float32)

    def slopes(self, drawn: Picture, settings: DevelopSettings, names: Sequence[str]) -> NDArray[np.float32]:
        """(parameters, pixels, 3) at the settings."""
        del drawn  # the file's colours are at hand, no picture has to be taken back to them
        at = without_crop(settings)
        return linearise_drawing(self._draw, at, names, self.kind, as_shot=self.as_shot).slopes

    def _draw(self, settings: Sequence[DevelopSettings]) -> Picture:
        return render_raw_many(self.scene.camera, self.scene.model, self.scene.profile, settings)


def _step(
    drawing: _Drawing | _RawDrawing,
    drawn: Picture,
    target: Picture,
    settings: DevelopSettings,
    names: list[str],
    sigma: NDArray[np.float64],
    share: NDArray[np.floating] | None,
) -> NDArray[np.float64]:
    """The change of each parameter, in normalised units."""
    wanted, shown = (srgb_to_lab(each).reshape(-1, 3) for each in (target, drawn))
    white = whitening_matrices(wanted)
    missing = np.matmul(white, (wanted - shown)[..., None])[..., 0].astype(np.float64)
    slopes = np.einsum("pij,npj->npi", white, drawing.slopes(drawn, settings, names)).astype(np.float64)
    weight = 1 / (1 + (missing**2).sum(axis=-1) / _OUTLYING**2) / (len(wanted) * drawing.noise**2)
    if share is not None:
        weight = weight * share.reshape(-1)
    weighted = (slopes * weight[None, :, None]).reshape(len(names), -1)
    normal = weighted @ slopes.reshape(len(names), -1).T + np.diag(1 / sigma**2)
    change = np.linalg.solve(normal, weighted @ missing.reshape(-1))
    low, high = limits(settings, names, drawing.kind, drawing.as_shot)
    low, high = np.maximum(low, -_FARTHEST * sigma), np.minimum(high, _FARTHEST * sigma)
    return np.asarray(np.clip(change, low, np.maximum(low, high)))


def shrink(plane: Plane, rows: int, columns: int) -> Plane:
    """A plane at another size."""
    return np.asarray(resize(np.repeat(plane[..., np.newaxis], 3, axis=-1), columns, rows)[..., 0], dtype=np.float32)


def _difference(drawn: Picture, target: Picture, share: NDArray[np.floating] | None = None) -> float:
    off = ciede2000(srgb_to_lab(drawn), srgb_to_lab(target))
    if share is None:
        return float(off.mean(dtype=np.float64))
    return float((off * share).sum(dtype=np.float64) / max(float(share.sum()), 1e-9))
