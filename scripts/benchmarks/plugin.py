"""The whole import through plug-in, service and fake Lightroom: how few gates and requests it takes.

How fast Lightroom itself is, no fake can tell: its own calls cost nothing here.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.daemon import service
from benchmarks.rows import Row
from sample_library import build_library

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests" / "lightroom"))

MASTERS = 1250  # bring more than 1,000 versions
MOST = 0.1  # gates, and requests, a photo
MOST_PROPERTIES = 8  # of the plug-in's own fields, a photo
PHOTOS = 80_000  # for which the hours are told
WRITES = {
    "LrPhoto.setPropertyForPlugin": "fields of the plug-in written",
    "LrPhoto.setRawMetadata": "metadata written",
    "LrPhoto.createDevelopSnapshot": "snapshots made",
}


def measure() -> Sequence[Row]:
    """One import of a generated library, and a second one that finds nothing to do."""
    from fake_lightroom import Lightroom, Options

    with tempfile.TemporaryDirectory(prefix="couloir-bench-") as folder:
        home = Path(folder)
        library = home / "Bench.aplibrary"
        build_library(library, masters=MASTERS, write_plists=False)
        options = Options(time_scale=1, hang_seconds=1200)
        with (
            service(home / "Library" / "Application Support" / "couloir"),
            Lightroom(PROJECT / "lrplugin" / "Couloir.lrplugin", home=home, options=options) as lightroom,
        ):
            _agree(lightroom, library, home / "Pictures" / "Imported")
            began = time.perf_counter()
            lightroom.run_menu("ImportMenu.lua")
            took = time.perf_counter() - began
            first, photos = lightroom.counters, len(lightroom.catalog.photos)
            lightroom.run_menu("ImportMenu.lua")
            second, again = lightroom.counters, len(lightroom.catalog.photos)
    gates, requests = first.gates / photos, first.http_requests / photos
    polls = sum(count for path, count in first.http.items() if path.startswith("GET /v1/jobs/")) / photos
    nils = sum(first.nil_writes.values()) / photos
    return [
        Row("photos and virtual copies imported", photos, "photos", "at least 1,000", photos >= 1000),
        Row("write gates", gates, "a photo", f"below {MOST}", gates < MOST),
        Row("HTTP requests", requests, "a photo", f"below {MOST}", requests < MOST),
        Row("of which looks at a running job, by its time and not by photos", polls, "a photo"),
        Row("calls of Lightroom's SDK", first.calls / photos, "a photo"),
        *(_writes(first, photos, member, name) for member, name in WRITES.items()),
        Row("of which write nothing", nils, "a photo", "none on average", round(nils, 1) == 0),
        *_hours(first, photos),
        Row("photos a second, of which Lightroom's own work takes none", photos / took, "photos/s"),
        Row("write gates of a second import", second.gates - first.gates, "gates", "none", second.gates == first.gates),
        Row("photos added by a second import", again - photos, "photos", "none", again == photos),
    ]


def _writes(counters: Any, photos: int, member: str, name: str) -> Row:
    each = counters.by_name.get(member, 0) / photos
    if member == "LrPhoto.setPropertyForPlugin":
        return Row(name, each, "a photo", f"at most {MOST_PROPERTIES}", each <= MOST_PROPERTIES)
    return Row(name, each, "a photo")


def _hours(counters: Any, photos: int) -> list[Row]:
    """What the calls whose cost on a real Lightroom somebody has published come to."""
    from fake_lightroom import MEASURED_COSTS

    rows, total = [], 0.0
    for member, seconds in MEASURED_COSTS.items():
        hours = counters.by_name.get(member, 0) / photos * seconds * PHOTOS / 3600
        total += hours
        rows.append(Row(f"{member} for {PHOTOS:,} photos, at {seconds} s", hours, "hours"))
    return [*rows, Row(f"all calls of published cost, for {PHOTOS:,} photos", total, "hours")]


def _agree(lightroom: Any, library: Path, destination: Path) -> None:
    """The user imports everything, without matching looks."""
    lightroom.answer("Import from which Aperture library?", lambda dialog: dialog.set("Another", "other") or "ok")
    lightroom.answer("Choose an Aperture library", [str(library)])
    lightroom.answer("Looks and time: ", "ok")
    lightroom.answer("Import from Aperture: ", lambda dialog: dialog.set("Folder:", str(destination)) or "ok")
    lightroom.answer(lambda dialog: dialog.kind in ("modal", "message"), "ok")
