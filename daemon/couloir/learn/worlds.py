"""Random training worlds: a camera, an Aperture and a Camera Raw that differ from our nominal ones.

Neither program runs where models are trained, and many of their constants are uncertain. So every group of training
photos belongs to a world of its own, in which all of these constants are drawn at random from the ranges that the
engines state, and each formula has one of its forms. A model must hold in all worlds. Worlds for testing draw other
numbers and other cameras than those for training, and half of them other formulas, which validation has not, either.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from couloir.color.arrays import Matrix
from couloir.derive.feature_schema import MAKERS
from couloir.engines import aperture, camera_raw, constants
from couloir.engines.aperture import raw_boost
from couloir.engines.dng import Calibration, ColorModel, HueSatMap, Profile
from couloir.learn.formulas import Formulas, forms_of
from couloir.lightroom.settings import PhotoKind

Random = np.random.Generator

CAMERAS: Final = 60
"""The number of cameras that worlds draw from; one in HELD_OUT of them is held out from training."""
HELD_OUT: Final = 5

_RENDERED_SHARE: Final = 0.35
_PROFILED_SHARE: Final = 0.5  # of RAW worlds
_LEFT_BY_PROFILE: Final = 0.3  # of the cameras' difference in colour that a learnt profile leaves
_DECODERS: Final = ("2", "3", "4", "5", "6")
_CURVE: Final = np.linspace(0, 1, 17) ** 2
_HUES: Final = 6

# XYZ to camera under D65 of a typical sensor: broad, overlapping responses (of the size of published DNG matrices).
_TYPICAL: Final = np.array([[0.75, -0.17, -0.09], [-0.50, 1.32, 0.20], [-0.10, 0.24, 0.62]])


class Split(StrEnum):
    """The purpose of a world. Training worlds use training cameras and photographs, test worlds the held-out ones.

    Validation worlds use those of training, but formulas that no training world has, nor any test world: the trust in a
    model must hold for formulas that it does not know, because nobody knows Aperture's.
    """

    TRAIN = "train"
    TEST = "test"
    VALIDATE = "validate"


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera: `to_camera` is Adobe's matrix (XYZ to camera, D65), `apple` the deviation of Apple's decoder."""

    name: str
    maker: str
    to_camera: Matrix
    apple: Matrix
    megapixels: float


@dataclass(frozen=True, slots=True)
class World:
    """A user's camera, with one kind of file. `gain`: stops by which Apple's decoder is brighter than Adobe's."""

    seed: int
    split: Split
    formulas: Formulas
    kind: PhotoKind
    camera: Camera
    decoder: str
    aperture: aperture.Constants
    camera_raw: camera_raw.Constants
    profile: Profile
    profiled: bool
    baseline_exposure: float
    gain: float
    apple: Matrix


def draw(
    seed: int,
    split: Split,
    *,
    formulas: Formulas | None = None,
    kind: PhotoKind | None = None,
    profiled: bool | None = None,
) -> World:
    """The world of a seed; the same one each time. Test worlds of odd seeds have new formulas and validation worlds
    their own, unless told which.

    `kind` and `profiled` are drawn, too, unless told.
    """
    random = np.random.Generator(np.random.PCG64([seed, list(Split).index(split), 1]))
    drawn = PhotoKind.RENDERED if random.random() < _RENDERED_SHARE else PhotoKind.RAW
    kind = kind or drawn
    if formulas is None:
        new = Formulas.NEW if split is Split.TEST and seed % 2 else Formulas.SAME
        formulas = Formulas.VALIDATING if split is Split.VALIDATE else new
    own = constants.draw(aperture.NOMINAL, random, forms_of(formulas))
    body = camera(int(random.choice(bodies(split))))
    chance = bool(random.random() < _PROFILED_SHARE)
    profiled = kind is PhotoKind.RAW and (chance if profiled is None else profiled)
    left = _LEFT_BY_PROFILE if profiled else 1.0
    gain = float(random.normal(0, 0.15))
    return World(
        seed=seed,
        split=split,
        formulas=formulas,
        kind=kind,
        camera=body,
        decoder=str(random.choice(_DECODERS)),
        aperture=own,
        camera_raw=constants.draw(camera_raw.NOMINAL, random),
        profile=_profile(random, own, gain, left),
        profiled=profiled,
        baseline_exposure=0.0 if profiled else float(random.normal(0.25, 0.2)),
        gain=gain,
        apple=np.eye(3) + left * (body.apple - np.eye(3)) + left * np.diag(random.normal(0, 0.02, 3)),
    )


def bodies(split: Split) -> list[int]:
    """The numbers of the cameras of a split."""
    return [number for number in range(CAMERAS) if (number % HELD_OUT == 0) == (split is Split.TEST)]


def camera(number: int) -> Camera:
    """The camera of a number."""
    random = np.random.Generator(np.random.PCG64([number, 7]))
    to_camera = _TYPICAL + random.normal(0, 0.04, (3, 3))
    apple = np.eye(3) + random.normal(0, 0.03, (3, 3))
    apple = apple / apple.sum(axis=1, keepdims=True)  # a grey stays grey but for the balance
    balance = np.diag(1 + np.clip(random.normal(0, 0.02, 3), -0.05, 0.05))
    return Camera(
        f"Camera {number}", str(random.choice(MAKERS)), to_camera, balance @ apple, float(random.uniform(6, 24))
    )


def color_model(world: World, neutral: tuple[float, float, float]) -> ColorModel:
    """Adobe's model of the world's camera, for a photo with this as-shot neutral."""
    return ColorModel((Calibration(6500.0, world.camera.to_camera),), neutral, world.baseline_exposure)


def _profile(random: Random, own: aperture.Constants, gain: float, left: float) -> Profile:
    """Adobe's own profile, or one learnt from Aperture's previews: with Aperture's tones, and nearly its colours."""
    table = _look(random, left)
    if left == 1.0:
        return Profile(look_table=table)
    tones = raw_boost(np.minimum(_CURVE * 2.0**gain, 1.0), 1.0, own)
    points = tuple(zip(_CURVE.tolist(), np.clip(tones, 0, 1).tolist(), strict=True))
    return Profile(name="learnt", tone_curve=points, look_table=table, default_black=False)


def _look(random: Random, left: float) -> HueSatMap:
    """A random table of hue shifts and saturation factors, smooth around the circle."""
    turned = np.clip(left * random.normal(0, 4.0, _HUES), -8, 8)
    wider = 1 + np.clip(left * random.normal(0.02, 0.08, _HUES), -0.15, 0.15)
    deltas = np.ones((1, _HUES, 2, 3), dtype=np.float32)
    deltas[..., 0] = 0.0
    deltas[0, :, 1, 0], deltas[0, :, :, 1] = turned, wider[:, np.newaxis]
    return HueSatMap(deltas)
