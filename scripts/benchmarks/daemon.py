"""The service as its user meets it: its own process, a real socket, a generated library."""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks.rows import Row
from couloir.service.process import runtime
from couloir.service.process.settings import Limits
from sample_library import build_library

MASTERS = 3000
BATCHES = (1, 10, 100)
SECONDS = 4.0  # of asking, for each figure
CLIENTS = 8
STARTS = 7
HOSTILE = 1000
ASKED = 200
PATIENCE = 120.0
PROJECT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Client:
    """One connection that is kept open, as Lightroom's own HTTP keeps it."""

    connection: http.client.HTTPConnection
    token: str

    def ask(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        return json.loads(self.send(method, path, data))

    def send(self, method: str, path: str, data: bytes | None = None) -> bytes:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.connection.request(method, path, data, headers if data is not None else dict(list(headers.items())[:1]))
        response = self.connection.getresponse()
        answer = response.read()
        if response.status >= 400:
            raise RuntimeError(f"{method} {path} answered {response.status}: {answer[:300]!r}")
        return answer


def measure() -> Sequence[Row]:
    """Every figure of the service. Takes about two minutes."""
    with tempfile.TemporaryDirectory(prefix="couloir-bench-") as folder:
        place = Path(folder)
        library = place / "Bench.aplibrary"
        build_library(library, masters=MASTERS, pictures="none", write_plists=False)
        return [*_derivations(place, library), *_starts(place), _quiet_start(place), *besieged(place)]


# Photos a second


def _derivations(place: Path, library: Path) -> Iterator[Row]:
    with service(place / "state") as connect, connect() as client:
        client.ask("POST", "/v1/roots", {"path": str(library), "purpose": "library"})
        number = _finished(client, client.ask("POST", "/v1/libraries", {"path": str(library)})["id"])["id"]
        photos = _photos(client, number)
        items = [{"library": number, "version": photo["uuid"]} for photo in photos]
        described = [{"library": number, "photo": _as_lightroom_knows(photo)} for photo in photos]
        bodies = {size: _bodies(items, size) for size in BATCHES}
        client.send("POST", "/v1/derivations", bodies[1][0])  # loads the model
        sizes = {size: len(client.send("POST", "/v1/derivations", bodies[size][0])) for size in BATCHES}
        speeds = {size: _photos_a_second(client, "/v1/derivations", bodies[size], size) for size in BATCHES}
        by_file = _photos_a_second(client, "/v1/derivations", _bodies(described, 100), 100)
        latency = _p99(connect, "/v1/derivations", bodies[1])
    floors, floor_latency = {}, 0.0
    for size in BATCHES:
        with _floor(place, sizes[size]) as connect, connect() as client:
            floors[size] = _photos_a_second(client, "/", bodies[size], size)
            if size == 1:
                floor_latency = _p99(connect, "/", bodies[1])
    for size in BATCHES:
        name = f"derive, batches of {size}"
        yield Row(f"floor, batches of {size} ({sizes[size]:,} bytes an answer)", floors[size], "photos/s")
        if size == max(BATCHES):
            holds = speeds[size] >= 1000 or speeds[size] >= floors[size] / 2
            yield Row(name, speeds[size], "photos/s", "at least 1,000, or half the floor", holds)
        else:
            yield Row(name, speeds[size], "photos/s")
    yield Row("derive, batches of 100, found by file name, time and size", by_file, "photos/s")
    yield Row(f"p99 latency of one photo with {CLIENTS} clients", latency * 1000, "ms")
    yield Row(f"p99 latency of the floor with {CLIENTS} clients", floor_latency * 1000, "ms")
    with service(place / "state") as connect, connect() as client:
        unread = _bodies(items, 100)
        began = time.perf_counter()
        for body in unread:
            client.send("POST", "/v1/derivations", body)
        speed = len(items) / (time.perf_counter() - began)
    yield Row("derive, batches of 100, after a restart: nothing in memory", speed, "photos/s")


def _photos(client: Client, library: str) -> list[dict[str, Any]]:
    photos: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = client.ask("GET", f"/v1/libraries/{library}/photos?limit=500&after={after}")
        photos += page["photos"]
        after = page["next"]
    return photos


def _as_lightroom_knows(photo: dict[str, Any]) -> dict[str, Any]:
    known = {name: photo[name] for name in ("file_name", "captured", "camera", "width", "height") if photo[name]}
    return {**known, "copy_name": photo["name"], "format": "RAW" if photo["raw"] else "JPG"}


def _bodies(items: Sequence[object], size: int) -> list[bytes]:
    """Requests that hold each item once, in groups of `size`."""
    return [json.dumps({"items": items[n : n + size]}).encode() for n in range(0, len(items) - size + 1, size)]


def _photos_a_second(client: Client, path: str, bodies: Sequence[bytes], size: int) -> float:
    """Asks one request after another, different ones as long as there are some, for SECONDS."""
    asked = 0
    began = time.perf_counter()
    for body in cycle(bodies):
        client.send("POST", path, body)
        asked += 1
        if time.perf_counter() - began >= SECONDS:
            break
    return asked * size / (time.perf_counter() - began)


def _p99(connect: Callable[[], Any], path: str, bodies: Sequence[bytes]) -> float:
    """Seconds within which 99 of 100 requests are answered while CLIENTS ask at once."""
    took: list[float] = []
    ends = time.perf_counter() + SECONDS

    def ask(first: int) -> None:
        with connect() as client:
            for body in islice(cycle(bodies), first, None):
                began = time.perf_counter()
                client.send("POST", path, body)
                took.append(time.perf_counter() - began)
                if time.perf_counter() >= ends:
                    return

    threads = [threading.Thread(target=ask, args=(n * 100,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statistics.quantiles(took, n=100)[-1]


def _finished(client: Client, job: str) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = client.ask("GET", f"/v1/jobs/{job}")
        if found["state"] == "done":
            return found["result"]
        if found["state"] not in ("queued", "running"):
            raise RuntimeError(f"the job is {found['state']}: {found['problem']}")
        time.sleep(0.1)
    raise RuntimeError(f"the job did not end within {PATIENCE:g} seconds")


# Starting


def _starts(place: Path) -> Iterator[Row]:
    ours, theirs = [], []
    for number in range(STARTS + 1):
        state = place / f"start-{number}"
        began = time.perf_counter()
        with service(state) as connect, connect() as client:
            client.send("GET", "/ping")
            ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import flask, waitress"], check=True)
        theirs.append(time.perf_counter() - began)
    # The first of each filled the system's cache of files.
    start, imports = statistics.median(ours[1:]), statistics.median(theirs[1:])
    yield Row('python -c "import flask, waitress"', imports * 1000, "ms")
    yield Row("couloir serve, from its start to the first answered /ping", start * 1000, "ms")
    yield Row("the second in units of the first", start / imports, "times", "at most 3", start <= 3 * imports)


def _quiet_start(place: Path) -> Row:
    """Whether onnxruntime stays out of a service that has answered /ping and /v1/health and derived nothing."""
    imported = place / "imports.txt"
    with (
        imported.open("wb") as errors,
        service(place / "quiet", "-X", "importtime", errors=errors) as connect,
        connect() as client,
    ):
        client.send("GET", "/ping")
        client.send("GET", "/v1/health")
    text = imported.read_text(encoding="utf-8", errors="replace")
    if "waitress" not in text:
        raise RuntimeError("Python did not list its imports")
    count = sum("onnxruntime" in line for line in text.splitlines())
    return Row("imports of onnxruntime before the first photo", count, "modules", "none", count == 0)


# Hostile clients


def besieged(place: Path) -> Iterator[Row]:
    """How long a client with the token waits, a new connection for each request as Lightroom makes them."""
    for kind in ("silent", "refused", "trickling", "unfinished"):
        with service(place / f"besieged-{kind}") as connect:
            with connect() as client:
                port = client.connection.port
            crowd = [sys.executable, str(Path(__file__).with_name("hostile.py")), str(port), kind, str(HOSTILE)]
            with _process(crowd, subprocess.DEVNULL):
                time.sleep(3)  # until they are all there
                took = [_one(connect) for _ in range(ASKED)]
        p99 = statistics.quantiles(took, n=100)[-1] * 1000
        name = f"p99 of GET /v1/jobs beside {HOSTILE:,} {kind} strangers"
        yield Row(name, p99, "ms", "under 1,000", p99 < 1000)


def _one(connect: Callable[[], Any]) -> float:
    began = time.perf_counter()
    with connect() as client:
        client.send("GET", "/v1/jobs")
    return time.perf_counter() - began


# Processes


@contextmanager
def service(state: Path, *interpreter: str, errors: Any = subprocess.DEVNULL) -> Iterator[Callable[[], Any]]:
    """`couloir serve` in a process of its own; gives what opens a connection to it."""
    command = [sys.executable, *interpreter, "-m", "couloir", "serve", "--state-dir", str(state), "--port", "0"]
    with _process(command, errors) as process:

        def published() -> runtime.RuntimeInfo | None:
            info = runtime.read(state / "daemon.json")
            return info if info is not None and info.pid == process.pid else None

        info = _waited(published, process)
        yield lambda: _connection(info.port, info.token)


@contextmanager
def _floor(place: Path, size: int) -> Iterator[Callable[[], Any]]:
    port_file = place / f"floor-{size}"
    command = [sys.executable, str(Path(__file__).with_name("floor.py")), str(port_file), str(size)]
    with _process([*command, str(Limits().threads)], subprocess.DEVNULL) as process:
        port = int(_waited(lambda: port_file.exists() and port_file.read_text(encoding="ascii"), process))
        yield lambda: _connection(port, "")


@contextmanager
def _process(command: Sequence[str], errors: Any) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "daemon")}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


@contextmanager
def _connection(port: int, token: str) -> Iterator[Client]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        yield Client(connection, token)
    finally:
        connection.close()


def _waited(condition: Callable[[], Any], process: subprocess.Popen[bytes]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        time.sleep(0.002)
    raise RuntimeError(f"{process.args!r} did not answer")
