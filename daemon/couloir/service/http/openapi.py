"""The OpenAPI 3.1 document, generated from the routes' declarations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from couloir import __version__
from couloir.errors import CouloirError
from couloir.service.http import problems
from couloir.service.http.guard import PAGE_TOKEN, VIEW_COOKIE
from couloir.service.http.problems import Problem
from couloir.service.http.route import Route
from couloir.service.process.settings import API_VERSION

_REFERENCE: Final = "#/components/schemas/{name}"
_ANY_ROUTE: Final = (
    problems.MalformedRequest,
    problems.ForeignHost,
    problems.TooLarge,
    problems.InvalidRequest,
    problems.InternalFault,
)
REQUEST_ID: Final = "X-Request-Id"


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """The whole document for these routes, ready to be encoded as JSON."""
    schemas, components = _schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, schemas, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Couloir",
            "version": __version__,
            "summary": f"What the Lightroom plug-in talks to; version {API_VERSION} of the interface.",
            "description": "Loopback only. Every error is an RFC 9457 problem document. GET never changes anything.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "The token in daemon.json."},
                "view": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": VIEW_COOKIE,
                    "description": f"From POST /report/views. A changing request also sends {PAGE_TOKEN}.",
                },
            },
        },
    }


def _schemas(routes: Iterable[Route]) -> tuple[dict[type, dict[str, Any]], dict[str, Any]]:
    kinds: dict[type, None] = {Problem: None}
    for route in routes:
        for kind in (route.query, route.body, route.answer, *route.path_types.values()):
            if kind is not None:
                kinds[kind] = None
    found, components = msgspec.json.schema_components(list(kinds), ref_template=_REFERENCE)
    return dict(zip(kinds, found, strict=True)), components


def _operation(route: Route, schemas: Mapping[type, dict[str, Any]], components: Mapping[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "parameters": _parameters(route, schemas, components),
        "responses": _responses(route, schemas),
        "security": [] if route.public else [{"view" if route.page else "token": []}],
    }
    if route.body is not None:
        operation["requestBody"] = {
            "required": route.body_required,
            "content": {"application/json": {"schema": schemas[route.body]}},
        }
    return operation


def _parameters(
    route: Route, schemas: Mapping[type, dict[str, Any]], components: Mapping[str, Any]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": schemas[kind]}
        for name, kind in route.path_types.items()
    ]
    query = components[schemas[route.query]["$ref"].rsplit("/", 1)[-1]]
    required = set(query.get("required", ()))
    found += [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in query["properties"].items()
    ]
    if route.idempotent:
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "The same key with the same request is the same job, however often it is sent.",
                "schema": {"type": "string", "pattern": "^[!-~]+$", "minLength": 1, "maxLength": 128},
            }
        )
    return found


def _responses(route: Route, schemas: Mapping[type, dict[str, Any]]) -> dict[str, Any]:
    if route.answer is None:
        content: dict[str, Any] = {route.media_type: {"schema": {}}}
    else:
        content = {route.media_type: {"schema": schemas[route.answer]}}
    header = {REQUEST_ID: {"required": True, "schema": {"type": "string"}}}
    responses: dict[str, Any] = {
        str(route.status): {"description": route.summary, "headers": header, "content": content}
    }
    refused: list[type[CouloirError]] = [*_ANY_ROUTE, *route.problems]
    if not route.public:
        refused.append(problems.NotAuthorised)
    if route.body is not None:
        refused.append(problems.NotJson)
    if route.path_types:
        refused.append(problems.NoSuchPlace)
    by_status: dict[int, list[str]] = {}
    for error in refused:
        by_status.setdefault(problems.status_of(error), []).append(error.code)
    for status in sorted(by_status):
        responses[str(status)] = {
            "description": ", ".join(sorted(set(by_status[status]))),
            "headers": header,
            "content": {"application/problem+json": {"schema": schemas[Problem]}},
        }
    return responses
