"""A camera profile as its file holds it: its look, its camera, and the facts of its learning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from couloir.engines.dng import Profile
from couloir.engines.dng.tags import Tag


class EmbedPolicy(IntEnum):
    """Who may copy or embed a profile (DNG specification 1.7.1, "ProfileEmbedPolicy")."""

    ALLOW_COPYING = 0
    EMBED_IF_USED = 1
    NEVER = 2
    NO_RESTRICTIONS = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """The photos from which a profile was learnt, and its gain.

    `library` is the library's name, `decoder` Aperture's RAW decoder version ("" where none is stated). `photos` is the
    number that was trained on. `before` and `after` are the mean CIEDE2000 of held-out photos under Camera Raw's
    default and under the profile. No photo is named, because profiles are passed on.
    """

    library: str
    decoder: str
    photos: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class CameraProfile:
    """A camera profile (DCP). `camera` is Adobe's name of the camera; `look.calibrations` are the profile's matrices.

    `signature` decides whether a DNG's own camera calibration is applied with it. `other` holds the tags that Couloir
    does not read; they are written unchanged.
    """

    camera: str
    look: Profile
    copyright: str = ""
    policy: EmbedPolicy = EmbedPolicy.NO_RESTRICTIONS
    signature: str = ""
    learnt: Facts | None = None
    other: Mapping[int, Tag] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name under which Lightroom lists the profile."""
        return self.look.name
