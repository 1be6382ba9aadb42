"""Highlights & Shadows: both algorithms of Aperture."""

from __future__ import annotations

from couloir.aperture.adjustments import HighlightsShadows
from couloir.derive.contribution import Contribution, PhotoFacts, from_sliders
from couloir.derive.manifest import AUTO_PENDING, Carries, Carry
from couloir.derive.model import Fidelity

IDENTIFIER = "RKShadowHighlightOperation"
TITLE = "Highlights & Shadows"

# Shadows 17, measured on Apple's preview of one photo, lifts tones between -6.2 and -1.4 EV below white by 0.14, 0.08,
# 0.07 and 0.04 EV; Lightroom's measured Shadows +50 lifts the same tones by 0.22, 0.16, 0.10 and 0.06 EV. 17 comes
# nearest to Lightroom's 23.
_SHADOWS = 23.0 / 17.0
# The middle of what random Apertures and Camera Raws need (scripts/fit_strengths.py), which for Shadows is 1.33 (0.7 to
# 1.9); beside each what four of five need. No rendering by Aperture with these is known to us.
_HIGHLIGHTS = -0.33  # -0.84 to -0.12
_MIDTONE_CONTRAST = 0.2  # 0.06 to 0.47

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
    "radius": Carry(Fidelity.DROPPED, "Lightroom chooses the radius itself."),
    "color_correction": Carry(Fidelity.DROPPED, "Colour correction of shadows has no counterpart in Lightroom."),
    "highlight_tonal_width": Carry(Fidelity.DROPPED, "Lightroom chooses the tonal width itself."),
    "shadow_tonal_width": Carry(Fidelity.DROPPED, "Lightroom chooses the tonal width itself."),
}

_OLD_DEFAULTS = {
    "radius": 200.0,  # documented default, 1..1000
    "shadow_tonal_width": 40.0,  # documented default, 0..100
}


def translate(adjustment: HighlightsShadows, _photo: PhotoFacts) -> Contribution:
    """Translate three sliders. The older algorithm's extra controls count only if they were changed and a slider is
    not neutral.
    """
    moved: dict[str, dict[str, float]] = {}
    if adjustment.highlights:
        moved["highlights"] = {"Highlights2012": _HIGHLIGHTS * adjustment.highlights}
    if adjustment.shadows:
        moved["shadows"] = {"Shadows2012": _SHADOWS * adjustment.shadows}
    if adjustment.midtone_contrast:
        moved["midtone_contrast"] = {"Contrast2012": _MIDTONE_CONTRAST * adjustment.midtone_contrast}
    if moved:
        for name, default in _OLD_DEFAULTS.items():
            if getattr(adjustment, name) not in (None, default):
                moved[name] = {}
        for name in ("color_correction", "highlight_tonal_width"):
            if getattr(adjustment, name) is not None:
                moved[name] = {}
    return from_sliders(CARRIES, moved, *((AUTO_PENDING,) if adjustment.auto_pending else ()))
