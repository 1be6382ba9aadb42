"""Clients without the token, in any number, hold nothing that a client with the token needs."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from couloir.service.http import proof, strangers

HEAD = b"GET /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\n"
REFUSED = HEAD + b"Authorization: Bearer wrong\r\n\r\n"
NONCE = "0123456789abcdef"
HOSTILE: dict[str, Callable[[socket.socket], None]] = {
    "silent": lambda _connection: None,
    "refused": lambda connection: connection.sendall(REFUSED),
    "refused, ten at once": lambda connection: connection.sendall(REFUSED * 10),
    "an unfinished header": lambda connection: connection.sendall(HEAD),
    "an unfinished body": lambda connection: connection.sendall(
        HEAD.replace(b"GET", b"POST") + b"Content-Length: 1000\r\n\r\n{"
    ),
    "a ping": lambda connection: connection.sendall(b"GET /ping HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
    "no HTTP": lambda connection: connection.sendall(b"\x16\x03\x01\x02\r\n\r\n"),
}


def _closed(connection: socket.socket) -> bytes:
    """What the service still says until it closes the connection; it hangs, and fails, when it does not close it."""
    parts = []
    try:
        while data := connection.recv(65536):
            parts.append(data)
    except ConnectionError:
        pass
    return b"".join(parts)


@pytest.mark.parametrize("kind", HOSTILE)
def test_ten_times_as_many_strangers_as_there_are_places_keep_nobody_out(start: Any, kind: str) -> None:
    client = start(limits={"connections": 20}).client
    with ExitStack() as stack:
        for _ in range(200):
            HOSTILE[kind](stack.enter_context(client.connect()))
        for _ in range(10):
            assert client.get("/v1/jobs").status == 200
            HOSTILE[kind](stack.enter_context(client.connect()))


def test_a_client_that_has_proven_itself_keeps_its_connection(start: Any) -> None:
    """An hour's worth of strangers later it goes on with the connection that it has."""
    client = start(limits={"connections": 10}).client
    for headers in (
        {"Authorization": f"Bearer {client.token}"},
        {"Authorization": f"Couloir {proof.of_request(client.token, client.port, NONCE)}", "Couloir-Nonce": NONCE},
    ):
        kept = http.client.HTTPConnection("127.0.0.1", client.port, timeout=30)
        with ExitStack() as stack:
            stack.callback(kept.close)
            for _ in range(3):
                kept.request("GET", "/v1/jobs", headers=headers)
                answer = kept.getresponse()
                answer.read()
                assert (answer.status, answer.getheader("Connection")) == (200, None)
                for _ in range(30):
                    stack.enter_context(client.connect()).sendall(REFUSED)


@pytest.mark.parametrize("kind", ["refused", "refused, ten at once", "a ping", "no HTTP"])
def test_a_strangers_answer_closes_the_connection(shared_client: Any, kind: str) -> None:
    with shared_client.connect() as connection:
        HOSTILE[kind](connection)
        answer = _closed(connection)
    assert answer.count(b"HTTP/1.") == 1
    assert b"Connection: close" in answer


def test_a_refused_request_in_a_proven_connection_keeps_it_open(shared_client: Any) -> None:
    kept = http.client.HTTPConnection("127.0.0.1", shared_client.port, timeout=30)
    for path, status in (("/v1/jobs", 200), ("/nowhere", 404), ("/v1/jobs?limit=x", 422), ("/v1/jobs", 200)):
        kept.request("GET", path, headers={"Authorization": f"Bearer {shared_client.token}"})
        answer = kept.getresponse()
        answer.read()
        assert answer.status == status
        assert kept.sock is not None
    kept.close()


def test_a_stranger_that_trickles_is_cut_off_after_a_few_pieces(shared_client: Any) -> None:
    with shared_client.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(HEAD + b"X: ")
        with pytest.raises(ConnectionError):  # noqa: PT012  (any of many pieces)
            for _ in range(100 * strangers.STRANGER_READS):
                connection.sendall(b"x")
                time.sleep(0.002)  # so that each is a piece of its own


@pytest.mark.parametrize("kind", ["silent", "an unfinished header", "an unfinished body"])
def test_a_stranger_gets_a_few_seconds(start: Any, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(strangers, "STRANGER_SECONDS", 0.2)
    client = start().client
    with client.connect() as connection:
        HOSTILE[kind](connection)
        assert _closed(connection) == b""


def test_a_client_whose_token_is_known_may_take_its_time(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "STRANGER_SECONDS", 0.2)
    client = start().client
    body = b'{"path": "/nowhere", "purpose": "library"}'
    head = f"POST /v1/roots HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {client.token}\r\n"
    with client.connect() as connection:
        connection.sendall(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        for number in range(len(body)):
            connection.sendall(body[number : number + 1])
            time.sleep(0.03)
        assert connection.recv(65536).startswith(b"HTTP/1.1 4")
