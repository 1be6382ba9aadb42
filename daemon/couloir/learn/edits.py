"""Random edits like those of photographers in Aperture: few adjustments, most of them small.

The distributions follow published practice where there is any: white balance moves of 36 mired and 8 tint (standard
deviation over 2,538 corrections in a public contest's table), one to five adjustments a photo. The rest is our
estimate; the model's card says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from couloir.aperture.adjustments import (
    Adjustment,
    BlackWhite,
    Color,
    ColorRange,
    Curves,
    Enhance,
    Exposure,
    HighlightsShadows,
    Levels,
    LevelsChannel,
    ToneCurve,
    Vignette,
    WhiteBalance,
    WhiteBalanceMode,
)

Random = np.random.Generator

_COUNTS: Final = (0, 1, 2, 3, 4, 5)
_COUNT_SHARES: Final = (0.12, 0.20, 0.24, 0.20, 0.14, 0.10)
_MIRED, _TINT = 32.0, 8.0
_EXTREME_SHARE, _EXTREME = 0.12, 3.0
"""The share of strong white balances (for a mood, or to correct a wrong one), and the factor on their size."""
_GRAY_SHARE = 0.06
"""The share of Enhance with saturation at 0, which is another way to a grey picture."""
_WHEELS_SHARE = 0.15
_RANGES = ("reds", "yellows", "greens", "cyans", "blues", "magentas")
_FILTERS = ((0.34, 0.5, 0.16), (0.85, 0.1, 0.05), (0.15, 0.75, 0.1), (0.1, 0.2, 0.7), (0.6, 0.35, 0.05))
"""Shares of red, green and blue as behind coloured filters."""


def draw(random: Random, *, as_shot: tuple[float, float] | None) -> list[Adjustment]:
    """Adjustments in Aperture's pipeline order, values on its sliders' steps.

    `as_shot` is a RAW file's white balance (kelvin, tint), to which a drawn balance is relative. It is None for
    rendered files, where the balance is relative to 5000 K and may also be picked on a grey or a face.
    """
    count = int(random.choice(_COUNTS, p=_COUNT_SHARES))
    chosen = random.choice(len(_BRICKS), size=min(count, len(_BRICKS)), replace=False, p=_SHARES)
    return [_BRICKS[index](random, as_shot) for index in sorted(chosen)]


def _white_balance(random: Random, as_shot: tuple[float, float] | None) -> WhiteBalance:
    if as_shot is None and random.random() < 0.3:
        return _picked(random)
    kelvin, tint = (5000.0, 0.0) if as_shot is None else as_shot
    far = _EXTREME if random.random() < _EXTREME_SHARE else 1.0
    mired = np.clip(1e6 / kelvin + random.normal(0, far * _MIRED), 60, 450)
    return WhiteBalance(
        temperature=float(round(1e6 / mired)), tint=float(np.clip(round(tint + random.normal(0, far * _TINT)), -90, 90))
    )


def _picked(random: Random) -> WhiteBalance:
    warmth = float(np.clip(0.5 + random.normal(0, 0.15), 0, 1))
    level = random.uniform(0.35, 0.75)
    if random.random() < 0.5:
        color = _picked_color(level + random.normal(0, 0.03, 3))
        return WhiteBalance(WhiteBalanceMode.NATURAL_GRAY, gray_color=color, gray_warmth=warmth)
    color = _picked_color(level * np.array([1.15, 0.9, 0.78]) + random.normal(0, 0.03, 3))
    return WhiteBalance(WhiteBalanceMode.SKIN_TONE, face_color=color, face_warmth=warmth)


def _picked_color(channels: np.ndarray) -> tuple[float, float, float]:
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
    black, gray, white = _wheels(random)
    return Enhance(
        contrast=_moved(random, 0.5, 0.15, 0.6),
        definition=_amount(random, 0.3, 0.25, 1.0),
        saturation=0.0 if random.random() < _GRAY_SHARE else 1.0 + _moved(random, 0.5, 0.15, 0.6),
        vibrancy=_moved(random, 0.4, 0.25, 0.8),
        black_tint=black,
        gray_tint=gray,
        white_tint=white,
    )


def _wheels(random: Random) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    if random.random() >= _WHEELS_SHARE:
        return (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)
    offsets = np.round(np.clip(random.normal(0, 0.03, (3, 2)), -0.1, 0.1) * (random.random((3, 1)) < 0.6), 4)
    black, gray, white = ((float(u), float(v)) for u, v in offsets)
    return black, gray, white


def _curves(random: Random, _: tuple[float, float] | None) -> Curves:
    """A curve of few points for all channels or for luminance, now and then one of a single channel."""
    main = _curve(random, 0.06)
    luminance = random.random() < 0.2
    red, green, blue = (_curve(random, 0.03) if random.random() < 0.15 else None for _ in range(3))
    return Curves(None if luminance else main, red, green, blue, main if luminance else None)


def _curve(random: Random, deviation: float) -> ToneCurve:
    inner = sorted({float(round(x, 3)) for x in random.choice((0.25, 0.5, 0.75), random.integers(1, 4), replace=False)})
    ends = np.round(np.abs(random.normal(0, 0.03, 2)) * (random.random(2) < 0.25), 3)
    points = [(0.0, float(ends[0]))]
    for x in inner:
        lowest = points[-1][1] + 0.02
        points.append((x, max(lowest, float(round(x + np.clip(random.normal(0, deviation), -0.15, 0.15), 3)))))
    return ToneCurve((*points, (1.0, max(points[-1][1] + 0.02, 1.0 - float(ends[1])))))


def _color(random: Random, _: tuple[float, float] | None) -> Color:
    chosen = random.choice(len(_RANGES), size=int(random.integers(1, 4)), replace=False)
    return Color(
        tuple(
            ColorRange(
                _RANGES[index],
                hue_shift=float(round(_moved(random, 0.4, 12.0, 40.0))),
                saturation=float(round(_moved(random, 0.8, 25.0, 80.0))),
                luminance=float(round(_moved(random, 0.4, 15.0, 50.0))),
            )
            for index in sorted(chosen)
        )
    )


def _black_white(random: Random, _: tuple[float, float] | None) -> BlackWhite:
    shares = np.clip(np.array(_FILTERS[int(random.integers(len(_FILTERS)))]) + random.normal(0, 0.05, 3), 0, 1)
    whole = shares / shares.sum() * (1.0 if random.random() < 0.7 else random.uniform(0.85, 1.15))
    red, green, blue = np.round(whole, 2).tolist()
    return BlackWhite(red=red, green=green, blue=blue)


def _vignette(random: Random, _: tuple[float, float] | None) -> Vignette:
    return Vignette(
        kind=int(random.random() < 0.3),
        intensity=float(np.clip(round(random.exponential(0.2), 2), 0.05, 1.0)),
        radius=float(round(random.uniform(0.7, 1.3), 2)),
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
    """The value of a slider that this share of edits moves from 0, in steps of a hundredth."""
    if random.random() >= share:
        return 0.0
    return float(np.clip(round(random.normal(0, deviation), 2), -limit, limit))


def _amount(random: Random, share: float, mean: float, limit: float) -> float:
    """The value of a slider without negative values: exponential with this mean."""
    return min(float(round(random.exponential(mean), 2)), limit) if random.random() < share else 0.0


_BRICKS: Final[tuple[Callable[[Random, tuple[float, float] | None], Adjustment], ...]] = (
    _white_balance,
    _exposure,
    _enhance,
    _curves,
    _highlights_shadows,
    _levels,
    _color,
    _black_white,
    _vignette,
)
_SHARES: Final = (0.18, 0.27, 0.18, 0.06, 0.15, 0.07, 0.03, 0.03, 0.03)
"""How often each comes first."""
