"""The enhanced profiles that matching made, kept in the ledger as the files that Lightroom reads.

`edit` is the key of the edit that a profile was fitted for: photos with the same edit share one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from couloir.lightroom.enhanced.look import EnhancedProfile
from couloir.lightroom.enhanced.profile_file import read_profile_file, write_profile_file
from couloir.migrate.ledger.ledger import Ledger

_TABLE: Final = "'$.settings.Look.Parameters.RGBTable'"
_USED: Final = f"SELECT found ->> {_TABLE} AS fingerprint, count(*) AS photos FROM match WHERE fingerprint IS NOT NULL"  # noqa: S608


@dataclass(frozen=True, slots=True)
class KeptProfile:
    """A profile, the bytes of its file, and how many matched photos have it."""

    profile: EnhancedProfile
    file: bytes
    photos: int


def put_profile(ledger: Ledger, profile: EnhancedProfile, edit: str) -> None:
    """Keep a profile, inside a transaction; it replaces one with the same table."""
    row = (profile.table.fingerprint, edit, profile.name, write_profile_file(profile))
    ledger.connection.execute("INSERT OR REPLACE INTO enhanced_profile VALUES (?, ?, ?, ?)", row)


def profile_of(ledger: Ledger, fingerprint: str) -> EnhancedProfile | None:
    """The profile with the table of this fingerprint. Raises BadXmp where somebody spoilt it."""
    query = "SELECT file, name FROM enhanced_profile WHERE fingerprint = ?"
    row = ledger.connection.execute(query, (fingerprint,)).fetchone()
    return None if row is None else read_profile_file(bytes(row[0]), str(row[1]))


def list_profiles_of_edit(ledger: Ledger, edit: str) -> list[EnhancedProfile]:
    """The profiles that were fitted for an edit."""
    query = "SELECT file, name FROM enhanced_profile WHERE edit = ? ORDER BY fingerprint"
    return [read_profile_file(bytes(file), str(name)) for file, name in ledger.connection.execute(query, (edit,))]


def list_profiles(ledger: Ledger) -> list[KeptProfile]:
    """The profiles that matched photos have, by name."""
    joined = f"enhanced_profile JOIN ({_USED} GROUP BY 1) USING (fingerprint)"
    query = f"SELECT file, name, photos FROM {joined} ORDER BY name, fingerprint"  # noqa: S608
    return [
        KeptProfile(read_profile_file(bytes(file), str(name)), bytes(file), int(photos))
        for file, name, photos in ledger.connection.execute(query)
    ]


def profile_names(ledger: Ledger) -> set[str]:
    """The names of all profiles that were kept."""
    return {str(name) for (name,) in ledger.connection.execute("SELECT name FROM enhanced_profile")}


def forget_unused(ledger: Ledger) -> None:
    """Remove the profiles that no matched photo has, in a transaction of its own."""
    with ledger.transaction():
        ledger.connection.execute(
            f"DELETE FROM enhanced_profile WHERE fingerprint NOT IN (SELECT fingerprint FROM ({_USED} GROUP BY 1))"  # noqa: S608
        )
