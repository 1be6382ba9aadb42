"""Masters (RKMaster), and where their files are: disks (RKVolume) and imports (RKImportGroup)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from couloir.aperture.cells import Cells
from couloir.aperture.columns import Columns, records
from couloir.aperture.findings import Findings
from couloir.aperture.model import Master, MediaKind, Volume
from couloir.aperture.safe_sqlite import Database

COLUMNS = (
    "uuid",
    "name",
    "fileName",
    "originalFileName",
    "type",
    "subtype",
    "isTrulyRaw",
    "fileIsReference",
    "isMissing",
    "isInTrash",
    "imagePath",
    "fileVolumeUuid",
    "projectUuid",
    "importGroupUuid",
    "alternateMasterUuid",
    "fileSize",
    "originalFileSize",
    "imageDate",
    "createDate",
)
VOLUME_COLUMNS = ("uuid", "name", "diskUuid", "isOffline")
IMPORT_COLUMNS = ("uuid", "importYear", "importMonth", "importDay", "importTime")
_MEDIA = {"IMGT": MediaKind.IMAGE, "VIDT": MediaKind.VIDEO}


def masters_of(page: Columns, trashed_folders: Collection[str]) -> Iterator[Master]:
    """The masters of a page of rows. A master is in the trash when it is marked so or its project is in the trash."""
    projects, marked = page.keys("projectUuid"), page.flags("isInTrash")
    return records(
        Master,
        uuid=page.items,
        model_id=page.model_ids,
        name=page.names("name"),
        file_name=page.names("fileName"),
        original_file_name=page.keys("originalFileName"),
        media=[_MEDIA.get(kind, MediaKind.OTHER) for kind in page.names("type")],
        subtype=page.keys("subtype"),
        is_raw=page.flags("isTrulyRaw"),
        is_reference=page.flags("fileIsReference"),
        marked_missing=page.flags("isMissing"),
        in_trash=[gone or home in trashed_folders for gone, home in zip(marked, projects, strict=True)],
        # Taken verbatim: a manipulated path must reach the check that refuses it.
        image_path=[path or None for path in page.verbatim("imagePath")],
        volume_uuid=page.keys("fileVolumeUuid"),
        project_uuid=projects,
        import_group_uuid=page.keys("importGroupUuid"),
        alternate_master_uuid=page.keys("alternateMasterUuid"),
        file_size=page.integers("fileSize"),
        image_date=page.whens("imageDate"),
        created=page.whens("createDate"),
        original_file_size=page.integers("originalFileSize"),
    )


def read_volumes(database: Database, findings: Findings) -> tuple[Volume, ...]:
    """The disks of referenced originals, in modelId order."""
    cells = (Cells(row, findings, "volume") for page in database.pages("RKVolume", VOLUME_COLUMNS) for row in page)
    return tuple(Volume(c.item, c.name("name"), c.key("diskUuid"), c.flag("isOffline")) for c in cells)


def import_folder(group: Cells) -> tuple[str, str]:
    """An import group's uuid and the folder in Masters that Aperture made for it: 2023/09/27/20230927-064307."""
    year, month, day, time = (group.name(column) for column in IMPORT_COLUMNS[1:])
    return group.item, f"{year}/{month}/{day}/{year}{month}{day}-{time}"
