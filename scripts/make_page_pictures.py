"""Takes the pictures of the report and of its page of all photos for docs/report.md: a library, migrated, in Chromium.

    python3 scripts/make_page_pictures.py PHOTOGRAPHS [FOLDER]

The library is generated, and shows the JPEG files of the folder PHOTOGRAPHS: for the documentation those of
drewnoakes/metadata-extractor-images, which may be used freely. Also the way to look at the page after a change: FOLDER
(docs/pictures unless given) gets all of them, light and dark, wide and narrow, other languages in folders of their own.
docs/pictures keeps small ones of the other languages. Needs Chromium, and letters for Japanese.
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
from couloir.language.choice import ENGLISH, LANGUAGES
from couloir.migrate.options import MigrationOptions
from couloir.migrate.report.report import write_report
from couloir.migrate.run import migrating
from sample_library import build_library

PICTURES: Final = Path(__file__).resolve().parent.parent / "docs" / "pictures"
_IN_DOCS: Final = ("report", "grid", "wipe-dark", "difference")
_IN_OTHERS: Final = ("report", "grid")  # of the other languages, in docs
_SMALL: Final = (800, 480)
# Those of drewnoakes/metadata-extractor-images without people; of another folder, all are shown.
_SHOWN: Final = frozenset(
    """
    Android_Depth_Map
    Apple_iPhone_5
    Apple_iPhone_6_plus
    Canon_EOS_20D__1_
    Canon_EOS_5D
    Canon_IXUS_430
    Canon_PowerShot_A20
    Canon_PowerShot_G11
    Canon_PowerShot_G2
    Canon_PowerShot_S40__2_
    Casio_QV-3000EX
    Epson_PhotoPC_3000Z
    FujiFilm_FinePix_A303
    FujiFilm_MX-1200
    HP_PhotoSmart_C812
    HTC_One_M8
    Issue_308
    Issue_354__Java_
    Kodak_DX4330
    Kodak_PIXPRO_AZ521
    Kodak_PIXPRO_S-1
    Kodak_PIXPRO_SP360
    Minolta_DiMAGE_A1
    Minolta_DiMAGE_S304
    Motorola_XT1068__Moto_G_
    Nikon_Coolpix_775
    Nikon_D3100
    Nikon_E990
    Noritsu_Koki_QSS
    Olympus_E-10
    Oppo_R7_Plus
    Panasonic_DMC-LC70__Lumix_
    Panasonic_DMC-LX3__Lumix_
    Panasonic_FZ5
    Panasonic_LZ2
    Pentax_Optio_330
    Pentax_Optio_430
    Samsung_GT-I9100__Galaxy_SII_
    Samsung_SM-J327T1
    Sony_DSC-H9
    Sony_DSC-T5
    """.split()  # noqa: SIM905 - a list of words is easier to read so
)
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
    every = len(sys.argv) > 2
    with tempfile.TemporaryDirectory(prefix="couloir-page-") as name, browsing(program) as page:
        for language, photos in _pages(Path(name), photographs):
            wanted = _IN_DOCS if language == ENGLISH else _IN_OTHERS
            place = folder if language == ENGLISH else folder / language
            place.mkdir(parents=True, exist_ok=True)
            for title in _views(page, photos):
                if every or title in wanted:
                    page.until(_DRAWN)
                    time.sleep(0.3)  # decoded is not yet painted
                    _save(page, place / f"page-{title}.webp", small=language != ENGLISH and not every)
    return 0


def _pages(folder: Path, photographs: Path) -> Iterator[tuple[str, Path]]:
    """One migration, and its page of all photos in each language, one after the other."""
    path, shown = folder / "Sample.aplibrary", folder / "photographs"
    shown.mkdir()
    files = list(photographs.glob("*.jpg"))
    for file in [file for file in files if file.stem in _SHOWN] or files:
        shutil.copyfile(file, shown / file.name)
    build_library(path, masters=60, references=folder / "Volumes", pictures="real", photographs=shown)
    volumes = {place.name: place for place in (folder / "Volumes").iterdir()}
    with (
        Library.open(path, volumes) as library,
        migrating(library, folder / "out", MigrationOptions()) as (_, ledger),
    ):
        for language in LANGUAGES:
            yield language, write_report(library, ledger, folder / "out", language=language).photos


def _views(page: Page, photos: Path) -> Iterator[str]:
    """Gives the title of each view while the page shows it."""
    page.resize(*_WIDE)
    page.open((photos.parent / "report.html").as_uri())
    yield "report"
    page.resize(*_NARROW)
    yield "report-narrow"
    page.resize(*_WIDE, dark=True)
    yield "report-dark"
    page.resize(*_WIDE)
    page.open(photos.as_uri())
    page.until("document.documentElement.dataset.loaded")
    yield "grid"
    page.ask("document.querySelector('.summary').open = true")
    yield "summary"
    page.resize(*_WIDE, dark=True)
    yield "summary-dark"
    page.ask("document.querySelector('.summary').open = false")
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


def _save(page: Page, file: Path, *, small: bool) -> None:
    shot = file.with_suffix(".png")
    page.picture(shot)
    picture = Image.open(io.BytesIO(shot.read_bytes())).convert("RGB")
    shot.unlink()
    if small:
        picture.thumbnail(_SMALL)
    picture.save(file, "WEBP", quality=60 if small else 80, method=6)
    print(f"{file} ({file.stat().st_size / 1000:.0f} kB)")


if __name__ == "__main__":
    sys.exit(main())
