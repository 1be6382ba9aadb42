"""Between picture files and arrays: decoding with colour management, resampling, encoding.

Pixels come out as linear sRGB (D65), float32, height x width x 3. Of files with 16 bits a channel, colour pictures are
read at the 8 bits that Pillow gives; greyscale keeps its 16.
"""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from couloir.color.arrays import Floats
from couloir.color.spaces import srgb_decode
from couloir.engines.protocol import Picture
from couloir.errors import BadImage

MAX_PIXELS: Final = 200_000_000
"""Larger pictures are refused: 150-megapixel cameras fit, a few kilobytes that unpack to gigabytes do not."""

# Named one by one, so that no other of Pillow's many decoders ever sees a stranger's file.
# A multi-picture JPEG (MPO) is opened by the JPEG decoder.
_FORMATS: Final = ("JPEG", "TIFF", "PNG", "GIF", "BMP", "PSD")

# What Pillow's decoders raise on broken input.
_DECODER_ERRORS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)

# Pillow's own limit warns at 89 megapixels and refuses at twice that, short of large cameras.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

_ORIENTATION: Final = 0x0112
# What takes back the turn that an EXIF orientation asks for.
_UNDO: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}

_ROUNDING: Final = 1e-6  # of a pixel, so that a part that is copied as it is does not count as enlarged
_STRIP_PIXELS: Final = 4_000_000
_DECODE_8_BITS: Final = srgb_decode(np.arange(256, dtype=np.float64) / 255).astype(np.float32)


def load_pixels(path: Path, size: int | None, *, orient: bool) -> Picture:
    """Decode a JPEG, TIFF, PNG, GIF, BMP or PSD into linear sRGB.

    With `size` the picture is reduced, averaging in linear light, until its long edge is at most that many pixels; it
    is never enlarged. `orient` applies the EXIF orientation; without it the file's own frame is kept, in which crops
    are expressed. The embedded ICC profile is honoured; without one, or with one that cannot be used, the file counts
    as sRGB. Transparent parts are shown on white. Raises BadImage naming the file.
    """
    try:
        with Image.open(path, formats=_FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise BadImage(item=path, why=f"it has {opened.width} x {opened.height} pixels")
            if size is not None and opened.format in ("JPEG", "MPO"):
                # libjpeg halves while it decodes; twice the wanted size leaves the averaging to us.
                opened.draft(opened.mode, (2 * size, 2 * size))
            image = ImageOps.exif_transpose(opened) if orient else _in_own_frame(opened)
            return _to_linear(_in_srgb(image), size)
    except _DECODER_ERRORS as error:
        raise BadImage(item=path, why=str(error) or type(error).__name__) from error


def frame_size(path: Path) -> tuple[int, int]:
    """(width, height) of the file's own frame, from its header. Raises BadImage."""
    try:
        with Image.open(path, formats=_FORMATS) as opened:
            return opened.size
    except _DECODER_ERRORS as error:
        raise BadImage(item=path, why=str(error) or type(error).__name__) from error


def exif_orientation(path: Path) -> int:
    """The file's EXIF orientation, 1 to 8; 1 when it has none or an impossible one. Raises BadImage."""
    try:
        with Image.open(path, formats=_FORMATS) as opened:
            code = opened.getexif().get(_ORIENTATION, 1)
    except _DECODER_ERRORS as error:
        raise BadImage(item=path, why=str(error) or type(error).__name__) from error
    return code if code in range(1, 9) else 1


def fitted(width: int, height: int, size: int | None) -> tuple[int, int]:
    """The (width, height) that a picture has once its long edge is at most `size`; at least one pixel, never larger."""
    longest = max(width, height)
    if size is None or longest <= size:
        return width, height
    return max(1, round(width * size / longest)), max(1, round(height * size / longest))


def resize(picture: Picture, width: int, height: int, box: tuple[float, float, float, float] | None = None) -> Picture:
    """Resample to exactly width x height, from `box` (left, top, right, bottom, in pixels) or the whole picture.

    Reducing averages the area that each new pixel covers; enlarging interpolates linearly. Give linear light.
    """
    rows, columns = picture.shape[:2]
    left, top, right, bottom = box or (0.0, 0.0, float(columns), float(rows))
    if (left, top, right, bottom) == (0, 0, width, height) == (0, 0, columns, rows):
        return picture
    if width <= right - left + _ROUNDING and height <= bottom - top + _ROUNDING:
        return _averaged(_averaged(picture, top, bottom, height).swapaxes(0, 1), left, right, width).swapaxes(0, 1)
    channels = [
        Image.fromarray(np.ascontiguousarray(picture[..., channel], dtype=np.float32)).resize(
            (width, height), Image.Resampling.BILINEAR, box=(left, top, right, bottom)
        )
        for channel in range(3)
    ]
    return np.stack([np.asarray(channel, dtype=np.float32) for channel in channels], axis=-1)


def encode_jpeg(srgb: Floats, quality: int = 90) -> bytes:
    """An sRGB-encoded picture, 0..1, as a JPEG file without chroma subsampling."""
    return _encode(srgb, "JPEG", quality=quality, subsampling=0)


def encode_webp(srgb: Floats, quality: int = 80) -> bytes:
    """An sRGB-encoded picture, 0..1, as a WebP file."""
    return _encode(srgb, "WEBP", quality=quality)


def _averaged(picture: Picture, start: float, stop: float, count: int) -> Picture:
    """The rows from `start` to `stop` as at most as many rows, each the mean of those that it covers.

    A row that is covered in part counts for its part. Pillow's box filter takes it whole or not at all, which moves
    edges by up to half a pixel: two pictures reduced by different amounts would then differ where they do not.
    """
    rows = picture.shape[0]
    edges = np.linspace(start, stop, count + 1)
    first = np.minimum(edges.astype(np.intp), rows)
    share = (edges - first).astype(np.float32)[:, np.newaxis, np.newaxis]
    # The sum of the whole rows from one edge's row to the next one's, then each edge's part of its own row.
    inside = first[first < rows]
    sums = np.zeros((count, *picture.shape[1:]), dtype=np.float32)
    sums[: len(inside)] = np.add.reduceat(picture, inside, axis=0)[:count]
    sums[first[1:] == first[:-1]] = 0  # rounding can put two edges into one row, which `reduceat` takes as a sum of one
    parts = picture[np.minimum(first, rows - 1)] * share
    return np.asarray((sums - parts[:-1] + parts[1:]) * np.float32(count / (stop - start)))


def _encode(srgb: Floats, file_format: str, **options: int) -> bytes:
    levels = np.rint(np.clip(srgb, 0, 1) * 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(levels).save(file, file_format, **options)
    return file.getvalue()


def _in_own_frame(opened: Image.Image) -> Image.Image:
    """The picture as the file stores it. Pillow turns a TIFF by its orientation while it loads, and drops the tag."""
    stated = opened.getexif().get(_ORIENTATION, 1)
    opened.load()
    if opened.getexif().get(_ORIENTATION, 1) == stated or stated not in _UNDO:
        return opened
    return opened.transpose(_UNDO[stated])


def _in_srgb(image: Image.Image) -> Image.Image:
    """The picture in mode RGB, or I;16 for deep greyscale, in sRGB's encoding."""
    profile = image.info.get("icc_profile")
    if image.mode == "F":
        raise ValueError("floating-point pixels have no fixed white")
    if image.mode.startswith("I"):
        return image.convert("I;16") if image.mode != "I;16" else image
    if image.mode in ("P", "PA", "LA", "La", "RGBa", "1") or "transparency" in image.info:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode == "RGBA":
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image).convert("RGB")
    if profile and image.mode in ("RGB", "CMYK", "L", "LAB"):
        image = _convert_profile(image, profile)
    return image if image.mode == "RGB" else image.convert("RGB")


def _convert_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Into sRGB through the embedded profile; unchanged when the profile is broken or of another kind of picture."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            image,
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError):
        return image
    return converted if converted is not None else image


def _to_linear(image: Image.Image, size: int | None) -> Picture:
    """Linear light, reduced. Works in strips, so that a 150-megapixel picture never stands in memory as floats."""
    width, height = fitted(image.width, image.height, size)
    if (width, height) == image.size:
        return _linear_strip(np.asarray(image))
    # One strip of output rows at a time.
    output = np.empty((height, width, 3), dtype=np.float32)
    ratio = image.height / height
    rows = max(1, int(_STRIP_PIXELS / (image.width * ratio)))
    for first in range(0, height, rows):
        last = min(first + rows, height)
        top, bottom = first * ratio, last * ratio
        above, below = int(top), min(image.height, int(np.ceil(bottom)))
        strip = _linear_strip(np.asarray(image.crop((0, above, image.width, below))))
        box = (0.0, top - above, float(image.width), min(bottom - above, float(below - above)))
        output[first:last] = resize(strip, width, last - first, box)
    return output


def _linear_strip(levels: NDArray[np.uint8] | NDArray[np.uint16]) -> Picture:
    if levels.dtype == np.uint8:
        return _DECODE_8_BITS[levels]
    gray = srgb_decode(levels.astype(np.float32) / 65535)
    return np.repeat(gray[..., np.newaxis], 3, axis=-1)
