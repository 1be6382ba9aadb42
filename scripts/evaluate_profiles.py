"""Holds learnt camera profiles against real engines and real readers, and writes docs/profiles.md with the figures.

    python3 scripts/evaluate_profiles.py SAMPLES [--only looks] [--resume FOLDER] [--json FILE]

SAMPLES is the folder of real files, of which photographs/ is used. Needs Adobe's DNG SDK (fetched from PyPI and built
once, Linux and g++), darktable and RawTherapee. `--resume` keeps renderings in FOLDER and takes those that are there.
Ends with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from evaluation import profiles_consumers, profiles_cost, profiles_edits, profiles_looks, profiles_safety
from evaluation.profiles_standins import Cache, Scene, scene
from evaluation.scenes import camera_model, photographs
from evaluation.section import Section

PAGE = Path(__file__).resolve().parent.parent / "docs" / "profiles.md"
SCENES = 28
PARTS: dict[str, Callable[[list[Scene], list[Path], Cache], Section]] = {
    "looks": lambda scenes, _photos, cache: profiles_looks.measure(scenes, cache),
    "edits": profiles_edits.measure,
    "consumers": lambda scenes, _photos, cache: profiles_consumers.measure(scenes, cache),
    "safety": lambda scenes, _photos, cache: profiles_safety.measure(scenes, cache),
    "cost": lambda scenes, _photos, cache: profiles_cost.measure(scenes, cache),
}
_HEAD = """# Camera profiles learnt from a library

<!-- Written by scripts/evaluate_profiles.py; run it again to change a figure. -->

Two RAW engines render the same unedited file differently, and no slider copies another engine's colours. Lightroom has
a place for that: the camera profile. Couloir learns one for each camera of a library, from RAW photos whose Aperture
previews show no edit (`couloir profile learn LIBRARY`): a tone curve and a table of hue, saturation and lightness, with
a map of its own for tungsten light where a library has both. Only RAW files have camera profiles; JPEG, TIFF and HEIC
files have none and need none, since both applications begin with the same pixels. Neither Aperture nor Lightroom runs
where this was measured: real engines of other makers stand in for Aperture, and Adobe's own DNG SDK for Lightroom.
`python3 scripts/evaluate_profiles.py SAMPLES` writes this page.

What is learnt from: RAW photos of one camera and one of Apple's RAW decoders whose preview is up to date and whose
edits are none but cropping, straightening and exposure (which is taken off again). Left out, with the reason: stale
previews, cameras' own JPEGs, previews of another photo, other edits, black and white, photos of another decoder, and
a camera's only photo, which nothing could be checked on. Photos are read, spread over the library, until they show no
new colours (at most 50). A photo that somebody edited without a trace gets gains of its own and no say in the
exposure. The fit is held against folds and drawn towards a camera of the same maker, or Apple's published generic
curve, where colours are missing. A profile is kept only when it brings photos it never saw nearer to their previews,
and says in itself from how many photos it was learnt and what that brought. `couloir profile install` puts it where
Camera Raw looks; `couloir migrate --profiles`, `couloir match --profiles` and imports that ask for it name it under RAW
photos.

"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("samples", type=Path)
    parser.add_argument("--only", choices=PARTS, help="measure one part, and leave the page alone")
    parser.add_argument("--resume", type=Path, metavar="FOLDER", help="keep renderings and finished parts here")
    parser.add_argument("--json", type=Path, help="write rows {name, value, unit, target, holds} to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.resume or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        cache = Cache(folder)
        _, model = camera_model(0)
        photos = list(photographs(options.samples / "photographs", SCENES))
        scenes = [scene(photo, model, folder) for photo in photos]
        sections = []
        for name, measure in PARTS.items():
            if options.only in (None, name):
                begun = time.process_time()
                sections.append(measure(scenes, photos, cache))
                for row in sections[-1].rows:
                    print(row, flush=True)
                print(f"{name}: {time.process_time() - begun:.0f} CPU seconds, renderings apart", file=sys.stderr)
    rows = [row for section in sections for row in section.rows]
    if options.json:
        options.json.write_text(json.dumps([row.as_dict() for row in rows], indent=2) + "\n", encoding="utf-8")
    if options.only is None:
        PAGE.write_text(_HEAD + "\n".join(each.markdown() for each in sections), encoding="utf-8", newline="\n")
        for section in sections:
            for name, content in section.pictures.items():
                (PAGE.parent / "pictures" / name).write_bytes(content)
    return 1 if any(row.holds is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
