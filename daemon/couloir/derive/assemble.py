"""Puts the contributions of one version together: sliders add up, curves follow one another, ranges hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from couloir.aperture.model import Operation
from couloir.derive.baseline import CURVES, baseline
from couloir.derive.contribution import Contribution
from couloir.derive.curves import Curves, fit_points
from couloir.derive.manifest import joined_reason, worst
from couloir.derive.model import Clamp, Fidelity, OperationOutcome
from couloir.derive.registry import title
from couloir.derive.residual.correction import Correction
from couloir.lightroom.crop import Crop
from couloir.lightroom.settings import DevelopSettings, PhotoKind, SettingValue, clamp

_WHITE_BALANCE = {
    PhotoKind.RAW: ("Temperature", "Tint"),
    PhotoKind.RENDERED: ("IncrementalTemperature", "IncrementalTint"),
}

Pieces = Sequence[tuple[Operation, Contribution]]


class Summed(NamedTuple):
    """Contributions of one version put together: Lightroom's keys but for curves, what its ranges cut, the curves."""

    values: dict[str, SettingValue]
    clamps: Mapping[str, Clamp]
    curves: Curves


def assemble(
    pieces: Pieces, crop: Crop | None, kind: PhotoKind, correction: Correction, profile: str = ""
) -> tuple[DevelopSettings, tuple[OperationOutcome, ...]]:
    """Absolute develop settings on the neutral baseline, and the outcome of each operation, in pipeline order.

    `profile` is the learnt camera profile that lies under it, "" for Adobe's own. A value that leaves Lightroom's
    range is sent at the range's end, and every operation that asked for it says so.
    """
    summed = summed_up(pieces, kind, correction)
    values = {**baseline(kind, profile), **summed.values, **_curve_settings(summed.curves)}
    values["ConvertToGrayscale"] = any(contribution.grayscale for _, contribution in pieces)
    if crop is not None:
        values.update(crop.settings())
    return DevelopSettings(values), outcomes(pieces, kind, summed.clamps)


def summed_up(pieces: Pieces, kind: PhotoKind, correction: Correction) -> Summed:
    """The contributions put together and brought inside Lightroom's ranges."""
    values: dict[str, SettingValue] = {}
    clamps: dict[str, Clamp] = {}
    sliders: dict[str, float] = {}
    white_balance: tuple[float, float] | None = None
    curves = Curves()
    for _, contribution in pieces:
        for key, amount in contribution.sliders.items():
            sliders[key] = sliders.get(key, 0.0) + amount
        white_balance = contribution.white_balance or white_balance
        if contribution.curves is not None:
            curves = curves.then(contribution.curves)
    wanted, white_balance = correction.applied(sliders, white_balance, kind)
    if white_balance is not None:
        wanted.update(zip(_WHITE_BALANCE[kind], white_balance, strict=True))
        values["WhiteBalance"] = "Custom"
    for key, amount in wanted.items():
        values[key], clamped = clamp(key, amount)
        if clamped:
            clamps[key] = Clamp(key, amount, float(values[key]))  # type: ignore[arg-type]  # clamp gives numbers
    return Summed(values, clamps, curves)


def outcomes(pieces: Pieces, kind: PhotoKind, clamps: Mapping[str, Clamp]) -> tuple[OperationOutcome, ...]:
    """What became of each operation."""
    return tuple(_outcome(operation, contribution, kind, clamps) for operation, contribution in pieces)


def _curve_settings(curves: Curves) -> Mapping[str, SettingValue]:
    settings: dict[str, SettingValue] = {
        key: fit_points(samples)[0]
        for channel, key in CURVES.items()
        if (samples := getattr(curves, channel)) is not None
    }
    if settings:
        settings["ToneCurveName2012"] = "Custom"
    return settings


def _outcome(
    operation: Operation, contribution: Contribution, kind: PhotoKind, clamps: Mapping[str, Clamp]
) -> OperationOutcome:
    outcome = OperationOutcome(
        operation_uuid=operation.uuid,
        identifier=operation.identifier,
        title=title(operation),
        enabled=operation.enabled,
        fidelity=worst(contribution.carries),
        reason=joined_reason(contribution.carries),
        settings=tuple(_keys(contribution, kind)),
    )
    own = tuple(clamps[key] for key in outcome.settings if key in clamps)
    if not own:
        return outcome
    told = " ".join(f"{c.key} would be {c.wanted:g}; Lightroom's range ends at {c.sent:g}." for c in own)
    lowered = Fidelity.APPROXIMATE if outcome.fidelity is Fidelity.EXACT else outcome.fidelity
    return replace(outcome, clamps=own, reason=f"{outcome.reason} {told}", fidelity=lowered)


def _keys(contribution: Contribution, kind: PhotoKind) -> Iterable[str]:
    """The keys this contribution went into, from what it did rather than from what it might do."""
    if contribution.white_balance is not None:
        yield "WhiteBalance"
        yield from _WHITE_BALANCE[kind]
    yield from contribution.sliders
    if contribution.curves is not None:
        yield from (key for channel, key in CURVES.items() if getattr(contribution.curves, channel) is not None)
    if contribution.grayscale:
        yield "ConvertToGrayscale"
    if not contribution.sliders and contribution.curves is None and contribution.white_balance is None:
        yield from (key for carry in contribution.carries for key in carry.settings if key.startswith("Crop"))
