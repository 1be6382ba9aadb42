"""Color Monochrome and Sepia: a toned grey picture, mixed into the photo's own colours.

The photo's own colours keep the share 1 - intensity, whatever the tone. This is a gain of chroma, as Lightroom's
Saturation is (1 + s/100). The strength that Lightroom's toning would need is not known, so the tone is left out.
"""

from __future__ import annotations

from couloir.aperture.adjustments import Monochrome, Sepia
from couloir.derive.contribution import NOTHING, Contribution, PhotoFacts
from couloir.derive.manifest import Carries, Carry
from couloir.derive.model import Fidelity

MONOCHROME_IDENTIFIER, MONOCHROME_TITLE = "RKColorMonochromeOperation", "Color Monochrome"
SEPIA_IDENTIFIER, SEPIA_TITLE = "RKSepiaToneOperation", "Sepia Tone"

_FADED = Carry(
    Fidelity.APPROXIMATE,
    "The photo's own colours are reduced by the same share; that the intensity runs from 0 to 1 is inferred.",
    ("Saturation", "ConvertToGrayscale"),
)
_TONE = Carry(
    Fidelity.DROPPED, "The tone over the grey is not translated: the strength that it would need is not known."
)
UNKNOWN_INTENSITY = Carry(
    Fidelity.DROPPED,
    "The intensity is not stored and Aperture's default for it is unknown; only the preview shows the look.",
)

MONOCHROME_CARRIES: Carries = {"color": _TONE, "intensity": _FADED}
SEPIA_CARRIES: Carries = {"intensity": _FADED}


def translate(adjustment: Monochrome | Sepia, _photo: PhotoFacts) -> Contribution:
    """Black and white at full intensity, Saturation below it; the tone is reported as dropped."""
    intensity = adjustment.intensity
    if adjustment.is_neutral:
        return NOTHING
    if intensity is None or not 0 < intensity <= 1:
        return Contribution((UNKNOWN_INTENSITY,))
    if intensity == 1:
        return Contribution((_FADED, _TONE), grayscale=True)
    return Contribution((_FADED, _TONE), sliders={"Saturation": -100 * intensity})
