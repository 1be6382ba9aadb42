"""Color: hue, saturation and luminance of some ranges of hue become the sliders of Lightroom's Color Mixer."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from couloir.aperture.adjustments import Color
from couloir.derive.contribution import NOTHING, Contribution, PhotoFacts
from couloir.derive.fits import chart
from couloir.derive.fits.doubles import Formula, camera_raws
from couloir.derive.fits.solve import Fit, Task, fit
from couloir.derive.fits.told import ABSURD, is_absurd, tell
from couloir.derive.manifest import Carries, Carry
from couloir.derive.model import Fidelity
from couloir.engines.aperture.forms import Space
from couloir.lightroom.keys import COLOURS

IDENTIFIER = "RKColorOperation"
TITLE = "Color"

FORMULA: Final = Formula(
    "color_space",
    (Space.IPT, Space.ENCODED, Space.FOURTH_ROOT, Space.SQUARE_ROOT),
    (Space.IPT, Space.ENCODED),
    ("color_hue", "color_saturation", "color_luminance"),
    ("color_spread",),
)
BANDS: Final = {"hue_shift": "HueAdjustment", "saturation": "SaturationAdjustment", "luminance": "LuminanceAdjustment"}
KEYS: Final = tuple(key + colour for key in BANDS.values() for colour in COLOURS)
_OWN_STRENGTHS: Final = ("band_hue", "band_saturation", "band_luminance")
_HUE: Final = "hue_shift"
_CHANGED: Final = 0.2  # of what the adjustment changes most: a band moves where it changes as much

CARRIED = Carry(
    Fidelity.APPROXIMATE,
    "Hue, saturation and luminance become the Color Mixer's; the scales on which Aperture stores them are inferred.",
    KEYS,
)
LOST_COLOR = Carry(
    Fidelity.LOST, "Color is not translated: no setting of Lightroom's Color Mixer is sure to come nearer to it."
)
LOST_HUE = Carry(
    Fidelity.LOST,
    "The change of hue is not translated: which way Aperture turns a hue is not known for certain.",
)

CARRIES: Carries = {"ranges": CARRIED}


def translate(adjustment: Color, _photo: PhotoFacts) -> Contribution:
    """The Color Mixer's sliders of the hues near the ranges, of the kinds that the ranges change."""
    if adjustment.is_neutral:
        return NOTHING
    if is_absurd(adjustment):
        return Contribution((ABSURD,))
    found, hues = _mix(adjustment)
    rows = tell(found, CARRIED, LOST_COLOR)
    lost = found.sliders and not hues
    return Contribution((*rows, LOST_HUE) if lost else rows, sliders=found.sliders)


@lru_cache(maxsize=1024)
def _mix(adjustment: Color) -> tuple[Fit, bool]:
    """The sliders, and whether changes of hue are in them: forms of the formula disagree on which way a hue turns."""
    wanted, others = FORMULA.draw(chart.CHART, adjustment)
    task = Task(chart.CHART, chart.WEIGHTS, wanted, others, chart.compare, camera_raws(_OWN_STRENGTHS))
    kinds = [kind for kind in BANDS if any(getattr(each, kind) for each in adjustment.ranges)]
    changed = chart.change_by_hue(wanted[0])
    near = [colour for colour, by in zip(COLOURS, changed, strict=True) if by > _CHANGED * max(changed)]
    found = fit(task, [BANDS[kind] + colour for kind in kinds for colour in near])
    still = [BANDS[kind] + colour for kind in kinds if kind != _HUE for colour in near]
    if found.sliders or found.is_small or _HUE not in kinds or not still:
        return found, True
    return fit(task, still), False
