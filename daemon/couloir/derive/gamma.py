"""Gamma: a power of linear light becomes a point curve."""

from __future__ import annotations

from couloir.aperture.adjustments import Gamma
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.derive.contribution import NOTHING, Contribution, PhotoFacts
from couloir.derive.curves import Curves
from couloir.derive.manifest import Carries, Carry
from couloir.derive.model import Fidelity

IDENTIFIER = "RKGammaOperation"
TITLE = "Gamma"

_LOW, _HIGH = 0.1, 10.0  # beyond these a picture is black or white, and no slider goes there

CARRIES: Carries = {
    "power": Carry(
        Fidelity.APPROXIMATE,
        "The power becomes a point curve; that Aperture applies it to linear light is inferred.",
        ("ToneCurvePV2012",),
    ),
}
UNUSABLE = Carry(Fidelity.LOST, "Gamma stores no usable power, so there is nothing to translate.")


def translate(adjustment: Gamma, _photo: PhotoFacts) -> Contribution:
    """out = in ** power on linear light."""
    power = adjustment.power
    if adjustment.is_neutral:
        return NOTHING
    if power is None or not _LOW <= power <= _HIGH:
        return Contribution((UNUSABLE,))
    curves = Curves.of_master(lambda encoded: srgb_encode(srgb_decode(encoded) ** power))
    return Contribution((CARRIES["power"],), curves=None if curves.is_identity else curves)
