"""The page of all photos in Chromium, opened from disk: content, clicks and keys."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from browser import Page, browsing
from couloir.color.difference import Difference
from couloir.engines.pixels import encode_webp
from couloir.migrate.report.look_pictures import NO_PICTURES, ComparedPictures, PairPictures, draw
from couloir.migrate.report.looks import Look, PhotoEntry
from couloir.migrate.report.page_files import PageFiles
from couloir.refine.verdict import Verdict, verdict

COUNT = 6000
MEASURED = 4500
RENDERER = "Lightroom"
HOSTILE = "</script><script>document.title='evil'</script><img src=x onerror=\"document.title='evil'\">"
LOADED = "document.documentElement.dataset.loaded"
OPEN = "document.documentElement.dataset.open"

pytestmark = pytest.mark.tool("chromium")


def photo(number: int, drawn: PairPictures) -> PhotoEntry:
    """Number 0 has the largest difference; every third is of another project; 7 differs from the rest."""
    measured = number < MEASURED
    mean = 12 * (1 - number / MEASURED)
    look = None
    if measured:
        found = Difference(mean, 2 * mean)
        look = Look(
            verdict(found, RENDERER), "without the translation", Difference(mean + 1, 2 * mean + 2), found, RENDERER, 1,
            "",
            {"Exposure2012": 0.5, "ToneCurvePV2012": [0, 0, 21, 12, 255, 255]}, drawn if number < 10 else NO_PICTURES,
        )  # fmt: skip
    return PhotoEntry(
        uuid=f"uuid-{number}",
        name=HOSTILE if number == 7 else f"Photo {number:04}",
        project=f"Project {number % 3}",
        camera="A camera",
        verdict=Verdict.UNMEASURED if look is None else look.verdict,
        why="" if look else "Not drawn.",
        path=f"Project {number % 3}/photo {number}.jpg",
        outcome="Written.",
        advice="",
        thumbnail="one.webp",
        operations=[
            {
                "title": "Curves" if number % 2 else "Levels",
                "fidelity": "approximate",
                "reason": "As near as it goes.",
                "lost": [],
            }
        ],
        look=look,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("couloir-report")
    ramp = np.linspace(0, 1, 90, dtype=np.float32)[None, :, None] * np.ones((60, 1, 3), np.float32)
    for name in ("thumbs", "pictures"):
        (folder / name).mkdir()
    (folder / "thumbs" / "one.webp").write_bytes(encode_webp(ramp))
    drawn = draw(ComparedPictures(ramp, ramp**2), folder, "pictures/0")
    page = PageFiles(folder)
    for number in range(COUNT):
        page.add(photo(number, drawn))
    page.finish("A library")
    return folder


@pytest.fixture(scope="module")
def browser(tool: Callable[[str], str]) -> Iterator[Page]:
    with browsing(tool("chromium")) as page:
        yield page


@pytest.fixture
def page(browser: Page, folder: Path) -> Iterator[Page]:
    """The page as it opens in a window of a usual size; at its end nothing was complained of or asked for elsewhere."""
    browser.complaints.clear()
    browser.requests.clear()
    browser.resize(1280, 800)
    browser.open((folder / "photos.html").as_uri())
    browser.until(f"{LOADED} === '{COUNT}'")
    yield browser
    assert browser.complaints == []
    root = folder.as_uri()
    assert [address for address in browser.requests if not address.startswith((root, "data:,"))] == []
    assert browser.ask("document.title") == "A library: the photos"


def cells(page: Page) -> list[str]:
    """The visible cells' names, from the first on."""
    found = page.ask(
        "[...document.querySelectorAll('.cell:not([hidden])')].map(c => [Number(c.dataset.position),"
        " c.querySelector('.name').textContent]).sort((a, b) => a[0] - b[0]).map(c => c[1])"
    )
    return list(found)


def choose(page: Page, name: str, label: str) -> None:
    page.ask(
        f"(() => {{ const s = document.getElementById('{name}');"
        f" s.value = [...s.options].find(o => o.textContent === '{label}').value;"
        " s.dispatchEvent(new Event('change')); })()"
    )


def shown(page: Page) -> int:
    return int(page.ask("document.documentElement.dataset.shown"))


def test_only_the_photos_in_view_exist_and_all_can_be_reached(page: Page) -> None:
    assert cells(page)[:2] == ["Photo 0000", "Photo 0001"]
    most = page.ask("document.querySelectorAll('.cell').length")
    assert most < 100
    for part in (0.25, 0.5, 1.0):
        page.ask(f"(() => {{ const g = document.getElementById('grid'); g.scrollTop = {part} * g.scrollHeight; }})()")
        wanted = f"Photo {COUNT - 1:04}" if part == 1 else None
        page.until(
            "(() => { const g = document.getElementById('grid').getBoundingClientRect();"
            " return [...document.querySelectorAll('.cell:not([hidden])')].some(c => {"
            "  const r = c.getBoundingClientRect(); return r.top < g.bottom - 40 && r.bottom > g.top + 40; }); })()"
        )
        if wanted:
            page.until(
                f"[...document.querySelectorAll('.cell:not([hidden]) .name')].some(n => n.textContent === '{wanted}')"
            )
    assert page.ask("document.querySelectorAll('.cell').length") < 150


def test_filters_leave_what_they_name(page: Page) -> None:
    choose(page, "project", "Project 1")
    assert shown(page) == COUNT // 3
    assert all(int(name.removeprefix("Photo ")) % 3 == 1 for name in cells(page) if name != HOSTILE)
    choose(page, "adjustment", "Levels")
    assert shown(page) == COUNT // 6
    choose(page, "verdict", "Review")
    review = [n for n in range(MEASURED) if 12 * (1 - n / MEASURED) > 5 and n % 3 == 1 and n % 2 == 0]
    assert shown(page) == len(review)
    choose(page, "verdict", "Not measured")
    assert shown(page) == sum(n % 3 == 1 and n % 2 == 0 for n in range(MEASURED, COUNT))
    for name in ("project", "adjustment", "verdict"):
        choose(page, name, "all")
    page.press("/")
    page.press(*"0123")
    page.until("document.documentElement.dataset.shown === '1'")
    assert cells(page) == ["Photo 0123"]


def test_an_order_is_kept_by_every_filter(page: Page) -> None:
    choose(page, "order", "smallest difference")
    assert cells(page)[0] == f"Photo {MEASURED - 1:04}"
    choose(page, "project", "Project 0")
    assert cells(page)[0] == f"Photo {max(n for n in range(MEASURED) if n % 3 == 0):04}"
    choose(page, "order", "name")
    assert cells(page)[0] == "Photo 0000"


def test_the_keyboard_walks_the_grid_opens_a_photo_and_goes_on_to_the_next(page: Page) -> None:
    columns = page.ask(
        "new Set([...document.querySelectorAll('.cell:not([hidden])')].map(c => c.getBoundingClientRect().left)).size"
    )
    page.press("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowDown")
    assert page.ask("document.getElementById('grid').getAttribute('aria-activedescendant')") == f"cell-{2 * columns}"
    assert page.ask("document.querySelectorAll('[aria-selected=true]').length") == 1
    page.press("Home", "Enter")
    assert page.until(OPEN) == "uuid-0"
    page.press("ArrowRight")
    page.until(f"{OPEN} === 'uuid-1'")
    page.press("ArrowLeft")
    page.until(f"{OPEN} === 'uuid-0'")
    page.press("Escape")
    page.until(f"{OPEN} === undefined && document.activeElement.id === 'grid'")
    page.press("End", "Enter")
    page.until(f"{OPEN} === 'uuid-{COUNT - 1}'")
    assert "Not drawn." in page.ask("document.getElementById('stage').textContent")
    page.press("Escape")


def test_a_photo_is_shown_side_by_side_wiped_and_as_a_map_with_its_scale(page: Page, folder: Path) -> None:
    page.click(".cell[data-position='0']")
    page.until(f"{OPEN} === 'uuid-0'")
    page.until("[...document.querySelectorAll('#stage img')].every(i => i.complete && i.naturalWidth === 90)")
    assert page.ask("[...document.querySelectorAll('#stage figcaption')].map(c => c.textContent)") == [
        "Aperture",
        "Drawn by Lightroom",
    ]
    text = page.ask("document.getElementById('facts').textContent")
    for told in (
        "12.00",
        "Review",
        "95th percentile 24.00",
        "without the translation 13.00",
        "Levels",
        "approximate",
        "Exposure0.5",
        "0\u00a0→\u00a00, 21\u00a0→\u00a012",
    ):
        assert told in text
    assert page.ask("document.querySelectorAll('#facts .histogram polygon').length") == 6
    assert page.ask("[...document.querySelectorAll('[data-say]')].every(b => b.hidden)")  # nobody is there to be told
    assert page.ask("document.getElementById('elsewhere').checkVisibility()")

    page.press("2")
    page.until("[...document.querySelectorAll('.wiper img')].every(i => i.complete && i.naturalWidth === 90)")
    place = page.ask(
        "(() => { const r = document.querySelector('.wiper').getBoundingClientRect();"
        " return { x: r.x, y: r.y, width: r.width, height: r.height }; })()"
    )
    page.mouse("mousePressed", place["x"] + place["width"] * 0.25, place["y"] + place["height"] / 2)
    page.mouse("mouseReleased", place["x"] + place["width"] * 0.25, place["y"] + place["height"] / 2)
    assert float(page.ask("document.getElementById('cut').value")) == pytest.approx(25, abs=1)
    covered = page.ask("document.querySelector('.over').style.clipPath")
    assert math.isclose(float(covered.split()[1].rstrip("%")), 75, abs_tol=1)

    page.press("3")
    page.until("document.querySelector('#stage img')?.naturalWidth === 90")
    assert page.ask("[...document.querySelectorAll('.ticks span')].map(s => s.textContent)") == [
        "0", "2.5", "5", "7.5", "10+"
    ]  # fmt: skip
    # The scale on the page and the map in the file have the same colours, whoever wrote them.
    ramp = page.ask("getComputedStyle(document.querySelector('.ramp')).backgroundImage")
    assert "rgb(0, 0, 4)" in ramp
    assert "rgb(252, 253, 191)" in ramp
    page.press("Escape")


def test_a_name_from_the_library_is_text_everywhere(page: Page) -> None:
    page.click(".cell[data-position='7']")
    page.until(f"{OPEN} === 'uuid-7'")
    assert page.ask("document.getElementById('title').textContent") == HOSTILE
    page.press("Escape")


@pytest.mark.parametrize("width", [320, 390, 700, 1920])
def test_nothing_sticks_out_of_a_window_of_any_width(page: Page, width: int) -> None:
    page.resize(width, 700)
    page.ask("document.querySelector('details').open = true")
    page.ask("new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    sticks_out = (
        "document.documentElement.scrollWidth > innerWidth || document.getElementById('grid').scrollWidth > innerWidth"
    )
    assert not page.ask(sticks_out)
    page.ask("document.querySelector('details').open = false")
    page.press("Home", "Enter")
    page.until(f"{OPEN} === 'uuid-0'")
    for key in "123":
        page.press(key)
        assert not page.ask(
            "(() => { const d = document.getElementById('photo'); return d.scrollWidth > d.clientWidth; })()"
        )
    page.press("1", "Escape")


def test_dark_is_dark_and_both_can_be_read(page: Page) -> None:
    """The contrast of WCAG 2, (L1 + 0.05) / (L2 + 0.05), is at least 4.5 for all text of the grid and the summary."""
    for dark in (False, True):
        page.resize(1280, 800, dark=dark)
        page.ask("document.querySelector('details').open = true")
        pairs = page.ask(
            "[...document.querySelectorAll('h1, h2, .soft, .sum, .sum b, .figure, label, td, th')].map(e => {"
            " let b = e; const clear = 'rgba(0, 0, 0, 0)';"
            " while (b.parentElement && getComputedStyle(b).backgroundColor === clear) b = b.parentElement;"
            " return [getComputedStyle(e).color, getComputedStyle(b).backgroundColor]; })"
        )
        assert len(pairs) > 40
        for ink, back in {(ink, back) for ink, back in pairs}:
            lights = sorted(_luminance(text) for text in (ink, back))
            assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5, (dark, ink, back)
        assert (_luminance(pairs[0][1]) < 0.05) is dark
    page.resize(1280, 800)


def _luminance(text: str) -> float:
    """Of a colour as CSS states it, "rgb(r, g, b)"."""
    channels = [int(part) / 255 for part in text.removeprefix("rgb(").rstrip(")").split(",")]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_piece_that_is_gone_is_said_and_the_rest_stays(page: Page, folder: Path) -> None:
    (folder / "data" / "detail-0.js").rename(folder / "gone.js")
    try:
        page.press("Home", "Enter")
        page.until("document.getElementById('trouble').textContent.includes('Write the report again')")
        page.press("Escape")
    finally:
        (folder / "gone.js").rename(folder / "data" / "detail-0.js")
    assert [complaint for complaint in page.complaints if "ERR_FILE_NOT_FOUND" not in complaint] == []
    page.complaints.clear()
    page.press("Enter")
    page.until(f"{OPEN} === 'uuid-0'")
    page.press("Escape")


def test_a_page_whose_report_was_written_anew_says_so_and_shows_no_other_photos_details(
    page: Page, folder: Path
) -> None:
    first, last = folder / "data" / "detail-0.js", folder / "data" / "detail-1.js"
    kept = first.read_bytes()
    first.write_bytes(last.read_bytes().replace(b'"detail",1,', b'"detail",0,'))
    try:
        page.press("Home", "Enter")
        page.until(
            "document.getElementById('trouble').textContent === 'The report has been written again. Reload this page.'"
        )
        assert page.ask(OPEN) is None
        page.press("Escape")
    finally:
        first.write_bytes(kept)
