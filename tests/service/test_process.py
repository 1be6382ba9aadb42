"""The service as a process: discovered, single, killed, restarted, idle, stopped; started as a user starts it."""

from __future__ import annotations

import json
import os
import shlex
import signal
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from couloir.service.background import Spec, systemd
from couloir.service.http.server import listen
from couloir.service.process import runtime

DAEMON = Path(__file__).resolve().parents[2] / "daemon"

# A domain resource as a later floor adds it: one job that notes each step in a file, and stops for a signal in between.
COUNTING = """
import msgspec, time
from couloir.service.routes.jobs import JobStarted, start_job
from couloir.service.http.wire import Incoming

class CountRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    steps: int
    file: str
    pause: float = 0.05

def count(context):
    request = context.request
    for step in range(context.checkpoint or 0, request["steps"]):
        with open(request["file"], "a") as file:
            file.write(f"{step}\\n")
        context.progress(step + 1, request["steps"], "counting")
        context.save(step + 1)
        context.wait(request["pause"])
    return "counted"

def deaf(context):
    open(context.request["file"], "a").close()
    time.sleep(600)

def counting(api, services):
    services.jobs.register("count", count)
    services.jobs.register("deaf", deaf)
    def start_count(body: CountRequest, key):
        return start_job(services.jobs.submit("count", body, key))
    def start_deaf(body: CountRequest, key):
        return start_job(services.jobs.submit("deaf", body, key))
    for path, handler in (("/v1/counts", start_count), ("/v1/deaf", start_deaf)):
        api.post(path, handler, "Count.", JobStarted, status=202, body=CountRequest, idempotent=True)
"""


@pytest.fixture
def counting(launch):
    def begin(**more):
        return launch(extra=COUNTING, resources="[counting]", **more)

    return begin


def _lines(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_a_job_goes_on_from_its_journal_after_sigkill(counting, eventually, tmp_path):
    notes = tmp_path / "notes"
    request = {"steps": 30, "file": str(notes)}
    first = counting()
    answer = first.client.post("/v1/counts", request, **{"Idempotency-Key": "count-once"})
    assert (answer.status, answer.json["new"]) == (202, True)
    job_id = answer.json["id"]
    eventually(lambda: len(_lines(notes)) >= 5)
    first.kill()
    seen = len(_lines(notes))
    assert seen < 30
    assert runtime.read(first.state_dir / "daemon.json") is not None
    assert runtime.read_live(first.state_dir / "daemon.json") is None

    second = counting()
    client = second.client
    again = client.post("/v1/counts", request, **{"Idempotency-Key": "count-once"}).json
    assert (again["id"], again["new"]) == (job_id, False)
    view = eventually(lambda: (found := client.get(f"/v1/jobs/{job_id}").json)["state"] == "done" and found)
    assert (view["result"], view["done"], view["total"]) == ("counted", 30, 30)
    assert [message["code"] for message in view["messages"]] == ["job.interrupted"]
    # Every step was done; only the one that the kill fell into may have been done twice.
    lines = _lines(notes)
    assert sorted(set(lines)) == list(range(30))
    assert len(lines) <= 31


def test_a_job_is_cancelled_over_the_wire_within_two_seconds(counting, eventually, tmp_path):
    notes = tmp_path / "notes"
    client = counting().client
    job_id = client.post("/v1/counts", {"steps": 10_000, "file": str(notes)}).json["id"]
    eventually(lambda: _lines(notes))
    assert client.post(f"/v1/jobs/{job_id}/cancel").status == 200
    eventually(lambda: client.get(f"/v1/jobs/{job_id}").json["state"] == "cancelled", seconds=2)


def test_the_same_key_with_another_request_is_a_409_problem(counting, tmp_path):
    client = counting().client
    key = {"Idempotency-Key": "one"}
    client.post("/v1/counts", {"steps": 1, "file": str(tmp_path / "a")}, **key)
    answer = client.post("/v1/counts", {"steps": 2, "file": str(tmp_path / "a")}, **key)
    assert (answer.status, answer.json["code"]) == (409, "request.idempotency-conflict")
    for bad in ("", "x" * 129, "tab\there"):
        assert client.post("/v1/counts", {"steps": 1, "file": "x"}, **{"Idempotency-Key": bad}).status == 422


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_sigterm_ends_the_service_and_a_running_job_goes_on_at_the_next_start(counting, eventually, tmp_path):
    notes = tmp_path / "notes"
    first = counting()
    job_id = first.client.post("/v1/counts", {"steps": 20, "file": str(notes)}).json["id"]
    eventually(lambda: _lines(notes))
    assert first.terminate() == 0
    assert not (first.state_dir / "daemon.json").exists()
    client = counting().client
    view = eventually(lambda: (found := client.get(f"/v1/jobs/{job_id}").json)["state"] == "done" and found)
    assert view["messages"] == []  # it had stopped at a safe point: nothing was interrupted
    assert _lines(notes) == list(range(20))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_a_job_that_does_not_listen_cannot_keep_the_service_from_ending(counting, eventually, tmp_path):
    notes = tmp_path / "notes"
    process = counting(options="grace=0.2")
    process.client.post("/v1/deaf", {"steps": 1, "file": str(notes)})
    eventually(notes.exists)
    assert process.terminate() == 0
    assert not (process.state_dir / "daemon.json").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_control_c_ends_the_service_quietly(launch):
    process = launch()
    assert process.info.port
    process.popen.send_signal(signal.SIGINT)
    assert process.popen.wait(20) == 0
    assert "Traceback" not in process.popen.stdout.read()


def test_a_second_start_names_the_first_and_ends_with_success(launch):
    first = launch()
    info = first.info
    second = launch()
    said, _ = second.popen.communicate(timeout=20)
    assert second.popen.returncode == 0
    assert info.address in said
    assert str(info.pid) in said
    assert info.token not in said
    assert first.info == info
    assert first.client.get("/v1/health").status == 200


def test_each_start_makes_a_new_token(launch):
    first = launch()
    token = first.info.token
    first.kill()
    second = launch()
    assert second.info.token != token
    assert len(second.info.token) >= 43
    assert second.client.call("GET", "/v1/health", headers={"Authorization": f"Bearer {token}"}).status == 401


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has access lists")
def test_the_runtime_file_is_its_owners_alone(launch):
    process = launch()
    assert process.info.pid == process.popen.pid
    file = process.state_dir / "daemon.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(process.state_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE((process.state_dir / "logs").stat().st_mode) == 0o700
    assert {"schema", "port", "token", "pid", "started", "version", "api", "executable"} == set(
        json.loads(file.read_bytes())
    )


def test_a_taken_port_gives_way_to_a_free_one(client):
    bound = listen(client.port)
    assert bound.getsockname()[0] == "127.0.0.1"
    assert bound.getsockname()[1] != client.port
    bound.close()


def test_nobody_can_wait_at_the_port_of_a_service_that_is_to_start(tmp_path, eventually):
    """Started as users start it, each service has a port of its own that nobody could foresee."""
    started = []
    try:
        for name in ("one", "other"):
            command = [sys.executable, "-m", "couloir", "serve", "--state-dir", str(tmp_path / name)]
            environment = {**os.environ, "PYTHONPATH": str(DAEMON)}
            started.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL))
        files = [tmp_path / name / "daemon.json" for name in ("one", "other")]
        one, other = (eventually(lambda file=file: runtime.read_live(file)) for file in files)
        assert one.port != other.port
    finally:
        for process in started:
            process.terminate()
            process.wait(20)


def test_an_idle_service_ends_by_itself(launch):
    process = launch(options="idle_exit=0.5")
    assert process.popen.wait(20) == 0
    assert not (process.state_dir / "daemon.json").exists()


def test_a_service_does_not_end_during_a_job(counting, eventually, tmp_path):
    notes = tmp_path / "notes"
    process = counting(options="idle_exit=0.3")
    process.client.post("/v1/counts", {"steps": 20, "file": str(notes), "pause": 0.1})
    assert process.popen.wait(30) == 0
    assert _lines(notes) == list(range(20))


def test_asking_whether_it_is_there_does_not_keep_a_service_from_ending(launch):
    process = launch(options="idle_exit=1")
    client = process.client
    for _ in range(600):
        if process.popen.poll() is not None:
            break
        try:
            client.call("GET", "/ping", headers={"Authorization": None})
        except OSError:
            break
    assert process.popen.wait(20) == 0


def test_the_log_has_the_start_and_never_the_token(launch):
    process = launch()
    token = process.info.token
    client = process.client
    client.get(f"/v1/{token}")
    client.get(f"/v1/health?token={token}")
    client.get("/v1/nowhere%0aforged%20line")
    process.kill()
    text = (process.state_dir / "logs" / "daemon.log").read_text()
    assert "started" in text
    assert token not in text
    assert all(line[:4].isdigit() for line in text.splitlines())
    assert "forged" in text


def test_starting_needs_nothing_heavy():
    heavy = ["onnxruntime", "PIL", "numpy", "lxml", "rich", "watchdog", "couloir.aperture", "couloir.migrate.run"]
    program = (
        "import sys, couloir.service.http.server, couloir.service.serve, couloir.cli.serve;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(DAEMON)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_the_line_that_systemd_runs_starts_a_service(tmp_path, eventually):
    state = tmp_path / "a folder with 100% $trange signs"
    program = (sys.executable, "-m", "couloir", "serve", "--state-dir", str(state), "--port", "0")
    unit = systemd.recipe(Spec(program=program, home=tmp_path, state_dir=state, user="me", uid=1)).content.decode()
    line = next(line for line in unit.splitlines() if line.startswith("ExecStart=")).removeprefix("ExecStart=")
    # What systemd does to the line (systemd.syntax(7)): words, then %% and $$.
    words = [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(line)]
    with subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(DAEMON)}) as process:
        try:
            info = eventually(lambda: runtime.read_live(state / "daemon.json"))
            assert info.pid == process.pid
        finally:
            process.kill()


def test_a_runtime_file_half_written_or_foreign_counts_as_none(tmp_path):
    file = tmp_path / "daemon.json"
    assert runtime.read(file) is None
    whole = msgspec.json.encode(runtime.describe_self(1, "token"))
    for content in (b"", whole[:20], b"[]", b"\xff", b'{"port": "x"}'):
        file.write_bytes(content)
        assert runtime.read_live(file) is None


def test_a_recycled_pid_is_not_taken_for_the_service(tmp_path):
    file = tmp_path / "daemon.json"
    mine = runtime.describe_self(1, "token")
    runtime.publish(file, mine)
    assert runtime.read_live(file) == mine
    runtime.publish(file, msgspec.structs.replace(mine, started="another start"))
    assert runtime.read_live(file) is None
    runtime.withdraw(file, mine)
    assert file.exists(), "another process's file is not ours to remove"
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait(20)
    runtime.publish(file, msgspec.structs.replace(mine, pid=ended.pid))
    assert runtime.read_live(file) is None
