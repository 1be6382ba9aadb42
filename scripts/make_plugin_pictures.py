"""Draws the dialogs of the Lightroom plug-in for docs/plugin.md, as the fake Lightroom shows them.

python3 scripts/make_plugin_pictures.py           writes docs/pictures/plugin/*.svg
python3 scripts/make_plugin_pictures.py --check   says whether they are out of date (a test runs the same)
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "lightroom"))

from plugin_pictures.scenes import SCENES
from plugin_pictures.stage import stage

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "docs" / "pictures" / "plugin"


def pictures() -> dict[str, str]:
    """The SVG of each dialog, by the name of its file."""
    drawn: dict[str, str] = {}
    for scene in SCENES:
        with stage() as setting:
            scene(setting)
            drawn |= {f"{name}.svg": picture for name, picture in setting.pictures.items()}
    return drawn


def outdated(drawn: dict[str, str]) -> list[str]:
    """The files that are missing, different, or left over."""
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")}
    return sorted(name for name in drawn.keys() | there.keys() if drawn.get(name) != there.get(name))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 when a picture is out of date")
    options = parser.parse_args()
    drawn = pictures()
    changed = outdated(drawn)
    for name in changed:
        print(f"{'out of date' if options.check else 'wrote'}: docs/pictures/plugin/{name}")
    if options.check:
        return 1 if changed else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in changed:
        if name in drawn:
            (FOLDER / name).write_text(drawn[name], encoding="utf-8", newline="\n")
        else:
            (FOLDER / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
