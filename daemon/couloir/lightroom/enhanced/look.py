"""What a photo's develop settings and its packet say of an enhanced profile: Lightroom's `Look`, and the table.

Lightroom's packets state the profile under `crs:Look`, its table by fingerprint in the look's parameters, and carry the
table whole as `crs:Table_<fingerprint>` of the photo (packets of Lightroom Classic in public collections, and
dng_rgb_table::ReadFromXMP). The settings that the Lua SDK takes have no table: there the profile must be installed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from couloir.lightroom.enhanced.rgb_table import RgbTable
from couloir.lightroom.enhanced.table_text import read_table, spell_table
from couloir.lightroom.keys import PROCESS_VERSION
from couloir.lightroom.rdf import Properties

GROUP: Final = "Aperture (Couloir)"
"""The folder of Lightroom's profile browser in which these profiles stand."""

CAMERA_RAW_VERSION: Final = "14.3"
"""The Camera Raw release that the look's own parameters name, as real ones of that age do."""

_NAMESPACE: Final = uuid.UUID("8f2c4d0e-3d47-5f0b-9a86-0c5f6f0a1f5e")
_TABLE: Final = "crs:Table_"


@dataclass(frozen=True, slots=True)
class EnhancedProfile:
    """A table under the name by which a person knows it."""

    name: str
    table: RgbTable
    group: str = GROUP

    @property
    def uuid(self) -> str:
        """32 hexadecimal digits in capitals: the same for the same table, on every machine."""
        return uuid.uuid5(_NAMESPACE, self.table.fingerprint).hex.upper()

    def look(self, amount: float = 1.0) -> Mapping[str, object]:
        """The value of the develop setting `Look`; `amount` lies between the table's least and most.

        Raises ValueError for another amount. Slider values inside a look are the look's own and not the photo's, so
        there are none.
        """
        if not self.table.least <= amount <= self.table.most:
            raise ValueError(f"amount {amount}; this table takes {self.table.least} to {self.table.most}")
        return {
            "Name": self.name,
            "Amount": amount,
            "UUID": self.uuid,
            "SupportsAmount": True,
            "SupportsMonochrome": True,
            "SupportsOutputReferred": True,
            "Group": {"x-default": self.group},
            "Parameters": {
                "Version": CAMERA_RAW_VERSION,
                "ProcessVersion": PROCESS_VERSION,
                "ConvertToGrayscale": False,
                "RGBTable": self.table.fingerprint,
            },
        }


def table_of_look(look: Mapping[str, object]) -> str | None:
    """The fingerprint of the table that a look is drawn with; None where it has none."""
    parameters = look.get("Parameters")
    found = parameters.get("RGBTable") if isinstance(parameters, Mapping) else None
    return found if isinstance(found, str) else None


def put_tables(photo: Properties, tables: Iterable[RgbTable]) -> None:
    """Write these tables into a packet, and no others: `put_settings` has removed what stood there."""
    photo.remove_starting(_TABLE)
    for table in tables:
        if table.may_embed:
            photo.set_text(f"{_TABLE}{table.fingerprint}", spell_table(table))


def get_tables(photo: Properties) -> dict[str, RgbTable]:
    """The tables in a packet by fingerprint. Those that are damaged, or not what their name says, are not there."""
    found = {}
    for each in photo.names():
        prefixed = f"crs:{each.rpartition('}')[2]}"
        text = photo.text(prefixed) if prefixed.startswith(_TABLE) else None
        if text is None:
            continue
        try:
            table = read_table(text)
        except ValueError:
            continue  # Adobe's reader takes such a table for one that is missing, and draws without it.
        if table.fingerprint == prefixed.removeprefix(_TABLE):
            found[table.fingerprint] = table
    return found
