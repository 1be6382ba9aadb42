"""Another program on the service's port gets no token, is not trusted, and opens no page."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import canned_service
from couloir.service.http.proof import of_answer

IMPORT = "9" * 32
LIBRARY = {"id": "8" * 32, "path": "/Evil.aplibrary", "name": "Evil Library", "granted": True, "indexed": True}
INVENTED = {
    "verdict": "ok", "daemon": "0.1.0", "imports": [{"id": IMPORT, "library_name": "Evil Library", "state": "done"}],
    "libraries": [LIBRARY], "url": "file:///Applications/Evil.app", "id": IMPORT, "state": "done",
    "detail": "Evil detail", "advice": "Evil advice", "code": "evil",
}  # fmt: skip


@dataclass
class Impostor:
    """Answers everything with the same invention, and keeps what it was sent. `lies` are headers it adds."""

    status: int = 200
    lies: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    def server(self, port: int) -> ThreadingHTTPServer:
        """Take a port that a service has had."""
        impostor = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                impostor.heard.append(f"{self.command} {self.path}\n{self.headers}\n{sent}")
                body = json.dumps(INVENTED).encode()
                self.send_response(impostor.status)
                for name, value in impostor.lies.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer  # noqa: N815  (names of the standard library)

            def log_message(self, *arguments: Any) -> None:
                pass

        return ThreadingHTTPServer(("127.0.0.1", port), Handler)


@pytest.fixture
def take_place() -> Iterator[Callable[[Any, Impostor], None]]:
    """Ends a service and puts an impostor at its port."""
    servers: list[ThreadingHTTPServer] = []

    def take(daemon: Any, impostor: Impostor) -> None:
        port = json.loads((daemon.state / "daemon.json").read_bytes())["port"]
        daemon.kill()
        servers.append(impostor.server(port))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()

    yield take
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def usurper(shared_daemon: Any) -> Iterator[Impostor]:
    """Has the port of a service that has died, for all tests that only differ in what it answers."""
    impostor = Impostor()
    port = json.loads((shared_daemon.state / "daemon.json").read_bytes())["port"]
    shared_daemon.kill()
    with impostor.server(port) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield impostor
        server.shutdown()


def secret(daemon: Any) -> str:
    return str(json.loads((daemon.state / "daemon.json").read_bytes())["token"])


def assert_nothing_gained(lightroom: Any, impostor: Impostor, token: str) -> None:
    assert token not in "\n".join(impostor.heard)
    assert lightroom.opened == []
    assert "Evil" not in "\n".join(text for dialog in lightroom.dialogs for text in dialog.texts)


@pytest.mark.parametrize("lies", [{}, {"Couloir-Proof": "0" * 32}], ids=["no proof", "a false one"])
@pytest.mark.parametrize("status", [200, 401, 422, 500])
@pytest.mark.parametrize("menu", ["ReportMenu.lua", "ImportMenu.lua", "MarksMenu.lua"])
def test_an_impostor_in_a_dead_services_place_is_no_service(start, shared_daemon, usurper, menu, status, lies):
    usurper.status, usurper.lies, usurper.heard = status, lies, []
    lightroom = start(shared_daemon.home)
    lightroom.answer("Couloir's service is not running", "cancel")
    lightroom.run_menu(menu)
    assert usurper.heard
    assert_nothing_gained(lightroom, usurper, secret(shared_daemon))


@pytest.mark.parametrize("number", [2, 3])
def test_an_impostor_that_comes_in_the_middle_is_found_out_at_once(start, home, daemon, take_place, number):
    token, impostor = secret(daemon), Impostor()
    lightroom = start(home)
    lightroom.faults.at_request(number, lambda: take_place(daemon, impostor))
    lightroom.answer("Choose an Aperture library", ["/Some.aplibrary"])
    lightroom.answer(lambda dialog: dialog.kind == "confirm", "cancel")
    lightroom.run_menu("ImportMenu.lua")
    assert len(impostor.heard) == 1
    assert "Another program answers" in "\n".join(lightroom.dialogs[-1].texts)
    assert_nothing_gained(lightroom, impostor, token)


def test_an_answer_that_was_recorded_earlier_proves_nothing(start, home, daemon, take_place):
    """The impostor repeats the proof of a real answer, which was made of another nonce."""
    lightroom = start(home)
    lightroom.answer("Choose an Aperture library", None)
    lightroom.run_menu("ImportMenu.lua")
    port = json.loads((daemon.state / "daemon.json").read_bytes())["port"]
    token = secret(daemon)
    recorded = of_answer(token, port, "a-nonce-of-before", 200, json.dumps(INVENTED).encode())
    impostor = Impostor(lies={"Couloir-Proof": recorded})
    take_place(daemon, impostor)
    lightroom.answer("Couloir's service is not running", "cancel")
    lightroom.run_menu("ImportMenu.lua")
    assert_nothing_gained(lightroom, impostor, token)


@pytest.mark.parametrize(
    "url",
    [
        "file:///Applications/Evil.app",
        "http://127.0.0.1:1/report",
        "http://127.0.0.1:49213@evil.example/",
        "http://127.0.0.1:492130/report",
        "https://127.0.0.1:49213/report",
        "http://localhost:49213/report",
        "http://127.0.0.1:49213/ report",
        17,
    ],
)
def test_a_link_that_leads_elsewhere_is_not_opened(staged, url):
    """The address of the service that is told to play here is http://127.0.0.1:49213."""
    stage = staged()
    page = f"POST /v1/imports/{canned_service.IMPORT}/page"
    stage.service(
        {
            **canned_service.of_a_report(stage),
            page: {"id": "p"},
            "GET /v1/jobs/p": canned_service.done({}),
            f"{page}/link": {"url": url},
        }
    )

    def show(dialog: Any) -> Any:
        dialog.click("Show the photos in the browser")
        yield 1
        return "ok"

    stage.lightroom.answer("Report of the import", show)
    stage.play("ReportMenu.lua")
    assert stage.lightroom.opened == []
    assert "does not lead to Couloir's service" in "\n".join(stage.lightroom.dialogs[-1].texts)
