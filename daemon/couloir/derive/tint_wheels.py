"""Enhance's tint wheels, and the tone of sepia and monochrome pictures: three wheels of Color Grading."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from couloir.aperture.adjustments import Enhance, Monochrome, Sepia
from couloir.derive.fits import chart
from couloir.derive.fits.doubles import Formula, camera_raws
from couloir.derive.fits.solve import Fit, Task, Wheel, fit
from couloir.derive.residual.outputs import TONING
from couloir.engines.aperture.forms import TintForm
from couloir.lightroom.settings import SettingValue

WHEELS: Final = tuple(Wheel(*keys) for keys in TONING.values())
KEYS: Final = tuple(key for keys in TONING.values() for key in keys)
FORMULA: Final = Formula("tint_form", tuple(TintForm), (TintForm.ROOT, TintForm.ENCODED), ("tint_wheel",))
# A toned picture has one formula, which no wheel is in.
_OF_MONOCHROME: Final = Formula("tint_form", (TintForm.ROOT,), (TintForm.ROOT,))
_OF_SEPIA: Final = Formula("tint_form", (TintForm.ROOT,), (TintForm.ROOT,), ("sepia_color",))

Offset = tuple[float, float]


@lru_cache(maxsize=1024)
def fit_wheels(black: Offset, gray: Offset, white: Offset) -> Fit:
    """Color Grading for the three wheels' (U, V)."""
    return _fit(Enhance(black_tint=black, gray_tint=gray, white_tint=white), FORMULA, {})


@lru_cache(maxsize=1024)
def fit_tone(adjustment: Monochrome | Sepia, whole: bool, saturation: float) -> Fit:
    """Color Grading for the tone of a picture that is grey (`whole`), or less saturated by Saturation."""
    start: dict[str, SettingValue] = {"ConvertToGrayscale": True} if whole else {"Saturation": round(saturation)}
    return _fit(adjustment, _OF_SEPIA if isinstance(adjustment, Sepia) else _OF_MONOCHROME, start)


def _fit(adjustment: Enhance | Monochrome | Sepia, formula: Formula, start: dict[str, SettingValue]) -> Fit:
    wanted, others = formula.draw(chart.CHART, adjustment)
    own = camera_raws(("wheel", "wheel_middle"))
    return fit(Task(chart.CHART, chart.WEIGHTS, wanted, others, chart.compare, own, start), WHEELS)
