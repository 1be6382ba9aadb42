"""Computes how strong Lightroom's sliders must be for Aperture's, over all forms that Aperture's formulas may have.

    python3 scripts/fit_strengths.py PHOTOGRAPHS [--instances 48] [--json FILE]

PHOTOGRAPHS is a folder of camera JPEGs. For each control: the strength that leaves the least on average over random
Apertures (of the forms that training has) and random Camera Raws, the strengths that four of five of them need, and
what is left beside doing nothing. `couloir.derive` states the result beside each of its constants.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from benchmarks.rows import Row, add_json_option, write_rows
from couloir.engines.pixels import resize
from couloir.learn.photographs import load
from couloir.learn.strengths import PARAMETERS, fit

_LONG = 120  # pixels of a picture's long edge


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("photographs", type=Path)
    options.add_argument("--instances", type=int, default=48, help="random pairs of engines, a photograph each")
    options.add_argument("--only", choices=PARAMETERS, help="one control alone")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    pictures = [each.picture for each in load([options.photographs]) if not each.held_out]
    small = [resize(picture, _LONG, round(_LONG * picture.shape[0] / picture.shape[1])) for picture in pictures]
    rows = []
    for name, parameter in PARAMETERS.items():
        if options.only in (None, name):
            found = fit(parameter, small, options.instances)
            rows += [
                Row(f"{name}: strength", found.best, "for 1"),
                Row(f"{name}: needed by four of five, from", found.low, "for 1"),
                Row(f"{name}: needed by four of five, to", found.high, "for 1"),
                Row(f"{name}: left", found.left, "CIEDE2000", "no more than nothing", found.left <= found.nothing),
                Row(f"{name}: doing nothing", found.nothing, "CIEDE2000"),
            ]
            print(*rows[-5:], sep="\n", flush=True)
    write_rows(options.json, rows)
    return 1 if any(row.holds is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
