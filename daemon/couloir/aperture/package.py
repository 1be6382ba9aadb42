"""Recognises a library on disk and finds its parts before any database is opened."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from couloir.aperture.findings import Findings
from couloir.aperture.paths import leads_into
from couloir.aperture.plists import read_plist
from couloir.errors import AccessDenied, ContentError, DamagedLibrary, NotALibrary, UnsupportedLibrary
from couloir.language import mark

#: The only database generation of Aperture 3 and iPhoto 9.3 to 9.6; its last minor version is Aperture 3.6's.
DATABASE_VERSION, LAST_MINOR = 110, 226

#: Aperture's uuids are base64 with % in place of /; its own containers have readable names.
_UUID = re.compile(r"[A-Za-z0-9+%_-]{1,64}")
_IMPORT = re.compile(r"\d{4}/\d\d/\d\d/\d{8}-\d{6}")
_PHOTOS = ("Photos.sqlite", "photos.db")
_MIGRATED = frozenset({".migratedaplibrary", ".migratedphotolibrary"})
_DATABASES = ("Library.apdb", "Properties.apdb")
# A vault is a complete copy of a library at its last update, under a suffix that Aperture does not open.
_SUFFIXES = frozenset({".aplibrary", ".apvault", ".photolibrary", ".migratedaplibrary", ".migratedphotolibrary"})


#: The folders that hold nearly all of a library's bytes: moving them to another disk, and leaving a link in their
#: place, is a common way to save space. Any other link is unusual, and is not followed out of the package.
LINKED = ("Masters", "Previews")


@dataclass(frozen=True, slots=True)
class FolderLink:
    """A folder of a package that is a link to another place. `target` is absolute; its disk need not be connected."""

    folder: str
    target: Path
    followed: bool

    @property
    def is_there(self) -> bool:
        return self.target.is_dir()


@dataclass(frozen=True, slots=True)
class Package:
    """A library's folder (absolute) and the facts in its property lists.

    Values that they lack are None or ''. `links` are those that the package's owner made to move its originals or
    previews to another disk.
    """

    root: Path
    name: str
    app: str
    app_version: str
    database: tuple[int, int] | None
    uuid: str | None
    links: tuple[FolderLink, ...] = ()

    def database_file(self, name: str) -> Path:
        """Where a database is, or should be.

        It is in Database/apdb; the entries of the same name in Database are links to it, which some copy programs turn
        into small text files. Only the oldest libraries have their databases in Database itself.
        """
        inner = self.root / "Database" / "apdb" / name
        outer = self.root / "Database" / name
        return outer if not inner.parent.is_dir() and outer.exists() else inner

    def masters(self) -> Path:
        return self.root / "Masters"

    def previews(self) -> Path:
        return self.root / "Previews"

    def link(self, folder: str) -> FolderLink | None:
        """The link in place of one of the folders LINKED, None where the folder itself is there."""
        return next((link for link in self.links if link.folder == folder), None)

    def boundary(self, folder: str) -> Path:
        """The folder that paths in Masters or Previews must not leave: the package, or the target of a followed
        link.
        """
        link = self.link(folder)
        return link.target if link is not None and link.followed else self.root

    def companion(self, folder: str, uuid: str, suffix: str) -> Path | None:
        """The property list that Aperture keeps beside a database row, or None where there is none.

        None as well when the uuid, which comes from the database, is not a plain file name, or the file is a link to
        elsewhere.
        """
        if not _UUID.fullmatch(uuid):
            return None
        return self._own(self.root / "Database" / folder / f"{uuid}.{suffix}")

    def version_file(self, folder: str, master_uuid: str, number: int) -> Path | None:
        """The property list of a version, in the folder that its import made; None as for `companion`."""
        if not _UUID.fullmatch(master_uuid) or not _IMPORT.fullmatch(folder):
            return None
        return self._own(self.root / "Database" / "Versions" / folder / master_uuid / f"Version-{number}.apversion")

    def _own(self, path: Path) -> Path | None:
        return path if path.is_file() and leads_into(path, self.root) else None


def detect(path: Path, findings: Findings, *, follow_links: bool = False) -> Package:
    """The library at `path`, recognised by its structure and not by its suffix.

    `follow_links` says that the user knows where links in place of LINKED lead, and wants them followed. Raises
    NotALibrary, UnsupportedLibrary (Aperture 1 and 2, a newer database), DamagedLibrary (the name or half of the
    parts are those of a library, but the databases are missing) or AccessDenied.
    """
    try:
        return _detect(path, findings, follow_links=follow_links)
    except PermissionError as error:
        raise AccessDenied(path=path) from error
    except OSError as error:  # for example a name or a path that is too long for the system, or a failing disk
        raise NotALibrary(path=path, why=f"it cannot be read ({error.strerror})") from error


def _detect(path: Path, findings: Findings, *, follow_links: bool) -> Package:
    if not path.exists():
        raise NotALibrary(path=path, why="there is nothing at this path")
    if not path.is_dir():
        raise NotALibrary(path=path, why="it is a file, and a library is a folder")
    root = path.resolve()
    _refuse_other_generations(root)
    info = _read(root / "Info.plist", findings)
    model = _read(root / "Database" / "DataModelVersion.plist", findings) or _read(
        root / "Aperture.aplib" / "DataModelVersion.plist", findings
    )
    version = _text(info, "CFBundleShortVersionString")
    package = Package(
        root=root,
        name=_text(info, "CFBundleName") or root.stem,
        app=_app(root, info, model),
        app_version=version or _trailing_version(_text(info, "CFBundleGetInfoString")),
        database=_database_version(root, model, findings),
        uuid=_text(model, "databaseUuid") or None,
        links=tuple(_links(root, findings, follow=follow_links)),
    )
    if package.app == "Aperture" and re.match(r"[12]\.", package.app_version):
        raise UnsupportedLibrary(path=root, app=f"Aperture {package.app_version}")
    present = [name for name in _DATABASES if package.database_file(name).exists()]
    if (root / "Database" / "Versions").is_dir():
        return package  # there are property lists to fall back on
    if not present and root.suffix.lower() not in _SUFFIXES:
        raise NotALibrary(path=path, why="it holds no Database/apdb/Library.apdb")
    for name in _DATABASES:
        if name not in present:
            missing = package.database_file(name).relative_to(root).as_posix()
            raise DamagedLibrary(path=root, why=f"{missing}: it is missing")
    return package


def _links(root: Path, findings: Findings, *, follow: bool) -> Iterator[FolderLink]:
    for folder in LINKED:
        place = root / folder
        if not place.is_symlink() or leads_into(place, root):
            continue
        link = FolderLink(folder, Path(os.path.realpath(place)), follow)
        if not link.is_there:
            what = mark("which cannot be reached now")
            advice = mark("Connect the disk that the link leads to and run again.")
        elif follow:
            what, advice = mark("which is followed as requested"), ""
        else:
            what = mark("which is followed only on request")
            advice = mark("If you moved the folder there yourself, run again with --follow-links; the plug-in asks.")
        told = mark(f"Its folder {folder} is a link to {link.target}, {what}.")
        (findings.note if follow and link.is_there else findings.warn)("library.link", "library", folder, told, advice)
        yield link


def _refuse_other_generations(root: Path) -> None:
    names = {entry.name for entry in root.iterdir()}
    if not names:
        raise NotALibrary(path=root, why="the folder is empty")
    # A Mac's usual disk ignores case, so "database" would be found as "Database".
    if root.suffix.lower() == ".photoslibrary" or any((root / "database" / name).exists() for name in _PHOTOS):
        raise NotALibrary(path=root, why=f"it is a library of Apple Photos{_beside(root)}")
    if "Database" in names:
        return
    if "Aperture.aplib" in names or any(name.endswith(".approject") for name in names):
        raise UnsupportedLibrary(path=root, app="Aperture 1 or 2")
    if names & {"iPhotoMain.db", "Library6.iPhoto", "Library.iPhoto", "AlbumData.xml"}:
        raise UnsupportedLibrary(path=root, app="an iPhoto before 9.3")


def _beside(root: Path) -> str:
    """A clause that names the older library which Photos left beside its own, "" where there is none."""
    try:
        names = sorted(entry.name for entry in root.parent.iterdir() if entry.suffix.lower() in _MIGRATED)
    except OSError:
        names = []
    return f"; beside it lies {names[0]}, which Photos has left of an older one" if names else ""


def _read(path: Path, findings: Findings) -> Mapping[str, object]:
    if not path.is_file():
        return {}
    try:
        return read_plist(path)
    except ContentError as error:
        findings.warn("plist.unreadable", "library", path.name, error.message, "Its databases are read without it.")
        return {}


def _text(plist: Mapping[str, object], key: str) -> str:
    value = plist.get(key)
    return value if isinstance(value, str) else ""


def _trailing_version(sentence: str) -> str:
    """The version at the end of a sentence: '3.6' of 'Aperture Library 3.6'."""
    found = re.search(r"\d+(\.\d+)*$", sentence)
    return found.group() if found else ""


def _app(root: Path, info: Mapping[str, object], model: Mapping[str, object]) -> str:
    if _text(info, "CFBundleIdentifier") == "com.apple.Aperture.library":
        return "Aperture"
    says_iphoto = model.get("isIPhotoLibrary") is True or _text(info, "CFBundleGetInfoString").startswith("iPhoto")
    return "iPhoto" if says_iphoto or root.suffix.lower().endswith("photolibrary") else "Aperture"


def _database_version(root: Path, model: Mapping[str, object], findings: Findings) -> tuple[int, int] | None:
    major, minor = model.get("DatabaseVersion"), model.get("DatabaseMinorVersion")
    if not isinstance(major, int) or not isinstance(minor, int):
        return None
    check_version(root, major, minor, model.get("DatabaseCompatibleBackToMinorVersion"), findings)
    return major, minor


def check_version(root: Path, major: int, minor: int, readable_since: object, findings: Findings) -> None:
    """Refuse a database newer than Aperture 3.6's, unless it states that Aperture 3.6 can still read it."""
    if major < DATABASE_VERSION:
        raise UnsupportedLibrary(path=root, app=f"an Aperture with database version {major}")
    if major > DATABASE_VERSION or (isinstance(readable_since, int) and readable_since > LAST_MINOR):
        raise UnsupportedLibrary(path=root, app=f"a newer application (database version {major}.{minor})")
    if minor > LAST_MINOR:
        findings.warn(
            "library.newer",
            "library",
            root.name,
            f"Its database has minor version {minor}; the newest that Aperture wrote is {LAST_MINOR}.",
            "What a newer version added is not read.",
        )
