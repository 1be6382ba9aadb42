"""The WSGI application: guard, routes, and one form for every error."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import Final

import msgspec
from flask import Flask, Response, g, request
from markupsafe import escape
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)
from werkzeug.http import parse_cookie

from couloir import __version__
from couloir.errors import CouloirError
from couloir.language.catalog import open_catalog
from couloir.service.http import guard, proof
from couloir.service.http.answers import answer, language_of_request
from couloir.service.http.api import Api
from couloir.service.http.openapi import REQUEST_ID
from couloir.service.http.problems import (
    InternalFault,
    MalformedRequest,
    NoSuchPlace,
    NotAuthorised,
    QueueFull,
    TooLarge,
    WrongMethod,
    problem_of,
    status_of,
)
from couloir.service.process.logs import current_request
from couloir.service.process.settings import API_VERSION
from couloir.service.process.state_file import disk_trouble
from couloir.service.routes import ROUTES
from couloir.service.services import Resource, Services

log = logging.getLogger(__name__)

PROBLEM_TYPE: Final = "application/problem+json"


class ServiceApp(Flask):
    """The application; it can authenticate a request whose body has not arrived yet."""

    def __init__(self, services: Services) -> None:
        super().__init__("couloir.service", static_folder=None)
        self._services = services

    def vouch(self, headers: Mapping[str, str], port: int) -> bool:
        """Whether headers authenticate a request; their names are upper-case with `_` for `-`, as in a WSGI
        environment.
        """
        nonce, cookies = headers.get("COULOIR_NONCE", ""), headers.get("COOKIE", "")
        if guard.holds_token(headers.get("AUTHORIZATION", ""), nonce, port, self._services.token):
            return True
        return bool(cookies) and self._services.views.opened_by(parse_cookie(cookies).getlist(guard.VIEW_COOKIE))


def create_app(services: Services, resources: Sequence[Resource] = ()) -> ServiceApp:
    """The application with its own routes and those of `resources`."""
    app = ServiceApp(services)
    app.config["MAX_CONTENT_LENGTH"] = services.settings.limits.body
    app.config["TRUSTED_HOSTS"] = list(guard.TRUSTED_HOSTS)
    api = Api(app, services.settings.limits.json_depth)
    for resource in (*ROUTES, *resources):
        resource(api, services)
    _watch_requests(app, api, services)
    _shape_errors(app, api, services)
    return app


def _watch_requests(app: Flask, api: Api, services: Services) -> None:
    public, pages = api.public_endpoints, api.page_endpoints

    def before() -> None:
        g.began = time.perf_counter()
        g.request_id = token_hex(8)
        current_request.set(g.request_id)
        page = request.endpoint in pages
        guard.check_address(request, services.token, page=page)
        if request.endpoint not in public:
            if page:
                guard.check_view(request, services.views)
            else:
                guard.check_token(request, services.token)
            services.activity.touch()
        guard.check_body(request)

    def after(response: Response) -> Response:
        response.headers[REQUEST_ID] = g.request_id
        response.headers["Couloir-Version"] = __version__
        response.headers["Couloir-Api"] = str(API_VERSION)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        if not response.direct_passthrough:  # the files of a page are streamed
            proven = guard.answer_proof(request, services.token, response.status_code, response.get_data())
            if proven:
                response.headers[proof.PROOF] = proven
        # Only the path: a query string may hold data that does not belong in a log. Most GETs are polling.
        level = logging.DEBUG if request.method == "GET" and response.status_code < 400 else logging.INFO
        elapsed = (time.perf_counter() - g.began) * 1000
        log.log(level, "%s %s -> %d in %.1f ms", request.method, request.path, response.status_code, elapsed)
        return response

    app.before_request(before)
    app.after_request(after)


def _shape_errors(app: Flask, api: Api, services: Services) -> None:
    pages = api.page_endpoints

    def ours(error: CouloirError) -> Response:
        # A browser shows this after an expired link, and for a page that is reloaded after the service has ended.
        if request.endpoint in pages and "text/html" in request.headers.get("Accept", ""):
            return _sentence(error)
        return _problem(error)

    def theirs(error: HTTPException) -> Response:
        return _problem(_translate(error, services.settings.limits.body), error)

    def fault(error: InternalServerError) -> Response:
        # Flask has caught an unexpected error: the client gets the request's id only, the log gets the details.
        cause = error.original_exception or error
        log.error("%s %s failed", request.method, request.path, exc_info=cause)
        return _problem(disk_trouble(cause, services.settings.state_dir) or InternalFault())

    app.register_error_handler(CouloirError, ours)
    app.register_error_handler(HTTPException, theirs)
    app.register_error_handler(InternalServerError, fault)


def _translate(error: HTTPException, body_limit: int) -> CouloirError:
    if isinstance(error, NotFound):
        return NoSuchPlace(item=request.path)
    if isinstance(error, MethodNotAllowed):
        return WrongMethod(item=request.path)
    if isinstance(error, RequestEntityTooLarge):
        return TooLarge(limit=body_limit)
    return MalformedRequest(why=(error.name or "unknown").lower())


def _sentence(error: CouloirError) -> Response:
    language = language_of_request()
    told = open_catalog(language, in_lightroom=True).say(str(error))
    head = (
        f'<!doctype html><html lang="{language}"><meta name="color-scheme" content="light dark"><title>Couloir</title>'
    )
    text = f"{head}<p>{escape(told)}"
    headers = {"Content-Security-Policy": "default-src 'none'"}
    return Response(text, status=status_of(type(error)), mimetype="text/html", headers=headers)


def _problem(error: CouloirError, cause: HTTPException | None = None) -> Response:
    problem = problem_of(error, g.request_id)
    response = Response(msgspec.json.encode(answer(problem)), status=problem.status, mimetype=PROBLEM_TYPE)
    if isinstance(error, NotAuthorised):
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, QueueFull):
        response.headers["Retry-After"] = "5"
    if isinstance(cause, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(cause.valid_methods or ()))
    return response
