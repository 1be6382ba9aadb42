"""The original of a RAW file, as it is drawn without Lightroom."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from couloir.aperture.adjustments import Crop
from couloir.aperture.details.records import PreviewStatus
from couloir.aperture.model import Operation, PixelSize
from couloir.color.spaces import srgb_encode
from couloir.derive.baseline import STANDARD
from couloir.derive.pictures.gather import PhotoFiles, see
from couloir.engines.dng import PLAIN, Calibration, ColorModel, HueSatMap, Profile, baseline
from couloir.engines.dng.files import linear_dng
from couloir.engines.pixels import resize
from couloir.engines.protocol import Picture
from couloir.learn.scenes import MASTER, VERSION

MODEL = ColorModel(
    (Calibration(6500.0, np.eye(3) @ [[0.75, -0.17, -0.09], [-0.5, 1.32, 0.2], [-0.1, 0.24, 0.62]]),), (0.5, 1.0, 0.7)
)
TURNED = np.ones((1, 6, 2, 3), dtype=np.float32) * np.array([12.0, 1.2, 1.0], dtype=np.float32)


def camera_colors() -> Picture:
    coarse = np.random.default_rng(3).random((6, 8, 3)).astype(np.float32).repeat(8, axis=0).repeat(8, axis=1)
    return np.asarray(0.05 + 0.4 * coarse, dtype=np.float32)


@pytest.mark.parametrize(("name", "known"), [(STANDARD, True), ("Maker's own", False)])
def test_adobes_profile_is_drawn_where_the_file_holds_it(name: str, known: bool, tmp_path: Path) -> None:
    look = Profile(name=name, look_table=HueSatMap(TURNED))
    file = tmp_path / "photo.dng"
    file.write_bytes(linear_dng(camera_colors(), MODEL, "Leica M9", look))
    master = replace(MASTER, is_raw=True, subtype="RAWST")
    original, _ = see(PhotoFiles(VERSION, master, file, None, PreviewStatus.ABSENT)).pictures
    assert original is not None
    by_look, plainly = (
        float(np.abs(srgb_encode(original) - baseline(camera_colors(), MODEL, each)).mean()) for each in (look, PLAIN)
    )
    assert (by_look < plainly) is known
    assert min(by_look, plainly) < 0.004


def test_a_raw_files_own_colours_are_in_the_frame_of_its_picture(tmp_path: Path) -> None:
    file = tmp_path / "photo.dng"
    file.write_bytes(linear_dng(camera_colors(), MODEL, "Leica M9"))
    master = replace(MASTER, is_raw=True, subtype="RAWST")
    cropped = Operation(
        "1", "Crop", 0, enabled=True, mask_uuid=None, inputs={}, adjustment=Crop(x=8.0, y=8.0, width=40.0, height=24.0)
    )
    size = PixelSize(64, 48)
    version = replace(VERSION, operations=(cropped,), master_size=size, processed_size=size, rotation=90)
    seen = see(PhotoFiles(version, master, file, None, PreviewStatus.ABSENT))
    original, scene = seen.pictures[0], seen.scene
    assert original is not None
    assert scene is not None
    rows, columns = scene.camera.shape[:2]
    assert rows > columns  # turned as the version is
    drawn = baseline(scene.camera, scene.model, scene.profile)
    np.testing.assert_allclose(drawn, srgb_encode(resize(original, columns, rows)), atol=0.06)
    assert float(np.abs(drawn - srgb_encode(resize(original, columns, rows))).mean()) < 0.01
