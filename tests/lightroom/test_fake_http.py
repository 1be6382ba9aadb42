"""LrHttp speaks real HTTP with this machine, answers in Lightroom's form, and can be made to fail."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from fake_lightroom import Faults, HttpFault, PluginFailed, RuleBroken


class _Echo(BaseHTTPRequestHandler):
    """Answers with the method, the Content-Type and the body that it got; /teapot with 418, /cut with half a body."""

    def _answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        reply = f"{self.command} {self.headers.get('Content-Type')} ".encode() + body
        self.send_response(418 if self.path == "/teapot" else 200)
        self.send_header("Content-Length", str(len(reply) + (50 if self.path == "/cut" else 0)))
        self.send_header("X-Kind", "echo")
        self.end_headers()
        self.wfile.write(reply)

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    echo = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    echo.seen = []
    thread = threading.Thread(target=echo.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield echo
    echo.shutdown()
    thread.join()
    echo.server_close()


@pytest.fixture
def ask(start, said, server):
    """Runs one LrHttp call (URL stands for the server) and tells body, status, and error code."""

    def run(call, **more):
        url = f"http://127.0.0.1:{server.server_port}"
        lightroom = start(
            f"""
            local body, headers = {call.replace("URL", url)}
            say(body, headers and headers.status, headers and headers.error and headers.error.errorCode)
            """,
            **more,
        )
        lightroom.run_menu("Go")
        return said(lightroom)[0]

    return run


def test_get_gives_body_and_headers(ask, start, server, said):
    assert ask("LrHttp.get('URL/x', { { field = 'X-A', value = 'b' } }, 5)") == "GET None  200 nil"
    assert server.seen[0][2]["X-A"] == "b"


def test_headers_are_an_array_of_fields(start, server, said):
    lightroom = start(
        f"""
        local _, headers = LrHttp.get("http://127.0.0.1:{server.server_port}/", {{}}, 5)
        for _, header in ipairs(headers) do if header.field == "X-Kind" then say(header.value) end end
        """
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["echo"]


def test_post_adds_text_plain_unless_told_otherwise(ask):
    assert ask("LrHttp.post('URL/', 'hi')") == "POST text/plain hi 200 nil"
    json = "{ { field = 'Content-Type', value = 'application/json' } }"
    assert ask(f"LrHttp.post('URL/', 'hi', {json}, 'PUT', 5)") == "PUT application/json hi 200 nil"
    skip = "{ { field = 'Content-Type', value = 'skip' } }"
    assert ask(f"LrHttp.post('URL/', 'hi', {skip}, 'DELETE', 5)") == "DELETE None hi 200 nil"


def test_a_body_may_come_in_chunks_and_hold_any_byte(ask, server):
    chunks = "local n = 0; return function() n = n + 1; if n < 3 then return '\\0\\255' end end"
    ask(f"LrHttp.post('URL/', (function() {chunks} end)())")
    assert server.seen[0][3] == b"\0\xff\0\xff"


def test_an_http_error_still_has_its_body(ask):
    assert ask("LrHttp.get('URL/teapot', {}, 5)") == "GET None  418 nil"


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        ("LrHttp.post('URL/', 'x', {}, 30)", "4th argument is the HTTP method"),
        ("LrHttp.post('URL/', 'x', {}, 'PATCH')", "not known whether"),
        ("LrHttp.post('URL/', 'x', {}, 'POST', '30')", "timeout is a number"),
        ("LrHttp.post('URL/', { a = 1 })", "body must be a string"),
        ("LrHttp.post('URL/', 'x', { ['X-A'] = 'b' })", "headers is an array"),
        ("LrHttp.post('URL/', 'x', { { field = 'X-A', value = 5 } })", "strings field and value"),
        ("LrHttp.get('http://example.com/')", "only with this machine"),
        ("LrHttp.get(5)", "url must be a string"),
    ],
)
def test_arguments_that_lightroom_would_swallow_are_refused(ask, server, call, complaint):
    with pytest.raises(RuleBroken, match=complaint):
        ask(call)
    assert server.seen == []


def test_requests_need_a_task(start):
    with pytest.raises(PluginFailed, match="We can only wait from within a task"):
        start(go="LrHttp.get('http://127.0.0.1:1/')").run_menu("Go")


def test_transport_errors_come_in_lightrooms_form(ask):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        assert ask(f"LrHttp.get('http://127.0.0.1:{port}/', {{}}, 2)") == "nil nil cannotConnectToHost"
    assert ask("LrHttp.get('URL/cut', {}, 5)") == "nil nil networkConnectionLost"
    assert ask("LrHttp.get('nonsense', {}, 5)") == "nil nil badURL"


def test_a_server_that_never_answers_times_out(ask):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        assert ask(f"LrHttp.get('http://127.0.0.1:{mute.getsockname()[1]}/', {{}}, 0.1)") == "nil nil timedOut"


@pytest.mark.parametrize(
    ("fault", "answer", "reached"),
    [
        (HttpFault("refused"), "nil nil cannotConnectToHost", 0),
        (HttpFault("timeout"), "nil nil timedOut", 1),
        (HttpFault("timeout", reaches_server=False), "nil nil timedOut", 0),
        (HttpFault("cut"), "nil nil networkConnectionLost", 1),
        (HttpFault("lost"), "nil nil networkConnectionLost", 1),
        (HttpFault("status", status=500, body="oops"), "oops 500 nil", 0),
        (HttpFault("slow", seconds=3), "GET None  200 nil", 1),
        (HttpFault("slow", seconds=30), "nil nil timedOut", 1),
    ],
)
def test_faults_strike_whether_or_not_the_server_saw_the_request(ask, server, fault, answer, reached):
    faults = Faults()
    faults.http(fault, url="GET ")
    assert ask("LrHttp.get('URL/', {}, 5)", faults=faults) == answer
    assert len(server.seen) == reached


def test_a_fault_can_be_meant_for_the_nth_request(start, server, said):
    faults = Faults()
    faults.http(HttpFault("refused"), nth=2)
    lightroom = start(
        f"for i = 1, 3 do say((LrHttp.get('http://127.0.0.1:{server.server_port}/', {{}}, 5)) ~= nil) end",
        faults=faults,
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["true", "false", "true"]
    assert (lightroom.counters.http_requests, lightroom.counters.http) == (3, {"GET /": 3})


def test_other_tasks_run_while_a_request_is_under_way(start, said):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        lightroom = start(
            f"""
            local turns, waiting = 0, true
            LrTasks.startAsyncTask(function() while waiting do LrTasks.sleep(0.01); turns = turns + 1 end end)
            LrHttp.get("http://127.0.0.1:{mute.getsockname()[1]}/", {{}}, 0.2)
            waiting = false
            say(turns > 3, turns < 25)
            """
        )
        lightroom.run_menu("Go")
    assert said(lightroom) == ["true true"]
