"""Corrections of the engine's slopes, learnt from one camera's renderings and shared by its photos.

As a function of colour, the difference between a renderer's slopes and the engine's is nearly the same for all photos
of a camera and profile: correction(pixel, parameter) = sum over features f(colour) * coefficient. The coefficients are
a ridge regression on every step that a loop has rendered. Only its sums are kept, 60 kB for a camera with any number of
photos.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats
from couloir.refine.solver import RenderingSample

_FEATURES: Final = 7
_SPREAD: Final = 0.15  # L*a*b* a normalised unit by which the engine's slopes are expected to be off
_NOISE: Final = 1.0  # L*a*b* that a step does not explain
_STEP_WEIGHT: Final = 30.0  # independent pixels in one step
_PIXELS: Final = 512


@dataclass(frozen=True, slots=True)
class SharedSlopes:
    """The regression's sums over one camera's steps. `gram`: (n, n), `moment`: (n, 3), n = parameters * features."""

    names: tuple[str, ...]
    gram: NDArray[np.float64]
    moment: NDArray[np.float64]
    photos: int = 0

    @classmethod
    def empty(cls, names: Sequence[str]) -> SharedSlopes:
        """The sums of a camera without photos."""
        size = len(names) * _FEATURES
        return cls(tuple(names), np.zeros((size, size)), np.zeros((size, 3)))

    def corrections(self, lab: Floats) -> NDArray[np.float32]:
        """The corrections of the engine's slopes at pixels of these colours: (parameters, pixels, 3)."""
        if not self.photos:
            return np.zeros((len(self.names), len(lab), 3), dtype=np.float32)
        bend = self.gram / _NOISE**2 + np.eye(len(self.gram)) / _SPREAD**2
        coefficients = np.linalg.solve(bend, self.moment / _NOISE**2).reshape(len(self.names), _FEATURES, 3)
        return np.asarray(np.matmul(_features(lab).astype(np.float32), coefficients.astype(np.float32)))

    def with_steps(self, steps: Sequence[tuple[RenderingSample, RenderingSample, NDArray[np.float32]]]) -> SharedSlopes:
        """Add one photo's steps: (before, after, the change that the engine alone predicts, (pixels, 3))."""
        gram, moment = self.gram.copy(), self.moment.copy()
        for before, after, expected in steps:
            both = np.flatnonzero(before.unclipped & after.unclipped)
            seen = both[:: max(1, -(-len(both) // _PIXELS))]
            if not len(seen):
                continue
            features = _features(before.lab[seen])
            step = after.x - before.x
            own = step[: len(self.names)]
            rows = (own[:, None] * features[:, None, :]).reshape(len(seen), -1)
            share = float(own @ own) / max(float(step @ step), 1e-9)  # of a surprise, as a Broyden update divides it
            surprise = share * (after.lab - before.lab - expected)[seen].astype(np.float64)
            gram += rows.T @ rows * (_STEP_WEIGHT / len(seen))
            moment += rows.T @ surprise * (_STEP_WEIGHT / len(seen))
        return SharedSlopes(self.names, gram, moment, self.photos + 1)

    def join(self, other: SharedSlopes) -> SharedSlopes:
        """Add the sums of other photos of the same camera. Raises ValueError for other parameters."""
        if self.names != other.names:
            raise ValueError("corrections of other parameters cannot be joined")
        return SharedSlopes(self.names, self.gram + other.gram, self.moment + other.moment, self.photos + other.photos)

    def as_dict(self) -> dict[str, object]:
        """Plain data for a journal."""
        return {
            "names": list(self.names),
            "photos": self.photos,
            "gram": _text(self.gram[np.tril_indices(len(self.gram))]),
            "moment": _text(self.moment),
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, object]) -> SharedSlopes:
        """The inverse of `as_dict`. Raises ValueError for anything else."""
        try:
            names = tuple(str(name) for name in kept["names"])  # type: ignore[attr-defined]
            empty = cls.empty(names)
            empty.gram[np.tril_indices(len(empty.gram))] = _numbers(kept["gram"])
            gram = empty.gram + np.tril(empty.gram, -1).T
            return cls(names, gram, _numbers(kept["moment"]).reshape(empty.moment.shape), int(str(kept["photos"])))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not the corrections of a camera: {error}") from error


def _features(lab: Floats) -> Floats:
    """(pixels, 7): 1, lightness, its square, a*, b*, and both by lightness; each about 0 to 1 in size."""
    lightness, a, b = np.moveaxis(lab / np.array([100.0, 50.0, 50.0]), -1, 0)
    return np.stack([np.ones_like(lightness), lightness, lightness**2, a, b, lightness * a, lightness * b], axis=-1)


def _text(numbers: NDArray[np.float64]) -> str:
    return base64.b64encode(numbers.astype("<f8").tobytes()).decode("ascii")


def _numbers(text: object) -> NDArray[np.float64]:
    return np.frombuffer(base64.b64decode(str(text), validate=True), "<f8")
