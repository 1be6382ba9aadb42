"""Sharpen and Edge Sharpen: Lightroom's sharpening of rendered files, fitted on details at full size.

Both act at the scale of single pixels, which no preview of the usual size shows, so that nothing corrects them later:
no more than _MOST of what fits best is taken. A RAW file keeps Lightroom's own sharpening, made for its camera, because
how much Apple's decoder had sharpened it is not public.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from couloir.aperture.adjustments import EdgeSharpen, Sharpen
from couloir.color.spaces import srgb_to_lab
from couloir.derive.contribution import NOTHING, Contribution, PhotoFacts
from couloir.derive.fits.details import DETAILS, WEIGHTS, compare
from couloir.derive.fits.doubles import Formula, camera_raws
from couloir.derive.fits.solve import REDUCED, Fit, Task, hold
from couloir.derive.fits.told import ABSURD, is_absurd, tell
from couloir.derive.manifest import Carries, Carry
from couloir.derive.model import Fidelity
from couloir.engines import camera_raw
from couloir.engines.aperture.forms import TintForm
from couloir.lightroom.settings import DevelopSettings, PhotoKind, clamp

SHARPEN_IDENTIFIER, SHARPEN_TITLE = "RKSharpenOperation", "Sharpen"
EDGE_IDENTIFIER, EDGE_TITLE = "RKProSharpenOperation", "Edge Sharpen"

AMOUNT, RADIUS = KEYS = ("Sharpness", "SharpenRadius")
_RADII: Final = (1.0, 1.5, 2.0, 3.0)
_MOST: Final = 0.65
_UNIT: Final = 50.0  # the Amount at which a radius is tried

# Neither has a second form; the field only says that nothing of the engine's forms acts on them.
_OF_SHARPEN: Final = Formula("tint_form", (TintForm.ROOT,), (TintForm.ROOT,), ("sharpen",))
_OF_EDGES: Final = Formula("tint_form", (TintForm.ROOT,), (TintForm.ROOT,), ("edge_sharpen",), ("edge_range",))

CARRIED = Carry(
    Fidelity.APPROXIMATE, "The sharpening becomes Lightroom's; the strength is estimated, not measured.", KEYS
)
LEFT_TO_CAMERA = Carry(
    Fidelity.LOST, "The sharpening of a RAW file is left to Lightroom's own default, which is made for the camera."
)
LOST_SHARPENING = Carry(Fidelity.LOST, "No setting of Lightroom's sharpening is sure to come nearer to it.")
UNKNOWN_INTENSITY = Carry(
    Fidelity.LOST, "The sharpening stores no intensity, and Aperture's default for it is unknown."
)

SHARPEN_CARRIES: Carries = dict.fromkeys(("radius", "intensity"), CARRIED)
EDGE_CARRIES: Carries = dict.fromkeys(("intensity", "edges", "falloff"), CARRIED)


def translate(adjustment: Sharpen | EdgeSharpen, photo: PhotoFacts) -> Contribution:
    """The amount and the radius that sharpen details most alike."""
    if adjustment.is_neutral:
        return NOTHING
    if photo.kind is PhotoKind.RAW:
        return Contribution((LEFT_TO_CAMERA,))
    if adjustment.intensity is None:
        return Contribution((UNKNOWN_INTENSITY,))
    if is_absurd(adjustment):
        return Contribution((ABSURD,))
    found = _fit(adjustment)
    return Contribution(tell(found, CARRIED, LOST_SHARPENING), sliders=found.sliders)


@lru_cache(maxsize=1024)
def _fit(adjustment: Sharpen | EdgeSharpen) -> Fit:
    wanted, others = (_OF_EDGES if isinstance(adjustment, EdgeSharpen) else _OF_SHARPEN).draw(DETAILS, adjustment)
    task = Task(DETAILS, WEIGHTS, wanted, others, compare, camera_raws(("sharpness",)))
    drawn = camera_raw.render_many(
        DETAILS, [DevelopSettings({}), *(DevelopSettings(_sliders(_UNIT, each)) for each in _RADII)]
    )
    plain, *sharpened = srgb_to_lab(drawn)[..., 0].reshape(len(_RADII) + 1, -1).astype(np.float64)
    missing = np.mean([srgb_to_lab(each)[..., 0].ravel() for each in wanted], axis=0) - plain
    steps = np.stack(sharpened) - plain
    shares = (steps @ missing) / np.maximum(np.square(steps).sum(axis=1), 1e-9)
    best = int(np.square(missing - shares[:, np.newaxis] * steps).sum(axis=1).argmin())
    amount = max(_UNIT * float(shares[best]), 0.0)
    return hold(task, [_sliders(amount * share, _RADII[best]) for share in REDUCED if share <= _MOST])


def _sliders(amount: float, radius: float) -> dict[str, float]:
    held = clamp(AMOUNT, amount)[0]
    return {AMOUNT: held, RADIUS: radius} if held else {}
