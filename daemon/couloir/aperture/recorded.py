"""Reads Aperture's other records of an original: its own record of the original (version 0), and further versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from couloir.aperture.cells import Cells
from couloir.aperture.findings import Findings
from couloir.aperture.model import OtherRecords, Version
from couloir.aperture.safe_sqlite import PAGE, Database, chunks

COLUMNS = ("uuid", "versionNumber", "masterUuid", "colorLabelIndex", "exifLatitude", "exifLongitude", "rotation")
_TURNS = (0, 90, 180, 270)
_POSITION = ("Latitude", "Longitude", "Altitude")


def read_records(
    library: Database, properties: Database, versions: Sequence[Version], findings: Findings
) -> list[OtherRecords]:
    """The content of the other records of each version's original. Both files of a RAW+JPEG pair are
    that original.
    """
    originals = [_originals_of(version) for version in versions]
    rows: dict[object, list[Cells]] = defaultdict(list)
    for page in chunks(sorted({uuid for each in originals for uuid in each})):
        for row in library.find_rows("RKVersion", COLUMNS, "masterUuid", page):
            rows[row["masterUuid"]].append(Cells(row, findings, "version"))
    # An original has few versions; a library with thousands gets no further queries.
    others = [
        [cell for uuid in each for cell in rows[uuid] if cell.item != version.uuid][:PAGE]
        for version, each in zip(versions, originals, strict=True)
    ]
    held = _Held(library, properties, {cell.model_id for each in others for cell in each})
    return [_recorded(version, each, held) for version, each in zip(versions, others, strict=True)]


def _originals_of(version: Version) -> list[str]:
    masters = {version.master_uuid, version.raw_master_uuid, version.non_raw_master_uuid} - {None, ""}
    return sorted(str(uuid) for uuid in masters)


class _Held:
    """The keys of the properties that records hold, and which records have keywords, by modelId."""

    def __init__(self, library: Database, properties: Database, numbers: Collection[int]) -> None:
        self.iptc: dict[object, set[str]] = defaultdict(set)
        self.exif: dict[object, set[str]] = defaultdict(set)
        self.keywords: set[object] = set()
        for page in chunks(sorted(numbers)):
            marks = ",".join("?" * len(page))
            # A blank text counts as empty; the tables' names are constants of this module.
            texts = properties.tuples(
                "SELECT DISTINCT p.versionId, p.propertyKey, s.stringProperty FROM RKIptcProperty AS p"  # noqa: S608
                f" JOIN RKUniqueString AS s ON s.modelId = p.stringId WHERE p.versionId IN ({marks})",
                page,
            )
            for number, key, text in texts:
                if isinstance(key, str) and isinstance(text, str) and text.strip():
                    self.iptc[number].add(key)
            positions = properties.tuples(
                f"SELECT DISTINCT versionId, propertyKey FROM RKExifNumberProperty WHERE versionId IN ({marks})"  # noqa: S608
                f" AND propertyKey IN ({','.join('?' * len(_POSITION))}) AND numberProperty IS NOT NULL",
                [*page, *_POSITION],
            )
            for number, key in positions:
                self.exif[number].add(str(key))
            words = library.find_rows("RKKeywordForVersion", ("versionId",), "versionId", page)
            self.keywords |= {row["versionId"] for row in words}


def _recorded(version: Version, others: Sequence[Cells], held: _Held) -> OtherRecords:
    places = {cell.item: _place(cell) for cell in others}
    own = [cell for cell in others if cell.integer("versionNumber") == 0]
    own.sort(key=lambda cell: cell.name("masterUuid") != version.master_uuid)  # of a pair, this master's first
    return OtherRecords(
        keywords=any(cell.model_id in held.keywords for cell in others),
        label=any(
            cell.within("colorLabelIndex", 0, 6) is not None for cell in others if cell.integer("colorLabelIndex") != -1
        ),
        original=bool(own),
        iptc=frozenset(key for cell in others for key in held.iptc.get(cell.model_id, ())),
        exif=frozenset(key for cell in others for key in held.exif.get(cell.model_id, ())),
        placed=any(places.values()),
        original_place=next(
            (places[cell.item] for cell in others if cell.integer("versionNumber") == 0 and places[cell.item]), None
        ),
        original_rotation=next((turn for cell in own if (turn := cell.integer("rotation")) in _TURNS), None),
    )


def _place(cell: Cells) -> tuple[float, float] | None:
    latitude, longitude = cell.within("exifLatitude", -90, 90), cell.within("exifLongitude", -180, 180)
    return None if latitude is None or longitude is None else (latitude, longitude)
