"""Reads and writes models/registry.json: the models, the current one, and the hash and self-test of each."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from couloir.errors import ModelMissing, ModelUnreadable, ModelUnsafe
from couloir.regular_files import read_regular

FILE_NAME: Final = "registry.json"
SCHEMA: Final = 1
_MAX_BYTES: Final = 1024 * 1024

FileName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
"""A name within the folder: no separator, no drive, nothing hidden."""


class SelfTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An example: the predictions (photos x outputs, normalised units) for the features of `probe(seed, ...)`."""

    seed: int
    mean: list[list[float]]
    log_variance: list[list[float]]


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model. `file` and `card` are names within the folder; `summary` is the card in one sentence.

    `trained` is false for a model that was trained on no pair; its variances are not shown.
    """

    name: FileName
    file: FileName
    sha256: str
    feature_version: int
    trained: bool
    created_by: str
    card: FileName
    summary: str
    self_test: SelfTest


class Registry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All models of a folder; `current` names the one in use."""

    schema: int
    current: str
    models: list[Entry]

    @property
    def entry(self) -> Entry:
        """The current model's entry. Raises ModelMissing when there is none of that name."""
        for entry in self.models:
            if entry.name == self.current:
                return entry
        raise ModelMissing(model=self.current, why=f"{FILE_NAME} has no entry for it")

    def with_entry(self, entry: Entry) -> Registry:
        """This registry with the entry added, or replacing the entry of its name, and made current."""
        others = [other for other in self.models if other.name != entry.name]
        return Registry(SCHEMA, entry.name, sorted([*others, entry], key=lambda one: one.name))


def read_registry(folder: Path) -> Registry:
    """The registry of a models folder. Raises ModelMissing, ModelUnreadable, or ModelUnsafe for an oversized file."""
    try:
        data = read_limited(folder / FILE_NAME, _MAX_BYTES)
        registry = msgspec.json.decode(data, type=Registry)
    except FileNotFoundError as error:
        raise ModelMissing(model=FILE_NAME, why=f"it is not in {folder}") from error
    except OSError as error:
        raise ModelUnreadable(model=FILE_NAME, why=str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ModelUnreadable(model=FILE_NAME, why=str(error)) from error
    if registry.schema != SCHEMA:
        raise ModelUnreadable(model=FILE_NAME, why=f"its schema is {registry.schema}, and this Couloir knows {SCHEMA}")
    return registry


def registry_bytes(registry: Registry) -> bytes:
    """The file's contents: indented JSON with a final line end, the same for the same registry."""
    return msgspec.json.format(msgspec.json.encode(registry), indent=1) + b"\n"


def read_limited(path: Path, limit: int) -> bytes:
    """A file's bytes. Raises ModelUnsafe above `limit` without reading further, and OSError as `open` does."""
    data = read_regular(path, limit)
    if data is None:
        raise ModelUnsafe(model=path.name, why=f"its file is larger than {limit} bytes")
    return data


def file_in(folder: Path, entry: Entry) -> Path:
    """The model's file, which must lie in the folder itself. Raises ModelUnsafe for a link that leads elsewhere."""
    path = folder / entry.file
    if path.resolve().parent != folder.resolve():
        raise ModelUnsafe(model=entry.name, why=f"its file {entry.file} is a link that leads out of the models folder")
    return path


def sha256(data: bytes) -> str:
    """The hexadecimal digest that a registry pins."""
    return hashlib.sha256(data).hexdigest()


def probe(seed: int, photos: int, low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float32]:
    """Features for a self-test: (photos, len(low)), spread evenly over each feature's range.

    They come from SHAKE-256 of the seed, because a random generator may change with the version of its library.
    """
    count = photos * len(low)
    stream = np.frombuffer(hashlib.shake_256(b"couloir %d" % seed).digest(4 * count), dtype="<u4")
    share = (stream.astype(np.float64) / 2**32).reshape(photos, len(low))
    return (low + share * (high - low)).astype(np.float32)
