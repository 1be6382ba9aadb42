"""Where the files of masters are: inside the library, or on a volume that may not be connected."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from couloir.aperture.details.records import AliasTarget
from couloir.aperture.findings import Findings
from couloir.aperture.model import Master, Original, OriginalStatus, Volume
from couloir.aperture.package import Package
from couloir.aperture.paths import locate

_MAC_VOLUMES = Path("/Volumes")
_ADVICE = {
    OriginalStatus.OFFLINE: "Connect the disk, or reconnect the file in Aperture, and run again.",
    OriginalStatus.MISSING: "Restore it from a backup or a vault.",
    OriginalStatus.DENIED: "Allow reading it; on a Mac give the terminal Full Disk Access in its settings.",
    OriginalStatus.UNSAFE: "It is not touched; export this photo from Aperture by hand.",
}


class OriginalFinder:
    """Finds originals.

    `mounts` maps a volume's name to the folder that shows it; on a Mac /Volumes is looked at as well. `alias_of` gives
    the alias record of a master by its uuid, which says the volume where the database does not.
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
        """Where this master's file is. Anything but PRESENT becomes a finding too."""
        original, why = self._managed(master) if not master.is_reference else self._referenced(master)
        if original.status is not OriginalStatus.PRESENT:
            advice = _ADVICE[original.status]
            self._findings.warn(
                f"original.{original.status}",
                "master",
                master.uuid,
                f"The original {master.file_name!r} {why}.",
                advice,
            )
        return original

    def _managed(self, master: Master) -> tuple[Original, str]:
        stored = master.image_path
        folder = self._import_folders.get(master.import_group_uuid or "")
        if stored is None and folder is not None and master.file_name:
            # Rebuilding its database leaves some rows without their path; the file is where it was imported to.
            stored = f"{folder}/{master.file_name}"
        return self._in_folder(self._package.masters(), self._package.root, "Masters", stored)

    def _referenced(self, master: Master) -> tuple[Original, str]:
        volume = self._volumes.get(master.volume_uuid or "")
        name, path = None if volume is None else volume.name, master.image_path
        if name is None or not path:
            alias = self._alias_of(master.uuid)
            if alias is not None:
                name, path = name or alias.volume, path or alias.path
        if not name:
            return Original(OriginalStatus.OFFLINE, None, path or ""), "is on a disk that the library does not know"
        mount = self._mount(name)
        if mount is None or not mount.is_dir():
            sought = f"/Volumes/{name}/{(path or '').lstrip('/')}"
            return Original(OriginalStatus.OFFLINE, None, sought), f"is on the disk {name!r}, which is not connected"
        # Some readers saw a leading slash on referenced paths; it means the volume's root, as it does in an alias.
        return self._in_folder(mount, mount, str(mount), (path or "").lstrip("/"))

    def _mount(self, name: str) -> Path | None:
        known = self._mounts.get(unicodedata.normalize("NFC", name))
        # In a Mac's own paths the slash that a name shows is a colon.
        file_name = name.replace("/", ":")
        if known is not None or sys.platform != "darwin" or file_name in {"", ".", ".."} or "\0" in name:
            return known
        return _MAC_VOLUMES / file_name

    def _in_folder(self, root: Path, boundary: Path, shown_root: str, stored: str | None) -> tuple[Original, str]:
        if not stored:
            return Original(OriginalStatus.MISSING, None, shown_root), "has no place stored in the database"
        sought = f"{shown_root}/{stored}"
        try:
            located = locate(root, stored, boundary)
        except PermissionError:
            return Original(OriginalStatus.DENIED, None, sought), "may not be read: the operating system refuses"
        except OSError as error:
            return Original(OriginalStatus.MISSING, None, sought), f"cannot be looked for: {error.strerror}"
        if located.unsafe is not None:
            return Original(OriginalStatus.UNSAFE, None, sought), f"has an unsafe path: {located.unsafe}"
        if located.path is None:
            return Original(OriginalStatus.MISSING, None, sought), "is not on the disk"
        return Original(OriginalStatus.PRESENT, located.path, sought), ""
