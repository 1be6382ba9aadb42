"""The learnt profile under a photo: that of its camera, if it was learnt from the same RAW decoder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from couloir.aperture.model import Version
from couloir.engines.dng import Profile
from couloir.profiles.camera_profile import CameraProfile
from couloir.profiles.cameras import camera_name
from couloir.profiles.candidates import decoder_of


@dataclass(frozen=True, slots=True)
class Baselines:
    """The learnt profiles by camera; empty where all photos use Adobe's own."""

    by_camera: Mapping[str, CameraProfile] = field(default_factory=dict)

    def of(self, version: Version) -> CameraProfile | None:
        """The profile for a version of a RAW file; other files have none and must not be passed."""
        camera = camera_name(str(version.exif.get("Make", "")), str(version.exif.get("Model", "")))
        return self.under(camera, decoder_of(version))

    def under(self, camera: str, decoder: str) -> CameraProfile | None:
        """The profile for RAW files of a camera that this decoder rendered; "" is a decoder that is not stated."""
        found = self.by_camera.get(camera)
        if found is None or found.learnt is None:
            return None
        return found if not (decoder and found.learnt.decoder) or decoder == found.learnt.decoder else None

    def name_for(self, version: Version) -> str:
        """The name of that profile, "" where there is none."""
        found = self.of(version)
        return "" if found is None else found.name

    def select(self, names: object) -> Baselines:
        """The profiles with these names, as an earlier run recorded them."""
        wanted = set(names) if isinstance(names, list) else set()
        return Baselines({camera: each for camera, each in self.by_camera.items() if each.name in wanted})

    @property
    def names(self) -> list[str]:
        """The names of the profiles, sorted."""
        return sorted(each.name for each in self.by_camera.values())

    @property
    def looks(self) -> dict[str, Profile]:
        """The looks of the profiles by name, for a renderer that selects a profile by name."""
        return {each.name: each.look for each in self.by_camera.values()}


NO_BASELINES: Final = Baselines()
