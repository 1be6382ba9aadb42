"""Finds the files of masters: inside the library, or on a volume that may not be connected."""

from __future__ import annotations

import stat
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from couloir.aperture.details.records import AliasTarget
from couloir.aperture.findings import Findings
from couloir.aperture.model import Damage, Doubt, Master, Original, OriginalStatus, Volume
from couloir.aperture.package import Package
from couloir.aperture.paths import locate
from couloir.aperture.wholeness import Wholeness, wholeness
from couloir.disk import try_twice

_MAC_VOLUMES = Path("/Volumes")
_ADVICE = {
    OriginalStatus.OFFLINE: "Connect the disk and run again; if its name has changed, give its folder with --volume.",
    OriginalStatus.MISSING: "Restore it from a backup or a vault and run again.",
    OriginalStatus.DENIED: "Allow reading it; on a Mac give the terminal Full Disk Access in its settings.",
    OriginalStatus.UNSAFE: "The path is not followed; find the file and add it by hand.",
}
#: What to do about a damaged original. Nothing in the library can restore it.
BACKUP = (
    "Look for an undamaged copy in a backup or a vault. Keep this file until you have seen that the copy opens; then "
    "put the copy in its place."
)
_COMPARE = "If you did not change the file yourself, compare it with the one in a backup."


def advice_about(doubt: Doubt) -> str:
    """What to do about an original that differs from what its library states."""
    return _COMPARE if doubt.damage is Damage.CHANGED else BACKUP


class OriginalFinder:
    """Finds originals.

    `mounts` maps a volume's name, or its uuid where it has no name, to the folder where it is mounted; on a Mac
    /Volumes is searched as well. `alias_of` returns the alias record of a master by its uuid; it names the volume where
    the database does not.
    """

    def __init__(
        self,
        package: Package,
        import_folders: Mapping[str, str],
        volumes: Sequence[Volume],
        mounts: Mapping[str, Path],
        alias_of: Callable[[str], AliasTarget | None],
        findings: Findings,
    ) -> None:
        self._alias_of = alias_of
        self._package = package
        self._import_folders = import_folders
        self._volumes = {volume.uuid: volume for volume in volumes}
        self._mounts = {unicodedata.normalize("NFC", name): folder for name, folder in mounts.items()}
        self._findings = findings

    def find(self, master: Master) -> Original:
        """Where this master's file is. Any status except PRESENT becomes a finding, and so does a size that differs
        from the stated one.
        """
        original, why = self._managed(master) if not master.is_reference else self._referenced(master)
        if original.path is not None and (doubt := _doubt(master, original.path)) is not None:
            original = replace(original, doubt=doubt)
            tell = self._findings.warn if doubt.damage is Damage.CHANGED else self._findings.error
            what = f"The original {master.file_name!r} {doubt.what}."
            tell(f"original.{doubt.damage}", "master", master.uuid, what, advice_about(doubt))
        # One finding about the link covers all files behind it.
        if original.status not in (OriginalStatus.PRESENT, OriginalStatus.LINKED):
            advice = _ADVICE[original.status]
            self._findings.warn(
                f"original.{original.status}",
                "master",
                master.uuid,
                f"The original {master.file_name!r} {why}.",
                advice,
            )
        return original

    def has_stated_size(self, master: Master) -> bool:
        """Whether a file of a stated size lies at a managed master's path: a glance that costs a tenth of `find`.

        False says nothing: the name may be spelt in another form on this disk.
        """
        if master.is_reference or not master.image_path:
            return False
        try:
            found = try_twice((self._package.masters() / master.image_path).stat)
        except (OSError, ValueError):
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size in _stated_sizes(master)

    def disk_of(self, master: Master) -> str:
        """The name of the disk of a referenced master, its uuid where no name is known; "" where neither is known, and
        for a managed one.
        """
        if not master.is_reference:
            return ""
        volume = self._volumes.get(master.volume_uuid or "")
        if volume is not None and volume.name:
            return volume.name
        alias = self._alias_of(master.uuid)
        return (alias.volume if alias else "") or master.volume_uuid or ""

    def is_connected(self, disk: str) -> bool:
        """Whether the folder of a disk, by its name or uuid, is there."""
        mount = self._mount(disk)
        return mount is not None and mount.is_dir()

    def _managed(self, master: Master) -> tuple[Original, str]:
        stored = master.image_path
        folder = self._import_folders.get(master.import_group_uuid or "")
        if stored is None and folder is not None and master.file_name:
            # A rebuilt database lacks the path of some rows; the file is in the folder of its import.
            stored = f"{folder}/{master.file_name}"
        link = self._package.link("Masters")
        if link is not None and not (link.followed and link.is_there):
            status = OriginalStatus.LINKED if link.is_there else OriginalStatus.OFFLINE
            sought = f"{link.target}/{stored or master.file_name}"
            return Original(status, None, sought), f"is behind a link to {link.target}, which is not there"
        return self._in_folder(self._package.masters(), self._package.boundary("Masters"), "Masters", stored)

    def _referenced(self, master: Master) -> tuple[Original, str]:
        volume = self._volumes.get(master.volume_uuid or "")
        name, path = None if volume is None else volume.name, master.image_path
        if name is None or not path:
            alias = self._alias_of(master.uuid)
            if alias is not None:
                name, path = name or alias.volume, path or alias.path
        mount = self._mounts.get(master.volume_uuid or "")
        if not name and mount is None:
            return Original(OriginalStatus.OFFLINE, None, path or ""), "is on a disk that the library does not name"
        mount = mount or self._mount(name or "")
        if mount is None or not mount.is_dir():
            sought = f"/Volumes/{name or master.volume_uuid}/{(path or '').lstrip('/')}"
            return Original(
                OriginalStatus.OFFLINE, None, sought
            ), f"is on the disk {name or master.volume_uuid!r}, which is not connected"
        # Some readers saw a leading slash on referenced paths; it means the volume's root, as in an alias.
        return self._in_folder(mount, mount, str(mount), (path or "").lstrip("/"))

    def _mount(self, name: str) -> Path | None:
        known = self._mounts.get(unicodedata.normalize("NFC", name))
        # In a Mac's own paths a slash in a name is stored as a colon.
        file_name = name.replace("/", ":")
        if known is not None or sys.platform != "darwin" or file_name in {"", ".", ".."} or "\0" in name:
            return known
        return _MAC_VOLUMES / file_name

    def _in_folder(self, root: Path, boundary: Path, shown_root: str, stored: str | None) -> tuple[Original, str]:
        if not stored:
            return Original(OriginalStatus.MISSING, None, shown_root), "has no path in the database"
        sought = f"{shown_root}/{stored}"
        try:
            located = locate(root, stored, boundary)
        except PermissionError:
            return Original(OriginalStatus.DENIED, None, sought), "cannot be read: the operating system refuses access"
        except OSError as error:
            return Original(OriginalStatus.MISSING, None, sought), f"cannot be reached: {error.strerror}"
        if located.unsafe is not None:
            return Original(OriginalStatus.UNSAFE, None, sought), f"has an unsafe path: {located.unsafe}"
        if located.path is None:
            return Original(OriginalStatus.MISSING, None, sought), "is not on the disk"
        return Original(OriginalStatus.PRESENT, located.path, sought), ""


def _doubt(master: Master, path: Path) -> Doubt | None:
    """Why a file may not be the imported photograph; its content is checked only where its size differs from the stated
    one.

    Both sizes that a library states are valid: Aperture writes IPTC into originals on request, and a file that was
    restored from a backup has the size of its import. In the known real libraries the two are
    equal, or the second is missing.
    """
    stated = _stated_sizes(master)
    try:
        size = try_twice(path.stat).st_size
        if size == 0:
            return Doubt(Damage.EMPTY, 0, max(stated, default=0))
        if not stated or size in stated:
            return None
        found = try_twice(lambda: wholeness(path))
    except OSError:
        return None  # reading the file reports what is wrong
    is_short = size < min(stated)
    is_cut = found is Wholeness.CUT or (is_short and found is Wholeness.UNKNOWN)
    return Doubt(Damage.CUT if is_cut else Damage.CHANGED, size, stated[0])


def _stated_sizes(master: Master) -> list[int]:
    return [size for size in (master.file_size, master.original_file_size) if size is not None and size > 0]
