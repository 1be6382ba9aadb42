"""The types of texts in structs that leave Couloir: a field of one of them is translated where the struct is sent."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta

SENTENCE: Final = "sentence"
"""The mark of a text for people, in the metadata of its type."""

TELLING: Final = "telling"
"""The mark of a document whose members named in MEMBERS are texts for people."""

MEMBERS: Final = frozenset({"advice", "lost", "message", "note", "reason", "sentence", "why"})

Sentence = Annotated[str, Meta(extra={SENTENCE: True})]
"""A text for people: in the language that the request accepts."""

Telling = Annotated[Any, Meta(extra={TELLING: True})]
"""A JSON document with texts for people in it."""
