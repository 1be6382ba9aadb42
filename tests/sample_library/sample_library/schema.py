"""The databases of an Aperture 3.6 library, version 110/226: every table and column, written down on its own.

This is the generator's own description. The reader in the package has another; neither knows the other, so that they
can disagree, and the real library in the tests is the judge of both. Only tables that Aperture derives from others
(search and bitmap indexes: RK*_RidIndexes, RK*_CharIndex, RKCharacterIndex, the R-tree of places) are left out.

Notation: a table is one line of `column:type` words, type being i(nteger), s(tring), d(ecimal), t(imestamp), b(lob);
the first column is the integer primary key unless its type is written in full. Indexes are lists of columns joined
with `+`; a leading `!` makes one unique. Timestamps are seconds since 2001-01-01 00:00 UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

TYPES = {"i": "integer", "s": "varchar", "d": "decimal", "t": "timestamp", "b": "blob"}


@dataclass(frozen=True, slots=True)
class Table:
    """One table: columns in stored order with their declared type, and the columns of each index."""

    name: str
    columns: tuple[tuple[str, str], ...]
    indexes: tuple[tuple[bool, tuple[str, ...]], ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns)

    def create(self) -> str:
        """The CREATE TABLE statement."""
        (key, key_type), *rest = self.columns
        lines = [f"{key} {key_type} PRIMARY KEY", *(f"{name} {kind}" for name, kind in rest)]
        return f"CREATE TABLE {self.name} (\n  " + ",\n  ".join(lines) + "\n)"

    def create_indexes(self) -> Iterator[str]:
        """One CREATE INDEX statement for each index, with Aperture's way of naming them."""
        for unique, columns in self.indexes:
            name = f"{self.name}_{'_'.join(columns)}_index"
            yield f"CREATE {'UNIQUE ' if unique else ''}INDEX {name} ON {self.name} ({', '.join(columns)})"


def _table(name: str, columns: str, indexes: str = "", key: str = "modelId:i") -> Table:
    pairs = (word.split(":") for word in (key + " " + columns).split())
    parsed = tuple((column, TYPES[kind]) for column, kind in pairs)
    listed = ((word.startswith("!"), tuple(word.lstrip("!").split("+"))) for word in indexes.split())
    return Table(name, parsed, tuple(listed))


LIBRARY = (
    _table("RKImportGroup", "uuid:s importYear:s importMonth:s importDay:s importTime:s name:s", "uuid name"),
    _table(
        "RKKeyword",
        "uuid:s name:s searchName:s parentId:i hasChildren:i shortcut:s",
        "uuid name searchName parentId",
    ),
    _table("RKAlbumVersion", "versionId:i albumId:i", "versionId albumId+versionId"),
    _table(
        "RKVersion",
        "uuid:s name:s fileName:s versionNumber:i stackUuid:s masterUuid:s masterId:i rawMasterUuid:s"
        " nonRawMasterUuid:s projectUuid:s imageTimeZoneName:s imageDate:t mainRating:i isHidden:i isFlagged:i"
        " isOriginal:i isEditable:i colorLabelIndex:i masterHeight:i masterWidth:i processedHeight:i processedWidth:i"
        " rotation:i hasAdjustments:i hasEnabledAdjustments:i hasNotes:i createDate:t exportImageChangeDate:t"
        " exportMetadataChangeDate:t isInTrash:i thumbnailGroup:s overridePlaceId:i exifLatitude:d exifLongitude:d"
        " renderVersion:i adjSeqNum:i supportedStatus:i videoInPoint:s videoOutPoint:s videoPosterFramePoint:s"
        " showInLibrary:i editState:i contentVersion:i propertiesVersion:i rawVersion:s faceDetectionIsFromPreview:i"
        " faceDetectionRotationFromMaster:i editListData:b hasKeywords:i",
        "uuid stackUuid masterUuid masterId rawMasterUuid nonRawMasterUuid isHidden colorLabelIndex"
        " hasEnabledAdjustments createDate isInTrash projectUuid+imageDate",
    ),
    _table(
        "RKStackState",
        "stackUuid:s albumUuid:s albumPick:s isExpanded:i",
        "stackUuid albumUuid albumUuid+stackUuid",
    ),
    _table("RKStackContent", "stackUuid:s versionUuid:s orderNumber:i", "stackUuid versionUuid orderNumber"),
    _table("RKKeywordForVersion", "versionId:i keywordId:i", "versionId keywordId+versionId"),
    _table(
        "RKPropertySet",
        "propertyArea:s propertyName:s propertyValue:s",
        "propertyArea propertyValue !propertyName+propertyArea+propertyValue",
    ),
    _table(
        "RKNote",
        "uuid:s attachedToClassType:i attachedToUuid:s propertyKey:s note:s createDate:t data:b",
        "uuid attachedToUuid propertyKey",
    ),
    _table(
        "RKMaster",
        "uuid:s name:s projectUuid:s importGroupUuid:s fileVolumeUuid:s alternateMasterUuid:s originalVersionUuid:s"
        " originalVersionName:s fileName:s type:s subtype:s fileIsReference:i isExternallyEditable:i isTrulyRaw:i"
        " isMissing:i hasAttachments:i hasNotes:i hasFocusPoints:i imagePath:s fileSize:i pixelFormat:i duration:d"
        " imageDate:t fileCreationDate:t fileModificationDate:t streamAssetId:s streamSourceUuid:s burstUuid:s"
        " imageHash:s originalFileName:s originalFileSize:i imageFormat:i importedBy:i createDate:t isInTrash:i"
        " faceDetectionState:i colorSpaceName:s colorSpaceDefinition:b fileAliasData:b",
        "uuid projectUuid importGroupUuid fileVolumeUuid alternateMasterUuid fileName type fileIsReference"
        " isExternallyEditable fileSize fileCreationDate fileModificationDate streamAssetId streamSourceUuid burstUuid"
        " originalFileName originalFileSize imageFormat createDate isInTrash faceDetectionState",
    ),
    _table(
        "RKAdminData",
        "propertyArea:s propertyName:s propertyValue:s blobPropertyValue:b storedDataType:i persistAfterRebuild:i",
        "propertyArea persistAfterRebuild !propertyName+propertyArea",
    ),
    _table(
        "RKCustomSortOrder",
        "containerUuid:s purpose:s objectUuid:s orderNumber:i",
        "containerUuid objectUuid purpose+containerUuid",
    ),
    _table(
        "RKFolder",
        "uuid:s folderType:i name:s parentFolderUuid:s implicitAlbumUuid:s posterVersionUuid:s"
        " automaticallyGenerateFullSizePreviews:i versionCount:i minImageTimeZoneName:s maxImageTimeZoneName:s"
        " minImageDate:t maxImageDate:t folderPath:s createDate:t isExpanded:i isHidden:i isHiddenWhenEmpty:i"
        " isFavorite:i isInTrash:i isMagic:i colorLabelIndex:i sortAscending:i sortKeyPath:s",
        "uuid folderType parentFolderUuid folderPath createDate isInTrash isMagic name+parentFolderUuid",
    ),
    _table(
        "RKVolume",
        "uuid:s name:s diskUuid:s label:s isOffline:i createDate:t modDate:t",
        "uuid name diskUuid createDate modDate",
    ),
    _table("RKMasterGroup", "uuid:s relationshipType:i", "uuid relationshipType"),
    _table(
        "RKAttachment",
        "uuid:s attachedToClassType:i attachedToUuid:s fileVolumeUuid:s propertyKey:s filename:s fileIsReference:i"
        " isMissing:i isInTrash:i duration:d fileModificationDate:t filePath:s fileAliasData:b propertiesData:b",
        "uuid attachedToUuid fileVolumeUuid propertyKey filename fileIsReference isInTrash",
    ),
    _table(
        "RKImageAdjustment",
        "uuid:s name:s versionUuid:s maskUuid:s adjIndex:i isEnabled:i data:b dbVersion:i",
        "uuid name versionUuid maskUuid isEnabled",
    ),
    _table(
        "RKVersionFaceContent",
        "versionId:i masterId:i isNamed:i faceKey:i faceIndex:i faceRectLeft:d faceRectTop:d faceRectWidth:d"
        " faceRectHeight:d",
        "versionId isNamed faceKey",
    ),
    _table(
        "RKGroupsForVersions",
        "groupId:i versionId:i versionUuid:s relationshipType:i",
        "groupId versionId versionUuid relationshipType",
    ),
    _table("RKPlaceForVersion", "versionId:i placeId:i", "versionId placeId placeId+versionId"),
    _table(
        "RKAlbum",
        "uuid:s albumType:i albumSubclass:i serviceName:s serviceAccountName:s serviceFullName:s name:s folderUuid:s"
        " queryFolderUuid:s posterVersionUuid:s selectedTrackPathUuid:s sortKeyPath:s sortAscending:i"
        " customSortAvailable:i versionCount:i createDate:t isFavorite:i isInTrash:i isHidden:i isMagic:i"
        " publishSyncNeeded:i colorLabelIndex:i faceSortKeyPath:s recentUserChangeDate:t filterData:b queryData:b"
        " viewData:b selectedVersionIds:b",
        "uuid albumSubclass serviceName folderUuid queryFolderUuid createDate isInTrash recentUserChangeDate"
        " name+folderUuid",
    ),
    _table(
        "RKVault",
        "uuid:s name:s vaultVersion:i vaultStatus:s volumePath:s volumeRelativePath:s savePreviews:i"
        " saveReferencedFiles:i createDate:t lastUpdate:t vaultSize:i capacity:i availableSpace:i isExpanded:i",
        "uuid",
    ),
    _table("RKVersionGroup", "uuid:s relationshipType:i", "uuid relationshipType"),
    _table("RKImageMask", "uuid:s createDate:t", "uuid createDate"),
    _table(
        "RKGroupsForMasters",
        "groupId:i masterId:i masterUuid:s relationshipType:i",
        "groupId masterId masterUuid relationshipType",
    ),
)

_PROPERTY_INDEXES = "versionId stringId searchStringId modDate !propertyKey+versionId"
_NUMBER_INDEXES = "versionId numberProperty modDate !propertyKey+versionId"

PROPERTIES = (
    _table("RKStatistic", "versionId:i propertyKey:s numberProperty:d modDate:t", _NUMBER_INDEXES),
    _table("RKExifNumberProperty", "versionId:i propertyKey:s numberProperty:d modDate:t", _NUMBER_INDEXES),
    _table(
        "RKPlace",
        "uuid:s defaultName:s recordLocator:i type:i isLowest:i userDefined:i geoVersion:d minLongitude:d"
        " maxLongitude:d minLatitude:d maxLatitude:d centroid:s createDate:t modDate:t boundaryData:b",
        "uuid recordLocator type isLowest userDefined createDate modDate",
    ),
    _table("RKUniqueString", "stringProperty:s", "stringProperty"),
    _table(
        "RKFaceProperty",
        "faceNameId:i propertyKey:s stringId:i searchStringId:i modDate:t",
        "faceNameId stringId searchStringId modDate !propertyKey+faceNameId",
    ),
    _table("RKPlaceName", "placeId:i language:s description:s", "placeId language description"),
    _table("RKIptcProperty", "versionId:i propertyKey:s stringId:i searchStringId:i modDate:t", _PROPERTY_INDEXES),
    _table(
        "RKOtherProperty",
        "versionId:i propertyKey:s propertyType:i stringId:i searchStringId:i numberProperty:d modDate:t",
        "versionId propertyType stringId searchStringId numberProperty modDate !propertyKey+versionId+propertyType",
    ),
    _table(
        "RKExifStringProperty", "versionId:i propertyKey:s stringId:i searchStringId:i modDate:t", _PROPERTY_INDEXES
    ),
)

FACES = (
    _table(
        "RKFaceName",
        "uuid:s faceKey:i keyVersionUuid:s name:s fullName:s email:s similarFacesCached:i similarFacesOpen:i"
        " manualOrder:i lastUsedDate:t attrs:b",
        "uuid faceKey keyVersionUuid",
    ),
    _table(
        "RKSimilarFaces",
        "seedFaceKey:i faceKey:i detectedFaceId:i score:d ignored:i",
        "seedFaceKey faceKey detectedFaceId",
    ),
    _table("RKDetectedFaceBlob", "detectedFaceId:i recogBuffer:b histogram64Buffer:b", "detectedFaceId"),
    _table(
        "RKDetectedFaceExternal",
        "serviceKey:s detectedFaceId:i albumUuid:s versionUuid:s publicationUID:s serviceData:b",
        "detectedFaceId albumUuid versionUuid",
    ),
    _table(
        "RKDetectedFace",
        "uuid:s masterUuid:s altMasterUuid:s faceKey:i correlatedFaceKey:i ownerServiceKey:s faceIndex:i width:d"
        " height:d topLeftX:d topLeftY:d topRightX:d topRightY:d bottomLeftX:d bottomLeftY:d bottomRightX:d"
        " bottomRightY:d confidence:d sharpness:d exposureValue:d rejected:i faceCount:i ignore:i faceFlags:i"
        " hasFaceTile:i tileFacePosition:i faceAngle:d faceDirectionAngle:d faceSkinScore:d skippedInUnnamedFaces:i",
        "uuid masterUuid altMasterUuid faceKey correlatedFaceKey ownerServiceKey ignore hasFaceTile"
        " masterUuid+faceIndex",
    ),
    _table("RKFaceFeature", "detectedFaceId:i featureIndex:i x:d y:d confidence:d", "detectedFaceId"),
    _table("RKFaceExternal", "faceKey:i serviceKey:s reference:s", "serviceKey+reference serviceKey+faceKey"),
)

IMAGE_PROXIES = (
    _table(
        "RKImageProxyState",
        "versionUuid:s versionId:i thumbnailsCurrent:i miniThumbnailsCurrent:i tinyThumbnailsCurrent:i"
        " fullSizePreviewUpToDate:i thumbnailCacheIndex:i thumbnailRendered:i previewRendered:i previewJpegHeight:i"
        " previewJpegWidth:i previewJpegRotation:i previewToMasterRotation:i fullSizePreviewPath:s"
        " fullSizePreviewChangeDate:t thumbnailPath:s thumbnailRotation:i thumbnailHeight:i thumbnailWidth:i"
        " thumbnailFilesize:i previewFilesize:i miniThumbnailRotation:i miniThumbnailHeight:i miniThumbnailWidth:i"
        " tinyThumbnailRotation:i tinyThumbnailHeight:i tinyThumbnailWidth:i microThumbnailRotation:i"
        " miniThumbnailPath:s miniThumbnailFilesize:i faceTilePath:s",
        "versionUuid versionId thumbnailsCurrent miniThumbnailsCurrent tinyThumbnailsCurrent fullSizePreviewUpToDate"
        " thumbnailRendered",
    ),
)

BIG_BLOBS = (
    _table("cgImageData", "cgImageData:b", key="uuid:s"),
    _table("syncInfo", "syncInfo:b", key="uuid:s"),
)

# One table of changes for each entity; those of links name both ends instead of one uuid.
_CHANGED = (
    "Keyword CustomSortEntry GroupsForMasters=groupUuid+masterUuid KeywordForVersion=versionUuid+keywordUuid StackState"
    " DetectedFace FaceName Note Attachment ImageProxyState Vault Album GroupsForVersions=groupUuid+versionUuid Folder"
    " ImportGroup StackEntry VersionGroup AlbumVersion=versionUuid+albumUuid ImageAdjustment MasterGroup"
    " PlaceForVersion=versionUuid+placeLookup DetectedFaceExternal Master Version FaceExternal"
)


def _change_tables() -> Iterator[Table]:
    for word in _CHANGED.split():
        entity, _, ends = word.partition("=")
        keys = ends.split("+") if ends else ["changeUuid"]
        columns = [f"{key}:s" for key in keys] + ["changeType:i", "changeMask:i", "changeDate:t", "changeDbUuid:s"]
        indexes = [*keys, "changeType", "changeDate", "changeDbUuid"]
        yield _table(f"RK{entity}Change", " ".join(columns), " ".join(indexes))


HISTORY = (*_change_tables(), _table("RKRepair", "action:s comments:s createDate:t", "createDate"))

# File name inside Database/apdb -> its tables. Faces really ends in .db.
DATABASES: dict[str, tuple[Table, ...]] = {
    "Library.apdb": LIBRARY,
    "Properties.apdb": PROPERTIES,
    "Faces.db": FACES,
    "ImageProxies.apdb": IMAGE_PROXIES,
    "BigBlobs.apdb": BIG_BLOBS,
    "History.apdb": HISTORY,
}
