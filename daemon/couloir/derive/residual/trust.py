"""The trust in a model's answers, by class of photo and by the pictures that are there; and the width of its intervals.

A model helps most photos and harms some. `Trust` has a factor for each class and state of pictures, which training
learns on photos that the model did not see (`couloir.learn.trust_table` has the rule). The share of an answer that is
applied to a photo is the least factor of its classes, 0 for silence, times s / (s + DOUBT): s is the mean square of the
changes in their own standard deviations, so that a doubtful answer is shrunk more than a sure one, as by James and
Stein (B. Efron, C. Morris, Journal of the American Statistical Association 68, 1973).

What is left out of an answer counts as its error, and the classes' widening is added to the log-variance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from couloir.derive.feature_schema import INDEX
from couloir.derive.residual.classes import CLASSES, STATES, PhotoClass, PictureState
from couloir.errors import ModelNotFinite, ModelShapeDiffers, ModelUnreadable, ModelUnsafe

TRUST_KEY: Final = "couloir.trust"
"""Where the table is in a model's metadata."""

MAX_CHARACTERS: Final = 20_000
WIDEST: Final = 4.0
"""Of the widening of one class, either way: intervals seven times as wide, or as narrow."""

DOUBT: Final = 0.1
"""On 3,840 simulated photos this left the mean difference as it was (2.63 became 2.61 with both pictures, 3.33 became
3.31 without any) and 1.9 % of the photos worse by 1 instead of 2.9 %, 4.8 % instead of 5.8 %."""

_LOG_VARIANCE_RANGE: Final = (-12.0, 12.0)
_DECIMALS: Final = 4

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SettledAnswers:
    """The answers for n photos as they are used: `mean` and `log_variance` (n, outputs) float32, in normalised units.

    `factor` (n,) is the trust of each photo, 0 where the model is silent.
    """

    mean: NDArray[np.float32]
    log_variance: NDArray[np.float32]
    factor: Table


@dataclass(frozen=True, slots=True, eq=False)
class Trust:
    """`factors` and `widening`, both (states, classes): 0..1, and what is added to log-variances, up to WIDEST.

    `learnt` is false for the table that is assumed of a model without one.
    """

    factors: Table
    widening: Table
    learnt: bool = True

    def settle(
        self,
        mean: NDArray[np.float32],
        log_variance: NDArray[np.float32],
        classes: NDArray[np.bool_],
        states: NDArray[np.intp],
    ) -> SettledAnswers:
        """A model's answers (n, outputs) for photos of these classes (n, classes) and states (n,)."""
        factor = np.where(classes, self.factors[states], 1.0).min(axis=1)
        variance = np.exp(np.clip(log_variance.astype(np.float64), *_LOG_VARIANCE_RANGE))
        signal = np.square(mean / np.sqrt(variance)).mean(axis=1)
        share = (factor * signal / (signal + DOUBT))[:, np.newaxis]
        widening = (classes * self.widening[states]).sum(axis=1, keepdims=True)
        wide = np.log(variance + np.square((1 - share) * mean)) + widening
        return SettledAnswers(
            (share * mean).astype(np.float32), np.clip(wide, *_LOG_VARIANCE_RANGE).astype(np.float32), factor
        )

    def explain(self, classes: NDArray[np.bool_], state: int) -> str:
        """Why the model is silent on a photo of these classes (classes,) in this state, in one sentence."""
        silent = [each for each, own in zip(CLASSES, classes & (self.factors[state] == 0), strict=True) if own]
        of = "; ".join(silent)
        if self.learnt:
            return (
                f"The learned model is silent here: with {STATES[state]}, its answers made too many photos of this "
                f"class worse ({of})."
            )
        return (
            f"The learned model is silent here: with {STATES[state]}, it was not tried on photos of this class ({of})."
        )

    def as_text(self) -> str:
        """The table for a model's metadata."""
        stated = _Stated(
            list(CLASSES), list(STATES), *(np.round(each, _DECIMALS).tolist() for each in (self.factors, self.widening))
        )
        return msgspec.json.encode(stated).decode()


class _Stated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    classes: list[str]
    states: list[str]
    factors: list[list[float]]
    widening: list[list[float]]


def states_of(features: NDArray[np.floating[Any]]) -> NDArray[np.intp]:
    """The state of pictures of n photos, from their features (n, COUNT): places in STATES."""
    original, preview = (features[:, INDEX[f"has.{picture}"]] > 0 for picture in ("original", "preview"))
    place = {state: number for number, state in enumerate(STATES)}
    return np.where(
        original,
        np.where(preview, place[PictureState.BOTH], place[PictureState.ORIGINAL]),
        np.where(preview, place[PictureState.PREVIEW], place[PictureState.NEITHER]),
    )


def parse_trust(model: str, text: str | None) -> Trust:
    """The table in a model's metadata; ASSUMED for a model that has none.

    Raises ModelUnsafe for one of absurd size, ModelUnreadable for another kind of text, ModelShapeDiffers for other
    classes or states, and ModelNotFinite for a number out of its range.
    """
    if text is None:
        return ASSUMED
    if len(text) > MAX_CHARACTERS:
        raise ModelUnsafe(model=model, why=f"its trust table has more than {MAX_CHARACTERS} characters")
    try:
        stated = msgspec.json.decode(text, type=_Stated)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ModelUnreadable(model=model, why=f"its trust table cannot be read: {error}") from error
    shape = (len(STATES), len(CLASSES))
    same = stated.classes == list(CLASSES) and stated.states == list(STATES)
    tables = (stated.factors, stated.widening)
    if not same or any([len(row) for row in table] != [shape[1]] * shape[0] for table in tables):
        raise ModelShapeDiffers(model=model, why="its trust table is for other classes of photos")
    factors, widening = (np.array(table, dtype=np.float64) for table in tables)
    if not ((factors >= 0) & (factors <= 1)).all() or not (np.abs(widening) <= WIDEST).all():
        raise ModelNotFinite(model=model, why="a number of its trust table is out of its range")
    return Trust(factors, widening)


_DANGEROUS: Final = frozenset(
    {
        PhotoClass.BLACK_WHITE,
        PhotoClass.NO_SATURATION,
        PhotoClass.EXTREME_WHITE_BALANCE,
        PhotoClass.CURVES,
        PhotoClass.COLOR,
        PhotoClass.TINT_WHEELS,
        PhotoClass.OTHER,
    }
)
"""What a model that nobody tried is not trusted with unless it sees both pictures."""

_NOTHING: Final = np.zeros((len(STATES), len(CLASSES)))

ASSUMED: Final = Trust(
    np.array([[float(state is PictureState.BOTH or each not in _DANGEROUS) for each in CLASSES] for state in STATES]),
    _NOTHING,
    learnt=False,
)
"""Of a model without a table, and of classes of which training had too few photos."""

FULL: Final = Trust(_NOTHING + 1.0, _NOTHING, learnt=False)
"""Every answer as it is."""
