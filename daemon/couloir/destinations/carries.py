"""What the doors with a matrix and curves carry of each adjustment, and why, in words that they share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from couloir.aperture import adjustments as ap
from couloir.derive.bricks import BRICKS
from couloir.derive.manifest import Carry
from couloir.derive.model import Fidelity

RECTANGLE: Final = Carry(Fidelity.EXACT, "The same rectangle.")
ANGLE: Final = Carry(Fidelity.EXACT, "The same angle.")

_FOLDED: Final = (
    "It becomes part of one matrix and one curve a channel, which come near to what Aperture's adjustments do together."
)
_TONES_ONLY: Final = (
    "It becomes part of one matrix and one curve a channel; what depends on a pixel's surroundings is not carried."
)
_OWN_TOOLS: Final = Carry(
    Fidelity.LOST, "The program has a tool of its own for this, whose strength was not compared with Aperture's."
)
_HUES: Final = Carry(Fidelity.LOST, "A matrix and a curve a channel cannot change single hues.")
_NONE: Final = Carry(Fidelity.LOST, "The program has nothing for this that a file can state.")

_OWN: Final = (
    *(ap.NoiseReduction, ap.RawNoiseReduction, ap.Sharpen, ap.EdgeSharpen, ap.Definition, ap.Vignette, ap.Devignette),
    *(ap.ChromaticAberration, ap.Retouch, ap.SpotPatch, ap.RedEye),
)


def state_folding(mixer: str, curves: str, crop: str, turn: str) -> Mapping[type, Carry]:
    """The capabilities of a program that has these controls, by the names that its files give them."""
    folded = Carry(Fidelity.APPROXIMATE, _FOLDED, (mixer, curves))
    tones = Carry(Fidelity.APPROXIMATE, _TONES_ONLY, (mixer, curves))
    known: dict[type, Carry] = dict.fromkeys(
        (ap.WhiteBalance, ap.Exposure, ap.Levels, ap.Curves, ap.BlackWhite, ap.Monochrome, ap.Sepia, ap.Gamma), folded
    )
    known |= dict.fromkeys((ap.RawFineTuning, ap.Enhance, ap.HighlightsShadows), tones)
    known |= dict.fromkeys(_OWN, _OWN_TOOLS)
    known[ap.Color] = _HUES
    known[ap.Crop] = Carry(RECTANGLE.fidelity, RECTANGLE.note, (crop,))
    known[ap.Straighten] = Carry(ANGLE.fidelity, ANGLE.note, (turn,))
    return {adjustment: known.get(adjustment, _NONE) for adjustment in BRICKS}
