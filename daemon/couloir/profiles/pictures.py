"""Pictures of a profile's effect: its tone curve, its colour shifts, and photos before and after."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from couloir.color.spaces import srgb_encode, srgb_to_lab
from couloir.engines.dng import PLAIN, Profile, apply_look, baseline, curve_through
from couloir.engines.dng.tables import hsv_to_rgb
from couloir.engines.protocol import Picture
from couloir.profiles.samples import Pair

_SIDE: Final = 420
_MARGIN: Final = 24
_REACH: Final = 70.0  # of a* and b*, at the edge of the wheel


def curve_picture(profile: Profile) -> bytes:
    """The tone curve beside Adobe's default one, both axes sRGB-encoded, as a PNG file."""
    image, pen = _sheet()
    steps = np.linspace(0, 1, 200)
    light = ((steps + 0.055) / 1.055) ** 2.4
    for points, color in (((), "#b0b0b0"), (profile.tone_curve, "#c02020")):
        heights = np.clip(srgb_encode(np.clip(curve_through(points)(light), 0, 1)), 0, 1)
        pen.line([_at(x, y) for x, y in zip(steps, heights, strict=True)], fill=color, width=3)
    pen.text((_MARGIN + 8, _MARGIN + 4), "red: this profile, grey: Adobe's default", fill="#404040")
    return _png(image)


def shifts_picture(profile: Profile) -> bytes:
    """The shifts from the colours of Adobe's default: arrows on the a*b* plane, as a PNG file."""
    image, pen = _sheet()
    for saturation in (0.15, 0.3, 0.45, 0.6):
        hue = np.linspace(0, 6, 24, endpoint=False)
        colors = hsv_to_rgb(hue, np.full_like(hue, saturation), np.full_like(hue, 0.18))
        before, after = (srgb_to_lab(apply_look(colors, each, 0.0).astype(np.float64)) for each in (PLAIN, profile))
        shown = np.rint(apply_look(colors, profile, 0.0) * 255).astype(int)
        for (_, a, b), (_, to_a, to_b), color in zip(before, after, shown.tolist(), strict=True):
            start, end = _on_wheel(a, b), _on_wheel(to_a, to_b)
            pen.line([start, end], fill=tuple(color), width=3)
            pen.ellipse([end[0] - 4, end[1] - 4, end[0] + 4, end[1] + 4], fill=tuple(color))
    pen.text((_MARGIN + 8, _MARGIN + 4), "from Adobe's default to the dots", fill="#404040")
    return _png(image)


def before_and_after(pairs: Sequence[Pair], profile: Profile, height: int = 160) -> bytes:
    """Photos in rows of three, as a JPEG file: Camera Raw's default, the profile, Aperture's preview."""
    rows = [_row(pair, profile, height) for pair in pairs]
    sheet = Image.new("RGB", (max(each.width for each in rows), sum(each.height + 4 for each in rows) - 4), "white")
    top = 0
    for row in rows:
        sheet.paste(row, (0, top))
        top += row.height + 4
    file = io.BytesIO()
    sheet.save(file, "JPEG", quality=85)
    return file.getvalue()


def _row(pair: Pair, profile: Profile, height: int) -> Image.Image:
    drawn = [baseline(pair.camera, pair.model, each) for each in (pair.default, profile)]
    images = [_image(each, height) for each in (*drawn, pair.shown)]
    row = Image.new("RGB", (sum(each.width + 4 for each in images) - 4, height), "white")
    left = 0
    for image in images:
        row.paste(image, (left, 0))
        left += image.width + 4
    return row


def _image(shown: Picture, height: int) -> Image.Image:
    image = Image.fromarray(np.rint(np.clip(shown, 0, 1) * 255).astype(np.uint8))
    return image.resize((max(1, round(image.width * height / image.height)), height))


def _sheet() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (_SIDE, _SIDE), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle([_MARGIN, _MARGIN, _SIDE - _MARGIN, _SIDE - _MARGIN], outline="#d0d0d0")
    return image, pen


def _at(x: float, y: float) -> tuple[float, float]:
    inside = _SIDE - 2 * _MARGIN
    return _MARGIN + float(x) * inside, _SIDE - _MARGIN - float(y) * inside


def _on_wheel(a: float, b: float) -> tuple[float, float]:
    return _at(0.5 + a / _REACH / 2, 0.5 + b / _REACH / 2)


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()
