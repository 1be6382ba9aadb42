"""All eight EXIF orientations, cropped, straightened and turned: what Lightroom shows is what Aperture showed.

The expected picture is computed here from the Exif standard's own table and from complex numbers, past every function
of the project that turns, cuts or mirrors.
"""

from __future__ import annotations

import cmath
import math
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from couloir.aperture.adjustments import Crop, Straighten
from couloir.aperture.model import Master, PixelSize, Version
from couloir.color.spaces import srgb_decode
from couloir.derive import Translation, analytic, image_facts
from couloir.engines import camera_raw
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import ImageFacts, Stamp, write_packet

AVersion = Callable[..., Version]
Array = NDArray[np.float64]

# Exif 2.32, tag 0x0112: the sides of the shown picture at which the first row and the first column are.
FIRST_ROW_AND_COLUMN = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}
# The turn in it, clockwise, which Aperture's rotation of an untouched version holds.
TURN = {1: 0, 2: 0, 3: 180, 4: 180, 5: 270, 6: 90, 7: 90, 8: 270}
WIDTH, HEIGHT = 600, 400
CROP = (260.0, 190.0, 330.0, 170.0)  # of the canvas: centre x, centre y (down), width, height
GEOMETRIES: Mapping[str, tuple[float, tuple[float, float, float, float] | None]] = {
    "whole": (0.0, None),
    "cropped": (0.0, CROP),
    "straightened and cropped": (6.5, CROP),
    "straightened the other way": (-9.0, CROP),
}


def _colors(x: Array, y: Array) -> Array:
    """sRGB-encoded, of places in the stored picture: no two regions alike, and smooth."""
    return np.stack([0.1 + 0.8 * x / WIDTH, 0.1 + 0.8 * y / HEIGHT, 0.2 + 0.3 * (x / WIDTH) * (y / HEIGHT)], axis=-1)


def _expected(code: int, turned: int, geometry: str, shape: tuple[int, int]) -> Array:
    """The picture of this shape (rows, columns) that Aperture showed, sRGB-encoded."""
    angle, crop = GEOMETRIES[geometry]
    down, across = ((np.arange(count) + 0.5) / count for count in shape)
    u, v = np.meshgrid(across, down)  # from the left and from the top of what is shown, 0..1
    for _ in range(turned // 90):  # what is at (u, v) was at (v, 1 - u) before a quarter turn clockwise
        u, v = v, 1 - u
    from_side = {"left": u, "right": 1 - u, "top": v, "bottom": 1 - v}
    first_row, first_column = FIRST_ROW_AND_COLUMN[code]
    s, t = from_side[first_column], from_side[first_row]  # along the stored rows and columns of what the crop left
    if crop is None:
        return _colors(s * WIDTH, t * HEIGHT)
    turn = cmath.rect(1, math.radians(angle))
    canvas = WIDTH * turn.real + HEIGHT * abs(turn.imag), WIDTH * abs(turn.imag) + HEIGHT * turn.real
    # From the middle of the canvas, y up; the canvas is the picture turned counter-clockwise by the angle.
    right = crop[0] + (s - 0.5) * crop[2] - canvas[0] / 2
    up = canvas[1] / 2 - (crop[1] + (t - 0.5) * crop[3])
    on_photo = (right + 1j * up) / turn
    return _colors(on_photo.real + WIDTH / 2, HEIGHT / 2 - on_photo.imag)


def _version(a_version: AVersion, code: int, turned: int, geometry: str) -> Version:
    angle, crop = GEOMETRIES[geometry]
    turn = math.radians(angle)
    canvas_height = WIDTH * abs(math.sin(turn)) + HEIGHT * math.cos(turn)
    bricks: list[Crop | Straighten] = [Straighten(angle)] if angle else []
    size = (WIDTH, HEIGHT)
    if crop is not None:
        x, y, width, height = crop
        bricks.append(Crop(x - width / 2, canvas_height - y - height / 2, width, height))
        size = (round(width), round(height))
    rotation = (TURN[code] + turned) % 360
    return a_version(
        *bricks,
        master_size=PixelSize(WIDTH, HEIGHT),
        processed_size=PixelSize(*(reversed(size) if rotation % 180 else size)),
        rotation=rotation,
    )


def _facts(version: Version, master: Master, code: int) -> ImageFacts:
    facts = image_facts(version, master, code)
    assert facts is not None
    return facts


def _stored() -> Array:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    return _colors(x, y)


@pytest.mark.parametrize("geometry", GEOMETRIES)
@pytest.mark.parametrize("code", FIRST_ROW_AND_COLUMN)
def test_every_orientation_keeps_its_mirror_through_crop_straightening_and_turns(
    a_version: AVersion, jpeg: Master, code: int, geometry: str
) -> None:
    linear = srgb_decode(_stored()).astype(np.float32)
    for turned in (0, 90, 180, 270):
        version = _version(a_version, code, turned, geometry)
        translation = analytic(version, jpeg)
        assert translation.anomalies == ()
        crop = DevelopSettings({} if translation.crop is None else translation.crop.settings())
        shown = camera_raw.render(linear, crop, orientation=_facts(version, jpeg, code).orientation, size=160)
        assert shown.shape[1] / shown.shape[0] == pytest.approx(
            translation.expected_size[0] / translation.expected_size[1],  # type: ignore[index]
            rel=0.02,
        )
        assert np.abs(shown - _expected(code, turned, geometry, shown.shape[:2])).max() < 0.015


@pytest.mark.parametrize("code", FIRST_ROW_AND_COLUMN)
def test_a_photo_that_was_not_turned_keeps_the_orientation_of_its_file(
    a_version: AVersion, jpeg: Master, code: int
) -> None:
    assert _facts(_version(a_version, code, 0, "whole"), jpeg, code).orientation == code


@pytest.mark.parametrize("stated", [None, 1, 3, 6, 8])
def test_no_mirror_is_made_up(a_version: AVersion, jpeg: Master, stated: int | None) -> None:
    codes = [image_facts(a_version(rotation=turn), jpeg, stated) for turn in (0, 90, 180, 270)]
    assert [facts.orientation for facts in codes if facts is not None] == [1, 6, 3, 8]


@pytest.mark.tool("darktable-cli")
def test_darktable_shows_every_orientation_of_our_xmp_as_aperture_did(
    a_version: AVersion, jpeg: Master, tool: Callable[[str], str], tmp_path: Path
) -> None:
    cases = [
        (code, turned, geometry)
        for code in FIRST_ROW_AND_COLUMN
        for turned, geometry in ((0, "whole"), (90, "cropped"), (180, "straightened and cropped"))
    ]
    levels = np.rint(_stored() * 255).astype(np.uint8)
    for number, (code, turned, geometry) in enumerate(cases):
        version = _version(a_version, code, turned, geometry)
        _place(tmp_path, f"{number}", levels, _facts(version, jpeg, code), analytic(version, jpeg))
    (tmp_path / "out").mkdir()
    imports = [part for number in range(len(cases)) for part in ("--import", str(tmp_path / f"{number}.jpg"))]
    core = ["--core", "--disable-opencl", "--configdir", str(tmp_path / "config"), "--library", ":memory:"]
    subprocess.run(
        [tool("darktable-cli"), *imports, str(tmp_path / "out"), *core], capture_output=True, check=True, timeout=120
    )
    for number, (code, turned, geometry) in enumerate(cases):
        with Image.open(tmp_path / "out" / f"{number}.jpg") as image:
            drawn = np.asarray(image.convert("RGB"), dtype=np.float64) / 255
        expected = _expected(code, turned, geometry, drawn.shape[:2])
        assert np.abs(drawn - expected)[3:-3, 3:-3].mean() < 0.01, cases[number]


def _place(folder: Path, name: str, levels: NDArray[np.uint8], facts: ImageFacts, translation: Translation) -> None:
    """A JPEG as `migrate` leaves it, EXIF's orientation and ours being one, with our XMP beside it."""
    exif = Image.Exif()
    exif[0x0112] = facts.orientation
    Image.fromarray(levels).save(folder / f"{name}.jpg", quality=97, subsampling=0, exif=exif.tobytes())
    crop = DevelopSettings({} if translation.crop is None else translation.crop.settings())
    packet = write_packet(crop, PhotoMetadata(), facts, Stamp("0", "library", "version"))
    (folder / f"{name}.xmp").write_bytes(packet)
