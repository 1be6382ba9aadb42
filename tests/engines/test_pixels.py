"""Decoding: any supported file becomes linear sRGB, and others are refused."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from couloir.color.spaces import srgb_decode
from couloir.engines.pixels import (
    MAX_PIXELS,
    encode_jpeg,
    encode_webp,
    exif_orientation,
    fit_size,
    load_pixels,
    resize,
)
from couloir.errors import BadImage

COLOR = (200, 100, 50)
LINEAR = srgb_decode(np.array(COLOR) / 255)
GRAY = float(srgb_decode(np.array(100 / 255)))


def _saved(folder: Path, image: Image.Image, name: str, **options: object) -> Path:
    path = folder / name
    image.save(path, **options)
    return path


def _corners() -> Image.Image:
    """6 x 4, each corner of its own colour, so that no turn or mirroring looks like another."""
    image = Image.new("RGB", (6, 4))
    for place, color in (((0, 0), "red"), ((5, 0), "lime"), ((5, 3), "blue"), ((0, 3), "white")):
        image.putpixel(place, {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255)}.get(color, (255,) * 3))
    return image


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.jpg"])
def test_each_format_becomes_linear_srgb(tmp_path: Path, name: str) -> None:
    options = {"quality": 100, "subsampling": 0} if name.endswith("jpg") else {}
    pixels = load_pixels(_saved(tmp_path, Image.new("RGB", (5, 3), COLOR), name, **options), None, orient=True)
    assert pixels.shape == (3, 5, 3)
    assert pixels.dtype == np.float32
    np.testing.assert_allclose(pixels, np.broadcast_to(LINEAR, (3, 5, 3)), atol=8e-3 if options else 1e-6)


def test_a_multi_picture_jpeg_is_read_as_its_first_picture(tmp_path: Path) -> None:
    first, second = Image.new("RGB", (8, 8), "white"), Image.new("RGB", (8, 8), "black")
    path = tmp_path / "a.mpo"
    first.save(path, save_all=True, append_images=[second])
    assert load_pixels(path, None, orient=True).min() > 0.99


@pytest.mark.parametrize("mode", ["L", "P", "LA", "1"])
def test_grey_and_palette_pictures_become_three_channels(tmp_path: Path, mode: str) -> None:
    image = Image.new("L", (3, 3), 100)
    image = image.point(lambda level: 255 if level else 0, "1") if mode == "1" else image.convert(mode)
    pixels = load_pixels(_saved(tmp_path, image, "a.png"), None, orient=True)
    np.testing.assert_allclose(pixels, 1.0 if mode == "1" else GRAY, atol=1e-6)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_sixteen_bit_grey_keeps_its_sixteen_bits(tmp_path: Path, name: str) -> None:
    levels = np.array([[0, 1, 1000, 1001, 65535]], dtype=np.uint16)
    pixels = load_pixels(_saved(tmp_path, Image.fromarray(levels), name), None, orient=True)
    np.testing.assert_allclose(pixels[..., 0], srgb_decode(levels / 65535), rtol=1e-4)


def test_sixteen_bit_colour_is_read(tmp_path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + struct.pack(">3H", *(level * 257 for level in COLOR))
    path = tmp_path / "a.png"
    header = struct.pack(">IIBBBBB", 1, 1, 16, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row)) + chunk(b"IEND", b"")
    )
    np.testing.assert_allclose(load_pixels(path, None, orient=True)[0, 0], LINEAR, atol=1e-6)


def test_cmyk_is_read(tmp_path: Path) -> None:
    pixels = load_pixels(_saved(tmp_path, Image.new("CMYK", (2, 2), (0, 255, 255, 0)), "a.tif"), None, orient=True)
    assert pixels[0, 0, 0] > 0.9
    assert pixels[0, 0, 1:].max() < 0.1


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_transparent_parts_are_shown_on_white(tmp_path: Path, name: str) -> None:
    image = Image.new("RGBA", (2, 1), (0, 0, 0, 0))
    image.putpixel((1, 0), (*COLOR, 255))
    pixels = load_pixels(_saved(tmp_path, image, name), None, orient=True)
    np.testing.assert_allclose(pixels[0], [[1, 1, 1], LINEAR], atol=1e-6)


def test_half_transparent_colour_is_mixed_with_white(tmp_path: Path) -> None:
    pixels = load_pixels(_saved(tmp_path, Image.new("RGBA", (1, 1), (0, 0, 0, 128)), "a.png"), None, orient=True)
    assert pixels[0, 0, 0] == pytest.approx(float(srgb_decode(np.array(127 / 255))), abs=1e-6)


def test_floating_point_pixels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadImage, match="floating-point"):
        load_pixels(_saved(tmp_path, Image.new("F", (2, 2), 0.5), "a.tif"), None, orient=True)


def test_an_embedded_profile_is_honoured(tmp_path: Path) -> None:
    """A profile whose red and blue primaries are swapped shows the channels swapped."""
    icc = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = icc.index(b"rXYZ"), icc.index(b"bXYZ")
    icc[red : red + 4], icc[blue : blue + 4] = b"bXYZ", b"rXYZ"
    path = _saved(tmp_path, Image.new("RGB", (2, 2), COLOR), "a.png", icc_profile=bytes(icc))
    np.testing.assert_allclose(load_pixels(path, None, orient=True)[0, 0], LINEAR[::-1], atol=0.01)


def test_an_srgb_profile_changes_nothing(tmp_path: Path) -> None:
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = _saved(tmp_path, Image.new("RGB", (2, 2), COLOR), "a.png", icc_profile=icc)
    np.testing.assert_allclose(load_pixels(path, None, orient=True)[0, 0], LINEAR, atol=0.01)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("icc", [b"", b"nonsense", b"\0" * 200])
def test_a_broken_profile_counts_as_none(tmp_path: Path, mode: str, icc: bytes) -> None:
    image = Image.new("L", (2, 2), 100).convert(mode)
    plain = load_pixels(_saved(tmp_path, image, "plain.tif"), None, orient=True)
    np.testing.assert_array_equal(
        load_pixels(_saved(tmp_path, image, "a.tif", icc_profile=icc), None, orient=True), plain
    )


def test_a_profile_for_another_kind_of_picture_counts_as_none(tmp_path: Path) -> None:
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = _saved(tmp_path, Image.new("L", (2, 2), 100), "a.tif", icc_profile=icc)
    np.testing.assert_allclose(load_pixels(path, None, orient=True), GRAY, atol=1e-6)


@pytest.mark.parametrize("code", range(1, 9))
@pytest.mark.parametrize("name", ["a.jpg", "a.tif", "a.png"])
def test_the_orientation_is_applied_only_on_request(tmp_path: Path, name: str, code: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = code
    options = {"quality": 100, "subsampling": 0} if name.endswith("jpg") else {}
    path = _saved(tmp_path, _corners(), name, exif=exif, **options)
    plain = load_pixels(_saved(tmp_path, _corners(), f"plain-{name}", **options), None, orient=False)
    with_exif = Image.Exif()
    with_exif[0x0112] = code
    shown = _corners()
    shown.info["exif"] = with_exif.tobytes()
    expected = ImageOps.exif_transpose(shown)
    np.testing.assert_array_equal(load_pixels(path, None, orient=False), plain)
    oriented = load_pixels(path, None, orient=True)
    assert oriented.shape[:2] == (expected.height, expected.width)
    np.testing.assert_allclose(oriented, srgb_decode(np.asarray(expected) / 255), atol=0.2 if options else 1e-6)
    assert exif_orientation(path) == code


@pytest.mark.parametrize("code", [0, 9, 77])
def test_an_impossible_orientation_counts_as_upright(tmp_path: Path, code: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = code
    path = _saved(tmp_path, _corners(), "a.tif", exif=exif)
    assert exif_orientation(path) == 1
    assert load_pixels(path, None, orient=True).shape == (4, 6, 3)


@given(st.integers(1, 10_000), st.integers(1, 10_000), st.none() | st.integers(1, 5000))
def test_a_fitted_size_keeps_the_shape_and_never_grows(width: int, height: int, size: int | None) -> None:
    new = fit_size(width, height, size)
    assert min(new) >= 1
    assert max(new) == (max(width, height) if size is None else min(size, max(width, height)))
    assert abs(new[0] * height - new[1] * width) <= max(width, height)


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_reducing_averages_in_linear_light(tmp_path: Path, name: str) -> None:
    board = np.indices((256, 256)).sum(axis=0) % 2 * np.uint8(255)
    image = Image.fromarray(np.repeat(board[..., np.newaxis].astype(np.uint8), 3, axis=2))
    pixels = load_pixels(_saved(tmp_path, image, name, quality=100), 128, orient=True)
    assert pixels.shape == (128, 128, 3)
    assert float(pixels.mean()) == pytest.approx(0.5, abs=0.02)


def test_a_picture_is_never_enlarged(tmp_path: Path) -> None:
    assert load_pixels(_saved(tmp_path, _corners(), "a.png"), 100, orient=True).shape == (4, 6, 3)


def test_strips_join_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ramp = np.linspace(0, 255, 997).astype(np.uint8)
    image = Image.fromarray(np.repeat(np.repeat(ramp[:, np.newaxis, np.newaxis], 50, axis=1), 3, axis=2))
    path = _saved(tmp_path, image, "a.jpg", quality=100)
    whole = load_pixels(path, 300, orient=True)
    monkeypatch.setattr("couloir.engines.decoding.picture._STRIP_PIXELS", 1000)
    np.testing.assert_allclose(load_pixels(path, 300, orient=True), whole, atol=1e-6)


@given(width=st.integers(1, 12), height=st.integers(1, 12), value=st.floats(0, 4, width=32), to=st.integers(1, 30))
def test_resampling_keeps_an_even_picture_even(width: int, height: int, value: float, to: int) -> None:
    picture = np.full((height, width, 3), value, dtype=np.float32)
    np.testing.assert_allclose(resize(picture, to, 31 - to), value, rtol=1e-5)


@given(data=st.data(), columns=st.integers(1, 40), rows=st.integers(1, 40))
def test_reducing_counts_each_pixel_by_the_area_it_shares(data: st.DataObject, columns: int, rows: int) -> None:
    def part(length: int) -> tuple[float, float, int]:
        start = data.draw(st.floats(0, length - 1))
        stop = data.draw(st.floats(start + 1, length)) if start < length - 1 else float(length)
        return start, stop, data.draw(st.integers(1, max(1, int(stop - start))))

    def shares(length: int, start: float, stop: float, count: int) -> NDArray[np.float64]:
        edges = np.linspace(start, stop, count + 1)[:, np.newaxis]
        pixels = np.arange(length)[np.newaxis, :]
        covered = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
        return np.maximum(covered, 0) / (edges[1:] - edges[:-1])

    (left, right, width), (top, bottom, height) = part(columns), part(rows)
    picture = np.random.default_rng(rows * 100 + columns).random((rows, columns, 3)).astype(np.float32)
    expected = np.einsum(
        "hr,rcx,wc->hwx", shares(rows, top, bottom, height), picture, shares(columns, left, right, width)
    )
    np.testing.assert_allclose(resize(picture, width, height, (left, top, right, bottom)), expected, atol=1e-5)


def test_a_picture_too_large_to_unpack_is_refused_unopened(tmp_path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    for name, side in (("a.png", 60_000), ("b.png", 15_000)):
        assert side * side > MAX_PIXELS
        header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        path = tmp_path / name
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b""))
        with pytest.raises(BadImage):
            load_pixels(path, 100, orient=True)


def _valid(name: str) -> bytes:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.effect_noise((24, 16), 60).convert("RGB")
    image.save(file, name, exif=exif)
    return file.getvalue()


VALID = {name: _valid(name) for name in ("JPEG", "PNG", "TIFF")}


# Pillow remarks on much of this; that is not what is tested.
@pytest.mark.filterwarnings("ignore")
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_gives_pixels_or_bad_image_and_nothing_else(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(sorted(VALID)).map(VALID.__getitem__)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, min(len(content) - 1, 400)))] = data.draw(st.integers(0, 255))
    path = tmp_path / "a.jpg"
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    with contextlib.suppress(BadImage):
        exif_orientation(path)
    with contextlib.suppress(BadImage):
        assert np.isfinite(load_pixels(path, 16, orient=True)).all()


@pytest.mark.parametrize("content", [b"", b"no picture", b"%!PS-Adobe-3.0 EPSF", b"\xff\xd8\xff\xd9"])
def test_what_is_no_picture_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(content)
    with pytest.raises(BadImage, match=r"holiday\.jpg"):
        load_pixels(path, None, orient=True)
    with pytest.raises(BadImage, match=r"holiday\.jpg"):
        exif_orientation(path)


@pytest.mark.parametrize("encode", [encode_jpeg, encode_webp])
def test_an_encoded_picture_can_be_shown_and_looks_the_same(encode: object) -> None:
    shown = Image.open(io.BytesIO(encode(np.full((8, 9, 3), np.array(COLOR) / 255))))  # type: ignore[operator]
    assert shown.size == (9, 8)
    np.testing.assert_allclose(np.asarray(shown)[4, 4], COLOR, atol=4)


def _noise(folder: Path, **options: object) -> bytes:
    path = folder / "whole.jpg"
    Image.effect_noise((320, 400), 90).convert("RGB").save(path, quality=90, **options)
    return path.read_bytes()


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_that_lacks_its_last_bytes_is_read(tmp_path: Path, *, progressive: bool) -> None:
    whole = _noise(tmp_path, progressive=progressive)
    (tmp_path / "cut.jpg").write_bytes(whole[:-33])
    expected = load_pixels(tmp_path / "whole.jpg", None, orient=True)
    found = load_pixels(tmp_path / "cut.jpg", None, orient=True)
    np.testing.assert_array_equal(found[:-16], expected[:-16])


def test_half_a_jpeg_is_shown_and_not_measured(tmp_path: Path) -> None:
    whole = _noise(tmp_path)
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    missing: list[float] = []
    found = load_pixels(tmp_path / "cut.jpg", None, orient=True, partial=missing.append)
    np.testing.assert_array_equal(found[:160], load_pixels(tmp_path / "whole.jpg", None, orient=True)[:160])
    assert missing == [pytest.approx(0.5, abs=0.06)]
    with pytest.raises(BadImage, match="ends early"):
        load_pixels(tmp_path / "cut.jpg", None, orient=True)


def test_a_whole_jpeg_is_not_called_partial(tmp_path: Path) -> None:
    _noise(tmp_path)
    missing: list[float] = []
    load_pixels(tmp_path / "whole.jpg", None, orient=True, partial=missing.append)
    assert missing == []
