"""Says in the code that a text is for people, so that it gets into the catalogs. Changes nothing at run time."""

from __future__ import annotations


def mark(text: str) -> str:
    """The text itself: a literal or an f-string, which `scripts/make_catalogs.py` takes as a message.

    >>> disk = "Archive"
    >>> mark(f"The disk {disk} is not connected.")
    'The disk Archive is not connected.'
    """
    return text


def count(number: int, one: str, many: str) -> str:
    """`one` for 1, else `many`: the two English forms of a message; other languages have forms of their own.

    Both are literals or f-strings with the same facts, and the number is one of them.

    >>> photos = 2
    >>> count(photos, f"{photos} photo", f"{photos} photos")
    '2 photos'
    """
    return one if number == 1 else many
