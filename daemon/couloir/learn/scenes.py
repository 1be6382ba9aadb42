"""One training photo: a scene, Aperture's rendering of an edited version of it, and a Camera Raw that renders it.

A scene is a part of a photograph, with exposure, white balance and tone curve removed or changed at random. Its label
is computed in `couloir.learn.solve`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import numpy as np

from couloir.aperture.adjustments import Adjustment, RawFineTuning, WhiteBalance
from couloir.aperture.model import Master, MediaKind, Operation, PixelSize, Version, Visibility
from couloir.color.arrays import apply_matrix, invert
from couloir.color.spaces import SRGB_TO_PROPHOTO, srgb_decode
from couloir.color.temperature import planckian_xy
from couloir.derive.prior import Prior
from couloir.engines import aperture, camera_raw
from couloir.engines.aperture import raw_boost_inverse
from couloir.engines.aperture.white_balance import temperature_tint_matrix
from couloir.engines.dng import PLAIN, ColorModel, baseline
from couloir.engines.dng.raw import RawScene
from couloir.engines.pixels import resize
from couloir.engines.protocol import Picture
from couloir.learn import edits
from couloir.learn.photographs import Photograph
from couloir.learn.worlds import World, color_model
from couloir.lightroom.settings import DevelopSettings, PhotoKind

Random = np.random.Generator

SIZE: Final = (60, 40)
"""Width and height in pixels at which scenes are rendered, compared and solved."""

_NEVER: Final = datetime(2012, 1, 1, tzinfo=UTC)
_METADATA_SHARE: Final = 0.85
_FLASH_SHARE: Final = 0.15


@dataclass(frozen=True, slots=True)
class Scene:
    """`picture`: linear sRGB, scene light under the as-shot white for RAW files, display light for rendered ones.

    `camera` and `model` are the RAW file in Adobe's eyes, None for rendered files. `as_shot` is (kelvin, tint).
    """

    picture: Picture
    camera: Picture | None
    model: ColorModel | None
    as_shot: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Sample:
    """A version with its master, Aperture's rendering of it (`preview`, encoded sRGB), and the scene under both.

    `plain`: its original is drawn as Couloir draws one of a RAW file, which cannot know the look of Adobe's profile.
    """

    world: World
    version: Version
    master: Master
    scene: Scene
    preview: Picture
    plain: bool = False

    @property
    def prior(self) -> Prior:
        """The profile and the as-shot white balance, as Lightroom would report them."""
        return Prior(profiled=self.world.profiled, as_shot=self.scene.as_shot)

    def render(self, settings: Sequence[DevelopSettings]) -> Picture:
        """The world's Camera Raw with each of these settings: n x height x width x 3, encoded sRGB."""
        if self.scene.camera is None or self.scene.model is None:
            return camera_raw.render_many(self.scene.picture, settings, constants=self.world.camera_raw)
        return camera_raw.render_raw_many(
            self.scene.camera, self.scene.model, self.world.profile, settings, constants=self.world.camera_raw
        )

    def scene_of_file(self) -> RawScene | None:
        """A RAW file's own colours as a migration knows them; None where Lightroom drew the original."""
        if self.scene.camera is None or self.scene.model is None or not (self.plain or self.world.profiled):
            return None
        profile = self.world.profile if self.world.profiled else PLAIN
        return RawScene(self.scene.camera, self.scene.model, profile, orientation=1, scale=1.0)

    def as_stored(self, picture: Picture) -> Sample:
        """The same photo, of a rendered file, as a file holds it: `picture` is its linear sRGB."""
        scene = replace(self.scene, picture=picture)
        return replace(self, scene=scene, preview=_preview(self.world, scene, self.version))

    def original(self) -> Picture:
        """The photo before any setting, linear sRGB: as Lightroom shows it, or as the file alone says where `plain`.

        A learnt profile is a file of Couloir's, so that both are the same.
        """
        if self.scene.camera is None or self.scene.model is None:
            return self.scene.picture
        profile = PLAIN if self.plain and not self.world.profiled else self.world.profile
        return np.asarray(srgb_decode(baseline(self.scene.camera, self.scene.model, profile)))


def draw(
    world: World,
    photographs: Sequence[Photograph],
    random: Random,
    *,
    size: tuple[int, int] = SIZE,
    edited: bool = True,
) -> Sample:
    """A random photo of a world, of so many pixels, perhaps as it came from the camera."""
    photograph = photographs[int(random.integers(len(photographs)))]
    scene = _scene(world, _cut(photograph.picture, random, size), random)
    adjustments = edits.draw(random, as_shot=scene.as_shot) if edited else []
    if world.kind is PhotoKind.RAW:
        boost = 1.0 if random.random() < 0.85 or not edited else float(round(random.uniform(0.3, 1.0), 2))
        adjustments.insert(0, RawFineTuning(decoder=world.decoder, boost=boost))
    version, master = _rows(world, adjustments, random)
    return Sample(world, version, master, scene, _preview(world, scene, version))


def _cut(picture: Picture, random: Random, size: tuple[int, int]) -> Picture:
    """A part of the photograph of this size, perhaps mirrored."""
    width, height = size
    if picture.shape[0] > picture.shape[1]:
        picture = picture.swapaxes(0, 1)  # scenes have landscape format; rotated pixels serve as well
    rows, columns = picture.shape[:2]
    largest = min(columns / width, rows / height)
    scale = largest * random.uniform(0.6, 1.0)
    across, down = width * scale, height * scale
    left, top = random.uniform(0, columns - across), random.uniform(0, rows - down)
    cut = resize(picture, width, height, (left, top, left + across, top + down))
    return np.ascontiguousarray(cut[:, ::-1] if random.random() < 0.5 else cut)


def _scene(world: World, shown: Picture, random: Random) -> Scene:
    balance = np.exp2(random.normal(0, 0.06, 3)).astype(np.float32)
    if world.kind is PhotoKind.RENDERED:
        bright = np.float32(2.0 ** np.clip(random.normal(0, 0.4), -1.2, 0.8))
        return Scene(np.clip(shown * balance * bright, 0, 1), None, None, None)
    # Unprocessed: the light that Apple's generic boost would render like this, at a slightly different exposure.
    light = np.asarray(raw_boost_inverse(np.clip(shown, 0, 1)), dtype=np.float32)
    stops = np.float32(2.0 ** np.clip(random.normal(-0.1, 0.5), -1.5, 1.0))
    light = np.clip(light * balance * stops, 0, 1)
    kelvin, tint = float(round(1e6 / random.uniform(125, 330))), float(round(random.normal(5, 6)))
    white = planckian_xy(kelvin, tint)
    to_camera = color_model(world, (1.0, 1.0, 1.0)).neutral_of(white)
    red, green, blue = to_camera.tolist()
    model = color_model(world, (red, green, blue))
    back = invert(model.to_prophoto(white).matrix) @ SRGB_TO_PROPHOTO
    camera = np.clip(apply_matrix(back, light), 0, 1).astype(np.float32)
    return Scene(light, camera, model, (kelvin, tint))


def _preview(world: World, scene: Scene, version: Version) -> Picture:
    raw = world.kind is PhotoKind.RAW
    light = scene.picture
    if raw:
        apple = world.apple * 2.0**world.gain
        balance = next((o.adjustment for o in version.operations if isinstance(o.adjustment, WhiteBalance)), None)
        if balance is not None and scene.as_shot is not None:
            # Our engine balances from 5000 K; on a RAW file Aperture does from the camera's own white.
            apple = invert(temperature_tint_matrix(*scene.as_shot)) @ apple
        light = np.asarray(apply_matrix(apple, light), dtype=np.float32)
    size = PixelSize(light.shape[1], light.shape[0])
    shown = aperture.render(
        light,
        version.operations,
        master_size=size,
        processed_size=size,
        rotation=0,
        raw=raw,
        constants=world.aperture,
    )
    return np.asarray(np.rint(np.clip(shown, 0, 1) * 255) / 255, dtype=np.float32)


def _rows(world: World, adjustments: Sequence[Adjustment], random: Random) -> tuple[Version, Master]:
    """A version and its master as a library would state them; some metadata is left out at random."""
    operations = tuple(
        Operation(str(i), type(a).__name__, i * 1_000_000, enabled=True, mask_uuid=None, inputs={}, adjustment=a)
        for i, a in enumerate(adjustments)
    )
    exif: dict[str, str | float] = {}
    if random.random() < _METADATA_SHARE:
        iso = 100 * 2.0 ** random.integers(0, 6)
        exif = {
            "Make": world.camera.maker,
            "ISOSpeedRating": iso,
            "ApertureValue": float(random.choice((2.0, 2.8, 4.0, 5.6, 8.0, 11.0))),
            "ShutterSpeed": float(2.0 ** -random.uniform(2, 11)),
            "Flash": float(random.random() < _FLASH_SHARE),
        }
    columns = round((world.camera.megapixels * 1.5e6) ** 0.5)
    size = PixelSize(columns, round(columns / 1.5)) if exif else None
    raw = world.kind is PhotoKind.RAW
    subtype = "RAWST" if raw else "JPGST"
    version = replace(VERSION, exif=exif, operations=operations, master_size=size, processed_size=size)
    return version, replace(MASTER, is_raw=raw, subtype=subtype)


MASTER: Final = Master(
    uuid="master",
    model_id=1,
    name="",
    file_name="",
    original_file_name=None,
    media=MediaKind.IMAGE,
    subtype=None,
    is_raw=False,
    is_reference=False,
    marked_missing=False,
    in_trash=False,
    image_path=None,
    volume_uuid=None,
    project_uuid=None,
    import_group_uuid=None,
    alternate_master_uuid=None,
    file_size=None,
    image_date=None,
    created=None,
)
VERSION: Final = Version(
    uuid="version",
    model_id=1,
    number=1,
    name="",
    file_name="",
    master_uuid="master",
    raw_master_uuid=None,
    non_raw_master_uuid=None,
    project_uuid=None,
    stack_uuid=None,
    captured=_NEVER,
    time_zone=None,
    rating=0,
    flagged=False,
    color_label=None,
    visibility=Visibility.SHOWN,
    in_trash=False,
    master_size=None,
    processed_size=None,
    rotation=0,
    has_adjustments=True,
    has_enabled_adjustments=True,
    latitude=None,
    longitude=None,
)
