"""Holds the matching loop against renderers that it does not know.

    python3 scripts/evaluate_loop.py SAMPLES [--only hidden] [--json FILE] [--results FILE]

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
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from benchmarks.rows import add_json_option
from evaluation import (
    loop_bricks,
    loop_details,
    loop_engines,
    loop_hidden,
    loop_library,
    loop_pairs,
    loop_rivals,
    loop_traps,
)
from evaluation.loop_store import Store
from evaluation.section import Section, measure_parts

COMMAND = "python3 scripts/evaluate_loop.py SAMPLES --only {}"

PARTS: dict[str, Callable[[Path, Store], Section]] = {
    "hidden": lambda samples, store: loop_hidden.measure(samples / "photographs", store, 300),
    "bricks": lambda samples, store: loop_bricks.measure(samples / "photographs", store),
    "details": lambda samples, store: loop_details.measure(samples / "photographs", store),
    "library": lambda samples, _: loop_library.measure(samples / "iphoto-9.6.1" / "Test-iPhoto-9.6.1.photolibrary"),
    "engines": lambda samples, store: loop_engines.measure(samples / "photographs", store),
    "rivals": lambda samples, store: loop_rivals.measure(samples / "photographs", store),
    "pairs": lambda samples, _: loop_pairs.measure(samples / "photographs", 24),
    "traps": lambda samples, store: loop_traps.measure(samples / "photographs", store),
}


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("samples", type=Path)
    options.add_argument("--only", choices=PARTS, help="measure one part alone")
    options.add_argument(
        "--results", type=Path, default=Path("loop-results.jsonl"), help="where results are kept as they come"
    )
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    store = Store(options.results)
    parts = {
        name: partial(measure, options.samples, store)
        for name, measure in PARTS.items()
        if options.only in (None, name)
    }
    return measure_parts("matching", COMMAND, parts, options.json)


if __name__ == "__main__":
    sys.exit(main())
