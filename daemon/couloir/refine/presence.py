"""Sets the vignette, Clarity and Texture from the whole preview, after a match has brought tones and colours near.

At 96 pixels a match sees little of local contrast, and takes a part of a vignette for tones. Here both are measured by
themselves (`derive.details.wide`), set, and held, while a short match moves tones and colours again: what stood in for
them has to go. All is kept where the rendering is nearer by the measure, at the size of a match and pixel by pixel.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import numpy as np

from couloir.aperture.adjustments import Definition, Devignette, Enhance, Vignette
from couloir.aperture.model import Version
from couloir.color.difference import difference
from couloir.color.spaces import srgb_encode
from couloir.derive.details.fine import Reading
from couloir.derive.details.presence import (
    PRESENCE,
    Slopes,
    choose_presence,
    choose_vignette,
    correct_slopes,
    find_slopes,
    is_darkened,
    is_off,
    misfit,
)
from couloir.derive.details.wide import Falloff, measure_contrast, measure_falloff
from couloir.derive.pictures.gather import is_edited
from couloir.derive.pictures.working_copy import reduce_picture
from couloir.engines.pixels import load_pixels
from couloir.engines.protocol import Photo, Picture, Renderer
from couloir.errors import BadImage
from couloir.language import mark
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.run import MatchRun, drive

CONTRAST: Final = mark("Clarity and Texture were set from the preview's local contrast, and the rendering is nearer.")
CORNERS: Final = mark("The vignette was set from the preview's corners, and the rendering is nearer.")

_HELD_CONTRAST: Final = ("clarity",)
_HELD_CORNERS: Final = ("vignette", "vignette_midpoint", "vignette_feather")
_RENDERINGS: Final = 3  # of a short match
_TRIES: Final = 2
_LARGE: Final = 0.15  # the logarithm of local contrast from which a photo without such a row counts
_TOO_FAR: Final = 2.0  # CIEDE2000 from which on tones and colours hide what is measured
_HARDLY: Final = 0.005  # CIEDE2000
_GAIN: Final = 0.7  # of the misfit that must be left at most
_PLACES: Final = 3
_SHAPE: Final = 0.01  # by which rounding may set the shapes of the two apart


@dataclass(frozen=True, slots=True)
class PresenceMatch:
    """The match that is kept, and the renderings that this took beyond it; the sentences for the photographer.
    `contrast`: the mean logarithm of local contrast, preview over rendering, before and after; `corners`: the stops by
    which the preview's corners are brighter; None where they were not told.
    """

    run: MatchRun
    renderings: int = 0
    told: tuple[str, ...] = ()
    contrast: tuple[float, float] | None = None
    corners: tuple[float, float] | None = None


def match_presence(
    version: Version, preview: Path | None, driven: MatchRun, photo: Photo, renderer: Renderer
) -> PresenceMatch:
    """Measure and set them on a finished match: where a row does what they do, and local contrast of any other edited
    photo that is not RAW, where it is far off. Never raises for what a photo holds.
    """
    plain = PresenceMatch(driven)
    if preview is None or driven.picture is None or driven.match.outcome.after is None:
        return plain
    enabled = [each.adjustment for each in version.operations if each.enabled and each.mask_uuid is None]
    try:
        target = _load(preview, driven.picture)
    except (BadImage, _CannotTellError):
        return plain
    trial = _Trial(target, photo, renderer, driven)
    told, corners, contrast = [], None, None
    if any(isinstance(each, Vignette | Devignette) for each in enabled):
        corners = trial.set_corners()
        told += [CORNERS] if corners is not None and corners[0] != corners[1] else []
    named = any(isinstance(each, Definition) or (isinstance(each, Enhance) and each.definition) for each in enabled)
    if trial.is_near and (named or (photo.kind is PhotoKind.RENDERED and is_edited(version))):
        contrast = trial.set_contrast(0.0 if named else _LARGE)
        told += [CONTRAST] if contrast is not None and contrast[0] != contrast[1] else []
    return PresenceMatch(trial.run, trial.renderings, tuple(told), contrast, corners)


class _CannotTellError(Exception):
    """The preview and the rendering have different shapes."""


@dataclass(slots=True)
class _Trial:
    """The best match so far, and the renderings that were made to find a better one."""

    target: Picture
    photo: Photo
    renderer: Renderer
    run: MatchRun
    renderings: int = 0

    @property
    def is_near(self) -> bool:
        """Whether tones and colours are near enough for local contrast to be told from them."""
        after = self.run.match.outcome.after
        return after is not None and after.mean <= _TOO_FAR

    def set_corners(self) -> tuple[float, float] | None:
        """Set the vignette; the corners before and after."""
        first = found = self._see_corners(self.run)
        for _ in range(_TRIES):
            if found is None or not is_darkened(found):
                break
            settings = self.run.match.outcome.settings
            shape = self.target.shape[0], self.target.shape[1]
            tried = self._match(settings.merge(choose_vignette(found, settings, shape)), _HELD_CORNERS)
            after = self._see_corners(tried)
            if after is None or abs(after.corner[0]) >= abs(found.corner[0]) or not self._keep(tried):
                break
            found = after
        if first is None or found is None:
            return None
        return round(first.corner[0], _PLACES), round(found.corner[0], _PLACES)

    def set_contrast(self, least: float) -> tuple[float, float] | None:
        """Set Clarity and Texture where a band is off by `least`; local contrast before and after."""
        first = found = self._see_contrast(self.run)
        slopes = None
        for _ in range(_TRIES):
            if found is None or not is_off(found) or np.abs(found.values).max() < least:
                break
            settings = self.run.match.outcome.settings
            slopes = self._find_slopes() if slopes is None else slopes
            if slopes is None:
                break
            chosen = choose_presence(found, slopes, settings)
            tried = self._match(settings.merge(chosen), _HELD_CONTRAST)
            after = self._see_contrast(tried)
            if after is None or misfit(after) > _GAIN * misfit(found) or not self._keep(tried):
                break
            moved = np.array([float(chosen[key]) - float(cast("float", settings.get(key, 0))) for key in PRESENCE])
            found, slopes = after, correct_slopes(slopes, found, after, moved)
        return None if first is None or found is None else (_gap(first), _gap(found))

    def _see_corners(self, run: MatchRun) -> Falloff | None:
        try:
            return None if run.picture is None else measure_falloff(self.target, self._fit(run.picture))
        except ValueError:
            return None

    def _see_contrast(self, run: MatchRun) -> Reading | None:
        try:
            return None if run.picture is None else measure_contrast(self.target, self._fit(run.picture))
        except ValueError:
            return None

    def _find_slopes(self) -> Slopes | None:
        try:
            return None if self.run.picture is None else find_slopes(self._fit(self.run.picture))
        except ValueError:
            return None

    def _fit(self, picture: Picture) -> Picture:
        """A rendering at the size of the preview, from which rounding may set it apart by a pixel."""
        rows, columns = self.target.shape[:2]
        return picture if picture.shape[:2] == (rows, columns) else reduce_picture(picture, columns, rows)

    def _match(self, settings: DevelopSettings, held: Collection[str]) -> MatchRun:
        """Tones and colours again, with these settings, of which `held` stay."""
        tried = drive(self.run.match.again(settings, _RENDERINGS, held), self.photo, self.renderer)
        self.renderings += tried.match.outcome.renderings
        return tried

    def _keep(self, tried: MatchRun) -> bool:
        """Keep a match if its rendering is nearer, at the size of a match and pixel by pixel."""
        before, after = self.run.match.outcome.after, tried.match.outcome.after
        if before is None or after is None or self.run.picture is None or tried.picture is None:
            return False
        if after.mean > before.mean or self._apart(tried.picture) > self._apart(self.run.picture) - _HARDLY:
            return False
        self.run = tried
        return True

    def _apart(self, picture: Picture) -> float:
        return difference(self.target, self._fit(picture)).mean


def _gap(contrast: Reading) -> float:
    return round(float(np.abs(contrast.values).mean()), _PLACES)


def _load(preview: Path, rendering: Picture) -> Picture:
    """The preview, encoded, of at most the size of a rendering."""
    linear = load_pixels(preview, max(rendering.shape[:2]), orient=True)
    rows, columns = linear.shape[:2]
    if abs(columns / rows * rendering.shape[0] / rendering.shape[1] - 1) > _SHAPE or rows > rendering.shape[0] + 1:
        raise _CannotTellError
    return np.asarray(srgb_encode(linear), dtype=np.float32)
