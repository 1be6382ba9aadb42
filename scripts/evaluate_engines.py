"""Holds our two engines against something real, and writes docs/engines.md with the figures.

    python3 scripts/evaluate_engines.py SAMPLES [--only baseline] [--json FILE]

SAMPLES is the folder of real files: photographs/, lightroom-measured/ and iphoto-9.6.1/. The baseline is compared with
Adobe's DNG SDK, which is fetched from PyPI and built once (Linux, g++). Ends with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from evaluation import engines_baseline, engines_previews, engines_renderers, engines_sliders
from evaluation.section import Section

PAGE = Path(__file__).resolve().parent.parent / "docs" / "engines.md"
PARTS: dict[str, Callable[[Path], Section]] = {
    "baseline": lambda samples: engines_baseline.measure(samples / "photographs"),
    "sliders": lambda samples: engines_sliders.measure(samples / "lightroom-measured"),
    "previews": lambda samples: engines_previews.measure(samples / "iphoto-9.6.1" / "Test-iPhoto-9.6.1.photolibrary"),
    "renderers": lambda samples: engines_renderers.measure(samples / "photographs"),
}
_HEAD = """# How near the engines come

<!-- Written by scripts/evaluate_engines.py; run it again to change a figure. -->

Neither Aperture nor Lightroom runs where this was measured. The Camera Raw engine is held against Adobe's own DNG SDK
and against published measurements of Lightroom, the Aperture engine against previews that Apple's software rendered.
`python3 scripts/evaluate_engines.py SAMPLES` writes this page.

"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("samples", type=Path)
    parser.add_argument("--only", choices=PARTS, help="measure one part, and leave the page alone")
    parser.add_argument("--json", type=Path, help="write rows {name, value, unit, target, holds} to this file")
    options = parser.parse_args()
    sections = [measure(options.samples) for name, measure in PARTS.items() if options.only in (None, name)]
    rows = [row for section in sections for row in section.rows]
    for row in rows:
        print(row)
    if options.json:
        options.json.write_text(json.dumps([row.as_dict() for row in rows], indent=2) + "\n", encoding="utf-8")
    if options.only is None:
        PAGE.write_text(_HEAD + "\n".join(each.markdown() for each in sections), encoding="utf-8", newline="\n")
        folder = PAGE.parent / "pictures"
        folder.mkdir(exist_ok=True)
        for section in sections:
            for name, content in section.pictures.items():
                (folder / name).write_bytes(content)
    return 1 if any(row.holds is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
