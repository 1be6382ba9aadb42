"""The page docs/metadata.md: what becomes of each field of a photo's metadata, from the rules themselves."""

from __future__ import annotations

from couloir.derive.metadata import IPTC_FIELDS
from couloir.derive.removals import RULES, Authority
from couloir.lightroom.carriers import EXIF, IIM
from couloir.lightroom.metadata_xmp import properties_of

_INTRODUCTION = """# Metadata

What Aperture says of a photo is written as XMP and set by the plug-in. This page says what happens where Aperture says
*nothing* and the original's file holds a value of its own: in its XMP, its IPTC or its EXIF.

| rule | meaning |
|---|---|
| managed | Aperture shows a value of its own, empty or not. Nothing there means nothing: what the file has goes. |
| recorded | Where Aperture's record of the untouched original (version 0), or another version of the photo, holds a \
value that this version lacks, the photographer removed it: what the file has goes. Where none does, Aperture never \
knew of it: what the file has stays. Without a record of the original it cannot be known: it stays, and the report \
says so. |

*Goes* means: a copy (JPEG, TIFF, DNG, PNG) has it neither in XMP nor in IPTC nor in EXIF any more, a sidecar states the
empty value where the RAW file may have one, and the plug-in empties the field of photos whose file it may still be in.
The original itself is never changed. A sidecar cannot take away the position in a RAW file's EXIF: the report says so,
and the plug-in clears it. A position that was moved in Aperture takes the old one out of a copy's EXIF, too.
"""


def page(note: str) -> str:
    rows = [
        f"| {field.replace('_', ' ')} | {', '.join(f'`{key}`' for key in rule.keys) or 'its own column or table'} "
        f"| {rule.authority} | {_places(field)} | {rule.evidence} |"
        for field, rule in RULES.items()
    ]
    table = "\n".join(
        ["| field | in Aperture | rule | where it goes from | evidence |", "|---|---|---|---|---|", *rows]
    )
    managed = sum(rule.authority is Authority.MANAGED for rule in RULES.values())
    return (
        f"{note}{_INTRODUCTION}\n## Field by field\n\n{len(RULES)} fields, {managed} of them managed. Property keys"
        f" that are none of the {len(IPTC_FIELDS)} known ones are carried as they are.\n\n{table}\n"
    )


def _places(field: str) -> str:
    found = [f"`{name}`" for name in properties_of(field)]
    found += [f"IPTC 2:{IIM[field]:02d}"] if field in IIM else []
    return ", ".join([*found, *(f"EXIF 0x{tag:04X}" for tag in EXIF.get(field, ()))])
