"""Holds the matching loop against renderers that it does not know, and writes docs/matching.md with the figures.

    python3 scripts/evaluate_loop.py SAMPLES [--only hidden] [--json FILE] [--results FILE]

SAMPLES is the folder of real files: photographs/ and iphoto-9.6.1/. What was computed is kept in RESULTS and in the
user's cache folder, so that it can be stopped and goes on; a changed loop wants a new file. The real engines need
darktable-cli and rawtherapee-cli, and Adobe's DNG SDK, which is fetched from PyPI and built once (Linux, g++). Ends
with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from evaluation import loop_engines, loop_hidden, loop_library, loop_rivals, loop_traps
from evaluation.loop_store import Store
from evaluation.section import Section

PAGE = Path(__file__).resolve().parent.parent / "docs" / "matching.md"
PARTS: dict[str, Callable[[Path, Store], Section]] = {
    "hidden": lambda samples, store: loop_hidden.measure(samples / "photographs", store, 300),
    "library": lambda samples, _: loop_library.measure(samples / "iphoto-9.6.1" / "Test-iPhoto-9.6.1.photolibrary"),
    "engines": lambda samples, store: loop_engines.measure(samples / "photographs", store),
    "rivals": lambda samples, store: loop_rivals.measure(samples / "photographs", store),
    "traps": lambda samples, store: loop_traps.measure(samples / "photographs", store),
}
_HEAD = """# How near matching comes

<!-- Written by scripts/evaluate_loop.py; run it again to change a figure. -->

Neither Aperture nor Lightroom runs where this was measured. The loop is held against engines whose constants it does
not know, against other programs through their own sliders, and against previews that Apple's software rendered.
`python3 scripts/evaluate_loop.py SAMPLES` writes this page. All figures are CIEDE2000 at 96 pixels on the long edge.

"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("samples", type=Path)
    parser.add_argument("--only", choices=PARTS, help="measure one part, and leave the page alone")
    parser.add_argument("--json", type=Path, help="write rows {name, value, unit, target, holds} to this file")
    parser.add_argument(
        "--results", type=Path, default=Path("loop-results.jsonl"), help="where results are kept as they come"
    )
    options = parser.parse_args()
    store = Store(options.results)
    sections: list[Section] = []
    for name, measure in PARTS.items():
        if options.only in (None, name):
            sections.append(measure(options.samples, store))
            print(*sections[-1].rows, sep="\n", flush=True)
            if options.only is None:
                _write(sections)  # part by part: what was measured is there, whatever becomes of the rest
    rows = [row for section in sections for row in section.rows]
    if options.json:
        options.json.write_text(json.dumps([row.as_dict() for row in rows], indent=2) + "\n", encoding="utf-8")
    return 1 if any(row.holds is False for row in rows) else 0


def _write(sections: Sequence[Section]) -> None:
    """The page and its pictures."""
    PAGE.write_text(_HEAD + "\n".join(each.markdown() for each in sections), encoding="utf-8", newline="\n")
    folder = PAGE.parent / "pictures"
    folder.mkdir(exist_ok=True)
    for section in sections:
        for name, content in section.pictures.items():
            (folder / name).write_bytes(content)


if __name__ == "__main__":
    sys.exit(main())
