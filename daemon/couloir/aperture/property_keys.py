"""Keys of properties as Aperture writes them, seen in real libraries or named by readers of such.

A key that is not here is a photographer's own field, or one that nobody has told of yet: it is carried as it stands.
"""

from __future__ import annotations

from typing import Final

#: Of IPTC: the fields of Aperture's Info panel.
IPTC_KEYS: Final = frozenset(
    [
        "Byline",
        "BylineTitle",
        "Caption/Abstract",
        "Category",
        "CiAdrCity",
        "CiAdrCtry",
        "CiAdrExtadr",
        "CiAdrPcode",
        "CiAdrRegion",
        "CiEmailWork",
        "CiTelWork",
        "CiUrlWork",
        "City",
        "CopyrightNotice",
        "Country/PrimaryLocationCode",
        "Country/PrimaryLocationName",
        "Credit",
        "DateCreated",
        "DigitalCreationDate",
        "DigitalCreationTime",
        "Event",
        "Headline",
        "IntellectualGenre",
        "Keywords",
        "ObjectAttributeReference",
        "ObjectName",
        "OriginalTransmissionReference",
        "PersonInImage",
        "Province/State",
        "Scene",
        "Source",
        "SpecialInstructions",
        "StarRating",
        "SubLocation",
        "SubjectReference",
        "SupplementalCategory",
        "TimeCreated",
        "UsageTerms",
        "Writer/Editor",
    ]
)
#: Of IPTC: what other tables hold as well, and more of it. Keywords is a list without hierarchy.
RESTATED_KEYS: Final = frozenset({"Keywords", "StarRating"})
#: Of IPTC: dates and times, with the parts of the capture time that they usually repeat.
DATE_KEYS: Final = {
    "DateCreated": "%Y%m%d",
    "DigitalCreationDate": "%Y%m%d",
    "TimeCreated": "%H%M%S",
    "DigitalCreationTime": "%H%M%S",
}
#: Of EXIF: what Aperture has from the file, in which it stays.
EXIF_KEYS: Final = frozenset(
    [
        "Altitude",
        "ApertureValue",
        "Artist",
        "BrightnessValue",
        "CameraSerialNumber",
        "CaptureDayOfMonth",
        "CaptureDayOfWeek",
        "CaptureHourOfDay",
        "CaptureMinuteOfHour",
        "CaptureMonthOfYear",
        "CaptureSecondOfMinute",
        "CaptureYear",
        "ColorModel",
        "ColorSpace",
        "Contrast",
        "Copyright",
        "Depth",
        "ExifVersion",
        "ExposureBiasValue",
        "ExposureMode",
        "ExposureProgram",
        "Firmware",
        "Flash",
        "FlashExposureComp",
        "FlashPixVersion",
        "FocalLenIn35mmFilm",
        "FocalLength",
        "FocusMode",
        "GPSVersion",
        "ISOSpeedRating",
        "ImageDate",
        "ImageDescription",
        "Latitude",
        "LensMaxMM",
        "LensMinMM",
        "LensModel",
        "LightSource",
        "Longitude",
        "Make",
        "MaxApertureValue",
        "MeteringMode",
        "Model",
        "PixelHeight",
        "PixelWidth",
        "ProfileName",
        "Saturation",
        "SceneCaptureType",
        "Sharpness",
        "ShutterSpeed",
        "Software",
        "WhiteBalance",
        "WhiteBalanceIndex",
    ]
)
