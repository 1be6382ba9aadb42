"""Training data on disk: shards of solved photos. A shard's file is written atomically.

A shard holds the photos of a few worlds. Every photo has one label, and its features twice: without a camera offset,
and with one that was fitted to other photos of its world.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from couloir.derive.feature_schema import COUNT, FEATURE_VERSION
from couloir.derive.residual.classes import CLASSES
from couloir.derive.residual.outputs import OUTPUTS, signature
from couloir.errors import NoDataSet

Numbers = NDArray[np.float32]

SCHEMA: Final = 2
VALIDATION: Final = 10
"""One world in VALIDATION is a validation world and not trained on."""

_K: Final = len(OUTPUTS)
_UPPER: Final = np.triu_indices(_K)
_STATED: Final = f"couloir pairs {SCHEMA}; features {FEATURE_VERSION}; {signature()}; {'; '.join(CLASSES)}"


@dataclass(frozen=True, slots=True)
class Pairs:
    """n solved photos. Changes and offsets are in normalised units, on top of the analytic translation.

    `features` (n, COUNT) without an offset and `shifted` (n, COUNT) with the one in `offset` (n, K); `change` (n, K) is
    the label, `metric` (n, K (K + 1) / 2) the upper triangle of J'J; `before` and `after` the mean differences of the
    analytic translation and of the label; `world` (n,) the number of a photo's world, negative for a
    validation world with new formulas; `classes` (n,) its classes, as `couloir.derive.residual.classes.mask_of` numbers
    them.
    """

    features: Numbers
    shifted: Numbers
    offset: Numbers
    change: Numbers
    metric: Numbers
    before: Numbers
    after: Numbers
    world: NDArray[np.int32]
    classes: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.world)

    def metrics(self) -> Numbers:
        """The metric as (n, K, K) symmetric matrices."""
        full = np.zeros((len(self), _K, _K), dtype=np.float32)
        full[:, _UPPER[0], _UPPER[1]] = self.metric
        full[:, _UPPER[1], _UPPER[0]] = self.metric
        return full

    def take(self, chosen: NDArray[Any]) -> Pairs:
        """The pairs chosen by an index or a mask."""
        return Pairs(*(getattr(self, field.name)[chosen] for field in fields(self)))

    @classmethod
    def join(cls, parts: Iterable[Pairs]) -> Pairs:
        """The pairs of all parts together."""
        held = list(parts)
        return cls(*(np.concatenate([getattr(part, field.name) for part in held]) for field in fields(cls)))


def validating_world(number: int) -> int:
    """The number in `Pairs.world` of a validation world with new formulas: negative, and its photos never train."""
    return -(number + 1) * VALIDATION


def upper(metric: NDArray[np.floating[Any]]) -> Numbers:
    """The upper triangle of a (K, K) metric, row by row."""
    return np.asarray(metric[_UPPER], dtype=np.float32)


def to_bytes(pairs: Pairs) -> bytes:
    """A shard's file: the same bytes for the same pairs."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        _put(archive, "stated", np.array(_STATED))
        for field in fields(pairs):
            _put(archive, field.name, getattr(pairs, field.name))
    return file.getvalue()


def write(path: Path, data: bytes) -> None:
    """Write a shard's file atomically."""
    partial = path.with_name(f"{path.name}.partial")
    partial.write_bytes(data)
    partial.replace(path)


def read(path: Path) -> Pairs:
    """One shard. Raises NoDataSet for another kind of file, and for pairs of another schema, feature set or outputs."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as held:
            stated = str(held["stated"].item()) if "stated" in held else "nothing"
            if stated != _STATED:
                raise NoDataSet(path=path, why="it was made for other features or sliders than this Couloir has")
            pairs = Pairs(*(held[field.name] for field in fields(Pairs)))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
        raise NoDataSet(path=path, why=str(error)) from error
    if pairs.features.shape != (len(pairs), COUNT) or pairs.change.shape != (len(pairs), _K):
        raise NoDataSet(path=path, why="its tables do not fit together")
    return pairs


def read_all(folder: Path) -> Pairs:
    """All shards of a folder, in the order of their names. Raises NoDataSet."""
    shards = sorted(folder.glob("*.npz"))
    if not shards:
        raise NoDataSet(path=folder, why="no shard (*.npz) is in it")
    return Pairs.join(read(shard) for shard in shards)


def _put(archive: zipfile.ZipFile, name: str, values: NDArray[Any]) -> None:
    data = io.BytesIO()
    np.lib.format.write_array(data, np.ascontiguousarray(values), allow_pickle=False)
    # A fixed date, so that the same pairs are the same file.
    archive.writestr(zipfile.ZipInfo(f"{name}.npy", (2000, 1, 1, 0, 0, 0)), data.getvalue(), zipfile.ZIP_DEFLATED)
