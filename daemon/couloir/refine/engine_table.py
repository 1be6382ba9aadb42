"""The colour table of a known edit whose preview cannot be used: what our Aperture engine makes of every colour.

Lightroom's sliders come first; the table carries what they leave of the edit, on a fixed chart of colours and on the
photo's own. Neither program's formulas are known, so the table is fitted to the mean of many Apertures, and held to
others: it is weakened until it brings neither chart nor photo farther from any of them, whichever Camera Raw draws the
sliders, and is given up where it never is. Forms of formulas that no model was trained with take no part in the fit,
but can refuse it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.aperture.adjustments import (
    Adjustment,
    BlackWhite,
    Color,
    Curves,
    Devignette,
    Enhance,
    Exposure,
    Gamma,
    HighlightsShadows,
    IPhotoEffects,
    Levels,
    Monochrome,
    PhoneEdits,
    Sepia,
    UnknownAdjustment,
    Vignette,
    WhiteBalance,
)
from couloir.color.difference import ciede2000
from couloir.color.spaces import luminance, srgb_decode, srgb_shown, srgb_to_lab
from couloir.derive.fits import chart
from couloir.derive.fits.solve import REDUCED, UNSEEN
from couloir.derive.fits.told import is_absurd
from couloir.engines import aperture, camera_raw, constants
from couloir.engines.protocol import Picture
from couloir.engines.rgb_table import draw_table
from couloir.lightroom.enhanced.rgb_table import RgbTable, identity_samples
from couloir.lightroom.settings import CROP_KEYS, DevelopSettings
from couloir.refine.color_pair import GAIN, STEEPEST, steepest_step
from couloir.refine.color_table import fit_table, grid

_UNDRAWN: Final = (Devignette, IPhotoEffects, PhoneEdits, UnknownAdjustment, Vignette)
_OF_COLORS: Final = (
    *(BlackWhite, Color, Curves, Enhance, Exposure, Gamma),
    *(HighlightsShadows, Levels, Monochrome, Sepia, WhiteBalance),
)
_SLIDERS_OF_PLACES: Final = (
    *("Clarity2012", "Texture", "Sharpness", "LuminanceSmoothing", "ColorNoiseReduction"),
    *("PostCropVignetteAmount", *CROP_KEYS),
)

_SEED: Final = 1
_FITTED: Final = 16  # Apertures to whose mean a table is fitted
_HELD: Final = 48  # others, of any form, beside one of each form
_CAMERA_RAWS: Final = 5
_GRID: Final = 9
_OWN: Final = 400  # colours of the photo
_SCALE: Final = 100.0  # pixels of the master that one colour stands for
_NO_PHOTO: Final = np.zeros((0, 0, 3), dtype=np.float32)
_MOST: Final = 2.0**20  # of light, as in `engines.aperture.render`


@dataclass(frozen=True, slots=True)
class TableGain:
    """The mean CIEDE2000 of the photo's colours over all Apertures and Camera Raws: without a table, and with it.
    `is_safe`: under none of them it brings the photo or the chart farther by what a person could see.
    """

    before: float
    after: float
    is_safe: bool

    @property
    def pays(self) -> bool:
        """Whether the table is worth keeping."""
        return self.is_safe and self.before - self.after >= GAIN


def is_known(adjustments: Iterable[Adjustment]) -> bool:
    """Whether our Aperture engine draws on a chart all that these do to colours, from values that Aperture stored. A
    vignette is not: the sliders' tones make up for a part of it.
    """
    return not any(
        (isinstance(each, _UNDRAWN) and not getattr(each, "is_neutral", False))
        or (isinstance(each, _OF_COLORS) and (getattr(each, "auto_pending", False) or _is_absurd(each)))
        for each in adjustments
    )


def _is_absurd(adjustment: Adjustment) -> bool:
    """A temperature is thousands of kelvin; the engine holds it within its range."""
    if isinstance(adjustment, WhiteBalance):
        return not (math.isfinite(adjustment.temperature) and math.isfinite(adjustment.tint))
    return is_absurd(adjustment)


class EditChart:
    """An edit of a rendered file, `adjustments` in pipeline order, above the develop settings that carry most of it.
    What acts on places and not on colours is left out on both sides. `original`: the photo before any edit, linear
    sRGB; without it the table can be expected, and not judged.
    """

    def __init__(
        self, adjustments: Sequence[Adjustment], settings: DevelopSettings, original: Picture = _NO_PHOTO
    ) -> None:
        edit = [_of_colors(each) for each in adjustments if isinstance(each, _OF_COLORS)]
        sliders = DevelopSettings({key: value for key, value in settings.items() if key not in _SLIDERS_OF_PLACES})
        self._edit = edit
        self._colors, self._of_chart, self._of_photo = _lay_out(original)
        self._wanted = [_edited(self._colors, edit, each) for each in _apertures()[0]]
        self._shown = np.stack(
            [camera_raw.render_many(self._colors, [sliders], constants=each)[0] for each in _camera_raws()]
        )

    @cached_property
    def _every(self) -> Picture:
        """The colours as all Apertures draw them."""
        others = (_edited(self._colors, self._edit, each) for each in _apertures()[1])
        return np.stack([*self._wanted, *{picture.tobytes(): picture for picture in others}.values()])

    @cached_property
    def _before(self) -> NDArray[np.float64]:
        return self._compare(self._shown)

    def expect(self) -> RgbTable | None:
        """The table of the mean of what the Apertures draw, whether it pays or not; None where none is smooth."""
        target = np.mean(self._wanted, axis=0).reshape(-1, 3).astype(np.float64)
        return fit_table(self._shown[0].reshape(-1, 3).astype(np.float64), target)

    def fit(self) -> tuple[RgbTable | None, TableGain]:
        """The table, as strong as is safe, and what is expected of it; None where none pays, with what is expected of
        one at its full strength.
        """
        before = float(self._before[1].mean())
        nothing = TableGain(before, before, is_safe=True)
        table = self.expect() if before >= GAIN else None
        if table is None or steepest_step(table) > STEEPEST:
            return None, nothing
        tried = []
        for share in REDUCED:
            weak = _weaken(table, share)
            tried.append(self.judge(weak))
            if tried[-1].pays:
                return weak, tried[-1]
        return None, tried[0]

    def judge(self, table: RgbTable) -> TableGain:
        """What a table does to this edit."""
        after = self._compare(np.asarray(draw_table(table, self._shown)))
        safe = bool((after <= self._before + UNSEEN).all())
        return TableGain(float(self._before[1].mean()), float(after[1].mean()), safe)

    def _compare(self, shown: Picture) -> NDArray[np.float64]:
        """The mean CIEDE2000 of the chart, and of the photo, between the Camera Raws' pictures and all Apertures'."""
        chart_drawn, wanted = shown[:, np.newaxis, :, self._of_chart], self._every[np.newaxis, :, :, self._of_chart]
        own, own_wanted = shown[:, np.newaxis, :, self._of_photo], self._every[np.newaxis, :, :, self._of_photo]
        of_photo = ciede2000(srgb_to_lab(own), srgb_to_lab(own_wanted)).mean(axis=(-2, -1), dtype=np.float64)
        return np.stack([chart.compare(chart_drawn, wanted), of_photo])


def _of_colors(adjustment: Adjustment) -> Adjustment:
    return replace(adjustment, definition=0.0) if isinstance(adjustment, Enhance) else adjustment


def _edited(colors: Picture, adjustments: Sequence[Adjustment], own: aperture.Constants) -> Picture:
    picture = colors
    for each in adjustments:
        picture = np.clip(aperture.apply(picture, each, scale=_SCALE, constants=own), -_MOST, _MOST)
    return np.asarray(srgb_shown(picture), dtype=np.float32)


def _weaken(table: RgbTable, share: float) -> RgbTable:
    plain = identity_samples(table.divisions).astype(np.float64)
    return replace(table, samples=np.rint(plain + share * (table.samples - plain)).astype(np.uint16))


@lru_cache(maxsize=1)
def _apertures() -> tuple[list[aperture.Constants], list[aperture.Constants]]:
    """Those to whose mean a table is fitted, and those that it is only held to: every form once, and some of any."""
    chance = np.random.Generator(np.random.PCG64(_SEED))
    fitted = [constants.draw(aperture.NOMINAL, chance, FORMS) for _ in range(_FITTED)]
    every = {name: tuple(type(forms[0])) for name, forms in constants.list_variants(aperture.Constants).items()}
    alone = [replace(aperture.NOMINAL, **{name: form}) for name, forms in every.items() for form in forms]  # type: ignore[arg-type]
    return fitted, [*alone, *(constants.draw(aperture.NOMINAL, chance, every) for _ in range(_HELD))]


@lru_cache(maxsize=1)
def _camera_raws() -> list[camera_raw.Constants]:
    chance = np.random.Generator(np.random.PCG64(_SEED))
    return [camera_raw.NOMINAL, *(constants.draw(camera_raw.NOMINAL, chance) for _ in range(_CAMERA_RAWS - 1))]


def _lay_out(original: Picture) -> tuple[Picture, NDArray[np.intp], NDArray[np.intp]]:
    """The chart, the photo's own colours and an even grid, 1 x n x 3 in linear sRGB, from dark to light, so that what
    looks at a colour's surroundings finds its like; and the places of the chart's and of the photo's colours.
    """
    pixels = original.reshape(-1, 3)
    own = pixels[:: max(1, len(pixels) // _OWN)]
    even = np.asarray(srgb_decode(grid(_GRID)), dtype=np.float32)
    found = np.concatenate([chart.CHART[0], own, even])
    order = np.argsort(luminance(found), kind="stable")
    places, count = np.argsort(order), chart.CHART.shape[1]
    return found[order][np.newaxis], places[:count], places[count : count + len(own)]


FORMS: Final = {name: forms[:-1] for name, forms in constants.list_variants(aperture.Constants).items()}
"""The forms that a table is fitted to: those that training has, which leaves out the last one of each formula."""
