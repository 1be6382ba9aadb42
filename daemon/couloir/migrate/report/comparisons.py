"""Keeps the comparisons of a report for the next one, so that a second run with nothing to do draws nothing.

A comparison is used again while everything that it was made from is the same: the version, its preview and original by
size and time, the translator and the renderer.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Final, NamedTuple

from couloir import __version__
from couloir.aperture.library import Library
from couloir.color.difference import Difference
from couloir.derive.model import Fidelity
from couloir.derive.translator import Translator
from couloir.engines.dng.raw import missing_decoder
from couloir.json_text import to_json
from couloir.migrate.changes import fingerprint
from couloir.migrate.files.own import make_folder, names, remove, write_whole
from couloir.migrate.report.look_pictures import PICTURE_SIZE, PairPictures, stem_of
from couloir.migrate.report.looks import ComparedPhoto

PICTURES: Final = "pictures"


class Comparison(NamedTuple):
    """The result for one photo: None where there was nothing to compare, with the `problem` where one is known.
    `failed` says that its original or preview is damaged.
    """

    photo: ComparedPhoto | None
    problem: str = ""
    failed: bool = False


def describe_drawing(renderer: str, translator: Translator, *, by_pictures: bool) -> str:
    """What besides a photo itself decides how it is translated and drawn."""
    facts = (
        *(__version__, renderer, PICTURE_SIZE, by_pictures, missing_decoder() is None),
        translator.models.status().name,
        [(profile.name, profile.learnt) for _, profile in sorted(translator.profiles.by_camera.items())],
        *(translator.offsets, translator.strengths, tuple(map(str, Fidelity))),
    )
    return hashlib.blake2b(repr(facts).encode("utf-8", "replace"), digest_size=16).hexdigest()


class ComparisonStore:
    """The folder `pictures` of a report: the pictures of each comparison, and a note with its figures."""

    def __init__(self, folder: Path, drawing: str) -> None:
        """`folder` is the report's, kept as `report`; `drawing` comes from `describe_drawing`. Raises as `writing`."""
        self.report = folder
        self._folder = folder / PICTURES
        self._drawing = drawing
        self._used: set[str] = set()
        make_folder(self._folder)

    def key_of(self, library: Library, uuid: str) -> str:
        """What the comparison of a version is made from, as one text. Raises UnknownVersion."""
        version = library.version(uuid)
        master = library.master(version.master_uuid)
        original = None if master is None else library.original(master).path
        files = [_stamp(library.preview(version).path), _stamp(original)]
        return f"{self._drawing} {fingerprint(version)} {' '.join(files)}"

    def find(self, uuid: str, key: str) -> Comparison | None:
        """The comparison that an earlier report made from the same; None where there is none that is whole."""
        name = f"{stem_of(uuid)}.json"
        try:
            note = json.loads((self._folder / name).read_bytes())
            if note["key"] != key:
                return None
            found = Comparison(None if note["photo"] is None else _read(note["photo"]), note["problem"], note["failed"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        pictures = _pictures_of(found.photo)
        if not all((self.report / picture).is_file() for picture in pictures):
            return None
        self._used |= {name, *(Path(picture).name for picture in pictures)}
        return found

    def keep(self, uuid: str, key: str, found: Comparison) -> None:
        """Keep a comparison whose pictures are drawn. Raises as `writing` does."""
        name = f"{stem_of(uuid)}.json"
        photo = None if found.photo is None else asdict(found.photo)
        note = {"key": key, "problem": found.problem, "failed": found.failed, "photo": photo}
        write_whole(self._folder / name, to_json(note, ensure_ascii=True).encode())
        self._used |= {name, *(Path(picture).name for picture in _pictures_of(found.photo))}

    def prune(self) -> None:
        """Remove the files of comparisons that were neither found nor kept. Raises as `writing` does."""
        for name in names(self._folder):
            if name not in self._used:
                remove(self._folder / name)


def _read(note: dict[str, object]) -> ComparedPhoto:
    """The counterpart of `asdict`. Raises TypeError for a note that another Couloir wrote."""
    parts = dict(note)
    parts["before"], parts["after"] = (Difference(**parts[name]) for name in ("before", "after"))  # type: ignore[arg-type]
    parts["drawn"] = PairPictures(**parts["drawn"])  # type: ignore[arg-type]
    parts["operations"] = tuple(parts["operations"])  # type: ignore[arg-type]
    return ComparedPhoto(**parts)  # type: ignore[arg-type]


def _pictures_of(photo: ComparedPhoto | None) -> list[str]:
    drawn = None if photo is None else photo.drawn
    return (
        []
        if drawn is None
        else [name for name in (drawn.aperture, drawn.rendering, drawn.difference, drawn.lost) if name]
    )


def _stamp(path: Path | None) -> str:
    try:
        status = None if path is None else path.stat()
    except OSError:
        status = None
    return "-" if status is None else f"{status.st_size:x}.{status.st_mtime_ns:x}"
