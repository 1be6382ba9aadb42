"""How strong Lightroom's sliders must be for Aperture's, where neither program states it.

By default each is the middle of what random Apertures and Camera Raws need (scripts/fit_strengths.py); beside it stands
what four of five of them need. `couloir learn calibrate` measures Aperture's side on a library, and that library's
photos are translated with what its Aperture needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Strengths:
    """Lightroom's slider for 1 of Aperture's; for Black Point and Brightness, which become curves, factors on the
    nominal Aperture engine's.
    """

    recovery: float = -18.0  # -82 to 0; Highlights for one stop
    black_point: float = 0.9  # 0.6 to 1.8
    brightness: float = 0.43  # 0.2 to 0.75
    contrast: float = 40.0  # 12 to 88
    # Both are chroma gains: 0 is grey in both (1 + s/100 in the Sieve model of Camera Raw).
    saturation: float = 100.0
    # 38 to 103, and 97 in the middle; but Core Image writes crs:Vibrance = 50 * amount for its own vibrance filter,
    # Aperture's descendant.
    vibrancy: float = 75.0
    definition: float = 90.0  # 50 to 197
    highlights: float = -0.33  # -0.84 to -0.12
    # Shadows 17, measured on Apple's preview of one photo, lifts tones between -6.2 and -1.4 EV below white by 0.14,
    # 0.08, 0.07 and 0.04 EV; Lightroom's measured Shadows +50 lifts the same tones by 0.22, 0.16, 0.10 and 0.06 EV. 17
    # comes nearest to Lightroom's 23. The middle is 1.33 (0.7 to 1.9).
    shadows: float = 23.0 / 17.0
    midtone_contrast: float = 0.2  # 0.06 to 0.47


MIDDLE: Final = Strengths()
"""What is assumed of an Aperture that was not measured."""
