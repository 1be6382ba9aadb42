"""Real pairs: training data from settings that a photographer, or a match, gave a photo in Lightroom.

The label is the change from the present translation to the settings that the photo has; nothing is solved. Its metric
comes from our nominal Camera Raw engine at Aperture's preview, which a well-adjusted rendering resembles. A photo
without a preview is left out, with the reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.aperture.model import Master, Version
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_encode, srgb_to_lab
from couloir.derive import analytic
from couloir.derive.baseline import baseline
from couloir.derive.controls import between
from couloir.derive.features import extract
from couloir.derive.pictures.jacobian import linearise
from couloir.derive.prior import Prior
from couloir.derive.residual.classes import classes_of, mask_of
from couloir.derive.residual.outputs import OUTPUT_NAMES
from couloir.derive.translate import photo_kind
from couloir.engines.pixels import fit_size, resize
from couloir.engines.protocol import Picture
from couloir.learn.dataset import VALIDATION, Pairs, upper
from couloir.learn.train import image_loss
from couloir.lightroom.settings import DevelopSettings

SIZE: Final = 64
"""Long edge in pixels at which the metric is taken, as in synthetic pairs."""

FARTHEST: Final = 40.0
"""Normalised units beyond which a change is taken for another edit, not for a correction of the translation."""

_HELD_OUT: Final = 5
_SMALL: Final = 1.0  # normalised units: enough to see a difference


@dataclass(frozen=True, slots=True)
class RealPhoto:
    """A version with the settings that it has in Lightroom. Pictures are linear sRGB; `original` is the photo as
    Lightroom shows it before any setting.
    """

    version: Version
    master: Master
    settings: Mapping[str, object]
    preview: Picture | None
    original: Picture | None = None
    as_shot: tuple[float, float] | None = None
    profiled: bool = False


@dataclass(frozen=True, slots=True)
class RealPairs:
    """The pairs, the version of each row, and the reason for each version that gave no pair."""

    pairs: Pairs | None
    versions: tuple[str, ...]
    refused: Mapping[str, str]


def make(photos: Iterable[RealPhoto]) -> RealPairs:
    """Pairs of real photos."""
    rows: list[Pairs] = []
    versions: list[str] = []
    refused: dict[str, str] = {}
    for photo in photos:
        change = measure_change(photo)
        why = _unusable(photo, change)
        if why:
            refused[photo.version.uuid] = why
            continue
        rows.append(_row(photo, change))
        versions.append(photo.version.uuid)
    return RealPairs(Pairs.join(rows) if rows else None, tuple(versions), refused)


def measure_change(photo: RealPhoto) -> NDArray[np.float64]:
    """The change from the present translation to the photo's settings: one number an output, normalised units."""
    kind = photo_kind(photo.master)
    now = analytic(photo.version, photo.master).settings
    found = between(now, DevelopSettings({**baseline(kind), **_ours(photo.settings)}), kind, photo.as_shot)
    return np.array([found[name] for name in OUTPUT_NAMES])


def split_number(version: Version, master: Master) -> int:
    """The world number of a real photo: that of a validation world for a fifth of the originals and of the cameras.

    It is decided by hashes, so that a photo stays on its side when a data set grows.
    """
    camera = str(version.exif.get("Model", ""))
    number = _hash(f"photo {master.uuid}") % (2**31 // VALIDATION - 1)
    held_out = _hash(f"photo {master.uuid}") % _HELD_OUT == 0 or (camera and _hash(f"camera {camera}") % _HELD_OUT == 0)
    return number * VALIDATION + (0 if held_out else 1)


def _row(photo: RealPhoto, change: NDArray[np.float64]) -> Pairs:
    assert photo.preview is not None  # photos without are refused
    prior = Prior(photo.profiled, None, photo.as_shot)
    features = extract(photo.version, photo.master, preview=photo.preview, original=photo.original, prior=prior)
    metric = _metric(photo, photo.preview)
    label = change.astype(np.float32)[np.newaxis]
    classes = classes_of(photo.version, photo.master, profiled=photo.profiled, as_shot=photo.as_shot)
    return Pairs(
        features=features[np.newaxis],
        shifted=features[np.newaxis],
        offset=np.zeros_like(label),
        change=label,
        metric=upper(metric)[np.newaxis],
        before=image_loss(label, metric.astype(np.float32)[np.newaxis]),
        after=np.zeros(1, dtype=np.float32),
        world=np.array([split_number(photo.version, photo.master)], dtype=np.int32),
        classes=np.array([mask_of(classes)], dtype=np.int32),
    )


def _metric(photo: RealPhoto, preview: Picture) -> NDArray[np.float64]:
    """J'J in CIEDE2000. J has the slopes in Lab, from the difference that a small step makes at each pixel."""
    kind = photo_kind(photo.master)
    rows, columns = preview.shape[:2]
    small = np.ascontiguousarray(resize(preview, *fit_size(columns, rows, SIZE)), dtype=np.float32)
    shown = linearise(small, DevelopSettings(baseline(kind)), OUTPUT_NAMES, kind, as_shot=photo.as_shot)
    lab = srgb_to_lab(srgb_encode(small)).reshape(-1, 3)
    lengths = np.linalg.norm(shown.slopes, axis=-1)
    seen = np.stack([ciede2000(lab + slope * _SMALL, lab) for slope in shown.slopes]) / _SMALL
    scaled = shown.slopes * (seen / np.maximum(lengths, 1e-6))[..., np.newaxis]
    flat = scaled.reshape(len(scaled), -1).astype(np.float64)
    return np.asarray(flat @ flat.T / len(lab))


def _unusable(photo: RealPhoto, change: NDArray[np.float64]) -> str:
    if photo.preview is None:
        return "Aperture's preview is missing, so there is nothing to learn from."
    farthest = int(np.abs(change).argmax())
    if abs(change[farthest]) > FARTHEST:
        return f"Its {OUTPUT_NAMES[farthest]} is so far from the translation that it is another edit."
    gray = analytic(photo.version, photo.master).settings["ConvertToGrayscale"]
    if photo.settings.get("ConvertToGrayscale", False) != gray:
        return "It is black and white in only one of the two programs."
    return ""


def _ours(settings: Mapping[str, object]) -> dict[str, object]:
    """The settings that are compared: white balance and sliders, but no curves or frames."""
    return {key: value for key, value in settings.items() if key not in ("ProcessVersion", "Version")}


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")
