"""Bytes of the original files: JPEG and PNG through Pillow, TIFF, DNG and stand-ins by hand, all with EXIF."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from couloir.color.spaces import srgb_decode, srgb_encode
from sample_library import clock, tiff
from sample_library.geometry import Size
from sample_library.photographs import TINY_VARIANTS, Pixels, photograph, real_photograph, small_photograph
from sample_library.plan import Original, Plan

QUALITY = 90
STAND_IN_EDGE = 160


@dataclass(frozen=True, slots=True)
class Picture:
    """What a file shows: linear sRGB pixels in the sensor's frame, and the bytes of the file."""

    linear: Pixels
    content: bytes


def make_original(plan: Plan, original: Original, *, tiny: bool, photographs: Sequence[Path] = ()) -> Picture:
    """The file of one original and the light that Aperture would find in it; `photographs` are shown where given."""
    variant = plan.picture_seed % TINY_VARIANTS
    if tiny:
        linear = small_photograph(variant, plan.size)
    elif photographs:
        linear = real_photograph(photographs[plan.picture_seed % len(photographs)], plan.size)
    else:
        linear = photograph(plan.picture_seed, plan.size, tuple(face.area for face in plan.faces))
    match original.kind.extension:
        case ".JPG":
            body = _small_jpeg(variant, plan.size) if tiny else _jpeg(_encoded(linear))
            return Picture(_decoded(body), _with_exif(body, exif_segment(plan), plan.seed_text))
        case ".DNG":
            stored = np.rint(np.clip(linear, 0, 1) * 65535).astype(np.float32) / np.float32(65535)
            content = tiff.linear_dng(linear, plan.camera.model, _camera(plan), _directories(plan))
            return Picture(stored, content)
        case ".CR2" | ".NEF":
            step = max(1, max(plan.size) // STAND_IN_EDGE)
            small = np.ascontiguousarray(_encoded(linear[::step, ::step]))
            return Picture(linear, tiff.rgb_tiff(small, _camera(plan), _directories(plan)))
        case ".tif":
            levels = _encoded(linear)
            entries = [*_camera(plan), *_RESOLUTION]
            return Picture(_linear(levels), tiff.rgb_tiff(levels, entries, _directories(plan)))
        case ".png":
            file = io.BytesIO()
            levels = _encoded(linear)
            Image.fromarray(levels).save(file, "PNG", exif=exif_segment(plan))
            return Picture(_linear(levels), file.getvalue())
        case _:
            brand = b"heic" if original.kind.four_cc == "heic" else b"qt  "
            return Picture(linear, _box_stand_in(brand, plan.seed_text.encode("ascii")))


def _box_stand_in(brand: bytes, payload: bytes) -> bytes:
    """A stand-in for HEIC and movies: the right first box and data that decodes to nothing."""
    boxes = (b"ftyp", brand + b"\0\0\0\0" + brand), (b"mdat", payload * 64)
    return b"".join(struct.pack(">I4s", len(body) + 8, name) + body for name, body in boxes)


def _encoded(linear: Pixels) -> np.ndarray:
    return np.rint(np.clip(srgb_encode(linear), 0, 1) * 255).astype(np.uint8)


def _linear(levels: np.ndarray) -> Pixels:
    return srgb_decode(levels.astype(np.float32) / np.float32(255)).astype(np.float32)


def _jpeg(levels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


@lru_cache(maxsize=128)
def _small_jpeg(variant: int, size: Size) -> bytes:
    return _jpeg(_encoded(small_photograph(variant, size)))


@lru_cache(maxsize=128)
def _decoded(body: bytes) -> Pixels:
    with Image.open(io.BytesIO(body)) as image:
        return _linear(np.asarray(image.convert("RGB")))


def _with_exif(body: bytes, exif: bytes, comment: str) -> bytes:
    """A JPEG with an Exif segment and a comment that makes its bytes unique; the compressed picture stays as it is."""
    segments = ((b"\xff\xe1", exif), (b"\xff\xfe", comment.encode("ascii")))
    inserted = b"".join(mark + struct.pack(">H", len(data) + 2) + data for mark, data in segments)
    return body[:2] + inserted + body[2:]


def local_time(plan: Plan) -> datetime | None:
    """When the picture was taken, in its own zone."""
    if plan.stamp is None:
        return None
    return clock.moment(plan.stamp).astimezone(clock.zone(plan.zone))


_RESOLUTION: tuple[tiff.Entry, ...] = (
    (282, tiff.RATIONAL, (Fraction(72),)),
    (283, tiff.RATIONAL, (Fraction(72),)),
    (296, tiff.SHORT, (2,)),  # inches
)
_CENTERED: tiff.Entry = (531, tiff.SHORT, (1,))  # YCbCrPositioning


def exif_segment(plan: Plan) -> bytes:
    """What a JPEG or PNG carries: all that the Exif standard asks for, and camera, exposure, date and place."""
    width, height = plan.size
    directories = dict(_directories(plan))
    directories[tiff.EXIF_DIRECTORY] = [
        *directories[tiff.EXIF_DIRECTORY],
        (37121, tiff.UNDEFINED, b"\1\2\3\0"),  # ComponentsConfiguration: YCbCr
        (40962, tiff.LONG, (width,)),
        (40963, tiff.LONG, (height,)),
    ]
    return b"Exif\0\0" + tiff.tiff([*_camera(plan), *_RESOLUTION, _CENTERED], directories)


def _camera(plan: Plan) -> list[tiff.Entry]:
    entries: list[tiff.Entry] = [
        (271, tiff.ASCII, tiff.text(plan.camera.make)),
        (272, tiff.ASCII, tiff.text(plan.camera.model)),
        (274, tiff.SHORT, (plan.orientation,)),
        (305, tiff.ASCII, tiff.text("Couloir sample")),
    ]
    taken = local_time(plan)
    if taken is not None:
        entries.append((306, tiff.ASCII, tiff.text(taken.strftime("%Y:%m:%d %H:%M:%S"))))
    return entries


def _directories(plan: Plan) -> tiff.Directories:
    shutter, aperture, iso, focal = plan.exposure
    shot: list[tiff.Entry] = [
        (33434, tiff.RATIONAL, (tiff.ratio(shutter),)),
        (33437, tiff.RATIONAL, (tiff.ratio(aperture),)),
        (34855, tiff.SHORT, (iso,)),
        (36864, tiff.UNDEFINED, b"0230"),  # ExifVersion
        (37386, tiff.RATIONAL, (tiff.ratio(focal),)),
        (40960, tiff.UNDEFINED, b"0100"),  # FlashpixVersion
        (40961, tiff.SHORT, (1,)),  # ColorSpace: sRGB
        (42036, tiff.ASCII, tiff.text(plan.camera.lens)),
    ]
    taken = local_time(plan)
    if taken is not None:
        stamp = tiff.text(taken.strftime("%Y:%m:%d %H:%M:%S"))
        shot += [(36867, tiff.ASCII, stamp), (36868, tiff.ASCII, stamp)]
    if plan.place is None:
        return {tiff.EXIF_DIRECTORY: shot}
    place = plan.place
    where: list[tiff.Entry] = [
        (0, tiff.BYTE, (2, 3, 0, 0)),  # GPSVersionID
        (1, tiff.ASCII, b"S\0" if place.latitude < 0 else b"N\0"),
        (2, tiff.RATIONAL, _sexagesimal(place.latitude)),
        (3, tiff.ASCII, b"W\0" if place.longitude < 0 else b"E\0"),
        (4, tiff.RATIONAL, _sexagesimal(place.longitude)),
        (5, tiff.BYTE, (int(place.altitude < 0),)),
        (6, tiff.RATIONAL, (tiff.ratio(abs(place.altitude)),)),
        (27, tiff.UNDEFINED, b"ASCII\0\0\0MANUAL"),  # GPSProcessingMethod
    ]
    return {tiff.EXIF_DIRECTORY: shot, tiff.GPS_DIRECTORY: where}


def _sexagesimal(degrees: float) -> tuple[Fraction, Fraction, Fraction]:
    whole, rest = divmod(abs(degrees), 1)
    minutes, share = divmod(rest * 60, 1)
    return Fraction(int(whole)), Fraction(int(minutes)), Fraction(round(share * 60_000), 1000)
