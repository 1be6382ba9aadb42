"""Holds our two engines against something real; the figures go to docs/figures/engines.json and docs/engines.md.

    python3 scripts/evaluate_engines.py SAMPLES [--only baseline] [--json FILE]
    python3 scripts/evaluate_engines.py SAMPLES --raw-originals FOLDER [--record]
    python3 scripts/evaluate_engines.py --camera-raw-pairs FOLDER [--record]

SAMPLES is the folder of real files: photographs/, lightroom-measured/ and iphoto-9.6.1/. The baseline is compared with
Adobe's DNG SDK, which is fetched from PyPI and built once (Linux, g++). Ends with 1 when a target is missed.

The other two forms measure files that are not among the samples: originals of RAW photos whose Apple rendering the
iPhoto library holds, and DNG files with previews that Adobe's software rendered. They print their figures, and put them
into docs only with --record.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from benchmarks.rows import add_json_option
from evaluation import (
    camera_raw_pairs,
    engines_baseline,
    engines_camera_jpegs,
    engines_power,
    engines_previews,
    engines_raw_kinds,
    engines_raw_originals,
    engines_renderers,
    engines_sliders,
    engines_table_fit,
    engines_tables,
)
from evaluation.section import Section, measure_parts

COMMAND = "python3 scripts/evaluate_engines.py SAMPLES --only {}"
LIBRARY = Path("iphoto-9.6.1") / "Test-iPhoto-9.6.1.photolibrary"

PARTS: dict[str, Callable[[Path], Section]] = {
    "baseline": lambda samples: engines_baseline.measure(samples / "photographs"),
    "raw-kinds": lambda samples: engines_raw_kinds.measure(samples / "photographs"),
    "sliders": lambda samples: engines_sliders.measure(samples / "lightroom-measured"),
    "previews": lambda samples: engines_previews.measure(samples / LIBRARY),
    "camera-jpegs": lambda samples: engines_camera_jpegs.measure(samples / LIBRARY),
    "power": lambda samples: engines_power.measure(samples / LIBRARY),
    "tables": lambda _samples: engines_tables.measure(),
    "table-fit": lambda samples: engines_table_fit.measure(samples / "photographs"),
    "renderers": lambda samples: engines_renderers.measure(samples / "photographs"),
}


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("samples", type=Path, nargs="?", help="not needed for --camera-raw-pairs")
    one = options.add_mutually_exclusive_group()
    one.add_argument("--only", choices=PARTS, help="measure one part alone")
    one.add_argument(
        "--raw-originals", type=Path, metavar="FOLDER", help="measure the RAW originals that are in FOLDER"
    )
    one.add_argument(
        "--camera-raw-pairs", type=Path, metavar="FOLDER", help="measure Adobe's previews in FOLDER's DNGs"
    )
    options.add_argument("--record", action="store_true", help="put the figures of a FOLDER into docs, too")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    if options.camera_raw_pairs is not None:
        return _measure_folder("camera-raw-pairs", "--camera-raw-pairs FOLDER", options)
    if options.samples is None:
        parser().error("SAMPLES is needed: it holds the library and the photographs")
    if options.raw_originals is not None:
        return _measure_folder("raw-originals", "SAMPLES --raw-originals FOLDER", options)
    parts = {name: partial(measure, options.samples) for name, measure in PARTS.items() if options.only in (None, name)}
    return measure_parts("engines", COMMAND, parts, options.json)


def _measure_folder(part: str, words: str, options: argparse.Namespace) -> int:
    """Measure what a folder that somebody named holds."""
    measures: Mapping[str, Callable[[], Section]] = {
        "raw-originals": lambda: engines_raw_originals.measure(options.samples / LIBRARY, options.raw_originals),
        "camera-raw-pairs": lambda: camera_raw_pairs.measure(options.camera_raw_pairs),
    }
    command = f"python3 scripts/evaluate_engines.py {words}"
    return measure_parts("engines", command, {part: measures[part]}, options.json, record=options.record)


if __name__ == "__main__":
    sys.exit(main())
