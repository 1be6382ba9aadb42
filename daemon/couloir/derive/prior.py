"""The prior of a translation, without the learned residual: camera profile, camera offset, analytic settings.

`render_expected` draws the photo with it by our Camera Raw engine. The difference between that rendering and Aperture's
preview is most of what the residual has to learn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from couloir.aperture.model import Master, Version
from couloir.color.spaces import srgb_decode
from couloir.derive.pictures.drawing import draw_many, without_details
from couloir.derive.residual.correction import Correction
from couloir.derive.statistics import LONG_EDGE
from couloir.derive.strengths import MIDDLE, Strengths
from couloir.derive.translate import ANALYTIC, translate
from couloir.engines.pixels import fit_size, resize
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import CROP_KEYS, DevelopSettings

EXPECTED_SIZE: Final = LONG_EDGE
"""Long edge in pixels of the expected rendering: enough for its statistics, and a few milliseconds."""


@dataclass(frozen=True, slots=True)
class Prior:
    """`profiled`: a profile learnt from Aperture's previews is under the photo. `offset`: the camera's correction.

    `as_shot` is a RAW file's own white balance (kelvin, tint), None where Lightroom has not reported it.
    `strengths` are those of the library's Aperture.
    """

    profiled: bool = False
    offset: Correction | None = None
    as_shot: tuple[float, float] | None = None
    strengths: Strengths = MIDDLE


PLAIN: Final = Prior()
"""No profile and no offset: the analytic translation alone."""


def render_expected(version: Version, master: Master, original: Picture, prior: Prior = PLAIN) -> Picture:
    """The nominal Camera Raw engine's rendering of a translation, in linear sRGB, EXPECTED_SIZE at most.

    `original` is the photo as Lightroom shows it before any setting, linear sRGB, in the version's frame already. A RAW
    file's temperature is relative to `prior.as_shot`, and is not changed if that is not known.
    """
    settings = translate(version, master, prior.offset or ANALYTIC, strengths=prior.strengths).settings
    return np.asarray(srgb_decode(draw_expected(original, settings, prior.as_shot)), dtype=np.float32)


def draw_expected(original: Picture, settings: DevelopSettings, as_shot: tuple[float, float] | None) -> Picture:
    """As `render_expected`, with these settings, but encoded sRGB."""
    looks = without_crop(settings)
    rows, columns = original.shape[:2]
    small = np.nan_to_num(resize(original, *fit_size(columns, rows, EXPECTED_SIZE)), nan=0.0, posinf=0.0, neginf=0.0)
    light = np.ascontiguousarray(small, dtype=np.float32)
    return np.asarray(draw_many(light, [looks], as_shot)[0])


def without_crop(settings: DevelopSettings) -> DevelopSettings:
    """The settings for a small picture that is in the version's frame already."""
    return without_details(DevelopSettings({key: value for key, value in settings.items() if key not in CROP_KEYS}))
