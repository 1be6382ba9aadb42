"""Checks that decide whether a request is served, before the rest of it is read.

A web page in the user's browser can reach 127.0.0.1, too. It cannot read the token file, cannot leave out `Origin` on a
request that changes something, and with DNS rebinding it arrives under its own `Host`. Each of these is checked
independently, so that a failure of one check gives no access.

The page of an import's photos is the only resource for browsers. It is same-origin, is authenticated by a cookie
instead of the token, and must send a page token with each change (`couloir.service.http.views`).
"""

from __future__ import annotations

import hmac
import re
from typing import Final

from flask import Request

from couloir.service.http import proof
from couloir.service.http.problems import (
    CrossSite,
    ForeignHost,
    MalformedRequest,
    NotAuthorised,
    NotJson,
    TokenInUrl,
    ViewOver,
)
from couloir.service.http.views import Views, same

VIEW_COOKIE: Final = "couloir-view"
PAGE_TOKEN: Final = "Couloir-Page"  # noqa: S105  (the name of a header)
TRUSTED_HOSTS: Final = ("127.0.0.1", "localhost")
_HOST: Final = re.compile(r"(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?")
_TOKEN_NAMES: Final = frozenset({"token", "access_token", "api_key", "apikey", "authorization"})
_HARMLESS_SITES: Final = frozenset({"none", "same-origin"})
_CHANGES_NOTHING: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def check_address(request: Request, token: str, *, page: bool = False) -> None:
    """Refuse a request that is addressed wrongly or comes from a web page. Applies to every route, including /ping.

    A route of a `page` accepts the service's own origin, and requires it where the request changes something.

    Raises:
        ForeignHost, CrossSite, TokenInUrl
    """
    host, origin = request.environ.get("HTTP_HOST", ""), request.environ.get("HTTP_ORIGIN")
    if not _HOST.fullmatch(host):
        raise ForeignHost
    if page:
        if origin != f"http://{host}" and (origin is not None or request.method not in _CHANGES_NOTHING):
            raise CrossSite
    elif origin is not None:
        raise CrossSite
    if request.environ.get("HTTP_SEC_FETCH_SITE", "none").lower() not in _HARMLESS_SITES:
        raise CrossSite
    if any(name.lower() in _TOKEN_NAMES for name in request.args) or token in request.full_path:
        raise TokenInUrl


def check_token(request: Request, token: str) -> None:
    """Refuse a request without the token, or a proof that its sender has it (`couloir.service.http.proof`).

    The comparison takes the same time wherever the texts differ.

    Raises:
        NotAuthorised
    """
    authorization, nonce = request.environ.get("HTTP_AUTHORIZATION", ""), request.environ.get("HTTP_COULOIR_NONCE", "")
    if not holds_token(authorization, nonce, _port(request), token):
        raise NotAuthorised


def holds_token(authorization: str, nonce: str, port: int, token: str) -> bool:
    """Whether these two headers of a request show that its sender has the token."""
    scheme, _, given = authorization.partition(" ")
    signed = proof.of_request(token, port, nonce) if proof.usable(nonce) else ""
    wanted = {"bearer": token, proof.SCHEME: signed}.get(scheme.lower(), "")
    # compare_digest takes ASCII text only; WSGI text is Latin-1.
    return bool(wanted) and hmac.compare_digest(given.strip().encode("latin-1"), wanted.encode("ascii"))


def answer_proof(request: Request, token: str, status: int, body: bytes) -> str:
    """The proof for the sender of a request that this service answers; "" when the request asks for none."""
    nonce = request.environ.get("HTTP_COULOIR_NONCE", "")
    return proof.of_answer(token, _port(request), nonce, status, body) if proof.usable(nonce) else ""


def _port(request: Request) -> int:
    """The port that the service listens on, not the one in the client's Host header."""
    return int(request.environ["SERVER_PORT"])


def check_view(request: Request, views: Views) -> None:
    """Refuse a request for a page without its cookie, or without the page's own token where it changes something.

    Raises:
        ViewOver
    """
    view_id = str((request.view_args or {}).get("view", ""))
    view = views.open_view(view_id, request.cookies.get(VIEW_COOKIE, ""))
    if request.method not in _CHANGES_NOTHING and not same(request.headers.get(PAGE_TOKEN, ""), view.token):
        raise ViewOver


def check_body(request: Request) -> None:
    """A request that changes nothing has no body; any other body is declared as JSON (a form's is not).

    Raises:
        MalformedRequest, NotJson
    """
    if not request.content_length:
        return
    if request.method in _CHANGES_NOTHING:
        raise MalformedRequest(why=f"{request.method} takes no body")
    if request.mimetype != "application/json":
        raise NotJson
