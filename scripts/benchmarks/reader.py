"""The library reader beside osxphotos' and beside bare sqlite3, on generated libraries, each in its own process.

Every way of reading runs once for each size, one after the other, in the same run. Ratios are of processor time: each
way uses one core, and what else the computer does spoils that time less than the clock's. Targets are those for a
library of 67,500 originals; smaller ones are told without a verdict.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.rows import Row
from sample_library import build_library
from sample_library.multiply import multiply

#: Numbers of originals. COULOIR_BENCH_MASTERS, such as "1000,10000,67500", says others.
SIZES = "1000,10000"
JUDGED_FROM = 50_000
#: Larger ones are a smaller one several times over, which takes a tenth of the time.
GENERATED_UP_TO = 100_000
#: osxphotos keeps a library in memory, about 28 KB for each original: beyond this size it is left out.
PEER_UP_TO = 200_000
_HERE = Path(__file__).resolve().parent
_FASTER, _LEANER, _BARE, _BLOBS, _PER_VERSION, _FIRST, _INSPECT = 5.0, 0.1, 1.5, 3.0, 1024.0, 0.5, 2.0

Figures = dict[str, float]


def measure() -> Sequence[Row]:
    """Every figure of the reader. Generating a library takes longer than reading it: minutes for 67,500 originals.

    COULOIR_BENCH_LIBRARIES names a folder in which libraries called Bench-<masters>.aplibrary are kept between runs.
    """
    sizes = [int(size) for size in os.environ.get("COULOIR_BENCH_MASTERS", SIZES).split(",")]
    kept = os.environ.get("COULOIR_BENCH_LIBRARIES")
    with tempfile.TemporaryDirectory(prefix="couloir-bench-") as folder:
        place = Path(kept or folder)
        libraries = [(masters, _library(place, masters)) for masters in sizes]
        memory: list[tuple[float, float]] = []
        rows = [row for masters, library in libraries for row in _figures(masters, library, memory)]
    return [*rows, *_growth(memory)]


def _library(place: Path, masters: int) -> Path:
    library = place / f"Bench-{masters}.aplibrary"
    if not library.exists() and masters > GENERATED_UP_TO:
        times = math.ceil(masters / GENERATED_UP_TO)
        multiply(_library(place, masters // times), library, times)
    if not library.exists():
        manifest = place / f"Bench-{masters}.json"
        build_library(library, masters=masters, pictures="none", write_plists=False, manifest_path=manifest)
    return library


def _figures(masters: int, library: Path, memory: list[tuple[float, float]]) -> Iterator[Row]:
    bare, ours, blobs = (_read(way, library) for way in ("bare", "ours", "blobs"))
    memory.append((ours["versions"], ours["megabytes"]))
    judged = masters >= JUDGED_FROM

    def figure(name: str, value: float, unit: str) -> Row:
        return Row(f"{masters:,}: {name}", value, unit)

    def ratio(name: str, value: float, target: str, *, holds: bool, unit: str = "x") -> Row:
        return Row(f"{masters:,}: {name}", value, unit, *((target, holds) if judged else ()))

    yield figure("versions", ours["versions"], "versions")
    yield figure("property rows", bare["properties"], "rows")
    yield from _told(masters, "reader", ours)
    yield from _told(masters, "the same columns by sqlite3 alone", bare)
    if masters <= PEER_UP_TO:
        other = _read("osxphotos", library)
        yield from _told(masters, "osxphotos", other)
        faster = other["processor"] / ours["processor"]
        yield ratio("times faster than osxphotos", faster, "at least 5", holds=faster >= _FASTER)
        # It keeps one version of each original and leaves out the trash.
        each = faster * ours["versions"] / other["versions"]
        yield figure("times faster than osxphotos for each version that is read", each, "x")
        leaner = ours["megabytes"] / other["megabytes"]
        yield ratio("memory beside osxphotos", leaner, "at most a tenth", holds=leaner <= _LEANER)
    cost = ours["processor"] / bare["processor"]
    yield ratio("time beside sqlite3 alone", cost, "at most 1.5 times", holds=cost <= _BARE)
    decoding = blobs["ours"] / blobs["plain"]
    yield ratio("blobs decoded beside plistlib", decoding, "at least 3 times", holds=decoding >= _BLOBS)
    yield ratio("first version", ours["first"], "within 0.5 s", holds=ours["first"] <= _FIRST, unit="s")
    if ours["process"]:
        seconds = _inspected(library)
        yield figure("couloir inspect, whole process, processor time", seconds, "s")
        inspecting = seconds / ours["process"]
        yield ratio("couloir inspect beside the reader", inspecting, "at most twice", holds=inspecting <= _INSPECT)


def _told(masters: int, name: str, figures: Figures) -> Iterator[Row]:
    yield Row(f"{masters:,}: {name}, by the clock", figures["seconds"], "s")
    yield Row(f"{masters:,}: {name}, processor time", figures["processor"], "s")
    yield Row(f"{masters:,}: {name}, peak memory", figures["megabytes"], "MB")


def _growth(memory: Sequence[tuple[float, float]]) -> Iterator[Row]:
    """Memory that each further version takes, between the smallest and the largest library."""
    (few, less), *_, (many, more) = [memory[0], *memory]
    if many > few:
        grown = (more - less) * 1e6 / (many - few)
        yield Row("memory for each further version", grown, "bytes", "less than 1 KB", grown < _PER_VERSION)


def _read(way: str, library: Path) -> Figures:
    """What a way says of itself, and "process": the processor time of all of it, from start to end."""
    before = _children()
    command = [sys.executable, str(_HERE / "reading.py"), way, str(library)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: Figures = json.loads(done.stdout.splitlines()[-1])
    return {**result, "process": _children() - before}


def _inspected(library: Path) -> float:
    """Processor time of `couloir inspect`, all of the process."""
    before = _children()
    command = [sys.executable, "-m", "couloir", "inspect", str(library), "--json"]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return _children() - before


def _children() -> float:
    """Seconds of processor time of the processes that this one started and that have ended; 0 on Windows."""
    times = os.times()
    return times.children_user + times.children_system
