"""Reads and writes camera profile files (.dcp).

Format: DNG specification 1.7.1, chapter "Camera Profiles": a TIFF directory of profile tags under a magic number of its
own. The facts of a learnt profile are stored as JSON in ImageDescription, which readers of profiles ignore.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from couloir import __version__
from couloir.engines.dng.files import calibration_tags, calibrations, profile, profile_tags
from couloir.engines.dng.tags import DCP_MAGIC, LONG, Tag, Tags, numbers, read_tags, text, write_tags
from couloir.errors import BadProfile
from couloir.profiles.camera_profile import CameraProfile, EmbedPolicy, Facts

MOST_BYTES: Final = 64 * 1024 * 1024
"""Bytes. Larger files are refused unread; Adobe's own largest profiles have about two megabytes."""

_DESCRIPTION: Final = 270
_SOFTWARE: Final = 305
_CAMERA: Final = 50708
_SIGNATURE: Final = 50932
_POLICY: Final = 50941
_COPYRIGHT: Final = 50942

# What the look and the matrices are made of; read and written by engines.dng.files.
_LOOK_TAGS: Final = frozenset(
    {50721, 50722, 50778, 50779, 50964, 50965, 50936, 50937, 50938, 50939, 50940, 50981, 50982}
    | {51107, 51108, 51109, 51110}
)
_OWN_TAGS: Final = frozenset({_DESCRIPTION, _SOFTWARE, _CAMERA, _SIGNATURE, _POLICY, _COPYRIGHT})


def read_profile(path: Path) -> CameraProfile:
    """The profile in a .dcp file. Raises BadProfile with the reason."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadProfile(item=path, why=f"it has more than {MOST_BYTES} bytes")
        return parse_profile(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadProfile(item=path, why=str(error)) from error


def parse_profile(data: bytes) -> CameraProfile:
    """The profile in a .dcp file's bytes. Raises ValueError with the reason."""
    tags = read_tags(data, DCP_MAGIC)
    own = calibrations(tags)
    if not own:
        raise ValueError("it has no colour matrix")
    policy = int(tags[_POLICY].numbers()[0]) if _POLICY in tags else EmbedPolicy.ALLOW_COPYING
    if policy not in list(EmbedPolicy):
        raise ValueError(f"its embed policy {policy} is not defined")
    facts = _facts(tags)
    read = _LOOK_TAGS | (_OWN_TAGS if facts is not None else _OWN_TAGS - {_DESCRIPTION, _SOFTWARE})
    return CameraProfile(
        camera=_text(tags, _CAMERA),
        look=replace(profile(tags), calibrations=own),
        copyright=_text(tags, _COPYRIGHT),
        policy=EmbedPolicy(policy),
        signature=_text(tags, _SIGNATURE),
        learnt=facts,
        other={number: tag for number, tag in tags.items() if number not in read},
    )


def profile_bytes(of: CameraProfile) -> bytes:
    """The .dcp file of a profile. Raises ValueError for one without a colour matrix."""
    if not of.look.calibrations:
        raise ValueError("a camera profile needs at least one colour matrix")
    tags: Tags = {**of.other, **profile_tags(of.look), **calibration_tags(of.look.calibrations)}
    tags[_POLICY] = numbers(LONG, [of.policy])
    for number, value in ((_CAMERA, of.camera), (_SIGNATURE, of.signature), (_COPYRIGHT, of.copyright)):
        if value:
            tags[number] = text(value)
    if of.learnt is not None:
        tags[_DESCRIPTION] = text(msgspec.json.encode(of.learnt).decode())
        tags[_SOFTWARE] = text(f"Couloir {__version__}")
    return write_tags(tags, DCP_MAGIC)


def _text(tags: Mapping[int, Tag], number: int) -> str:
    return tags[number].text() if number in tags else ""


def _facts(tags: Mapping[int, Tag]) -> Facts | None:
    """The facts that Couloir wrote into the profile; None in other profiles."""
    if not _text(tags, _SOFTWARE).startswith("Couloir "):
        return None
    try:
        return msgspec.json.decode(_text(tags, _DESCRIPTION), type=Facts)
    except msgspec.MsgspecError:
        return None
