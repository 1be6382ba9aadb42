"""The edited photos of a real library, matched through the Camera Raw engine to Apple's own previews."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.rows import Row
from couloir.aperture.library import Library
from couloir.color.spaces import srgb_encode
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.pixels import load_pixels
from couloir.engines.protocol import Picture
from couloir.migrate.match_library import Way, match_library
from couloir.migrate.report.compare import fit_to
from couloir.migrate.report.look_pictures import ComparedPictures, difference_map
from couloir.migrate.run import open_ledger
from couloir.refine.options import Finish, Options
from evaluation.engines_renderers import sheet
from evaluation.section import Section

_SHEET = "matching-{number}.jpg"
_SIZE = 768


def measure(library: Path) -> Section:
    """`library`: one whose previews Apple rendered."""
    rows: list[Row] = []
    pictures: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder, Library.open(library) as opened:
        destination = Path(folder) / "out"
        with open_ledger(opened, destination) as ledger:
            way = Way(CameraRawEngine(), Options(finish=Finish.LOOK))
            for found in match_library(opened, ledger, destination, way):
                version = opened.version(found.version)
                if found.before is None or found.after is None or not version.has_enabled_adjustments:
                    continue
                rows.append(Row(f"{version.name}: before", found.before.mean, "CIEDE2000"))
                rows.append(
                    Row(f"{version.name}: matched", found.after.mean, "CIEDE2000", "no more than before",
                        found.after.mean <= found.before.mean)
                )  # fmt: skip
                preview = opened.preview(version).path
                assert preview is not None
                name = _SHEET.format(number=len(pictures) + 1)
                pictures[name] = _beside(preview, destination / found.picture)
                rows.append(Row(f"{version.name}: renderings made", float(found.renderings), "renderings"))
    return Section(rows, pictures)


def _beside(preview: Path, rendering: Path) -> bytes:
    def shown(path: Path) -> Picture:
        return srgb_encode(load_pixels(path, _SIZE, orient=True)).astype("float32")

    wanted = shown(preview)
    drawn = fit_to(shown(rendering), wanted)
    return sheet([wanted, drawn, difference_map(ComparedPictures(wanted, drawn))])
