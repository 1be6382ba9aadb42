"""A strict stand-in for Capture One's scripting: it runs the AppleScript that it is given, word by word.

`dictionary` has the words, types and access rights of the published dictionary of Capture One 16.8.5.30; `world`
behaves as that version was measured, each rule beside its source; `interpreter` runs a script and answers as osascript
does.
A word that the dictionary does not have is an error, as for AppleScript's own compiler.
"""

from fake_capture_one.interpreter import ScriptFailure, run
from fake_capture_one.world import CaptureOne, Image, Variant

__all__ = ["CaptureOne", "Image", "ScriptFailure", "Variant", "run"]
