"""A camera with two calibrations, and colours in its own space."""

from __future__ import annotations

import numpy as np
import pytest

from couloir.engines.dng import Calibration, ColorModel

WARM = np.array([[0.75, -0.15, -0.08], [-0.55, 1.35, 0.22], [-0.10, 0.22, 0.55]])
COOL = np.array([[0.6257, -0.0303, -0.1000], [-0.7880, 1.5621, 0.2396], [-0.1714, 0.1904, 0.7046]])


@pytest.fixture
def model() -> ColorModel:
    return ColorModel((Calibration(2850.0, WARM), Calibration(6500.0, COOL)), (0.45, 1.0, 0.65), 0.35)


@pytest.fixture
def camera() -> np.ndarray:
    return np.random.default_rng(1).uniform(0, 0.9, (12, 16, 3)).astype(np.float32)
