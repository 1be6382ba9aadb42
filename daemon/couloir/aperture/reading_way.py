"""The options with which a library is read, where they are not the defaults."""

from __future__ import annotations

from typing import TypedDict


class ReadAs(TypedDict, total=False):
    """What the user has said of a library, as `Library.open` takes it; what is not in it is the usual way.

    `from_plists`: its databases are lost, so its property lists are read. `follow_links`: links in the place of its
    Masters and Previews lead where the user knows of.
    """

    from_plists: bool
    follow_links: bool
