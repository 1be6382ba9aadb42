"""Enhance: contrast, definition, saturation, vibrancy, tint wheels."""

from __future__ import annotations

from couloir.aperture.adjustments import Enhance
from couloir.derive.contribution import Contribution, PhotoFacts, from_sliders
from couloir.derive.manifest import AUTO_PENDING, Carries, Carry
from couloir.derive.model import Fidelity

IDENTIFIER = "RKEnhanceOperation"
TITLE = "Enhance"

# The middle of what random Apertures and Camera Raws need (scripts/fit_strengths.py); beside each what four of five
# need.
_CONTRAST = 40.0  # 12 to 88
# Both saturations are chroma gains: 0 is grey in both (1 + s/100 in the Sieve model of Camera Raw).
_SATURATION = 100.0
# Core Image writes crs:Vibrance = 50 * amount for its own vibrance filter, Aperture's descendant.
# 38 to 103, and 97 in the middle; but Core Image writes crs:Vibrance = 50 * amount for its own vibrance filter,
# Aperture's descendant.
_VIBRANCE = 75.0
_CLARITY = 90.0  # 50 to 197

CARRIES: Carries = {
    "contrast": Carry(
        Fidelity.APPROXIMATE, "Contrast becomes Contrast; the strength is estimated, not measured.", ("Contrast2012",)
    ),
    "definition": Carry(
        Fidelity.APPROXIMATE, "Definition becomes Clarity; the strength is estimated, not measured.", ("Clarity2012",)
    ),
    "saturation": Carry(
        Fidelity.APPROXIMATE,
        "Saturation becomes Saturation: grey in both at the bottom, slightly different colours on the way.",
        ("Saturation",),
    ),
    "vibrancy": Carry(
        Fidelity.APPROXIMATE, "Vibrancy becomes Vibrance; the strength is estimated, not measured.", ("Vibrance",)
    ),
    "black_tint": Carry(Fidelity.DROPPED, "The black tint wheel is not translated: its scale is not known."),
    "gray_tint": Carry(Fidelity.DROPPED, "The grey tint wheel is not translated: its scale is not known."),
    "white_tint": Carry(Fidelity.DROPPED, "The white tint wheel is not translated: its scale is not known."),
}


def translate(adjustment: Enhance, _photo: PhotoFacts) -> Contribution:
    """Translate four sliders; tint wheels that were changed are reported as dropped."""
    moved: dict[str, dict[str, float]] = {}
    if adjustment.contrast:
        moved["contrast"] = {"Contrast2012": _CONTRAST * adjustment.contrast}
    if adjustment.definition:
        moved["definition"] = {"Clarity2012": _CLARITY * adjustment.definition}
    if adjustment.saturation != 1.0:
        moved["saturation"] = {"Saturation": _SATURATION * (adjustment.saturation - 1.0)}
    if adjustment.vibrancy:
        moved["vibrancy"] = {"Vibrance": _VIBRANCE * adjustment.vibrancy}
    for name in ("black_tint", "gray_tint", "white_tint"):
        if any(getattr(adjustment, name)):
            moved[name] = {}
    return from_sliders(CARRIES, moved, *((AUTO_PENDING,) if adjustment.auto_pending else ()))
