"""Levels: five handles for RGB and for each channel become point curves."""

from __future__ import annotations

import numpy as np

from couloir.aperture.adjustments import Levels, LevelsChannel
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.derive.contribution import NOTHING, Contribution, PhotoFacts
from couloir.derive.curves import Curves, Samples, sample
from couloir.derive.manifest import AUTO_PENDING, Carries, Carry
from couloir.derive.model import Fidelity
from couloir.engines.aperture import handles_left_out, levels_channel

IDENTIFIER = "RKLevelsOperation"
TITLE = "Levels"

_NOTE = "A point curve of the same shape; Lightroom applies it in a wider colour space, so strong colours differ."

CARRIES: Carries = {
    "rgb": Carry(Fidelity.APPROXIMATE, _NOTE, ("ToneCurvePV2012",)),
    "red": Carry(Fidelity.APPROXIMATE, _NOTE, ("ToneCurvePV2012Red",)),
    "green": Carry(Fidelity.APPROXIMATE, _NOTE, ("ToneCurvePV2012Green",)),
    "blue": Carry(Fidelity.APPROXIMATE, _NOTE, ("ToneCurvePV2012Blue",)),
}
CROSSED = Carry(
    Fidelity.LOST,
    "The handles of Levels are crossed, black at or above white, or lie outside the picture's tones, which Aperture's "
    "sliders do not allow: nothing is translated, and only the preview shows the look.",
)
HANDLE_LEFT_OUT = Carry(
    Fidelity.APPROXIMATE,
    "A handle of Levels lies outside its neighbours, which Aperture's sliders do not allow; it is left out.",
    ("ToneCurvePV2012",),
)


def translate(adjustment: Levels, _photo: PhotoFacts) -> Contribution:
    """The Aperture engine's curve for each set of handles, sampled on Lightroom's encoded axis."""
    handles = {name: getattr(adjustment, name) for name in CARRIES}
    crossed = {name for name, channel in handles.items() if _is_unusable(channel)}
    drawn = {name: None if name in crossed else _curve(channel) for name, channel in handles.items()}
    curves = Curves(master=drawn.pop("rgb"), **drawn)
    moved = [CARRIES[name] for name, each in handles.items() if not each.is_identity and name not in crossed]
    moved.extend([CROSSED] * bool(crossed))
    if any(handles_left_out(channel) for name, channel in handles.items() if name not in crossed):
        moved.append(HANDLE_LEFT_OUT)
    if adjustment.auto_pending:
        moved.append(AUTO_PENDING)
    if not moved:
        return NOTHING
    return Contribution(tuple(moved), curves=None if curves.is_identity else curves)


def _is_unusable(channel: LevelsChannel) -> bool:
    """Whether the handles define no curve: they are crossed, or so far outside 0..1 that only one tone is left."""
    if channel.is_identity:
        return False
    sources, destinations = zip(channel.black, channel.white, strict=True)
    if channel.is_crossed or sources[0] >= 1 or sources[1] <= 0 or min(destinations) >= 1 or max(destinations) <= 0:
        return True
    curve = _curve(channel)
    is_outside = min(*sources, *destinations) < 0 or max(*sources, *destinations) > 1
    return curve is not None and is_outside and float(np.ptp(curve)) < 1 / 255


def _curve(channel: LevelsChannel) -> Samples | None:
    if channel.is_identity:
        return None
    return sample(lambda encoded: srgb_encode(levels_channel(srgb_decode(encoded), channel)))
