"""Finds what a brush painted: where Aperture's preview differs from the rendering beyond what any change of the whole
picture explains, in the way in which one of Lightroom's local sliders would change it.

What is left of light or colour (`residue`) is compared with what a slider does on the whole picture
(`quantities`): their ratio, smoothed, is how strongly it was painted at each place. Regions of one sign that stand out
are painted with Lightroom's brush, and a region counts only if the brush then explains most of what is left there and
brings the whole picture nearer. Only versions whose rows name a mask may be asked about: local operators of other kinds
leave residue that looks like a faint brush.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from couloir.derive.painted.dabs import Painting, paint
from couloir.derive.painted.quantities import ONE_SIGNED, PROBES, Channel, Effect, Quantity, probe_of, settings_of
from couloir.derive.painted.residue import RELATED, PicturePair, Plane, Planes, Residue, spread_of
from couloir.engines.camera_raw.masks import Alpha, draw_brush
from couloir.engines.local_contrast import blur
from couloir.engines.protocol import Picture
from couloir.lightroom.local.masks import LocalAdjustment, Mask

Draw: TypeAlias = Callable[[Sequence[LocalAdjustment]], Picture]
"""The rendering with local adjustments in its own frame."""


@dataclass(frozen=True, slots=True)
class PaintedRegion:
    """A region that was painted, in the frame of the two pictures. `amount`: of the quantity where the brush is full,
    in stops or in multiples of its probes along `direction`.

    `explained`: the share of the residue's energy where the brush acts, 0..1. `gain`: the share by which the mean
    CIEDE2000 of the whole picture is expected to fall beyond what a change of the whole picture gives.
    """

    quantity: Quantity
    amount: float
    direction: tuple[float, ...]
    painting: Painting
    alpha: Alpha
    explained: float
    gain: float

    @property
    def effect(self) -> Effect:
        """Its quantity and sign."""
        return self.quantity, 1 if self.amount > 0 else -1

    def as_adjustment(self, name: str) -> LocalAdjustment:
        """The local adjustment of Lightroom that does the same, in the frame of the two pictures."""
        settings = settings_of(self.quantity, self.amount, self.direction)
        return LocalAdjustment(name, settings, (Mask(self.painting.brush),))


LEAST_GAIN: Final = 0.1
LEAST_EXPLAINED: Final = 0.55
LEAST_OF_DEFINITION: Final = 0.4
"""Of a slider whose radius is another than Aperture's."""

_NARROW: Final = 0.012  # of the long edge: the smoothing along edges
_BROAD: Final = 0.02  # of the long edge: the smoothing where a slider acts on some tones only
_EDGE: Final = 0.02  # stops squared between neighbours that count as an edge
_LEAST: Final = 0.10  # stops
_LEAST_PROBED: Final = {Quantity.BALANCE: 0.08}  # of a probe
_LEAST_OF_TONES: Final = 0.25  # likewise, of those that change some tones more than others
_FULL_PROBED: Final = 1.5  # of the least
_FULL: Final = 0.15  # stops
_DEVIATIONS: Final = 3.0
_SMALLEST, _LARGEST = 0.004, 0.6  # shares of the picture
_FAINT: Final = 0.02
_REST: Final = 0.27  # of the least amount: it is no painting
_FEWEST: Final = 50  # pixels
# Of a slider's mean effect squared: where it does less, the ratio is not trusted.
_SHRUNK: Final = {Channel.LIGHT: 0.25, Channel.COLOR: 0.06}
_ALIKE: Final = 0.6  # length of the mean of directions, of 1
_HOPE: Final = 0.6  # of the least gain: a mask that promises less before it is painted is not painted


def find_painted(
    target: Picture, rendering: Picture, effects: Collection[Effect], draw: Draw | None = None
) -> tuple[PaintedRegion, ...]:
    """At most one region for each effect; both pictures aligned, sRGB-encoded, (height, width, 3). `draw` gives the
    rendering with local adjustments; without it only light is found.

    A long edge of about 288 pixels is meant. Empty where the two do not show the same thing.
    """
    both = PicturePair(target, rendering)
    if both.correlation < RELATED:
        return ()
    found: list[PaintedRegion] = []
    for channel in Channel:
        wanted = sorted(effect for effect in effects if effect[0].channel is channel)
        signs = {sign for _, sign in wanted}
        known = signs.pop() if len(signs) == 1 and all(each in ONE_SIGNED for each, _ in wanted) else 0
        residue = both.residue(channel, known) if wanted else None
        if residue is not None:
            found += _Search(both, channel, residue, draw).regions(wanted)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Field:
    """How strongly a quantity was painted at each place: stops, or multiples of its probes along `direction`;
    `template` is what an amount of 1 changes, `least` what stands out.
    """

    strength: Plane
    template: Planes
    direction: tuple[float, ...]
    least: float
    full: float


class _Search:
    """The search for painted regions in one channel."""

    def __init__(self, both: PicturePair, channel: Channel, residue: Residue, draw: Draw | None) -> None:
        self.both, self.channel, self.residue, self.draw = both, channel, residue, draw

    def regions(self, effects: Sequence[Effect]) -> list[PaintedRegion]:
        """Those that explain what is left where they act, and bring the picture nearer: of a dodge and a burn each is
        judged with the other one in its place.
        """
        found: list[tuple[PaintedRegion, Planes]] = []
        for quantity in dict.fromkeys(each for each, _ in effects):
            field = self._field(quantity)
            if field is None:
                continue
            tried = (self._region(quantity, sign, field) for each, sign in effects if each is quantity)
            own = [(region, self._change(region, field)) for region in tried if region is not None]
            found += self._judged(own)
        return [region for region, _ in found]

    def _judged(self, found: list[tuple[PaintedRegion, Planes]]) -> Iterator[tuple[PaintedRegion, Planes]]:
        for region, change in found:
            others = sum((each for other, each in found if other is not region), self.residue.whole)
            gain = self._gain(np.asarray(others), change)
            if gain >= LEAST_GAIN:
                yield replace(region, gain=gain), change

    def _gain(self, beside: Planes, change: Planes) -> float:
        """The share by which the mean CIEDE2000 falls with a change, where that of the whole picture is corrected."""
        before, after = (self.both.difference(self.channel, each) for each in (beside, beside + change))
        return 1 - after / max(before, 1e-9)

    def _change(self, region: PaintedRegion, field: _Field) -> Planes:
        return np.asarray(region.amount * region.alpha[..., np.newaxis] * field.template)

    def _field(self, quantity: Quantity) -> _Field | None:
        left, usable = self.residue.left, self.residue.usable
        if quantity not in PROBES:
            strength = self._along_edges(left[..., 0])
            least = max(_LEAST, _DEVIATIONS * spread_of(strength[usable][:, np.newaxis]))
            return _Field(strength, np.ones_like(left), (), least, _FULL)
        if self.draw is None:
            return None
        drawn = [self.both.compare(self.channel, self.draw([probe_of(each)])) for each in PROBES[quantity]]
        effects = np.stack(drawn, axis=-1) * usable[..., np.newaxis, np.newaxis]
        strengths = self._ratios(left, effects)
        low = _LEAST_PROBED.get(quantity, _LEAST_OF_TONES)
        least = max(low, _DEVIATIONS * spread_of(strengths[usable]))
        direction = _direction(strengths, usable, least) if len(drawn) > 1 else (1.0,)
        if direction is None:
            return None
        along = np.asarray(direction, dtype=np.float32)
        return _Field(strengths @ along, effects @ along, direction, least, _FULL_PROBED * low)

    def _ratios(self, left: Planes, effects: NDArray[np.float32]) -> Planes:
        """(height, width, probes): at each place the multiples of the probes that come nearest to what is left, fitted
        over its surroundings.
        """
        wide = max(2.0, _BROAD * max(left.shape))
        count = effects.shape[-1]
        mean = np.square(effects).sum(axis=-2)[self.residue.usable].mean(axis=0)
        gram = np.empty((*left.shape[:2], count, count), dtype=np.float32)
        seen = np.empty((*left.shape[:2], count, 1), dtype=np.float32)
        for one in range(count):
            seen[..., one, 0] = blur((effects[..., one] * left).sum(axis=-1), wide)
            for other in range(count):
                gram[..., one, other] = blur((effects[..., one] * effects[..., other]).sum(axis=-1), wide)
        gram += np.diag(_SHRUNK[self.channel] * mean + 1e-9).astype(np.float32)
        return np.asarray(np.linalg.solve(gram, seen)[..., 0])

    def _along_edges(self, left: Plane) -> Plane:
        """A guided filter (He, Sun, Tang 2013) along the rendering's tone; unusable pixels take their neighbours'."""
        tone, usable = self.both.tone, self.residue.usable
        weight = blur(usable.astype(np.float32), 1.2) + np.float32(1e-3)
        filled = blur(left, 1.2) / weight
        wide = max(2.0, _NARROW * max(left.shape))
        mean_guide, mean = blur(tone, wide), blur(filled, wide)
        variance = blur(tone**2, wide) - mean_guide**2
        slope = (blur(tone * filled, wide) - mean_guide * mean) / (variance + _EDGE)
        return np.asarray(blur(slope, wide) * tone + blur(mean - slope * mean_guide, wide))

    def _region(self, quantity: Quantity, sign: int, field: _Field) -> PaintedRegion | None:
        mask = _mask(sign * field.strength, field.least, field.full)
        if mask is None or self._promise(sign, mask, field) < _HOPE * LEAST_GAIN:
            return None
        painting = paint(mask)
        if painting is None:
            return None
        rows, columns = mask.shape
        alpha = draw_brush(painting.brush, columns, rows)
        fitted = self._fit(alpha, field)
        least = LEAST_OF_DEFINITION if quantity is Quantity.DEFINITION else LEAST_EXPLAINED
        if fitted is None or fitted[0] * sign <= 0 or fitted[1] < least:
            return None
        return PaintedRegion(quantity, fitted[0], field.direction, painting, alpha, fitted[1], 0.0)

    def _promise(self, sign: int, mask: Plane, field: _Field) -> float:
        """The gain of a mask as it is."""
        fitted = self._fit(mask, field)
        if fitted is None or fitted[0] * sign <= 0:
            return 0.0
        return self._gain(self.residue.whole, np.asarray(fitted[0] * mask[..., np.newaxis] * field.template))

    def _fit(self, alpha: Plane, field: _Field) -> tuple[float, float] | None:
        """The amount that comes nearest to what is left where a mask acts, and the share that it explains there."""
        acts = self.residue.usable & (alpha > _FAINT)
        if acts.sum() < _FEWEST:
            return None
        does, left = alpha[acts][:, np.newaxis] * field.template[acts], self.residue.left[acts]
        amount = float((does * left).sum() / max(float(np.square(does).sum()), 1e-9))
        rest = float(np.square(left - amount * does).sum())
        return amount, 1 - rest / max(float(np.square(left).sum()), 1e-9)


def _direction(strengths: Planes, usable: NDArray[np.bool_], least: float) -> tuple[float, ...] | None:
    """The direction of what stands out; None where there is none, or one in each place."""
    size = np.sqrt(np.square(strengths).sum(axis=-1))
    strong = usable & (size > least)
    if strong.mean() < _SMALLEST:
        return None
    strong &= size >= np.percentile(size[strong], 50)
    mean = (strengths[strong] / size[strong][:, np.newaxis]).mean(axis=0)
    length = float(np.sqrt(np.square(mean).sum()))
    return tuple((mean / length).tolist()) if length >= _ALIKE else None


def _mask(value: Plane, least: float, least_full: float) -> Plane | None:
    """The mask of where a strength stands out, 1 where it is strongest; None where it does nowhere."""
    region = _large_parts(value > least, round(_SMALLEST * value.size))
    if not region.any() or region.mean() > _LARGEST:
        return None
    full = float(np.percentile(value[region], 90))
    if full < least_full:
        return None
    near = blur(region.astype(np.float32), _NARROW * max(value.shape)) > _FAINT
    rest = _REST * least
    return np.where(near, np.clip((value - rest) / (full - rest), 0, 1), 0).astype(np.float32)


def _large_parts(region: NDArray[np.bool_], least: int) -> NDArray[np.bool_]:
    """The connected parts (four neighbours) of at least so many pixels."""
    rows, columns = region.shape
    waiting = region.reshape(-1).copy()
    kept = np.zeros_like(waiting)
    for first in np.flatnonzero(waiting).tolist():
        if not waiting[first]:
            continue
        waiting[first] = False
        part, reached = [first], 0
        while reached < len(part):
            at = part[reached]
            reached += 1
            row, column = divmod(at, columns)
            for near, there in (
                (at - 1, column > 0),
                (at + 1, column < columns - 1),
                (at - columns, row > 0),
                (at + columns, row < rows - 1),
            ):
                if there and waiting[near]:
                    waiting[near] = False
                    part.append(near)
        if len(part) >= least:
            kept[part] = True
    return kept.reshape(region.shape)
