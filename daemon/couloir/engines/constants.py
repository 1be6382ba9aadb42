"""Uncertain constants of an engine: a nominal value, the range that it may lie in, and its source; and its variants.

Each engine keeps its constants that are not established in one frozen dataclass, whose fields are made by `constant`. A
formula that may have another form altogether is a `variant`, one of an enumeration. `draw` makes a random instance, so
that a model or a loop can be tested against other engines than it was made with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np

Constants = TypeVar("Constants")
_KEY = "couloir"
_FORMS = "couloir forms"


@dataclass(frozen=True, slots=True)
class ConstantRange:
    """The range of one constant and its source. For a table the range is that of a factor on all of its numbers."""

    low: float
    high: float
    source: str
    factor: bool = False


def constant(nominal: Any, low: float, high: float, source: str) -> Any:
    """A dataclass field: one number between `low` and `high`."""
    return field(default=nominal, metadata={_KEY: ConstantRange(low, high, source)})


def table(nominal: Any, low: float, high: float, source: str) -> Any:
    """A dataclass field of several numbers, which vary together by a factor between `low` and `high`."""
    return field(default=nominal, metadata={_KEY: ConstantRange(low, high, source, factor=True)})


def variant(nominal: StrEnum, *others: StrEnum) -> Any:
    """A dataclass field: the form that one formula has, `nominal` or one of `others`, which their enumeration tells."""
    return field(default=nominal, metadata={_FORMS: (nominal, *others)})


def list_variants(cls: type[Any]) -> dict[str, tuple[StrEnum, ...]]:
    """The forms of each formula of an engine by the field's name, the nominal one first."""
    return {each.name: each.metadata[_FORMS] for each in fields(cls) if _FORMS in each.metadata}


def list_constants(cls: type[Any]) -> dict[str, ConstantRange]:
    """Each constant of an engine by its name."""
    return {each.name: each.metadata[_KEY] for each in fields(cls) if _KEY in each.metadata}


def draw(
    nominal: Constants, random: np.random.Generator, forms: Mapping[str, Sequence[StrEnum]] | None = None
) -> Constants:
    """An instance whose constants are drawn independently from their ranges; the same seed gives the same one.

    Each formula has any of its forms, or one of those that `forms` names for it.
    """
    drawn: dict[str, Any] = {}
    for name, each in list_constants(type(nominal)).items():
        value = float(random.uniform(each.low, each.high))
        drawn[name] = _scaled(getattr(nominal, name), value) if each.factor else value
    for name, every in list_variants(type(nominal)).items():
        open_to = every if forms is None else forms.get(name, every)
        drawn[name] = open_to[int(random.integers(len(open_to)))]
    return type(nominal)(**{**{f.name: getattr(nominal, f.name) for f in fields(nominal)}, **drawn})  # type: ignore[arg-type]


def _scaled(value: Any, factor: float) -> Any:
    return tuple(_scaled(each, factor) for each in value) if isinstance(value, tuple) else value * factor
