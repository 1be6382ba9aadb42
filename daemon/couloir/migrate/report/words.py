"""Words of the report whose number depends on a count, each a whole phrase so that it can be translated."""

from __future__ import annotations

from couloir.language import count
from couloir.migrate.ledger.rows import Kind


def count_rows(kind: Kind, number: int) -> str:
    """A number of rows of a kind, in a photographer's words: "12 originals"."""
    match kind:
        case Kind.MASTER:
            return count(number, f"{number:,} original", f"{number:,} originals")
        case Kind.VERSION:
            return count(number, f"{number:,} photo", f"{number:,} photos")
        case Kind.PROJECT:
            return count(number, f"{number:,} project", f"{number:,} projects")
        case Kind.FOLDER:
            return count(number, f"{number:,} folder", f"{number:,} folders")
        case Kind.ALBUM:
            return count(number, f"{number:,} album", f"{number:,} albums")
        case Kind.KEYWORD:
            return count(number, f"{number:,} keyword", f"{number:,} keywords")
        case Kind.STACK:
            return count(number, f"{number:,} stack", f"{number:,} stacks")
        case Kind.FACE:
            return count(number, f"{number:,} face", f"{number:,} faces")
        case Kind.OPERATION:
            return count(number, f"{number:,} adjustment", f"{number:,} adjustments")
        case Kind.ATTACHMENT:
            return count(number, f"{number:,} attachment", f"{number:,} attachments")


def name_rows(kind: Kind) -> str:
    """The heading of a kind's line: "Originals"."""
    return _NAMES[kind]


_NAMES = {
    Kind.MASTER: "Originals",
    Kind.VERSION: "Photos (versions)",
    Kind.PROJECT: "Projects",
    Kind.FOLDER: "Folders",
    Kind.ALBUM: "Albums",
    Kind.KEYWORD: "Keywords",
    Kind.STACK: "Stacks",
    Kind.FACE: "Faces",
    Kind.OPERATION: "Adjustments",
    Kind.ATTACHMENT: "Attachments",
}
