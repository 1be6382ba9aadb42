"""What has changed in Aperture since an earlier run wrote it: whether it has, and how our file differs from it now."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from couloir.aperture.model import Finding, Severity, Version
from couloir.disk import reading
from couloir.errors import BadXmp, CannotEmbed
from couloir.lightroom.embed import extract
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.xmp import read_packet
from couloir.migrate.ledger.reasons import CARRIED_PAIR, WRITTEN, State
from couloir.migrate.ledger.rows import Row

CODE = "ledger.changed-in-both"

# What of a version ends in a file of ours; the rest (stack, project, hidden) is carried, or not, by other rows.
_CARRIED = (
    "name",
    "captured",
    "time_zone",
    "rating",
    "flagged",
    "color_label",
    "master_size",
    "processed_size",
    "rotation",
    "latitude",
    "longitude",
    "keywords",
    "iptc",
    "exif",
)
# What a version's row keeps in plain words of notes, places that the user named and a video's trim; the rest of what
# hangs on it (custom fields) is in the version itself.
_HANGING = ("notes", "places", "video")


def fingerprint(version: Version) -> str:
    """BLAKE2b (16 bytes, hexadecimal) of what Aperture says of a version, as far as it is written into files.

    Of the source, not of what Couloir makes of it: a newer Couloir that translates better is no change in Aperture.
    """
    carried = [_settled(getattr(version, name)) for name in _CARRIED]
    if version.other:  # only then, so that what earlier runs wrote of all other versions is not written anew
        carried.append(_settled(version.other))
    operations = [
        (operation.identifier, operation.enabled, _settled(operation.inputs)) for operation in version.operations
    ]
    return hashlib.blake2b(repr((carried, operations)).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _settled(value: object) -> object:
    """The value with its mappings in one order: a database may give its rows in another one next time."""
    if isinstance(value, Mapping):
        return sorted((str(key), _settled(inner)) for key, inner in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_settled(inner) for inner in value]
    return value


def has_changed(row: Row, version: Version, hanging: Mapping[str, object]) -> bool:
    """Whether the version is another than the one that this row of an earlier run was written from.

    `hanging` is what hangs on it beside its own rows, as its row of the ledger keeps that. False for a row of a Couloir
    that kept no fingerprint, and for one that no file of ours stands for.
    """
    known = row.detail.get("source")
    ours = row.state is State.DONE and row.reason.code in (WRITTEN.code, CARRIED_PAIR.code)
    if not ours or known is None:
        return False
    return known != fingerprint(version) or any(
        _in_order(row.detail.get(name)) != _in_order(hanging.get(name)) for name in _HANGING
    )


def _in_order(value: object) -> object:
    """The value with its texts in one order, as JSON gives it back."""
    return sorted(map(str, value)) if isinstance(value, list | tuple) else _settled(value)


def as_finding(row: Row, why: str) -> Finding:
    """Says that a change in Aperture was not carried; `why` is a clause."""
    place = row.detail.get("sidecar") or row.detail.get("path")
    return Finding(
        code=CODE,
        severity=Severity.WARNING,
        kind=str(row.kind),
        item=row.uuid,
        message=f"{row.name} was changed in Aperture after it was migrated, and the change was not applied: {why}.",
        advice=f"Make the change in Lightroom by hand, or move {place} to another folder, keep it, and run again.",
    )


def compare_packet(file: Path, content: bytes) -> str:
    """What the XMP in or beside a photo (`file` is a sidecar or a picture) says otherwise than the packet `content`.

    Raises ContentError when the file cannot be read.
    """
    wanted = read_packet(content, str(file))
    try:
        with reading(file):
            stated = file.read_bytes() if file.suffix.lower() == ".xmp" else extract(file)
        if stated is None:
            return "it no longer has XMP"
        there = read_packet(stated, str(file))
    except (BadXmp, CannotEmbed) as error:
        return error.message.rstrip(".")
    names = [
        f.name for f in fields(PhotoMetadata) if getattr(there.metadata, f.name) != getattr(wanted.metadata, f.name)
    ]
    names += sorted(
        key
        for key in {*dict(there.settings.items()), *dict(wanted.settings.items())}
        if there.settings.get(key) != wanted.settings.get(key)
    )
    told = ", ".join(name.replace("_", " ") for name in names)
    changed = "another program has changed it since"
    return f"{changed}; it differs in {told}" if told else changed
