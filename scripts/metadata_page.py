"""The page docs/metadata.md: how each field of a photo's metadata is treated, from the rules themselves."""

from __future__ import annotations

from couloir.derive.metadata import IPTC_FIELDS
from couloir.derive.removals import RULES, Authority
from couloir.lightroom.carriers import EXIF, IIM
from couloir.lightroom.metadata_xmp import properties_of

_INTRODUCTION = """# Metadata

Couloir writes a photo's metadata in Aperture as XMP, and the plug-in sets it. This page states the rule for a field
that is *empty* in Aperture while the original's file holds a value: in its XMP, its IPTC or its EXIF.

| rule | meaning |
|---|---|
| managed | Aperture keeps a value of its own, which may be empty. An empty value is intended: the file's \
value is removed. |
| recorded | Where Aperture's record of the untouched original (version 0), or another version of the photo, holds a \
value that this version lacks, the photographer removed it: the file's value is removed. Where none holds one, \
Aperture never read it: the file's value stays. Without a record of the original neither is certain: the value stays, \
and the report names it. |

*Removed* means: the value is deleted from the XMP, the IPTC and the EXIF of a copy (JPEG, TIFF, DNG, PNG); a sidecar
states the empty value where the RAW file may hold one; and the plug-in empties the field of photos whose file may still
hold it. The original itself is never changed. A sidecar cannot remove the position in a RAW file's EXIF: the report
names the photo, and the plug-in clears the position. A position that was changed in Aperture also replaces the one in a
copy's EXIF.
"""


def page(note: str) -> str:
    rows = [
        f"| {field.replace('_', ' ')} | {', '.join(f'`{key}`' for key in rule.keys) or 'its own column or table'} "
        f"| {rule.authority} | {_places(field)} | {rule.evidence} |"
        for field, rule in RULES.items()
    ]
    table = "\n".join(["| field | in Aperture | rule | removed from | evidence |", "|---|---|---|---|---|", *rows])
    managed = sum(rule.authority is Authority.MANAGED for rule in RULES.values())
    return (
        f"{note}{_INTRODUCTION}\n## Field by field\n\n{len(RULES)} fields, {managed} of them managed. Property keys"
        f" beyond the {len(IPTC_FIELDS)} known ones are carried unchanged.\n\n{table}\n"
    )


def _places(field: str) -> str:
    found = [f"`{name}`" for name in properties_of(field)]
    found += [f"IPTC 2:{IIM[field]:02d}"] if field in IIM else []
    return ", ".join([*found, *(f"EXIF 0x{tag:04X}" for tag in EXIF.get(field, ()))])
