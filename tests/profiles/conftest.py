"""Photos of one camera in two engines: ours, and a stand-in for Aperture with a different look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from couloir.color.temperature import planckian_xy
from couloir.engines.dng import Calibration, ColorModel, HueSatMap, Profile, baseline
from couloir.profiles import Pair

MATRIX = np.array([[0.6257, -0.0303, -0.1000], [-0.7880, 1.5621, 0.2396], [-0.1714, 0.1904, 0.7046]])
MODEL = ColorModel((Calibration(6500.0, MATRIX),), (0.45, 1.0, 0.65), 0.2)


def secret_look() -> Profile:
    """What the stand-in does: warm hues turn, blues get stronger, a curve that is softer than Adobe's."""
    deltas = np.tile(np.array([0.0, 1.0, 1.0], np.float32), (4, 6, 3, 1))
    deltas[:, 0, :, 0], deltas[:, 1, :, 0] = 8.0, -4.0
    deltas[:, 4, 1:, 1], deltas[:, 4, 1:, 2] = 1.25, 0.93
    curve = ((0.0, 0.0), (0.05, 0.09), (0.2, 0.4), (0.5, 0.74), (1.0, 1.0))
    return Profile("secret", curve, look_table=HueSatMap(deltas, encoded=True), default_black=False)


def scene(seed: int, kelvin: float = 5600.0) -> tuple[np.ndarray, ColorModel]:
    """Smooth fields of colour of uneven brightness, as camera colours under a light."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:48, 0:64]
    fields = []
    for _ in range(3):
        x, y, turn = random.uniform(0.02, 0.12), random.uniform(0.02, 0.12), random.uniform(0, 6)
        fields.append(0.5 + 0.45 * np.sin(rows * y + columns * x + turn))
    light = 0.03 + 0.9 * (0.5 + 0.5 * np.sin(rows * 0.07 + columns * 0.05 + seed)) ** 2
    model = replace(MODEL, neutral=tuple(float(v) for v in MODEL.neutral_of(planckian_xy(kelvin, 5.0))))
    colors = np.stack(fields, axis=-1) * light[..., np.newaxis] * np.array(model.neutral)
    return np.clip(colors, 0, 1).astype(np.float32), model


def pair(seed: int, stops: float = 0.0, look: Profile | None = None, kelvin: float = 5600.0) -> Pair:
    """A scene beside its rendering by the stand-in; `stops` is an edit that nobody tells of."""
    camera, model = scene(seed, kelvin)
    return Pair(f"photo {seed}", camera, model, baseline(camera, model, look or secret_look(), exposure=stops))


@pytest.fixture(scope="session")
def secret() -> Profile:
    """The look of the stand-in."""
    return secret_look()


@pytest.fixture(scope="session")
def make_scene() -> Callable[..., tuple[np.ndarray, ColorModel]]:
    """`scene`: camera colours and their model, by a seed."""
    return scene


@pytest.fixture(scope="session")
def make_pair() -> Callable[..., Pair]:
    """`pair`, for tests that need other photos than these six."""
    return pair


@pytest.fixture(scope="session")
def pairs() -> list[Pair]:
    """Six photos without edits."""
    return [pair(seed) for seed in range(6)]
