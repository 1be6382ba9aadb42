"""Answers in the language that a request accepts: the texts of a struct that its type marks are translated, in the
words of Lightroom's dialogs.

The plug-in sends Lightroom's language as Accept-Language, and so does a browser with its own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import msgspec
from flask import request
from msgspec import inspect

from couloir.language.catalog import Catalog, open_catalog
from couloir.language.choice import choose
from couloir.language.fields import MEMBERS, SENTENCE, TELLING

ACCEPT: Final = "Accept-Language"

_Speak = Callable[[Any, Catalog], Any]


def language_of_request() -> str:
    """The language that the present request wants to be answered in."""
    return choose(request.headers.get(ACCEPT, ""))


def answer(body: msgspec.Struct) -> msgspec.Struct:
    """The struct for the present request: its texts in the language that it accepts."""
    return translate(body, open_catalog(language_of_request(), in_lightroom=True))


def translate(body: msgspec.Struct, catalog: Catalog) -> msgspec.Struct:
    """The struct with its texts in one language."""
    if catalog.is_plain:
        return body
    speak = _of_struct(type(body))
    found: msgspec.Struct = body if speak is None else speak(body, catalog)
    return found


@lru_cache(maxsize=256)
def _of_struct(kind: type[msgspec.Struct]) -> _Speak | None:
    found = inspect.type_info(kind)
    return _of_fields(found) if isinstance(found, inspect.StructType) else None


def _of_fields(kind: inspect.StructType) -> _Speak | None:
    speaking = {field.name: speak for field in kind.fields if (speak := _of(field.type)) is not None}
    if not speaking:
        return None

    def speak_all(body: Any, catalog: Catalog) -> Any:
        told = {name: speak(getattr(body, name), catalog) for name, speak in speaking.items()}
        return msgspec.structs.replace(body, **told)

    return speak_all


def _of(kind: inspect.Type) -> _Speak | None:
    """What translates a value of this type, None where there is nothing to translate in it."""
    match kind:
        case inspect.Metadata(extra=dict(extra)) if extra.get(SENTENCE):
            return lambda text, catalog: catalog.say(text)
        case inspect.Metadata(extra=dict(extra)) if extra.get(TELLING):
            return _document
        case inspect.Metadata(type=inner):
            return _of(inner)
        case inspect.StructType(cls=cls):
            return _of_struct(cls)
        case inspect.ListType(item_type=inner) | inspect.VarTupleType(item_type=inner):
            return _of_items(_of(inner))
        case inspect.UnionType(types=types):
            return _of_one(types)
    return None


def _of_items(speak: _Speak | None) -> _Speak | None:
    if speak is None:
        return None
    return lambda items, catalog: [speak(item, catalog) for item in items]


def _of_one(types: tuple[inspect.Type, ...]) -> _Speak | None:
    """Of a type or None: the service's answers have no other unions with texts in them."""
    found = next((speak for each in types if (speak := _of(each)) is not None), None)
    if found is None:
        return None
    return lambda value, catalog: None if value is None else found(value, catalog)


def _document(value: Any, catalog: Catalog, *, told: bool = False) -> Any:
    if isinstance(value, str):
        return catalog.say(value) if told else value
    if isinstance(value, list):
        return [_document(each, catalog, told=told) for each in value]
    if isinstance(value, dict):
        return {name: _document(each, catalog, told=name in MEMBERS) for name, each in value.items()}
    return value
