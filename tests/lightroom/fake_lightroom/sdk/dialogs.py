"""LrDialogs: everything the user sees is kept as a Dialog and answered by the script of the test."""

from __future__ import annotations

from typing import Any

from lupa.lua51 import lua_type

from .. import modal
from ..dialogs import Dialog
from ..errors import RuleBroken
from ..marshal import decode
from ..registry import sdk
from ..session import Session
from ..tables.words import words
from .arguments import optional

_STYLES = (None, "info", "warning", "critical")


def _line(full: str, name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise RuleBroken(f"{full}: {name} must be a text, not {value!r:.60}")
    return value


def _optional_line(full: str, name: str, value: Any) -> str:
    return "" if value is None else _line(full, name, value)


# Lightroom's own word for a button that the plug-in does not name, in the languages that the plug-in speaks.
_CANCEL = {"de": "Abbrechen", "fr": "Annuler", "ja": "キャンセル"}


@sdk("LrDialogs.message")
def message(lr: Session, title: Any, info: Any = None, style: Any = None) -> Any:
    full = "LrDialogs.message"
    if style not in _STYLES:
        raise RuleBroken(f"{full}: there is no style {style!r}")
    shown = Dialog("message", _line(full, "message", title), _optional_line(full, "info", info), style or "info")
    shown.buttons = {"ok": "OK"}
    return modal.present(lr, shown)


@sdk("LrDialogs.confirm")
def confirm(
    lr: Session, title: Any, info: Any = None, action: Any = None, cancel: Any = None, other: Any = None
) -> Any:
    full = "LrDialogs.confirm"
    shown = Dialog("confirm", _line(full, "message", title), _optional_line(full, "info", info))
    shown.buttons = _buttons(lr, full, action, cancel, other)
    return modal.present(lr, shown)


def _buttons(lr: Session, full: str, action: Any, cancel: Any, other: Any) -> dict[str, str]:
    buttons = {"ok": optional(full, "actionVerb", action, str) or "OK"}
    if cancel != "< exclude >":
        buttons["cancel"] = optional(full, "cancelVerb", cancel, str) or _CANCEL.get(lr.texts.language, "Cancel")
    if optional(full, "otherVerb", other, str):
        buttons["other"] = other
    return buttons


@sdk("LrDialogs.messageWithDoNotShow")
def message_once(lr: Session, arguments: Any) -> Any:
    full = "LrDialogs.messageWithDoNotShow"
    title = _line(full, "message", arguments.get("message"))
    _line(full, "actionPrefKey", arguments.get("actionPrefKey"))
    shown = Dialog("message", title, _optional_line(full, "info", arguments.get("info")), buttons={"ok": "OK"})
    return modal.present(lr, shown)


@sdk("LrDialogs.promptForActionWithDoNotShow")
def prompt(lr: Session, arguments: Any) -> Any:
    full = "LrDialogs.promptForActionWithDoNotShow"
    title = _line(full, "message", arguments.get("message"))
    _line(full, "actionPrefKey", arguments.get("actionPrefKey"))
    shown = Dialog("confirm", title, _optional_line(full, "info", arguments.get("info")))
    for button in arguments.get("verbBtns") or []:
        shown.buttons[_line(full, "verb", button.get("verb"))] = _line(full, "label", button.get("label"))
    return modal.present(lr, shown)


@sdk("LrDialogs.showError")
def show_error(lr: Session, text: Any) -> None:
    modal.show_error(lr, "", _line("LrDialogs.showError", "errorString", text), "", expected=True)


@sdk("LrDialogs.showBezel")
def show_bezel(lr: Session, text: Any, fade_delay: Any = None) -> None:
    shown = Dialog("bezel", _line("LrDialogs.showBezel", "message", text), closed=True)
    lr.desk.shown.append(shown)


# Dialogs with views -------------------------------------------------------------------------------------------------

_MODAL_KEYS = words("""
    title contents accessoryView actionVerb cancelVerb otherVerb resizable save_frame blockTask background_color
    width height actionBinding selectionChangeObserver onShow windowWillClose sourceChangeObserver
    """)


def _view_dialog(lr: Session, full: str, kind: Any, arguments: Any) -> tuple[Dialog, Any]:
    if lua_type(arguments) != "table":
        raise RuleBroken(f"{full} takes a table")
    given = {decode(key): value for key, value in arguments.items() if isinstance(key, bytes)}
    unknown = sorted(given.keys() - _MODAL_KEYS)
    if unknown:
        raise RuleBroken(f"{full}: there is no argument {unknown[0]!r}")
    contents = given.get("contents")
    if contents is None:
        raise RuleBroken(f"{full}: contents is missing")
    plain = {key: decode(value) for key, value in given.items() if isinstance(value, bytes)}
    dialog = Dialog(kind, _line(full, "title", plain.get("title")))
    dialog.buttons = _buttons(lr, full, plain.get("actionVerb"), plain.get("cancelVerb"), plain.get("otherVerb"))
    ask, to_lua = lr.runtime.ask, lr.runtime.marshal.to_lua
    dialog.redraw = lambda: modal.describe(lr, contents, None)
    dialog.on_set = lambda view, key, value: ask("control_set", view, to_lua(key), to_lua(value))
    dialog.on_click = lambda view: ask("control_click", view)
    dialog.tree = dialog.redraw()
    return dialog, contents


@sdk("LrDialogs.presentModalDialog", raw=True)
def present_modal_dialog(lr: Session, arguments: Any) -> Any:
    dialog, contents = _view_dialog(lr, "LrDialogs.presentModalDialog", "modal", arguments)
    return modal.present(lr, dialog, contents)


@sdk("LrDialogs.presentFloatingDialog", raw=True)
def present_floating_dialog(lr: Session, plugin: Any, arguments: Any) -> None:
    dialog, _ = _view_dialog(lr, "LrDialogs.presentFloatingDialog", "floating", arguments)
    lr.desk.shown.append(dialog)


@sdk("LrDialogs.stopModalWithResult", raw=True)
def stop_modal(lr: Session, contents: Any, result: Any) -> None:
    """Closes the dialog with these contents; for a view inside of one, the topmost dialog."""
    modal.close(lr, contents, lr.runtime.marshal.to_python(result))


# Files and folders --------------------------------------------------------------------------------------------------


def _panel(lr: Session, full: str, kind: Any, arguments: Any) -> Any:
    if not isinstance(arguments, dict):
        raise RuleBroken(f"{full} takes a table")
    shown = Dialog(
        kind, _line(full, "title", arguments.get("title")), _optional_line(full, "prompt", arguments.get("prompt"))
    )
    shown.options = {key: value for key, value in arguments.items() if key not in ("title", "prompt")}
    return modal.present(lr, shown)


@sdk("LrDialogs.runOpenPanel")
def run_open_panel(lr: Session, arguments: Any) -> Any:
    """The answer is a list of paths, or None when the user cancels."""
    return _panel(lr, "LrDialogs.runOpenPanel", "open panel", arguments)


@sdk("LrDialogs.runSavePanel")
def run_save_panel(lr: Session, arguments: Any) -> Any:
    return _panel(lr, "LrDialogs.runSavePanel", "save panel", arguments)


@sdk("LrDialogs.resetDoNotShowFlag")
def reset_do_not_show(lr: Session, key: Any) -> None:
    _line("LrDialogs.resetDoNotShowFlag", "actionPrefKey", key)
