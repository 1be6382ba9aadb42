"""One step of the loop: Levenberg-Marquardt on a surrogate that every rendering corrects.

The picture at x is predicted as

    the best rendering + surrogate(x) - surrogate(its x) + corrections . (x - its x)

where the corrections, (parameters, pixels, 3), begin with what the camera's earlier photos taught and take a Broyden
update (C. G. Broyden, Math. Comp. 19, 1965) after every rendering. What is minimised is the Cauchy-weighted square of
the predicted difference, whitened so that its length is about CIEDE2000, with the prior as regulariser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.difference import Difference, ciede2000
from couloir.derive.pictures.metric import whitening_matrices
from couloir.derive.pictures.surrogate import Surrogate

EVIDENCE: Final = 300.0
"""The number of independent pixels that a picture counts for against the prior, since neighbours are correlated."""

_CAUCHY: Final = 8.0  # CIEDE2000 beyond which a pixel's weight decreases
_EVEN: Final = (
    1.0  # CIEDE2000 beyond which a pixel counts by its difference, not its square: the mean is what is judged
)
_INNER: Final = 3
_SETTLED: Final = 0.15  # of a normalised unit
_FITTED: Final = 1700  # pixels that the fit uses; figures are computed on all


@dataclass(frozen=True, slots=True)
class RenderingSample:
    """A rendering: its parameters `x`, its colours (pixels, 3) in L*a*b*, and which pixels are not clipped."""

    x: NDArray[np.float64]
    lab: NDArray[np.float32]
    unclipped: NDArray[np.bool_]


def measure(lab: NDArray[np.float32], target: NDArray[np.float32], counted: NDArray[np.bool_]) -> Difference:
    """CIEDE2000 between two pictures, (pixels, 3) in L*a*b*, over the pixels that count."""
    delta = ciede2000(lab[counted], target[counted])
    return Difference(float(delta.mean(dtype=np.float64)), float(np.percentile(delta, 95)))


class Solver:
    """Proposes steps. `target`: (pixels, 3) L*a*b*; `counted`: the pixels that count; `sigma`: the prior's standard
    deviations, in normalised units; `reach`: the farthest change of each parameter from 0, in both directions;
    `groups`: the parameters that move only where they pay, those together that are one control, and what each of them
    must take away of the regularised half square of the difference.
    """

    def __init__(
        self,
        surrogate: Surrogate,
        target: NDArray[np.float32],
        counted: NDArray[np.bool_],
        sigma: NDArray[np.float64],
        corrections: NDArray[np.float32],
        reach: NDArray[np.float64] | None = None,
        groups: Sequence[tuple[Sequence[int], float]] = (),
    ) -> None:
        self._surrogate = surrogate
        self._target = target
        self._counted = counted
        self._precision = 1 / sigma**2
        self._corrections = corrections
        self._groups = tuple((list(group), float(least)) for group, least in groups)
        far = np.full(len(sigma), np.inf) if reach is None else reach
        self._low, self._high = np.maximum(surrogate.low, -far), np.minimum(surrogate.high, far)
        places = np.flatnonzero(counted)
        self._seen = places[:: max(1, -(-len(places) // _FITTED))]
        self._white = whitening_matrices(target[self._seen])
        self._slopes_at: tuple[bytes, NDArray[np.bool_], NDArray[np.float32]] | None = None
        self._learnt: NDArray[np.float32] | None = None
        self._seen_at: dict[bytes, NDArray[np.float32]] = {}
        self._drawn_at: dict[bytes, NDArray[np.float32]] = {}

    def difference(self, lab: NDArray[np.float32]) -> Difference:
        """CIEDE2000 from the target over the pixels that count."""
        return measure(lab, self._target, self._counted)

    def learn(self, before: RenderingSample, after: RenderingSample) -> None:
        """Correct the slopes by the difference between the second rendering and its prediction from the first."""
        step = after.x - before.x
        length = float(step @ step)
        if length > 0:
            surprise = after.lab - self.predict(before, after.x)
            self._corrections = self._corrections + surprise * (step / length).astype(np.float32)[:, None, None]
            self._learnt = None

    def change(self, before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float32]:
        """The change that the surrogate alone expects between two places, (pixels, 3) in L*a*b*."""
        return self._lab(after) - self._lab(before)

    def predict(self, best: RenderingSample, x: NDArray[np.float64]) -> NDArray[np.float32]:
        """The picture expected at x, (pixels, 3) in L*a*b*."""
        change = self.change(best.x, x)
        own = np.tensordot((x - best.x).astype(np.float32), self._corrections, 1)
        return np.asarray(best.lab + change + own, dtype=np.float32)

    def propose(self, best: RenderingSample, damping: float, frozen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """The x with the least expected regularised difference, within the sliders' ranges.

        `damping` is the square of the error that each slider's slope may have, as a share of it: independent errors of
        slopes add damping * |slope|^2 * change^2 to the expected square of the difference. So sliders that move far
        against each other, on the word of slopes that another renderer does not have, cost more than they promise
        (Marquardt's scaling, D. W. Marquardt, J. SIAM 11, 1963, about the best rendering).
        """
        x, bend = self._descend(best, best.x, damping, frozen)
        idle = self._idle(x, bend, frozen)
        if not idle.any():
            return x
        return self._descend(best, np.where(idle, 0.0, best.x), damping, frozen | idle)[0]

    def _descend(
        self, best: RenderingSample, begun: NDArray[np.float64], damping: float, frozen: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The x that `propose` asks for, searched for from `begun`, and the curvature there without the damping, under
        which others could not make up for a slider.
        """
        seen = self._seen
        moving = np.flatnonzero(~frozen)
        own_slopes = self._slopes(best.x, frozen)[moving]
        seen_corrections = self._corrections[:, seen]
        corrections = seen_corrections[moving]
        if self._learnt is None:
            self._learnt = self._whiten(seen_corrections)
        learnt = self._learnt[moving]
        held = np.tensordot((begun - best.x).astype(np.float32), seen_corrections, 1)
        weights = best.unclipped[seen] * (EVIDENCE / len(seen))
        drawn_here = self._lab_seen(best.x)
        x, drawn = begun, self._lab_seen(begun)
        for _ in range(_INNER):
            own = np.tensordot((x - begun)[moving].astype(np.float32), corrections, 1)
            expected = best.lab[seen] + drawn - drawn_here + held + own
            residual = self._whiten((expected - self._target[seen])[np.newaxis])[0]
            length = (residual**2).sum(-1)
            share = np.sqrt(weights / ((1 + length / _CAUCHY**2) * np.sqrt(1 + length / _EVEN**2))).astype(np.float32)
            flat = ((own_slopes + learnt) * share[None, :, None]).reshape(len(moving), -1).astype(np.float64)
            bend, pull = np.diag(self._precision), self._precision * x
            doubt = np.zeros_like(x)
            seen_bend = flat @ flat.T
            bend[np.ix_(moving, moving)] += seen_bend
            doubt[moving] = damping * np.diag(seen_bend)
            pull[moving] += flat @ (residual * share[:, None]).reshape(-1).astype(np.float64)
            pull += doubt * (x - best.x)
            step = self._bounded(x, bend + np.diag(doubt), pull, frozen)
            x = x + step
            drawn_next = self._lab_seen(x)
            own_slopes = _follow(own_slopes, step[moving], self._whiten((drawn_next - drawn)[np.newaxis])[0])
            drawn = drawn_next
            if np.abs(step).max() < _SETTLED:
                break
        return x, bend

    def _slopes(self, x: NDArray[np.float64], frozen: NDArray[np.bool_]) -> NDArray[np.float32]:
        """The surrogate's slopes at x, whitened, (parameters, pixels that the fit uses, 3); 0 of frozen parameters."""
        here = x.tobytes()
        if self._slopes_at is None or self._slopes_at[0] != here or (self._slopes_at[1] & ~frozen).any():
            moving = np.flatnonzero(~frozen)
            slopes = np.zeros((len(x), len(self._seen), 3), dtype=np.float32)
            slopes[moving] = self._whiten(self._surrogate.slopes(x, self._seen, moving))
            self._slopes_at = here, frozen.copy(), slopes
        return self._slopes_at[2]

    def _whiten(self, changes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Changes of L*a*b* of the pixels that the fit uses, (n, pixels, 3), in units of about CIEDE2000."""
        return np.asarray(sum(self._white[:, :, axis] * changes[..., axis, np.newaxis] for axis in range(3)))

    def _idle(self, x: NDArray[np.float64], bend: NDArray[np.float64], frozen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The parameters of `groups` that do not pay: without them the others come as near, but for a little.

        The one that costs least to take back is taken back, the others make up for it, and so on (B. Hassibi, D. G.
        Stork, "Optimal brain surgeon", NIPS 1992), until each that is left takes away as much as it has to.
        """
        idle = np.zeros(len(x), dtype=np.bool_)
        there = [(group, least) for group, least in self._groups if not frozen[group].any()]
        at, inside = x.copy(), np.flatnonzero(~frozen)
        inverse = np.zeros_like(bend)  # of the curvature of the parameters that are not taken back, 0 elsewhere
        inverse[np.ix_(inside, inside)] = np.linalg.inv(bend[np.ix_(inside, inside)])
        while there:
            firsts, least = [group[0] for group, _ in there], np.array([least for _, least in there])
            costs = np.square(at[firsts]) / inverse[firsts, firsts] / 2
            for place, (group, _) in enumerate(there):
                if len(group) > 1:
                    costs[place] = _cost(at, inverse, group) / len(group)
            pays = costs / least
            chosen = int(np.argmin(pays))
            if pays[chosen] >= 1:
                break
            group, _ = there.pop(chosen)
            made_up = inverse[:, group] @ np.linalg.inv(inverse[np.ix_(group, group)])
            at -= made_up @ at[group]
            inverse -= made_up @ inverse[group]
            at[group], idle[group] = 0.0, True
            inverse[group], inverse[:, group] = 0.0, 0.0
        return idle

    def _bounded(
        self, x: NDArray[np.float64], bend: NDArray[np.float64], pull: NDArray[np.float64], frozen: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """The Newton step without the sliders that are at their ends, solved again until no other leaves its range.

        A slider that is at its end only because of rounding may move back.
        """
        low, high = self._low - x, self._high - x
        free, step = ~frozen, np.zeros_like(x)
        for _ in range(len(x)):
            inside = np.flatnonzero(free)
            held = bend[np.ix_(inside, np.flatnonzero(~free))] @ step[~free]
            step[inside] = -np.linalg.solve(bend[np.ix_(inside, inside)], pull[inside] + held)
            beyond = free & ((step < low) | (step > high))
            step = np.where(frozen, 0.0, np.clip(step, np.minimum(low, 0), np.maximum(high, 0)))
            free &= ~beyond
            if not beyond.any() or not free.any():
                break
        return step

    def _lab_seen(self, x: NDArray[np.float64]) -> NDArray[np.float32]:
        """The pixels that the fit uses of the surrogate's picture at x, cached as `_lab`."""
        key = x.tobytes()
        if key in self._drawn_at:
            return self._drawn_at[key][self._seen]
        if key not in self._seen_at:
            self._seen_at[key] = self._surrogate.lab_at(x, self._seen)
        return self._seen_at[key]

    def _lab(self, x: NDArray[np.float64]) -> NDArray[np.float32]:
        """The surrogate's picture at x, cached, because the best x is asked for repeatedly."""
        key = x.tobytes()
        if key not in self._drawn_at:
            self._drawn_at[key] = self._surrogate.lab(x)
        return self._drawn_at[key]


def _cost(at: NDArray[np.float64], inverse: NDArray[np.float64], group: Sequence[int]) -> float:
    """What taking a group back from `at` to 0 costs, of the half square, when the others make up for it."""
    return float(at[group] @ np.linalg.solve(inverse[np.ix_(group, group)], at[group])) / 2


def _follow(slopes: NDArray[np.float32], step: NDArray[np.float64], change: NDArray[np.float32]) -> NDArray[np.float32]:
    """The slopes at the surrogate's next position, by Broyden's formula, at the cost of one picture."""
    length = float(step @ step)
    if length <= 1e-6:
        return slopes
    surprise = change - np.tensordot(step.astype(np.float32), slopes, 1)
    return np.asarray(slopes + surprise * (step / length).astype(np.float32)[:, None, None])
