"""The program that a folder is for, as its ledger has it."""

from __future__ import annotations

from typing import Final

from couloir.destinations.door import Door
from couloir.destinations.every import DOORS, LIGHTROOM
from couloir.migrate.ledger.ledger import Ledger
from couloir.refine.verdict import IN_LIGHTROOM, Program

DOOR: Final = "door"
"""The fact that names the program; a ledger without it is for Lightroom."""


def door_of(ledger: Ledger) -> Door:
    """The program that a folder was written for."""
    return DOORS.get(ledger.fact(DOOR) or "", LIGHTROOM)


def program_of(door: Door) -> Program:
    """A door as the program that draws, whose own renderings are measurements."""
    return IN_LIGHTROOM if door.in_xmp else Program(door.title, frozenset({door.name}))
