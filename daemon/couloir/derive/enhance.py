"""Enhance: contrast, definition, saturation, vibrancy, tint wheels."""

from __future__ import annotations

from couloir.aperture.adjustments import Enhance
from couloir.derive.contribution import Contribution, PhotoFacts, from_sliders
from couloir.derive.manifest import AUTO_PENDING, Carries, Carry
from couloir.derive.model import Fidelity

IDENTIFIER = "RKEnhanceOperation"
TITLE = "Enhance"

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


def translate(adjustment: Enhance, photo: PhotoFacts) -> Contribution:
    """Translate four sliders; tint wheels that were changed are reported as dropped."""
    moved: dict[str, dict[str, float]] = {}
    if adjustment.contrast:
        moved["contrast"] = {"Contrast2012": photo.strengths.contrast * adjustment.contrast}
    if adjustment.definition:
        moved["definition"] = {"Clarity2012": photo.strengths.definition * adjustment.definition}
    if adjustment.saturation != 1.0:
        moved["saturation"] = {"Saturation": photo.strengths.saturation * (adjustment.saturation - 1.0)}
    if adjustment.vibrancy:
        moved["vibrancy"] = {"Vibrance": photo.strengths.vibrancy * adjustment.vibrancy}
    for name in ("black_tint", "gray_tint", "white_tint"):
        if any(getattr(adjustment, name)):
            moved[name] = {}
    return from_sliders(CARRIES, moved, *((AUTO_PENDING,) if adjustment.auto_pending else ()))
