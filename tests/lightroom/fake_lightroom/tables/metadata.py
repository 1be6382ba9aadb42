"""The metadata keys of a photo and the type of each, for reading raw, reading formatted, and writing."""

from __future__ import annotations


def _by_type(**keys: str) -> dict[str, str]:
    return {key: kind for kind, names in keys.items() for key in names.split()}


RAW = _by_type(
    text="""
        altTextAccessibility colorNameForLabel copyrightState dateTimeDigitizedISO8601 dateTimeISO8601
        dateTimeOriginalISO8601 extDescrAccessibility fileFormat orientation path uuid
    """,
    number="""
        aperture aspectRatio bitDepth countStackInFolderMembers countVirtualCopies dateTime dateTimeDigitized
        dateTimeOriginal durationInSeconds editCount exposureBias fileSize focalLength focalLength35mm
        gpsAltitude gpsImgDirection height isoSpeedRating lastEditTime pickStatus rating shutterSpeed
        stackPositionInFolder trimmedDurationInSeconds width
    """,
    table="""
        croppedDimensions customMetadata dimensions durationRatio gps smartPreviewInfo trimmedDurationRatio
    """,
    boolean="""
        flash isCropped isExported isInStackInFolder isVideo isVirtualCopy locationIsPrivate
        stackInFolderIsCollapsed
    """,
    keywords="""
        keywords
    """,
    photo="""
        masterPhoto topOfStackInFolderContainingPhoto
    """,
    photos="""
        stackInFolderMembers virtualCopies
    """,
)

FORMATTED = _by_type(
    text="""
        additionalModelInfo altTextAccessibility aperture artist brightnessValue cameraMake cameraModel
        cameraSerialNumber caption city codeOfOrgShown copyName copyright copyrightInfoUrl copyrightState
        country creator creatorAddress creatorCity creatorCountry creatorEmail creatorJobTitle creatorPhone
        creatorPostalCode creatorStateProvince creatorUrl croppedDimensions dateCreated dateTime
        dateTimeDigitized dateTimeOriginal descriptionWriter digImageGUID dimensions duration event exposure
        exposureBias exposureProgram extDescrAccessibility fileName fileSize fileType flash focalLength
        focalLength35mm folderName frameRate gps gpsAltitude gpsImgDirection headline imageSupplierImageId
        instructions intellectualGenre iptcCategory iptcOtherCategories iptcSubjectCode isoCountryCode
        isoSpeedRating jobIdentifier keywordTags keywordTagsForExport label lens location meteringMode
        minorModelAge modelAge modelReleaseID modelReleaseStatus nameOfOrgShown personShown plusVersion
        preservedFileName propertyReleaseID propertyReleaseStatus provider rightsUsageTerms scene shutterSpeed
        software source sourceType stateProvince subjectDistance title trimmedDuration
    """,
    table="""
        artworksShown copyrightOwner imageCreator imageSupplier licensor locationCreated locationShown
        registryId
    """,
    number="""
        maxAvailHeight maxAvailWidth rating
    """,
)

WRITABLE = _by_type(
    text="""
        additionalModelInfo altTextAccessibility caption city codeOfOrgShown colorNameForLabel copyName
        copyright copyrightInfoUrl copyrightState country creator creatorAddress creatorCity creatorCountry
        creatorEmail creatorJobTitle creatorPhone creatorPostalCode creatorStateProvince creatorUrl dateCreated
        descriptionWriter event extDescrAccessibility headline imageSupplierImageId instructions
        intellectualGenre iptcCategory iptcOtherCategories iptcSubjectCode isoCountryCode jobIdentifier label
        location minorModelAge modelAge modelReleaseID modelReleaseStatus nameOfOrgShown personShown
        propertyReleaseID propertyReleaseStatus provider rightsUsageTerms scene source sourceType stateProvince
        title
    """,
    table="""
        artworksShown copyrightOwner gps imageCreator imageSupplier licensor locationCreated locationShown
        registryId
    """,
    number="""
        gpsAltitude gpsImgDirection maxAvailHeight maxAvailWidth pickStatus rating
    """,
)
