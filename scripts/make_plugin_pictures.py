"""Draws the dialogs of the Lightroom plug-in for docs/plugin.md, as the fake Lightroom shows them.

python3 scripts/make_plugin_pictures.py           writes docs/pictures/plugin/*.svg, and de/, fr/, ja/ there
python3 scripts/make_plugin_pictures.py --check   says whether they are out of date (a test runs the same)
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "lightroom"))

from couloir.language.choice import ENGLISH, LANGUAGES
from plugin_pictures.scenes import SCENES
from plugin_pictures.stage import stage

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "docs" / "pictures" / "plugin"


def pictures(languages: Iterable[str] = LANGUAGES) -> dict[str, str]:
    """The SVG of each dialog, by its path in FOLDER: English ones in it, others in a folder of their language."""
    drawn: dict[str, str] = {}
    for language in languages:
        place = "" if language == ENGLISH else f"{language}/"
        for scene in SCENES:
            with stage(language) as setting:
                scene(setting)
                drawn |= {f"{place}{name}.svg": picture for name, picture in setting.pictures.items()}
    return drawn


def outdated(drawn: dict[str, str]) -> list[str]:
    """The files that are missing, different, or left over."""
    files = FOLDER.rglob("*.svg")
    there = {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in files}
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
    for name in changed:
        if name in drawn:
            (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
            (FOLDER / name).write_text(drawn[name], encoding="utf-8", newline="\n")
        else:
            (FOLDER / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
