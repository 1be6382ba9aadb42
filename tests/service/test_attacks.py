"""Attacks by a web page, another user or a broken client over a real socket: none gets access or stops the service."""

from __future__ import annotations

import json
import resource
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

FORM = "application/x-www-form-urlencoded"
SECRET_PLACE = "/v1/health"


@pytest.fixture
def client(shared_client):
    return shared_client


def refused(answer: Any, status: int, code: str) -> None:
    """Every refusal is a problem document with a stable code and a next step, and gives nothing away."""
    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["advice"].strip()
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "host",
    [
        "evil.com",
        "127.0.0.1.evil.com",
        "127.0.0.1@evil.com",
        "evil.com:80",
        "localhost.evil.com",
        "127.0.0.2",
        "127.0.0.1:80:80",
        "[::1]",
        "0.0.0.0",
        "127.1",
        "LOCALHOST.",
        "",
        "127.0.0.1, evil.com",
    ],
)
@pytest.mark.parametrize("path", ["/ping", SECRET_PLACE, "/nowhere"])
def test_a_foreign_host_is_refused_everywhere(client, host, path):
    refused(client.call("GET", path, headers={"Host": host}), 403, "request.foreign-host")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:1", "localhost", "localhost:65535"])
def test_the_loopback_is_known_by_its_names_with_any_port(client, host):
    assert client.call("GET", SECRET_PLACE, headers={"Host": host}).status == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer the-token-of-this-test-0123456789-abcdefghij",
        "Bearer the-token-of-this-test-0123456789-abcdefghijkl",
        "Basic dGhlOnRva2Vu",
        "the-token-of-this-test-0123456789-abcdefghijk",
        "Bearer \xe4\xf6\xfc",
    ],
)
@pytest.mark.parametrize("path", [SECRET_PLACE, "/v1/jobs", "/v1/roots", "/v1/openapi.json", "/nowhere", "/"])
def test_nothing_but_ping_answers_without_the_token(client, authorization, path):
    answer = client.call("GET", path, headers={"Authorization": authorization})
    refused(answer, 401, "request.not-authorised")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_ping_answers_anybody_on_this_machine_and_says_nothing(client):
    answer = client.call("GET", "/ping", headers={"Authorization": None})
    assert (answer.status, answer.json) == (200, {"ok": True})


@pytest.mark.parametrize("where", ["?token={}", "?access_token={}", "?API_KEY={}", "?x={}", "/{}"])
@pytest.mark.parametrize("also_in_header", [True, False])
def test_a_token_in_the_address_is_refused_even_where_the_header_is_right(client, where, also_in_header):
    headers = {} if also_in_header else {"Authorization": None}
    answer = client.call("GET", SECRET_PLACE + where.format(client.token), headers=headers)
    refused(answer, 400, "request.token-in-url")
    assert client.token not in answer.body.decode()


@pytest.mark.parametrize("origin", ["https://evil.com", "null", "http://127.0.0.1:47811", ""])
@pytest.mark.parametrize(("method", "path"), [("GET", "/ping"), ("GET", SECRET_PLACE), ("POST", "/v1/roots")])
def test_any_origin_is_refused(client, origin, method, path):
    refused(client.call(method, path, headers={"Origin": origin}), 403, "request.cross-site")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "Cross-Site", "anything"])
def test_a_cross_site_fetch_is_refused(client, site):
    refused(client.call("GET", SECRET_PLACE, headers={"Sec-Fetch-Site": site}), 403, "request.cross-site")


@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_a_fetch_that_is_not_cross_site_passes(client, site):
    assert client.call("GET", SECRET_PLACE, headers={"Sec-Fetch-Site": site}).status == 200


def test_a_preflight_gets_no_permission(client):
    headers = {"Origin": "https://evil.com", "Access-Control-Request-Method": "POST", "Authorization": None}
    refused(client.call("OPTIONS", "/v1/roots", headers=headers), 403, "request.cross-site")


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x", "text/plain", "application/jsonp", "", None])
def test_a_body_that_is_not_declared_as_json_is_refused(client, tmp_path, kind):
    body = json.dumps({"path": str(tmp_path), "purpose": "destination"}).encode()
    answer = client.call("POST", "/v1/roots", raw=body, headers={"Content-Type": kind})
    refused(answer, 415, "request.not-json")
    assert client.get("/v1/roots").json == {"roots": []}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[", b'{"path": }', b"nonsense", b"\xff\xfe", b'{"path": "\xff"}', b"NaN", b"{} {}", b"\x00"],
)
def test_malformed_json_is_refused(client, body):
    answer = client.call("POST", "/v1/roots", raw=body)
    assert answer.status in {400, 422}
    refused(answer, answer.status, answer.json["code"])


@pytest.mark.parametrize("depth", [33, 1_000, 100_000, 1_000_000])
@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}"), ('["]",', "]")])
def test_deep_json_is_refused_before_it_is_decoded(client, depth, begin, end):
    body = (begin * depth + "1" + end * depth).encode()
    refused(client.call("POST", "/v1/roots", raw=b'{"path": ' + body + b"}"), 400, "request.malformed")


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        1,
        {},
        {"path": 1, "purpose": "library"},
        {"path": None, "purpose": "library"},
        {"path": ["/"], "purpose": "library"},
        {"path": "", "purpose": "library"},
        {"path": "/x", "purpose": "anything"},
        {"path": "/x", "purpose": "library", "more": 1},
        {"path": "x" * 5000, "purpose": "library"},
    ],
)
def test_wrong_types_are_refused_with_the_place_of_the_fault(client, body):
    answer = client.call("POST", "/v1/roots", raw=json.dumps(body).encode())
    refused(answer, 422, "request.invalid")
    assert answer.json["item"].startswith("$")


@pytest.mark.parametrize("query", ["", "?since=x", "?since=-1", "?since=1&since=2", "?other=1", f"?since={2**64}"])
def test_wrong_parameters_are_refused(client, query):
    path = f"/v1/jobs/{'0' * 32}{query}"
    answer = client.get(path)
    refused(answer, *((422, "request.invalid") if query else (404, "job.unknown")))


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/v1/../../etc/passwd",
        "/v1/jobs/../../../etc/passwd",
        "/v1/jobs/..%2f..%2f..%2fetc%2fpasswd",
        "/v1/jobs/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/v1/jobs/%00",
        "/static/../app.py",
        "//etc/passwd",
        "/v1/openapi.json/../../daemon.json",
        "/v1/jobs/" + "a" * 8000,
    ],
)
def test_a_path_in_the_address_leads_nowhere(client, path):
    refused(client.get(path), 404, "request.no-such-place")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "POST", "BREW"])
def test_a_method_that_a_place_does_not_take_is_refused(client, method):
    answer = client.call(method, SECRET_PLACE)
    refused(answer, 405, "request.wrong-method")
    assert "GET" in answer.headers["Allow"]


def test_a_get_with_a_body_is_refused(client):
    refused(client.call("GET", SECRET_PLACE, raw=b"{}"), 400, "request.malformed")


def _status_line(connection: socket.socket) -> bytes:
    """What comes back before the end; to hang up in the middle of a flood is as good as to answer."""
    try:
        return connection.recv(65536)
    except ConnectionError:
        return b""


def _flood(connection: socket.socket, pieces: Callable[[int], bytes], megabytes: int) -> int:
    sent = 0
    try:
        for _ in range(megabytes):
            piece = pieces(2**20)
            connection.sendall(piece)
            sent += len(piece)
    except OSError:
        pass  # the service hung up, as it should
    return sent


def _resident() -> int:
    """The most memory this process (the service runs in it) ever had, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


@pytest.mark.skipif(sys.platform == "win32", reason="getrusage is POSIX")
@pytest.mark.parametrize("chunked", [False, True])
def test_a_hundred_megabytes_are_refused_and_not_kept(client, chunked):
    before = _resident()
    head = (
        "POST /v1/roots HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {client.token}\r\n"
    )
    for _ in range(3):
        with client.connect() as connection:
            if chunked:
                connection.sendall((head + "Transfer-Encoding: chunked\r\n\r\n").encode())
                _flood(connection, lambda size: b"%x\r\n" % size + b"[" * size + b"\r\n", 100)
            else:
                connection.sendall((head + f"Content-Length: {100 * 2**20}\r\n\r\n").encode())
                _flood(connection, lambda size: b"[" * size, 100)
            answer = _status_line(connection)
            assert not answer or answer.startswith(b"HTTP/1.1 413"), answer[:100]
    assert _resident() - before < 64 * 2**20
    assert client.get(SECRET_PLACE).status == 200
    assert client.get("/v1/roots").json == {"roots": []}


def test_a_declared_hundred_megabytes_get_a_problem_document(client):
    answer = client.call("POST", "/v1/roots", raw=b"", headers={"Content-Length": str(100 * 2**20)})
    refused(answer, 413, "request.too-large")


def test_headers_without_end_are_refused(client):
    answer = client.call("GET", SECRET_PLACE, headers={"X-Long": "x" * 20_000})
    refused(answer, 431, "request.headers-too-large")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: -1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: x\r\nHost: 127.0.0.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\nHost: 127.0.0.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: 127.0.0.1\r\n\r\nZZ\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nBroken header\r\n\r\n",
    ],
)
def test_what_is_not_http_gets_a_problem_document(client, request_bytes):
    with client.connect() as connection:
        connection.sendall(request_bytes)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == b"400"
    assert json.loads(body)["code"] == "request.malformed"
    assert client.get("/ping").status == 200


def test_two_lengths_do_not_smuggle_a_second_request(client):
    smuggled = f"GET /v1/roots HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {client.token}\r\n\r\n"
    with client.connect() as connection:
        lengths = f"Content-Length: 0\r\nContent-Length: {len(smuggled)}\r\n"
        connection.sendall(f"GET /ping HTTP/1.1\r\nHost: 127.0.0.1\r\n{lengths}\r\n{smuggled}".encode())
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 400")
    assert b'"roots"' not in answer


def test_clients_that_trickle_do_not_keep_others_waiting(start):
    running = start(limits={"threads": 2, "request": 600})
    client = running.client
    slow = [client.connect() for _ in range(50)]
    try:
        for connection in slow:
            connection.sendall(b"POST /v1/roots HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{")
        for _ in range(20):
            for connection in slow:
                connection.sendall(b" ")
            assert client.get(SECRET_PLACE).status == 200
    finally:
        for connection in slow:
            connection.close()


def test_a_request_that_never_arrives_completely_is_given_up(start):
    client = start(limits={"request": 1}).client
    with client.connect() as connection:
        connection.sendall(b"GET /ping HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        stopped = threading.Event()

        def trickle() -> None:
            try:
                while not stopped.wait(0.1):
                    connection.sendall(b"X")
            except OSError:
                return

        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            assert _status_line(connection) == b""
        finally:
            stopped.set()
            thread.join()


def test_a_connection_that_says_nothing_is_closed(start):
    client = start(limits={"silence": 1}).client
    with client.connect() as connection:
        assert connection.recv(1) == b""


def test_two_hundred_clients_at_once_all_get_their_answer(client):
    def one(number: int) -> int:
        return client.get("/ping" if number % 2 else SECRET_PLACE).status

    with ThreadPoolExecutor(200) as pool:
        assert set(pool.map(one, range(400))) == {200}


def test_an_error_of_our_own_gives_no_path_and_no_traceback_away(start, caplog):
    def broken_routes(api, services):
        def broken():
            raise ZeroDivisionError("in /home/somebody/secret.py")

        api.get("/v1/broken", broken, "Breaks.", None)

    client = start(broken_routes).client
    answer = client.get("/v1/broken")
    refused(answer, 500, "internal")
    text = answer.body.decode()
    assert "secret" not in text
    assert "Traceback" not in text
    assert "ZeroDivision" not in text
    assert any(record.exc_info and "secret.py" in str(record.exc_info[1]) for record in caplog.records)


def test_every_answer_says_which_version_gave_it_and_under_which_id(client):
    ids = set()
    for answer in (client.get("/ping"), client.get("/nowhere"), client.call("GET", "/ping", headers={"Host": "x"})):
        assert answer.headers["Couloir-Version"]
        assert answer.headers["Couloir-Api"] == "1"
        ids.add(answer.headers["X-Request-Id"])
    assert len(ids) == 3
