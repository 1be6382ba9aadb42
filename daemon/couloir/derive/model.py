"""The data types of a translation: develop settings, and the fidelity of every operation behind them.

Pure data: `derive.translate` makes it, `migrate` writes it, `cli` and `service` show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from couloir.lightroom.crop import Crop
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.local.repairs import NO_REPAIRS, Repairs
from couloir.lightroom.settings import DevelopSettings


class Fidelity(StrEnum):
    """How much of an operation the translation keeps, and from where: the best first.

    EXACT and APPROXIMATE are by formula. TAKEN is fitted to Aperture's preview instead. LOST is in no setting, no
    curve, no look and no mask, so that only the preview shows it. None is a measurement: verdicts state those.
    """

    EXACT = "exact"
    APPROXIMATE = "approximate"
    TAKEN = "taken from the preview"
    LOST = "lost"

    @classmethod
    def _missing_(cls, value: object) -> Fidelity | None:
        # Earlier ledgers say "dropped". The reason's code `operation.dropped`, the plug-in's stored value `dropped` and
        # the service's field of that name stay as they are: catalogs and older plug-ins know no other.
        return cls.LOST if value == "dropped" else None

    @classmethod
    def read(cls, stored: object) -> Fidelity | None:
        """The fidelity that a ledger states, of this Couloir or an earlier one; None for anything else."""
        try:
            return cls(str(stored))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Clamp:
    """A value beyond Lightroom's range: the value of the translation, and the one that is sent instead."""

    key: str
    wanted: float
    sent: float


@dataclass(frozen=True, slots=True)
class OperationOutcome:
    """The outcome of one operation. `reason` is one sentence for the photographer.

    `settings` are the Lightroom keys it contributed to (empty when lost or neutral). `lost` has the
    reason for each part that is lost, even if others are kept.
    """

    operation_uuid: str
    identifier: str
    title: str
    enabled: bool
    fidelity: Fidelity
    reason: str
    settings: tuple[str, ...] = ()
    clamps: tuple[Clamp, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A contradiction in the library that was found while translating. It is reported and not resolved by a guess."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Translation:
    """One version in Lightroom's terms.

    `settings` holds absolute values, the neutral baseline included and the five crop numbers too; `crop` is None when
    the whole frame is kept. `expected_size` is the pixel size that the crop gives, after rotation. `model` names the
    learned model that corrected it, None when it is analytic, for the reason in `note`; `uncertainty` is the standard
    deviation that the model expects, by output name, None when it was never trained. `offset_photos` is the number of
    solved photos from which the camera's offset in it was learnt, 0 when there is none. `local` are the local
    adjustments for what was painted, and `repairs` what was retouched, in the frame that the file stores;
    `area_operations` names the operation of each retouched area by its uuid.
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
    local: tuple[LocalAdjustment, ...] = ()
    repairs: Repairs = NO_REPAIRS
    area_operations: tuple[str, ...] = ()

    @property
    def fidelity(self) -> Fidelity:
        """The worst fidelity of the enabled operations; EXACT when there is none."""
        return worst_of(outcome.fidelity for outcome in self.operations if outcome.enabled)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcomes and anomalies of a translation without its settings, which take most of the time to compute."""

    operations: tuple[OperationOutcome, ...]
    anomalies: tuple[Anomaly, ...]

    @property
    def fidelity(self) -> Fidelity:
        """The worst fidelity of the enabled operations; EXACT when there is none."""
        return worst_of(outcome.fidelity for outcome in self.operations if outcome.enabled)


@dataclass(frozen=True, slots=True)
class Fidelities:
    """The fidelity of each operation of a version, in pipeline order, and `fidelity`, the worst of the enabled ones."""

    operations: tuple[Fidelity, ...]
    fidelity: Fidelity
    anomalies: tuple[Anomaly, ...]


def worst_of(fidelities: Iterable[Fidelity]) -> Fidelity:
    """The worst of some fidelities; EXACT when there is none."""
    found = set(fidelities)
    return next((each for each in reversed(Fidelity) if each in found), Fidelity.EXACT)
