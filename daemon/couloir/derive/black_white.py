"""Black & White: a grey picture."""

from __future__ import annotations

from couloir.aperture.adjustments import BlackWhite
from couloir.derive.contribution import Contribution, PhotoFacts
from couloir.derive.manifest import Carries, Carry
from couloir.derive.model import Fidelity

IDENTIFIER = "RKMonochromeMixerOperation"
TITLE = "Black & White"

GRAY = Carry(
    Fidelity.APPROXIMATE,
    "The photo becomes black and white; Lightroom itself chooses how light each colour becomes.",
    ("ConvertToGrayscale",),
)
_MIX = Carry(
    Fidelity.DROPPED,
    "Lightroom's black and white mix works by hue, not by shares of red, green and blue.",
)

CARRIES: Carries = {"preset": _MIX, "red": _MIX, "green": _MIX, "blue": _MIX}


def translate(adjustment: BlackWhite, _photo: PhotoFacts) -> Contribution:
    """Grey always; the mix is stated as dropped where one is stored."""
    mixed = any(share is not None for share in (adjustment.preset, adjustment.red, adjustment.green, adjustment.blue))
    return Contribution((GRAY, _MIX) if mixed else (GRAY,), grayscale=True)
