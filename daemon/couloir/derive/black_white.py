"""Black & White: a grey picture, mixed from shares of red, green and blue."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from couloir.aperture.adjustments import BlackWhite
from couloir.derive.contribution import Contribution, PhotoFacts
from couloir.derive.fits import chart
from couloir.derive.fits.doubles import Formula, camera_raws
from couloir.derive.fits.solve import Fit, Task, fit
from couloir.derive.fits.told import ABSURD, is_absurd, tell
from couloir.derive.manifest import Carries, Carry
from couloir.derive.model import Fidelity
from couloir.engines.aperture.forms import GrayForm
from couloir.lightroom.keys import COLOURS

IDENTIFIER = "RKMonochromeMixerOperation"
TITLE = "Black & White"

MIXER: Final = tuple(f"GrayMixer{colour}" for colour in COLOURS)
FORMULA: Final = Formula("gray_form", tuple(GrayForm), (GrayForm.LINEAR, GrayForm.ENCODED))

GRAY = Carry(
    Fidelity.APPROXIMATE,
    "The photo becomes black and white; Lightroom itself chooses how light each colour becomes.",
    ("ConvertToGrayscale",),
)
MIXED = Carry(
    Fidelity.APPROXIMATE,
    "The shares of red, green and blue become the Black & White mix, which Lightroom has by hue.",
    ("ConvertToGrayscale", *MIXER),
)
UNKNOWN_MIX = Carry(Fidelity.LOST, "Not all three shares of the mix are stored, so what it was is not known.")
LOST_MIX = Carry(
    Fidelity.LOST, "No setting of Lightroom's Black & White mix, which works by hue, comes nearer to these shares."
)

CARRIES: Carries = {"preset": UNKNOWN_MIX, "red": MIXED, "green": MIXED, "blue": MIXED}


def translate(adjustment: BlackWhite, _photo: PhotoFacts) -> Contribution:
    """Grey always, with the mixer's sliders where shares are stored."""
    red, green, blue = adjustment.red, adjustment.green, adjustment.blue
    if red is None or green is None or blue is None:
        mixed = any(stored is not None for stored in (adjustment.preset, red, green, blue))
        return Contribution((GRAY, UNKNOWN_MIX) if mixed else (GRAY,), grayscale=True)
    if is_absurd(adjustment):
        return Contribution((GRAY, ABSURD), grayscale=True)
    found = _mix(red, green, blue)
    rows = tell(found, MIXED, LOST_MIX)
    return Contribution(rows if found.sliders else (GRAY, *rows), sliders=found.sliders, grayscale=True)


@lru_cache(maxsize=1024)
def _mix(red: float, green: float, blue: float) -> Fit:
    wanted, others = FORMULA.draw(chart.CHART, BlackWhite(red=red, green=green, blue=blue))
    own = camera_raws(("mixer",))
    task = Task(chart.CHART, chart.WEIGHTS, wanted, others, chart.compare, own, {"ConvertToGrayscale": True})
    return fit(task, MIXER)
