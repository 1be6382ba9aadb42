"""The main job on a sample library, on a fresh machine: set up, build, look, migrate, verify, show where the report is.

python3 scripts/demo.py [--masters N] [--to FOLDER]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from environment import PROJECT, python

SOME_FAILED = 41  # a run that ended, in which originals failed: the sample library lacks some
NOT_ALL_THERE = 42  # what verify says of such a run
OWN_FOLDER = PROJECT / "demo-output"  # ours alone (.gitignore), so a second run may clear it


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--masters", type=int, default=40, help="how many photographs the sample library has")
    parser.add_argument("--to", type=Path, default=OWN_FOLDER, help="where everything is written")
    options = parser.parse_args()
    interpreter = str(python())
    library, destination = options.to / "Sample.aplibrary", options.to / "Lightroom"
    if options.to == OWN_FOLDER:
        shutil.rmtree(OWN_FOLDER, ignore_errors=True)
    elif options.to.exists():
        sys.exit(f"{options.to} exists already; give a folder that does not, so that nothing of yours is overwritten.")
    options.to.mkdir(parents=True)
    generator = str(PROJECT / "scripts" / "make_sample_library.py")
    couloir = [interpreter, "-m", "couloir"]
    steps = [
        [interpreter, generator, str(library), "--masters", str(options.masters), "--pictures", "real"],
        [*couloir, "inspect", str(library)],
        [*couloir, "migrate", str(library), "--to", str(destination)],
        [*couloir, "verify", str(destination)],
    ]
    for step in steps:
        shown = " ".join(step[1:]).replace("-m couloir", "couloir", 1)
        print(f"\n$ {shown}", flush=True)
        code = subprocess.run(step, check=False).returncode
        if code not in (0, SOME_FAILED, NOT_ALL_THERE):
            return code
    report = destination / "couloir-report" / "report.html"
    print(f"\nThe photographs are in {destination / 'Photos'}; import that folder in Lightroom Classic with Add.")
    print(f"The report is {report}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
