"""How fast the parts are, measured on this computer now.

    python3 scripts/bench.py daemon [--json FILE] [--record]

Each benchmark prints a table of rows {name, value, unit, target, holds} and, with --json, writes them to a file. With
--record they become the page's: record what was measured on a computer that does nothing else. A row without a target
is there to be compared with. Ends with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "sample_library"))

import figures
from benchmarks.rows import Row, add_json_option, write_rows
from couloir.cli.main import THREADS


def daemon() -> Sequence[Row]:
    """The service: derive requests a second against a constant answer, latency with several clients, cold start."""
    from benchmarks.daemon import measure

    return measure()


def reader() -> Sequence[Row]:
    """The library reader: time and memory beside osxphotos' reader and beside sqlite3 alone, blobs a second."""
    from benchmarks.reader import measure

    return measure()


def plugin() -> Sequence[Row]:
    """The plug-in in the fake Lightroom: gates and requests a photo in an import of 1,000 versions."""
    from benchmarks.plugin import measure

    return measure()


def page() -> Sequence[Row]:
    """The page of all photos in Chromium: first paint of 1,000 photos, and how 100,000 behave."""
    from benchmarks.page import measure

    return measure()


def engines() -> Sequence[Row]:
    """Both engines: megapixels a second beside a matrix and a lookup, and many small renderings beside darktable."""
    from benchmarks.engines import measure

    return measure()


def learn() -> Sequence[Row]:
    """The learned residual: inference for each photo, and features beside decoding the preview they come from."""
    from benchmarks.learning import measure

    return measure()


def loop() -> Sequence[Row]:
    """The matching loop: its own time a rendering, without the renderer's, and its memory."""
    from benchmarks.loop import measure

    return measure()


def memory() -> Sequence[Row]:
    """A night's memory: 10,000 turns through the code that matches, with a renderer that costs nothing."""
    from benchmarks.memory import measure

    return measure()


def import_() -> Sequence[Row]:
    """An import beside Lightroom: processor time of plan, opening and batches, temporary files, the ledger's size."""
    from benchmarks.importing import measure

    return measure()


def plan() -> Sequence[Row]:
    """The plan of a night of matching: time and memory for libraries up to 500,000 photos."""
    from benchmarks.planning import measure

    return measure()


def brushes() -> Sequence[Row]:
    """Masks to a brush's dabs: time on one core, and how near they come, beside drawing the dabs once."""
    from benchmarks.brushes import measure

    return measure()


BENCHMARKS: tuple[Callable[[], Sequence[Row]], ...] = (
    daemon,
    reader,
    plugin,
    page,
    engines,
    learn,
    loop,
    memory,
    import_,
    plan,
    brushes,
)


def parser() -> argparse.ArgumentParser:
    """A subcommand for each benchmark."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = options.add_subparsers(required=True, metavar="BENCHMARK")
    for benchmark in BENCHMARKS:
        command = commands.add_parser(
            benchmark.__name__.rstrip("_"), help=benchmark.__doc__, description=benchmark.__doc__
        )
        add_json_option(command)
        command.add_argument("--record", action="store_true", help="put them into docs/figures and docs/performance.md")
        if benchmark is reader:
            command.add_argument("--plot", type=Path, metavar="FILE", help="draw how the ratios grow, as SVG")
        command.set_defaults(benchmark=benchmark, plot=None)
    return options


def main() -> int:
    options = parser().parse_args()
    for name in THREADS:  # before anything loads numpy, as the command line does for its users
        os.environ.setdefault(name, "1")
    rows = options.benchmark()
    for row in rows:
        print(row)
    write_rows(options.json, rows)
    if options.record:
        name = options.benchmark.__name__
        figures.record("performance", name, rows, f"python3 scripts/bench.py {name.rstrip('_')}")
    if options.plot is not None:
        from benchmarks.plot import drawing

        options.plot.write_text(drawing([row.as_dict() for row in rows]), encoding="utf-8")
    return 1 if any(row.holds is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
