"""The masks of a photo on its page: where Lightroom's brush acts, as a small picture to be laid over the photo.

They are drawn by our own rasteriser from what the file holds or a match has placed, each once for a content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from couloir.aperture.library import Library
from couloir.aperture.model import Master, Version
from couloir.derive.painted.inside import WHOLE
from couloir.engines.camera_raw.local import EXPOSURE, show_masks
from couloir.engines.pixels import encode_webp
from couloir.errors import ContentError
from couloir.json_text import to_json
from couloir.lightroom.crop import Crop
from couloir.lightroom.embed import extract
from couloir.lightroom.local.fields import as_fields, from_fields, get_local
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.rdf import parse
from couloir.lightroom.settings import CROP_KEYS
from couloir.migrate.files.own import write_whole
from couloir.migrate.files.sizes import sized_in
from couloir.migrate.ledger.rows import Entry
from couloir.migrate.ledger.verdicts import MatchRecord
from couloir.migrate.report.compare import photo_of
from couloir.migrate.report.look_pictures import draw_overlay, stem_of
from couloir.migrate.report.look_store import MASKS, LookStore
from couloir.migrate.report.looks import ComparedPhoto, PlacedMask
from couloir.migrate.report.setting_words import WORDS

MASK_SIZE: Final = 336  # pixels on the long edge, as thumbnails have
_DEGREES: Final = frozenset({"LocalHue", "LocalToningHue"})


@dataclass(frozen=True, slots=True)
class _Placed:
    """Local adjustments, and the mean CIEDE2000 without and with each where it acts, empty where it was not drawn."""

    local: Sequence[LocalAdjustment]
    inside: Sequence[Sequence[float]] = ()


class MaskPictures:
    """Finds the masks of photos and keeps their pictures in a report's folder."""

    def __init__(self, library: Library, store: LookStore) -> None:
        self._library = library
        self._store = store

    def show(
        self,
        version: Version,
        master: Master | None,
        entry: Entry | None,
        match: MatchRecord | None,
        compared: ComparedPhoto | None,
        settings: Mapping[str, object],
    ) -> tuple[PlacedMask, ...]:
        """The masks of a photo, their pictures made where they are missing. `settings` have its crop. () for a photo
        without any, and where its file, which the report names as missing or spoilt, cannot be read.

        Raises as `writing` does.
        """
        placed = self._find(entry, match, compared)
        original = None if master is None or not placed.local else self._library.original(master).path
        if master is None or original is None:
            return ()
        size = sized_in(self._library, version, master).master_size
        if size is None or min(size.width, size.height) <= 0:
            return ()
        frame = float(size.width), float(size.height)
        orientation = photo_of(version, master, original).orientation or 1
        inside = placed.inside if len(placed.inside) == len(placed.local) else [()] * len(placed.local)
        found = []
        for each, figures in zip(placed.local, inside, strict=True):
            file = self._draw(version.uuid, each, _crop_of(settings), orientation, frame)
            before, after = figures if len(figures) == 2 else (None, None)
            found.append(PlacedMask(file, tuple(_tell(each)), before, after))
        return tuple(found)

    def _find(self, entry: Entry | None, match: MatchRecord | None, compared: ComparedPhoto | None) -> _Placed:
        try:
            if match is not None and match.is_unpainted:
                return _Placed(())
            if match is not None and match.local:
                return _Placed(from_fields(match.local), match.inside)
            if compared is not None and compared.local:
                return _Placed(from_fields(compared.local), compared.inside)
            return _Placed(() if entry is None else self._read(entry))
        except (ValueError, KeyError, TypeError, ContentError, OSError):
            return _Placed(())  # another Couloir wrote it, or the file is not there: the report names such files

    def _read(self, entry: Entry) -> list[LocalAdjustment]:
        detail = entry.row.detail
        if "painted" not in detail:
            return []
        sidecar = detail.get("sidecar")
        file = self._store.destination / str(sidecar or detail.get("path"))
        packet = file.read_bytes() if sidecar else extract(file)
        return [] if packet is None else get_local(parse(packet, file.name), file.name)

    def _draw(
        self, uuid: str, adjustment: LocalAdjustment, crop: Crop, orientation: int, frame: tuple[float, float]
    ) -> str:
        """The file of one adjustment's mask, relative to the report's folder."""
        content = to_json([as_fields([adjustment]), repr((crop, orientation, frame))])
        name = f"{stem_of(uuid)}-{hashlib.blake2b(content.encode(), digest_size=8).hexdigest()}.webp"
        path = self._store.folder / MASKS / name
        if not path.exists():
            alpha = show_masks(adjustment.masks, crop, orientation, frame, MASK_SIZE)
            write_whole(path, encode_webp(draw_overlay(alpha, lost=False)))
        self._store.keep(f"{MASKS}/{name}")
        return f"{MASKS}/{name}"


def _crop_of(settings: Mapping[str, object]) -> Crop:
    numbers = [settings.get(key) for key in CROP_KEYS]
    found = [float(each) for each in numbers if isinstance(each, int | float)]
    return Crop(*found) if len(found) == len(CROP_KEYS) else WHOLE


def _tell(adjustment: LocalAdjustment) -> Iterator[tuple[str, str]]:
    """The words and the value of each slider, those of the whole picture's slider of the same name."""
    for key, value in adjustment.settings.items():
        name = key.removeprefix("Local")
        decimals = 2 if key == EXPOSURE else 0
        yield WORDS.get(name, name), f"{value:+.{decimals}f}" if key not in _DEGREES else f"{value:.0f}"
