"""What a translation says of a fit, and of what none is made for."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Final

from couloir.derive.fits.solve import Fit
from couloir.derive.manifest import Carry
from couloir.derive.model import Fidelity

_MOST: Final = 1000.0  # of any number of these adjustments, as no slider of Aperture's reaches it

ABSURD = Carry(Fidelity.LOST, "It stores a value that no slider of Aperture's gives, so nothing is made of it.")


def is_absurd(stored: object) -> bool:
    """Whether an adjustment has a number that our engines cannot draw."""
    return any(not math.isfinite(each) or abs(each) > _MOST for each in _numbers(stored))


def _numbers(stored: object) -> Iterator[float]:
    if isinstance(stored, int | float):
        yield float(stored) if abs(stored) <= _MOST else math.inf
    elif isinstance(stored, tuple):
        for each in stored:
            yield from _numbers(each)
    elif is_dataclass(stored):
        for field in fields(stored):
            yield from _numbers(getattr(stored, field.name))


def tell(fit: Fit, carried: Carry, lost: Carry) -> tuple[Carry, ...]:
    """The rows of a fitted adjustment: how it is carried and what is expected of that, or that it is lost and why."""
    if fit.sliders:
        return carried, _expected(fit, carried.settings)
    return (_small(fit),) if fit.is_small else (lost,)


def _expected(fit: Fit, keys: tuple[str, ...]) -> Carry:
    return Carry(
        Fidelity.APPROXIMATE,
        f"On test colours a difference of {fit.after:.1f} is expected of it, instead of {fit.before:.1f} without.",
        keys,
    )


def _small(fit: Fit) -> Carry:
    return Carry(
        Fidelity.APPROXIMATE, f"It changes test colours by {fit.before:.1f} only, too little to move a slider for."
    )
