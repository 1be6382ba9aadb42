"""Reads Aperture's other records of an original: its own record of the original (version 0), and further versions."""

from __future__ import annotations

from couloir.aperture.cells import Cells
from couloir.aperture.findings import Findings
from couloir.aperture.model import OtherRecords, Version
from couloir.aperture.safe_sqlite import PAGE, Database

COLUMNS = ("uuid", "versionNumber", "masterUuid", "colorLabelIndex", "exifLatitude", "exifLongitude", "rotation")
_TURNS = (0, 90, 180, 270)
_POSITION = ("Latitude", "Longitude", "Altitude")


def read_records(library: Database, properties: Database, version: Version, findings: Findings) -> OtherRecords:
    """The content of the other records of a version's original. Both files of a RAW+JPEG pair count as that
    original.
    """
    masters = {version.master_uuid, version.raw_master_uuid, version.non_raw_master_uuid} - {None, ""}
    rows = library.find_rows("RKVersion", COLUMNS, "masterUuid", sorted(str(uuid) for uuid in masters))
    others = [cell for row in rows if (cell := Cells(row, findings, "version")).item != version.uuid][
        :PAGE
    ]  # an original has few versions; a library with thousands gets no further queries
    places = {cell.item: _place(cell) for cell in others}
    numbers = [cell.model_id for cell in others]
    marks = ",".join("?" * len(numbers))
    # A blank text counts as empty; the tables' names are constants of this module.
    texts = properties.tuples(
        "SELECT DISTINCT p.propertyKey, s.stringProperty FROM RKIptcProperty AS p"  # noqa: S608
        f" JOIN RKUniqueString AS s ON s.modelId = p.stringId WHERE p.versionId IN ({marks})",
        numbers,
    )
    positions = properties.tuples(
        f"SELECT DISTINCT propertyKey FROM RKExifNumberProperty WHERE versionId IN ({marks})"  # noqa: S608
        f" AND propertyKey IN ({','.join('?' * len(_POSITION))}) AND numberProperty IS NOT NULL",
        [*numbers, *_POSITION],
    )
    own = [cell for cell in others if cell.integer("versionNumber") == 0]
    own.sort(
        key=lambda cell: cell.name("masterUuid") != version.master_uuid
    )  # of a pair, the records of this version's master first
    words = library.find_rows("RKKeywordForVersion", ("versionId",), "versionId", numbers)
    return OtherRecords(
        keywords=bool(words),
        label=any(
            cell.within("colorLabelIndex", 0, 6) is not None for cell in others if cell.integer("colorLabelIndex") != -1
        ),
        original=bool(own),
        iptc=frozenset(key for key, text in texts if isinstance(key, str) and isinstance(text, str) and text.strip()),
        exif=frozenset(str(key) for [key] in positions),
        placed=any(places.values()),
        original_place=next(
            (places[cell.item] for cell in others if cell.integer("versionNumber") == 0 and places[cell.item]), None
        ),
        original_rotation=next((turn for cell in own if (turn := cell.integer("rotation")) in _TURNS), None),
    )


def _place(cell: Cells) -> tuple[float, float] | None:
    latitude, longitude = cell.within("exifLatitude", -90, 90), cell.within("exifLongitude", -180, 180)
    return None if latitude is None or longitude is None else (latitude, longitude)
