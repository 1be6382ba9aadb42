"""Where the implementations of SDK members register themselves, and how they answer.

An implementation gets the session, the number of the object for a method, and its arguments as plain Python values. It
returns one value, a tuple for several, or a `Wait`; it raises SdkError for what Lightroom would throw.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

Implementation = TypeVar("Implementation", bound=Callable[..., Any])

IMPLEMENTATIONS: dict[str, Callable[..., Any]] = {}
PROPERTIES: dict[str, Callable[..., Any]] = {}
RAW: set[str] = set()


class Wait(NamedTuple):
    """The task waits for this token; whoever ends the wait gives the results."""

    token: int


def sdk(name: str, *, raw: bool = False) -> Callable[[Implementation], Implementation]:
    """Registers `Module.member`. A raw implementation gets Lua's own values, for functions and views inside tables."""

    def register(implementation: Implementation) -> Implementation:
        IMPLEMENTATIONS[name] = implementation
        if raw:
            RAW.add(name)
        return implementation

    return register


def sdk_property(name: str) -> Callable[[Implementation], Implementation]:
    """Registers a property: a function of the session and the object's number."""

    def register(implementation: Implementation) -> Implementation:
        PROPERTIES[name] = implementation
        return implementation

    return register
