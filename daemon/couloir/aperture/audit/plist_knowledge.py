"""The property lists beside the databases: the table that each mirrors, and the keys that only it has.

A key with the name of a column of the mirrored table is treated like that column; the others are listed here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from couloir.aperture.audit.knowledge import DATABASES, DERIVED, SUPPORT, VIEW, Table

_ANYTHING = "*"


@dataclass(frozen=True, slots=True)
class Plist:
    """A kind of property list. `own` are keys without a column of the same name: '' is read, else the reason why not.

    `nested` are dictionaries within it, each with the name of its kind; "*" stands for any key.
    """

    mirrors: Table = field(default_factory=Table)
    own: Mapping[str, str] = field(default_factory=dict)
    nested: Mapping[str, str] = field(default_factory=dict)

    def status(self, key: str) -> str | None:
        """'' for a key that is read, the reason for one left aside, None for an unknown one."""
        if key in self.nested:
            return ""
        if _ANYTHING in self.own:
            return self.own[_ANYTHING]
        return self.own.get(key, self.mirrors.status(key))


@dataclass(frozen=True, slots=True)
class Aside:
    """A kind of property list that is left aside as a whole, `why`, and its known keys."""

    why: str
    known: re.Pattern[str]

    def knows(self, key: str) -> bool:
        """Whether a key, at any depth, is a known one."""
        return self.known.fullmatch(key) is not None


def _aside(why: str, *keys: str) -> Aside:
    return Aside(why, re.compile("|".join(keys)))


_STAMP = {"version": SUPPORT, "plistWriteTimestamp": SUPPORT}
_LIBRARY, _FACES, _PROPERTIES = DATABASES["Library.apdb"], DATABASES["Faces.db"], DATABASES["Properties.apdb"]

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
            "StackStates": "the stacks that are open in its window, and their picks, as in RKStackState",
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
_VAULT: Final = (
    *("modelId", "uuid", "name", "vaultVersion", "vaultStatus", "volumePath", "volumeRelativePath", "savePreviews"),
    *("saveReferencedFiles", "createDate", "lastUpdate", "vaultSize", "capacity", "availableSpace", "isExpanded"),
)
#: Property lists that are left aside as a whole, by their name.
SKIPPED: Mapping[str, Aside] = {
    # "51.503572,-0.131805": the keys of a real one.
    "SpanCache.plist": Aside("a cache of the map view", re.compile(r"-?[\d.]+,-?[\d.]+")),
    "tmSync.plist": _aside("a counter for Time Machine", "tmSyncCounter", "tmSyncUuid"),
    "KeywordSets.plist": _aside(
        "which keywords the buttons of a window show",
        *("keywords_version", "PresetGroups", "Enabled", "Name", "Presets", "Tags", r"\d+"),
    ),
    # No real one was seen, so all of its keys are named, but never their values: one may be a password.
    "ActiveWebPublishingAccounts.plist": _aside("accounts of publishing services"),
}
#: Suffixes that are left aside as a whole. No real file of these was seen; the keys are assumed to have the names of
#: the columns of the table that they repeat, as in all files that were seen.
SKIPPED_SUFFIXES: Mapping[str, Aside] = {
    "apvault": _aside("vaults are backups of this library", *_STAMP, *_VAULT),
    "applace": _aside(
        "places, as in Properties.apdb",
        *_STAMP,
        "modelId",
        *_PROPERTIES["RKPlace"].parsed,
        *_PROPERTIES["RKPlace"].skipped,
    ),
}


def set_aside(name: str) -> Aside | None:
    """The kind of a file that is left aside as a whole, None for any other file."""
    return SKIPPED.get(name) or SKIPPED_SUFFIXES.get(name.rpartition(".")[2])
