"""Detects changes in Aperture since an earlier run, and how the written file differs from the new state."""

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
from couloir.migrate.ledger.reasons import CARRIED_PAIR, WRITTEN, WRITTEN_BESIDE, WRITTEN_TOGETHER, State
from couloir.migrate.ledger.rows import Row

CODE = "ledger.changed-in-both"
CHANGE = "{name} was changed in Aperture after it was migrated, and the change was not applied: {why}."
LOOK = "The look that matching found for {name} was not written into its file: {why}."

# The fields of a version that are written into files; other rows account for the rest (stack, project, hidden).
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
# The parts that a version's row keeps of notes, places that the user named and a video's trim; the other
# ones (custom fields) are in the version itself.
_HANGING = ("notes", "places", "video")


def fingerprint(version: Version) -> str:
    """BLAKE2b (16 bytes, hexadecimal) of the fields of a version that are written into files.

    It covers the source, not the translation: a newer Couloir that translates better is not a change in Aperture.
    """
    carried = [settle(getattr(version, name)) for name in _CARRIED]
    if version.other:  # only then, so that all other versions that earlier runs wrote keep their fingerprints
        carried.append(settle(version.other))
    operations = [
        (operation.identifier, operation.enabled, settle(operation.inputs)) for operation in version.operations
    ]
    return hashlib.blake2b(repr((carried, operations)).encode("utf-8", "replace"), digest_size=16).hexdigest()


def settle(value: object) -> object:
    """The value with its mappings sorted: a database may return its rows in another order next time."""
    if isinstance(value, Mapping):
        return sorted((str(key), settle(inner)) for key, inner in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [settle(inner) for inner in value]
    return value


def has_changed(row: Row, version: Version, hanging: Mapping[str, object]) -> bool:
    """Whether the version differs from the one from which this row of an earlier run was written.

    `hanging` are its attached data, as its row of the ledger keeps them. False for a row of a Couloir
    that kept no fingerprint, and for a row without a written file.
    """
    known = row.detail.get("source")
    written = (WRITTEN, CARRIED_PAIR, WRITTEN_TOGETHER, WRITTEN_BESIDE)
    ours = row.state is State.DONE and row.reason.code in [each.code for each in written]
    if not ours or known is None:
        return False
    return known != fingerprint(version) or any(
        _in_order(row.detail.get(name)) != _in_order(hanging.get(name)) for name in _HANGING
    )


def _in_order(value: object) -> object:
    """The value with its texts sorted, as JSON returns it."""
    return sorted(map(str, value)) if isinstance(value, list | tuple) else settle(value)


def as_finding(row: Row, why: str, *, what: str = CHANGE) -> Finding:
    """A finding about a change in Aperture, or a look that matching found, that was not written; `why` is a clause."""
    place = row.detail.get("sidecar") or row.detail.get("path")
    return Finding(
        code=CODE,
        severity=Severity.WARNING,
        kind=str(row.kind),
        item=row.uuid,
        message=what.format(name=row.name, why=why),
        advice=f"Make the change by hand, or move {place} to another folder, keep it, and run again.",
    )


def compare_packet(file: Path, content: bytes) -> str:
    """How the XMP in or beside a photo (`file` is a sidecar or an image) differs from the packet `content`.

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
