"""The fidelity manifest: for every parameter of every adjustment, how Lightroom can express it.

Each adjustment's module declares a table CARRIES. This module has the type of its rows and the rule that joins rows
into one outcome. `couloir.derive.bricks` collects the tables, and a test checks that no parameter of a typed adjustment
is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from couloir.derive.model import Fidelity


@dataclass(frozen=True, slots=True)
class Carry:
    """One parameter: its fidelity, the Lightroom keys it becomes, and why, in a photographer's words."""

    fidelity: Fidelity
    note: str
    settings: tuple[str, ...] = ()


Carries = Mapping[str, Carry]

NEUTRAL = Carry(Fidelity.EXACT, "At its neutral values: nothing to translate.")
SWITCHED_OFF = Carry(Fidelity.EXACT, "Switched off in Aperture: nothing to translate.")
BRUSHED = Carry(
    Fidelity.LOST,
    "Painted with a brush: how Aperture stores the mask is not known, so only Aperture's preview shows it.",
)
AUTO_PENDING = Carry(
    Fidelity.APPROXIMATE,
    "Aperture had not yet stored its automatic values, so the stored ones may differ from what it showed.",
)


def fidelity_of(carries: Collection[Carry]) -> Fidelity:
    """The fidelity of an adjustment with these rows: LOST only if none of them becomes a setting.

    If some rows become settings and others are lost, the adjustment is APPROXIMATE, and `lost_parts` lists the lost
    ones. It is EXACT without rows.
    """
    found = {carry.fidelity for carry in carries}
    if Fidelity.LOST in found:
        arrives = any(carry.settings for carry in carries if carry.fidelity is not Fidelity.LOST)
        return Fidelity.APPROXIMATE if arrives else Fidelity.LOST
    return Fidelity.APPROXIMATE if Fidelity.APPROXIMATE in found else Fidelity.EXACT


def lost_parts(carries: Iterable[Carry]) -> tuple[str, ...]:
    """What the lost rows say, each once, in order."""
    return tuple(dict.fromkeys(carry.note for carry in carries if carry.fidelity is Fidelity.LOST))


def join_reasons(carries: Iterable[Carry]) -> str:
    """One text from the rows' notes, in order and without repetitions."""
    return " ".join(dict.fromkeys(carry.note for carry in carries))
