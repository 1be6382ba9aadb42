"""Places what was painted in Aperture: a version's rows say which adjustments were, and its preview shows where.

Only a place that agrees with a row's adjustment counts: dodging is lighter, burning darker, a saturation brush changes
colourfulness. It is kept where Lightroom's brush, as our engine draws it, brings the whole picture nearer by a tenth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from types import MappingProxyType
from typing import Final

from couloir.aperture import adjustments as ap
from couloir.aperture.adjustments import Adjustment, Brush
from couloir.aperture.model import Operation, Version
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_to_lab
from couloir.derive.bricks import title
from couloir.derive.manifest import Carry, join_reasons
from couloir.derive.model import Fidelity, OperationOutcome, Translation
from couloir.derive.painted.find import LEAST_GAIN, PaintedRegion, Quantity, find_painted
from couloir.derive.painted.frame import ShownFrame
from couloir.engines.protocol import Picture
from couloir.lightroom.local.fields import KEY
from couloir.lightroom.local.masks import LocalAdjustment

Effect = tuple[Quantity, int]
"""A quantity and the sign of its change."""

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

_LIGHTER, _DARKER = (Quantity.LIGHT, 1), (Quantity.LIGHT, -1)
_TONE: Final = frozenset({_LIGHTER, _DARKER})
_COLOR: Final = frozenset(product((Quantity.SATURATION,), (1, -1)))
_OF_BRUSHES: Final[Mapping[Brush, frozenset[Effect]]] = MappingProxyType(
    {
        Brush.DODGE: frozenset({_LIGHTER}),
        Brush.BURN: frozenset({_DARKER}),
        Brush.POLARIZE: frozenset({_DARKER}),  # a multiplication
        Brush.SATURATION: _COLOR,
        Brush.VIBRANCY: _COLOR,
    }
)
_OF_ADJUSTMENTS: Final[Mapping[type[Adjustment], frozenset[Effect]]] = MappingProxyType(
    {
        ap.Exposure: _TONE,
        ap.Levels: _TONE,
        ap.Curves: _TONE,
        ap.Gamma: _TONE,
        ap.HighlightsShadows: _TONE,
        ap.Enhance: _TONE | _COLOR,
        ap.BlackWhite: frozenset({(Quantity.SATURATION, -1)}),
    }
)


@dataclass(frozen=True, slots=True)
class Placement:
    """What a photo gets. `local`: the local adjustments, in the frame that the file stores; `carries`: the outcome of
    each painted operation, by its uuid; `gain`: the share by which the mean CIEDE2000 falls with them.
    """

    local: tuple[LocalAdjustment, ...] = ()
    carries: Mapping[str, Carry] = field(default_factory=dict)
    gain: float = 0.0

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
    draw: Callable[[Sequence[LocalAdjustment]], Picture]


def list_painted(version: Version) -> list[Operation]:
    """The enabled operations that a mask limits."""
    return [each for each in version.operations if each.enabled and each.mask_uuid is not None]


def place_painted(version: Version, frame: ShownFrame, pair: PaintedPair) -> Placement:
    """Where the painted adjustments of a version act; `NOWHERE` for a version without any."""
    painted = list_painted(version)
    if not painted:
        return NOWHERE
    effects = {each.uuid: _effects(each.adjustment) for each in painted}
    wanted = frozenset[Effect]().union(*effects.values())
    regions = find_painted(pair.target, pair.rendering, tuple(dict.fromkeys(q for q, _ in sorted(wanted))))
    kept, gain = _keep([each for each in regions if _effect(each) in wanted], painted, effects, pair)
    carries = {each.uuid: _carry(effects[each.uuid], kept, gain) for each in painted}
    return Placement(tuple(frame.store(local) for _, local in kept), carries, gain)


_Named = tuple[PaintedRegion, LocalAdjustment]


def _keep(
    regions: Sequence[PaintedRegion],
    painted: Sequence[Operation],
    effects: Mapping[str, frozenset[Effect]],
    pair: PaintedPair,
) -> tuple[list[_Named], float]:
    """Those that bring the drawn picture nearer, each beside those before it, and by how much all of them do."""
    if not regions:
        return [], 0.0
    before = least = _difference(pair.rendering, pair.target)
    kept: list[_Named] = []
    for region in sorted(regions, key=lambda each: -each.gain):
        names = [_name(each) for each in painted if _effect(region) in effects[each.uuid]]
        tried = [*kept, (region, region.as_adjustment(", ".join(dict.fromkeys(names))))]
        found = _difference(pair.draw([local for _, local in tried]), pair.target)
        if found < least:
            kept, least = tried, found
    gain = 1 - least / max(before, 1e-9)
    return (kept, gain) if gain >= LEAST_GAIN else ([], 0.0)


def _carry(effects: frozenset[Effect], kept: Sequence[_Named], gain: float) -> Carry:
    if not effects:
        return NO_PLACE
    own = [(region, local) for region, local in kept if _effect(region) in effects]
    if not own:
        return NOT_SEEN
    rows = [_tell(*each, gain) for each in own]
    return Carry(Fidelity.TAKEN, join_reasons(rows), (KEY,))


def _tell(region: PaintedRegion, local: LocalAdjustment, gain: float) -> Carry:
    [value] = local.settings.values()
    if region.quantity is Quantity.LIGHT:
        return Carry(
            Fidelity.TAKEN,
            f"Placed from the preview: a brush of Lightroom's with Exposure {value:+.2f}, painted where the preview "
            f"shows it; the photo is expected to come {gain:.0%} nearer.",
        )
    return Carry(
        Fidelity.TAKEN,
        f"Placed from the preview: a brush of Lightroom's with Saturation {value:+.0f}, painted where the preview "
        f"shows it; the photo is expected to come {gain:.0%} nearer.",
    )


def _effects(adjustment: Adjustment) -> frozenset[Effect]:
    """The changes that it may have made where it was painted; none for what no picture of this size shows."""
    if isinstance(adjustment, ap.QuickBrush):
        return _OF_BRUSHES.get(adjustment.brush, frozenset())
    return _OF_ADJUSTMENTS.get(type(adjustment), frozenset())


def _effect(region: PaintedRegion) -> Effect:
    return region.quantity, 1 if region.stops > 0 else -1


def _name(operation: Operation) -> str:
    adjustment = operation.adjustment
    return f"Aperture: {adjustment.brush if isinstance(adjustment, ap.QuickBrush) else title(operation)}"


def _difference(drawn: Picture, target: Picture) -> float:
    return float(ciede2000(srgb_to_lab(drawn), srgb_to_lab(target)).mean(dtype="f8"))
