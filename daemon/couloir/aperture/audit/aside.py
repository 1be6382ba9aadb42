"""Keys of property lists that are left aside as a whole, or of an unknown kind: reported once for each kind.

None of them are migrated, so a person must learn of them: one finding per kind, however many photos
have such a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from couloir.aperture.audit import plist_knowledge as plists
from couloir.aperture.plists import MAX_FILE_BYTES, parse_plist
from couloir.errors import ContentError

#: How many keys of a kind one finding names, and how deep dictionaries are searched.
_MOST, _DEEPEST = 500, 20


class LeftAside:
    """Collects the unknown keys of one kind of file. `known` is None for a kind that is itself unknown."""

    def __init__(self, known: plists.Aside | None, first: str) -> None:
        """`first` is the first file of the kind, as a path in the library."""
        self._known = known
        self._first = first
        self._files = 0
        self._keys: Counter[str] = Counter()
        self._unreadable: list[str] = []

    def add(self, file: Path) -> None:
        """Count the unknown keys of another file of this kind, each once."""
        self._files += 1
        try:
            with file.open("rb") as stream:
                content = parse_plist(stream.read(MAX_FILE_BYTES + 1), file.name)
        except (OSError, ContentError) as error:
            self._unreadable.append(error.message if isinstance(error, ContentError) else str(error.strerror))
            return
        knows = self._known.knows if self._known is not None else lambda _key: False
        self._keys.update({key for key in _keys_in(content) if not knows(key)})

    def describe(self) -> str:
        """The finding's text about this kind; "" where every key is known."""
        if not (self._keys or self._unreadable or self._known is None):
            return ""
        where = self._first if self._files == 1 else f"{self._first} and {self._files - 1:,} more like it"
        named = sorted(self._keys)
        keys = ", ".join(f"{key} ({self._keys[key]:,} files)" if self._keys[key] > 1 else key for key in named[:_MOST])
        more = f" and {len(named) - _MOST:,} more" if len(named) > _MOST else ""
        broken = f"{len(self._unreadable):,} cannot be read ({self._unreadable[0]})" if self._unreadable else ""
        return f"{where}: " + ("; ".join(part for part in (keys + more, broken) if part) or "no keys")


def _keys_in(content: object, depth: int = 0) -> Iterator[str]:
    """The keys of all dictionaries in a property list."""
    if depth > _DEEPEST:
        return
    if isinstance(content, Mapping):
        yield from map(str, content)
        for value in content.values():
            yield from _keys_in(value, depth + 1)
    elif isinstance(content, Sequence) and not isinstance(content, str | bytes):
        for value in content:
            yield from _keys_in(value, depth + 1)
