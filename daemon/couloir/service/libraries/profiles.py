"""The camera profiles that were learnt on this computer. Imported when first needed, because it takes numpy."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from couloir.errors import NoProfileFolder
from couloir.lightroom.camera_raw_folder import CAMERA_PROFILES, camera_raw_folder
from couloir.profiles.baselines import Baselines
from couloir.profiles.camera_profile import CameraProfile
from couloir.profiles.cameras import camera_name
from couloir.profiles.profile_folder import ProfileFolder, is_installed
from couloir.service.http.wire import Trouble
from couloir.service.services import Services


@dataclass(frozen=True, slots=True)
class Offer:
    """A learnt profile, the number of a library's RAW photos that it applies to, and whether it is installed."""

    profile: CameraProfile
    photos: int
    installed: bool


def learnt_profiles(services: Services) -> Baselines:
    """All learnt profiles that can be read; `refused_profiles` reports the others."""
    return Baselines(ProfileFolder(services.settings.profiles_folder).profiles())


def refused_profiles(folder: Path) -> list[Trouble]:
    """A trouble for each file among the learnt profiles that cannot be read."""
    return [
        Trouble(code=error.code, message=f"{error.message} It is left out.", advice=error.advice)
        for error in ProfileFolder(folder).read()[1]
    ]


def offers(learnt: Baselines, cameras: Iterable[tuple[str, str, str, int]], folder: Path | None) -> list[Offer]:
    """The learnt profiles for a library's cameras; `cameras` are rows of `PhotoIndex.raw_cameras`.

    `folder` is Camera Raw's profile folder, None where there is none. Raises AccessDenied when a file there cannot be
    read.
    """
    photos: Counter[str] = Counter()
    for make, model, decoder, count in cameras:
        found = learnt.under(camera_name(make, model), decoder)
        if found is not None:
            photos[found.camera] += count
    return [
        Offer(profile, photos[camera], folder is not None and is_installed(profile, folder))
        for camera, profile in sorted(learnt.by_camera.items())
        if photos[camera]
    ]


def lightrooms_folder() -> Path | None:
    """Camera Raw's folder of this user; None on a system that Lightroom does not run on."""
    try:
        return camera_raw_folder(CAMERA_PROFILES, sys.platform, Path.home(), os.environ)
    except NoProfileFolder:
        return None
