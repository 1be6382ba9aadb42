"""A learnt profile as an ICC input profile (`scnr`, RGB to Lab), as Capture One reads them for a camera.

What the file does is exact: its table has the look that the DCP has, and colour engines read it so. What Capture One
gives it is not public: taken here are the camera's colours, balanced so that grey has three equal numbers, 1 where the
sensor saturates, encoded by an exponent (1: as light). Its own curve would be Linear Response then. Nobody has tried
it: docs/unverified.md has the test.

The form is that of ICC.1:2001-04 (version 2.4): `mft2`, whose Lab has L* 100 at 0xFF00 and a*, b* 0 at 0x8000.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from typing import Final

import numpy as np

from couloir.color.adaptation import white_xyz
from couloir.color.arrays import Floats, apply_matrix, invert
from couloir.color.spaces import D50, D65, XYZ_D50_TO_PROPHOTO, srgb_encode, xyz_to_lab
from couloir.color.temperature import daylight_xy
from couloir.engines.dng import ColorModel, scene_colors, tone_scene
from couloir.errors import BadProfile
from couloir.profiles.camera_profile import CameraProfile

SUFFIX: Final = ".icm"
_NODES: Final = 33
_ENTRIES: Final = 4096  # of the tables that place the nodes evenly for the eye; the most that the form allows
_DAYLIGHT: Final = 5500.0
_WHITE: Final = struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)  # D50 in the numbers that ICC.1 gives
_STRAIGHT: Final = np.array([0, 0xFFFF], dtype=">u2").tobytes()


def icc_bytes(profile: CameraProfile, stops: float = 0.0, exponent: float = 1.0) -> bytes:
    """The profile in daylight. `stops` is the camera's baseline exposure; `exponent` decodes what the file is given to
    light. The same profile, the same bytes. Raises BadProfile for one without the camera's matrices.
    """
    if not profile.look.calibrations:
        raise BadProfile(item=profile.name, why="it has no matrices of the camera")
    entries = np.linspace(0.0, 1.0, _ENTRIES)
    table = _u16(srgb_encode(entries**exponent) * 0xFFFF)
    lab = _lab(_light_of_nodes(), profile, stops)
    place = lab * (0xFF00 / 100, 0x100, 0x100) + (0, 0x8000, 0x8000)
    body = b"mft2\0\0\0\0" + struct.pack(">4B", 3, 3, _NODES, 0)
    body += struct.pack(">9i", *(0x10000 if row == column else 0 for row in range(3) for column in range(3)))
    body += struct.pack(">2H", _ENTRIES, 2) + table * 3 + _u16(place) + _STRAIGHT * 3
    tags = {
        b"desc": _description(f"{profile.name} (unproved)"),
        b"cprt": b"text\0\0\0\0" + profile.copyright.encode("ascii", "replace") + b"\0",
        b"wtpt": b"XYZ \0\0\0\0" + _WHITE,
        b"A2B0": body,
    }
    return _file(tags)


def icc_name(camera: str) -> str:
    """The file name by which Capture One lists a profile under its camera, as its own files are named."""
    return f"{re.sub(r'[^A-Za-z0-9+-]+', '', camera) or 'Camera'}-Aperture{SUFFIX}"


def _light_of_nodes() -> Floats:
    """(33 * 33 * 33, 3): the balanced light of each node, blue fastest."""
    axis = np.linspace(0.0, 1.0, _NODES)
    light = np.where(axis <= 0.040449936, axis / 12.92, ((axis + 0.055) / 1.055) ** 2.4)
    red, green, blue = np.meshgrid(light, light, light, indexing="ij")
    return np.stack([red, green, blue], axis=-1).reshape(-1, 3)


def _lab(light: Floats, profile: CameraProfile, stops: float) -> Floats:
    """L*a*b* relative to D50 of balanced camera colours (n, 3) under the profile, in daylight."""
    model = ColorModel(profile.look.calibrations, (1.0, 1.0, 1.0))
    white = daylight_xy(_DAYLIGHT)
    scene = scene_colors(light * model.neutral_of(white), model, profile.look, white)
    toned = tone_scene(scene, profile.look, stops + profile.look.exposure_offset)
    xyz = apply_matrix(invert(XYZ_D50_TO_PROPHOTO), toned)
    return xyz_to_lab(xyz / white_xyz(D50) * white_xyz(D65))


def _description(text: str) -> bytes:
    """A textDescriptionType: ASCII, with empty Unicode and ScriptCode parts."""
    told = text.encode("ascii", "replace") + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(told)) + told + bytes(4 + 4 + 2 + 1 + 67)


def _file(tags: Mapping[bytes, bytes]) -> bytes:
    at = 128 + 4 + 12 * len(tags)
    directory, data = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        directory += name + struct.pack(">2I", at + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    size = at + len(data)
    head = struct.pack(
        ">I4sI4s4s4s6H4s", size, bytes(4), 0x02400000, b"scnr", b"RGB ", b"Lab ", 2026, 1, 1, 0, 0, 0, b"acsp"
    )
    head += bytes(68 - len(head)) + _WHITE  # the date is always the same: the same profile, the same bytes
    return head + bytes(128 - len(head)) + directory + data


def _u16(values: Floats) -> bytes:
    return np.clip(np.rint(values), 0, 0xFFFF).astype(">u2").tobytes()
