"""The forms of Aperture's formulas that training worlds may have, and those that are held out for testing.

Aperture's own formulas are not known, so a test on the formulas of the training would say nothing about them. A third
of all forms is therefore held out. Half of the test worlds have the training's forms with other constants; the other
half have the held-out form of every formula that has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from couloir.engines.aperture import Constants
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
from couloir.engines.constants import list_variants


class Formulas(StrEnum):
    """Whether a world's forms are among those that training has."""

    SAME = "same formulas"
    NEW = "new formulas"


HELD_OUT: Final[Mapping[str, StrEnum]] = {
    "boost_form": BoostForm.TOE,
    "exposure_order": ExposureOrder.BRIGHTNESS_FIRST,
    "pull_by": Acts.BRIGHTEST,
    "black_form": BlackForm.ENCODED,
    "brightness_form": BrightnessForm.RATIONAL,
    "contrast_form": ContrastForm.POWER,
    "contrast_by": Acts.LUMINANCE,
    "enhance_order": EnhanceOrder.TINT_FIRST,
    "saturation_space": Space.IPT,
    "vibrancy_form": VibrancyForm.ENCODED,
    "shadows_by": Acts.SURROUNDINGS,
    "curves_spline": SplineForm.MONOTONE,
    "picked_form": PickedForm.GAINS,
    "tint_form": TintForm.GAIN,
    "color_space": Space.FOURTH_ROOT,
    "gray_form": GrayForm.STORED,
    "vignette_form": VignetteForm.COSINE,
}
"""The form of each formula that is held out from training."""


def forms_of(formulas: Formulas) -> dict[str, tuple[StrEnum, ...]]:
    """The forms that worlds of this kind draw from, by formula."""
    every = list_variants(Constants)
    if formulas is Formulas.NEW:
        return {name: (HELD_OUT[name],) if name in HELD_OUT else forms for name, forms in every.items()}
    return {name: tuple(form for form in forms if form is not HELD_OUT.get(name)) for name, forms in every.items()}
