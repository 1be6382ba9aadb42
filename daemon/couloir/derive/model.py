"""What a translation is: develop settings, and the fidelity of every operation that went into them.

Pure data; `derive.translate` makes it, `migrate` writes it, `cli` and `service` show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from couloir.lightroom.crop import Crop
from couloir.lightroom.settings import DevelopSettings


class Fidelity(StrEnum):
    """How much of an operation survives. Nothing here is a measured difference: that is the verdict's job."""

    EXACT = "exact"
    APPROXIMATE = "approximate"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Clamp:
    """A value that left Lightroom's range: what the translation wanted and what is sent instead."""

    key: str
    wanted: float
    sent: float


@dataclass(frozen=True, slots=True)
class OperationOutcome:
    """What became of one operation. `reason` is one sentence a photographer understands.

    `settings` are the Lightroom keys it contributed to (empty when dropped or neutral).
    """

    operation_uuid: str
    identifier: str
    title: str
    enabled: bool
    fidelity: Fidelity
    reason: str
    settings: tuple[str, ...] = ()
    clamps: tuple[Clamp, ...] = ()


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A contradiction in the library that was found while translating: reported, never resolved by a guess."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Translation:
    """One version in Lightroom's terms.

    `settings` holds absolute values, the neutral baseline included and the five crop numbers too; `crop` is None when
    the whole frame is kept. `expected_size` is the pixel size that the crop gives, after rotation. `model` names the
    learned model that corrected it, None when it is analytic, for the reason in `note`; `uncertainty` is the standard
    deviation that the model expects, by output name, None when it was never trained. `offset_photos` is the number of
    solved photos from which the camera's offset in it was learnt, 0 when there is none.
    """

    version_uuid: str
    settings: DevelopSettings
    crop: Crop | None
    operations: tuple[OperationOutcome, ...]
    anomalies: tuple[Anomaly, ...]
    expected_size: tuple[int, int] | None
    model: str | None = None
    uncertainty: Mapping[str, float] | None = None
    note: str = ""
    offset_photos: int = 0

    @property
    def fidelity(self) -> Fidelity:
        """The worst fidelity of the enabled operations; EXACT when there is none."""
        return worst_of(self.operations)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a translation would say of a version's operations, without the settings: they take most of the time."""

    operations: tuple[OperationOutcome, ...]
    anomalies: tuple[Anomaly, ...]

    @property
    def fidelity(self) -> Fidelity:
        """As of the translation."""
        return worst_of(self.operations)


def worst_of(operations: Iterable[OperationOutcome]) -> Fidelity:
    """The worst fidelity of the enabled operations; EXACT when there is none."""
    found = {outcome.fidelity for outcome in operations if outcome.enabled}
    return next((each for each in (Fidelity.DROPPED, Fidelity.APPROXIMATE) if each in found), Fidelity.EXACT)
