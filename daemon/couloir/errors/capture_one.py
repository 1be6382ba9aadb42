"""Errors of driving Capture One through its scripting."""

from __future__ import annotations

from couloir.errors.base import CouloirError


class CaptureOneError(CouloirError):
    """Capture One cannot be driven: {why}."""

    code = "capture-one"
    exit_code = 100
    advice = "Run `couloir capture-one styles` instead, and apply the styles in Capture One by hand."


class CaptureOneElsewhere(CaptureOneError):
    """Capture One can be driven on macOS only, and this system is {system}."""

    code = "capture-one.elsewhere"
    exit_code = 101
    advice = "Run `couloir capture-one styles` instead, and apply the styles in Capture One by hand."


class CaptureOneClosed(CaptureOneError):
    """{program} is not running, or was quit."""

    code = "capture-one.closed"
    exit_code = 102
    advice = "Open Capture One Pro and the catalog or session with the photos; then run the command again to continue."


class AutomationDenied(CaptureOneError):
    """macOS does not let this program control {program}."""

    code = "capture-one.denied"
    exit_code = 103
    advice = (
        "In System Settings > Privacy & Security > Automation, switch on Capture One under the terminal's name; then "
        "run the command again."
    )


class NoOpenDocument(CaptureOneError):
    """No catalog or session is open in {program}."""

    code = "capture-one.no-document"
    exit_code = 104
    advice = "Open the one with the photos, choose All Images or the folder in it, and run the command again."


class OtherDocument(CaptureOneError):
    """Another catalog or session came to the front in {program}."""

    code = "capture-one.other-document"
    exit_code = 105
    advice = "Bring the first one to the front and run the command again; it continues where it stopped."
