"""The page of all photos in Chromium, opened from disk: content, clicks and keys."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from browser import Page, browsing
from couloir.color.difference import Difference
from couloir.engines.camera_raw.masks import draw_brush
from couloir.engines.pixels import encode_webp
from couloir.lightroom.local.masks import Brush, Dab, Stroke
from couloir.migrate.report.look_pictures import NO_PICTURES, ComparedPictures, PairPictures, draw, draw_overlay
from couloir.migrate.report.looks import Look, PhotoEntry, PlacedMask
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
        camera=f"Camera {number % 2}",
        kind="RAW" if number % 5 == 0 else "JPEG",
        rating=number % 6 - 1,
        fidelity="approximate" if number % 4 else "exact",
        is_edited=number % 10 != 0,
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
        masks=[PlacedMask("masks/one.webp", (("Exposure", "+0.80"),), 8.62, 2.3)] if number == 0 else (),
        loses_places=number in (0, COUNT - 1),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("couloir-report")
    ramp = np.linspace(0, 1, 90, dtype=np.float32)[None, :, None] * np.ones((60, 1, 3), np.float32)
    for name in ("thumbs", "pictures", "masks"):
        (folder / name).mkdir()
    (folder / "thumbs" / "one.webp").write_bytes(encode_webp(ramp))
    brush = Brush((Stroke((Dab(0.25, 0.5, 1.0),), 0.15, 0.5),))
    mask = draw_overlay(draw_brush(brush, 45, 30), lost=False)
    (folder / "masks" / "one.webp").write_bytes(encode_webp(mask))
    painted = ramp.copy()
    painted[20:40, 20:40] = 0.9, 0.1, 0.1
    drawn = draw(ComparedPictures(painted, ramp**2), folder, "pictures/0", lost=True)
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


@pytest.mark.parametrize(
    ("name", "label", "fits"),
    [
        ("camera", "Camera 1", lambda n: n % 2 == 1),
        ("kind", "RAW", lambda n: n % 5 == 0),
        ("rating", "3 stars and more", lambda n: n % 6 - 1 >= 3),
        ("fidelity", "exact", lambda n: n % 4 == 0),
        ("edited", "not edited", lambda n: n % 10 == 0),
    ],
)
def test_each_filter_names_what_it_leaves(page: Page, name: str, label: str, fits: Callable[[int], bool]) -> None:
    choose(page, name, label)
    assert shown(page) == sum(map(fits, range(COUNT)))
    page.click("#clear")
    assert shown(page) == COUNT
    assert page.ask("document.getElementById('clear').hidden")


def test_no_filter_offers_a_choice_that_changes_nothing(page: Page) -> None:
    offered = "[...document.querySelectorAll('#fidelity option')].filter(o => !o.hidden).map(o => o.textContent)"
    assert page.ask(offered) == ["all", "exact", "approximate"]  # nothing was lost
    assert page.ask("document.getElementById('decision').parentElement.hidden")  # nobody has decided anything
    choose(page, "verdict", "Same")
    choose(page, "kind", "RAW")
    page.press("/", *"no such photo")
    page.until("document.getElementById('none').checkVisibility()")


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


def test_masks_are_laid_over_every_picture_by_key_and_button(page: Page) -> None:
    """In Chromium's own pixels' places: the mask has the place and size of the picture that it covers."""
    page.click(".cell[data-position='1']")
    page.until(f"{OPEN} === 'uuid-1'")
    assert page.ask("[document.getElementById('masks').hidden, document.querySelectorAll('.mask').length]") == [
        False,
        0,
    ]
    assert "Painted and retouched" not in page.ask("document.getElementById('facts').textContent")
    page.press("ArrowLeft")
    page.until(f"{OPEN} === 'uuid-0'")
    told = page.ask("document.getElementById('facts').textContent")
    assert "Exposure +0.80 Painted with Lightroom's brush. Where it acts, the difference without it is 8.62, " in told
    assert "with it 2.30." in told
    assert "is lost. Where Aperture's preview shows it, the difference is " in told
    assert page.ask("document.querySelectorAll('#facts figure:not(.histogram) img').length") == 2  # it, and where
    masks = "[...document.querySelectorAll('#stage .mask')]"
    page.press("o")
    for view, pictures in (("1", 2), ("2", 1), ("3", 1)):
        page.press(view)
        page.until(f"{masks}.length === {2 * pictures} && {masks}.every(i => i.complete && i.naturalWidth > 0)")
        assert page.ask(
            f"{masks}.every(m => !m.hidden && m.alt && (({{ x, y, width, height }}) => {{"
            " const p = m.parentElement.querySelector('img').getBoundingClientRect();"
            " return [x - p.x, y - p.y, width - p.width, height - p.height].every(d => Math.abs(d) < 1); })"
            "(m.getBoundingClientRect()))"
        ), view
    assert page.ask("document.getElementById('masks').getAttribute('aria-pressed')") == "true"
    page.press("1")
    page.click("#masks")
    assert page.ask(f"[{masks}.length, document.getElementById('masks').ariaPressed]") == [0, "false"]
    page.press("Escape", "End", "Enter")
    page.until(f"{OPEN} === 'uuid-{COUNT - 1}'")
    # What is lost has its picture where nothing could be compared, too.
    assert page.ask("document.querySelector('#facts figure img').getAttribute('src')") == "thumbs/one.webp"
    page.press("Escape", "Home")


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


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The page behind a server that takes decisions as the service does; its address, and what was posted."""
    posted: list[dict[str, Any]] = []

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith("/desk"):
                self.answer({"token": "t", "decisions": []})
            else:
                super().do_GET()

        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.answer({"decisions": []})

        def answer(self, content: object) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/photos.html", posted
        server.shutdown()


def test_one_decision_is_made_for_all_selected_photos(browser: Page, served: tuple[str, list[dict[str, Any]]]) -> None:
    address, posted = served
    browser.resize(1280, 800)
    browser.open(address)
    browser.until(f"{LOADED} === '{COUNT}'")
    browser.press("x", "ArrowRight", "ArrowRight", "x")
    assert browser.ask("document.getElementById('marked').textContent") == "2 selected"
    browser.click("[data-all=accepted]")
    browser.until("document.getElementById('marks').hidden")
    assert posted == [{"versions": ["uuid-0", "uuid-2"], "decision": "accepted"}]
    assert browser.ask("document.querySelectorAll('.said[data-decision=accepted]').length") == 2
    posted.clear()
    choose(browser, "camera", "Camera 0")
    browser.press("x")
    browser.click("#all")
    assert browser.ask("document.getElementById('marked').textContent") == "3,000 selected"
    browser.click("[data-all='']")
    browser.until("document.getElementById('marks').hidden")
    assert [len(each["versions"]) for each in posted] == [500] * 6
    assert {each["decision"] for each in posted} == {None}


# The ratio of WCAG 2.1 (1.4.3) between every text and what is behind it, with opacities: the lowest one, and its text.
CONTRAST = """(() => {
  const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)];
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = (color) => color.map((c) => linear(c / 255))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  let worst = [99, ""];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, words = walker.currentNode.textContent.trim();
    if (!words || !element.checkVisibility() || element.closest("option, noscript, svg")) continue;
    const line = [];
    for (let at = element; at; at = at.parentElement) line.unshift(at);
    let back = [255, 255, 255], opacity = 1;
    for (const at of line) {
      const style = getComputedStyle(at);
      back = over(parse(style.backgroundColor), back);
      opacity *= Number(style.opacity);
    }
    const [r, g, b, a] = parse(getComputedStyle(element).color);
    const [one, other] = [light(over([r, g, b, a * opacity], back)), light(back)].sort((x, y) => y - x);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < worst[0]) worst = [ratio, words];
  }
  return worst;
})()"""


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_can_be_read_in_every_state(
    browser: Page, served: tuple[str, list[dict[str, Any]]], dark: bool
) -> None:
    browser.resize(390, 800, dark=dark)
    browser.open(served[0])
    browser.until(f"{LOADED} === '{COUNT}'")
    browser.ask("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    found = {"summary": browser.ask(CONTRAST)}
    assert browser.ask("document.documentElement.scrollWidth") == 390
    browser.ask("document.querySelectorAll('details').forEach((each) => { each.open = false; })")
    browser.press("x")
    found["selected"] = browser.ask(CONTRAST)
    browser.press("Enter")
    browser.until(f"{OPEN} !== undefined")
    for key in ("1", "a", "z", "o", "2", "3"):
        browser.press(key)
        found[key] = browser.ask(CONTRAST)
    assert browser.ask("document.documentElement.scrollWidth") == 390
    assert {state: worst for state, worst in found.items() if worst[0] < 4.5} == {}


def test_at_one_to_one_each_pixel_of_a_picture_is_one_of_the_page(page: Page) -> None:
    page.click(".cell[data-position='0']")
    page.until(f"{OPEN} === 'uuid-0'")
    page.until("[...document.querySelectorAll('#stage img')].every(i => i.complete && i.naturalWidth === 90)")
    page.press("z")
    for view in "12":
        page.press(view)
        page.until("[...document.querySelectorAll('#stage img')].every(i => i.complete && i.naturalWidth === 90)")
        assert page.ask("[...document.querySelectorAll('#stage img')].map(i => i.clientWidth)") == [90, 90]
    page.press("3")
    assert page.ask("document.getElementById('zoom').hidden")
    page.press("z", "Escape")


def test_a_page_has_its_landmarks_and_its_tables_their_scopes(page: Page) -> None:
    assert page.ask("['header', 'main', 'h1'].map(n => document.querySelectorAll(n).length)") == [1, 1, 1]
    assert page.ask("document.querySelectorAll('th:not([scope])').length") == 0
    named = "e.ariaLabel || e.labels?.length || e.textContent.trim()"
    unnamed = f"[...document.querySelectorAll('select, input, button')].filter(e => !({named})).length"
    assert page.ask(unnamed) == 0
