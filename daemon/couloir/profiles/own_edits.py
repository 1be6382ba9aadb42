"""Edits of exposure and white balance that single photos have and the library does not record.

A photo whose preview is brighter than the others' says nothing of the camera. Each photo gets three gains of its own,
measured against the look that all share; the middle one of the photos counts as unedited.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from couloir.color.arrays import Floats, Matrix
from couloir.profiles.fit import Gains, Look, fit, offsets
from couloir.profiles.samples import Samples

FEWEST: Final = 4
"""Photos below which nobody can say which of them is the odd one."""

ODD_STOPS: Final = 0.15
ODD_CAST: Final = 0.08
ODD_WORTH: Final = 0.5
"""Stops of exposure, or stops between a channel and the mean, from which a photo counts as edited; and how much nearer
to its preview (CIEDE2000) that has to bring it. A picture of one strong colour can take any cast at no gain.
"""

MISFIT: Final = 4.0
MISFIT_RATIO: Final = 3.0
"""Mean CIEDE2000, and how many times that of the middle photo, beyond which a photo is not of the same look."""

_ROUNDS: Final = 4
_PIXELS: Final = 500
_FEW_PIXELS, _MOST_PIXELS = 150, 6000
_STEP: Final = 0.02
_PASSES: Final = 6
_SOFT: Final = 0.5
_HOLD: Final = 1e-3


@dataclass(frozen=True, slots=True)
class OwnEdit:
    """A photo's own gains beside the others': stops in all, and each channel's share beyond that.

    `worth` is how much nearer to its preview they bring the photo, mean CIEDE2000.
    """

    stops: float
    cast: tuple[float, float, float]
    worth: float

    @property
    def is_odd(self) -> bool:
        """Whether somebody seems to have edited it."""
        is_far = abs(self.stops) > ODD_STOPS or max(abs(each) for each in self.cast) > ODD_CAST
        return is_far and self.worth > ODD_WORTH

    @property
    def gains(self) -> Matrix:
        """Stops for red, green and blue."""
        return self.stops + np.array(self.cast)


@dataclass(frozen=True, slots=True)
class OwnEdits:
    """`edits`: of each photo by name. `cast`: what all photos share, which a profile cannot carry: it leaves greys
    grey, so this belongs into the white balance. `misfits`: photos that no gains bring near the others' look.
    """

    edits: dict[str, OwnEdit]
    cast: tuple[float, float, float]
    misfits: tuple[str, ...] = ()

    @property
    def odd(self) -> list[str]:
        """The names of the photos that seem edited."""
        return [name for name, edit in self.edits.items() if edit.is_odd]

    @property
    def gains(self) -> Gains:
        """What to take off before a fit: the odd photos' own edits, and the cast of all."""
        shared = np.array(self.cast)
        return Gains({name: shared + (edit.gains if edit.is_odd else 0.0) for name, edit in self.edits.items()})


def settle(photos: Sequence[Samples], prior: Look) -> OwnEdits:
    """Find which photos were edited and by how much: fit, measure each against the fit, and fit again without that."""
    none = OwnEdit(0.0, (0.0, 0.0, 0.0), 0.0)
    found = OwnEdits({each.name: none for each in photos}, none.cast)
    if len(photos) < FEWEST:
        return found
    few = [each.some(max(_FEW_PIXELS, _MOST_PIXELS // len(photos))) for each in photos]
    look = fit(few, prior, curve_only=True)
    for _ in range(_ROUNDS):
        before, found = found, _measured(photos, look)
        if set(found.odd) == set(before.odd) and found.misfits == before.misfits and look.table is not prior.table:
            break
        look = fit([each for each in few if each.name not in found.misfits], prior, found.gains, steps=40)
    return found


def gains_of(photo: Samples, look: Look) -> Matrix:
    """The three gains in stops under which a photo's scene colours come nearest to its preview (Gauss-Newton)."""
    some = photo.some(_PIXELS)
    stops = np.zeros(3)
    for _ in range(_PASSES):
        off = offsets(some, look, Gains({some.name: stops}))
        slope = np.stack(
            [(offsets(some, look, Gains({some.name: stops + step})) - off) / _STEP for step in _STEP * np.eye(3)],
            axis=-1,
        )
        # Pixels that fit nowhere count for less (iteratively reweighted least squares).
        weight = some.weight / np.sqrt((off**2).sum(axis=1) + _SOFT**2)
        normal = np.einsum("nij,n,nik->jk", slope, weight, slope) + _HOLD * weight.sum() * np.eye(3)
        change = np.linalg.solve(normal, np.einsum("nij,n,ni->j", slope, weight, off) + _HOLD * weight.sum() * stops)
        stops = np.clip(stops - change, -3, 3)
        if np.abs(change).max() < 1e-3:
            break
    return stops


def _measured(photos: Sequence[Samples], look: Look) -> OwnEdits:
    own = np.stack([gains_of(each, look) for each in photos])
    stops = own.mean(axis=1)
    casts = own - stops[:, np.newaxis]
    shared: Floats = np.median(casts, axis=0)
    shared = np.where(np.abs(shared).max() > ODD_CAST / 2, shared, 0.0)
    middle = float(np.median(stops))
    edits, off = {}, []
    for i, each in enumerate(photos):
        plain, nearer = _far(each, look, shared), _far(each, look, own[i] - middle)
        edit = OwnEdit(float(stops[i]) - middle, _triple(casts[i] - shared), plain - nearer)
        edits[each.name] = edit
        off.append(nearer if edit.is_odd else plain)
    bound = max(MISFIT, MISFIT_RATIO * float(np.median(off)))
    misfits = tuple(each.name for each, far in zip(photos, off, strict=True) if far > bound)
    return OwnEdits(edits, _triple(shared), misfits)


def _far(photo: Samples, look: Look, gains: Floats) -> float:
    """Mean CIEDE2000 between a photo with these gains and its preview."""
    some = photo.some(_PIXELS)
    return float(np.sqrt((offsets(some, look, Gains({some.name: np.asarray(gains)})) ** 2).sum(axis=1)).mean())


def _triple(values: Floats) -> tuple[float, float, float]:
    red, green, blue = (float(each) for each in values)
    return red, green, blue
