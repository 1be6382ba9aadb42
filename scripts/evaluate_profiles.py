"""Holds learnt camera profiles against real engines and real readers.

    python3 scripts/evaluate_profiles.py SAMPLES [--only looks] [--json FILE] [--resume FOLDER]

The figures go to docs/figures/profiles.json and docs/profiles.md, part by part.

SAMPLES is the folder of real files, of which photographs/ is used. Needs Adobe's DNG SDK (fetched from PyPI and built
once, Linux and g++), darktable and RawTherapee. `--resume` keeps renderings in FOLDER and takes those that are there.
Ends with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from benchmarks.rows import add_json_option
from evaluation import (
    profiles_consumers,
    profiles_cost,
    profiles_edits,
    profiles_looks,
    profiles_promise,
    profiles_safety,
)
from evaluation.profiles_standins import Cache, Scene, scene
from evaluation.scenes import camera_model, photographs
from evaluation.section import Section, measure_parts

COMMAND = "python3 scripts/evaluate_profiles.py SAMPLES --only {}"

SCENES = 28
PARTS: dict[str, Callable[[list[Scene], list[Path], Cache], Section]] = {
    "looks": lambda scenes, _photos, cache: profiles_looks.measure(scenes, cache),
    "edits": profiles_edits.measure,
    "promise": lambda scenes, _photos, _cache: profiles_promise.measure(scenes),
    "consumers": lambda scenes, _photos, cache: profiles_consumers.measure(scenes, cache),
    "safety": lambda scenes, _photos, cache: profiles_safety.measure(scenes, cache),
    "cost": lambda scenes, _photos, cache: profiles_cost.measure(scenes, cache),
}


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("samples", type=Path)
    options.add_argument("--only", choices=PARTS, help="measure one part alone")
    options.add_argument("--resume", type=Path, metavar="FOLDER", help="keep renderings and finished parts here")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.resume or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        cache = Cache(folder)
        _, model = camera_model(0)
        photos = list(photographs(options.samples / "photographs", SCENES))
        scenes = [scene(photo, model, folder) for photo in photos]
        parts = {
            name: partial(measure, scenes, photos, cache)
            for name, measure in PARTS.items()
            if options.only in (None, name)
        }
        return measure_parts("profiles", COMMAND, parts, options.json)


if __name__ == "__main__":
    sys.exit(main())
