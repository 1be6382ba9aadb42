"""The Aperture engine's constants, in one place, so that learning can vary and fit them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Constants:
    """Nominal values, each with where it comes from. *Guess*: no rendering by Aperture of it has been seen."""

    boost: float = 1.8
    """RAW boost n in (1+n)x / (1+nx): Core Image's generic ("version 0") boost; each camera's own is not public."""
    boost_knee: float = 0.8
    """Where that boost goes on as a straight line: same source."""

    recovery_begins: float = 0.4
    """Encoded luminance from which Recovery pulls down, by its full stops at 1. Guess."""
    black_point_unit: float = 0.001
    """Linear light that one unit of Black Point takes away. Guess, after the scale of blacks in Adobe's DNG SDK."""
    contrast: float = 1.7
    """Expansion about mid-tone at Contrast 1. Guess: half of Photos' coefficient, so that +-1 is monotone."""
    definition: float = 0.6
    """Local contrast added at Definition 1. Guess."""
    definition_radius: float = 0.012
    """Its blur, as a share of the long edge. Guess."""
    vibrancy: float = 1.0
    """Chroma gain at Vibrancy 1 for a colour without saturation. Guess."""

    shadow_lift: tuple[tuple[float, float], ...] = (
        (0.035, 1.18),
        (0.07, 1.155),
        (0.12, 1.12),
        (0.25, 1.10),
        (0.35, 1.085),
        (0.45, 1.064),
        (0.56, 1.044),
        (0.66, 1.03),
        (0.74, 1.02),
        (0.86, 1.01),
        (1.0, 1.0),
    )
    """Linear gain of Shadows 17 by encoded level: measured on one rendering (near-neutral pixels, within about 1 %)."""
    shadow_lift_amount: float = 17.0
    """The amount that `shadow_lift` was measured at; other amounts scale its stops."""
    highlight_stops: float = 1.0
    """Stops that Highlights 100 takes off white. Guess."""
    highlight_begins: float = 0.35
    """Encoded luminance from which Highlights pulls down. Guess."""
    midtone_contrast: float = 0.005
    """Contrast that one unit of Mid Contrast stands for. Guess."""

    levels_gamma: float = 2.0
    """Encoding in which Levels stretches: measured on one rendering (1.8, 2.2 and sRGB fit about twice as badly)."""

    gray_warm_shift: tuple[float, float] = (0.10, -0.04)
    gray_cool_shift: tuple[float, float] = (-0.05, 0.02)
    """I and Q given to a grey at warmth 1 and 0: Photos' neutral-grey filter."""
    skin_cool_target: tuple[float, float] = (0.005, 0.01)
    skin_warm_target: tuple[float, float] = (0.105, -0.01)
    """I and Q of skin at warmth 0 and 1: Photos' face balance."""
    skin_chroma_exponent: float = 0.4
    """How quickly that balance sets in with a pixel's chroma: same source."""


NOMINAL: Final = Constants()
