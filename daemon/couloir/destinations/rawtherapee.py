"""The door to RawTherapee: FILE.EXT.pp3 beside each edited photograph.

A processing profile that states what differs from RawTherapee's neutral one. Its channel mixer acts on the linear
working space, here sRGB's, and its RGB curves after it on encoded values: RawTherapee 5.9 draws both as computed, to
one 8-bit level on average (tests/destinations). Metadata is in the photo's XMP, which RawTherapee reads.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from couloir.color.splines import natural_spline
from couloir.destinations.carries import state_folding
from couloir.destinations.door import Control, Door, Photograph, PhotoVersion, SideFiles
from couloir.destinations.folding import GRID, NOTHING_FOLDED, Fold, Samples, fold_version, judge_folded
from couloir.destinations.frames import show_rectangle, show_size, turn_between
from couloir.destinations.points import choose_points
from couloir.lightroom.settings import PhotoKind

_SOURCE: Final = "drawn by RawTherapee 5.9 as computed"
_MOST_POINTS: Final = 24
_SPLINE: Final = 1  # RawTherapee's number of a curve through points
_THOUSAND: Final = 1000  # the mixer's unit

CONTROLS: Final = (
    Control("Channel Mixer/Red", -2000, 2000, "thousandths of red, green and blue, linear", _SOURCE),
    Control("Channel Mixer/Green", -2000, 2000, "thousandths of red, green and blue, linear", _SOURCE),
    Control("Channel Mixer/Blue", -2000, 2000, "thousandths of red, green and blue, linear", _SOURCE),
    Control("RGB Curves/rCurve, gCurve, bCurve", 0, 1, "points (x, y), encoded", _SOURCE),
    Control("Crop/X, Y, W, H", None, None, "pixels of the oriented picture from its top left", _SOURCE),
    Control("Rotation/Degree", -45, 45, "degrees, a positive one turns the picture counter-clockwise", _SOURCE),
    Control("Coarse Transformation/Rotate", 0, 270, "degrees clockwise", _SOURCE),
)
CAPABILITIES: Final = state_folding("Channel Mixer", "RGB Curves", "Crop", "Rotation")

Sections = dict[str, dict[str, object]]


class RawTherapee(Door):
    """The door to RawTherapee. Without an edit nothing is written beside a photo."""

    name = "rawtherapee"
    title = "RawTherapee"
    how_to_open = "In RawTherapee's file browser, open the folder {folder}."
    controls = CONTROLS
    capabilities = CAPABILITIES

    def write(self, photo: Photograph, versions: Sequence[PhotoVersion]) -> SideFiles:
        """The processing profile of the first version."""
        main = versions[0]
        fold = NOTHING_FOLDED if main.bare else fold_version(main)
        outcomes = (judge_folded(CAPABILITIES, main, fold),)
        sections = {**_turned(photo, main), **_framed(photo, main), **_colored(photo, fold, bare=main.bare)}
        if not sections:
            return SideFiles({}, outcomes)
        return SideFiles({PurePosixPath(f"{photo.name}.pp3"): write_profile(sections)}, outcomes)


def write_profile(sections: Mapping[str, Mapping[str, object]]) -> bytes:
    """A processing profile with these sections and keys; what it does not state is RawTherapee's neutral value."""
    stated: Sections = {
        "Version": {"AppVersion": "5.9", "Version": 349},
        "Exposure": {"Auto": "false", "HistogramMatching": "false"},
        "Sharpening": {"Enabled": "false"},
    }
    for title, values in sections.items():
        stated.setdefault(title, {}).update(values)
    lines = []
    for title, values in stated.items():
        lines += [f"[{title}]", *(f"{key}={value}" for key, value in values.items()), ""]
    return "\n".join(lines).encode()


def read_profile(content: bytes) -> dict[str, dict[str, str]]:
    """The sections and keys of a processing profile, as texts. Raises ValueError for a line of no known form."""
    sections: dict[str, dict[str, str]] = {}
    values: dict[str, str] = {}
    for line in content.decode("utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            values = sections.setdefault(line[1:-1], {})
        elif line:
            key, equals, value = line.partition("=")
            if not equals:
                raise ValueError(f"{line!r} is neither a section nor a value")
            values[key] = value
    return sections


def _colored(photo: Photograph, fold: Fold, *, bare: bool) -> Sections:
    if fold.is_identity and not bare:
        return {}
    sections: Sections = {
        "Color Management": {
            "InputProfile": "(cameraICC)" if photo.kind is PhotoKind.RAW else "(embedded)",
            "ToneCurve": "false",
            "ApplyLookTable": "false",
            "WorkingProfile": "sRGB",
            "OutputProfile": "RTv4_sRGB",
        }
    }
    if bare:
        return sections
    if fold.mixes:
        rows = (";".join(str(round(part * _THOUSAND)) for part in row) + ";" for row in fold.matrix.tolist())
        sections["Channel Mixer"] = {"Enabled": "true", **dict(zip(("Red", "Green", "Blue"), rows, strict=True))}
    curves = dict(zip(("rCurve", "gCurve", "bCurve"), map(_curve, fold.curves), strict=True))
    sections["RGB Curves"] = {"Enabled": "true", "LumaMode": "false", **curves}
    return sections


def _curve(samples: Samples) -> str:
    points = choose_points(GRID, samples, natural_spline, _MOST_POINTS)
    return f"{_SPLINE};" + "".join(f"{x:.6f};{y:.6f};" for x, y in points)


def _framed(photo: Photograph, main: PhotoVersion) -> Sections:
    crop = main.translation.crop
    if crop is None or photo.width is None or photo.height is None:
        return {}
    center_x, center_y, across, down, angle = show_rectangle(crop, photo.width, photo.height, main.orientation)
    width, height = show_size(photo.width, photo.height, main.orientation)
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    right, below = center_x - width / 2, center_y - height / 2
    left = max(0, round(width / 2 + right * cos + below * sin - across / 2))
    top = max(0, round(height / 2 + below * cos - right * sin - down / 2))
    sections: Sections = {
        "Crop": {
            "Enabled": "true",
            "X": left,
            "Y": top,
            "W": max(1, min(round(across), width - left)),
            "H": max(1, min(round(down), height - top)),
            "FixedRatio": "false",
        }
    }
    if abs(angle) >= 1e-6:
        sections["Rotation"] = {"Degree": round(angle, 4)}
        sections["Common Properties for Transformations"] = {"AutoFill": "false"}
    return sections


def _turned(photo: Photograph, main: PhotoVersion) -> Sections:
    mirrored, turn = turn_between(photo.orientation, main.orientation)
    if not mirrored and not turn:
        return {}
    flip = {"HorizontalFlip": "true"} if mirrored else {}
    return {"Coarse Transformation": {"Rotate": turn, **flip}}
