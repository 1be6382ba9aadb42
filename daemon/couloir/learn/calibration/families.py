"""Families of the Aperture engine's uncertain constants and forms: those that one control's look depends on together.

A family is fitted by itself, on the photos that exercise it, while all others stay as they are. What a reduced picture
of a rendered file does not show is in no family: sharpening and noise reduction, and the constants of the RAW decoder,
whose effect Adobe's decoder would be mixed with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from couloir.aperture.adjustments import (
    Adjustment,
    BlackWhite,
    Color,
    Curves,
    Definition,
    Enhance,
    Exposure,
    HighlightsShadows,
    Levels,
    Sepia,
    Vignette,
    WhiteBalance,
    WhiteBalanceMode,
)

Exercises = Callable[[Adjustment], bool]
"""Whether an adjustment's look depends on a constant, or on which form a formula has."""


@dataclass(frozen=True, slots=True)
class Family:
    """`constants` and `forms` are fields of `couloir.engines.aperture.Constants`, each with what exercises it.

    `relies_on` are the families that the photos of this one exercise by their nature: an order of stages shows only
    where several of them act. Those are fitted before it.
    """

    name: str
    title: str
    constants: Mapping[str, Exercises]
    forms: Mapping[str, Exercises]
    relies_on: tuple[str, ...] = ()
    tried: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def is_exercised_by(self, adjustment: Adjustment) -> bool:
        """Whether the adjustment's look depends on anything in this family."""
        return any(acts(adjustment) for acts in (*self.constants.values(), *self.forms.values()))


def _exposure(name: str) -> Exercises:
    return lambda each: isinstance(each, Exposure) and bool(getattr(each, name))


def _enhance(name: str, neutral: float = 0.0) -> Exercises:
    return lambda each: isinstance(each, Enhance) and getattr(each, name) != neutral


def _new(name: str) -> Exercises:
    """A slider of Highlights & Shadows of the algorithm since Aperture 3.3."""
    return lambda each: isinstance(each, HighlightsShadows) and each.algorithm != 0 and bool(getattr(each, name))


def _old(name: str) -> Exercises:
    return lambda each: isinstance(each, HighlightsShadows) and each.algorithm == 0 and bool(getattr(each, name))


def _either(*several: Exercises) -> Exercises:
    return lambda each: any(acts(each) for acts in several)


def _is(*kinds: type) -> Exercises:
    return lambda each: isinstance(each, kinds) and not getattr(each, "is_neutral", False)


def _curve(*names: str) -> Exercises:
    return lambda each: (
        isinstance(each, Curves)
        and any(curve is not None and not curve.is_identity for curve in (getattr(each, name) for name in names))
    )


def _picked(mode: WhiteBalanceMode) -> Exercises:
    return lambda each: isinstance(each, WhiteBalance) and each.mode is mode


def _color(*names: str) -> Exercises:
    return lambda each: isinstance(each, Color) and any(getattr(one, name) for one in each.ranges for name in names)


def _several(kind: type, *neutral: tuple[str, float]) -> Exercises:
    return lambda each: isinstance(each, kind) and sum(getattr(each, name) != value for name, value in neutral) > 1


_WHEELS: Final = ("black_tint", "gray_tint", "white_tint")


def _wheels(each: Adjustment) -> bool:
    return isinstance(each, Enhance) and any(any(getattr(each, wheel)) for wheel in _WHEELS)


def _parts_of_enhance(each: Adjustment) -> bool:
    """Whether two of the three parts whose order is not known are moved."""
    if not isinstance(each, Enhance):
        return False
    tones = each.contrast != 0 or each.definition != 0
    colors = each.saturation != 1 or each.vibrancy != 0
    return tones + colors + _wheels(each) > 1


_CONTRAST: Final = _either(_enhance("contrast"), lambda e: isinstance(e, HighlightsShadows) and e.midtone_contrast != 0)
_DEFINED: Final = _either(_enhance("definition"), _is(Definition))
_GRAY, _SKIN = _picked(WhiteBalanceMode.NATURAL_GRAY), _picked(WhiteBalanceMode.SKIN_TONE)
_ANY_COLOR: Final = ("hue_shift", "saturation", "luminance")
_PULLED: Final = _either(_exposure("recovery"), _new("highlights"))

FAMILIES: Final = (
    Family(
        "brightness",
        "Brightness",
        {"brightness": _exposure("brightness")},
        {"brightness_form": _exposure("brightness")},
    ),
    Family(
        "black_point",
        "Black Point",
        {"black_point_unit": _exposure("black_point")},
        {"black_form": _exposure("black_point")},
    ),
    Family(
        "highlights",
        "Recovery and Highlights",
        {
            "recovery_begins": _exposure("recovery"),
            "highlight_stops": _new("highlights"),
            "highlight_begins": _new("highlights"),
        },
        {"pull_by": _PULLED},
    ),
    Family("shadows", "Shadows", {"shadows": _new("shadows")}, {"shadows_by": _new("shadows")}),
    Family(
        "old_shadows",
        "Highlights & Shadows before Aperture 3.3",
        {"old_shadow_stops": _old("shadows"), "old_highlight_stops": _old("highlights")},
        {},
    ),
    Family(
        "contrast",
        "Contrast",
        {
            "contrast": _enhance("contrast"),
            "midtone_contrast": lambda e: isinstance(e, HighlightsShadows) and e.midtone_contrast != 0,
        },
        {"contrast_form": _CONTRAST, "contrast_by": _CONTRAST},
    ),
    Family(
        "definition",
        "Definition",
        {"definition": _DEFINED},
        {"definition_radius": _DEFINED},
        tried={"definition_radius": (0.012, 0.006, 0.008, 0.017, 0.024)},
    ),
    Family("saturation", "Saturation", {}, {"saturation_space": _enhance("saturation", 1.0)}),
    Family("vibrancy", "Vibrancy", {"vibrancy": _enhance("vibrancy")}, {"vibrancy_form": _enhance("vibrancy")}),
    Family("tint_wheels", "Tint wheels", {"tint_wheel": _wheels}, {"tint_form": _wheels}),
    Family("levels", "Levels", {"levels_gamma": _is(Levels)}, {}),
    Family(
        "curves",
        "Curves",
        {"curves_gamma": _is(Curves)},
        {"curves_spline": _is(Curves), "curves_luminance": _curve("luminance")},
    ),
    Family(
        "picked_white",
        "White balance picked on a grey or a face",
        {
            "gray_warm_shift": _GRAY,
            "gray_cool_shift": _GRAY,
            "skin_cool_target": _SKIN,
            "skin_warm_target": _SKIN,
            "skin_chroma_exponent": _SKIN,
        },
        {"picked_form": _either(_GRAY, _SKIN)},
    ),
    Family(
        "color",
        "Color",
        {
            "color_hue": _color("hue_shift"),
            "color_saturation": _color("saturation"),
            "color_luminance": _color("luminance"),
            "color_spread": _color(*_ANY_COLOR),
        },
        {"color_space": _color(*_ANY_COLOR)},
    ),
    Family("black_white", "Black & White", {}, {"gray_form": _is(BlackWhite)}),
    Family("sepia", "Sepia", {"sepia_color": _is(Sepia)}, {}),
    Family(
        "vignette",
        "Vignette",
        {"vignette_stops": _is(Vignette), "vignette_begins": _is(Vignette)},
        {"vignette_form": _is(Vignette)},
    ),
    Family(
        "exposure_order",
        "The order of Exposure's controls",
        {},
        {"exposure_order": _several(Exposure, ("exposure", 0), ("recovery", 0), ("black_point", 0), ("brightness", 0))},
        ("brightness", "black_point", "highlights"),
    ),
    Family(
        "enhance_order",
        "The order of Enhance's controls",
        {},
        {"enhance_order": _parts_of_enhance},
        ("contrast", "definition", "saturation", "vibrancy", "tint_wheels"),
    ),
)
"""In the order in which they are fitted."""
