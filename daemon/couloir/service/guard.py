"""Who may speak to the service: decided before anything of the request is looked at further.

A web page in the user's browser can reach 127.0.0.1 too. It cannot read the token file, cannot leave out `Origin` on a
request that changes something, and with DNS rebinding it arrives under its own `Host`; each of these is checked by
itself, so that one that fails does not open the door.
"""

from __future__ import annotations

import hmac
import re
from typing import Final

from werkzeug.wrappers import Request

from couloir.service.problems import CrossSite, ForeignHost, MalformedRequest, NotAuthorised, NotJson, TokenInUrl

TRUSTED_HOSTS: Final = ("127.0.0.1", "localhost")
_HOST: Final = re.compile(r"(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?")
_TOKEN_NAMES: Final = frozenset({"token", "access_token", "api_key", "apikey", "authorization"})
_HARMLESS_SITES: Final = frozenset({"none", "same-origin"})
_CHANGES_NOTHING: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def check_address(request: Request, token: str) -> None:
    """Refuse a request that is addressed wrongly or comes from a web page. Holds for every route, /ping included.

    Raises:
        ForeignHost, CrossSite, TokenInUrl
    """
    if not _HOST.fullmatch(request.environ.get("HTTP_HOST", "")):
        raise ForeignHost
    if "HTTP_ORIGIN" in request.environ:
        raise CrossSite
    if request.environ.get("HTTP_SEC_FETCH_SITE", "none").lower() not in _HARMLESS_SITES:
        raise CrossSite
    if any(name.lower() in _TOKEN_NAMES for name in request.args) or token in request.full_path:
        raise TokenInUrl


def check_token(request: Request, token: str) -> None:
    """Refuse a request without the bearer token; the comparison takes the same time wherever they differ.

    Raises:
        NotAuthorised
    """
    scheme, _, given = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    # compare_digest takes ASCII text only; WSGI text is Latin-1.
    matches = hmac.compare_digest(given.strip().encode("latin-1"), token.encode("ascii"))
    if scheme.lower() != "bearer" or not matches:
        raise NotAuthorised


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
