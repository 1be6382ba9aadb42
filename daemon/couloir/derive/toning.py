"""Color Monochrome and Sepia: a toned grey picture, mixed into the photo's own colours.

The photo's own colours keep the share 1 - intensity, whatever the tone. This is a gain of chroma, as Lightroom's
Saturation is (1 + s/100). The tone becomes Color Grading.
"""

from __future__ import annotations

from couloir.aperture.adjustments import Monochrome, Sepia
from couloir.derive.contribution import NOTHING, Contribution, PhotoFacts
from couloir.derive.fits.told import ABSURD, is_absurd, tell
from couloir.derive.manifest import Carries, Carry
from couloir.derive.model import Fidelity
from couloir.derive.tint_wheels import KEYS, fit_tone

MONOCHROME_IDENTIFIER, MONOCHROME_TITLE = "RKColorMonochromeOperation", "Color Monochrome"
SEPIA_IDENTIFIER, SEPIA_TITLE = "RKSepiaToneOperation", "Sepia Tone"

_FADED = Carry(
    Fidelity.APPROXIMATE,
    "The photo's own colours are reduced by the same share; that the intensity runs from 0 to 1 is inferred.",
    ("Saturation", "ConvertToGrayscale"),
)
_TONE = Carry(Fidelity.APPROXIMATE, "The tone over the grey becomes Color Grading; its colour is estimated.", KEYS)
_STORED_TONE = Carry(Fidelity.APPROXIMATE, "The colour over the grey becomes Color Grading.", KEYS)
LOST_TONE = Carry(Fidelity.LOST, "No setting of Lightroom's Color Grading comes nearer to the tone over the grey.")
UNKNOWN_INTENSITY = Carry(
    Fidelity.LOST,
    "The intensity is not stored and Aperture's default for it is unknown; only the preview shows the look.",
)

MONOCHROME_CARRIES: Carries = {"color": _STORED_TONE, "intensity": _FADED}
SEPIA_CARRIES: Carries = {"intensity": _FADED}


def translate(adjustment: Monochrome | Sepia, _photo: PhotoFacts) -> Contribution:
    """Black and white at full intensity, Saturation below it; the tone as Color Grading over it."""
    intensity = adjustment.intensity
    if adjustment.is_neutral:
        return NOTHING
    if intensity is None or not 0 < intensity <= 1:
        return Contribution((UNKNOWN_INTENSITY,))
    if is_absurd(adjustment):
        return Contribution((ABSURD,))
    whole, faded = intensity == 1, {"Saturation": -100 * intensity}
    found = fit_tone(adjustment, whole, faded["Saturation"])
    stored = isinstance(adjustment, Monochrome) and adjustment.color is not None
    rows = (_FADED, *tell(found, _STORED_TONE if stored else _TONE, LOST_TONE))
    return Contribution(rows, sliders={**({} if whole else faded), **found.sliders}, grayscale=whole)
