"""Names from a library as a terminal may show them. Apart from `output`, which loads what few commands need."""

from __future__ import annotations

# What a terminal would obey instead of showing it: control characters, and those that turn the reading direction.
_OBEYED = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd")


def plain(text: str) -> str:
    """No escape code in the text is obeyed, and it stays on its line."""
    return text.translate(_OBEYED)
