"""Holds our two engines against something real; the figures go to docs/figures/engines.json and docs/engines.md.

    python3 scripts/evaluate_engines.py SAMPLES [--only baseline] [--json FILE]

SAMPLES is the folder of real files: photographs/, lightroom-measured/ and iphoto-9.6.1/. The baseline is compared with
Adobe's DNG SDK, which is fetched from PyPI and built once (Linux, g++). Ends with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from benchmarks.rows import add_json_option
from evaluation import engines_baseline, engines_previews, engines_raw_kinds, engines_renderers, engines_sliders
from evaluation.section import Section, measure_parts

COMMAND = "python3 scripts/evaluate_engines.py SAMPLES --only {}"

PARTS: dict[str, Callable[[Path], Section]] = {
    "baseline": lambda samples: engines_baseline.measure(samples / "photographs"),
    "raw-kinds": lambda samples: engines_raw_kinds.measure(samples / "photographs"),
    "sliders": lambda samples: engines_sliders.measure(samples / "lightroom-measured"),
    "previews": lambda samples: engines_previews.measure(samples / "iphoto-9.6.1" / "Test-iPhoto-9.6.1.photolibrary"),
    "renderers": lambda samples: engines_renderers.measure(samples / "photographs"),
}


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("samples", type=Path)
    options.add_argument("--only", choices=PARTS, help="measure one part alone")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    parts = {name: partial(measure, options.samples) for name, measure in PARTS.items() if options.only in (None, name)}
    return measure_parts("engines", COMMAND, parts, options.json)


if __name__ == "__main__":
    sys.exit(main())
