"""Waiting: tasks that sleep or wait for other threads, and modal dialogs that wait for the user."""

from __future__ import annotations

import functools
from collections.abc import Generator
from typing import Any

from .dialogs import Dialog, Node
from .errors import SdkError
from .registry import Wait
from .session import OpenDialog, Session

_IDLE_STEP = 0.1
"""Seconds that pass when the user of a dialog looks on without saying for how long."""


def wait(session: Session, *, busy: bool) -> bool:
    """Wakes the tasks whose wait is over. Not busy: first lets the user act, then lets time pass.

    False when nothing is left that could wake anybody.
    """
    session.watch()
    if not busy and _user_acts(session):
        return True
    over = session.waits.collect(may_block=not busy)
    for token, results in over:
        try:
            made = results()
        except SdkError as problem:
            session.runtime.wake_failed(token, problem)
            continue
        session.runtime.wake(token, *(made if isinstance(made, tuple) else (made,)))
    return busy or bool(over) or session.waits.pending


def present(session: Session, dialog: Dialog, contents: Any = None) -> Any:
    """Shows a modal dialog: a `Wait` for a task, the result at once outside of one."""
    session.desk.shown.append(dialog)
    if not session.runtime.in_task:
        return _finish(dialog, _drain(session.desk.begin(dialog)))
    opened = OpenDialog(dialog, None, session.waits.token(), contents)
    session.open_dialogs.append(opened)
    return Wait(opened.token)


def close(session: Session, contents: Any, result: Any) -> bool:
    """What LrDialogs.stopModalWithResult does: closes the dialog with that view, else the topmost one."""
    if not session.open_dialogs:
        return False
    same = functools.partial(session.runtime.ask, "same")
    fitting = [
        opened for opened in session.open_dialogs if opened.contents is not None and same(opened.contents, contents)
    ]
    _close(session, fitting[0] if fitting else session.open_dialogs[-1], result)
    return True


def show_error(session: Session, title: str, text: str, traceback: str, *, expected: bool) -> None:
    """Lightroom's own error dialog: about an internal error, unless the plug-in meant the user to read the text."""
    style = "user error" if expected else "internal error"
    shown = Dialog("error", title, text, style, {"ok": "OK"}, options={"traceback": traceback})
    shown.result, shown.closed = "ok", True
    session.desk.shown.append(shown)


def describe(session: Session, view: Any, bound_to: Any) -> Node:
    """A view of plug-in code as plain data, as it looks now."""
    return _node(session, session.runtime.ask("describe", view, bound_to))


def _node(session: Session, described: Any) -> Node:
    to_python = session.runtime.marshal.to_python
    parts = dict(described.items())
    children = dict(parts[b"children"].items())
    return Node(
        kind=to_python(parts[b"kind"]),
        values={to_python(k): to_python(v) for k, v in parts[b"values"].items()},
        children=[_node(session, children[n]) for n in sorted(children)],
        view=parts[b"node"],
    )


def _user_acts(session: Session) -> bool:
    """The user's next step in the topmost dialog; False when there is none to make now."""
    if not session.open_dialogs or session.open_dialogs[-1].resting:
        return False
    opened = session.open_dialogs[-1]
    if opened.doings is None:
        opened.doings = session.desk.begin(opened.dialog)
    try:
        seconds = next(opened.doings)
    except StopIteration as end:
        if not opened.dialog.closed:
            _close(session, opened, end.value)
        return True
    opened.resting = True

    def go_on() -> tuple[()]:
        opened.resting = False
        return ()

    session.waits.later(_IDLE_STEP if seconds is None else seconds, go_on)
    return True


def _close(session: Session, opened: OpenDialog, result: Any) -> None:
    session.open_dialogs.remove(opened)
    session.runtime.wake(opened.token, _finish(opened.dialog, result))


def _finish(dialog: Dialog, result: Any) -> Any:
    if dialog.redraw is not None:
        dialog.tree = dialog.redraw()
    dialog.result, dialog.closed = result, True
    return result


def _drain(doings: Generator[float | None, None, Any]) -> Any:
    """All of the user's doings at once, where no task can run in between."""
    while True:
        try:
            next(doings)
        except StopIteration as end:
            return end.value
