"""Writes the untrained model that ships, its card and its registry entry. Run again, it writes the same bytes.

python3 scripts/make_zero_model.py [--to FOLDER]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from environment import PROJECT, python

_CODE = (
    "import sys, pathlib; from couloir.learn.zero import make_zero_model; make_zero_model(pathlib.Path(sys.argv[1]))"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=PROJECT / "models", help="the models folder")
    options = parser.parse_args()
    code = subprocess.run([str(python(extra="dev")), "-c", _CODE, str(options.to)], check=False).returncode
    if not code:
        print(f"wrote {options.to}")
    return code


if __name__ == "__main__":
    sys.exit(main())
