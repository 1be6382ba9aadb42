"""Checks on gradients that a look is safe for any photo: no folds, no jumps, no tint on greys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from couloir.color.arrays import Floats
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_encode, srgb_to_lab
from couloir.engines.dng import HueSatMap, Profile, apply_look
from couloir.engines.dng.tables import hsv_to_rgb, hue_sat_map, rgb_to_hsv

MOST_GREY: Final = 0.5
"""The most that a grey may be tinted, CIEDE2000."""

MOST_FOLDED: Final = 0.0
"""Share of steps in hue, saturation or value that may run backwards."""

_HUES, _STEPS = 120, 24


@dataclass(frozen=True, slots=True)
class Smoothness:
    """`grey`: the largest tint of a grey, CIEDE2000. `folded`: the share of steps that run backwards. `jump`: the
    largest step of a colour sweep, relative to the mean of its neighbours on both sides.
    """

    grey: float
    folded: float
    jump: float

    @property
    def holds(self) -> bool:
        """Whether the look may be used."""
        return self.grey <= MOST_GREY and self.folded <= MOST_FOLDED


def smoothness(of: Profile) -> Smoothness:
    """The smoothness of a look, measured on greys and on sweeps over all hues at several saturations and values."""
    shown = apply_look(np.repeat(np.linspace(0, 1, 257)[:, np.newaxis], 3, axis=1), of, 0.0).astype(np.float64)
    lab = srgb_to_lab(shown)
    grey = float(ciede2000(lab, lab * np.array([1.0, 0.0, 0.0])).max())
    tables = [each for each in (*of.hue_sat_maps, of.look_table) if each is not None]
    return Smoothness(grey, max((measure_folds(each) for each in tables), default=0.0), jump(of))


def measure_folds(table: HueSatMap) -> float:
    """The share of steps along hue, saturation and value in which the table's result decreases."""
    hue, saturation, value = _grid()
    turned, wider, lighter = rgb_to_hsv(hue_sat_map(hsv_to_rgb(hue, saturation, value), table))
    backwards = 0
    total = 0
    turn = (np.diff(turned, axis=0, append=turned[:1]) + 3) % 6 - 3
    for steps in (turn, np.diff(wider, axis=1), np.diff(np.asarray(srgb_encode(lighter)), axis=2)):
        backwards += int((steps < -1e-4).sum())
        total += steps.size
    return backwards / total


def jump(of: Profile) -> float:
    """The largest step of a sweep over hues relative to its neighbours: 1 where none stands out."""
    worst = 1.0
    for saturation in (0.25, 0.5, 0.8):
        for value in (0.05, 0.18, 0.5):
            hue = np.linspace(0, 6, 12 * _HUES, endpoint=False)
            colors = hsv_to_rgb(hue, np.full_like(hue, saturation), np.full_like(hue, value))
            worst = max(worst, stands_out(apply_look(colors, of, 0.0).astype(np.float64)))
    return worst


def stands_out(sweep: Floats) -> float:
    """The largest step between n x 3 encoded colours on a circle, over the mean of the eight steps around it."""
    lab = srgb_to_lab(sweep)
    steps = ciede2000(lab, np.roll(lab, -1, axis=0))
    around = np.mean([np.roll(steps, by) for by in (-4, -3, -2, -1, 1, 2, 3, 4)], axis=0)
    return float((steps / np.maximum(around, 0.02)).max())


def _grid() -> tuple[Floats, Floats, Floats]:
    hue = np.linspace(0, 6, _HUES, endpoint=False)
    rest = np.linspace(0.02, 0.98, _STEPS)
    h, s, v = np.meshgrid(hue, rest, rest**2.2, indexing="ij")
    return h, s, v
