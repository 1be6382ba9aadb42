"""A real service on a real socket, and well-behaved and badly behaved clients."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import Headers

from couloir.aperture.safe_sqlite import Database
from couloir.aperture.versions import VersionReader
from couloir.service.app import create_app
from couloir.service.http.server import Server, listen
from couloir.service.jobs.jobs import Jobs
from couloir.service.jobs.journal import Journal
from couloir.service.libraries.roots import Roots
from couloir.service.process import runtime
from couloir.service.process.settings import ServiceSettings
from couloir.service.services import Resource, Services
from sample_library import Manifest, build_library

DAEMON = Path(__file__).resolve().parents[2] / "daemon"
TOKEN = "the-token-of-this-test-0123456789-abcdefghijk"
PATIENCE = 20.0


def wait_until(condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """The first true value of `condition`; fails loudly when there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"did not come true within {seconds} s: {condition}")


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    return wait_until


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Speaks HTTP to 127.0.0.1:port, politely by default."""

    port: int
    token: str

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str | None] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        """`headers` override the polite ones; None leaves one out."""
        polite: dict[str, str | None] = {"Authorization": f"Bearer {self.token}"}
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
        if data is not None:
            polite["Content-Type"] = "application/json"
        sent = {name: value for name, value in {**polite, **(headers or {})}.items() if value is not None}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.putrequest(method, path, skip_host="Host" in (headers or {}), skip_accept_encoding=True)
            for name, value in sent.items():
                connection.putheader(name, value)
            if data is not None and "Content-Length" not in sent:
                connection.putheader("Content-Length", str(len(data)))
            connection.endheaders(data)
            response = connection.getresponse()
            return Answer(response.status, Headers(response.getheaders()), response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, headers=headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.call("POST", path, body=body, headers=headers)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)


@dataclass
class Running:
    """A service in this process, on a real socket."""

    client: Client
    services: Services
    server: Server


@contextmanager
def run_service(settings: ServiceSettings, *resources: Resource) -> Iterator[Running]:
    runtime.prepare_folder(settings.state_dir)
    limits = settings.limits
    with ExitStack() as stack:
        journal = Journal(settings.journal_file)
        stack.callback(journal.close)
        jobs = Jobs(journal, limits.jobs_at_once, limits.jobs_queued)
        services = Services(settings=settings, token=TOKEN, jobs=jobs, roots=Roots(settings.roots_file))
        stack.callback(services.close)
        stack.callback(jobs.stop, 10)
        server = Server(create_app(services, resources), listen(0), limits)
        jobs.recover()
        thread = threading.Thread(target=server.run)
        thread.start()
        stack.callback(thread.join, 20)
        stack.callback(server.stop)
        yield Running(Client(server.port, TOKEN), services, server)


@pytest.fixture(scope="module")
def shared_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of one service that a whole module of tests attacks: what one leaves behind, the next would meet."""
    with run_service(ServiceSettings(state_dir=tmp_path_factory.mktemp("service") / "state", port=0)) as running:
        yield running.client


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    return ServiceSettings(state_dir=tmp_path / "state", port=0)


@pytest.fixture
def start(settings: ServiceSettings) -> Iterator[Callable[..., Running]]:
    """Start a service in this process: `start(resource, ..., limits={...})`."""
    with ExitStack() as stack:

        def begin(*resources: Resource, limits: Mapping[str, Any] | None = None) -> Running:
            chosen = replace(settings, limits=replace(settings.limits, **(limits or {})))
            return stack.enter_context(run_service(chosen, *resources))

        yield begin


@pytest.fixture
def running(start: Callable[..., Running]) -> Running:
    return start()


@pytest.fixture
def client(running: Running) -> Client:
    return running.client


@dataclass(frozen=True)
class Sample:
    """A generated library and its manifest."""

    path: Path
    manifest: Manifest


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A sound library of 90 masters with tiny pictures. Never written to."""
    folder = tmp_path_factory.mktemp("sample")
    manifest = build_library(folder / "Sound.aplibrary", masters=90, references=folder / "Volumes", write_plists=False)
    return Sample(folder / "Sound.aplibrary", manifest)


def job_done(client: Client, answer: Answer, seconds: float = PATIENCE) -> Any:
    """The result of the job that `answer` started; fails with its problem when it does not end well."""
    assert answer.status == 202, answer.body

    def ended() -> Any:
        job = client.get(f"/v1/jobs/{answer.json['id']}").json
        assert job["state"] not in ("failed", "cancelled"), job
        return job if job["state"] == "done" else None

    return wait_until(ended, seconds)["result"]


@pytest.fixture(scope="session")
def done() -> Callable[..., Any]:
    return job_done


def open_library(client: Client, path: Path) -> str:
    """Open a library to the service and wait for its pre-flight; returns its id."""
    assert client.post("/v1/roots", {"path": str(path), "purpose": "library"}).status == 200
    return str(job_done(client, client.post("/v1/libraries", {"path": str(path)}))["id"])


@pytest.fixture(scope="session")
def opened() -> Callable[[Client, Path], str]:
    return open_library


@dataclass
class Process:
    """A service in a process of its own, as a user starts it."""

    popen: subprocess.Popen[str]
    state_dir: Path

    @property
    def info(self) -> runtime.RuntimeInfo:
        def mine() -> runtime.RuntimeInfo | None:
            assert self.popen.poll() is None, f"the service ended: {self.popen.communicate()}"
            info = runtime.read_live(self.state_dir / "daemon.json")
            return info if info is not None and info.pid == self.popen.pid else None

        found: runtime.RuntimeInfo = wait_until(mine)
        return found

    @property
    def client(self) -> Client:
        return Client(self.info.port, self.info.token)

    def kill(self) -> None:
        self.popen.kill()
        self.popen.wait(20)

    def terminate(self) -> int:
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(20)


PROGRAM = """
import sys
from pathlib import Path
from couloir.service.serve import serve
from couloir.service.process.settings import ServiceSettings

{extra}
sys.exit(serve(ServiceSettings(state_dir=Path(sys.argv[1]), port=0, {options}), resources={resources}))
"""


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Start a service in its own process: `launch(extra=source, resources="[name]", options="idle_exit=1")`."""
    started: list[Process] = []

    def begin(extra: str = "", resources: str = "[]", options: str = "", state: Path | None = None) -> Process:
        state_dir = state or tmp_path / "state"
        program = PROGRAM.format(extra=extra, resources=resources, options=options)
        popen = subprocess.Popen(
            [sys.executable, "-c", program, str(state_dir)],
            env={**os.environ, "PYTHONPATH": str(DAEMON), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        process = Process(popen, state_dir)
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.popen.poll() is None:
            process.kill()
        process.popen.communicate()


@pytest.fixture
def slow_library(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Make every library slow from now on: `seconds` for each statement, and for each version that is taken apart."""

    def slow(seconds: float) -> None:
        fetch, read = Database._fetch, VersionReader.read

        def slowly_fetched(*arguments: Any) -> Any:
            time.sleep(seconds)
            return fetch(*arguments)

        def slowly_read(*arguments: Any, **more: Any) -> Iterator[Any]:
            for version in read(*arguments, **more):
                time.sleep(seconds)
                yield version

        monkeypatch.setattr(Database, "_fetch", slowly_fetched)
        monkeypatch.setattr(VersionReader, "read", slowly_read)

    return slow
