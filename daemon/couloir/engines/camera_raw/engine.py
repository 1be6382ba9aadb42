"""The Camera Raw engine as a renderer of photos on disk, RAW and rendered ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import cast

from couloir.color.spaces import srgb_decode
from couloir.color.temperature import planckian_xy
from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.camera_raw.render import crop_of, render
from couloir.engines.dng import PLAIN, Profile, baseline
from couloir.engines.dng.raw import load_raw
from couloir.engines.pixels import exif_orientation, frame_size, load_pixels
from couloir.engines.protocol import Photo, Picture
from couloir.errors import CannotRender
from couloir.lightroom.settings import DevelopSettings, PhotoKind


class CameraRawEngine:
    """Draws JPEG, TIFF and PNG files, and RAW files where LibRaw is installed.

    `profile` is the camera profile under a RAW file's look, unless the setting CameraProfile names one of `profiles`.
    RAW files go through the DNG baseline with Exposure and
    white balance; the other sliders act on what it shows, which is how their responses were measured.
    """

    name = "couloir-camera-raw"

    def __init__(
        self, constants: Constants = NOMINAL, profile: Profile = PLAIN, profiles: Mapping[str, Profile] | None = None
    ) -> None:
        self._constants = constants
        self._profile = profile
        self._profiles = profiles or {}

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        """See `Renderer.render`."""
        if photo.kind not in settings.kinds:
            raise CannotRender(item=photo.path, renderer=self.name, why=f"the settings are not for {photo.kind} files")
        if photo.kind is PhotoKind.RAW:
            return self._raw(photo, settings, size)
        # Cropping enlarges what is left, so more than `size` is read where the crop needs it.
        columns, rows = frame_size(photo.path)
        linear = load_pixels(photo.path, _needed(columns, rows, settings, size), orient=False)
        scale = max(columns, rows) / max(linear.shape[:2])
        orientation = photo.orientation or exif_orientation(photo.path)
        return render(linear, settings, orientation=orientation, size=size, scale=scale, constants=self._constants)

    def _raw(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        scene = load_raw(photo.path, lambda columns, rows: _needed(columns, rows, settings, size))
        white = None
        if settings.get("WhiteBalance") == "Custom":
            white = planckian_xy(float(cast("float", settings["Temperature"])), float(cast("float", settings["Tint"])))
        exposure = float(cast("float", settings.get("Exposure2012", 0.0)))
        profile = self._profiles.get(str(settings.get("CameraProfile", "")), self._profile)
        shown = baseline(scene.camera, scene.model, profile, exposure=exposure, white=white)
        rest = DevelopSettings({key: value for key, value in settings.items() if key != "Exposure2012"})
        orientation = photo.orientation or scene.orientation
        return render(
            srgb_decode(shown), rest, orientation=orientation, size=size, scale=scene.scale, constants=self._constants
        )


def _needed(columns: int, rows: int, settings: DevelopSettings, size: int) -> int:
    """The long edge to read so that what the crop leaves still has `size` pixels."""
    cropped = max(crop_of(settings).pixel_size(columns, rows))
    return max(size, math.ceil(size * max(columns, rows) / max(cropped, 1.0)))
