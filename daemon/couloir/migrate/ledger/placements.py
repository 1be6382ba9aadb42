"""What a match painted, as its record keeps it: Lightroom's own fields, and the outcome of each painted operation."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypedDict

from couloir.derive.manifest import Carry
from couloir.derive.model import Fidelity
from couloir.derive.painted.place import Placement
from couloir.json_text import to_json
from couloir.lightroom.local.fields import KEY, as_fields, from_fields
from couloir.lightroom.local.masks import LocalAdjustment


class KeptPlacement(TypedDict):
    """The fields of a match's record."""

    local: Sequence[Mapping[str, object]]
    painted: Mapping[str, Sequence[str]]


def keep_placement(placement: Placement) -> KeptPlacement:
    """As plain data; numbers are rounded as a packet states them."""
    rounded = from_fields(as_fields(placement.local))
    told = {uuid: [str(carry.fidelity), carry.note] for uuid, carry in placement.carries.items()}
    return {"local": as_fields(rounded), "painted": told}


def read_placement(local: Sequence[Mapping[str, object]], painted: Mapping[str, Sequence[str]]) -> Placement | None:
    """The inverse of `keep_placement`; None for a version without painted operations.

    Raises ValueError for what this Couloir does not write.
    """
    if not painted:
        return None
    carries = {}
    for uuid, (fidelity, note) in painted.items():
        kept = Fidelity(fidelity)
        carries[uuid] = Carry(kept, note, () if kept is Fidelity.LOST else (KEY,))
    return Placement(tuple(from_fields(local)), carries)


def hash_local(local: Sequence[LocalAdjustment]) -> str:
    """BLAKE2b (16 bytes, hexadecimal) of local adjustments as a packet states them, "" for none."""
    if not local:
        return ""
    content = to_json(as_fields(from_fields(as_fields(local))))
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()
