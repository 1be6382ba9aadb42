"""Dialogs: what the plug-in showed, as plain data, and the script that answers for the user."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from .errors import UnansweredDialog

Kind = Literal["message", "confirm", "modal", "floating", "open panel", "save panel", "error", "bezel", "progress"]
Answer = Any
"""A result; or a function of the Dialog that gives one, or is a generator that gives one at its end."""


@dataclass
class Node:
    """One view: its kind, the values it shows (bindings read), its children."""

    kind: str
    values: dict[str, Any]
    children: list[Node]
    view: Any = field(repr=False, default=None)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def label(self) -> str:
        return str(self.values.get("title") or "")


@dataclass
class Dialog:
    """One dialog. `buttons` maps results to labels; `result` is what the plug-in got."""

    kind: Kind
    title: str
    text: str = ""
    style: str = ""
    buttons: dict[str, str] = field(default_factory=dict)
    tree: Node | None = None
    options: dict[str, Any] = field(default_factory=dict)
    result: Any = None
    closed: bool = False
    redraw: Callable[[], Node] | None = field(repr=False, default=None)
    on_set: Callable[[Any, str, Any], None] | None = field(repr=False, default=None)
    on_click: Callable[[Any], None] | None = field(repr=False, default=None)

    @property
    def texts(self) -> list[str]:
        """Every text that the user can read, from top to bottom."""
        shown = [self.title, self.text]
        for node in self.nodes():
            shown += [str(node.values[key]) for key in ("title", "value", "placeholder_string") if key in node.values]
        shown += self.buttons.values()
        return [text for text in shown if text]

    def nodes(self, kind: str | None = None) -> list[Node]:
        """The views as they are now, all or of one kind."""
        if self.redraw is not None and not self.closed:
            self.tree = self.redraw()
        return [] if self.tree is None else [n for n in self.tree.walk() if kind is None or n.kind == kind]

    def find(self, label: str) -> Node:
        """The view with that title, or, for a control without one, the control after a text that contains it."""
        nodes = self.nodes()
        for node in nodes:
            if label in node.label and node.kind not in ("static_text", "group_box"):
                return node
        for here, node in enumerate(nodes):
            if label in node.label:
                control = next((n for n in nodes[here + 1 :] if "value" in n.values or "action" in n.values), None)
                if control is not None:
                    return control
        raise LookupError(f"the dialog {self.title!r} shows nothing called {label!r}: {self.texts}")

    def set(self, label: str, value: Any) -> None:
        """The user changes the control that `find` finds."""
        node = self.find(label)
        if node.values.get("enabled") is False:
            raise LookupError(f"{label!r} is disabled in the dialog {self.title!r}")
        assert self.on_set is not None
        self.on_set(node.view, "value", value)

    def click(self, label: str) -> None:
        """The user clicks a button inside the dialog."""
        node = self.find(label)
        if node.values.get("enabled") is False:
            raise LookupError(f"{label!r} is disabled in the dialog {self.title!r}")
        assert self.on_click is not None
        self.on_click(node.view)


@dataclass
class _Planned:
    matches: Callable[[Dialog], bool]
    answer: Answer
    times: int | None


class Desk:
    """All dialogs shown so far, in order, and the answers that wait for theirs."""

    def __init__(self) -> None:
        self.shown: list[Dialog] = []
        self._answers: list[_Planned] = []

    def plan(self, matcher: str | Callable[[Dialog], bool], answer: Answer, times: int | None) -> None:
        """`matcher` is a text that the dialog shows, or a function of it."""

        def shows(dialog: Dialog) -> bool:
            return any(matcher in text for text in dialog.texts) if isinstance(matcher, str) else matcher(dialog)

        self._answers.append(_Planned(shows, answer, times))

    def begin(self, dialog: Dialog) -> Generator[float | None, None, Any]:
        """The user's doings with a dialog; the generator returns the result."""
        for planned in self._answers:
            if planned.times != 0 and planned.matches(dialog):
                if planned.times is not None:
                    planned.times -= 1
                return _doings(planned.answer, dialog)
        if dialog.kind == "message":
            return _doings("ok", dialog)
        raise UnansweredDialog(f"nobody answers the {dialog.kind} {dialog.title!r}: {dialog.texts}")


def _doings(answer: Answer, dialog: Dialog) -> Generator[float | None, None, Any]:
    """A plain result as a generator without steps."""
    result = answer(dialog) if callable(answer) else answer
    if isinstance(result, Generator):
        result = yield from result
    return result
