"""The loop after the first rendering was aligned: take a rendering, learn from it, and give the next settings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.difference import Difference
from couloir.color.spaces import srgb_to_lab
from couloir.derive.baseline import CURVES
from couloir.derive.controls import PARAMETERS
from couloir.derive.pictures.curve_fit import fit_curves, with_curves
from couloir.derive.pictures.surrogate import Surrogate
from couloir.engines.protocol import Picture
from couloir.lightroom.live import read_as_shot
from couloir.lightroom.settings import SETTINGS, DevelopSettings, PhotoKind
from couloir.refine.align import Alignment
from couloir.refine.color_pair import ColorPair
from couloir.refine.options import (
    BY_EDIT,
    MIX,
    STILL_GAINING,
    Finish,
    Options,
    deviation,
    groups_of,
    held_in,
    names_for,
    reach,
)
from couloir.refine.outcome import RenderingRecord
from couloir.refine.shared import SharedSlopes
from couloir.refine.solver import RenderingSample, Solver, measure

CURVES_GAIN: Final = 0.5
"""CIEDE2000 that curves must be expected to gain to be tried, and the first of them must gain to be kept."""

_CURVES_MARGIN: Final = 0.1  # CIEDE2000 by which curves must be expected nearer than sliders to come first

_DRAWN: Final = 0.5  # of the gain that was expected at least: a picture that changed by less shows no curves
_NOISE: Final = 0.01  # CIEDE2000 that JPEG noise alone can gain
_DAMPING: Final = 0.25  # another renderer's slopes are off by a half, until it or its earlier photos correct them
_LESS, _MORE = 1 / 3, 4.0
_LEAST_DAMPING: Final = 1e-3
# Steps that are considered in turn: the share of the damping, and of the least gain that a rendering must promise. A
# cautious step promises less than it may gain, since it allows for wrong slopes.
_STEPS: Final = ((1.0, 0.5), (1 / 4, 1.0), (1 / 16, 1.0))
_MOST_FAILURES: Final = 3
_CLIPPED: Final = 0.004  # of the encoded range, at either end
_IGNORED: Final = 0.1  # share of a requested change below which a slider counts as without effect
_TONED: Final = 1.5  # mean chroma beside that of its lightness which JPEG alone gives a toned picture
_MIX_KEYS: Final = tuple(key for name in MIX if (key := PARAMETERS[name].key) is not None)
_ASKED: Final = 0.7  # normalised units below which rounding may undo a change

NEAR_ENOUGH: Final = "The difference that was asked for was reached."
USED_UP: Final = "The limit of renderings was reached."
NO_NEARER: Final = "Three corrections in a row did not bring it nearer."
NO_PROMISE: Final = "No change of settings is expected to bring it nearer."
WITH_CURVES: Final = "Tone curves brought it nearer than sliders alone."
WITHOUT_CURVES: Final = "Tone curves did not bring it enough nearer to be kept."


@dataclass(frozen=True, slots=True)
class Telling:
    """One reported rendering: the settings that were asked for, the picture at the work size, and the settings that
    the renderer reads back (None where it cannot).
    """

    asked: DevelopSettings
    picture: Picture
    read_back: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Best:
    """The best rendering so far: `judged` is over the pixels that count, `shown` over the whole picture."""

    settings: DevelopSettings
    drawn: RenderingSample
    picture: Picture
    judged: Difference
    shown: Difference


class Tries(StrEnum):
    """What a rendering is asked for. COLORS shows what is under a black and white photo, GRAY a colour one in black and
    white.
    """

    SLIDERS = "sliders"
    CURVES = "curves"
    COLORS = "colors"
    GRAY = "gray"


@dataclass(frozen=True, slots=True)
class Next:
    """The settings to draw next, and what they try. When the loop is finished, no settings and `why`."""

    settings: DevelopSettings | None
    why: str
    tries: Tries = Tries.SLIDERS


class Loop:
    """One loop, begun with the rendering of `start`. `prior`, `as_shot`, `shared`, `fixed` as in `Match.begin`."""

    def __init__(
        self,
        aligned: Alignment,
        first: Telling,
        kind: PhotoKind,
        prior: Mapping[str, float] | None,
        as_shot: tuple[float, float] | None,
        shared: SharedSlopes,
        fixed: Collection[str],
    ) -> None:
        self._kind = kind
        self._aligned = aligned
        self._prior, self._shared, self._fixed = prior or {}, shared, frozenset(fixed)
        self._target = srgb_to_lab(aligned.target).reshape(-1, 3).astype(np.float32)
        self._whole = aligned.whole.reshape(-1)
        self._as_shot = as_shot or read_as_shot(first.read_back or {})
        self._counted = aligned.counted.reshape(-1)
        self._all_count = bool((self._counted == self._whole).all())
        self._steps: list[tuple[RenderingSample, RenderingSample, NDArray[np.float32]]] = []
        self._curves_tried_at: Best | None = None
        self._draws_curves = True
        self._damping, self._failures = _DAMPING / (1 + shared.photos), 0
        self._gained = 0.0  # by the last rendering of a step
        self._colors: Telling | None = None
        self._gray_tried = False
        self.history: list[RenderingRecord] = []
        self.best = self._begin_at(first)
        self.first = self.best.shown
        self.history = [self._noted(self.best, kept=True)]

    def _begin_at(self, first: Telling) -> Best:
        """Make the settings of a rendering those to which every change is relative; returns it as the best."""
        self._start = first.asked
        self._names = names_for(first.asked, self._kind)
        held = self._fixed | held_in(first.asked)
        self._frozen = np.array([name in held for name in self._names])
        self._by_edit = np.array([name in BY_EDIT for name in self._names])
        self._sigma = np.array([deviation(name, self._prior.get(name), PARAMETERS[name].size) for name in self._names])
        self._surrogate = Surrogate(first.picture, first.asked, self._names, self._kind, self._as_shot)
        lab = _lab(first.picture)
        self._solver = self._solver_with(self._shared.corrections(lab))
        return self._found(first, RenderingSample(self._place(first), lab, self._unclipped(first.picture)))

    def take(self, told: Telling) -> None:
        """Learn from a rendering of changed sliders, and keep it if it is nearer."""
        place = self._place(told)
        self._freeze(told.asked, place)
        drawn = RenderingSample(place, _lab(told.picture), self._unclipped(told.picture))
        error = self._error_of_slopes(drawn)
        self._solver.learn(self.best.drawn, drawn)
        self._steps.append((self.best.drawn, drawn, self._solver.change(self.best.drawn.x, drawn.x)))
        found = self._found(told, drawn)
        better = self._is_better(found, _NOISE)
        self.history.append(self._noted(found, kept=better))
        self._gained = self.best.judged.mean - found.judged.mean if better else 0.0
        if better:
            self.best, self._failures = found, 0
            self._damping = max(min(self._damping * _LESS, error), _LEAST_DAMPING)
        else:
            self._failures += 1
            self._damping *= _MORE

    def take_curves(self, told: Telling) -> None:
        """Keep a rendering with curves if it gains enough; sliders then go on from what it shows."""
        drawn = RenderingSample(self.best.drawn.x, _lab(told.picture), self._unclipped(told.picture))
        found = self._found(told, drawn)
        kept = self._is_better(found, _NOISE if self._has_curves() else CURVES_GAIN)
        self.history.append(self._noted(found, kept=kept, curves=True))
        self._curves_tried_at = self.best
        self._draws_curves &= measure(drawn.lab, self.best.drawn.lab, self._counted).mean > _DRAWN * CURVES_GAIN
        if kept:
            self.best, self._failures = found, 0
            self._begin_again_at(found)

    def take_colors(self, told: Telling) -> None:
        """Predict a black and white photo from a rendering of its colours, on which its mix acts."""
        drawn = RenderingSample(self.best.drawn.x, _lab(told.picture), self._unclipped(told.picture))
        self.history.append(self._noted(self._found(told, drawn), kept=False))
        self._colors = told
        self._predict_anew()

    def take_gray(self, told: Telling) -> None:
        """Keep a rendering in black and white if it is nearer; the mix then takes the place of HSL."""
        drawn = RenderingSample(self.best.drawn.x, _lab(told.picture), self._unclipped(told.picture))
        kept = self._is_better(self._found(told, drawn), CURVES_GAIN)
        if kept:
            self._colors = Telling(self.best.settings, self.best.picture, None)
            self.best = self._begin_at(told)
            self._predict_anew()
        self.history.append(self._noted(self.best if kept else self._found(told, drawn), kept=kept))

    def go_on(self, options: Options) -> Next:
        """The next settings. Sliders, while an improvement is expected; curves, if they are allowed, where they are
        expected nearer than any step of the sliders, or after these.
        """
        best = self.best.judged.mean
        if best <= options.target:
            return Next(None, NEAR_ENOUGH)
        if (other := self._other_treatment()) is not None:
            return other
        # Curves that were not drawn, and a rendering that only shows colours, take nothing from the sliders.
        made = len(self.history) - (not self._draws_curves) - (self._colors is not None)
        most = options.renderings + (options.more if self._gained >= STILL_GAINING else 0)
        curved = self._curved() if options.finish is Finish.LOOK and made <= most else None
        why = USED_UP if self._failures < _MOST_FAILURES else NO_NEARER
        if made < most and self._failures < _MOST_FAILURES:
            in_turn = (self._step(share) for share, _ in _STEPS)
            steps = in_turn if curved is None else tuple(in_turn)
            if curved is None or min(expected for _, expected in steps) < curved[1] + _CURVES_MARGIN:
                for (wanted, expected), (_, asked) in zip(steps, _STEPS, strict=True):
                    if best - expected >= asked * options.least_gain:
                        return Next(wanted, "")
            why = NO_PROMISE
        if curved is not None:
            return Next(curved[0], "", Tries.CURVES)
        if self._curves_tried_at is not None:
            why = WITH_CURVES if self._has_curves() else WITHOUT_CURVES
        return Next(None, why)

    def _other_treatment(self) -> Next | None:
        """The rendering that a black and white mix needs, once: of a black and white photo its colours; of a colour
        one, whose preview is black and white or toned all over, its black and white.
        """
        if not self._fixed.isdisjoint(MIX):
            return None
        if self.best.settings.get("ConvertToGrayscale"):
            if self._colors is not None:
                return None
            colors = {"ConvertToGrayscale": False, "Saturation": 0, "Vibrance": 0}
            return Next(self.best.settings.merge(colors), "", Tries.COLORS)
        if self._gray_tried:
            return None
        self._gray_tried = True
        seen = self._counted
        wanted, shown = (chroma_beside_tone(lab[seen]) for lab in (self._target, self.best.drawn.lab))
        if wanted > _TONED or shown < 2 * _TONED:
            return None
        gray = {"ConvertToGrayscale": True, "Saturation": 0, "Vibrance": 0, **dict.fromkeys(_MIX_KEYS, 0)}
        return Next(self.best.settings.merge(gray), "", Tries.GRAY)

    def lessons(self) -> SharedSlopes:
        """What the camera's photos have taught about its slopes, this photo included."""
        if not self._steps:
            return self._shared
        return self._shared.with_steps(self._steps)

    def own_lessons(self) -> SharedSlopes | None:
        """What this photo alone has taught of them; None where it took no step."""
        return SharedSlopes.empty(self._shared.names).with_steps(self._steps) if self._steps else None

    @property
    def pair(self) -> ColorPair:
        """The best rendering so far beside the preview."""
        return self.beside(self.best.picture)

    def beside(self, picture: Picture) -> ColorPair:
        """A rendering at the work size beside the preview."""
        return ColorPair(picture, self._aligned.target, self._aligned.counted, self._aligned.whole)

    @property
    def change(self) -> dict[str, float]:
        """The change from the start to the best rendering, by parameter in normalised units."""
        return {name: float(value) for name, value in zip(self._names, self.best.drawn.x, strict=True)}

    def _has_curves(self) -> bool:
        return any(each.curves and each.kept for each in self.history)

    def _step(self, share: float) -> tuple[DevelopSettings, float]:
        """The settings that the sliders' step with this share of the damping comes to, and the difference expected.

        It is that of tone and colour alone, unless one of all sliders is expected nearer: these fit pixels that are not
        clipped, and may do harm where they are.
        """
        damping = max(self._damping * share, _LEAST_DAMPING)
        x = self._solver.propose(self.best.drawn, damping, self._frozen)
        of_all = self._expected(x)
        if (x == self.best.drawn.x)[self._by_edit].all():
            return of_all
        of_few = self._expected(self._solver.propose(self.best.drawn, damping, self._frozen | self._by_edit))
        return of_all if of_all[1] < of_few[1] else of_few

    def _expected(self, x: NDArray[np.float64]) -> tuple[DevelopSettings, float]:
        """The settings of x, and the difference that is expected from them."""
        wanted = self._surrogate.settings(x, self._start)
        expected = self._solver.predict(self.best.drawn, self._surrogate.place(wanted))
        return wanted, self._solver.difference(expected).mean

    def _curved(self) -> tuple[DevelopSettings, float] | None:
        """The best settings with curves and the difference expected from them; None where too little is expected,
        curves were tried already, or the renderer draws none.
        """
        best = self.best
        if best is self._curves_tried_at or not self._draws_curves:
            return None
        grey = bool(best.settings.get("ConvertToGrayscale"))
        curves, picture = fit_curves(best.picture, self._aligned.target, self._aligned.counted, by_channel=not grey)
        expected = self._solver.difference(_lab(picture)).mean
        return (with_curves(best.settings, curves), expected) if best.judged.mean - expected >= CURVES_GAIN else None

    def _error_of_slopes(self, drawn: RenderingSample) -> float:
        """The square of the share by which the step to a rendering did other than expected: what damping allows for."""
        best = self.best.drawn
        foretold = self._solver.predict(best, drawn.x)[self._counted]
        off, asked = (float(np.square(each[self._counted] - foretold).sum()) for each in (drawn.lab, best.lab))
        return off / max(asked, 1e-9)

    def _begin_again_at(self, curved: Best) -> None:
        """Predict from the rendering with its curves: every slider has other slopes under them."""
        keys = ("ToneCurveName2012", *CURVES.values())
        self._start = self._start.merge({key: curved.settings[key] for key in keys if key in curved.settings})
        self._predict_anew()

    def _predict_anew(self) -> None:
        """A surrogate from the best rendering, or from that of a black and white photo's colours."""
        if self._colors is not None:
            picture, drawn = self._colors.picture, self._colors.asked
        else:
            picture, drawn = self.best.picture, self._surrogate.settings(self.best.drawn.x, self._start)
        self._surrogate = Surrogate(picture, self._start, self._names, self._kind, self._as_shot, drawn)
        self._solver = self._solver_with(self.lessons().corrections(self.best.drawn.lab))

    def _solver_with(self, shared: NDArray[np.float32]) -> Solver:
        """A solver that begins with what the camera taught of the slopes of MOVED, (parameters, pixels, 3)."""
        corrections = np.zeros((len(self._names), *shared.shape[1:]), dtype=np.float32)
        corrections[: len(shared)] = shared
        far = np.array([reach(name) for name in self._names])
        groups = groups_of(self._names)
        return Solver(self._surrogate, self._target, self._counted, self._sigma, corrections, far, groups)

    def _found(self, told: Telling, drawn: RenderingSample) -> Best:
        judged = self._solver.difference(drawn.lab)
        shown = judged if self._all_count else measure(drawn.lab, self._target, self._whole)
        return Best(told.asked, drawn, told.picture, judged, shown)

    def _is_better(self, found: Best, gain: float) -> bool:
        """Whether a rendering is nearer at the pixels that count, without the whole picture being worse."""
        return found.judged.mean <= self.best.judged.mean - gain and found.shown.mean < self.best.shown.mean

    def _freeze(self, asked: DevelopSettings, came_to: NDArray[np.float64]) -> None:
        """Freeze the parameters that the renderer did not change although it was asked to."""
        wanted = self._surrogate.place(asked) - self.best.drawn.x
        moved = came_to - self.best.drawn.x
        self._frozen |= (np.abs(wanted) > _ASKED) & (np.abs(moved) < _IGNORED * np.abs(wanted))

    def _place(self, told: Telling) -> NDArray[np.float64]:
        """The parameters of the rendering: those read back where the renderer reports them, else those asked for."""
        said = told.read_back or {}
        numbers = {
            key: value
            for key, value in said.items()
            if key in SETTINGS
            and (key == "WhiteBalance" or (isinstance(value, int | float) and not isinstance(value, bool)))
        }
        return self._surrogate.place({**told.asked, **numbers})

    def _unclipped(self, picture: Picture) -> NDArray[np.bool_]:
        """The pixels at which neither picture is clipped; slopes at clipped pixels carry no information."""
        both = np.concatenate([picture, self._aligned.target], axis=-1).reshape(-1, 6)
        return np.asarray(((both > _CLIPPED) & (both < 1 - _CLIPPED)).all(axis=-1))

    def _noted(self, found: Best, *, kept: bool, curves: bool = False) -> RenderingRecord:
        moved = {n: round(float(v), 3) for n, v in zip(self._names, found.drawn.x, strict=True) if round(float(v), 3)}
        return RenderingRecord(found.shown, moved, curves, kept)


def _lab(encoded: Picture) -> NDArray[np.float32]:
    return srgb_to_lab(encoded).reshape(-1, 3).astype(np.float32)


def chroma_beside_tone(lab: NDArray[np.float32]) -> float:
    """The mean chroma of a picture, (pixels, 3) in L*a*b*, beside one colour for each lightness: 0 where it is black
    and white, sepia or toned.
    """
    terms = np.stack([(lab[:, 0] / 100) ** power for power in range(4)], axis=-1).astype(np.float64)
    colors = np.asarray(lab[:, 1:], dtype=np.float64)
    beside = colors - terms @ np.linalg.lstsq(terms, colors, rcond=None)[0]
    return float(np.hypot(beside[:, 0], beside[:, 1]).mean())
