"""Our Camera Raw engine on a photo as Lightroom shows it before any setting, a RAW file's white balance included.

The engine draws the white balance of rendered files; a RAW file's acts in the camera's colours, before its baseline. On
the baseline's picture the change from the file's own white to another is nearly a matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import apply_matrix, invert
from couloir.engines.aperture.white_balance import temperature_tint_matrix
from couloir.engines.camera_raw import NOMINAL, Constants, render_many, render_pixels
from couloir.engines.camera_raw.local import render_local
from couloir.engines.protocol import Picture
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.settings import DevelopSettings

_DETAILS: Final = frozenset(("Sharpness", "SharpenRadius"))


def without_details(settings: DevelopSettings) -> DevelopSettings:
    """The settings for a picture so small that sharpening does not show in it: at its pixels it would be another."""
    if _DETAILS.isdisjoint(settings):
        return settings
    return DevelopSettings({key: value for key, value in settings.items() if key not in _DETAILS})


def draw_many(
    linear: Picture,
    many: Sequence[DevelopSettings],
    as_shot: tuple[float, float] | None,
    constants: Constants = NOMINAL,
) -> Picture:
    """A small picture (linear sRGB, uncropped) with each of the settings: n x height x width x 3, encoded sRGB.

    A RAW file's temperature is relative to `as_shot` (kelvin, tint), and without it does not change.
    """
    balances = [_balance(each) if as_shot is not None else None for each in many]
    drawn = np.empty((len(many), *linear.shape), dtype=np.float32)
    for balance in dict.fromkeys(balances):
        own = [place for place, each in enumerate(balances) if each == balance]
        drawn[own] = render_many(
            _balanced(linear, balance, as_shot), [without_details(many[place]) for place in own], constants=constants
        )
    return drawn


def draw_pixels(
    linear: Picture,
    many: Sequence[DevelopSettings],
    as_shot: tuple[float, float] | None,
    places: NDArray[np.intp],
    constants: Constants = NOMINAL,
) -> Picture:
    """Some pixels, by their places row by row, of what `draw_many` draws: n x pixels x 3."""
    balances = [_balance(each) if as_shot is not None else None for each in many]
    drawn = np.empty((len(many), len(places), 3), dtype=np.float32)
    for balance in dict.fromkeys(balances):
        own = [place for place, each in enumerate(balances) if each == balance]
        settings = [without_details(many[place]) for place in own]
        drawn[own] = render_pixels(_balanced(linear, balance, as_shot), settings, places, constants=constants)
    return drawn


def draw_painted(
    linear: Picture,
    settings: DevelopSettings,
    local: Sequence[LocalAdjustment],
    as_shot: tuple[float, float] | None,
) -> Picture:
    """The picture as `draw_many` draws it, with local adjustments whose masks are in its own frame."""
    balance = _balance(settings) if as_shot is not None else None
    return render_local(_balanced(linear, balance, as_shot), settings, local)


def _balanced(linear: Picture, balance: tuple[float, float] | None, as_shot: tuple[float, float] | None) -> Picture:
    """The picture of a RAW file whose white balance is changed from `as_shot` to `balance`, unless either is None."""
    if balance is None or as_shot is None or balance == as_shot:
        return linear
    matrix = temperature_tint_matrix(*balance) @ invert(temperature_tint_matrix(*as_shot))
    return np.asarray(apply_matrix(matrix, linear), dtype=np.float32)


def _balance(settings: DevelopSettings) -> tuple[float, float] | None:
    if "Temperature" not in settings or settings.get("WhiteBalance", "Custom") == "As Shot":
        return None
    return float(cast("float", settings["Temperature"])), float(cast("float", settings.get("Tint", 0.0)))
