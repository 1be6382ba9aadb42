"""Rebuilds the databases from the property lists that mirror them, like Aperture's own "Rebuild Database"."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from couloir.aperture.findings import Findings
from couloir.aperture.package import Package
from couloir.aperture.plists import read_plist
from couloir.aperture.rebuild.keywords import KeywordPaths
from couloir.aperture.rebuild.store import Store
from couloir.errors import ContentError

_ORDER_STEP = 256  # the step of Aperture's own orders

Record = Mapping[str, object]


def rebuild(package: Package, folder: Path, findings: Findings, check: Callable[[], None] = lambda: None) -> int:
    """Write Library.apdb, Properties.apdb, Faces.db and ImageProxies.apdb to `folder`; returns the number of versions.

    A property list that cannot be read becomes a finding and is left out. `check` is called before each; it may raise
    to stop. Raises DiskFull.
    """
    with Store(folder) as store:
        rebuilding = _Rebuilding(package.root / "Database", store, findings, check)
        rebuilding.keywords()
        rebuilding.tree()
        rebuilding.photos()
        rebuilding.albums()
        rebuilding.people()
        store.finish()
        return len(rebuilding.versions)


class _Rebuilding:
    def __init__(self, database: Path, store: Store, findings: Findings, check: Callable[[], None]) -> None:
        self._check = check
        self._database = database
        self._store = store
        self._findings = findings
        self._paths = KeywordPaths(store)
        self._imports: set[str] = set()
        self.versions: dict[str, int] = {}

    def keywords(self) -> None:
        file = self._database / "Keywords.plist"
        record = self._read(file) if file.is_file() else {}
        self._paths.add_tree(record.get("keywords"))

    def tree(self) -> None:
        for record in self._records("Folders", ".apfolder"):
            self._store.add("RKFolder", record)
            self._notes(record)
            orders = record.get("CustomOrderList")
            for purpose, uuids in orders.items() if isinstance(orders, dict) else ():
                self._order(record.get("uuid"), purpose, uuids)
        for record in self._records("Volumes", ".apvolume"):
            self._store.add("RKVolume", record, name=record.get("volumeName", record.get("name")))

    def photos(self) -> None:
        masters: dict[str, int] = {}
        for file in self._files("Versions", (".apmaster", ".apversion")):
            record = self._read(file)
            if file.suffix == ".apmaster":
                number = self._add("RKMaster", record, file)
                if number is not None:
                    masters[str(record.get("uuid"))] = number
                self._notes(record)
                self._import_group(record, file.parent.parent)
            elif record:
                self._version(record, file, masters.get(str(record.get("masterUuid"))))

    def albums(self) -> None:
        for record in self._records("Albums", ".apalbum"):
            info = record.get("InfoDictionary")
            if not isinstance(info, dict):
                continue
            number = self._store.add("RKAlbum", info, queryData=record.get("UserQueryInfo"))
            uuids = record.get("versionUuids")
            if number is None:
                continue
            for uuid in uuids if isinstance(uuids, list) else ():
                if isinstance(uuid, str) and uuid in self.versions:
                    self._store.add("RKAlbumVersion", {"versionId": self.versions[uuid], "albumId": number})
            self._order(info.get("uuid"), "default", record.get("CustomOrderList") or uuids)

    def people(self) -> None:
        for record in self._records("Faces", ".apdetected"):
            self._store.add("RKDetectedFace", record)
        for record in self._records("Faces", ".apfacename"):
            self._store.add("RKFaceName", record)

    def _version(self, record: Record, file: Path, master: int | None) -> None:
        exif = record.get("exifProperties")
        exif = exif if isinstance(exif, dict) else {}
        places = {"exifLatitude": exif.get("Latitude"), "exifLongitude": exif.get("Longitude")}
        number = self._add("RKVersion", {**places, "masterId": master, **record}, file)
        if number is None:
            return
        uuid = str(record.get("uuid"))
        self.versions[uuid] = number
        for operation in _dictionaries(record.get("RKImageAdjustments")):
            self._store.add("RKImageAdjustment", operation, versionUuid=uuid)
        for key, value in exif.items():
            if isinstance(value, str):
                self._text("RKExifStringProperty", number, key, value)
            else:
                self._store.add("RKExifNumberProperty", {"versionId": number, "propertyKey": key}, numberProperty=value)
        iptc = record.get("iptcProperties")
        for key, value in iptc.items() if isinstance(iptc, dict) else ():
            self._text("RKIptcProperty", number, key, value)
        proxy = record.get("imageProxyState")
        if isinstance(proxy, dict):
            self._store.add("RKImageProxyState", {**proxy, "modelId": None}, versionUuid=uuid)
        for path in record["keywords"] if isinstance(record.get("keywords"), list) else ():  # type: ignore[attr-defined]
            if isinstance(path, str) and (keyword := self._paths.find(path)) is not None:
                self._store.add("RKKeywordForVersion", {"versionId": number, "keywordId": keyword})

    def _text(self, table: str, version: int, key: object, value: object) -> None:
        string = self._store.add("RKUniqueString", {"stringProperty": value})
        self._store.add(table, {"versionId": version, "propertyKey": key, "stringId": string})

    def _import_group(self, master: Record, folder: Path) -> None:
        """Add the import group of a folder: Versions/2023/09/27/20230927-064307."""
        uuid, parts = master.get("importGroupUuid"), folder.parts[-4:]
        if not isinstance(uuid, str) or uuid in self._imports or len(parts) < 4:
            return
        self._imports.add(uuid)
        year, month, day, stamp = parts
        self._store.add(
            "RKImportGroup",
            {"uuid": uuid, "name": master.get("importGroup")},
            importYear=year,
            importMonth=month,
            importDay=day,
            importTime=stamp.partition("-")[2],
        )

    def _notes(self, record: Record) -> None:
        for note in _dictionaries(record.get("notes")):
            self._store.add("RKNote", note)

    def _order(self, container: object, purpose: object, uuids: object) -> None:
        for place, uuid in enumerate(uuids if isinstance(uuids, list) else ()):
            entry = {"containerUuid": container, "purpose": purpose, "objectUuid": uuid}
            self._store.add("RKCustomSortOrder", entry, orderNumber=place * _ORDER_STEP)

    def _add(self, table: str, record: Record, file: Path) -> int | None:
        """Insert one photo's record; a record without a uuid, or with another one's modelId, is reported."""
        if not isinstance(record.get("uuid"), str):
            return None  # an unreadable file was reported
        number = self._store.add(table, record)
        if number is None:
            self._findings.warn(
                "plist.same-number",
                "library",
                str(record["uuid"]),
                f"{file.parent.name}/{file.name} has the same modelId as another file.",
                "It is left out of the rebuilt library.",
            )
        return number

    def _records(self, folder: str, suffix: str) -> Iterator[Record]:
        for file in self._files(folder, (suffix,)):
            record = self._read(file)
            if record:
                yield record

    def _read(self, file: Path) -> Record:
        self._check()
        try:
            return read_plist(file)
        except ContentError as error:
            self._findings.warn(
                "plist.unreadable",
                "library",
                f"{file.parent.name}/{file.name}",
                error.message,
                "Its content is left out of the rebuilt library.",
            )
            return {}

    def _files(self, folder: str, suffixes: tuple[str, ...]) -> Iterator[Path]:
        """Files below a folder, ordered by name; links are not followed."""
        for root, folders, names in os.walk(self._database / folder):
            folders.sort()
            for name in sorted(names):
                path = Path(root, name)
                if path.suffix in suffixes and not path.is_symlink():
                    yield path


def _dictionaries(value: object) -> Iterator[Record]:
    yield from (each for each in (value if isinstance(value, list) else ()) if isinstance(each, dict))
