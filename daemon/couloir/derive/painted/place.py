"""Places what was painted in Aperture: a version's rows say which adjustments were, and its preview shows where.

Only a place that agrees with a row's adjustment counts: dodging is lighter, burning darker, a saturation brush changes
colourfulness. It is kept where Lightroom's brush, as our engine draws it, brings the whole picture nearer by a tenth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Operation, Version
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_to_lab
from couloir.derive.bricks import title
from couloir.derive.manifest import Carry, join_reasons
from couloir.derive.model import Fidelity, OperationOutcome, Translation
from couloir.derive.painted.find import LEAST_GAIN, Draw, PaintedRegion, find_painted
from couloir.derive.painted.frame import ShownFrame
from couloir.derive.painted.quantities import Effect, effects_of
from couloir.engines.protocol import Picture
from couloir.lightroom.local.fields import KEY
from couloir.lightroom.local.masks import LocalAdjustment

NOT_SEEN: Final = Carry(
    Fidelity.LOST,
    "Painted with a brush: Aperture's masks cannot be read, and the preview shows no place of its own where it acted.",
)
NO_PLACE: Final = Carry(
    Fidelity.LOST,
    "Painted with a brush: Aperture's masks cannot be read, and what this adjustment does is too fine or too alike "
    "everywhere to be placed by the preview.",
)

TAKEN_BACK: Final = Carry(
    Fidelity.LOST,
    "Painted with a brush: the place that the preview shows was painted with Lightroom's brush and taken back, because "
    "the rendering with it was not nearer.",
)

_PASSES: Final = 2
_MORE: Final = 0.04  # of the first difference: what another brush has to gain beside the first
_SHARES: Final = (1.0, 0.75, 0.87, 1.15, 1.3)


@dataclass(frozen=True, slots=True)
class Placement:
    """What a photo gets. `local`: the local adjustments, in the frame that the file stores; `carries`: the outcome of
    each painted operation, by its uuid; `gain`: the share by which the mean CIEDE2000 falls with them, to `after`.
    """

    local: tuple[LocalAdjustment, ...] = ()
    carries: Mapping[str, Carry] = field(default_factory=dict)
    gain: float = 0.0
    after: float = 0.0

    def on(self, translation: Translation) -> Translation:
        """The translation with the local adjustments, and the reasons of its painted operations."""
        told = tuple(self._told(outcome) for outcome in translation.operations)
        return replace(translation, local=self.local, operations=told)

    def take_back(self) -> Placement:
        """Nothing, because a rendering with it was not nearer."""
        kept = {uuid: carry if carry.fidelity is Fidelity.LOST else TAKEN_BACK for uuid, carry in self.carries.items()}
        return Placement((), kept)

    def _told(self, outcome: OperationOutcome) -> OperationOutcome:
        carry = self.carries.get(outcome.operation_uuid)
        if carry is None or not outcome.enabled:
            return outcome
        lost = (carry.note,) if carry.fidelity is Fidelity.LOST else ()
        return replace(
            outcome, fidelity=carry.fidelity, reason=carry.note, settings=carry.settings, clamps=(), lost=lost
        )


NOWHERE: Final = Placement()


@dataclass(frozen=True, slots=True)
class PaintedPair:
    """A preview laid on a rendering without its local adjustments, both sRGB-encoded, (height, width, 3), about 256
    pixels; `draw` gives the rendering with local adjustments in the frame of these pictures.
    """

    target: Picture
    rendering: Picture
    draw: Draw


def list_painted(version: Version) -> list[Operation]:
    """The enabled operations that a mask limits."""
    return [each for each in version.operations if each.enabled and each.mask_uuid is not None]


def place_painted(version: Version, frame: ShownFrame, pair: PaintedPair) -> Placement:
    """Where the painted adjustments of a version act; `NOWHERE` for a version without any."""
    painted = list_painted(version)
    return place_operations(painted, frame, pair) if painted else NOWHERE


def place_operations(painted: Sequence[Operation], frame: ShownFrame, pair: PaintedPair) -> Placement:
    """Where painted operations act."""
    effects = {each.uuid: effects_of(each.adjustment) for each in painted}
    kept, before, after = _find(painted, effects, pair)
    gain = 1 - after / max(before, 1e-9)
    if gain < LEAST_GAIN:
        kept, gain, after = [], 0.0, before
    carries = {each.uuid: _carry(effects[each.uuid], kept, gain) for each in painted}
    return Placement(tuple(frame.store(local) for _, local in kept), carries, gain, after)


_Named = tuple[PaintedRegion, LocalAdjustment]


def _find(
    painted: Sequence[Operation], effects: Mapping[str, frozenset[Effect]], pair: PaintedPair
) -> tuple[list[_Named], float, float]:
    """Those that bring the drawn picture nearer, and the difference before and with all of them. Each pass sees the
    picture as those before it have drawn it.
    """
    wanted = frozenset[Effect]().union(*effects.values())
    kept: list[_Named] = []
    shown = pair.rendering
    before = least = _difference(shown, pair.target)
    for _ in range(_PASSES if wanted else 0):
        beside = _beside(pair, kept)
        regions = find_painted(pair.target, shown, wanted, beside)
        alone = {id(each): _difference(beside([each.as_adjustment("")]), pair.target) for each in regions}
        count = len(kept)
        for region in sorted(regions, key=lambda each: alone[id(each)]):
            owners = [each for each in painted if region.effect in effects[each.uuid]]
            if all(_is_served(effects[each.uuid], region, kept) for each in owners):
                continue
            name = ", ".join(dict.fromkeys(_name(each) for each in owners))
            scaled, found, drawn = _scale(region, name, kept, pair)
            if found < least - (_MORE * before if kept else 0):
                kept, least, shown = [*kept, scaled], found, drawn
        if len(kept) == count:
            break
    return kept, before, least


def _is_served(effects: frozenset[Effect], region: PaintedRegion, kept: Sequence[_Named]) -> bool:
    """Whether a row has a place already, by another quantity: one adjustment may be seen as one or as the other."""
    return any(each.effect in effects and each.quantity is not region.quantity for each, _ in kept)


def _beside(pair: PaintedPair, kept: Sequence[_Named]) -> Draw:
    own = [local for _, local in kept]
    return lambda local: pair.draw([*own, *local])


def _scale(
    region: PaintedRegion, name: str, kept: Sequence[_Named], pair: PaintedPair
) -> tuple[_Named, float, Picture]:
    """The region with the amount that, drawn, comes nearest: what a slider does is not quite in proportion to it."""
    draw = _beside(pair, kept)
    best: tuple[_Named, float, Picture] | None = None
    for share in _SHARES:
        scaled = replace(region, amount=share * region.amount)
        local = scaled.as_adjustment(name)
        drawn = draw([local])
        found = _difference(drawn, pair.target)
        if best is None or found < best[1]:
            best = (scaled, local), found, drawn
    assert best is not None
    return best


def _carry(effects: frozenset[Effect], kept: Sequence[_Named], gain: float) -> Carry:
    if not effects:
        return NO_PLACE
    own = [local for region, local in kept if region.effect in effects]
    if not own:
        return NOT_SEEN
    return Carry(Fidelity.TAKEN, join_reasons([_tell(local, gain) for local in own]), (KEY,))


def _tell(local: LocalAdjustment, gain: float) -> Carry:
    return _TOLD[frozenset(local.settings)](local.settings, gain)


def _exposure(sliders: Mapping[str, float], gain: float) -> Carry:
    value = sliders["LocalExposure2012"]
    return Carry(
        Fidelity.TAKEN,
        f"Placed from the preview: a brush of Lightroom's with Exposure {value:+.2f}, painted where the preview "
        f"shows it; the photo is expected to come {gain:.0%} nearer.",
    )


def _saturation(sliders: Mapping[str, float], gain: float) -> Carry:
    value = sliders["LocalSaturation"]
    return Carry(
        Fidelity.TAKEN,
        f"Placed from the preview: a brush of Lightroom's with Saturation {value:+.0f}, painted where the preview "
        f"shows it; the photo is expected to come {gain:.0%} nearer.",
    )


def _contrast(sliders: Mapping[str, float], gain: float) -> Carry:
    contrast, exposure = sliders["LocalContrast2012"], sliders["LocalExposure2012"]
    return Carry(
        Fidelity.TAKEN,
        f"Placed from the preview: a brush of Lightroom's with Contrast {contrast:+.0f} and Exposure {exposure:+.2f}, "
        f"painted where the preview shows it; the photo is expected to come {gain:.0%} nearer.",
    )


def _clarity(sliders: Mapping[str, float], gain: float) -> Carry:
    value = sliders["LocalClarity2012"]
    return Carry(
        Fidelity.TAKEN,
        f"Placed from the preview: a brush of Lightroom's with Clarity {value:+.0f}, painted where the preview "
        f"shows it; the photo is expected to come {gain:.0%} nearer.",
    )


def _shadows(sliders: Mapping[str, float], gain: float) -> Carry:
    value = sliders["LocalShadows2012"]
    return Carry(
        Fidelity.TAKEN,
        f"Placed from the preview: a brush of Lightroom's with Shadows {value:+.0f}, painted where the preview "
        f"shows it; the photo is expected to come {gain:.0%} nearer.",
    )


def _highlights(sliders: Mapping[str, float], gain: float) -> Carry:
    value = sliders["LocalHighlights2012"]
    return Carry(
        Fidelity.TAKEN,
        f"Placed from the preview: a brush of Lightroom's with Highlights {value:+.0f}, painted where the preview "
        f"shows it; the photo is expected to come {gain:.0%} nearer.",
    )


def _balance(sliders: Mapping[str, float], gain: float) -> Carry:
    temperature, tint = sliders["LocalTemperature"], sliders["LocalTint"]
    return Carry(
        Fidelity.TAKEN,
        f"Placed from the preview: a brush of Lightroom's with Temp {temperature:+.0f} and Tint {tint:+.0f}, painted "
        f"where the preview shows it; the photo is expected to come {gain:.0%} nearer.",
    )


_TOLD: Final[Mapping[frozenset[str], Callable[[Mapping[str, float], float], Carry]]] = MappingProxyType(
    {
        frozenset({"LocalExposure2012"}): _exposure,
        frozenset({"LocalSaturation"}): _saturation,
        frozenset({"LocalContrast2012", "LocalExposure2012"}): _contrast,
        frozenset({"LocalClarity2012"}): _clarity,
        frozenset({"LocalShadows2012"}): _shadows,
        frozenset({"LocalHighlights2012"}): _highlights,
        frozenset({"LocalTemperature", "LocalTint"}): _balance,
    }
)


def _name(operation: Operation) -> str:
    adjustment = operation.adjustment
    return f"Aperture: {adjustment.brush if isinstance(adjustment, ap.QuickBrush) else title(operation)}"


def _difference(drawn: Picture, target: Picture) -> float:
    return float(ciede2000(srgb_to_lab(drawn), srgb_to_lab(target)).mean(dtype="f8"))
