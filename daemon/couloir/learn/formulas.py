"""Which forms of Aperture's formulas training worlds may have, and which are kept for testing.

A model that is only tested on formulas that it was trained with says nothing of Aperture, whose formulas are its own.
So a third of all forms is never trained with; test worlds of one half have the training's forms with other constants,
those of the other half have, for every formula with a form kept back, that form.
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
"""One form of each formula that is never trained with."""


def forms_of(formulas: Formulas) -> dict[str, tuple[StrEnum, ...]]:
    """The forms that worlds of this kind draw from, by formula."""
    every = list_variants(Constants)
    if formulas is Formulas.NEW:
        return {name: (HELD_OUT[name],) if name in HELD_OUT else forms for name, forms in every.items()}
    return {name: tuple(form for form in forms if form is not HELD_OUT.get(name)) for name, forms in every.items()}
