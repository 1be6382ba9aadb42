"""A photo without edits, matched with its own file as the preview, shows no visible difference."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from couloir.derive.pictures.preview import load_reference
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.pixels import load_pixels, resize
from couloir.engines.protocol import Photo
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.match import Match
from couloir.refine.options import Options
from couloir.refine.run import drive

MOST = 0.05  # CIEDE2000


def start_of(path: Path) -> float:
    """The difference with which the match of a file with itself begins."""
    match = Match.begin(load_reference(path), DevelopSettings({}), PhotoKind.RENDERED, Options(renderings=1))
    before = drive(match, Photo(path, PhotoKind.RENDERED), CameraRawEngine()).match.outcome.before
    assert before is not None
    return before.mean


@pytest.mark.sample
def test_an_unedited_photo_is_no_different_from_its_own_file(samples: Path) -> None:
    found = {path.name: start_of(path) for path in sorted((samples / "photographs").glob("*.jpg"))[:50]}
    assert len(found) == 50
    assert {name: mean for name, mean in found.items() if mean >= MOST} == {}


def _sharp(columns: int, rows: int) -> Image.Image:
    """Fine and strong detail, which gamma-coded means would darken."""
    random = np.random.default_rng(columns)
    coarse = random.random((rows // 16 + 1, columns // 16 + 1, 3)).repeat(16, 0).repeat(16, 1)[:rows, :columns]
    fine = random.random((rows, columns, 1)) > 0.5
    return Image.fromarray(np.uint8(255 * np.clip(coarse * (0.2 + fine), 0, 1)))


WAYS: dict[str, tuple[str, dict[str, object]]] = {
    "JPEG": ("a.jpg", {"quality": 90}),
    "progressive JPEG": ("a.jpg", {"quality": 80, "progressive": True}),
    "TIFF": ("a.tif", {}),
    "compressed TIFF": ("a.tif", {"compression": "tiff_lzw"}),
    "PNG": ("a.png", {}),
    "MPO": ("a.jpg", {"format": "MPO"}),
}
MODES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "colour": lambda image: image,
    "grey": lambda image: image.convert("L"),
    "four inks": lambda image: image.convert("CMYK"),
    "16 bits of grey": lambda image: Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257),
}


HAVE_IT = {
    "colour": tuple(WAYS),
    "grey": tuple(WAYS),
    "four inks": ("JPEG", "progressive JPEG", "TIFF"),
    "16 bits of grey": ("TIFF", "PNG"),
}


@pytest.mark.parametrize(("mode", "way"), [(mode, way) for mode, ways in HAVE_IT.items() for way in ways])
def test_no_decoder_reduces_another_way(tmp_path: Path, way: str, mode: str) -> None:
    name, options = WAYS[way]
    MODES[mode](_sharp(1333, 1001)).save(tmp_path / name, **options)
    assert start_of(tmp_path / name) < MOST


@pytest.mark.parametrize("orientation", range(1, 9))
def test_no_orientation_reduces_another_way(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    _sharp(1100, 731).save(tmp_path / "a.jpg", exif=exif)
    assert start_of(tmp_path / "a.jpg") < MOST


@pytest.mark.parametrize("space", ["sRGB", "LAB"])
@pytest.mark.parametrize("size", [(2047, 1356), (1495, 1367), (640, 427), (97, 3000), (96, 64)])
def test_no_profile_and_no_shape_reduces_another_way(tmp_path: Path, space: str, size: tuple[int, int]) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()
    _sharp(*size).save(tmp_path / "a.jpg", icc_profile=profile)
    assert start_of(tmp_path / "a.jpg") < MOST


@pytest.mark.parametrize("size", [64, 96, 300, 768])
def test_a_jpeg_is_reduced_from_all_its_pixels_in_linear_light(tmp_path: Path, size: int) -> None:
    _sharp(1600, 1200).save(tmp_path / "a.jpg")
    whole = load_pixels(tmp_path / "a.jpg", None, orient=True)
    expected = resize(whole, size, size * 3 // 4)
    np.testing.assert_allclose(load_pixels(tmp_path / "a.jpg", size, orient=True), expected, atol=2e-6)


def test_a_file_that_states_srgb_is_read_as_one_that_states_nothing(tmp_path: Path) -> None:
    image, bare, stated = _sharp(80, 60), io.BytesIO(), io.BytesIO()
    image.save(bare, "PNG")
    image.save(stated, "PNG", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    pixels = []
    for name, file in (("bare.png", bare), ("stated.png", stated)):
        (tmp_path / name).write_bytes(file.getvalue())
        pixels.append(load_pixels(tmp_path / name, None, orient=True))
    np.testing.assert_array_equal(*pixels)
