"""The columns that details are read from, by table."""

from __future__ import annotations

NOTE = ("uuid", "attachedToClassType", "attachedToUuid", "propertyKey", "note", "createDate", "data")
ATTACHMENT = (
    "uuid",
    "attachedToClassType",
    "attachedToUuid",
    "fileVolumeUuid",
    "propertyKey",
    "filename",
    "fileIsReference",
    "isMissing",
    "isInTrash",
    "duration",
    "filePath",
)
STACK_STATE = ("stackUuid", "albumUuid", "albumPick")
PLACE = (
    "uuid",
    "defaultName",
    "type",
    "userDefined",
    "minLatitude",
    "maxLatitude",
    "minLongitude",
    "maxLongitude",
)
PLACE_NAME = ("placeId", "language", "description")
PLACE_FOR_VERSION = ("versionId", "placeId")
VERSION_PLACE = ("uuid", "overridePlaceId")
FACE_NAME = ("uuid", "faceKey", "keyVersionUuid", "name", "fullName", "email")
VERSION_FACE = ("versionId", "faceKey", "faceRectLeft", "faceRectTop", "faceRectWidth", "faceRectHeight")
IMPORT_GROUP = ("uuid", "importYear", "importMonth", "importDay", "importTime", "name")
VIDEO = ("uuid", "videoInPoint", "videoOutPoint", "videoPosterFramePoint", "editListData")
PAIR = ("uuid", "masterUuid", "rawMasterUuid", "nonRawMasterUuid")
MASTER = (
    "uuid",
    "originalVersionUuid",
    "colorSpaceName",
    "imageFormat",
    "pixelFormat",
    "duration",
    "fileCreationDate",
    "fileModificationDate",
    "originalFileSize",
    "importedBy",
    "fileAliasData",
)
ALBUM = (
    "uuid",
    "albumType",
    "sortKeyPath",
    "sortAscending",
    "posterVersionUuid",
    "queryFolderUuid",
    "serviceFullName",
    "queryData",
)
FOLDER = (
    "uuid",
    "posterVersionUuid",
    "minImageDate",
    "maxImageDate",
    "createDate",
    "isFavorite",
    "sortKeyPath",
    "sortAscending",
)
MASK = ("uuid", "createDate")
PROXY = (
    "versionUuid",
    "fullSizePreviewChangeDate",
    "previewJpegWidth",
    "previewJpegHeight",
    "thumbnailPath",
    "thumbnailWidth",
    "thumbnailHeight",
    "miniThumbnailPath",
    "miniThumbnailWidth",
    "miniThumbnailHeight",
)
