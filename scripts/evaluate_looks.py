"""Measures the closest look: enhanced profiles for what sliders leave, between real programs and in hidden libraries.

    python3 scripts/evaluate_looks.py SAMPLES [--only programs] [--json FILE] [--results FILE]

The figures go to docs/figures/matching.json and docs/matching.md, part by part. SAMPLES is the folder of real files:
photographs/. Real programs need darktable-cli and rawtherapee-cli. What was computed is kept in RESULTS, so that it can
be stopped and goes on; a changed Couloir wants a new file. Ends with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from benchmarks.rows import add_json_option
from evaluation import looks_apple, looks_programs, looks_unseen, looks_wide, looks_worlds
from evaluation.loop_store import Store
from evaluation.section import Section, measure_parts

COMMAND = "python3 scripts/evaluate_looks.py SAMPLES --only {}"

PARTS: dict[str, Callable[[Path, Store, int], Section]] = {
    "programs": looks_programs.measure,
    "worlds": looks_worlds.measure,
    "unseen": looks_unseen.measure,
    "apple": looks_apple.measure,
    "wide": looks_wide.measure,
}
_COUNTS = {"programs": 8, "worlds": 6, "unseen": 8, "apple": 1, "wide": 8}


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("samples", type=Path)
    options.add_argument("--only", choices=PARTS, help="measure one part alone")
    options.add_argument("--count", type=int, help="scenes of a pair of programs, or libraries")
    options.add_argument("--results", type=Path, default=Path("looks-results.jsonl"), help="where results are kept")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    store = Store(options.results)
    parts = {
        name: partial(measure, options.samples / "photographs", store, options.count or _COUNTS[name])
        for name, measure in PARTS.items()
        if options.only in (None, name)
    }
    return measure_parts("matching", COMMAND, parts, options.json)


if __name__ == "__main__":
    sys.exit(main())
