"""The Camera Raw engine as a surrogate for a renderer that can be asked only a few times.

The photo itself is not needed. From the first rendering and its settings follows the linear picture that the engine
would draw as that rendering; drawn with other settings, it predicts their effect. The renderer's camera profile and
default look are therefore in the picture already, and a RAW file needs no decoder here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.spaces import srgb_decode, srgb_to_lab
from couloir.derive.controls import between, limits, move
from couloir.derive.pictures.drawing import draw_many, draw_pixels
from couloir.derive.pictures.jacobian import linearise
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import CROP_KEYS, DevelopSettings, PhotoKind

_ROUNDS: Final = 6
_CLOSE: Final = 5e-4  # of linear light, on average: no more than JPEG noise
_TOE: Final = 0.002  # linear light below which a ratio is noise
_MOST: Final = 4.0


def scene_behind(rendering: Picture, settings: DevelopSettings, as_shot: tuple[float, float] | None = None) -> Picture:
    """The linear picture that the engine draws with `settings` most nearly as `rendering` (encoded sRGB); `as_shot` as
    in `draw_many`.

    A fixed-point iteration on the ratio of the wanted to the drawn light. Clipped parts stay clipped.
    """
    wanted = srgb_decode(rendering).astype(np.float32)
    scene = wanted
    for _ in range(_ROUNDS):
        drawn = srgb_decode(draw_many(scene, [settings], as_shot)[0])
        if float(np.abs(wanted - drawn).mean()) < _CLOSE:
            break
        scene = (scene * np.clip((wanted + _TOE) / (drawn + _TOE), 1 / _MOST, _MOST)).astype(np.float32)
    return scene


class Surrogate:
    """Predicts pictures and slopes, (pixels, 3) in L*a*b*, from changes x of `start` in normalised units of `names`.

    `drawn`: the settings with which the renderer drew `rendering`, where these are not `start`.
    """

    def __init__(
        self,
        rendering: Picture,
        start: DevelopSettings,
        names: Sequence[str],
        kind: PhotoKind,
        as_shot: tuple[float, float] | None,
        drawn: DevelopSettings | None = None,
    ) -> None:
        self.names = tuple(names)
        self._start = _uncropped(start)
        self._kind = kind
        self._as_shot = as_shot
        self._scene = scene_behind(rendering, self._start if drawn is None else _uncropped(drawn), as_shot)
        self.low, self.high = limits(self._start, names, kind, as_shot)

    def settings(self, x: NDArray[np.float64], start: DevelopSettings) -> DevelopSettings:
        """`start` with the changes x."""
        return move(start, dict(zip(self.names, x.tolist(), strict=True)), self._kind, self._as_shot)

    def place(self, settings: Mapping[str, object]) -> NDArray[np.float64]:
        """The x of settings that were rounded or read back."""
        found = between(self._start, settings, self._kind, self._as_shot)
        return np.array([found[name] for name in self.names])

    def lab(self, x: NDArray[np.float64]) -> NDArray[np.float32]:
        """The engine's picture at x, (pixels, 3) in L*a*b*."""
        picture = draw_many(self._scene, [self.settings(x, self._start)], self._as_shot)[0]
        return srgb_to_lab(picture).reshape(-1, 3).astype(np.float32)

    def lab_at(self, x: NDArray[np.float64], places: NDArray[np.intp]) -> NDArray[np.float32]:
        """Some pixels of `lab`, by their places row by row."""
        drawn = draw_pixels(self._scene, [self.settings(x, self._start)], self._as_shot, places)[0]
        return srgb_to_lab(drawn).astype(np.float32)

    def slopes(
        self, x: NDArray[np.float64], places: NDArray[np.intp] | None = None, moving: NDArray[np.intp] | None = None
    ) -> NDArray[np.float32]:
        """The engine's slopes at x, (parameters, pixels, 3); of all pixels and parameters, or of those at `places` and
        of the parameters `moving`.
        """
        at = self.settings(x, self._start)
        names = self.names if moving is None else [self.names[number] for number in moving]
        return linearise(self._scene, at, names, self._kind, as_shot=self._as_shot, places=places).slopes


def _uncropped(settings: DevelopSettings) -> DevelopSettings:
    """Both pictures are cropped already."""
    return DevelopSettings({key: value for key, value in settings.items() if key not in CROP_KEYS})
