"""Worker processes: all tasks are done by them, and none of them outlives the process that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from couloir.errors import ClusterMissing, ClusterSilent
from couloir.installing import command_to_install
from couloir.refine.order import KnownResult, Steps, work_in_order
from couloir.workers import Workers

# Each worker writes its number down, and works until it is stopped; what it began it takes back.
_PROGRAM = """
import os, sys, time
from pathlib import Path
from couloir.workers import Workers

def work(folder, task):
    there = Path(folder) / str(os.getpid())
    try:
        there.touch()
        time.sleep(60)
    finally:
        there.unlink()

if __name__ == "__main__":
    try:
        list(Workers(2).run(work, sys.argv[1], range(9)))
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.usefixtures("in_a_terminal")
@pytest.mark.parametrize("stop", ["Ctrl-C", "kill"])
def test_no_worker_outlives_the_process_that_started_it(stop: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(_PROGRAM)
    there = tmp_path / "there"
    there.mkdir()
    command = [sys.executable, str(tmp_path / "program.py"), str(there)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, start_new_session=True) as process:
        assert wait_for(lambda: len(list(there.iterdir())) == 2)
        workers = [int(each.name) for each in there.iterdir()]
        if stop == "kill":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, complaint = process.communicate(timeout=30)
    assert wait_for(lambda: not any(is_running(worker) for worker in workers))
    assert list(there.iterdir()) == []
    if stop == "Ctrl-C":
        assert (process.returncode, complaint) == (130, b"")


def wait_for(found: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while not found() and time.monotonic() < end:
        time.sleep(0.05)
    return found()


def is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


class Shuffled:
    """Workers that answer late: the newest task first, as many at a time as there are."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._left: list[int] = []

    def hand(self, task: int) -> int:
        self._left.append(task)
        assert len(self._left) <= self.width
        return task

    def is_ready(self, task: int) -> bool:
        return task not in self._left

    def wait(self, _tasks: object, _seconds: float) -> None:
        self._left.pop()

    def take(self, task: int) -> int:
        assert self.is_ready(task)
        return task


def test_any_number_of_workers_takes_the_same_decisions_in_the_same_order() -> None:
    def run(width: int) -> tuple[list[int], list[int]]:
        known: list[int] = []
        decisions: list[int] = []

        def propose() -> int | KnownResult[int] | None:
            if len(decisions) == 150:
                return None
            decisions.append(sum(known) % 1000 * 200 + len(decisions))  # depends on all that is known
            return KnownResult(decisions[-1]) if len(decisions) <= 7 else decisions[-1]

        kept = list(work_in_order(Shuffled(width), Steps(propose, int, known.append, lambda: None), 1 / 16))
        assert known == decisions
        assert kept == decisions[7:]
        return decisions, kept

    assert run(1) == run(2) == run(7)


def test_nothing_begins_when_the_time_is_over_and_what_began_is_finished() -> None:
    asked = iter([True] * 40)
    tasks = iter(range(100))
    known: list[int] = []
    steps = Steps(lambda: next(tasks), int, known.append, lambda: None)
    kept = list(work_in_order(Shuffled(3), steps, 0.5, lambda: next(asked, False)))
    assert kept == known == list(range(40))


def test_a_cluster_that_cannot_be_used_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("couloir.workers._PATIENCE", 0.2)
    with pytest.raises(ClusterSilent, match=r"tcp://127\.0\.0\.1:9"):
        list(Workers(scheduler="tcp://127.0.0.1:9").run(int, None, [1]))
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterMissing) as missing:
        list(Workers(scheduler="tcp://127.0.0.1:9").run(int, None, [1]))
    assert command_to_install(["distributed"]) in str(missing.value)
