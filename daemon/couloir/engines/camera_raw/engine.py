"""The Camera Raw engine as a renderer of photos on disk, RAW and rendered ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, cast

import numpy as np

from couloir.color.spaces import srgb_decode
from couloir.color.temperature import planckian_xy
from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.camera_raw.local import render_local
from couloir.engines.camera_raw.render import crop_of
from couloir.engines.dng import Profile, baseline
from couloir.engines.dng.raw import RawScene, load_raw
from couloir.engines.pixels import exif_orientation, frame_size, load_pixels
from couloir.engines.protocol import Photo, Picture
from couloir.engines.rgb_table import draw_table
from couloir.errors import CannotRender
from couloir.lightroom.enhanced.look import table_of_look
from couloir.lightroom.enhanced.rgb_table import RgbTable
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.settings import CROP_KEYS, DevelopSettings, PhotoKind

Read = TypeVar("Read", Picture, RawScene)


class CameraRawEngine:
    """Draws JPEG, TIFF and PNG files, and RAW files where LibRaw is installed.

    The camera profile of RAW files is the one of `profiles` that the setting CameraProfile names, else `profile`, else
    the one in the file (Adobe's own, where Adobe's converter wrote it). Exposure and white balance of RAW files act in
    the DNG baseline; the other sliders act on its result, as their responses were measured. The enhanced profile that
    the setting Look names is drawn last, with the table of its fingerprint among `tables`.
    """

    name = "couloir-camera-raw"

    def __init__(
        self,
        constants: Constants = NOMINAL,
        profile: Profile | None = None,
        profiles: Mapping[str, Profile] | None = None,
        tables: Mapping[str, RgbTable] | None = None,
    ) -> None:
        self._constants = constants
        self._tables = {} if tables is None else tables
        self._profile = profile
        self._profiles = profiles or {}
        self._kept: tuple[object, Picture | RawScene] | None = None

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        """See `Renderer.render`."""
        return self.render_painted(photo, settings, (), size)

    def render_painted(
        self, photo: Photo, settings: DevelopSettings, local: Sequence[LocalAdjustment], size: int
    ) -> Picture:
        """See `PaintingRenderer.render_painted`."""
        if photo.kind not in settings.kinds:
            raise CannotRender(item=photo.path, renderer=self.name, why=f"the settings are not for {photo.kind} files")
        draw = self._raw if photo.kind is PhotoKind.RAW else self._rendered
        drawn = draw(photo, settings, local, size)
        look = settings.get("Look")
        fingerprint = table_of_look(look) if isinstance(look, Mapping) else None
        if fingerprint is None or not isinstance(look, Mapping):
            return drawn
        if fingerprint not in self._tables:
            profile = look.get("Name")
            raise CannotRender(
                item=photo.path, renderer=self.name, why=f"the colour table of its profile {profile} is not known here"
            )
        amount = float(cast("float", look.get("Amount", 1.0)))
        return np.asarray(draw_table(self._tables[fingerprint], drawn, amount), dtype=np.float32)

    def _rendered(
        self, photo: Photo, settings: DevelopSettings, local: Sequence[LocalAdjustment], size: int
    ) -> Picture:
        # The cropped part must still have `size` pixels, so more of the photo is read.
        columns, rows = frame_size(photo.path)
        needed = _needed(columns, rows, settings, size)
        linear = self._read(photo.path, needed, lambda: load_pixels(photo.path, needed, orient=False))
        scale = max(columns, rows) / max(linear.shape[:2])
        orientation = photo.orientation or exif_orientation(photo.path)
        return render_local(
            linear, settings, local, orientation=orientation, size=size, scale=scale, constants=self._constants
        )

    def _raw(self, photo: Photo, settings: DevelopSettings, local: Sequence[LocalAdjustment], size: int) -> Picture:
        crop = tuple(settings.get(key) for key in CROP_KEYS)
        scene = self._read(
            photo.path,
            (crop, size),
            lambda: load_raw(photo.path, lambda columns, rows: _needed(columns, rows, settings, size)),
        )
        white = None
        if settings.get("WhiteBalance") == "Custom":
            white = planckian_xy(float(cast("float", settings["Temperature"])), float(cast("float", settings["Tint"])))
        exposure = float(cast("float", settings.get("Exposure2012", 0.0)))
        profile = self._profiles.get(str(settings.get("CameraProfile", "")), self._profile or scene.profile)
        shown = baseline(scene.camera, scene.model, profile, exposure=exposure, white=white)
        rest = DevelopSettings({key: value for key, value in settings.items() if key != "Exposure2012"})
        orientation = photo.orientation or scene.orientation
        return render_local(
            srgb_decode(shown),
            rest,
            local,
            orientation=orientation,
            size=size,
            scale=scene.scale,
            constants=self._constants,
        )

    def _read(self, path: Path, what: object, decode: Callable[[], Read]) -> Read:
        """The file as it was decoded last, if it is this one still: a match draws a photo several times."""
        try:
            stamp = path.stat()
        except OSError:
            return decode()  # says what is wrong with it
        key = (path, stamp.st_mtime_ns, stamp.st_size, what)
        kept = self._kept
        if kept is None or kept[0] != key:
            kept = (key, decode())
            self._kept = kept
        return cast("Read", kept[1])


def _needed(columns: int, rows: int, settings: DevelopSettings, size: int) -> int:
    """The long edge to read so that the cropped part still has `size` pixels."""
    cropped = max(crop_of(settings).pixel_size(columns, rows))
    return max(size, math.ceil(size * max(columns, rows) / max(cropped, 1.0)))
