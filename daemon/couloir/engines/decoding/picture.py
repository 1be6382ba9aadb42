"""Decodes a picture file to linear sRGB with Pillow. It runs after `limits`, in this process or in a worker."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from couloir.color.spaces import srgb_decode
from couloir.engines.decoding.limits import MAX_PIXELS, DecodingRefusal, FileHeader, Use
from couloir.engines.protocol import Picture
from couloir.engines.resampling import fit_size, resize

DECODER_ERRORS: Final = (
    DecodingRefusal,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""The exceptions of Pillow's decoders for broken input, and ours for input beyond the limits."""

# Pillow's own limit warns at 89 megapixels and refuses at twice that, short of large cameras.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

_ORIENTATION: Final = 0x0112
_UNDO: Final = {6: 8, 8: 6}  # the other turns take themselves back
_STRIP_PIXELS: Final = 250_000  # few enough to stay in a processor's cache: twice as fast as four million
_DRAFT: Final = 2  # times the wanted size: a JPEG of a thumbnail is decoded at the least of its sizes above this
_STRIP_ROWS: Final = 64
_JPEG_END: Final = b"\xff\xd9"
_STEPS: Final = np.arange(0, 256, 15, dtype=np.uint8)
_COLORS: Final = np.stack(np.meshgrid(_STEPS, _STEPS, _STEPS), axis=-1).reshape(1, -1, 3)
_DECODE_8_BITS: Final = srgb_decode(np.arange(256, dtype=np.float64) / 255).astype(np.float32)


def decode(
    file: BinaryIO, look: FileHeader, use: Use, size: int | None, *, orient: bool
) -> tuple[Picture, float | None]:
    """Decode as `couloir.engines.pixels.load_pixels` describes. Returns the picture, and the share of rows that are
    missing from a truncated JPEG, None for a whole picture. Raises one of DECODER_ERRORS.
    """
    try:
        return _decoded(file, look, use, size, orient=orient, is_cut=False)
    except OSError as error:
        # Given the missing end marker, libjpeg returns what it has decoded. Pillow's own switch for this is global.
        if look.format != "JPEG" or "truncated" not in str(error):
            raise
    return _decoded(file, replace(look, data=look.data + _JPEG_END), use, size, orient=orient, is_cut=True)


def _decoded(
    file: BinaryIO, look: FileHeader, use: Use, size: int | None, *, orient: bool, is_cut: bool
) -> tuple[Picture, float | None]:
    with _opened(file, look, use) as opened:
        stated = _orientation(opened)
        if use is Use.THUMBNAIL and size is not None and look.format == "JPEG":
            opened.draft(opened.mode, (_DRAFT * size, _DRAFT * size))
        opened.load()
        # Pillow turns a TIFF by its orientation while it loads, and drops the tag.
        turned = _orientation(opened) != stated
        missing = _missing(opened) if is_cut else None
        linear = _to_linear(opened, size)
    if orient == turned:
        return linear, missing
    return _turned(linear, stated if orient else _UNDO.get(stated, stated)), missing


def _missing(image: Image.Image) -> float:
    """The share of rows at the end without data, which libjpeg fills with the mean of the last block."""
    last = np.asarray(image.crop((image.width - 1, image.height - 1, image.width, image.height)))[0, 0]
    for bottom in range(image.height, 0, -_STRIP_ROWS):
        top = max(0, bottom - _STRIP_ROWS)
        rows = np.asarray(image.crop((0, top, image.width, bottom))).reshape(bottom - top, -1, last.size)
        there = np.flatnonzero((rows != last).any(axis=(1, 2)))
        if there.size:
            return 1 - (top + int(there[-1]) + 1) / image.height
    return 1.0


def header(file: BinaryIO, look: FileHeader, use: Use) -> tuple[int, int, int]:
    """(width, height, EXIF orientation) without decoding the pixels. Raises one of DECODER_ERRORS."""
    with _opened(file, look, use) as opened:
        return (*opened.size, _orientation(opened))


def _opened(file: BinaryIO, look: FileHeader, use: Use) -> Image.Image:
    # Only the format that the header check found: no other decoder of Pillow gets an untrusted file. A multi-picture
    # JPEG (MPO) is opened by the JPEG decoder.
    source = io.BytesIO(look.data) if look.format == "JPEG" else file
    opened = Image.open(source, formats=(look.format,))
    look.check_size(*opened.size, use)
    return opened


def _orientation(opened: Image.Image) -> int:
    code = opened.getexif().get(_ORIENTATION, 1)
    return code if code in range(1, 9) else 1


def _turned(picture: Picture, code: int) -> Picture:
    """The picture with an EXIF orientation applied."""
    if code in (5, 6, 7, 8):
        picture = picture.swapaxes(0, 1)
    if code in (2, 3, 6, 7):
        picture = picture[:, ::-1]
    if code in (3, 4, 7, 8):
        picture = picture[::-1]
    return np.ascontiguousarray(picture)


class _Converter:
    """Converts parts of a picture to mode RGB, or I;16 for deep greyscale, in sRGB's encoding."""

    def __init__(self, image: Image.Image) -> None:
        if image.mode == "F":
            raise ValueError("floating-point pixels have no fixed white")
        self._transform: ImageCms.ImageCmsTransform | None = None
        profile = image.info.get("icc_profile")
        sample = self._plain(image.crop((0, 0, 1, 1)))
        if profile and sample.mode in ("RGB", "CMYK", "L", "LAB"):
            self._transform = _transform(profile, sample)

    def __call__(self, part: Image.Image) -> Image.Image:
        part = self._plain(part)
        if part.mode == "I;16":
            return part
        if self._transform is not None:
            converted = ImageCms.applyTransform(part, self._transform)
            part = converted if converted is not None else part
        return part if part.mode == "RGB" else part.convert("RGB")

    @staticmethod
    def _plain(image: Image.Image) -> Image.Image:
        """The picture without a palette and without transparency, which is composed on white."""
        if image.mode.startswith("I"):
            return image.convert("I;16") if image.mode != "I;16" else image
        if image.mode in ("P", "PA", "LA", "La", "RGBa", "1") or "transparency" in image.info:
            image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        if image.mode == "RGBA":
            white = Image.new("RGBA", image.size, "white")
            image = Image.alpha_composite(white, image).convert("RGB")
        return image


def _transform(profile: bytes, sample: Image.Image) -> ImageCms.ImageCmsTransform | None:
    """The transform to sRGB from the embedded profile; None if that is sRGB, broken or for another kind of picture."""
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            sample.mode,
            "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        )
        ImageCms.applyTransform(sample, transform)
        if sample.mode == "RGB" and _changes_nothing(transform):
            return None
    except (ImageCms.PyCMSError, OSError):
        return None
    return transform


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether the profile is sRGB itself, as most previews state: converting each pixel takes longer than decoding."""
    converted = ImageCms.applyTransform(Image.fromarray(_COLORS), transform)
    return converted is not None and bool(np.abs(np.asarray(converted, np.int16) - _COLORS).max() <= 1)


def _to_linear(image: Image.Image, size: int | None) -> Picture:
    """Linear light, reduced. It works in strips, so that a 150-megapixel picture is never held as floats or twice.

    From all of the file's pixels: libjpeg's decoding at a half or a quarter of the size (Pillow's `draft`) takes the
    means of gamma-coded values, which are darker than what one sees from afar. At 96 pixels that makes 0.5 CIEDE2000
    on average, and 1.2 where there is much fine detail. Only thumbnails are decoded so: nothing is measured on them.
    """
    convert = _Converter(image)
    width, height = fit_size(image.width, image.height, size)
    output = np.empty((height, width, 3), dtype=np.float32)
    # One strip of output rows at a time.
    ratio = image.height / height
    rows = max(1, int(_STRIP_PIXELS / (image.width * ratio)))
    for first in range(0, height, rows):
        last = min(first + rows, height)
        top, bottom = first * ratio, last * ratio
        above, below = int(top), min(image.height, int(np.ceil(bottom)))
        strip = _linear_strip(np.asarray(convert(image.crop((0, above, image.width, below)))))
        box = (0.0, top - above, float(image.width), min(bottom - above, float(below - above)))
        output[first:last] = resize(strip, width, last - first, box)
    return output


def _linear_strip(levels: NDArray[np.uint8] | NDArray[np.uint16]) -> Picture:
    if levels.dtype == np.uint8:
        return np.take(_DECODE_8_BITS, levels, mode="clip")
    gray = srgb_decode(levels.astype(np.float32) / 65535)
    return np.repeat(gray[..., np.newaxis], 3, axis=-1)
