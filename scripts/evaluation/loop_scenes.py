"""Photographs as RAW files of two cameras, for programs that develop RAW files, with random edits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from couloir.color.temperature import planckian_temperature
from couloir.derive.controls import move
from couloir.engines.dng import ColorModel
from couloir.engines.dng.files import linear_dng
from couloir.engines.protocol import Photo, Picture
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from evaluation.scenes import camera_model, camera_scene, photographs

SIZE = 288
"""Long edge of the RAW files, and of what is drawn from them, in pixels."""

_EDITS = ("exposure", "contrast", "saturation", "temperature", "shadows", "highlights", "blacks")
_SLIDERS, _EDIT = 3, 4.0  # sliders that an edit moves, and by how much: a standard deviation in normalised units
_SMALL = 0.6  # of the range in which the programs' own sliders act much as ours


@dataclass(frozen=True, slots=True)
class Scene:
    """`pixels`: the camera's linear colours. `edit`: random settings for every other photo, none for the rest;
    `exposure`: the part of it that is exposure.
    """

    photo: Photo
    pixels: Picture
    camera: str
    model: ColorModel
    as_shot: tuple[float, float]
    edit: DevelopSettings
    exposure: DevelopSettings

    @property
    def maker(self) -> str:
        return self.camera.split()[0]


def scenes(photos: Path, count: int, folder: Path) -> list[Scene]:
    """`count` scenes, camera by camera in turn; their DNG files are written into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number, path in enumerate(photographs(photos, count)):
        camera, model = camera_model(number % 2)
        file = folder / f"scene-{number:02}.dng"
        pixels = camera_scene(path, model, SIZE)
        file.write_bytes(linear_dng(pixels, model, camera))
        white = planckian_temperature(model.as_shot)
        as_shot = (float(white.kelvin), float(white.tint))
        random = np.random.default_rng(number)
        names: Iterable[str] = random.choice(_EDITS, _SLIDERS, replace=False) if number // 2 % 2 else []
        change = {str(name): float(random.normal() * _EDIT * _SMALL) for name in names}
        change["exposure"] = float(random.normal() * _EDIT) if number // 2 % 2 else 0.0
        neutral = DevelopSettings({"WhiteBalance": "As Shot"})
        edit = move(neutral, change, PhotoKind.RAW, as_shot)
        exposure = move(neutral, {"exposure": change["exposure"]}, PhotoKind.RAW, as_shot)
        found.append(Scene(Photo(file, PhotoKind.RAW), pixels, camera, model, as_shot, edit, exposure))
    return found
