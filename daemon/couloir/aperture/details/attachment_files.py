"""Finds the files of attachments.

Which folder RKAttachment.filePath counts from is in no public source: the library's Attachments folder, the library
itself and the bare name in Attachments are tried, in this order (docs/unverified.md).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from couloir.aperture.details.records import Attachment
from couloir.aperture.findings import Findings
from couloir.aperture.model import Volume
from couloir.aperture.package import Package
from couloir.aperture.paths import locate

_FOLDER = "Attachments"


def find_attachment(
    attachment: Attachment,
    package: Package,
    volumes: Sequence[Volume],
    mounts: Mapping[str, Path],
    findings: Findings,
) -> Path | None:
    """The file, inside the library or on a connected disk; None, with a finding, where it is missing."""
    for root, boundary, stored in _candidates(attachment, package, volumes, mounts):
        try:
            located = locate(root, stored, boundary)
        except OSError:
            continue
        if located.path is not None:
            return located.path
    findings.warn(
        "attachment.missing",
        "attachment",
        attachment.uuid,
        f"The attachment {attachment.file_name or attachment.path!r} is not on the disk.",
        "Look for it in a backup or a vault.",
    )
    return None


def _candidates(
    attachment: Attachment, package: Package, volumes: Sequence[Volume], mounts: Mapping[str, Path]
) -> list[tuple[Path, Path, str]]:
    stored = attachment.path or ""
    if attachment.is_reference:
        name = next((volume.name for volume in volumes if volume.uuid == attachment.volume_uuid), None)
        known = {unicodedata.normalize("NFC", key): folder for key, folder in mounts.items()}
        mount = None if name is None else known.get(unicodedata.normalize("NFC", name), Path("/Volumes") / name)
        return [] if mount is None or not stored else [(mount, mount, stored.lstrip("/"))]
    root = package.root
    places = [(root / _FOLDER, root, stored), (root, root, stored), (root / _FOLDER, root, attachment.file_name)]
    return [place for place in places if place[2]]
