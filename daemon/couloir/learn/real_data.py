"""Real pairs in a data set: one shard for each library, with a record of the version behind each row."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from couloir.aperture.library import Library
from couloir.derive.feature_schema import FEATURE_VERSION
from couloir.learn import dataset
from couloir.learn.campaign import REAL
from couloir.learn.reading import AdjustedVersion, real_photos
from couloir.learn.real_pairs import RealPairs, RealPhoto, make


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The photo behind each row of a shard. The record stays on this computer; contributions do not contain it.

    `validates` is the 80/20 split by photo and by camera; `previews` are paths, "" where there is none.
    """

    library: str
    feature_version: int
    versions: list[str]
    previews: list[str]
    validates: list[bool]


def save(
    library: Library, wanted: Mapping[str, AdjustedVersion], folder: Path, told: Callable[[int, int], None]
) -> RealPairs:
    """Make the pairs of a library's adjusted versions and put them into a data set, replacing earlier ones of it.

    Raises OSError as writing does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    previews: dict[str, str] = {}

    def counted() -> Iterator[RealPhoto]:
        for done, photo in enumerate(real_photos(library, wanted), 1):
            previews[photo.version.uuid] = str(library.preview(photo.version).path or "")
            told(done, len(wanted))
            yield photo

    made = make(counted())
    stem = folder / f"{REAL}{hashlib.sha256(_identity(library).encode()).hexdigest()[:12]}"
    if made.pairs is None:
        return made
    record = Record(
        library=str(library.info.path),
        feature_version=FEATURE_VERSION,
        versions=list(made.versions),
        previews=[previews[uuid] for uuid in made.versions],
        validates=(made.pairs.world % dataset.VALIDATION == 0).tolist(),
    )
    stem.with_suffix(".json").write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")
    dataset.write(stem.with_suffix(".npz"), dataset.to_bytes(made.pairs))
    return made


def record_of(shard: Path) -> Record | None:
    """The record beside a shard of real pairs; None for synthetic and contributed ones."""
    file = shard.with_suffix(".json")
    return msgspec.json.decode(file.read_bytes(), type=Record) if file.exists() else None


def _identity(library: Library) -> str:
    return library.info.uuid or str(library.info.path)
