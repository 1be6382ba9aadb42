"""Runs a script in macOS' own `osascript`, and tells AppleScript's errors by their numbers."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Final

from couloir.destinations.capture_one.scripting.literals import Literal, read
from couloir.destinations.capture_one.scripting.scripts import NOT_RUNNING, OTHER_DOCUMENT
from couloir.errors import (
    AutomationDenied,
    CaptureOneClosed,
    CaptureOneElsewhere,
    CaptureOneError,
    OtherDocument,
)

Answering = Callable[[str], Literal]
"""Runs a script and gives its answer. Raises ScriptError, or a CaptureOneError for what ends a run."""

CAPTURE_ONE: Final = "Capture One 16"
PROGRAM: Final = "/usr/bin/osascript"
TIMED_OUT: Final = -1712
_CLOSED: Final = frozenset({NOT_RUNNING, -609, -10810, -10814})  # not running, connection lost, cannot be found
_DENIED: Final = frozenset({-1743, -1744})
_NUMBER: Final = re.compile(r"\((-?\d+)\)\s*$")
_LAST_WORDS: Final = 300
_PATIENCE: Final = 1900.0  # seconds: longer than a script waits for Capture One


class ScriptError(Exception):
    """AppleScript's error of one script: its number, and what it says."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number = number
        self.why = why


def require_macos() -> None:
    """Raise CaptureOneElsewhere on another system."""
    if sys.platform != "darwin":
        raise CaptureOneElsewhere(system=sys.platform)


def run_script(script: str) -> Literal:
    """The answer of a script. Raises ScriptError, and CaptureOneError for what concerns every photo alike."""
    return run_in(PROGRAM, script)


def run_in(program: str, script: str) -> Literal:
    """As `run_script`, in another program that speaks as osascript does."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; the script is its input
            [program, "-s", "s", "-"],
            input=script.encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ScriptError(TIMED_OUT, "osascript did not end") from None
    except OSError as error:
        raise CaptureOneError(why=f"osascript cannot be run ({error})") from error
    if done.returncode:
        raise explain(done.stderr.decode("utf-8", errors="replace").strip())
    text = done.stdout.decode("utf-8", errors="replace").strip()
    try:
        return read(text)
    except ValueError as error:
        raise ScriptError(0, f"its answer cannot be read: {error}") from error


def explain(told: str) -> ScriptError | CaptureOneError:
    """The error that osascript's last words are: they end with AppleScript's number in parentheses."""
    found = _NUMBER.search(told)
    number = int(found[1]) if found else 0
    if number in _CLOSED:
        return CaptureOneClosed(program=CAPTURE_ONE)
    if number in _DENIED:
        return AutomationDenied(program=CAPTURE_ONE)
    if number == OTHER_DOCUMENT:
        return OtherDocument(program=CAPTURE_ONE)
    why = _NUMBER.sub("", told).strip().rpartition("execution error: ")[2]
    return ScriptError(number, why[-_LAST_WORDS:])
