"""What a plan's measurements say of the photos that were not measured, as the ledger has it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import numpy as np

from couloir.language import mark
from couloir.migrate.ledger.expectations import Figures, put_figures
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.night.candidates import NightPhotos
from couloir.refine.night.model import Expectation, Vector
from couloir.refine.night.plan import NightPlan
from couloir.refine.options import MOVED

PLACES: Final = 4
NO_PREVIEW: Final = mark("Not known: Aperture has no preview of it that its look could be compared with.")


def note_expectations(ledger: Ledger, plan: NightPlan, photos: NightPhotos) -> None:
    """Write what is expected of every photo that was not measured, in a transaction of its own."""
    found = plan.expect()
    left = np.flatnonzero(~plan.is_measured).tolist()
    put_figures(
        ledger, _figures(found, photos.uuids, left), plan.bounds(found), dict.fromkeys(photos.unseen, NO_PREVIEW)
    )


def _figures(found: Expectation, uuids: list[str], places: Collection[int]) -> Iterator[Figures]:
    each = np.stack([found.mean, found.low, found.high], axis=1)
    return ((uuids[place], *round_figures(each[place])) for place in places)


def round_figures(figures: Vector) -> tuple[float | None, float | None, float | None]:
    """A mean and its bounds as a ledger keeps them; None where nothing is known."""
    mean, low, high = (None if np.isnan(each) else round(float(each), PLACES) for each in figures)
    return mean, low, high


def name_correction(correction: Vector) -> dict[str, float]:
    """A correction by parameter, without those that it leaves alone."""
    return {name: round(float(value), PLACES) for name, value in zip(MOVED, correction, strict=True) if value}
