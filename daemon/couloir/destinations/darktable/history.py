"""The history of a darktable sidecar: modules with their parameters, packed as its structs, into and out of XMP.

Layouts are those of darktable's own sources, of versions that 3.8 and all later ones read (each program converts older
ones): `src/iop/colorin.c` version 7, `channelmixerrgb.c` 3, `rgbcurve.c` 1, `vignette.c` 4, `crop.c` 1, `clipping.c` 5,
`flip.c` 2.
darktable 4.2.1 draws what is written here as computed, within one 8-bit level on average (tests/destinations).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from lxml import etree

from couloir.destinations.points import Points
from couloir.lightroom.rdf import Properties, name, parse, serialize

MOST_POINTS: Final = 20
_XMP_VERSION: Final = "4"
_BLENDING: Final = ("11", "gz11eJxjYGBgkGAAgRNODESDBnsIHll8ANNSGQM=")
"""darktable's version and default parameters of blending: none, the whole picture."""
_PROFILE: Final = "colorin"
_BYPASS: Final = 4  # no chromatic adaptation: the mixer alone
_MIXER_VERSION: Final = 2
_MONOTONE: Final = 2
_INDEPENDENT: Final = 1
_NO_NORM: Final = 0
_DAYLIGHT: Final = (0.3127, 0.3290, 6504.0)


class Profile(IntEnum):
    """darktable's numbers of colour profiles."""

    SRGB = 1
    ADOBE_RGB = 2
    LINEAR_REC709 = 3
    EMBEDDED = 9
    ENHANCED_MATRIX = 12


_FLIPS: Final = {1: 0, 2: 2, 3: 3, 4: 1, 5: 4, 6: 5, 7: 7, 8: 6}
"""The flip module's bits for each EXIF code."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a history: a module, the version of its parameters, and these as bytes."""

    module: str
    version: int
    parameters: bytes


def input_profile(profile: Profile) -> Step:
    """Read the file in `profile`, and compute in linear Rec709, whose primaries are sRGB's."""
    packed = struct.pack("<i512siiii512s", profile, b"", 0, 0, 0, Profile.LINEAR_REC709, b"")
    return Step(_PROFILE, 7, packed)


def color_calibration(matrix: Sequence[Sequence[float]]) -> Step:
    """Mix the three linear channels: each row makes one."""
    rows = b"".join(struct.pack("<4f", *row, 0.0) for row in matrix)
    others = bytes(3 * 4 * 4 + 6 * 4 + 3 * 4)  # saturation, lightness, grey; their normalisation; the illuminant
    tail = struct.pack("<i4f2i", _BYPASS, *_DAYLIGHT, 0.0, 0, _MIXER_VERSION)
    return Step("channelmixerrgb", 3, rows + others + tail)


def rgb_curve(channels: Sequence[Points]) -> Step:
    """A curve for red, green and blue: points (x, y) on the scale of L*, 0..1, joined by monotone splines."""
    nodes = b""
    for points in channels:
        packed = b"".join(struct.pack("<2f", *point) for point in points)
        nodes += packed + bytes(8 * (MOST_POINTS - len(points)))
    counts = struct.pack("<3i", *(len(points) for points in channels))
    tail = struct.pack("<3i3i", *[_MONOTONE] * 3, _INDEPENDENT, 1, _NO_NORM)
    return Step("rgbcurve", 1, nodes + counts + tail)


def vignette(begins: float, width: float, brightness: float) -> Step:
    """Darken what is farther from the middle than `begins`, by 1 + `brightness` (0 to -1) of its light from `begins +
    width` on: distances in halves of the picture's long edge.
    """
    place = (100 * begins, 100 * width, brightness, 0.0, 0.0, 0.0)  # saturation and centre stay
    return Step("vignette", 4, struct.pack("<6fi2f2i", *place, 0, 1.0, 1.0, 0, 1))


def crop(left: float, top: float, right: float, bottom: float) -> Step:
    """Cut the oriented picture: edges as fractions of it."""
    return Step("crop", 1, struct.pack("<4f2i", left, top, right, bottom, -1, -1))


def crop_and_rotate(angle: float, left: float, top: float, right: float, bottom: float) -> Step:
    """Turn the oriented picture clockwise by `angle` degrees, and cut the canvas that this enlarges: edges as fractions
    of it.
    """
    keystone = struct.pack("<8f", 0.2, 0.2, 0.8, 0.2, 0.8, 0.8, 0.2, 0.8)
    edges = struct.pack("<7f", angle, left, top, right, bottom, 0.0, 0.0)
    return Step("clipping", 5, edges + keystone + struct.pack("<6i", *[0] * 4, -2, -2))


def orient(orientation: int) -> Step:
    """Show the file's pixels as this EXIF code says, whatever the file itself states."""
    return Step("flip", 2, struct.pack("<i", _FLIPS.get(orientation, 0)))


def put_history(packet: bytes, steps: Sequence[Step], labels: Sequence[int], toolkit: str) -> bytes:
    """The packet with this history and these colour labels, as darktable's own sidecar has them.

    A history without an input profile says nothing about colours: darktable's default look then stays under it.
    """
    photo = parse(packet, toolkit)
    photo.set_text("darktable:xmp_version", _XMP_VERSION)
    if steps:
        is_whole = any(step.module == _PROFILE for step in steps)
        stated = {"raw_params": "0", "auto_presets_applied": str(int(is_whole)), "iop_order_version": "2"}
        for key, value in {**stated, "history_end": str(len(steps))}.items():
            photo.set_text(f"darktable:{key}", value)
    if labels:
        photo.set_items("darktable:colorlabels", "Seq", [str(label) for label in labels])
    photo.remove("darktable:history")
    if not steps:
        return serialize(photo, toolkit)
    listed = etree.SubElement(etree.SubElement(photo.node, name("darktable:history")), name("rdf:Seq"))
    for number, step in enumerate(steps):
        entry = Properties(etree.SubElement(listed, name("rdf:li")))
        entry.set_text("darktable:num", str(number))
        entry.set_text("darktable:operation", step.module)
        entry.set_text("darktable:enabled", "1")
        entry.set_text("darktable:modversion", str(step.version))
        entry.set_text("darktable:params", step.parameters.hex())
        entry.set_text("darktable:multi_name", "")
        entry.set_text("darktable:multi_priority", "0")
        entry.set_text("darktable:blendop_version", _BLENDING[0])
        entry.set_text("darktable:blendop_params", _BLENDING[1])
    return serialize(photo, toolkit)


def read_history(packet: bytes, item: str) -> tuple[Step, ...]:
    """The history that `put_history` wrote. Raises BadXmp, and ValueError for parameters that are no hexadecimal."""
    listed = parse(packet, item).element("darktable:history")
    entries = [] if listed is None else [Properties(each) for each in listed.iter(name("rdf:li"))]
    return tuple(
        Step(
            entry.text("darktable:operation") or "",
            int(entry.text("darktable:modversion") or 0),
            bytes.fromhex(entry.text("darktable:params") or ""),
        )
        for entry in entries
    )
