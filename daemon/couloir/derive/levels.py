"""Levels: five handles for RGB and for each channel become point curves."""

from __future__ import annotations

from couloir.aperture.adjustments import Levels, LevelsChannel
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.derive.contribution import NOTHING, Contribution, PhotoFacts
from couloir.derive.curves import Curves, Samples, sampled
from couloir.derive.manifest import AUTO_PENDING, Carries, Carry
from couloir.derive.model import Fidelity
from couloir.engines.aperture import levels_channel

IDENTIFIER = "RKLevelsOperation"
TITLE = "Levels"

_NOTE = "A point curve of the same shape; Lightroom applies it in a wider colour space, so strong colours differ."

CARRIES: Carries = {
    "rgb": Carry(Fidelity.APPROXIMATE, _NOTE, ("ToneCurvePV2012",)),
    "red": Carry(Fidelity.APPROXIMATE, _NOTE, ("ToneCurvePV2012Red",)),
    "green": Carry(Fidelity.APPROXIMATE, _NOTE, ("ToneCurvePV2012Green",)),
    "blue": Carry(Fidelity.APPROXIMATE, _NOTE, ("ToneCurvePV2012Blue",)),
}


def translate(adjustment: Levels, _photo: PhotoFacts) -> Contribution:
    """The Aperture engine's curve for each set of handles, sampled on Lightroom's encoded axis."""
    curves = Curves(
        master=_curve(adjustment.rgb),
        red=_curve(adjustment.red),
        green=_curve(adjustment.green),
        blue=_curve(adjustment.blue),
    )
    moved = [CARRIES[name] for name in CARRIES if not getattr(adjustment, name).is_identity]
    if adjustment.auto_pending:
        moved.append(AUTO_PENDING)
    if not moved:
        return NOTHING
    return Contribution(tuple(moved), curves=None if curves.is_identity else curves)


def _curve(channel: LevelsChannel) -> Samples | None:
    if channel.is_identity:
        return None
    return sampled(lambda encoded: srgb_encode(levels_channel(srgb_decode(encoded), channel)))
