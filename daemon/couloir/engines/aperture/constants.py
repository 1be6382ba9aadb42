"""The Aperture engine's constants, which Apple has not published, each with its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from couloir.engines.aperture.forms import (
    Acts,
    BlackForm,
    BoostForm,
    BrightnessForm,
    ContrastForm,
    EnhanceOrder,
    ExposureOrder,
    GrayForm,
    PickedForm,
    Space,
    SplineForm,
    TintForm,
    VibrancyForm,
    VignetteForm,
)
from couloir.engines.constants import constant, table, variant

_GUESS = "guess: no rendering of it by Aperture was seen"
_MEASURED = "measured on one rendering by Apple"
_GENERIC = "Core Image's generic boost; each camera's own is not public"
_SELECTIVE = "Photos' selective colour, which has the same parameters"
_GRAY = "Photos' neutral-grey filter, which has the same mode and parameters"
_FACE = "Photos' face balance, which has the same mode and parameters"


@dataclass(frozen=True, slots=True)
class Constants:
    """Nominal values, each with the range for which a model has to hold, and nominal forms of formulas with the other
    forms that they may have. Fields without either are fixed.
    """

    boost: float = constant(1.8, 1.2, 2.6, _GENERIC)
    """RAW boost n in (1+n)x / (1+nx)."""
    boost_knee: float = constant(0.8, 0.7, 0.9, _GENERIC)
    """The light above which that boost continues as a straight line."""
    boost_form: BoostForm = variant(BoostForm.KNEE, BoostForm.SHOULDER, BoostForm.TOE)
    exposure_order: ExposureOrder = variant(
        ExposureOrder.GAIN_FIRST, ExposureOrder.RECOVERY_LAST, ExposureOrder.BRIGHTNESS_FIRST
    )

    recovery_begins: float = constant(0.4, 0.25, 0.6, _GUESS)
    """Encoded luminance above which Recovery darkens; at 1 it takes its full stops."""
    pull_by: Acts = variant(Acts.LUMINANCE, Acts.CHANNELS, Acts.BRIGHTEST)
    """What Recovery and Highlights pull down by."""
    black_point_unit: float = constant(0.001, 0.0005, 0.002, "guess: the scale of blacks in Adobe's DNG SDK")
    """Linear light that one unit of Black Point subtracts."""
    black_form: BlackForm = variant(BlackForm.AFFINE, BlackForm.TOE, BlackForm.ENCODED)
    brightness: float = constant(
        1.0, 0.2, 1.1, "Photos' own, on the one pair with it, has a third of what its published formula gives"
    )
    """A factor on Brightness."""
    brightness_form: BrightnessForm = variant(
        BrightnessForm.PHOTOS, BrightnessForm.GAMMA, BrightnessForm.LIFT, BrightnessForm.RATIONAL
    )
    contrast: float = constant(1.7, 1.0, 2.0, "guess: half of Photos' coefficient, so that +-1 is monotone")
    """Expansion about mid-tone at Contrast 1, for Photos' form; other forms are scaled alike."""
    contrast_form: ContrastForm = variant(
        ContrastForm.PHOTOS, ContrastForm.SIGMOID, ContrastForm.STRAIGHT, ContrastForm.POWER
    )
    contrast_by: Acts = variant(Acts.CHANNELS, Acts.LUMINANCE)
    enhance_order: EnhanceOrder = variant(EnhanceOrder.TONE_FIRST, EnhanceOrder.COLOR_FIRST, EnhanceOrder.TINT_FIRST)
    saturation_space: Space = variant(Space.LINEAR, Space.ENCODED, Space.FOURTH_ROOT, Space.IPT)
    definition: float = constant(0.6, 0.3, 0.9, _GUESS)
    """Local contrast added at Definition 1."""
    definition_radius: float = constant(0.012, 0.006, 0.024, _GUESS)
    """The sigma of Definition's blur, as a share of the long edge."""
    vibrancy: float = constant(
        1.0, 0.4, 1.4, "guess; Core Image takes its own full vibrance for half of Camera Raw's, the lower end"
    )
    """Chroma gain at Vibrancy 1 for a colour without saturation."""
    vibrancy_form: VibrancyForm = variant(VibrancyForm.SQUARE, VibrancyForm.EVEN, VibrancyForm.ENCODED)

    shadow_lift: tuple[tuple[float, float], ...] = (
        (0.0, 0.28),
        (0.02, 0.26),
        (0.05, 0.20),
        (0.08, 0.12),
        (0.12, 0.08),
        (0.3, 0.078),
        (0.4, 0.069),
        (0.5, 0.056),
        (0.6, 0.042),
        (0.7, 0.021),
        (0.8, 0.012),
        (1.0, 0.0),
    )
    """Stops that Shadows 17 adds, by encoded luminance: medians of one rendering, brought into falling order. Colours
    and greys gain alike there, and how bright the surroundings are makes no difference that outlasts JPEG's."""
    shadow_lift_amount: float = 17.0
    """The amount that `shadow_lift` was measured at; other amounts scale its stops."""
    shadows: float = constant(1.0, 0.7, 1.3, _MEASURED)
    """A factor on the stops of `shadow_lift`."""
    shadows_by: Acts = variant(Acts.LUMINANCE, Acts.CHANNELS, Acts.SURROUNDINGS)
    """What they are looked up by."""
    highlight_stops: float = constant(1.0, 0.6, 1.6, _GUESS)
    """Stops that Highlights 100 takes off white."""
    highlight_begins: float = constant(0.35, 0.2, 0.5, _GUESS)
    """Encoded luminance above which Highlights darkens."""
    midtone_contrast: float = constant(0.005, 0.003, 0.008, _GUESS)
    """Contrast that one unit of Mid Contrast stands for."""

    old_shadow_stops: float = constant(1.5, 0.8, 2.2, _GUESS)
    old_highlight_stops: float = constant(1.0, 0.5, 1.6, _GUESS)
    """Stops that Shadows and Highlights at 100 move in the algorithm before Aperture 3.3."""
    old_tonal_width: float = constant(40.0, 30.0, 50.0, "the manual's default, for versions that store none")

    levels_gamma: float = constant(2.0, 1.9, 2.2, _MEASURED + "; 1.8, 2.2 and sRGB's encoding fit half as well")
    """Encoding in which Levels stretches."""

    curves_gamma: float = constant(2.2, 1.8, 2.4, "Photos' curves, which have Aperture's channels and domain")
    """Encoding in which Curves bends."""
    curves_spline: SplineForm = variant(SplineForm.NATURAL, SplineForm.MONOTONE)
    curves_luminance: Acts = variant(Acts.LUMINANCE, Acts.CHANNELS)
    """Whether the luminance curve is a gain by luminance or one more curve of each channel."""

    picked_form: PickedForm = variant(PickedForm.YIQ, PickedForm.GAINS)
    gray_warm_shift: tuple[float, float] = table((0.10, -0.04), 0.8, 1.2, _GRAY)
    gray_cool_shift: tuple[float, float] = table((-0.05, 0.02), 0.8, 1.2, _GRAY)
    """I and Q given to a grey at warmth 1 and 0."""
    skin_cool_target: tuple[float, float] = table((0.005, 0.01), 0.8, 1.2, _FACE)
    skin_warm_target: tuple[float, float] = table((0.105, -0.01), 0.8, 1.2, _FACE)
    """I and Q of skin at warmth 0 and 1."""
    skin_chroma_exponent: float = constant(0.4, 0.3, 0.5, _FACE)
    """The exponent of a pixel's chroma in the strength of that balance."""

    tint_wheel: float = constant(1.0, 0.5, 2.0, _GUESS)
    """U and V, on a square-root scale, that an offset of 1 of a tint wheel adds."""
    tint_form: TintForm = variant(TintForm.ROOT, TintForm.ENCODED, TintForm.GAIN)
    color_space: Space = variant(Space.IPT, Space.ENCODED, Space.FOURTH_ROOT)
    """Where Color turns, saturates and lightens."""
    gray_form: GrayForm = variant(GrayForm.LINEAR, GrayForm.ENCODED, GrayForm.STORED)
    color_hue: float = constant(60.0, 45.0, 75.0, _SELECTIVE)
    color_saturation: float = constant(100.0, 80.0, 120.0, _SELECTIVE)
    color_luminance: float = constant(70.0, 50.0, 90.0, _SELECTIVE)
    """The stored values for a radian of hue, for twice the chroma, and for twice the lightness of a vivid colour."""
    color_spread: float = constant(1 / 12, 0.06, 0.11, _SELECTIVE)
    """Sigma of a range of spread 1, in turns."""
    monochrome_color: tuple[float, float, float] = (0.6, 0.45, 0.3)
    """Where none is stored: the default of Core Image's filter."""
    sepia_color: tuple[float, float, float] = table((0.6, 0.45, 0.3), 0.8, 1.2, _GUESS)

    noise_edge: float = constant(0.03, 0.015, 0.06, _GUESS)
    """Differences of the square root of light that Noise Reduction takes for edges."""
    sharpen: float = constant(1.0, 0.5, 1.5, _GUESS)
    edge_sharpen: float = constant(1.5, 0.7, 2.5, _GUESS)
    edge_range: float = constant(0.02, 0.01, 0.04, _GUESS)
    """Detail of the square root of light that Edges at 1 halves."""
    vignette_stops: float = constant(2.0, 1.2, 3.0, _GUESS)
    """Stops that an intensity of 1 takes off where a vignette is full."""
    vignette_begins: float = constant(0.5, 0.3, 0.7, _GUESS)
    """Halves of the long edge within which nothing changes at radius 1."""
    vignette_form: VignetteForm = variant(VignetteForm.SMOOTH, VignetteForm.SQUARE, VignetteForm.COSINE)


NOMINAL: Final = Constants()
