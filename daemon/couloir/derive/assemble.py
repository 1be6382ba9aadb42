"""Combines the contributions of one version: slider values are added, curves are composed, values are clamped."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple

from couloir.aperture.model import Operation
from couloir.derive.baseline import CURVES, baseline
from couloir.derive.bricks import title
from couloir.derive.contribution import Contribution
from couloir.derive.curves import GOOD, MAX_POINTS, Curves, fit_points
from couloir.derive.manifest import fidelity_of, join_reasons, lost_parts
from couloir.derive.model import Clamp, Fidelity, OperationOutcome
from couloir.derive.residual.correction import Correction
from couloir.derive.residual.outputs import TONING
from couloir.lightroom.crop import Crop
from couloir.lightroom.keys import WHITE_BALANCE_KEYS
from couloir.lightroom.settings import DevelopSettings, PhotoKind, SettingValue, clamp

_PLACES: Final = ("Crop", "EnableRetouch", "EnableRedEye")
"""How the keys begin that state places, to which no contribution adds an amount."""

Pieces = Sequence[tuple[Operation, Contribution]]

_SHAPES: Final = frozenset(
    (*(f"PostCropVignette{part}" for part in ("Midpoint", "Feather", "Roundness")), "SharpenRadius")
)
"""Sliders that say where and not how much: two of them do not add up."""


class AssembledSettings(NamedTuple):
    """The combined contributions of one version: Lightroom's keys, the values that its ranges clamped, and the largest
    error of each point curve, in 0..1.
    """

    values: dict[str, SettingValue]
    clamps: Mapping[str, Clamp]
    curve_errors: Mapping[str, float]


NO_SETTINGS = AssembledSettings({}, {}, {})


def assemble(
    pieces: Pieces, crop: Crop | None, kind: PhotoKind, correction: Correction, profile: str = ""
) -> tuple[DevelopSettings, tuple[OperationOutcome, ...]]:
    """Absolute develop settings on the neutral baseline, and the outcome of each operation, in pipeline order.

    `profile` is the name of the learnt camera profile under the photo, "" for Adobe's own. A value beyond Lightroom's
    range is set to the end of the range, and the outcome of every operation that contributed to it says so.
    """
    summed = sum_up(pieces, kind, correction)
    values = dict(summed.values)
    values["ConvertToGrayscale"] = any(contribution.grayscale for _, contribution in pieces)
    if crop is not None:
        values.update(crop.settings())
    return _neutral(kind, profile).merge(values), outcomes(pieces, kind, summed)


@lru_cache(maxsize=64)
def _neutral(kind: PhotoKind, profile: str) -> DevelopSettings:
    return DevelopSettings(baseline(kind, profile))


def sum_up(pieces: Pieces, kind: PhotoKind, correction: Correction) -> AssembledSettings:
    """Combine the contributions and clamp the values to Lightroom's ranges."""
    values: dict[str, SettingValue] = {}
    clamps: dict[str, Clamp] = {}
    sliders: dict[str, float] = {}
    white_balance: tuple[float, float] | None = None
    curves = Curves()
    for _, contribution in pieces:
        sliders.update(_together(sliders, contribution.sliders))
        white_balance = contribution.white_balance or white_balance
        if contribution.curves is not None:
            curves = curves.then(contribution.curves)
    wanted, white_balance = correction.apply_to(sliders, white_balance, kind)
    if white_balance is not None:
        wanted.update(zip(WHITE_BALANCE_KEYS[kind], white_balance, strict=True))
        values["WhiteBalance"] = "Custom"
    for key, amount in wanted.items():
        values[key], clamped = clamp(key, amount)
        if clamped:
            clamps[key] = Clamp(key, amount, float(values[key]))  # type: ignore[arg-type]  # clamp gives numbers
    errors: dict[str, float] = {}
    for channel, key in CURVES.items():
        if (samples := getattr(curves, channel)) is not None:
            values[key], errors[key] = fit_points(samples)
            values["ToneCurveName2012"] = "Custom"
    return AssembledSettings(values, clamps, errors)


def outcomes(pieces: Pieces, kind: PhotoKind, summed: AssembledSettings) -> tuple[OperationOutcome, ...]:
    """The outcome of each operation."""
    return tuple(_outcome(operation, contribution, kind, summed) for operation, contribution in pieces)


def fidelities(pieces: Pieces, kind: PhotoKind, correction: Correction) -> list[Fidelity]:
    """The fidelity of each operation, as `outcomes` has it, without combining them where that cannot change it: a value
    that is cut at the end of its range lowers only an operation that is otherwise exact."""
    found = [fidelity_of(contribution.carries) for _, contribution in pieces]
    if not any(
        fidelity is Fidelity.EXACT and (given.sliders or given.curves is not None or given.white_balance is not None)
        for fidelity, (_, given) in zip(found, pieces, strict=True)
    ):
        return found
    return [outcome.fidelity for outcome in outcomes(pieces, kind, sum_up(pieces, kind, correction))]


def _together(before: Mapping[str, float], more: Mapping[str, float]) -> dict[str, float]:
    """The sliders that `more` changes: stops and strengths are added, gains of chroma (1 + s/100) multiplied, wheels
    added as points, and of a shape the later one is used.
    """
    found: dict[str, float] = {}
    for key, amount in more.items():
        if key == "Saturation":
            found[key] = 100 * (max(1 + before.get(key, 0.0) / 100, 0.0) * max(1 + amount / 100, 0.0) - 1)
        else:
            found[key] = amount if key in _SHAPES else before.get(key, 0.0) + amount
    for keys in TONING.values():
        if keys[1] in more:
            found.update(zip(keys, _turned(_point(before, keys) + _point(more, keys)), strict=True))
    return found


def _point(sliders: Mapping[str, float], keys: tuple[str, str]) -> complex:
    hue, saturation = sliders.get(keys[0], 0.0), sliders.get(keys[1], 0.0)
    return cmath.rect(saturation, math.radians(hue))


def _turned(point: complex) -> tuple[float, float]:
    """Hue in degrees and saturation."""
    return math.degrees(cmath.phase(point)) % 360, abs(point)


def _outcome(
    operation: Operation, contribution: Contribution, kind: PhotoKind, summed: AssembledSettings
) -> OperationOutcome:
    outcome = OperationOutcome(
        operation_uuid=operation.uuid,
        identifier=operation.identifier,
        title=title(operation),
        enabled=operation.enabled,
        fidelity=fidelity_of(contribution.carries),
        reason=join_reasons(contribution.carries),
        settings=tuple(_keys(contribution, kind)),
        lost=lost_parts(contribution.carries),
    )
    own = tuple(summed.clamps[key] for key in outcome.settings if key in summed.clamps)
    told = [f"{c.key} would be {c.wanted:g}; Lightroom's range ends at {c.sent:g}." for c in own]
    # A curve may be composed into keys to which this operation alone would not contribute, so all keys are checked.
    if contribution.curves is not None and summed.curve_errors:
        told.append(_curve_told(max(summed.curve_errors.values())))
    if not told:
        return outcome
    lowered = Fidelity.APPROXIMATE if outcome.fidelity is Fidelity.EXACT else outcome.fidelity
    return replace(outcome, clamps=own, reason=" ".join([outcome.reason, *told]), fidelity=lowered)


def _curve_told(error: float) -> str:
    levels = math.ceil(error * 255)
    if error <= GOOD:
        return f"Lightroom's points follow the curve to within {max(levels, 1)} of 255 levels."
    return (
        f"The curve has more turns than {MAX_POINTS} points of Lightroom's can follow: it differs by up to {levels} of "
        "255 levels."
    )


def _keys(contribution: Contribution, kind: PhotoKind) -> Iterable[str]:
    """The keys that this contribution changed; keys that it could change but did not are left out."""
    if contribution.white_balance is not None:
        yield "WhiteBalance"
        yield from WHITE_BALANCE_KEYS[kind]
    yield from contribution.sliders
    if contribution.curves is not None:
        yield from (key for channel, key in CURVES.items() if getattr(contribution.curves, channel) is not None)
    if contribution.grayscale:
        yield "ConvertToGrayscale"
    if not contribution.sliders and contribution.curves is None and contribution.white_balance is None:
        yield from (key for carry in contribution.carries for key in carry.settings if key.startswith(_PLACES))
