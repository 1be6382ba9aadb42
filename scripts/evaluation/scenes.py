"""Scenes to render: photographs turned back into what a camera would have seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from couloir.color.arrays import apply_matrix
from couloir.color.spaces import SRGB_TO_XYZ
from couloir.engines.dng import Calibration, ColorModel
from couloir.engines.pixels import load_pixels
from couloir.errors import BadImage

# Three matrices (XYZ to camera) of real cameras, as LibRaw lists them after Adobe, in thousandths.
CAMERAS = {
    "Canon EOS 30D": ((0.6257, -0.0303, -0.1000), (-0.7880, 1.5621, 0.2396), (-0.1714, 0.1904, 0.7046)),
    "Nikon D200": ((0.8367, -0.2248, -0.0763), (-0.8758, 1.6447, 0.2422), (-0.1527, 0.1550, 0.8053)),
    "Sony ILCE-7": ((0.5271, -0.0712, -0.0347), (-0.6153, 1.3653, 0.2763), (-0.1601, 0.2366, 0.7242)),
}
NEUTRALS = ((0.45, 1.0, 0.65), (0.52, 1.0, 0.58), (0.39, 1.0, 0.71))


def camera_model(index: int) -> tuple[str, ColorModel]:
    """One of the cameras with one of the neutrals, and a baseline exposure of 0, 0.35 or -0.2 stops."""
    name = list(CAMERAS)[index % len(CAMERAS)]
    matrix = np.array(CAMERAS[name])
    exposure = (0.0, 0.35, -0.2)[(index // 3) % 3]
    return name, ColorModel((Calibration(6500.0, matrix),), NEUTRALS[(index // 2) % 3], exposure)


def camera_scene(path: Path, model: ColorModel, size: int, headroom: float = 1.1) -> np.ndarray:
    """A photograph as this camera's linear colours: its white lies at 1/headroom of saturation."""
    linear = load_pixels(path, size, orient=True)
    matrix = model.calibrations[0].color @ SRGB_TO_XYZ
    balanced = apply_matrix(matrix / matrix.sum(axis=1, keepdims=True), linear)
    return np.asarray(np.clip(balanced * np.array(model.neutral) / headroom, 0, 1), dtype=np.float32)


def photographs(folder: Path, count: int) -> Iterator[Path]:
    """`count` colour photographs spread over a folder, the same ones each time."""
    files = sorted(folder.glob("*.[jJ][pP]*[gG]"))
    taken = 0
    for path in files[:: max(1, len(files) // (2 * count))]:
        try:
            if taken < count and np.ptp(load_pixels(path, 64, orient=True)) > 0.2:
                taken += 1
                yield path
        except BadImage:
            continue


def three(values: Iterable[float]) -> tuple[float, float, float]:
    """A camera's neutral, one number a channel."""
    red, green, blue = (float(value) for value in values)
    return red, green, blue
