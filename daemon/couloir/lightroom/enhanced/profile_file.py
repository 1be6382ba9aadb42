"""The file by which Lightroom learns of an enhanced profile: `<name>.xmp` in Camera Raw's Settings folder.

Lightroom reads that folder when it starts, and never later. Keys: those that Adobe's SDK reads from a look
(dng_look::...), and that the profiles of Adobe and of independent makers have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from couloir import __version__
from couloir.errors import BadXmp
from couloir.lightroom.enhanced.look import CAMERA_RAW_VERSION, EnhancedProfile, get_tables, put_tables
from couloir.lightroom.keys import PROCESS_VERSION
from couloir.lightroom.rdf import new_photo, parse, serialize

_FIXED: Final[Mapping[str, str]] = {
    "PresetType": "Look",
    "Cluster": "",
    "SupportsAmount": "True",
    "SupportsColor": "True",
    "SupportsMonochrome": "True",
    "SupportsHighDynamicRange": "True",
    "SupportsNormalDynamicRange": "True",
    "SupportsSceneReferred": "True",
    "SupportsOutputReferred": "True",
    "RequiresRGBTables": "False",
    "CameraModelRestriction": "",
    "Copyright": "",
    "ContactInfo": "",
    "Version": CAMERA_RAW_VERSION,
    "ProcessVersion": PROCESS_VERSION,
    # "True" would turn the photo's treatment to Black & White, and the table would see greys only.
    "ConvertToGrayscale": "False",
}


def write_profile_file(profile: EnhancedProfile) -> bytes:
    """The file's bytes: the same for the same profile."""
    photo = new_photo()
    for key, value in _FIXED.items():
        photo.set_text(f"crs:{key}", value)
    photo.set_text("crs:UUID", profile.uuid)
    photo.set_text("crs:RGBTable", profile.table.fingerprint)
    put_tables(photo, [profile.table])
    photo.set_text("crs:HasSettings", "True")
    for key, value in (("Name", profile.name), ("ShortName", ""), ("SortName", ""), ("Group", profile.group)):
        photo.set_items(f"crs:{key}", "Alt", (value,))
    photo.set_items("crs:Description", "Alt", ("",))
    return serialize(photo, f"Couloir {__version__}", wrapped=False)


def read_profile_file(data: bytes, item: str) -> EnhancedProfile:
    """The profile in a file's bytes; `item` names it in an error. Raises BadXmp for any other preset."""
    photo = parse(data, item)
    if photo.text("crs:PresetType") != "Look":
        raise BadXmp(item=item, why="it is no profile: its PresetType is not Look")
    fingerprint = photo.text("crs:RGBTable")
    table = get_tables(photo).get(fingerprint or "")
    if table is None:
        raise BadXmp(item=item, why="it has no readable RGB table")
    name, group = (photo.read_localized(f"crs:{key}") for key in ("Name", "Group"))
    return EnhancedProfile(name or "", table, group or "")
