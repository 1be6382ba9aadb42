"""Highlights & Shadows: both algorithms of Aperture."""

from __future__ import annotations

from couloir.aperture.adjustments import HighlightsShadows
from couloir.derive.contribution import Contribution, PhotoFacts, from_sliders
from couloir.derive.manifest import AUTO_PENDING, Carries, Carry
from couloir.derive.model import Fidelity

IDENTIFIER = "RKShadowHighlightOperation"
TITLE = "Highlights & Shadows"

CARRIES: Carries = {
    "highlights": Carry(
        Fidelity.APPROXIMATE,
        "Highlights becomes Highlights; the strength is estimated, not measured.",
        ("Highlights2012",),
    ),
    "shadows": Carry(
        Fidelity.APPROXIMATE,
        "Shadows becomes Shadows, at a strength measured on one photo; Lightroom opens the deepest shadows more.",
        ("Shadows2012",),
    ),
    "midtone_contrast": Carry(
        Fidelity.APPROXIMATE,
        "Mid Contrast becomes part of Contrast; the strength is estimated, not measured.",
        ("Contrast2012",),
    ),
    "radius": Carry(Fidelity.LOST, "Lightroom chooses the radius itself."),
    "color_correction": Carry(Fidelity.LOST, "Colour correction of shadows has no counterpart in Lightroom."),
    "highlight_tonal_width": Carry(Fidelity.LOST, "Lightroom chooses the tonal width itself."),
    "shadow_tonal_width": Carry(Fidelity.LOST, "Lightroom chooses the tonal width itself."),
}

_OLD_DEFAULTS = {
    "radius": 200.0,  # documented default, 1..1000
    "shadow_tonal_width": 40.0,  # documented default, 0..100
}


def translate(adjustment: HighlightsShadows, photo: PhotoFacts) -> Contribution:
    """Translate three sliders. The older algorithm's extra controls count only if they were changed and a slider is
    not neutral.
    """
    moved: dict[str, dict[str, float]] = {}
    if adjustment.highlights:
        moved["highlights"] = {"Highlights2012": photo.strengths.highlights * adjustment.highlights}
    if adjustment.shadows:
        moved["shadows"] = {"Shadows2012": photo.strengths.shadows * adjustment.shadows}
    if adjustment.midtone_contrast:
        moved["midtone_contrast"] = {"Contrast2012": photo.strengths.midtone_contrast * adjustment.midtone_contrast}
    if moved:
        for name, default in _OLD_DEFAULTS.items():
            if getattr(adjustment, name) not in (None, default):
                moved[name] = {}
        for name in ("color_correction", "highlight_tonal_width"):
            if getattr(adjustment, name) is not None:
                moved[name] = {}
    return from_sliders(CARRIES, moved, *((AUTO_PENDING,) if adjustment.auto_pending else ()))
