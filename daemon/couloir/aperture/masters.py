"""Masters: one row of RKMaster each."""

from __future__ import annotations

from collections.abc import Collection

from couloir.aperture.cells import Cells
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
    "imageDate",
    "createDate",
)
_MEDIA = {"IMGT": MediaKind.IMAGE, "VIDT": MediaKind.VIDEO}


def master_of(cell: Cells, trashed_folders: Collection[str]) -> Master:
    """A master is in the trash when it is marked so or its project is."""
    project = cell.key("projectUuid")
    return Master(
        uuid=cell.item,
        model_id=cell.model_id,
        name=cell.name("name"),
        file_name=cell.name("fileName"),
        original_file_name=cell.key("originalFileName"),
        media=_MEDIA.get(cell.name("type"), MediaKind.OTHER),
        subtype=cell.key("subtype"),
        is_raw=cell.flag("isTrulyRaw"),
        is_reference=cell.flag("fileIsReference"),
        marked_missing=cell.flag("isMissing"),
        in_trash=cell.flag("isInTrash") or project in trashed_folders,
        # Taken verbatim: a path that was tampered with must reach the place that refuses it.
        image_path=cell.verbatim("imagePath") or None,
        volume_uuid=cell.key("fileVolumeUuid"),
        project_uuid=project,
        import_group_uuid=cell.key("importGroupUuid"),
        alternate_master_uuid=cell.key("alternateMasterUuid"),
        file_size=cell.integer("fileSize"),
        image_date=cell.when("imageDate"),
        created=cell.when("createDate"),
    )
