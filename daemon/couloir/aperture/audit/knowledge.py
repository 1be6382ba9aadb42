"""The known tables and columns of an Aperture library: which are read, which are left aside, and why.

The columns that are read come from the readers themselves; a test checks that no others are queried. The page
docs/aperture-library.md is generated from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from couloir.aperture import faces, info, keywords, masters, metadata, order, previews, stacks, tree, versions
from couloir.aperture import operations as operation_reader
from couloir.aperture.details import tables as details
from couloir.aperture.property_keys import EXIF_KEYS, IPTC_KEYS, RESTATED_KEYS

VIEW = "the state of a window of Aperture"
DERIVED = "computed by Aperture from columns that are read"
INDEX = "an index for Aperture's own searches"
SYNC = "bookkeeping of synchronising and publishing"
SUPPORT = "Aperture's own bookkeeping of versions and caches"
DETECTION = "a measurement of face detection; the rectangle and the name are read"
UNDOCUMENTED = "no public source documents its content, and no real row is known"
BLOB = "a blob whose layout is not documented"
CHANGED = "the time of the row's last change"
ELSEWHERE = "another column that is read has the same value"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the columns that are read, those left aside with the reason, or the reason to leave the table aside."""

    parsed: frozenset[str] = frozenset()
    skipped: Mapping[str, str] = field(default_factory=dict)
    why: str = ""

    def status(self, column: str) -> str | None:
        """'' for a column that is read, the reason for one left aside, None for an unknown one."""
        if self.why:
            return self.why
        return "" if column == "modelId" or column in self.parsed else self.skipped.get(column)


def _table(*parsed: tuple[str, ...], **skipped: str) -> Table:
    """A table; `skipped` maps a reason's name in this module to the columns that it applies to."""
    reasons = {column: str(globals()[name]) for name, columns in skipped.items() for column in columns.split()}
    return Table(frozenset(column for columns in parsed for column in columns), reasons)


_LIBRARY: Mapping[str, Table] = {
    "RKImportGroup": _table(details.IMPORT_GROUP),
    "RKKeyword": _table(keywords.COLUMNS, DERIVED="searchName hasChildren", VIEW="shortcut"),
    "RKAlbumVersion": _table(("versionId", "albumId")),
    "RKVersion": _table(
        versions.COLUMNS,
        details.VERSION_PLACE,
        details.VIDEO,
        details.PAIR,
        DERIVED="isEditable hasNotes hasKeywords thumbnailGroup",
        CHANGED="createDate exportImageChangeDate exportMetadataChangeDate",
        SUPPORT="renderVersion adjSeqNum supportedStatus editState contentVersion propertiesVersion rawVersion",
        DETECTION="faceDetectionIsFromPreview faceDetectionRotationFromMaster",
    ),
    "RKStackState": _table(details.STACK_STATE, VIEW="isExpanded"),
    "RKStackContent": _table(stacks.COLUMNS),
    "RKKeywordForVersion": _table(("versionId", "keywordId")),
    "RKPropertySet": Table(why=UNDOCUMENTED),
    "RKNote": _table(details.NOTE),
    "RKMaster": _table(
        masters.COLUMNS,
        details.MASTER,
        DERIVED="originalVersionName isExternallyEditable hasAttachments hasNotes hasFocusPoints",
        SYNC="streamAssetId streamSourceUuid",
        SUPPORT="burstUuid imageHash faceDetectionState",
        BLOB="colorSpaceDefinition",
    ),
    "RKAdminData": _table(
        info.COLUMNS, ("propertyArea",), SUPPORT="blobPropertyValue storedDataType persistAfterRebuild"
    ),
    "RKCustomSortOrder": _table(order.ORDER_COLUMNS),
    "RKFolder": _table(
        tree.FOLDER_COLUMNS,
        details.FOLDER,
        DERIVED="versionCount folderPath minImageTimeZoneName maxImageTimeZoneName implicitAlbumUuid",
        VIEW="isExpanded isHidden isHiddenWhenEmpty colorLabelIndex",
        SUPPORT="automaticallyGenerateFullSizePreviews",
    ),
    "RKVolume": _table(masters.VOLUME_COLUMNS, CHANGED="createDate modDate", ELSEWHERE="label"),
    "RKMasterGroup": Table(why=UNDOCUMENTED),
    "RKAttachment": _table(
        details.ATTACHMENT, CHANGED="fileModificationDate", ELSEWHERE="fileAliasData", BLOB="propertiesData"
    ),
    "RKImageAdjustment": _table(operation_reader.COLUMNS, SUPPORT="dbVersion"),
    "RKVersionFaceContent": _table(details.VERSION_FACE, ELSEWHERE="masterId isNamed faceIndex"),
    "RKGroupsForVersions": Table(why=UNDOCUMENTED),
    "RKPlaceForVersion": _table(details.PLACE_FOR_VERSION),
    "RKAlbum": _table(
        tree.ALBUM_COLUMNS,
        details.ALBUM,
        SYNC="serviceName serviceAccountName publishSyncNeeded",
        VIEW="isFavorite isHidden colorLabelIndex faceSortKeyPath filterData viewData selectedVersionIds",
        DERIVED="versionCount",
        CHANGED="createDate recentUserChangeDate",
        UNDOCUMENTED="selectedTrackPathUuid",
    ),
    "RKVault": Table(why="vaults are backups of this library"),
    "RKVersionGroup": Table(why=UNDOCUMENTED),
    "RKImageMask": _table(details.MASK),
    "RKGroupsForMasters": Table(why=UNDOCUMENTED),
}

_TEXT_PROPERTY = {"DERIVED": "searchStringId", "CHANGED": "modDate"}
_PROPERTIES: Mapping[str, Table] = {
    "RKStatistic": Table(why=DERIVED),
    "RKExifNumberProperty": _table(metadata.REQUIRED["RKExifNumberProperty"], CHANGED="modDate"),
    "RKPlace": _table(
        details.PLACE,
        SUPPORT="recordLocator geoVersion isLowest",
        DERIVED="centroid",
        CHANGED="createDate modDate",
        BLOB="boundaryData",
    ),
    "RKUniqueString": _table(metadata.REQUIRED["RKUniqueString"]),
    "RKFaceProperty": Table(why="repeats the names of Faces.db"),
    "RKPlaceName": _table(details.PLACE_NAME),
    "RKIptcProperty": _table(metadata.REQUIRED["RKIptcProperty"], **_TEXT_PROPERTY),
    "RKOtherProperty": Table(why=f"{DERIVED}; any other key in it is carried"),
    "RKExifStringProperty": _table(metadata.REQUIRED["RKExifStringProperty"], **_TEXT_PROPERTY),
}

_FACES: Mapping[str, Table] = {
    "RKFaceName": _table(
        faces.NAME_COLUMNS, details.FACE_NAME, VIEW="similarFacesCached similarFacesOpen manualOrder", BLOB="attrs",
        CHANGED="lastUsedDate",
    ),
    "RKSimilarFaces": Table(why=DETECTION),
    "RKDetectedFaceBlob": Table(why=DETECTION),
    "RKDetectedFaceExternal": Table(why=SYNC),
    "RKDetectedFace": _table(
        faces.COLUMNS,
        DETECTION="width height confidence sharpness exposureValue faceCount faceFlags faceAngle faceDirectionAngle "
        "faceSkinScore correlatedFaceKey faceIndex",
        VIEW="hasFaceTile tileFacePosition skippedInUnnamedFaces",
        SYNC="ownerServiceKey",
        UNDOCUMENTED="altMasterUuid",
    ),
    "RKFaceFeature": Table(why=DETECTION),
    "RKFaceExternal": Table(why=SYNC),
}  # fmt: skip

_PROXIES: Mapping[str, Table] = {
    # Aperture 3.1 has it beside RKImageProxyState, with a part of its columns; in the real library it is empty.
    "IPImageProxyState": Table(why=SUPPORT),
    "RKImageProxyState": _table(
        previews.COLUMNS,
        details.PROXY,
        ELSEWHERE="versionId",
        SUPPORT="thumbnailsCurrent miniThumbnailsCurrent tinyThumbnailsCurrent thumbnailCacheIndex thumbnailRendered "
        "previewRendered thumbnailFilesize previewFilesize miniThumbnailFilesize tinyThumbnailHeight "
        "tinyThumbnailWidth faceTilePath",
        DERIVED="previewJpegRotation previewToMasterRotation thumbnailRotation miniThumbnailRotation "
        "tinyThumbnailRotation microThumbnailRotation",
    ),
}

#: The databases whose tables are known individually.
DATABASES: Mapping[str, Mapping[str, Table]] = {
    "Library.apdb": _LIBRARY,
    "Properties.apdb": _PROPERTIES,
    "Faces.db": _FACES,
    "ImageProxies.apdb": _PROXIES,
}
#: The databases that are left aside as a whole.
SKIPPED_DATABASES: Mapping[str, str] = {
    "BigBlobs.apdb": "macOS's metadata of each file, which Aperture does not use; the properties are read",
    "History.apdb": "a record of changes for synchronising: no row of it holds data of a picture",
    "SharingActivity.db": "comments and contacts of sharing services",
}
#: The entries of the library's own folder: '' is read, else the reason why not.
PACKAGE: Mapping[str, str] = {
    "Info.plist": "",
    "Database": "",
    "Masters": "",
    "Previews": "",
    "Thumbnails": "",
    "Masks": "",
    "Aperture.aplib": "",
    "Attachments": "read through RKAttachment; the files are copied beside their photos",
    "ApertureData.xml": "an extract of the databases for other programs",
    "AlbumData.xml": "an extract of the databases for other programs",
    "iLifeShared": "an extract of the databases for other programs",
    "iMovie-Thumbnails": "pictures made for iMovie",
    "iPod Photo Cache": "pictures made for iPods and phones",
    "Projects.db": "iPhoto's books, cards and calendars, which no other program draws",
    "ProjectDBVersion.plist": "the version of Projects.db",
    "iPhotoLock.data": "the process that has the library open",
    "repairOnLaunch": "a request to iPhoto to repair the library",
    "Backup": "copies of the databases",
    ".DS_Store": "the Finder's view of the folder",
}
#: Endings of the names of tables that Aperture makes for its own searches.
INDEX_ENDINGS = ("_RidIndexes", "_CharIndex", "_RTree", "_RTree_node", "_RTree_rowid", "_RTree_parent")
INDEX_TABLES = frozenset({"RKCharacterIndex", "sqlite_sequence", "sqlite_stat1"})

#: Keys of properties by their table: '' is read, else the reason why not. Unknown ones are carried unchanged.
KNOWN_KEYS: Mapping[str, Mapping[str, str]] = {
    "RKIptcProperty": {key: ELSEWHERE if key in RESTATED_KEYS else "" for key in IPTC_KEYS},
    "RKExifStringProperty": dict.fromkeys(EXIF_KEYS, ""),
    "RKExifNumberProperty": dict.fromkeys(EXIF_KEYS, ""),
    "RKOtherProperty": dict.fromkeys(metadata.DERIVED_PROPERTIES, "computed by Aperture"),
    "RKFaceProperty": {"name": "repeats the names of Faces.db"},
    "RKStatistic": {"viewed": "how often Aperture showed it"},
}


def table_of(database: str, name: str) -> Table | None:
    """The known facts about a table; None for an unknown one."""
    if name in INDEX_TABLES or name.endswith(INDEX_ENDINGS):
        return Table(why=INDEX)
    return DATABASES.get(database, {}).get(name)
