"""Stores each result at once, so that an interrupted evaluation can be resumed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Store:
    """A file of JSON lines {key, value}; a line that was torn by a kill is left out."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, Any] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                try:
                    entry = json.loads(line)
                except json.JSONDecodeError:
                    continue
                self._known[entry["key"]] = entry["value"]

    def of(self, key: str, compute: Callable[[], Any]) -> Any:
        """The value under this key, computed once."""
        if key not in self._known:
            self._known[key] = compute()
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "value": self._known[key]}) + "\n")
        return self._known[key]
