"""The declaration of one route: the API binds it to Flask, and the OpenAPI document is generated from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from couloir.errors import CouloirError
from couloir.service.http.wire import NoBody, NoQuery

JSON_TYPE: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with encoded bytes (a picture) or with additional headers."""

    body: msgspec.Struct | bytes
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[..., msgspec.Struct | Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """The declaration of one method at one path.

    Each requires the service's token, except a `public` one, and one of a `page`, which requires the page's cookie.
    """

    method: str
    path: str
    name: str
    summary: str
    handler: Handler
    answer: type[msgspec.Struct] | None
    status: int = 200
    query: type[msgspec.Struct] = NoQuery
    body: type[msgspec.Struct] | None = None
    path_types: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[type[CouloirError], ...] = ()
    media_type: str = JSON_TYPE
    public: bool = False
    page: bool = False
    idempotent: bool = False

    @property
    def body_required(self) -> bool:
        return self.body is not None and self.body is not NoBody
