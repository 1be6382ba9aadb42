"""What Couloir tells people who work in Lightroom, where the command line's words would name an option of a command.

A ledger is read by both: its sentences are kept in the command line's words, and where they go to Lightroom the words
of its dialogs take their place, before they are translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from couloir.language.messages import Message, fill

_SETS_INSIDE: Final = "The Lightroom plug-in sets its settings inside Lightroom."

SAID: Final[Mapping[str, str]] = {
    # Disks
    "Connect the disk {volume} and run again; if it has another name now, give its folder with --volume.": (
        "Connect the disk {volume} and import again; if it has another name now, choose Locate disk... there."
    ),
    "Connect the disk and run again; if its name has changed, give its folder with --volume.": (
        "Connect the disk and import again; if its name has changed, choose Locate disk... there."
    ),
    "Connect the disk and run again with --volume {uuid}=FOLDER, where FOLDER is the disk's folder.": (
        "Connect the disk, import again, and choose Locate disk... there; it is listed as {uuid}."
    ),
    # Links and lost databases
    "If you moved that folder there yourself, run again with --follow-links; the plug-in asks when it opens it.": (
        "If you moved that folder there yourself, import again and choose Follow."
    ),
    "If you moved the folder there yourself, run again with --follow-links; the plug-in asks.": (
        "If you moved the folder there yourself, choose Follow when the library is opened."
    ),
    "Restore the named file from a backup or a vault; nothing was written. --rebuild-from-plists reads what the "
    "library's property lists still hold, and says what they lack; the plug-in offers it.": (
        "Restore the named file from a backup or a vault; nothing was written. Read Property Lists reads what the "
        "library's property lists still hold."
    ),
    # What an import takes
    "Leave it there, or run again with --trash to include it; the plug-in's import can include the trash, too.": (
        "Leave it there, or import again and tick Photos in Aperture's trash."
    ),
    "Run again with --hidden to include it; the plug-in's import can include what Aperture does not show, too.": (
        "To include it, import again and tick Photos that Aperture does not show."
    ),
    "Run again without --only to migrate it.": "To include it, import again and choose Everything, or its project.",
    # Originals
    "Run with --originals clone or copy to have it beside the photo.": (
        "To have it beside the photo, import again and choose Clone them or Copy them."
    ),
    "Run again with --versions clone to give it its own file.": "The Lightroom plug-in makes it a virtual copy.",
    "The Lightroom plug-in makes it a virtual copy; --versions clone needs --originals clone or copy.": (
        "The Lightroom plug-in makes it a virtual copy."
    ),
    "The Lightroom plug-in makes it a virtual copy; or run again with --versions clone to give it its own file.": (
        "The Lightroom plug-in makes it a virtual copy."
    ),
    "The Lightroom plug-in adds it from there; or run again with --originals clone.": (
        "The Lightroom plug-in adds it from there."
    ),
    "The Lightroom plug-in sets them inside Lightroom; or run again with --originals clone.": _SETS_INSIDE,
    "The Lightroom plug-in sets its settings inside Lightroom; or run again with --originals clone.": _SETS_INSIDE,
    # Folders
    "Choose an empty folder with --to, one for each library.": "Choose an empty folder, one for each library.",
    "Correct the cause that is named, or choose another folder with --to.": (
        "Correct the cause that is named, or choose another folder."
    ),
    "Give the folder that `couloir migrate --to` wrote.": "Choose the folder of an import.",
    "Give a version's uuid, or a name that only one version has; `couloir inspect --versions` lists them.": (
        "Open the library again, and choose the version there."
    ),
    # Faults
    "Report it with the output of `couloir doctor --report`.": (
        "Report it: send the file that Make diagnostic report writes."
    ),
    "Run `couloir --verbose` with the same arguments and report what it prints.": (
        "Try again, and send the file that Make diagnostic report writes."
    ),
    "Send the file that `couloir doctor --report` writes; other jobs are not affected.": (
        "Send the file that Make diagnostic report writes; other jobs are not affected."
    ),
    "Start it again; if it stops again, send the file that `couloir doctor --report` writes.": (
        "Start it again; if it stops again, send the file that Make diagnostic report writes."
    ),
    "Try again; if it fails again, send the file that `couloir doctor --report` writes.": (
        "Try again; if it fails again, send the file that Make diagnostic report writes."
    ),
}
"""By the command line's message, the message for Lightroom, which names what its dialogs show."""


def say_in_lightroom(text: str) -> str:
    """A text, one or several sentences, in the words of Lightroom's dialogs."""
    if "--" not in text:
        return text
    for message, said in _patterns():
        text = message.pattern.sub(lambda found, said=said: fill(said, found.groupdict()), text)  # type: ignore[misc]
    return text


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[Message, str]]:
    """The longest first: one may be the beginning of another."""
    return [(Message(text), SAID[text]) for text in sorted(SAID, key=len, reverse=True)]
