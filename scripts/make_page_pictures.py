"""Takes the pictures of the report and of its page of all photos for docs/report.md: a library, migrated, in Chromium.

    python3 scripts/make_page_pictures.py PHOTOGRAPHS [FOLDER]

The library is generated, and shows the JPEG files of the folder PHOTOGRAPHS: for the documentation those of
drewnoakes/metadata-extractor-images, which may be used freely. Also the way to look at the page after a change: FOLDER
(docs/pictures unless given) gets all of them, light and dark, wide and narrow. Needs Chromium.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "sample_library"))

from PIL import Image

from browser import Page, browsing
from couloir.aperture.library import Library
from couloir.migrate.options import MigrationOptions
from couloir.migrate.report.report import write_report
from couloir.migrate.run import migrating
from sample_library import build_library

PICTURES: Final = Path(__file__).resolve().parent.parent / "docs" / "pictures"
_IN_DOCS: Final = ("grid", "wipe-dark", "difference")
_WIDE: Final = (1200, 720)
_NARROW: Final = (390, 780)
_OPEN: Final = "document.documentElement.dataset.open"
_DRAWN: Final = "[...document.querySelectorAll('.cell:not([hidden]) img, #stage img')].every(i => i.complete)"


def main() -> int:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        sys.exit("Chromium is not installed.")
    if len(sys.argv) < 2:
        sys.exit("Give the folder with the photographs that the library shall show.")
    photographs = Path(sys.argv[1])
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else PICTURES
    wanted = None if len(sys.argv) > 2 else _IN_DOCS
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="couloir-page-") as name, browsing(program) as page:
        page.open(_page(Path(name), photographs).as_uri())
        page.until("document.documentElement.dataset.loaded")
        for title in _views(page):
            if wanted is None or title in wanted:
                page.until(_DRAWN)
                time.sleep(0.3)  # decoded is not yet painted
                _save(page, folder / f"page-{title}.webp")
    return 0


def _page(folder: Path, photographs: Path) -> Path:
    path = folder / "Sample.aplibrary"
    build_library(path, masters=60, references=folder / "Volumes", pictures="real", photographs=photographs)
    volumes = {place.name: place for place in (folder / "Volumes").iterdir()}
    with (
        Library.open(path, volumes) as library,
        migrating(library, folder / "out", MigrationOptions()) as (_, ledger),
    ):
        return write_report(library, ledger, folder / "out").photos


def _views(page: Page) -> Iterator[str]:
    """Gives the title of each view while the page shows it."""
    page.resize(*_WIDE)
    yield "grid"
    page.ask("document.querySelector('details').open = true")
    yield "summary"
    page.resize(*_WIDE, dark=True)
    yield "summary-dark"
    page.ask("document.querySelector('details').open = false")
    yield "grid-dark"
    page.resize(*_NARROW)
    yield "grid-narrow"
    page.resize(*_WIDE)
    page.press("ArrowRight", "Enter")
    page.until(_OPEN)
    yield "side"
    page.press("2")
    yield "wipe"
    page.resize(*_WIDE, dark=True)
    yield "wipe-dark"
    page.resize(*_NARROW, dark=True)
    yield "wipe-narrow-dark"
    page.resize(*_WIDE)
    page.press("3")
    yield "difference"


def _save(page: Page, file: Path) -> None:
    shot = file.with_suffix(".png")
    page.picture(shot)
    picture = Image.open(io.BytesIO(shot.read_bytes())).convert("RGB")
    shot.unlink()
    picture.save(file, "WEBP", quality=80, method=6)
    print(f"{file} ({file.stat().st_size / 1000:.0f} kB)")


if __name__ == "__main__":
    sys.exit(main())
