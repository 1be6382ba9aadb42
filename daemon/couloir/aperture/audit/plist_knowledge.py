"""The property lists beside the databases: which table each mirrors, and what it has of its own.

A key that is named as a column of the mirrored table is as well known as that column; the rest is listed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from couloir.aperture.audit.knowledge import DATABASES, DERIVED, SUPPORT, VIEW, Table

_ANYTHING = "*"


@dataclass(frozen=True, slots=True)
class Plist:
    """A kind of property list. `own` are keys that no column is named as: '' is read, else the reason not to.

    `nested` are dictionaries within it; each is known as the kind it names, and "*" takes any key.
    """

    mirrors: Table = field(default_factory=Table)
    own: Mapping[str, str] = field(default_factory=dict)
    nested: Mapping[str, str] = field(default_factory=dict)

    def status(self, key: str) -> str | None:
        """'' for a key that is read, the reason for one left aside, None for one that is not known."""
        if key in self.nested:
            return ""
        if _ANYTHING in self.own:
            return self.own[_ANYTHING]
        return self.own.get(key, self.mirrors.status(key))


_STAMP = {"version": SUPPORT, "plistWriteTimestamp": SUPPORT}
_LIBRARY, _FACES = DATABASES["Library.apdb"], DATABASES["Faces.db"]

KINDS: Mapping[str, Plist] = {
    "apmaster": Plist(_LIBRARY["RKMaster"], {**_STAMP, "importGroup": "the name of the import group", "notes": ""}),
    "apversion": Plist(
        _LIBRARY["RKVersion"],
        {**_STAMP, "minorVersion": SUPPORT, "RKImageAdjustments": "", "keywords": "", "statistics": DERIVED},
        {
            "exifProperties": "properties",
            "iptcProperties": "properties",
            "imageProxyState": "proxy",
            "customInfo": "zones",
            "adjustmentProperties": "decoder",
        },
    ),
    "apalbum": Plist(
        Table(),
        {
            "versionUuids": "",
            "CustomOrderList": "",
            "StackStates": "which stacks are open in its window, and their picks, as in RKStackState",
            "FilterInfo": VIEW,
            "UserQueryInfo": "the rule of a smart album, as in the database",
            "ViewDictionary": VIEW,
            "attachments": "tracks, as in RKAttachment",
        },
        {"InfoDictionary": "album"},
    ),
    "album": Plist(_LIBRARY["RKAlbum"], dict(_STAMP)),
    "apfolder": Plist(
        _LIBRARY["RKFolder"],
        {
            **_STAMP,
            "CustomOrderList": "",
            "notes": "",
            "projectVersion": SUPPORT,
            "projectCompatibleBackToVersion": SUPPORT,
        },
    ),
    "apdetected": Plist(
        _FACES["RKDetectedFace"],
        {"recogBuffer": "a measurement of face detection", "histogram64Buffer": "a measurement of face detection"},
    ),
    "apfacename": Plist(_FACES["RKFaceName"]),
    "apvolume": Plist(_LIBRARY["RKVolume"], {**_STAMP, "volumeName": ""}),
    "properties": Plist(own={_ANYTHING: ""}),
    "proxy": Plist(DATABASES["ImageProxies.apdb"]["RKImageProxyState"]),
    "zones": Plist(own={"cameraTimeZoneName": "", "pictureTimeZoneName": ""}),
    "decoder": Plist(own={"RawDecodeVersion": ""}),
    "Keywords": Plist(own={"keywords_version": SUPPORT, "keywords": ""}),
    "DataModelVersion": Plist(
        own={
            "DatabaseVersion": "",
            "DatabaseMinorVersion": "",
            "DatabaseCompatibleBackToMinorVersion": "",
            "databaseUuid": "",
            "isIPhotoLibrary": "",
            "createDate": SUPPORT,
            "masterCount": DERIVED,
            "versionCount": DERIVED,
            "projectVersion": SUPPORT,
            "projectCompatibleBackToVersion": SUPPORT,
            "adminProperties": "as in RKAdminData",
            "imageIOVersion": SUPPORT,
            "rawCameraBundleVersion": SUPPORT,
            "touchedByAperture": SUPPORT,
            "migratedMobileMeAccounts": SUPPORT,
        }
    ),
}
#: Property lists that are left aside as a whole, by their name.
SKIPPED: Mapping[str, str] = {
    "SpanCache.plist": "a cache of the map view",
    "tmSync.plist": "a counter for Time Machine",
    "KeywordSets.plist": "which keywords the buttons of a window show",
    "ActiveWebPublishingAccounts.plist": "accounts of publishing services",
}
#: Suffixes that are left aside as a whole.
SKIPPED_SUFFIXES: Mapping[str, str] = {
    "apvault": "vaults are backups; what they hold is this library",
    "applace": "places, as in Properties.apdb",
}
