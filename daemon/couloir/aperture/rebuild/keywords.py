"""The vocabulary of Keywords.plist, and the paths by which versions name keywords."""

from __future__ import annotations

import re

from couloir.aperture.keywords import MAX_DEPTH
from couloir.aperture.rebuild.store import Store

# In some copies the tabs between levels have become spaces.
_SPACES = re.compile(r" {2,}")

Path = tuple[str, ...]


class KeywordPaths:
    """Keywords by their path from the root."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._numbers: dict[Path, int] = {}

    def add_tree(self, nodes: object) -> None:
        """Add the nodes of Keywords.plist with all nodes below them."""
        # Without recursion: an XML property list can be nested deeper than Python's stack.
        waiting: list[tuple[object, Path]] = [(nodes, ())]
        while waiting:
            level, above = waiting.pop()
            below: list[tuple[object, Path]] = []
            for node in level if isinstance(level, list) and len(above) < MAX_DEPTH else ():
                name = node.get("name") if isinstance(node, dict) else None
                if isinstance(name, str):
                    number = self._store.add("RKKeyword", node, parentId=self._numbers.get(above))
                    if number is not None:
                        self._numbers[(*above, name)] = number
                    below.append((node.get("zChildren"), (*above, name)))
            waiting.extend(reversed(below))

    def find(self, stored: str) -> int | None:
        """The modelId of a keyword that a version names; a keyword that the vocabulary lacks is added."""
        path = self._levels(stored)[:MAX_DEPTH]
        for length in range(1, len(path) + 1):
            step = path[:length]
            if step not in self._numbers:
                uuid = f"keyword-{'/'.join(step)}"
                number = self._store.add(
                    "RKKeyword", {"uuid": uuid, "name": step[-1]}, parentId=self._numbers.get(step[:-1])
                )
                if number is not None:
                    self._numbers[step] = number
        return self._numbers.get(path)

    def _levels(self, stored: str) -> Path:
        """A path from root to leaf; stored from leaf to root, separated by tabs. A name may contain spaces."""
        if "\t" in stored:
            return tuple(reversed([part for part in stored.split("\t") if part]))
        if (stored,) in self._numbers:
            return (stored,)
        return tuple(reversed([part for part in _SPACES.split(stored) if part]))
