"""Findings about the metadata of one photo's file: values that could not be removed, are uncertain, or were not read.

The codes begin with "metadata.kept-", by which the ledger keeps them when the library is read anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from couloir.aperture.model import Finding, Severity, Version
from couloir.derive.removals import POSITION, Removal
from couloir.lightroom.metadata import PhotoMetadata
from couloir.migrate.plan import Placement


def remarks(
    version: Version, placement: Placement, removal: Removal, unread: Sequence[str], stated: PhotoMetadata
) -> Iterator[Finding]:
    """Findings about a version whose packet has the metadata `stated`; `unread` are the parts of the original's XMP
    that were not read.
    """

    def finding(code: str, message: str, advice: str) -> Finding:
        return Finding(f"metadata.kept-{code}", Severity.WARNING, "version", version.uuid, message, advice)

    name = version.name or version.uuid
    if placement is Placement.SIDECAR and not removal.fields.isdisjoint(POSITION[:2]):
        yield finding(
            "position",
            f"{name}: its position was removed in Aperture. Its RAW file may still hold one, which a sidecar cannot "
            "take away.",
            "The Lightroom plug-in clears it; without it, select the photo in Lightroom and empty GPS in the Metadata "
            "panel.",
        )
    unsure = {field for field in removal.unsure if getattr(stated, field) not in (None, ())}
    if placement is not Placement.EMBEDDED:
        unsure = set()
    odd = _odd_place(version) if "latitude" in removal.unsure else ""
    if unsure or odd:
        told = ", ".join(sorted(field.replace("_", " ") for field in unsure)) or "the position"
        yield finding(
            "unsure",
            f"{name}: the library does not say whether {told} of the original is still valid{odd}; the file's own "
            "was kept.",
            "Check this photo's metadata and remove by hand what is no longer valid.",
        )
    for what in unread:
        yield finding(
            "unread",
            f"{name}: the original holds {what}; the copy has one packet, so what only the other one holds is not in "
            "the copy.",
            "The original in the library is unchanged; compare the two with exiftool if that packet matters to you.",
        )


def _odd_place(version: Version) -> str:
    """How the library contradicts itself about a version's position, "" where it does not."""
    if version.latitude is not None or version.longitude is not None:
        return f" (it has half a position: latitude {version.latitude}, longitude {version.longitude})"
    own = {key: version.exif[key] for key in ("Latitude", "Longitude") if key in version.exif}
    return f" (the version shows none, its EXIF properties say {own})" if own else ""
