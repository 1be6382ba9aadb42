"""The Jacobian of the Camera Raw engine: how its picture changes with each parameter.

The loop uses it as a first estimate for Lightroom, which is another renderer, and corrects it from the renderings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats
from couloir.color.spaces import srgb_to_lab
from couloir.derive.controls import between, move
from couloir.derive.pictures.drawing import draw_many, draw_pixels
from couloir.engines.camera_raw import NOMINAL, Constants
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings, PhotoKind


@dataclass(frozen=True, slots=True)
class Linearisation:
    """A rendering and its slopes. `lab`: (pixels, 3), L*a*b* relative to D65; `slopes`: (parameters, pixels, 3), per
    normalised unit. Pixels row by row.
    """

    lab: NDArray[np.float32]
    slopes: NDArray[np.float32]


def linearise(
    linear: Picture,
    settings: DevelopSettings,
    names: Sequence[str],
    kind: PhotoKind,
    *,
    as_shot: tuple[float, float] | None = None,
    constants: Constants = NOMINAL,
    step: float = 1.0,
    places: NDArray[np.intp] | None = None,
) -> Linearisation:
    """`linearise_drawing` of a photo in linear sRGB, height x width x 3, as `draw_many` takes it; of all pixels, or of
    those at `places`, row by row.

    A RAW file's white balance acts on camera colours, which are not in it: its slopes are those of a matrix.
    """
    if places is None:
        draw: Callable[[Sequence[DevelopSettings]], Picture]
        draw = partial(draw_many, linear, as_shot=as_shot, constants=constants)
    else:
        draw = partial(draw_pixels, linear, as_shot=as_shot, places=places, constants=constants)
    return linearise_drawing(draw, settings, names, kind, as_shot=as_shot, step=step)


def linearise_drawing(
    draw: Callable[[Sequence[DevelopSettings]], Picture],
    settings: DevelopSettings,
    names: Sequence[str],
    kind: PhotoKind,
    *,
    as_shot: tuple[float, float] | None = None,
    step: float = 1.0,
) -> Linearisation:
    """Finite differences around `settings`, `step` normalised units (>= 0.5) to one side.

    `draw` gives encoded sRGB pictures, n x height x width x 3 or n x pixels x 3, of n settings. Sliders have steps and
    ends, so slopes are taken over the change after rounding and clamping; a slider at its end is moved the other way. A
    parameter that cannot be moved (the white balance of a RAW file whose as-shot values are not known) has slopes of 0.
    """
    variants, changes, movable = [], [], []
    for place, name in enumerate(names):
        for direction in (step, -step):
            variant = move(settings, {name: direction}, kind, as_shot)
            change = between(settings, variant, kind, as_shot)
            if abs(change[name]) > step / 4:
                variants.append(variant)
                changes.append([change[other] for other in names])
                movable.append(place)
                break
    pictures = srgb_to_lab(draw([settings, *variants]))
    pictures = pictures.reshape(len(pictures), -1, 3)
    slopes = np.zeros((len(names), *pictures.shape[1:]), dtype=np.float32)
    if movable:
        # Temperature and tint round together, so a step of one is also a small one of the other.
        came_to = np.array(changes)[:, movable]
        slopes[movable] = _solved(came_to, pictures[1:] - pictures[0])
    return Linearisation(pictures[0].astype(np.float32), slopes)


def _solved(steps: NDArray[np.float64], differences: Floats) -> Floats:
    """The slopes s with steps @ s = differences."""
    inverse = np.linalg.inv(steps)
    flat = inverse.astype(differences.dtype) @ differences.reshape(len(differences), -1)
    return np.asarray(flat.reshape(differences.shape))
