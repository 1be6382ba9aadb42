"""Places, people and the positions of their faces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from couloir.aperture.cells import Cells
from couloir.aperture.details import tables
from couloir.aperture.details.records import Person, Place, VersionFace
from couloir.aperture.details.sources import Sources, cells, uuids


def places(at: Sources) -> Iterator[Place]:
    """Named places."""
    names: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for cell in cells(at, "RKPlaceName", tables.PLACE_NAME, "place", at.properties):
        names[cell.integer("placeId") or 0].append((cell.name("language"), cell.name("description")))
    for cell in cells(at, "RKPlace", tables.PLACE, "place", at.properties):
        yield Place(
            uuid=cell.item,
            model_id=cell.model_id,
            name=cell.name("defaultName"),
            names=tuple(names.get(cell.model_id, ())),
            kind=cell.integer("type"),
            user_defined=cell.flag("userDefined"),
            latitudes=_range(cell, "Latitude", 90),
            longitudes=_range(cell, "Longitude", 180),
        )


def version_places(at: Sources) -> Iterator[tuple[str, str]]:
    """(version uuid, place uuid) for every place that a version lies in, the one set by hand first."""
    named = {place.model_id: place.uuid for place in places(at)}
    if at.library.has_columns("RKVersion", tables.VERSION_PLACE):
        for page in at.library.pages("RKVersion", tables.VERSION_PLACE, "overridePlaceId IS NOT NULL"):
            for cell in (Cells(row, at.findings, "version") for row in page):
                place = named.get(cell.integer("overridePlaceId") or 0)
                if place is not None:
                    yield cell.item, place
    for page in at.library.pages("RKPlaceForVersion", tables.PLACE_FOR_VERSION):
        known = uuids(at, "RKVersion", [row["versionId"] for row in page])
        for row in page:
            version, place = known.get(row["versionId"]), named.get(row["placeId"])
            if version is not None and place is not None:
                yield version, place


def people(at: Sources) -> Iterator[Person]:
    """The names of faces; key 0 means no person."""
    if at.faces is None:
        return
    for cell in cells(at, "RKFaceName", tables.FACE_NAME, "face name", at.faces):
        key = cell.integer("faceKey")
        if key:
            yield Person(
                uuid=cell.item,
                key=key,
                name=cell.name("name"),
                full_name=cell.key("fullName"),
                email=cell.key("email"),
                key_version_uuid=cell.key("keyVersionUuid"),
            )


def version_faces(at: Sources) -> Iterator[VersionFace]:
    """Faces in the frame that Aperture shows."""
    names = {person.key: person.full_name or person.name for person in people(at)}
    for page in at.library.pages("RKVersionFaceContent", tables.VERSION_FACE):
        known = uuids(at, "RKVersion", [row["versionId"] for row in page])
        for row in page:
            version = known.get(row["versionId"])
            cell = Cells(row, at.findings, "face", f"version modelId {row['versionId']}")
            # faceRectTop is the lower edge: checked against a cropped picture of a real library.
            left, bottom, width, height = (cell.within(column, -1, 2) or 0.0 for column in tables.VERSION_FACE[2:])
            if version is not None:
                yield VersionFace(version, names.get(cell.integer("faceKey") or 0), left, bottom, width, height)


def _range(cell: Cells, axis: str, end: int) -> tuple[float, float] | None:
    low, high = cell.within(f"min{axis}", -end, end), cell.within(f"max{axis}", -end, end)
    return None if low is None or high is None else (low, high)
