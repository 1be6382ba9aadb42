"""The base structs of requests and answers, and the strict decoding of requests.

A request is declared once, as a msgspec struct: that declaration decodes and validates it here and becomes its schema
in `openapi`. msgspec was chosen over apiflask because it has no dependencies of its own, is strict about types (`"1"`
is not a number in a body), and reads a batch of hundreds of photos in well under a millisecond.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta
from werkzeug.datastructures import MultiDict

from couloir.json_text import MAX_EXACT
from couloir.language.fields import Sentence
from couloir.service.http.problems import InvalidRequest, MalformedRequest

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""Any JSON value, as Python has it."""

Count = Annotated[int, Meta(ge=0, le=MAX_EXACT)]
Semver = Annotated[
    str, Meta(pattern=r"^[0-9]{1,5}\.[0-9]{1,5}\.[0-9]{1,5}([-+.][0-9A-Za-z.+-]{1,40})?$", max_length=64)
]
Timestamp = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z$", description="UTC, ISO 8601")]

JobId = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", min_length=32, max_length=32)]
LibraryId = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", min_length=32, max_length=32)]
# Aperture's uuids are 22 characters of its own base-64 alphabet; old and damaged libraries have others.
Uuid = Annotated[str, Meta(pattern=r"^[!-.0-~]+$", min_length=1, max_length=128)]


class Incoming(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of requests: an undeclared field is refused, so that a misspelt one is noticed."""


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """Base of answers: every field is always present, so that Lua code need not check."""


class NoQuery(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call without query parameters."""


class NoBody(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call without arguments: no body, or an empty object (Lightroom's LrHttp.post always sends a body)."""


T = TypeVar("T", bound=msgspec.Struct)

_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{]|[\]}]', re.DOTALL)


def deeper_than(body: bytes, limit: int) -> bool:
    """Whether arrays and objects are nested more than `limit` deep; brackets inside strings do not count.

    Checked before decoding, because a decoder may recurse for each level.
    """
    if body.count(b"[") + body.count(b"{") <= limit:
        return False
    depth = 0
    for match in _TOKEN.finditer(body):
        first = match.group()[:1]
        if first in b"[{":
            depth += 1
            if depth > limit:
                return True
        elif first in b"]}":
            depth -= 1
    return False


def read_body(body: bytes, kind: type[T], max_depth: int) -> T:
    """A JSON body as the declared struct.

    Raises:
        MalformedRequest: it is not JSON in UTF-8, or nested too deep.
        InvalidRequest: it is JSON, but not what `kind` declares; the error's item is the JSON path.
    """
    if deeper_than(body, max_depth):
        raise MalformedRequest(why=f"its JSON is nested more than {max_depth} deep")
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise _invalid(error, "$") from error
    except msgspec.DecodeError as error:
        raise MalformedRequest(why=f"it is not JSON ({error})") from error
    except UnicodeDecodeError as error:
        raise MalformedRequest(why="it is not UTF-8") from error


def read_query(arguments: MultiDict[str, str], kind: type[T]) -> T:
    """Query parameters as the declared struct; numbers and truth values are read from their text.

    Raises:
        InvalidRequest: a parameter is unknown, repeated, missing or of the wrong type.
    """
    values: dict[str, str] = {}
    for name, given in arguments.lists():
        if len(given) > 1:
            raise InvalidRequest(item=f"The parameter {name}", why="it is given more than once")
        values[name] = given[0]
    return _convert(values, kind)


def _convert(values: Mapping[str, str], kind: type[T]) -> T:
    try:
        return msgspec.convert(values, type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise _invalid(error, "The query") from error


def _invalid(error: msgspec.ValidationError, whole: str) -> InvalidRequest:
    """The error for msgspec's text `Expected X - at `$.a[0]``: the place becomes the item, the rest the reason."""
    reason, _, place = str(error).partition(" - at ")
    return InvalidRequest(item=place.strip("`") or whole, why=reason)


class Trouble(Outgoing, frozen=True, kw_only=True):
    """Something that is wrong, and what to do about it."""

    code: str
    message: Sentence
    advice: Sentence


class ModelStatus(Outgoing, frozen=True, kw_only=True):
    """The learned model. It is loaded when the first photo needs it; a translation without it is analytic only.

    `name` and `summary` are of the model in use, or of the one that would be. `trained` is false for the one that
    predicts no correction. `trouble` says why the newest model was refused.
    """

    loaded: bool
    name: str
    summary: str
    trained: bool
    feature_version: int
    trouble: Trouble | None
