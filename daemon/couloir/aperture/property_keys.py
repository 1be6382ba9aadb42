"""Aperture's property keys, seen in real libraries or named by other readers of them.

A key that is not here is a photographer's own field or an unknown one: it is carried unchanged.
"""

from __future__ import annotations

from typing import Final

#: IPTC: the fields of Aperture's Info panel.
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
#: IPTC: fields that other tables hold more completely. Keywords is a list without hierarchy.
RESTATED_KEYS: Final = frozenset({"Keywords", "StarRating"})
#: IPTC: dates and times, with the parts of the capture time that they usually repeat.
DATE_KEYS: Final = {
    "DateCreated": "%Y%m%d",
    "DigitalCreationDate": "%Y%m%d",
    "TimeCreated": "%H%M%S",
    "DigitalCreationTime": "%H%M%S",
}
#: EXIF: values that Aperture read from the file, which keeps them.
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
