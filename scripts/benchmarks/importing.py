"""What an import costs beside Lightroom: processor time, files in temporary folders, the ledger.

COULOIR_BENCH_MASTERS are the originals of the generated library (2,000), COULOIR_BENCH_DAEMON the `daemon` folder of
another version, to be measured in the same way. Temporary files are seen where /proc shows what a process has open.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.rows import Row
from sample_library import build_library

MASTERS = int(os.environ.get("COULOIR_BENCH_MASTERS", "2000"))
DAEMON = Path(os.environ.get("COULOIR_BENCH_DAEMON", Path(__file__).resolve().parents[2] / "daemon"))
LIBRARY = 100_000  # originals of the library that the targets are of
BATCH = 50
FEW = 20  # originals of the library whose opening loads the code, as the start of a command does
_LOOK = 0.02  # seconds between two looks at a process's files
_MB = 1e6


@dataclass
class Cost:
    """Of one process: seconds of processor time, and the most bytes that its temporary files had at once."""

    processor: float = 0.0
    temporary: int = 0
    output: str = ""


def measure() -> Sequence[Row]:
    """One import of a generated library with small pictures, from the plan to `verify`."""
    with tempfile.TemporaryDirectory(prefix="couloir-bench-") as folder:
        home = Path(folder)
        library, destination = home / "Bench.aplibrary", home / "Imported"
        build_library(library, masters=MASTERS, pictures="tiny", write_plists=False, lean=True)
        few = home / "Few.aplibrary"
        build_library(few, masters=FEW, pictures="tiny", write_plists=False, lean=True)
        start = _run(home, "-c", "import couloir.cli.migrate").processor
        to = ("--to", str(destination))
        plan = _run(home, "-m", "couloir", "migrate", str(library), *to, "--dry-run", "--json", accept=(0, 41))
        silence = float(_run(home, str(Path(__file__).with_name("silence.py")), str(library), str(destination)).output)
        loading, opening, asking, answering = _imported(home, few, library, destination)
        ledger = (destination / ".couloir" / "ledger.sqlite3").stat().st_size
        again = _run(home, "-m", "couloir", "migrate", str(library), *to, "--dry-run", "--json", accept=(0, 41))
        check = _run(home, "-m", "couloir", "verify", str(destination), accept=(0, 40, 42))
    each = 1000 / MASTERS
    return [
        Row("originals of the library", MASTERS, "originals"),
        _held("plan: processor time", (plan.processor - start) * each, "ms an original", 1.52),
        _held("plan: temporary files", plan.temporary / _MB, "MB", 100 * MASTERS / LIBRARY + 1),
        _held("plan over a finished import: temporary files", again.temporary / _MB, "MB", 100 * MASTERS / LIBRARY + 1),
        _held("plan: longest time without a movement of the bar", silence, "s", 1.0),
        Row(f"opening a first library of {FEW} originals in the service: processor time", loading, "s"),
        _held("opening in the service: processor time", opening * each, "ms an original", 0.40),
        _held(f"asking for {BATCH} photos: processor time", mean(asking) * 1000, "ms", 325.0),
        _held(f"answering for {BATCH} photos: processor time", mean(answering) * 1000, "ms", 175.0),
        _held("ledger", ledger / MASTERS / 1000, "kB an original", 3.0),
        Row("verify: processor time", (check.processor - start) * each, "ms an original"),
        _held("verify: temporary files", check.temporary / _MB, "MB", 1.0),
    ]


def _held(name: str, value: float, unit: str, most: float) -> Row:
    return Row(name, value, unit, f"at most {most:.2f}", value <= most)


# A process


def _run(home: Path, *arguments: str, accept: Sequence[int] = (0,)) -> Cost:
    with _started(home, *arguments) as (process, cost):
        output = process.communicate()[0]
    if process.returncode not in accept:
        raise RuntimeError(f"{arguments[:3]} ended with {process.returncode}")
    cost.output = output.decode()
    return cost


@contextmanager
def _started(home: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], Cost]]:
    """A Python process of the version that is measured, and what it has cost when it has ended."""
    temporary = home / "temporary"
    temporary.mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(DAEMON), "TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)}
    process = subprocess.Popen([sys.executable, *arguments], env=environment, stdout=subprocess.PIPE)
    cost, ended = Cost(), threading.Event()

    def look() -> None:
        while not ended.wait(_LOOK):
            cost.temporary = max(cost.temporary, _temporary(process.pid, temporary))
            cost.processor = max(cost.processor, _processor(process.pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield process, cost
    finally:
        ended.set()
        watcher.join()


def _temporary(pid: int, folder: Path) -> int:
    """Bytes in a folder, and in the files without a name that a process has open."""
    sizes: dict[int, int] = {}
    places = [each for each in folder.rglob("*") if each.is_file()]
    for opened in (*Path(f"/proc/{pid}/fd").glob("*"), *places):
        try:
            status = opened.stat()
            if opened in places or opened.readlink().name.endswith("(deleted)"):
                sizes[status.st_ino] = status.st_size
        except OSError:
            continue  # it was closed, or has ended, meanwhile
    return sum(sizes.values())


def _processor(pid: int) -> float:
    """Seconds of processor time of a process so far; 0 for one that has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# The import


@dataclass
class _Client:
    """The plug-in's side, which takes all that it is given."""

    port: int
    token: str
    pid: int
    spent: list[float] = field(default_factory=list)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        before = _processor(self.pid)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        answer = response.read()
        connection.close()
        if response.status >= 400:
            raise RuntimeError(f"{method} {path} answered {response.status}: {answer[:300]!r}")
        self.spent.append(_processor(self.pid) - before)
        return json.loads(answer)

    def wait_for(self, job: Any) -> None:
        while job["state"] not in ("done", "failed", "cancelled"):
            time.sleep(0.2)
            job = self.ask("GET", f"/v1/jobs/{job['id']}")
        if job["state"] != "done":
            raise RuntimeError(f"a job ended as {job}")


def _imported(home: Path, few: Path, library: Path, destination: Path) -> tuple[float, float, list[float], list[float]]:
    """Seconds of processor time: of opening the small library, with which the service loads its code, of opening the
    large one, of asking for each full batch, and of answering for it.
    """
    destination.mkdir(exist_ok=True)
    state = home / "state"
    serve = ("-m", "couloir", "serve", "--state-dir", str(state), "--port", "0")
    with _started(home, *serve) as (process, _cost):
        try:
            client = _client(state, process)
            for path, purpose in ((few, "library"), (library, "library"), (destination, "destination")):
                client.ask("POST", "/v1/roots", {"path": str(path), "purpose": purpose})
            loading, _ = _opened(client, few)
            opening, job = _opened(client, library)
            known = client.ask("GET", f"/v1/jobs/{job['id']}")["result"]["id"]
            planned = client.ask("POST", "/v1/imports", {"library": known, "destination": str(destination)})
            client.wait_for(planned)
            client.wait_for(client.ask("POST", f"/v1/imports/{planned['id']}/start"))
            return loading, opening, *_handed_over(client, f"/v1/imports/{planned['id']}/batches")
        finally:
            process.terminate()
            process.communicate()


def _opened(client: _Client, library: Path) -> tuple[float, Any]:
    """Seconds of processor time of opening a library, and the job that has done it."""
    before = _processor(client.pid)
    job = client.ask("POST", "/v1/libraries", {"path": str(library)})
    client.wait_for(job)
    return _processor(client.pid) - before, job


def _client(state: Path, process: subprocess.Popen[bytes]) -> _Client:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            told = json.loads((state / "daemon.json").read_bytes())
            return _Client(int(told["port"]), str(told["token"]), process.pid)
        except (OSError, ValueError, KeyError):
            time.sleep(0.05)
    raise RuntimeError("the service did not start")


def _handed_over(client: _Client, batches: str) -> tuple[list[float], list[float]]:
    asking, answering = [], []
    while not (batch := client.ask("POST", batches, {"photos": BATCH}))["done"]:
        asked = client.spent[-1]
        results = [{"kind": "album", "uuid": each["uuid"], "outcome": "done"} for each in batch["albums"]]
        results += [{"kind": "keyword", "uuid": each["uuid"], "outcome": "done"} for each in batch["keywords"]]
        for photo in batch["photos"]:
            if not photo["known"]:
                results.append({"kind": photo["kind"], "uuid": photo["uuid"], "outcome": "done"})
            results += [{"kind": "version", "uuid": copy["uuid"], "outcome": "done"} for copy in photo["copies"]]
        client.ask("POST", f"{batches}/{batch['number']}/results", {"results": results})
        if len(batch["photos"]) == BATCH:
            asking.append(asked)
            answering.append(client.spent[-1])
    return asking[1:], answering[1:]  # the first one loads the model and reads the albums
