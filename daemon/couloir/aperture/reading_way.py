"""The options for reading a library."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict


class ReadAs(TypedDict, total=False):
    """The options of `Library.open` that the user has set; missing ones have their defaults.

    `from_plists`: its databases are lost, so its property lists are read. `follow_links`: links in place of its
    Masters and Previews are followed, because the user knows where they lead.
    """

    from_plists: bool
    follow_links: bool


class ReadAsHere(ReadAs, total=False):
    """The same, and what is true of this computer only. `volumes`: where disks are, by name, or by uuid without one."""

    volumes: Mapping[str, Path]
