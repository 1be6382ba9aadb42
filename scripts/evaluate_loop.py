"""Holds the matching loop against renderers that it does not know.

    python3 scripts/evaluate_loop.py SAMPLES [--only hidden] [--results FILE]

The figures go to docs/figures/matching.json and docs/matching.md, part by part.

SAMPLES is the folder of real files: photographs/ and iphoto-9.6.1/. What was computed is kept in RESULTS and in the
user's cache folder, so that it can be stopped and goes on; a changed loop wants a new file. The real engines need
darktable-cli and rawtherapee-cli, and Adobe's DNG SDK, which is fetched from PyPI and built once (Linux, g++). Ends
with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from benchmarks.rows import Row
from evaluation import loop_engines, loop_hidden, loop_library, loop_rivals, loop_traps
from evaluation.loop_store import Store
from evaluation.section import Section

COMMAND = "python3 scripts/evaluate_loop.py SAMPLES --only {}"

PARTS: dict[str, Callable[[Path, Store], Section]] = {
    "hidden": lambda samples, store: loop_hidden.measure(samples / "photographs", store, 300),
    "library": lambda samples, _: loop_library.measure(samples / "iphoto-9.6.1" / "Test-iPhoto-9.6.1.photolibrary"),
    "engines": lambda samples, store: loop_engines.measure(samples / "photographs", store),
    "rivals": lambda samples, store: loop_rivals.measure(samples / "photographs", store),
    "traps": lambda samples, store: loop_traps.measure(samples / "photographs", store),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("samples", type=Path)
    parser.add_argument("--only", choices=PARTS, help="measure one part alone")
    parser.add_argument(
        "--results", type=Path, default=Path("loop-results.jsonl"), help="where results are kept as they come"
    )
    options = parser.parse_args()
    store = Store(options.results)
    rows: list[Row] = []
    for name, measure in PARTS.items():
        if options.only in (None, name):
            section = measure(options.samples, store)
            print(*section.rows, sep="\n", flush=True)
            section.record("matching", name, COMMAND.format(name))
            rows += section.rows
    return 1 if any(row.holds is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
