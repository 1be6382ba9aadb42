"""The forms of Aperture's formulas that training worlds may have, and those that are held out.

Aperture's own formulas are not known, so a test on the formulas of the training would say nothing about them. A third
of all forms is therefore held out. Half of the test worlds have the training's forms with other constants; the other
half have the held-out form of every formula that has one. How far a model is trusted is decided on validation worlds,
which have a third set of forms: so nothing that a model is made of has seen those of the test.
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
    """Whether a world's forms are those of training, of testing only, or of validation only."""

    SAME = "same formulas"
    NEW = "new formulas"
    VALIDATING = "validating formulas"


TESTED: Final = (Formulas.SAME, Formulas.NEW)
"""The formulas of test worlds."""

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
"""The form of each formula that is held out for testing, from training and validation alike."""

VALIDATING: Final[Mapping[str, tuple[StrEnum, ...]]] = {
    "boost_form": (BoostForm.LOGARITHM, BoostForm.ADOBE),
    "exposure_order": (ExposureOrder.BLACK_FIRST,),
    "pull_by": (Acts.SURROUNDINGS,),
    "black_form": (BlackForm.BENT,),
    "brightness_form": (BrightnessForm.MIRRORED,),
    "contrast_form": (ContrastForm.BLENDED,),
    "contrast_by": (Acts.BRIGHTEST,),
    "enhance_order": (EnhanceOrder.TONE_LAST,),
    "saturation_space": (Space.SQUARE_ROOT,),
    "vibrancy_form": (VibrancyForm.ABSOLUTE,),
    "shadows_by": (Acts.BRIGHTEST,),
    "curves_spline": (SplineForm.STRAIGHT,),
    "picked_form": (PickedForm.POWERS,),
    "tint_form": (TintForm.BELLS,),
    "color_space": (Space.SQUARE_ROOT,),
    "gray_form": (GrayForm.FILTER,),
    "vignette_form": (VignetteForm.BELL,),
}
"""The forms of these formulas in validation worlds. No other world has them, and no instance of an engine.

Of RAW boost, on which most depends, there are two: one that is as bright in the shadows as those of training, and one
with which nothing needs a correction, so that trust is not given to what helps on one side only. The second was added
when a test had shown that the first alone gives too much trust to answers without pictures.
"""

_APART: Final[Mapping[Formulas, Mapping[str, tuple[StrEnum, ...]]]] = {
    Formulas.NEW: {name: (form,) for name, form in HELD_OUT.items()},
    Formulas.VALIDATING: VALIDATING,
}


def forms_of(formulas: Formulas) -> dict[str, tuple[StrEnum, ...]]:
    """The forms that worlds of this kind draw from, by formula."""
    every = list_variants(Constants)
    if formulas in _APART:
        return {name: _APART[formulas].get(name, forms) for name, forms in every.items()}
    return {name: tuple(form for form in forms if form is not HELD_OUT.get(name)) for name, forms in every.items()}
