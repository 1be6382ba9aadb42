"""Calibrates the Aperture engine to a library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from couloir.aperture.library import Library
from couloir.errors import TooFewEditedPhotos
from couloir.learn.calibration.calibrate import fit_all
from couloir.learn.calibration.fit import FEWEST
from couloir.learn.calibration.gather import PHOTOS, gather
from couloir.learn.calibration.needed import needed_strengths
from couloir.learn.calibration.result import Calibration, make

Told = Callable[[int, int], None]


class CalibratedLibrary(NamedTuple):
    """The calibration, and how many versions were left out, by reason."""

    calibration: Calibration
    left_out: Mapping[str, int]


def calibrate_library(library: Library, most: int = PHOTOS, *, photos: Told, controls: Told) -> CalibratedLibrary:
    """Decode at most so many photos, and fit to them. `photos` and `controls` are called with (done, of).

    Raises TooFewEditedPhotos, with the reasons why photos were left out.
    """
    found = gather(library, most, photos)
    if len(found.photos) < FEWEST:
        reasons = sorted(found.left_out.items(), key=lambda each: -each[1])
        why = "; ".join(f"{count:,} left out: {reason.rstrip('.')}" for reason, count in reasons)
        raise TooFewEditedPhotos(found=len(found.photos), needed=FEWEST, why=why or "it has no other photos")
    fits = fit_all(found.photos, controls)
    calibration = make(fits, len(found.photos), needed_strengths(fits, found.originals))
    return CalibratedLibrary(calibration, found.left_out)
