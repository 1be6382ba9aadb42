"""LrHttp: real requests to this machine, answered in Lightroom's form.

The answer is (body, headers): headers is an array of {field, value} with `status`; a transport error is (nil, {error}).
"""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..errors import RuleBroken
from ..faults import HttpFault
from ..marshal import decode, encode
from ..registry import Wait, sdk
from ..session import Session
from ..tables.returned import Record

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_METHODS = ("GET", "POST", "PUT", "DELETE")
_DEFAULT_TIMEOUT = 60.0
Answer = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    headers: list[tuple[str, str]]
    body: bytes | None
    timeout: float


def _headers(full: str, given: Any) -> list[tuple[str, str]]:
    if given is None or given == {}:
        return []
    if not isinstance(given, list):
        raise RuleBroken(f"{full}: headers is an array of {{field=, value=}}; otherwise no request is made")
    pairs = []
    for header in given:
        field, value = (header.get("field"), header.get("value")) if isinstance(header, dict) else (None, None)
        if not isinstance(field, str) or not isinstance(value, str):
            raise RuleBroken(f"{full}: a header needs the strings field and value, not {header!r}")
        if any(sign in field + value for sign in "\r\n\0"):
            raise RuleBroken(f"{full}: a header cannot hold line ends: {header!r}")
        pairs.append((field, value))
    return pairs


def _request(lr: Session, full: str, method: Any, url: Any, headers: Any, body: bytes | None, timeout: Any) -> _Request:
    """Checks what, in Lightroom, would make no request and no error."""
    if not isinstance(url, str):
        raise RuleBroken(f"{full}: the url must be a string")
    if not isinstance(method, str):
        raise RuleBroken(f"{full}: the 4th argument is the HTTP method, not {method!r}; otherwise no request is made")
    if method not in _METHODS:
        raise RuleBroken(f"{full}: it is not known whether Lightroom can send {method!r}")
    if timeout is not None and (isinstance(timeout, bool) or not isinstance(timeout, int | float) or timeout <= 0):
        raise RuleBroken(f"{full}: the timeout is a number of seconds, not {timeout!r}; otherwise no request is made")
    pairs = _headers(full, headers)
    kinds = [value for field, value in pairs if field.lower() == "content-type"]
    if body is not None and not kinds:
        pairs.append(("Content-Type", "text/plain"))
    pairs = [(f, v) for f, v in pairs if not (f.lower() == "content-type" and v == "skip")]
    return _Request(method, url, pairs, body, _DEFAULT_TIMEOUT if timeout is None else float(timeout))


@sdk("LrHttp.get")
def get(lr: Session, url: Any, headers: Any = None, timeout: Any = None) -> Wait:
    return _start(lr, _request(lr, "LrHttp.get", "GET", url, headers, None, timeout))


@sdk("LrHttp.post")
def post(
    lr: Session,
    url: Any,
    body: Any,
    headers: Any = None,
    method: Any = None,
    timeout: Any = None,
    total_size: Any = None,
) -> Wait:
    if callable(body):
        body = _chunks(body)
    if not isinstance(body, str):
        raise RuleBroken(f"LrHttp.post: the body must be a string or a function, not {body!r:.40}; no request is made")
    chosen = "POST" if method is None else method
    return _start(lr, _request(lr, "LrHttp.post", chosen, url, headers, encode(body), timeout))


def _chunks(function: Callable[[], Any]) -> str:
    parts = []
    while (part := function()) not in (None, b""):
        parts.append(decode(part))
    return "".join(parts)


@sdk("LrHttp.openUrlInBrowser")
def open_url(lr: Session, url: Any) -> None:
    lr.opened.append(str(url))
    lr.options.open_url(str(url))


# Sending ------------------------------------------------------------------------------------------------------------


def _start(lr: Session, request: _Request) -> Wait:
    lr.http_counts["requests"] += 1
    parts = urlsplit(request.url)
    lr.http_counts[f"{request.method} {parts.path}"] += 1
    fault = lr.faults.http_fault(lr.http_counts["requests"], f"{request.method} {request.url}")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK and parts.hostname:
        raise RuleBroken(f"the fake Lightroom speaks only with this machine, not with {parts.hostname}")
    if fault is None:
        return Wait(lr.waits.work(lambda: _ready(perform(request))))
    return Wait(_faulty(lr, request, fault))


def _ready(answer: Answer) -> Callable[[], Answer]:
    return lambda: answer


def _faulty(lr: Session, request: _Request, fault: HttpFault) -> int:
    """Makes the request if it reaches the server, then gives the plug-in what the fault makes of it."""
    if fault.kind == "refused":
        return lr.waits.later(0, _ready(_error("cannotConnectToHost", "The connection was refused", 61)))
    token = lr.waits.token()
    waited = request.timeout if fault.kind == "timeout" else fault.seconds
    if fault.kind == "slow" and fault.seconds > request.timeout:
        waited = request.timeout

    def finish(answer: Answer | None) -> None:
        result = _spoilt(answer, fault, timeout=request.timeout)
        if fault.kind == "status" and lr.faults.sign is not None:
            more = lr.faults.sign(dict(request.headers), request.url, fault.status, fault.body)
            result[1].update({n: {"field": f, "value": v} for n, (f, v) in enumerate(more.items(), 2)})
        lr.waits.later(waited, _ready(result), token)

    if not fault.reaches_server or fault.kind == "status":
        finish(None)
        return token

    def done(answer: Answer) -> Callable[[], tuple[()]]:
        def hand_over() -> tuple[()]:
            finish(answer)
            return ()

        return hand_over

    lr.waits.work(lambda: done(perform(request)))
    return token


def _spoilt(answer: Answer | None, fault: HttpFault, *, timeout: float) -> Answer:
    late = fault.kind == "slow" and fault.seconds > timeout
    if fault.kind == "timeout" or late:
        return _error("timedOut", "The request timed out", 60)
    if fault.kind == "status":
        length = Record("LrHttp.header", {"field": "Content-Length", "value": str(len(fault.body))})
        return fault.body, Record("LrHttp.headers", {"status": fault.status, 1: length})
    if fault.kind == "slow" and answer is not None:
        return answer
    return _error("networkConnectionLost", "The network connection was lost", 54)


def perform(request: _Request) -> Answer:
    """One HTTP request, without redirects, on a connection of its own."""
    parts = urlsplit(request.url)
    try:
        port = parts.port
    except ValueError:
        return _error("badURL", "The address is not valid", 0)
    if parts.scheme != "http" or not parts.hostname:
        return _error("badURL", "The address is not valid", 0)
    connection = http.client.HTTPConnection(parts.hostname, port or 80, timeout=request.timeout)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.putrequest(request.method, target, skip_accept_encoding=True)
        for field, value in request.headers:
            connection.putheader(field, value)
        if request.body is not None:
            connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body)
        response = connection.getresponse()
        body = response.read()
    except TimeoutError:
        return _error("timedOut", "The request timed out", 60)
    except socket.gaierror:
        return _error("cannotFindHost", "The host was not found", 8)
    except ConnectionRefusedError:
        return _error("cannotConnectToHost", "The connection was refused", 61)
    except (http.client.IncompleteRead, ConnectionError, http.client.RemoteDisconnected):
        return _error("networkConnectionLost", "The network connection was lost", 54)
    except (http.client.HTTPException, OSError) as problem:
        return _error("badServerResponse", str(problem), 0)
    finally:
        connection.close()
    headers: dict[Any, Any] = {
        number: Record("LrHttp.header", {"field": field, "value": value})
        for number, (field, value) in enumerate(response.getheaders(), 1)
    }
    headers["status"] = response.status
    return decode(body), Record("LrHttp.headers", headers)


def _error(code: str, name: str, native: int) -> Answer:
    error = Record("LrHttp.error", {"errorCode": code, "name": name, "nativeCode": native})
    return None, Record("LrHttp.headers", {"error": error})
