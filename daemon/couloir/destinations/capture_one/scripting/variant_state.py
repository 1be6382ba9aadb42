"""What a variant in Capture One has, what a version wants of it, and whether the one may become the other.

A variant that somebody has edited is never written into. One is free where each of its adjustments is untouched, or is
already what the version wants of it: so is one on which an earlier run was stopped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from couloir.destinations.capture_one.scripting.literals import Literal
from couloir.destinations.capture_one.scripting.terms import (
    CURVE_TOLERANCE,
    CURVES,
    IDENTITY,
    NEUTRAL,
    READ,
    TOLERANCE,
    TOLERANCES,
)

_CURVE_WORDS: Final = frozenset(CURVES.values())


@dataclass(frozen=True, slots=True)
class VariantState:
    """A variant as it was read: its values by word, the largest crop that it can have (centre, width, height), and
    whether it has layers or styles.
    """

    id: str
    values: Mapping[str, Literal]
    largest: tuple[float, float, float, float]
    layers: int

    @classmethod
    def of(cls, answer: Literal) -> VariantState:
        """From one member of a script's answer. Raises ValueError for another shape."""
        if not isinstance(answer, Sequence) or isinstance(answer, str) or len(answer) != len(READ) + 3:
            raise ValueError(f"a variant has another shape: {answer!r}")
        uuid, *values, largest, layers = answer
        told = dict(zip(READ, values, strict=True))
        told |= {word: _points(told[word]) for word in _CURVE_WORDS}
        return cls(str(uuid), told, _four(largest), int(_number(layers)))

    def differs(self, wanted: Mapping[str, Literal]) -> list[str]:
        """The words whose values are not what is wanted."""
        return [word for word, value in wanted.items() if not agree(word, self.values.get(word), value)]

    def has(self, wanted: Mapping[str, Literal]) -> bool:
        """Whether it is all that is wanted, and untouched in everything else."""
        return not self._is_layered and not self.differs({**NEUTRAL, **_frame_of(self), **wanted})

    def is_free(self, wanted: Mapping[str, Literal]) -> bool:
        """Whether each value is untouched or wanted."""
        untouched = {**NEUTRAL, **_frame_of(self)}
        return not self._is_layered and all(
            agree(word, self.values.get(word), value)
            or (word in wanted and agree(word, self.values.get(word), wanted[word]))
            or (word in _CURVE_WORDS and _is_begun(self.values.get(word), wanted.get(word)))
            for word, value in untouched.items()
        )

    @property
    def _is_layered(self) -> bool:
        """Layers beside the picture's own, or styles, which Couloir never gives to one."""
        return self.layers > 1 or bool(self.values.get("styles"))


def agree(word: str, one: Literal, other: Literal) -> bool:
    """Whether two values of a word are the same, as near as Capture One keeps them."""
    if isinstance(one, bool) or isinstance(other, bool) or isinstance(one, str) or isinstance(other, str):
        return one == other
    within = CURVE_TOLERANCE if word in _CURVE_WORDS else TOLERANCES.get(word, TOLERANCE)
    return _is_near(one, other, within)


def _is_near(one: Literal, other: Literal, within: float) -> bool:
    match one, other:
        case (int() | float(), int() | float()):
            return abs(one - other) <= within
        case (tuple(), tuple()):
            return len(one) == len(other) and all(_is_near(a, b, within) for a, b in zip(one, other, strict=True))
        case _:
            return one is other


def _is_begun(there: Literal, wanted: Literal) -> bool:
    """Whether a curve has no other points than those of the wanted one and of an untouched one."""
    if not isinstance(there, tuple) or not isinstance(wanted, tuple) or not isinstance(IDENTITY, tuple):
        return False
    return all(any(_is_near(point, each, CURVE_TOLERANCE) for each in (*wanted, *IDENTITY)) for point in there)


def _frame_of(state: VariantState) -> Mapping[str, Literal]:
    """The frame of an untouched variant: all of the photo, not turned."""
    return {"rotation": 0.0, "flip": "none", "crop": state.largest}


def _points(value: Literal) -> Literal:
    """A curve from the list of its x and the list of its y."""
    if not isinstance(value, tuple) or len(value) != 2:
        raise ValueError(f"a curve has another shape: {value!r}")
    across, up = value
    if not isinstance(across, tuple) or not isinstance(up, tuple) or len(across) != len(up):
        raise ValueError(f"a curve has another shape: {value!r}")
    return tuple(sorted((_number(x), _number(y)) for x, y in zip(across, up, strict=True)))


def _four(value: Literal) -> tuple[float, float, float, float]:
    if not isinstance(value, tuple) or len(value) != 4:
        raise ValueError(f"a rectangle has another shape: {value!r}")
    one, two, three, four = map(_number, value)
    return one, two, three, four


def _number(value: Literal) -> float:
    match value:
        case bool():
            pass
        case int() | float():
            return float(value)
    raise ValueError(f"no number: {value!r}")
