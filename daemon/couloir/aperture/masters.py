"""Masters: one row of RKMaster each."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from couloir.aperture.columns import Columns, records
from couloir.aperture.model import Master, MediaKind

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
_MEDIA = {"IMGT": MediaKind.IMAGE, "VIDT": MediaKind.VIDEO}


def masters_of(page: Columns, trashed_folders: Collection[str]) -> Iterator[Master]:
    """The masters of a page of rows. One is in the trash when it is marked so or its project is."""
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
        # Taken verbatim: a path that was tampered with must reach the place that refuses it.
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
