"""Binds declared routes to Flask: one place where a request becomes typed arguments and an answer becomes bytes.

A resource (`couloir.service.routes` has one per file) is a function `(api, services) -> None` that calls `api.get` and
`api.post`. A handler gets its path parameters by name, `query` and `body` as the declared structs where it declares
them, and `key` on an idempotent route; it returns the declared struct, or a `Reply` for bytes or more headers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec
from flask import Flask, Response, request

from couloir.service.http import openapi
from couloir.service.http.answers import answer
from couloir.service.http.problems import InvalidRequest, MalformedRequest, NoSuchPlace, NotJson
from couloir.service.http.route import JSON_TYPE, Handler, Reply, Route
from couloir.service.http.wire import NoBody, NoQuery, read_body, read_query

_KEY: Final = re.compile(r"[!-~]{1,128}")


class Api:
    """The routes of one application."""

    def __init__(self, app: Flask, json_depth: int) -> None:
        self._app = app
        self._json_depth = json_depth
        self.routes: list[Route] = []

    @property
    def public_endpoints(self) -> frozenset[str]:
        return frozenset(route.name for route in self.routes if route.public)

    @property
    def page_endpoints(self) -> frozenset[str]:
        """The endpoints of pages: they accept requests of a browser from their own origin, as no other route does."""
        return frozenset(route.name for route in self.routes if route.page)

    def get(self, path: str, handler: Handler, summary: str, answer: type[msgspec.Struct] | None, **more: Any) -> None:
        """Declare a route that changes nothing. `more` are the other fields of `Route`."""
        self._add(Route("GET", path, handler.__name__, summary, handler, answer, **more))

    def post(self, path: str, handler: Handler, summary: str, answer: type[msgspec.Struct] | None, **more: Any) -> None:
        """Declare a route that changes something. `more` are the other fields of `Route`."""
        more.setdefault("body", NoBody)
        self._add(Route("POST", path, handler.__name__, summary, handler, answer, **more))

    def document(self) -> dict[str, Any]:
        return openapi.document(self.routes)

    def _add(self, route: Route) -> None:
        self.routes.append(route)
        self._app.add_url_rule(
            route.path,
            endpoint=route.name,
            view_func=self._view(route),
            methods=[route.method],
            provide_automatic_options=False,
        )

    def _view(self, route: Route) -> Callable[..., Response]:
        def view(**path: str) -> Response:
            arguments: dict[str, Any] = {name: _path_value(path[name], kind) for name, kind in route.path_types.items()}
            query = read_query(request.args, route.query)
            if route.query is not NoQuery:
                arguments["query"] = query
            if route.body is not None:
                body = self._body(route.body)
                if route.body is not NoBody:
                    arguments["body"] = body
            if route.idempotent:
                arguments["key"] = _idempotency_key()
            return _respond(route, route.handler(**arguments))

        return view

    def _body(self, kind: type[msgspec.Struct]) -> msgspec.Struct:
        data = request.get_data()
        if not data and kind is NoBody:
            return NoBody()
        if request.mimetype != JSON_TYPE:
            raise NotJson
        if not data:
            raise MalformedRequest(why="it has no body")
        return read_body(data, kind, self._json_depth)


def _path_value(text: str, kind: Any) -> Any:
    try:
        return msgspec.convert(text, type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise NoSuchPlace(item=request.path) from error


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidRequest(item="Idempotency-Key", why="it must be 1 to 128 printable ASCII characters")
    return key


def _respond(route: Route, result: msgspec.Struct | Reply) -> Response:
    reply = result if isinstance(result, Reply) else Reply(result)
    body = reply.body if isinstance(reply.body, bytes) else msgspec.json.encode(answer(reply.body))
    return Response(body, status=route.status, mimetype=route.media_type, headers=dict(reply.headers))
