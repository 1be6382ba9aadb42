"""Writes an Aperture 3.6 library of any size, made up from a seed: python3 scripts/make_sample_library.py --help."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

# Run as a script, only this folder is on the path; the engine that draws previews is in the package beside it.
_HERE = Path(__file__).resolve().parent
for _folder in (_HERE, _HERE.parent / "daemon", _HERE.parent / "tests" / "sample_library"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

from sample_library import ANOMALIES, BadOption, build_library  # noqa: E402 - needs the path above

PROGRESS_SECONDS = 2.0


def _parser() -> argparse.ArgumentParser:
    known = "\n".join(f"  {name:<24} {anomaly.text}" for name, anomaly in ANOMALIES.items())
    parser = argparse.ArgumentParser(
        description="Write a made-up Aperture 3.6 library. The same arguments give the same bytes.",
        epilog=f"anomalies (a beginning such as hostile-blob stands for all that follow it):\n{known}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("destination", type=Path, metavar="DEST.aplibrary", help="the library to write; must not exist")
    parser.add_argument("--masters", type=int, required=True, help="number of originals, 1 to 500,000")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes another library (default 1)")
    parser.add_argument(
        "--pictures",
        choices=("real", "tiny", "none"),
        default="tiny",
        help="photographs of 480 to 1600 pixels, small ones, or no files at all (default tiny)",
    )
    parser.add_argument(
        "--photographs", type=Path, metavar="FOLDER", help="show this folder's JPEG files, with --pictures real"
    )
    parser.add_argument("--anomalies", default="", metavar="LIST", help="names parted by commas, or all")
    parser.add_argument(
        "--references", type=Path, metavar="FOLDER", help="write referenced originals below this folder"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="manifest (default sample-manifest.json beside DEST)")
    parser.add_argument("--no-plists", action="store_true", help="no property list for each photo: databases only")
    parser.add_argument("--older", action="store_true", help="the shape of Aperture 3.1.2 instead of 3.6")
    parser.add_argument(
        "--lean", action="store_true", help="only main EXIF properties, for benchmarks of large libraries"
    )
    return parser


class _Progress:
    def __init__(self, total: int) -> None:
        self._total = total
        self._shown = time.monotonic()

    def __call__(self, done: int) -> None:
        if time.monotonic() - self._shown >= PROGRESS_SECONDS:
            self._shown = time.monotonic()
            print(f"{done:,} of {self._total:,} masters", file=sys.stderr)


def main() -> int:
    """Returns the exit code: 0 when the library was written, 2 for arguments that cannot be."""
    parser = _parser()
    arguments = parser.parse_args()
    try:
        manifest = build_library(
            arguments.destination,
            masters=arguments.masters,
            seed=arguments.seed,
            pictures=arguments.pictures,
            anomalies=[name.strip() for name in arguments.anomalies.split(",") if name.strip()],
            references=arguments.references,
            write_plists=not arguments.no_plists,
            lean=arguments.lean,
            older=arguments.older,
            photographs=arguments.photographs,
            manifest_path=arguments.json,
            progress=_Progress(arguments.masters),
        )
    except (BadOption, FileExistsError) as error:
        parser.error(str(error))
    except OSError as error:
        parser.error(f"{error.filename or arguments.destination} cannot be written: {error.strerror}")
    counts = manifest.counts
    print(f"{arguments.destination}: {counts['masters']:,} masters, {counts['versions']:,} versions,", end=" ")
    print(f"{counts['operations']:,} operations, {len(manifest.anomalies)} anomalies")
    if manifest.not_planted:
        print(f"No photo suited: {', '.join(manifest.not_planted)}. Ask for more masters.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
