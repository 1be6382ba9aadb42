"""What can go wrong in the fake: what plug-in code gets to see, and what fails the test."""

from __future__ import annotations


class SdkError(Exception):
    """An error that Lightroom throws into plug-in code, with its text."""


class Gone(SdkError):
    """An object is asked that has left the catalog: Lightroom throws, or answers nil."""


class RuleBroken(SdkError):
    """A use of the SDK that Lightroom would let pass and punish later: by a hang, by silence, or by a lost edit.

    Plug-in code sees it as an error; it is also remembered in `Lightroom.violations`, where no pcall can hide it.
    """


class PluginFailed(AssertionError):
    """A task or script of the plug-in ended in an error that nobody handled."""


class UnansweredDialog(AssertionError):
    """A dialog needs an answer and the script of the test has none."""


class LightroomKilled(Exception):
    """The test killed Lightroom: nothing after that call happened."""


class LightroomHangs(AssertionError):
    """The plug-in kept Lightroom busy for longer than the test allows."""
