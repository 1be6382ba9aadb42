"""The strengths of translations that follow from a calibrated Aperture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from couloir.engines.pixels import fit_size, resize
from couloir.engines.protocol import Picture
from couloir.learn.calibration.calibrate import CalibrationFit
from couloir.learn.calibration.findings import CalibrationVerdict
from couloir.learn.strengths import PARAMETERS, fit

_TELLS: Final = {
    "recovery": "recovery_begins",
    "black_point": "black_point_unit",
    "brightness": "brightness",
    "contrast": "contrast",
    "saturation": "saturation_space",
    "vibrancy": "vibrancy",
    "definition": "definition",
    "highlights": "highlight_stops",
    "shadows": "shadows",
    "midtone_contrast": "midtone_contrast",
}
"""What must have been measured for a strength to follow."""

_INSTANCES: Final = 8  # random Camera Raws, a picture each
_EDGE: Final = 96


def needed_strengths(found: CalibrationFit, originals: Sequence[Picture]) -> dict[str, float]:
    """What this Aperture needs in the middle of random Camera Raws, for the controls whose guess holds or is replaced.

    `originals` are pictures of the library, linear sRGB; none gives no strengths.
    """
    if not originals:
        return {}
    decided = [fit for fit in found.fits if fit.verdict is not CalibrationVerdict.UNDECIDED]
    told = {each.name for family in decided for each in family.constants}
    told |= {each.name for family in decided for each in family.forms}
    some = originals[:: max(1, len(originals) // _INSTANCES)][:_INSTANCES]
    pictures = [resize(each, *fit_size(each.shape[1], each.shape[0], _EDGE)) for each in some]
    return {
        name: fit(parameter, pictures, _INSTANCES, own=found.constants).best
        for name, parameter in PARAMETERS.items()
        if _TELLS[name] in told
    }
