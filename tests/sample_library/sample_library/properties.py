"""EXIF, IPTC and derived properties of a version, as dictionaries for plists and as rows of Properties.apdb."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sample_library import clock
from sample_library.plan import Plan, Version
from sample_library.store import Store
from sample_library.tree import Tree

Exif = dict[str, str | int | float | datetime]

# What a benchmark library keeps, where full properties would be most of its size.
LEAN_KEYS = frozenset({"Make", "Model", "ISOSpeedRating", "ApertureValue", "ShutterSpeed", "FocalLength"})
OTHER_TYPE = 5  # propertyType of the derived properties


def exif(plan: Plan) -> Exif:
    """EXIF properties under Aperture's keys: ApertureValue is an f-number, ShutterSpeed seconds, Capture* local."""
    shutter, aperture, iso, focal = plan.exposure
    width, height = plan.size
    values: Exif = {
        "Make": plan.camera.make,
        "Model": plan.camera.model,
        "LensModel": plan.camera.lens,
        "LensMinMM": plan.camera.lens_mm[0],
        "LensMaxMM": plan.camera.lens_mm[1],
        "Software": "Couloir sample",
        "ExifVersion": "2.3.0",
        "FlashPixVersion": "1.0",
        "ColorModel": "RGB",
        "ProfileName": "Adobe RGB (1998)" if plan.used.kind.raw else "sRGB IEC61966-2.1",
        "ShutterSpeed": shutter,
        "ApertureValue": aperture,
        "MaxApertureValue": 2.8,
        "ISOSpeedRating": iso,
        "FocalLength": focal,
        "ExposureBiasValue": 0,
        "ExposureMode": 0,
        "ExposureProgram": 3,
        "MeteringMode": 5,
        "Flash": 16,
        "WhiteBalance": 0,
        "SceneCaptureType": 0,
        "ColorSpace": 1,
        "Depth": 16 if plan.used.kind.raw else 8,
        "PixelWidth": width,
        "PixelHeight": height,
    }
    if plan.camera.serial:
        values["CameraSerialNumber"] = plan.camera.serial
    if plan.place is not None:
        values |= {"Latitude": plan.place.latitude, "Longitude": plan.place.longitude, "Altitude": plan.place.altitude}
        values["GPSVersion"] = "2.3.0.0"
    if plan.stamp is not None:
        taken = clock.moment(plan.stamp)
        local = taken.astimezone(clock.zone(plan.zone))
        values |= {
            "ImageDate": taken,
            "CaptureYear": local.year,
            "CaptureMonthOfYear": local.month,
            "CaptureDayOfMonth": local.day,
            "CaptureDayOfWeek": local.isoweekday() % 7,  # Sunday is 0, as in real rows
            "CaptureHourOfDay": local.hour,
            "CaptureMinuteOfHour": local.minute,
            "CaptureSecondOfMinute": local.second,
        }
    return values


def iptc(version: Version, tree: Tree) -> dict[str, str]:
    """IPTC properties; Keywords is Aperture's comma-joined cache of the keywords' own names."""
    values = dict(version.iptc)
    if version.keywords:
        values["Keywords"] = ", ".join(tree.keywords[position].name for position in version.keywords)
    if version.rating > 0:
        values["StarRating"] = str(version.rating)
    return values


class PropertyWriter:
    """Writes property rows; strings are stored once, in RKUniqueString.

    The strings stay in memory: their number is bounded by the vocabulary, the camera's 10,000 file numbers and the
    seconds of a day, not by the size of the library.
    """

    def __init__(self, store: Store, *, lean: bool) -> None:
        self._store = store
        self._lean = lean
        self._strings: dict[str, int] = {}

    def write(self, plan: Plan, version: Version, tree: Tree, stamp: float) -> None:
        """The rows of one version. A lean library has only the main ones, and none for the hidden original."""
        if self._lean and version.is_original:
            return
        for key, value in exif(plan).items():
            if self._lean and key not in LEAN_KEYS:
                continue
            if isinstance(value, str):
                self._text("RKExifStringProperty", version.model_id, key, value, stamp)
            else:
                # Real rows hold 0 for ImageDate: the date itself is in RKVersion.
                number = 0 if isinstance(value, datetime) else value
                row = {"versionId": version.model_id, "propertyKey": key, "numberProperty": number, "modDate": stamp}
                self._store.add("RKExifNumberProperty", row)
        for key, text in iptc(version, tree).items():
            self._text("RKIptcProperty", version.model_id, key, text, stamp)
        if not version.is_original and not self._lean:
            self._derived(plan, version, stamp)

    def face_names(self, names: Mapping[int, str], stamp: float) -> None:
        """The names of people, by the model id of their RKFaceName."""
        for model_id, name in names.items():
            row = {"faceNameId": model_id, "propertyKey": "name", "stringId": self._intern(name), "modDate": stamp}
            self._store.add("RKFaceProperty", row | {"searchStringId": self._intern(name.lower())})

    def _derived(self, plan: Plan, version: Version, stamp: float) -> None:
        width, height = plan.size
        shape = "Landscape" if version.size[0] >= version.size[1] else "Portrait"
        texts = {
            "FileName": plan.used.file_name.lower(),
            "VersionName": version.name,
            "ProjectName": plan.project.folder.name,
            "MasterLocation": plan.volume.name if plan.volume else plan.project.folder.name,
            "Orientation": shape,
            "AspectRatio": "3:2" if width * 2 == height * 3 else "4:3",
            "PixelSize": f"{width} × {height} ({width * height / 1e6:.1f} MP)",
            "ProcessedPixelSize": f"{version.size[0]} × {version.size[1]}",
        }
        for key, text in texts.items():
            self._text("RKOtherProperty", version.model_id, key, text, stamp, propertyType=OTHER_TYPE)
        if version.flagged:
            row = {"versionId": version.model_id, "propertyKey": "Flagged", "propertyType": OTHER_TYPE}
            self._store.add("RKOtherProperty", row | {"numberProperty": 1, "modDate": stamp})

    def _text(self, table: str, version_id: int, key: str, text: str, stamp: float, **more: int) -> None:
        row = {"versionId": version_id, "propertyKey": key, "stringId": self._intern(text), "modDate": stamp}
        self._store.add(table, {**row, "searchStringId": self._intern(text.lower()), **more})

    def _intern(self, text: str) -> int:
        known = self._strings.get(text)
        if known is None:
            known = self._strings[text] = self._store.next_id("RKUniqueString")
            self._store.add("RKUniqueString", {"modelId": known, "stringProperty": text})
        return known
