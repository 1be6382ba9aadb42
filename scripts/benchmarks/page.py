"""The page of all photos in headless Chromium: 1,000 photos and 100,000, beside a page that says only one word.

Thumbnails have the size and the weight of real ones. Times count from the navigation's start, the browser running, the
median of several openings; the first one, which fills the browser's caches, is left out. Needs Chromium.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.rows import Row
from browser import Page, browsing
from couloir.color.difference import Difference
from couloir.engines.pixels import encode_webp
from couloir.migrate.report.look_pictures import NO_PICTURES
from couloir.migrate.report.looks import Look, PhotoEntry
from couloir.migrate.report.page_files import PageFiles
from couloir.migrate.report.thumbnails import SIZE
from couloir.refine.verdict import verdict

FEW: Final = 1_000
MANY: Final = 100_000
PICTURES: Final = 100  # different ones among the thumbnails; each is a file of its own, which is what a browser sees
OPENINGS: Final = 5
PAINT: Final = 1_000.0  # ms, promised for the first paint of FEW photos
STEP: Final = 200.0  # ms, after which a change of the page no longer feels like an answer

_IN_VIEW: Final = """
(() => {
  const look = () => {
    const images = [...document.querySelectorAll('.cell:not([hidden]) img')];
    const drawn = images.length && images.every((image) => image.complete && image.naturalWidth);
    if (drawn) window.inView = performance.now(); else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""
_PAINTED: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
_LOADED: Final = "document.documentElement.dataset.loaded"
_TIMED: Final = """
new Promise((done) => {{
  const began = performance.now();
  {act};
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
}})
"""


def measure() -> Sequence[Row]:
    """Rows for both sizes."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("Chromium is not installed; the page cannot be measured.")
    with tempfile.TemporaryDirectory(prefix="couloir-bench-") as name, browsing(program) as page:
        page.send("Page.addScriptToEvaluateOnNewDocument", source=_IN_VIEW)
        page.resize(1440, 900)
        root = Path(name)
        word = root / "word.html"
        word.write_text("<!doctype html><title>One word</title><p>Photos", encoding="utf-8")
        floor = statistics.median(_opened(page, word, loaded="true")[0] for _ in range(OPENINGS))
        return [
            Row("page, one word: first paint (floor)", floor, "ms"),
            *_few(page, root / "few"),
            *_many(page, root / "many"),
        ]


def _few(page: Page, folder: Path) -> Sequence[Row]:
    file, _ = _written(folder, FEW)
    times = [_opened(page, file) for _ in range(OPENINGS + 1)][1:]
    paint, in_view, loaded = (statistics.median(column) for column in zip(*times, strict=True))
    return [
        Row(f"page, {FEW:,} photos: first paint", paint, "ms", f"under {PAINT:,.0f} ms", paint < PAINT),
        Row(f"page, {FEW:,} photos: all in view drawn", in_view, "ms", f"under {PAINT:,.0f} ms", in_view < PAINT),
        Row(f"page, {FEW:,} photos: all loaded", loaded, "ms"),
    ]


def _many(page: Page, folder: Path) -> Sequence[Row]:
    file, seconds = _written(folder, MANY)
    size = sum(piece.stat().st_size for piece in (folder / "data").iterdir()) / 1e6
    times = [_opened(page, file) for _ in range(4)][1:]
    paint, in_view, loaded = (statistics.median(column) for column in zip(*times, strict=True))
    scroll = "document.getElementById('grid').scrollTop = document.getElementById('grid').scrollHeight * {part}"
    idle = statistics.median(float(page.ask(_TIMED.format(act="0"))) for _ in range(20))
    jumps = [float(page.ask(_TIMED.format(act=scroll.format(part=part / 20)))) for part in range(20)]
    choice = "const s = document.getElementById('verdict'); s.value = '{n}'; s.dispatchEvent(new Event('change'))"
    filters = [float(page.ask(_TIMED.format(act=choice.format(n=number)))) for number in (0, 1, 2, 3, "")]
    order = "const s = document.getElementById('order'); s.value = 'name'; s.dispatchEvent(new Event('change'))"
    sort = float(page.ask(_TIMED.format(act=order)))
    heap = page.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    cells = float(page.ask("document.querySelectorAll('.cell').length"))
    jump, filtering = statistics.median(jumps), max(filters)
    return [
        Row(f"page, {MANY:,} photos: written (rows and details)", seconds, "s"),
        Row(f"page, {MANY:,} photos: data on disk", size, "MB"),
        Row(f"page, {MANY:,} photos: first paint", paint, "ms", f"under {PAINT:,.0f} ms", paint < PAINT),
        Row(f"page, {MANY:,} photos: all in view drawn", in_view, "ms", f"under {PAINT:,.0f} ms", in_view < PAINT),
        Row(f"page, {MANY:,} photos: all loaded", loaded, "ms"),
        Row(f"page, {MANY:,} photos: two frames with nothing to do (floor)", idle, "ms"),
        Row(f"page, {MANY:,} photos: a jump, median of 20", jump, "ms", f"under {STEP:g} ms", jump < STEP),
        Row(f"page, {MANY:,} photos: a jump, slowest of 20", max(jumps), "ms"),
        Row(f"page, {MANY:,} photos: a filter, slowest of 5", filtering, "ms", f"under {STEP:g} ms", filtering < STEP),
        Row(f"page, {MANY:,} photos: sorted by name", sort, "ms"),
        Row(f"page, {MANY:,} photos: cells that exist", cells, "cells"),
        Row(f"page, {MANY:,} photos: JavaScript heap", heap, "MB"),
    ]


def _opened(page: Page, file: Path, loaded: str = _LOADED) -> tuple[float, float, float]:
    """Milliseconds to the first paint, to every thumbnail in view, and to the last row, of one opening."""
    page.open("about:blank")
    page.open(file.as_uri())
    page.until(loaded)
    end = float(page.ask("performance.now()"))
    paint = float(page.until(_PAINTED))
    return paint, float(page.until("window.inView") if loaded == _LOADED else paint), end


def _written(folder: Path, count: int) -> tuple[Path, float]:
    """A page of so many photos with FEW thumbnails, and the seconds that writing it took without those."""
    (folder / "thumbs").mkdir(parents=True)
    dice = np.random.default_rng(1)
    names = [f"{number:020x}-{number:x}.webp" for number in range(FEW)]
    pictures = [encode_webp(_picture(dice), 72) for _ in range(PICTURES)]
    for number, name in enumerate(names):
        (folder / "thumbs" / name).write_bytes(pictures[number % PICTURES])
    began = time.perf_counter()
    page = PageFiles(folder)
    for number, mean in enumerate(dice.gamma(2, 1.2, count)):
        page.add(_photo(number, float(mean), names[number % FEW]))
    file = page.finish("A library")
    return file, time.perf_counter() - began


def _picture(dice: np.random.Generator) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Smooth shapes with grain: it weighs what a photograph's thumbnail does, 10 to 20 kB."""
    height, width = SIZE * 2 // 3, SIZE
    y, x = np.mgrid[0:height, 0:width] / width
    waves = [np.sin(dice.uniform(3, 30) * x + dice.uniform(3, 30) * y + dice.uniform(0, 6)) for _ in range(3)]
    picture = 0.5 + 0.3 * np.stack(waves, axis=-1) + dice.normal(0, 0.04, (height, width, 1))
    return np.clip(picture, 0, 1).astype(np.float32)


def _photo(number: int, mean: float, thumbnail: str) -> PhotoEntry:
    found = Difference(mean, 2.2 * mean)
    before = Difference(mean + 2, 2.2 * mean + 4)
    look = Look(verdict(found, "Lightroom"), "as translated", before, found, "Lightroom", 3, "",
                {"Exposure2012": 0.35, "Contrast2012": 12, "CameraProfile": "Adobe Standard"}, NO_PICTURES)  # fmt: skip
    titles = ("Exposure", "Curves", "Levels", "White Balance", "Enhance", "Highlights & Shadows")
    operations = [
        {
            "title": titles[(number + more) % 6],
            "fidelity": "approximate",
            "reason": "As near as Lightroom's slider goes.",
            "lost": (),
        }
        for more in range(number % 4)
    ]
    return PhotoEntry(
        uuid=f"{number:022x}",
        name=f"IMG_{number:06}",
        project=f"Project {number % 200:03}",
        camera=f"Camera {number % 7}",
        verdict=look.verdict,
        why="",
        path=f"Projects/Project {number % 200:03}/IMG_{number:06}.jpg",
        outcome="Written with its settings and metadata.",
        advice="",
        thumbnail=thumbnail,
        operations=operations,
        look=look,
    )
