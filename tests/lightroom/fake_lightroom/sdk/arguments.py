"""Checks of arguments, with messages that name the call."""

from __future__ import annotations

from typing import Any

from ..errors import RuleBroken, SdkError
from ..marshal import Ref


def text(full: str, value: Any) -> str:
    if not isinstance(value, str):
        raise SdkError(f"{full}: a string is needed, not {_described(value)}")
    return value


def number(full: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SdkError(f"{full}: a number is needed, not {_described(value)}")
    return value


def optional(full: str, name: str, value: Any, kind: type | tuple[type, ...]) -> Any:
    """The value when it is absent or of that type; bool never counts as a number."""
    if value is None or (isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)):
        return value
    raise SdkError(f"{full}: {name} cannot be {_described(value)}")


def ref(full: str, value: Any, kind: str) -> int:
    """The number of an SDK object of that class."""
    if not isinstance(value, Ref) or value.kind != kind:
        raise SdkError(f"{full}: an {kind} is needed, not {_described(value)}")
    return value.id


def photo_ids(full: str, value: Any) -> list[int]:
    """An array of photos; a table with holes is refused, because Lua does not say how long it is."""
    if value == {}:
        return []
    if not isinstance(value, list):
        raise RuleBroken(f"{full}: an array of photos is needed, not {_described(value)}")
    return [ref(full, item, "LrPhoto") for item in value]


def _described(value: Any) -> str:
    if isinstance(value, Ref):
        return f"an {value.kind}"
    return "nil" if value is None else f"{type(value).__name__} {value!r:.60}"
