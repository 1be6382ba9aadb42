"""The library reader beside osxphotos' and beside bare sqlite3, on generated libraries, each in its own process.

Every way of reading runs once for each size, one after the other, in the same run: the ratios hold for this computer
as it was then. Targets are those for a library of 67,500 originals; smaller ones are told without a verdict.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.rows import Row
from sample_library import build_library

#: Numbers of originals. COULOIR_BENCH_MASTERS, such as "1000,10000,100000", says others.
SIZES = "1000,10000"
JUDGED_FROM = 50_000
_READING = Path(__file__).resolve().parent / "reading.py"
_FASTER, _LEANER, _BARE, _BLOBS, _PER_VERSION, _FIRST = 5.0, 0.1, 1.5, 3.0, 1024.0, 0.5


def measure() -> Sequence[Row]:
    """Every figure of the reader. Generating a library takes longer than reading it: minutes for 10,000 originals.

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
    if not library.exists():
        manifest = place / f"Bench-{masters}.json"
        build_library(library, masters=masters, pictures="none", write_plists=False, manifest_path=manifest)
    return library


def _figures(masters: int, library: Path, memory: list[tuple[float, float]]) -> Iterator[Row]:
    ours, bare, other, blobs = (_read(way, library) for way in ("ours", "bare", "osxphotos", "blobs"))
    memory.append((ours["versions"], ours["megabytes"]))
    judged = masters >= JUDGED_FROM

    def ratio(name: str, value: float, target: str, *, holds: bool) -> Row:
        return Row(f"{masters:,}: {name}", value, "x", *((target, holds) if judged else ()))

    yield Row(f"{masters:,}: reader, {ours['versions']:,.0f} versions", ours["seconds"], "s")
    yield Row(f"{masters:,}: reader, {ours['versions']:,.0f} versions", ours["megabytes"], "MB")
    yield Row(f"{masters:,}: osxphotos, {other['versions']:,.0f} versions", other["seconds"], "s")
    yield Row(f"{masters:,}: osxphotos, {other['versions']:,.0f} versions", other["megabytes"], "MB")
    yield Row(f"{masters:,}: the same columns by sqlite3 alone", bare["seconds"], "s")
    faster = other["seconds"] / ours["seconds"]
    yield ratio("faster than osxphotos", faster, "at least 5 times", holds=faster >= _FASTER)
    leaner = ours["megabytes"] / other["megabytes"]
    yield ratio("memory beside osxphotos", leaner, "at most a tenth", holds=leaner <= _LEANER)
    cost = ours["seconds"] / bare["seconds"]
    yield ratio("time beside sqlite3 alone", cost, "at most 1.5 times", holds=cost <= _BARE)
    decoding = blobs["ours"] / blobs["plain"]
    yield ratio("blobs decoded beside plistlib", decoding, "at least 3 times", holds=decoding >= _BLOBS)
    first = ours["first"]
    yield Row(f"{masters:,}: first version", first, "s", *(("within 0.5 s", first <= _FIRST) if judged else ()))


def _growth(memory: Sequence[tuple[float, float]]) -> Iterator[Row]:
    """Memory that each further version takes, between the smallest and the largest library."""
    (few, less), *_, (many, more) = [memory[0], *memory]
    if many > few:
        grown = (more - less) * 1e6 / (many - few)
        yield Row("memory for each further version", grown, "bytes", "less than 1 KB", grown < _PER_VERSION)


def _read(way: str, library: Path) -> dict[str, float]:
    command = [sys.executable, str(_READING), way, str(library)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result
