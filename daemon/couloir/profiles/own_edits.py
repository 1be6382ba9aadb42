"""Finds edits of exposure and white balance in single photos that the library does not record.

A photo whose preview was brightened must not influence the camera's profile. Each photo gets three gains of its own,
estimated under the common look of all; the median photo counts as unedited.
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
"""The least number of photos among which an edited one can be recognised."""

ODD_STOPS: Final = 0.15
ODD_CAST: Final = 0.08
ODD_WORTH: Final = 0.5
"""A photo counts as edited above ODD_STOPS of exposure, or ODD_CAST stops between a channel and the mean, if its gains
bring it nearer to its preview by ODD_WORTH (CIEDE2000). A picture of one strong colour can take any cast without a
gain.
"""

MISFIT: Final = 4.0
MISFIT_RATIO: Final = 3.0
"""Mean CIEDE2000, and multiple of the median photo's, beyond which a photo does not have the common look."""

_ROUNDS: Final = 4
_PIXELS: Final = 500
_FEW_PIXELS, _MOST_PIXELS = 150, 6000
_STEP: Final = 0.02
_PASSES: Final = 6
_SOFT: Final = 0.5
_HOLD: Final = 1e-3


@dataclass(frozen=True, slots=True)
class OwnEdit:
    """A photo's own gains relative to the others': stops of exposure, and each channel's deviation from that.

    `worth` is the mean CIEDE2000 by which they bring the photo nearer to its preview.
    """

    stops: float
    cast: tuple[float, float, float]
    worth: float

    @property
    def is_odd(self) -> bool:
        """Whether the photo seems to have been edited."""
        is_far = abs(self.stops) > ODD_STOPS or max(abs(each) for each in self.cast) > ODD_CAST
        return is_far and self.worth > ODD_WORTH

    @property
    def gains(self) -> Matrix:
        """Stops for red, green and blue."""
        return self.stops + np.array(self.cast)


@dataclass(frozen=True, slots=True)
class OwnEdits:
    """`edits`: that of each photo by name. `cast`: the common cast of all photos, which belongs to the white balance,
    because a profile leaves greys grey. `misfits`: photos that no gains bring near the others' look.
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
        """The gains to remove before a fit: the edits of the odd photos, and the common cast."""
        shared = np.array(self.cast)
        return Gains({name: shared + (edit.gains if edit.is_odd else 0.0) for name, edit in self.edits.items()})


def settle(photos: Sequence[Samples], prior: Look) -> OwnEdits:
    """Estimate which photos were edited, and how: fit a look, estimate each photo's gains, remove them, repeat."""
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
        # Outlying pixels get less weight (iteratively reweighted least squares).
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
