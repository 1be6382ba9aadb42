"""The property lists of a library: package, tree and photos, with the key sets of real files.

Left out, because nothing here makes them: fileAliasData (an Alias Manager record), notes on masters, statistics.
Aperture leaves a key out where the database has NULL; so does this.
"""

from __future__ import annotations

import plistlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sample_library import clock, smart
from sample_library.properties import exif, iptc
from sample_library.rows import Bundle, Row
from sample_library.tree import PROJECT, SMART, USER, Album, Folder, Keyword, Tree, created

APP_VERSION = "3.6"
VERSION, MINOR, BACK_TO, PROJECT_VERSION = 110, 226, 220, 8
XML_EVERY = 11  # one in so many photos' plists is XML, as happens in real libraries

_BOOLEANS = frozenset(
    {
        *("isHidden", "isFlagged", "isOriginal", "isEditable", "isInTrash", "showInLibrary"),
        *("hasAdjustments", "hasEnabledAdjustments", "faceDetectionIsFromPreview"),
        *("fileIsReference", "isExternallyEditable", "isTrulyRaw", "isMissing", "isEnabled"),
        *("thumbnailsCurrent", "miniThumbnailsCurrent", "tinyThumbnailsCurrent", "fullSizePreviewUpToDate"),
        *("rejected", "ignore", "skippedInUnnamedFaces"),
    }
)
_DATES = frozenset(
    {
        *("imageDate", "createDate", "exportImageChangeDate", "exportMetadataChangeDate"),
        *("fileCreationDate", "fileModificationDate", "fullSizePreviewChangeDate"),
    }
)
# Columns that only the database has.
_MASTER_WITHOUT = frozenset({"hasAttachments", "hasNotes"})
_VERSION_WITHOUT = frozenset({"masterId", "hasNotes", "hasKeywords", "adjSeqNum", "exifLatitude", "exifLongitude"})
_BRICK_WITHOUT = frozenset({"versionUuid"})
_PROXY_WITHOUT = frozenset({"modelId", "versionId"})


def date(stamp: float) -> datetime | None:
    """A plist date (without zone, UTC); None where the calendar does not reach."""
    try:
        return clock.moment(stamp).replace(tzinfo=None)
    except (OverflowError, ValueError):
        return None


def _record(row: Row, without: frozenset[str]) -> dict[str, Any]:
    """A database row as a plist dictionary."""
    values: dict[str, Any] = {}
    for key, value in row.items():
        if value is None or key in without:
            continue
        if key in _BOOLEANS:
            value = bool(value)
        elif key in _DATES:
            value = date(value) if isinstance(value, int | float) else None
            if value is None:
                continue
        values[key] = value
    return values


def _write(path: Path, content: Mapping[str, Any], *, xml: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    form = plistlib.FMT_XML if xml else plistlib.FMT_BINARY
    path.write_bytes(plistlib.dumps(content, fmt=form, sort_keys=xml))


def write_photo(database: Path, bundle: Bundle, tree: Tree) -> None:
    """Master.apmaster, Version-N.apversion and faces of one photo; each master of a pair has a folder of its own."""
    plan = bundle.plan
    base = database / "Versions" / bundle.import_path
    # XML cannot carry what some anomalies put into names.
    xml = plan.index % XML_EVERY == XML_EVERY - 1 and not bundle.spoilt
    for original, row in zip(plan.originals, bundle.masters, strict=True):
        record = _record(row, _MASTER_WITHOUT)
        record |= {"importGroup": _group_name(plan.group.moment), "version": VERSION}
        record["plistWriteTimestamp"] = date(row["createDate"] + 120)
        _write(base / original.uuid / "Master.apmaster", record, xml=xml)
    for row in bundle.faces:
        face = _record(row, frozenset())
        face |= {"width": float(row["width"]), "height": float(row["height"])}
        _write(database / "Faces" / "Detected" / f"{row['uuid']}.apdetected", face)
    if not bundle.version_plists:
        return
    for number in range(len(plan.versions)):
        path = base / plan.used.uuid / f"Version-{plan.versions[number].number}.apversion"
        _write(path, _version_record(bundle, number, tree), xml=xml)
        if bundle.plists_cut:
            path.write_bytes(path.read_bytes()[:200])


def _version_record(bundle: Bundle, number: int, tree: Tree) -> dict[str, Any]:
    version, row, proxy = bundle.plan.versions[number], bundle.versions[number], bundle.proxies[number]
    record = _record(row, _VERSION_WITHOUT)
    record |= {"version": VERSION, "minorVersion": MINOR, "plistWriteTimestamp": date(row["createDate"] + 120)}
    record["exifProperties"] = {
        key: value.replace(tzinfo=None) if isinstance(value, datetime) else value
        for key, value in exif(bundle.plan).items()
    }
    texts = iptc(version, tree)
    if texts:
        record["iptcProperties"] = texts
    if version.keywords:
        # Leaf first, levels parted by tabs.
        record["keywords"] = ["\t".join(reversed(tree.keywords[position].path)) for position in version.keywords]
    if bundle.bricks[number]:
        record["RKImageAdjustments"] = [_record(brick, _BRICK_WITHOUT) for brick in bundle.bricks[number]]
    if proxy is not None:
        record["imageProxyState"] = _record(proxy, _PROXY_WITHOUT)
    if bundle.plan.used.kind.raw:
        record["adjustmentProperties"] = {"RawDecodeVersion": "8"}
    return record


def _group_name(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d @ %I:%M:%S %p}"


def import_group_name(moment: datetime) -> str:
    """RKImportGroup.name of an import at that time."""
    return _group_name(moment)


def write_package(root: Path, tree: Tree, masters: int, versions: int) -> None:
    """Info.plist and both copies of DataModelVersion.plist. The counts leave out what is in the trash."""
    info = {
        "CFBundleIdentifier": "com.apple.Aperture.library",
        "CFBundleName": "Aperture Library",
        "CFBundleShortVersionString": APP_VERSION,
        "CFBundleGetInfoString": f"Aperture Library {APP_VERSION}",
    }
    _write(root / "Info.plist", info, xml=True)
    made = date(created(0))
    model = {
        "DatabaseVersion": VERSION,
        "DatabaseMinorVersion": MINOR,
        "DatabaseCompatibleBackToMinorVersion": BACK_TO,
        "projectVersion": PROJECT_VERSION,
        "projectCompatibleBackToVersion": PROJECT_VERSION,
        "databaseUuid": tree.database_uuid,
        "createDate": made,
        "isIPhotoLibrary": False,
        "masterCount": masters,
        "versionCount": versions,
        "adminProperties": {
            "database|RKXMLExportManagerMode": "RKXMLExportManagerExportNeverKey",
            "database|applicationIdentifier": "com.apple.Aperture",
            "database|createDate": made,
            "database|databaseUuid": tree.database_uuid,
            "database|previewQuality": 0.833333333333333,
            "database|previewSizeLimit": 1,
            "touchedBy|com.apple.Aperture": 1,
        },
    }
    for folder in ("Aperture.aplib", "Database"):
        _write(root / folder / "DataModelVersion.plist", model, xml=True)


def write_tree(database: Path, tree: Tree) -> None:
    """Folders, albums, keywords and volumes; after the photos, because posters and album members come from them."""
    for folder in tree.folders:
        _write(database / "Folders" / f"{folder.uuid}.apfolder", _folder_record(folder, tree))
    for album in tree.albums:
        _write(database / "Albums" / f"{album.uuid}.apalbum", _album_record(album))
    _write(database / "Keywords.plist", {"keywords_version": 7, "keywords": _keyword_tree(tree.keywords)}, xml=True)
    for number, volume in enumerate(tree.volumes, start=1):
        record = {"uuid": volume.uuid, "modelId": number, "volumeName": volume.name, "diskUuid": volume.disk_uuid}
        _write(database / "Volumes" / f"{volume.uuid}.apvolume", record)


def _folder_record(folder: Folder, tree: Tree) -> dict[str, Any]:
    record: dict[str, Any] = {
        "uuid": folder.uuid,
        "modelId": folder.model_id,
        "version": VERSION,
        "name": folder.name,
        "folderType": folder.kind,
        "folderPath": folder.path,
        "createDate": date(created(folder.model_id)),
        "colorLabelIndex": -1,
        "isExpanded": False,
        "isFavorite": False,
        "isHidden": False,
        "isHiddenWhenEmpty": False,
        "isInTrash": folder.in_trash,
        "isMagic": folder.system,
        "sortAscending": True,
        "sortKeyPath": "custom.kind" if folder.kind == PROJECT else "custom.default",
    }
    optional = {
        "parentFolderUuid": folder.parent.uuid if folder.parent else None,
        "implicitAlbumUuid": folder.album_uuid,
        "posterVersionUuid": folder.poster,
        "CustomOrderList": {"default": tree.order[folder.uuid]} if folder.uuid in tree.order else None,
    }
    record |= {key: value for key, value in optional.items() if value is not None}
    if folder.kind == PROJECT:
        record |= {"projectVersion": PROJECT_VERSION, "projectCompatibleBackToVersion": PROJECT_VERSION}
        record["automaticallyGenerateFullSizePreviews"] = True
    if folder.comment is not None:
        note = {"attachedToUuid": folder.uuid, "createDate": date(created(0)), "modelId": 1, "propertyKey": "comment"}
        record["notes"] = [{**note, "note": folder.comment, "uuid": note_uuid(folder)}]
    return record


def note_uuid(folder: Folder) -> str:
    """The uuid of a project's description: derived, because each project has at most one."""
    return folder.uuid[::-1]


def _album_record(album: Album) -> dict[str, Any]:
    info: dict[str, Any] = {
        "uuid": album.uuid,
        "modelId": album.model_id,
        "version": VERSION,
        "albumType": 1,
        "albumSubclass": album.subclass,
        "folderUuid": album.folder_uuid,
        "createDate": date(created(album.model_id)),
        "colorLabelIndex": -1,
        "customSortAvailable": album.custom_order,
        "isFavorite": False,
        "isHidden": False,
        "isInTrash": album.in_trash,
        "isMagic": album.system,
        "sortAscending": True,
        "sortKeyPath": sort_key(album),
    }
    optional = {"name": album.name, "queryFolderUuid": album.query_folder}
    info |= {key: value for key, value in optional.items() if value is not None}
    record: dict[str, Any] = {"InfoDictionary": info, "FilterInfo": smart.NO_FILTER}
    if album.subclass == USER:
        record["versionUuids"] = [version for version, _ in album.members]
    if album.subclass == SMART and album.query is not None:
        record["UserQueryInfo"] = album.query
    return record


def sort_key(album: Album) -> str:
    """How an album is sorted: by its own order or by date."""
    return "custom.default" if album.custom_order else "exifProperties.ImageDate"


def _keyword_tree(keywords: Iterable[Keyword]) -> list[dict[str, Any]]:
    records: dict[str, dict[str, Any]] = {}
    top = []
    for keyword in keywords:  # parents come first
        record: dict[str, Any] = {"uuid": keyword.uuid, "modelId": keyword.model_id, "name": keyword.name}
        records[keyword.uuid] = record
        if keyword.parent is None:
            top.append(record)
        else:
            record["parentUuid"] = keyword.parent.uuid
            records[keyword.parent.uuid].setdefault("zChildren", []).append(record)
    return top


def write_people(database: Path, people: Iterable[Row]) -> None:
    """One plist for each person who has a face."""
    for row in people:
        record = {key: value for key, value in row.items() if value is not None}
        record |= {"lastUsedDate": date(row["lastUsedDate"]), "similarFacesCached": False, "similarFacesOpen": True}
        _write(database / "Faces" / "FaceNames" / f"{row['uuid']}.apfacename", record)
