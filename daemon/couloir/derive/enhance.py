"""Enhance: contrast, definition, saturation, vibrancy, tint wheels."""

from __future__ import annotations

from dataclasses import replace

from couloir.aperture.adjustments import Enhance
from couloir.derive.contribution import Contribution, PhotoFacts, from_sliders
from couloir.derive.fits.told import ABSURD, is_absurd, tell
from couloir.derive.manifest import AUTO_PENDING, Carries, Carry
from couloir.derive.model import Fidelity
from couloir.derive.tint_wheels import KEYS, fit_wheels

IDENTIFIER = "RKEnhanceOperation"
TITLE = "Enhance"

TINTED = Carry(
    Fidelity.APPROXIMATE, "The tint wheels become Color Grading; their scale is estimated, not measured.", KEYS
)
LOST_TINT = Carry(Fidelity.LOST, "No setting of Lightroom's Color Grading is sure to come nearer to the tint wheels.")

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
    "black_tint": TINTED,
    "gray_tint": TINTED,
    "white_tint": TINTED,
}


def translate(adjustment: Enhance, photo: PhotoFacts) -> Contribution:
    """Translate four sliders; tint wheels that were turned become Color Grading, together."""
    moved: dict[str, dict[str, float]] = {}
    if adjustment.contrast:
        moved["contrast"] = {"Contrast2012": photo.strengths.contrast * adjustment.contrast}
    if adjustment.definition:
        moved["definition"] = {"Clarity2012": photo.strengths.definition * adjustment.definition}
    if adjustment.saturation != 1.0:
        moved["saturation"] = {"Saturation": photo.strengths.saturation * (adjustment.saturation - 1.0)}
    if adjustment.vibrancy:
        moved["vibrancy"] = {"Vibrance": photo.strengths.vibrancy * adjustment.vibrancy}
    more = (AUTO_PENDING,) if adjustment.auto_pending else ()
    wheels = (adjustment.black_tint, adjustment.gray_tint, adjustment.white_tint)
    if not any(map(any, wheels)):
        return from_sliders(CARRIES, moved, *more)
    if is_absurd(wheels):
        return from_sliders(CARRIES, moved, ABSURD, *more)
    tinted = fit_wheels(*wheels)
    found = from_sliders(CARRIES, moved, *tell(tinted, TINTED, LOST_TINT), *more)
    return replace(found, sliders={**found.sliders, **tinted.sliders})
