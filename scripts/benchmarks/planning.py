"""The plan of a night: time and memory for libraries up to half a million photos."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rows import Row

SIZES = tuple(
    int(size) for size in os.environ.get("COULOIR_BENCH_PHOTOS", "20000,100000,500000").replace(" ", "").split(",")
)
_TURNS = 2_000
_FLOOR = """
import sys, time, resource
import numpy as np
count = int(sys.argv[1])
random = np.random.default_rng(0)
groups, weights = random.integers(0, count // 6 + 1, count), random.random(count)
begun = time.process_time()
order = np.lexsort((weights, groups))
print(time.process_time() - begun)
"""
_CHILD = """
import sys, time, resource
import numpy as np
from couloir.refine.night.groups import Edit, Grouper
from couloir.refine.night.model import NO_CORRECTION, Candidates, TurnResult
from couloir.refine.night.plan import NightPlan

count, turns = int(sys.argv[1]), int(sys.argv[2])
random = np.random.default_rng(0)

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

before = peak()
begun = time.process_time()
grouper, groups, bases = Grouper(), np.empty(count, dtype=np.int64), set()
for place in range(count):  # projects of 400 photos, a quarter edited, two thirds of these stamped in sets of ten
    project, camera = place // 400, (place // 4000) % 12
    edited = place % 4 == 0
    edit = None
    if edited:
        number = place // 60 if place % 12 else place
        edit = Edit(("Exposure", "Enhance"), np.full(30, (number * 7919) % 1009, dtype=np.float32))
    groups[place] = grouper.add((camera, "8", "Adobe Standard"), project, edit)
    if not edited:
        bases.add(int(groups[place]))
grouped = time.process_time()
family_of = np.array(grouper.family_of)
is_base = np.zeros(len(family_of), dtype=bool)
is_base[sorted(bases)] = True
plan = NightPlan(Candidates(groups, np.ones(count), np.zeros(count, dtype=np.int64), family_of, is_base), 1)
made = time.process_time()
slowest = 0.0
for _ in range(turns):
    at = time.process_time()
    turn = plan.turn()
    if turn is None:
        break
    start = float(random.uniform(1, 5))
    tried = None if turn.trial is None else start - 0.3
    plan.tell(turn, TurnResult(start, start * 0.7, tried, random.normal(0, 2, len(NO_CORRECTION)), 3))
    slowest = max(slowest, time.process_time() - at)
told = time.process_time()
plan.expect()
ended = time.process_time()
print(grouped - begun, made - grouped, told - made, slowest, ended - told, peak() - before, len(family_of))
"""


def measure() -> list[Row]:
    """Processor time of one thread, each size in a process of its own, beside a sort of the same photos by numpy."""
    rows: list[Row] = []
    per_photo: dict[int, tuple[float, float]] = {}
    for size in SIZES:
        (floor,) = _run(_FLOOR, size)
        grouping, making, turns, slowest, expecting, memory, groups = _run(_CHILD, size, _TURNS)
        whole, each = grouping + making + expecting, turns / _TURNS
        per_photo[size] = whole / size, memory / size
        named = f"{size:,} photos"
        rows += [
            Row(f"{named}: groups", groups, "groups"),
            Row(f"{named}: floor, numpy sorts them by group and weight", floor, "s"),
            Row(f"{named}: grouping", grouping, "s"),
            Row(f"{named}: plan, from groups to the first turn", making, "s"),
            Row(f"{named}: plan, beside the floor", making / floor, "x floor", "at most 50", making / floor <= 50),
            Row(
                f"{named}: a turn, mean of {_TURNS:,}",
                each * 1000,
                "ms",
                "at most 30",
                each <= 0.03,
            ),
            Row(f"{named}: slowest turn", slowest * 1000, "ms"),
            Row(f"{named}: what is expected of all", expecting, "s"),
            Row(f"{named}: memory", memory / 1e6, "MB", "at most 500", memory <= 5e8),
        ]
    first, last = min(per_photo), max(per_photo)
    rows += _growth(per_photo[first], per_photo[last], first, last)
    return rows


def _growth(one: tuple[float, float], other: tuple[float, float], first: int, last: int) -> Iterator[Row]:
    for title, small, large in (("time", one[0], other[0]), ("memory", one[1], other[1])):
        grown = large / small
        yield Row(f"{title} a photo at {last:,} beside {first:,}", grown, "times", "at most 1.5", grown <= 1.5)


def _run(program: str, *arguments: int) -> list[float]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    package = Path(__file__).resolve().parents[2] / "daemon"
    environment["PYTHONPATH"] = os.pathsep.join([str(package), environment.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [float(part) for part in done.stdout.split()]
