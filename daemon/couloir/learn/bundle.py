"""Contributions: training pairs as a text that can be read before it is sent. It has no pixels, names or places.

The format is one JSON document: the versions it was made with, then each pair by the names of its features and sliders.
Numbers that are 0 are left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import msgspec
import numpy as np

from couloir import __version__
from couloir.derive.feature_schema import COUNT, FEATURE_VERSION, INDEX, NAMES, SCHEMA
from couloir.derive.residual.classes import CLASSES, PhotoClass, flags, mask_of
from couloir.derive.residual.outputs import OUTPUT_NAMES, signature
from couloir.errors import BadBundle
from couloir.learn.dataset import Pairs

SUFFIX: Final = ".couloir.json"
BUNDLE_SCHEMA: Final = 2

_MAX_BYTES: Final = 256 * 1024 * 1024
_MAX_PAIRS: Final = 100_000
_METRIC: Final = len(OUTPUT_NAMES) * (len(OUTPUT_NAMES) + 1) // 2
_FARTHEST: Final = 1000.0  # normalised units: no slider reaches further
_LARGEST: Final = 1e6  # of a metric: a unit that changes the picture a thousand times
_PLACE: Final = {name: place for place, name in enumerate(OUTPUT_NAMES)}
_LOW: Final = np.array([feature.low for feature in SCHEMA])
_HIGH: Final = np.array([feature.high for feature in SCHEMA])

Numbers = Annotated[dict[str, float], msgspec.Meta(max_length=max(COUNT, len(OUTPUT_NAMES)))]


class BundlePair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One photo. `change`, `offset` in normalised units; `metric` the upper triangle of J'J; `before` and `after` mean
    CIEDE2000 without and with the change; `group` a number that photos of one camera share, and nothing else; `classes`
    what kind of photo it is and what was edited.
    """

    features: Numbers
    change: Numbers
    metric: Annotated[list[float], msgspec.Meta(min_length=_METRIC, max_length=_METRIC)]
    before: float
    after: float
    group: int
    classes: Annotated[list[PhotoClass], msgspec.Meta(max_length=len(CLASSES))]
    shifted: Numbers | None = None
    offset: Numbers | None = None


class Bundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole document. `note` describes it to a person."""

    couloir_pairs: int
    couloir: str
    feature_version: int
    outputs: str
    note: str
    pairs: Annotated[list[BundlePair], msgspec.Meta(max_length=_MAX_PAIRS)]


_NOTE: Final = (
    "Training pairs of Couloir: what Aperture's adjustments and two pictures' statistics were, and how Lightroom's "
    "sliders ended up. It holds no pixels, no file names, no times, no places and no people."
)


def to_bytes(pairs: Pairs) -> bytes:
    """The text of a contribution. World numbers, which may be hashes of names, are replaced by small numbers."""
    _, groups = np.unique(pairs.world, return_inverse=True)
    classes = flags(pairs.classes)
    rows = [
        BundlePair(
            features=_named(NAMES, pairs.features[i]),
            change=_named(OUTPUT_NAMES, pairs.change[i]),
            metric=[_short(value) for value in pairs.metric[i]],
            before=_short(pairs.before[i]),
            after=_short(pairs.after[i]),
            group=int(groups[i]),
            classes=[CLASSES[place] for place in np.flatnonzero(classes[i])],
            shifted=None if (pairs.shifted[i] == pairs.features[i]).all() else _named(NAMES, pairs.shifted[i]),
            offset=_named(OUTPUT_NAMES, pairs.offset[i]) if pairs.offset[i].any() else None,
        )
        for i in range(len(pairs))
    ]
    bundle = Bundle(BUNDLE_SCHEMA, __version__, FEATURE_VERSION, signature(), _NOTE, rows)
    return msgspec.json.format(msgspec.json.encode(bundle), indent=1) + b"\n"


def read(path: Path) -> Pairs:
    """The pairs of a contribution. The file is not trusted, so every number is checked. Raises BadBundle."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise BadBundle(path=path, why=f"it is larger than {_MAX_BYTES} bytes")
        bundle = msgspec.json.decode(path.read_bytes(), type=Bundle)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadBundle(path=path, why=str(error)) from error
    if bundle.couloir_pairs != BUNDLE_SCHEMA or bundle.feature_version != FEATURE_VERSION:
        raise BadBundle(path=path, why="it was made by another version of Couloir")
    if bundle.outputs != signature():
        raise BadBundle(path=path, why="its sliders are others, or in other units")
    if not bundle.pairs:
        raise BadBundle(path=path, why="there is no pair in it")
    try:
        return _pairs(bundle)
    except (ValueError, OverflowError) as error:
        raise BadBundle(path=path, why=str(error)) from error


def _pairs(bundle: Bundle) -> Pairs:
    features = np.stack([_features(pair.features) for pair in bundle.pairs])
    shifted = np.stack([_features(pair.shifted or pair.features) for pair in bundle.pairs])
    metric = np.array([pair.metric for pair in bundle.pairs])
    differences = np.array([(pair.before, pair.after) for pair in bundle.pairs])
    if not (np.abs(metric) <= _LARGEST).all() or not ((differences >= 0) & (differences <= 200)).all():
        raise ValueError("a metric or a difference in it is impossible")
    return Pairs(
        features=features,
        shifted=shifted,
        offset=np.stack([_change(pair.offset or {}) for pair in bundle.pairs]),
        change=np.stack([_change(pair.change) for pair in bundle.pairs]),
        metric=metric.astype(np.float32),
        before=differences[:, 0].astype(np.float32),
        after=differences[:, 1].astype(np.float32),
        world=np.array([pair.group for pair in bundle.pairs], dtype=np.int32),
        classes=np.array([mask_of(pair.classes) for pair in bundle.pairs], dtype=np.int32),
    )


def _features(named: dict[str, float]) -> np.ndarray:
    row = np.zeros(COUNT)
    for name, value in named.items():
        if name not in INDEX:
            raise ValueError(f"there is no feature {name!r}")
        row[INDEX[name]] = value
    if not ((row >= _LOW - 1e-3) & (row <= _HIGH + 1e-3)).all():
        raise ValueError("a feature in it is out of its range")
    return row.astype(np.float32)


def _change(named: dict[str, float]) -> np.ndarray:
    row = np.zeros(len(OUTPUT_NAMES))
    for name, value in named.items():
        if name not in _PLACE:
            raise ValueError(f"there is no slider {name!r}")
        row[_PLACE[name]] = value
    if not (np.abs(row) <= _FARTHEST).all():
        raise ValueError("a change in it is further than any slider goes")
    return row.astype(np.float32)


def _named(names: tuple[str, ...], values: np.ndarray) -> dict[str, float]:
    return {name: _short(value) for name, value in zip(names, values, strict=True) if value}


def _short(value: float) -> float:
    """The shortest decimal number that is the same float32, so that a round trip is exact.

    `str` is not used, because it follows numpy's print options, which some packages change for the whole process.
    """
    return float(np.format_float_scientific(np.float32(value)))
