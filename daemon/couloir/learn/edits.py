"""Random edits as photographers make them in Aperture: few adjustments, most of them small.

Spreads follow practice where it is published: white balance moves of 36 mired and 8 tint (standard deviation over 2,538
corrections in a public contest's table), one to five adjustments a photo. The rest is our estimate, said in the card.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from couloir.aperture.adjustments import (
    Adjustment,
    Enhance,
    Exposure,
    HighlightsShadows,
    Levels,
    LevelsChannel,
    WhiteBalance,
    WhiteBalanceMode,
)

Random = np.random.Generator

_COUNTS: Final = (0, 1, 2, 3, 4, 5)
_COUNT_SHARES: Final = (0.12, 0.20, 0.24, 0.20, 0.14, 0.10)
_MIRED, _TINT = 32.0, 8.0


def draw(random: Random, *, as_shot: tuple[float, float] | None) -> list[Adjustment]:
    """Adjustments in Aperture's pipeline order, values on its sliders' steps.

    `as_shot` is a RAW file's white balance (kelvin, tint), from which a balance departs; None for rendered files, where
    it departs from 5000 K and also may be picked on a grey or a face.
    """
    count = int(random.choice(_COUNTS, p=_COUNT_SHARES))
    chosen = random.choice(len(_BRICKS), size=min(count, len(_BRICKS)), replace=False, p=_SHARES)
    return [_BRICKS[index](random, as_shot) for index in sorted(chosen)]


def _white_balance(random: Random, as_shot: tuple[float, float] | None) -> WhiteBalance:
    if as_shot is None and random.random() < 0.3:
        return _picked(random)
    kelvin, tint = (5000.0, 0.0) if as_shot is None else as_shot
    mired = np.clip(1e6 / kelvin + random.normal(0, _MIRED), 60, 450)
    return WhiteBalance(
        temperature=float(round(1e6 / mired)), tint=float(np.clip(round(tint + random.normal(0, _TINT)), -60, 60))
    )


def _picked(random: Random) -> WhiteBalance:
    warmth = float(np.clip(0.5 + random.normal(0, 0.15), 0, 1))
    level = random.uniform(0.35, 0.75)
    if random.random() < 0.5:
        color = _color(level + random.normal(0, 0.03, 3))
        return WhiteBalance(WhiteBalanceMode.NATURAL_GRAY, gray_color=color, gray_warmth=warmth)
    color = _color(level * np.array([1.15, 0.9, 0.78]) + random.normal(0, 0.03, 3))
    return WhiteBalance(WhiteBalanceMode.SKIN_TONE, face_color=color, face_warmth=warmth)


def _color(channels: np.ndarray) -> tuple[float, float, float]:
    red, green, blue = np.clip(np.round(channels, 4), 0.02, 1).tolist()
    return red, green, blue


def _exposure(random: Random, _: tuple[float, float] | None) -> Exposure:
    return Exposure(
        exposure=_moved(random, 0.85, 0.5, 2.0),
        recovery=_amount(random, 0.25, 0.5, 1.5),
        black_point=float(round(_amount(random, 0.35, 8.0, 40.0), 1)),
        brightness=_moved(random, 0.3, 0.15, 0.6),
    )


def _enhance(random: Random, _: tuple[float, float] | None) -> Enhance:
    return Enhance(
        contrast=_moved(random, 0.5, 0.15, 0.6),
        definition=_amount(random, 0.3, 0.25, 1.0),
        saturation=1.0 + _moved(random, 0.5, 0.15, 0.6),
        vibrancy=_moved(random, 0.4, 0.25, 0.8),
    )


def _highlights_shadows(random: Random, _: tuple[float, float] | None) -> HighlightsShadows:
    return HighlightsShadows(
        highlights=float(round(_amount(random, 0.6, 25.0, 90.0), 1)),
        shadows=float(round(_amount(random, 0.7, 12.0, 50.0), 1)),
        midtone_contrast=float(round(_amount(random, 0.2, 15.0, 50.0), 1)),
    )


def _levels(random: Random, _: tuple[float, float] | None) -> Levels:
    black, white = abs(random.normal(0, 0.03)), 1 - abs(random.normal(0, 0.05))
    black, white = min(float(black), 0.12), max(float(white), 0.8)
    middle = (black + white) / 2
    mid = (middle, 0.5 + _moved(random, 0.5, 0.03, 0.1))
    handles = LevelsChannel(
        black=(black, 0.0),
        shadow=((black + middle) / 2, 0.25),
        mid=mid,
        highlight=((middle + white) / 2, 0.75),
        white=(white, 1.0),
    )
    return Levels(rgb=handles)


def _moved(random: Random, share: float, deviation: float, limit: float) -> float:
    """A slider that stands at 0 but for this share of edits; steps of a hundredth."""
    if random.random() >= share:
        return 0.0
    return float(np.clip(round(random.normal(0, deviation), 2), -limit, limit))


def _amount(random: Random, share: float, mean: float, limit: float) -> float:
    """A slider that only goes up: exponential with this mean."""
    return min(float(round(random.exponential(mean), 2)), limit) if random.random() < share else 0.0


_BRICKS: Final[tuple[Callable[[Random, tuple[float, float] | None], Adjustment], ...]] = (
    _white_balance,
    _exposure,
    _enhance,
    _highlights_shadows,
    _levels,
)
_SHARES: Final = (0.2, 0.3, 0.2, 0.2, 0.1)
"""How often each comes first."""
