"""The page of all photos: each photo once, with its measurements and nothing else, in files that open anywhere."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from couloir.aperture.library import Library
from couloir.color.difference import Difference
from couloir.engines.pixels import Use, encode_jpeg, encode_webp, load_pixels
from couloir.migrate.ledger.decisions import Decision, decide, decisions
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.ledger.verdicts import MatchRecord, put_match
from couloir.migrate.report import report
from couloir.migrate.report.look_pictures import MAP_SCALE, NO_PICTURES, ComparedPictures, difference_map, histograms
from couloir.migrate.report.looks import Look, PhotoEntry
from couloir.migrate.report.page_files import DETAILS, ROWS, PageFiles
from couloir.migrate.report.report import write_report
from couloir.migrate.report.summary import Summary
from couloir.migrate.report.thumbnails import MOST_BYTES, SIZE, encode_thumbnail
from couloir.migrate.run import LEDGER
from couloir.refine.verdict import Verdict, verdict

if TYPE_CHECKING:
    from conftest import Result, Source

Migrate = Callable[..., "Result"]

HOSTILE = "</script><script>alert(1)</script>\u2028\"'&<img src=x onerror=alert(1)>"
UUID, NAME, PROJECT, VERDICT, AFTER, P95, BEFORE, ADJUSTMENTS, THUMB, DECISION, PIECE, PLACE, BY = range(13)
CAMERA, KIND, RATING, FIDELITY, EDITED, DRAWN = range(13, 19)


def pieces(folder: Path, name: str) -> list[Any]:
    """The pieces of one kind as a browser reads them: one call with JSON in each."""
    found = []
    for number in range(len(list((folder / "data").glob(f"{name}-*.js")))):
        text = (folder / "data" / f"{name}-{number}.js").read_text("ascii")
        start, end = f'couloir.take("{name}",{number},', ");\n"
        assert text.startswith(start)
        assert text.endswith(end)
        found.append(json.loads(text.removeprefix(start).removesuffix(end)))
    return found


class Written:
    """What a page says."""

    def __init__(self, folder: Path) -> None:
        [self.meta] = pieces(folder, "meta")
        self.rows = [row for piece in pieces(folder, "photos") for row in piece]
        self._details = pieces(folder, "detail")

    def detail(self, row: list[Any]) -> Any:
        return self._details[row[PIECE]][row[PLACE]]

    def verdict(self, row: list[Any]) -> str:
        return str(self.meta["verdicts"][row[VERDICT]])

    def row(self, uuid: str) -> list[Any]:
        [found] = [row for row in self.rows if row[UUID] == uuid]
        return found


def again(source: Source, destination: Path, **options: Any) -> Written:
    """The report once more, as `couloir report` writes it."""
    with Library.open(source.path, source.volumes) as library, Ledger.open_to_read(destination / LEDGER) as ledger:
        return Written(write_report(library, ledger, destination, **options).photos.parent)


def put(destination: Path, *found: MatchRecord) -> None:
    with Ledger.open(destination / LEDGER) as ledger, ledger.transaction():
        for match in found:
            put_match(ledger, match)


@pytest.fixture(scope="module")
def first_run(migrate: Migrate, _small: Source, tmp_path_factory: pytest.TempPathFactory) -> Path:
    destination = tmp_path_factory.mktemp("page") / "out"
    migrate(_small, destination, pictures=200)
    return destination


@pytest.fixture
def migrated(first_run: Path, small: Source, tmp_path: Path) -> Path:
    """A copy of what was migrated, for tests that change it; the ledger speaks of the copy of the library, too."""
    shutil.copytree(first_run, tmp_path / "out")
    with Ledger.open(tmp_path / "out" / LEDGER) as ledger, ledger.transaction():
        ledger.set_fact("library_path", str(small.path))
    return tmp_path / "out"


def matched(version: str, **more: Any) -> MatchRecord:
    found = MatchRecord(
        version=version,
        before=Difference(6.5, 11.0),
        after=Difference(2.1, 5.0),
        reason="",
        renderer="Lightroom",
        renderings=3,
        settings={"Exposure2012": 0.35, "Contrast2012": 0, "ToneCurvePV2012": [0, 0, 255, 255]},
    )
    return replace(found, **more)


def test_every_photo_that_aperture_shows_is_there_once_and_the_figures_are_those_of_the_report(
    small: Source, first_run: Path
) -> None:
    page = Written(first_run / "couloir-report")
    shown = small.ask(
        "SELECT v.uuid FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid WHERE v.showInLibrary = 1"
        " AND coalesce(v.isHidden, 0) = 0 AND v.isInTrash = 0 AND m.isInTrash = 0 AND v.versionNumber > 0"
    )
    assert sorted(row[UUID] for row in page.rows) == sorted(uuid for (uuid,) in shown)
    assert page.meta["count"] == len(page.rows)
    figures = json.loads((first_run / "couloir-report" / "report.json").read_text("utf-8"))["photos"]
    assert figures
    for photo in figures:
        row = page.row(photo["uuid"])
        assert row[BEFORE : BEFORE + 1] + row[AFTER : P95 + 1] == pytest.approx(
            [photo["before"]["mean"], photo["after"]["mean"], photo["after"]["p95"]], abs=6e-4
        )
        assert page.verdict(row) == photo["verdict"] == "Expected"
        look = page.detail(row)["look"]
        for picture in (look["aperture"], look["rendering"], look["difference"], f"thumbs/{row[THUMB]}"):
            assert (first_run / "couloir-report" / picture).is_file()
    measured = {photo["uuid"] for photo in figures}
    for row in page.rows:
        if row[UUID] not in measured:
            assert row[AFTER] is None
            assert page.verdict(row) in ("Not measured", "Not there")
            assert page.detail(row)["why"].strip()


def test_the_largest_difference_comes_first_and_what_was_not_measured_last(first_run: Path) -> None:
    means = [row[AFTER] for row in Written(first_run / "couloir-report").rows]
    figures = [mean for mean in means if mean is not None]
    assert figures == sorted(figures, reverse=True)
    assert means == figures + [None] * (len(means) - len(figures))


def test_photos_with_something_lost_are_drawn_before_others(first_run: Path) -> None:
    with Ledger.open_to_read(first_run / LEDGER) as ledger:
        found = report._candidates(ledger)
        rows = {entry.row.uuid: entry.row.detail for entry in ledger.entries(Kind.VERSION)}
    for candidates in found:
        lost = [uuid for uuid in candidates.all if rows[uuid].get("fidelity") == "lost"]
        assert {*candidates.places, *candidates.losing} >= set(lost)
        first = report._choose(candidates, len(candidates.places) + len(candidates.losing))
        assert first == [*candidates.places, *candidates.losing]
        assert sorted(report._choose(candidates, 1000)) == sorted(candidates.all)
    assert any(candidates.places for candidates in found)
    four = report._Candidates(["a", "b", "c", "d"], places=["d"], losing=["b"])
    assert [report._choose(four, count) for count in (1, 2, 4)] == [["d"], ["d", "b"], ["d", "b", "a", "c"]]


def test_every_enabled_adjustment_is_told_with_its_fidelity(small: Source, first_run: Path) -> None:
    page = Written(first_run / "couloir-report")
    with Library.open(small.path, small.volumes) as library:
        for row in page.rows:
            enabled = [operation for operation in library.version(row[UUID]).operations if operation.enabled]
            told = page.detail(row)["operations"]
            assert len(told) == len(enabled)
            assert {page.meta["adjustments"][number] for number in row[ADJUSTMENTS]} == {each["title"] for each in told}
            if page.verdict(row) != "Not there":
                assert {each["fidelity"] for each in told} <= {"exact", "approximate", "taken from the preview", "lost"}


def test_the_files_need_nothing_from_outside_and_no_name_becomes_markup(
    small: Source, migrate: Migrate, tmp_path: Path
) -> None:
    for table in ("RKVersion", "RKFolder"):
        small.change(f"UPDATE {table} SET name = ? || substr(uuid, 1, 4) WHERE length(uuid) = 22", HOSTILE)
    migrate(small, tmp_path / "out", pictures=2)
    folder = tmp_path / "out" / "couloir-report"
    text = (folder / "photos.html").read_text("utf-8")
    assert "alert(1)" not in text.replace("&lt;script&gt;alert(1)", "")
    for file in (folder / "photos.html", *(folder / "page").iterdir()):
        content = file.read_text("utf-8").replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in content.replace('"http:"', "")
        assert "https:" not in content
        assert "innerHTML" not in content
        assert "eval(" not in content
    page = Written(folder)
    assert any(HOSTILE in row[NAME] for row in page.rows)
    assert all(HOSTILE in name for name in page.meta["projects"])


def test_a_match_replaces_the_reports_own_figure_and_its_pictures_are_made_once(small: Source, migrated: Path) -> None:
    before = again(small, migrated, pictures=200)
    first = next(row for row in before.rows if row[AFTER] is not None)[UUID]
    with Library.open(small.path, small.volumes) as library:
        preview = library.preview(library.version(first)).path
    assert preview is not None
    drawing = np.clip(load_pixels(preview, 200, orient=True) ** 0.4, 0, 1)
    (migrated / ".couloir" / "renderings").mkdir()
    (migrated / ".couloir" / "renderings" / "one.jpg").write_bytes(encode_jpeg(drawing))
    put(migrated, matched(first, picture=".couloir/renderings/one.jpg"))

    page = again(small, migrated, pictures=200)
    row = page.row(first)
    assert (row[BEFORE], row[AFTER], row[P95], page.verdict(row)) == (6.5, 2.1, 5.0, "Matched")
    detail = page.detail(row)
    assert detail["settings"] == [["Exposure2012", "Exposure", "0.35"]]  # what is at rest tells nobody anything
    look = detail["look"]
    assert (look["renderer"], look["renderings"], look["start"]) == ("Lightroom", 3, "as translated")
    folder = migrated / "couloir-report"
    names = (look["aperture"], look["rendering"], look["difference"])
    made = {name: (folder / name).stat().st_mtime_ns for name in names}
    assert len(made) == 3
    facts = json.loads((folder / "report.json").read_text("utf-8"))
    assert first not in [photo["uuid"] for photo in facts["photos"]]
    [told] = facts["matches"]
    assert (told["uuid"], told["after"]["mean"], told["renderer"]) == (first, 2.1, "Lightroom")

    assert again(small, migrated, pictures=200).detail(row)["look"] == look
    assert {name: (folder / name).stat().st_mtime_ns for name in names} == made

    # A new rendering has new pictures, and the old ones go.
    (migrated / ".couloir" / "renderings" / "one.jpg").write_bytes(encode_jpeg(drawing / 2))
    newer = again(small, migrated, pictures=200).detail(row)["look"]
    assert not {newer["aperture"], newer["rendering"], newer["difference"]} & set(names)
    assert not [name for name in names if (folder / name).exists()]
    assert (folder / newer["rendering"]).is_file()


@pytest.mark.parametrize(
    ("picture", "drawn", "compared"),
    [("", False, False), ("gone.jpg", False, False), ("broken.jpg", False, False), ("cropped.jpg", True, False)],
)
def test_where_there_is_no_pair_to_show_the_figure_is_told_and_no_picture_is_stretched(
    small: Source, migrated: Path, picture: str, drawn: bool, compared: bool
) -> None:
    (migrated / "broken.jpg").write_bytes(b"\xff\xd8 and no more")
    (migrated / "cropped.jpg").write_bytes(encode_jpeg(np.full((20, 97, 3), 0.5)))
    uuid = Written(migrated / "couloir-report").rows[0][UUID]
    put(migrated, matched(uuid, picture=picture))
    page = again(small, migrated, pictures=0)
    look = page.detail(page.row(uuid))["look"]
    assert page.row(uuid)[AFTER] == 2.1
    assert (look["aperture"] != "", look["difference"] != "") == (drawn, compared)


def test_without_a_difference_there_is_no_verdict_but_a_reason(small: Source, migrated: Path) -> None:
    uuid = Written(migrated / "couloir-report").rows[0][UUID]
    put(migrated, matched(uuid, before=None, after=None, reason="The preview is black."))
    page = again(small, migrated, pictures=0)
    row = page.row(uuid)
    assert (row[AFTER], page.verdict(row)) == (None, "Not measured")
    assert page.detail(row)["why"] == "The preview is black."


def test_a_library_that_was_only_matched_has_a_page_too(small: Source, tmp_path: Path) -> None:
    destination = tmp_path / "looks"
    (destination / ".couloir").mkdir(parents=True)
    with Library.open(small.path, small.volumes) as library, Ledger.open(destination / LEDGER) as ledger:
        ledger.belongs_to(library.info)
        chosen = [version for version in library.versions() if version.has_enabled_adjustments][:3]
    put(destination, *(matched(version.uuid) for version in chosen))
    page = again(small, destination)
    assert {row[UUID] for row in page.rows} == {version.uuid for version in chosen}
    for version in chosen:
        told = page.detail(page.row(version.uuid))["operations"]
        assert len(told) == sum(operation.enabled for operation in version.operations)
        assert all(each["fidelity"] for each in told)


def test_every_photo_has_a_thumbnail_that_is_made_once_for_each_preview(small: Source, migrated: Path) -> None:
    page = Written(migrated / "couloir-report")  # the migration itself has made them
    folder = migrated / "couloir-report" / "thumbs"
    assert [row for row in page.rows if not row[THUMB] and page.verdict(row) != "Not there"] == []
    made = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert sorted(made) == sorted(row[THUMB] for row in page.rows if row[THUMB])
    stopped = sorted(made)[0]
    (folder / stopped).unlink()
    again(small, migrated, pictures=1)  # after a run that was stopped, only the rest is made
    now = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert {name for name in made if made[name] != now[name]} == {stopped}
    with Library.open(small.path, small.volumes) as library:
        row = next(row for row in page.rows if library.preview(library.version(row[UUID])).path is not None)
        preview = library.preview(library.version(row[UUID])).path
    assert preview is not None
    preview.write_bytes(encode_jpeg(np.full((60, 90, 3), 0.25)))
    newer = again(small, migrated, pictures=1).row(row[UUID])[THUMB]
    assert {file.name for file in folder.iterdir()} - set(made) == {newer}
    assert set(made) - {file.name for file in folder.iterdir()} == {row[THUMB]}


def test_a_photo_without_a_preview_is_drawn_from_its_original_for_as_many_as_were_wanted(
    small: Source, migrated: Path
) -> None:
    before = Written(migrated / "couloir-report")
    with Library.open(small.path, small.volumes) as library:
        previews = {row[UUID]: library.preview(library.version(row[UUID])).path for row in before.rows}
    gone = [uuid for uuid, path in previews.items() if path is not None][:5]
    for uuid in gone:
        previews[uuid].unlink()  # type: ignore[union-attr]
    few = again(small, migrated, pictures=2)
    assert sum(few.row(uuid)[DRAWN] for uuid in gone) <= 2
    page = again(small, migrated, pictures=200)
    drawn = [page.row(uuid)[THUMB] for uuid in gone if page.row(uuid)[DRAWN]]
    assert len(drawn) >= 3
    for name in drawn:
        picture = np.asarray(Image.open(migrated / "couloir-report" / "thumbs" / name))
        assert picture.std() > 5  # a photo, not a blank


def test_a_thumbnail_is_bounded_in_size_whatever_it_shows() -> None:
    noise = np.random.default_rng(1).uniform(0, 1, (SIZE, SIZE, 3)).astype(np.float32)
    assert len(encode_webp(noise, 72)) > MOST_BYTES > len(encode_thumbnail(noise))


@pytest.mark.parametrize("size", [(4000, 3000), (300, 200), (40, 2000)])
def test_a_thumbnail_of_a_jpeg_shows_what_the_whole_picture_does(tmp_path: Path, size: tuple[int, int]) -> None:
    rng = np.random.default_rng(2)
    coarse = Image.fromarray(rng.integers(0, 255, (6, 8, 3), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC)
    coarse.save(tmp_path / "one.jpg", quality=90)
    exact, fast = (load_pixels(tmp_path / "one.jpg", SIZE, orient=True, use=use) for use in (Use.PHOTO, Use.THUMBNAIL))
    assert exact.shape == fast.shape
    assert np.abs(exact - fast).max() < 0.06


def test_what_was_decided_is_shown_and_a_new_measurement_settles_what_was_to_be_derived_again(
    small: Source, migrated: Path
) -> None:
    one, two, three = [row[UUID] for row in Written(migrated / "couloir-report").rows[:3]]
    with Ledger.open(migrated / LEDGER) as ledger:
        decide(ledger, [one], Decision.AGAIN)
        decide(ledger, [two], Decision.ACCEPTED)
        decide(ledger, [three], Decision.REVIEW)
        decide(ledger, [three], None)
        assert decisions(ledger) == {one: Decision.AGAIN, two: Decision.ACCEPTED}
    page = again(small, migrated, pictures=0)
    assert [page.row(uuid)[DECISION] for uuid in (one, two, three)] == ["re-derive", "accepted", ""]
    put(migrated, matched(one), matched(two))
    with Ledger.open(migrated / LEDGER) as ledger:
        assert decisions(ledger) == {two: Decision.ACCEPTED}


def test_a_later_run_of_the_migration_forgets_neither_figure_nor_decision(
    small: Source, migrated: Path, migrate: Migrate
) -> None:
    uuid = Written(migrated / "couloir-report").rows[0][UUID]
    put(migrated, matched(uuid))
    with Ledger.open(migrated / LEDGER) as ledger:
        decide(ledger, [uuid], Decision.ACCEPTED)
    result = migrate(small, migrated, pictures=0)
    assert result.row(Kind.VERSION, uuid)
    page = Written(migrated / "couloir-report")
    assert (page.row(uuid)[AFTER], page.row(uuid)[DECISION]) == (2.1, "accepted")


# The pieces by themselves

NUMBERS = st.floats(0, 60, allow_nan=False)
DIFFERENCES = st.builds(Difference, mean=NUMBERS, p95=NUMBERS)
OPERATIONS = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.sampled_from(["Curves", "Levels", "Exposure"]),
            "fidelity": st.sampled_from(["exact", "lost"]),
            "reason": st.sampled_from(["because", "why"]),
            "lost": st.lists(st.sampled_from(["the mix", "the tone"]), unique=True),
        }
    ),
    max_size=3,
)


def shown(uuid: str, found: Difference | None, operations: list[Mapping[str, object]], **more: Any) -> PhotoEntry:
    look = None
    if found is not None:
        start = Difference(found.mean + 1, found.p95 + 1)
        look = Look(
            verdict(found, "an engine"), "without the translation", start, found, "an engine", 1, "", {}, NO_PICTURES
        )
    values: dict[str, Any] = {
        "uuid": uuid,
        "name": f"Photo {uuid}",
        "project": "A project",
        "camera": "A camera",
        "verdict": Verdict.UNMEASURED if look is None else look.verdict,
        "why": "" if look else "Not drawn.",
        "path": "",
        "outcome": "",
        "advice": "",
        "thumbnail": "",
        "operations": operations,
        "look": look,
    }
    return PhotoEntry(**{**values, **more})


@given(st.lists(st.tuples(st.none() | DIFFERENCES, OPERATIONS, st.sampled_from("ABC")), max_size=30))
def test_the_summary_counts_every_photo_once(photos: list[Any]) -> None:
    summary = Summary()
    for number, (found, operations, camera) in enumerate(photos):
        summary.add(shown(str(number), found, operations, camera=camera))
    told: Any = summary.as_dict()
    measured = [(found, operations, camera) for found, operations, camera in photos if found is not None]
    assert sum(count for _, count in told["verdicts"]) == len(photos)
    assert sum(count for _, count in told["unmeasured"]) == len(photos) - len(measured)
    [figures] = told["figures"] or [{"title": "Expected", "drawn": [], "cameras": [], "adjustments": [], "bars": []}]
    assert figures["title"] == "Expected"  # an engine has drawn them
    assert sum(line["count"] for line in figures["drawn"]) == len(measured)
    lost = Counter((o["title"], part) for _, all_of, _ in photos for o in all_of for part in o["lost"])
    assert {(line["name"], line["reason"]): line["count"] for line in told["lost"]} == lost
    for line in figures["cameras"]:
        means = [found.mean for found, _, camera in measured if camera == line["name"]]
        assert line["count"] == len(means)
        assert line["after"] == pytest.approx(sum(means) / len(means))
        assert line["before"] == pytest.approx(line["after"] + 1)
    for line in figures["adjustments"]:
        means = [f.mean for f, all_of, _ in measured if line["name"] in {o["title"] for o in all_of}]
        assert (line["count"], line["after"]) == (len(means), pytest.approx(sum(means) / len(means)))
    bars = [bar for bar in figures["bars"] if bar["kind"] == "after"]
    assert sum(int(bar["title"].split()[1]) for bar in bars) == len(measured)
    assert all(0 < bar["height"] <= 70 and bar["x"] + bar["width"] <= 210 for bar in figures["bars"])


def test_what_lightroom_drew_is_summed_apart_from_what_others_drew() -> None:
    summary = Summary()
    for number, renderer in enumerate(["Lightroom", "dng-converter", "couloir-camera-raw", "Lightroom"]):
        found = Difference(float(number), 2.0 * number)
        look = Look(verdict(found, renderer), "as translated", found, found, renderer, 1, "", {}, NO_PICTURES)
        summary.add(shown(str(number), None, [], look=look, verdict=look.verdict))
    told: Any = summary.as_dict()
    assert [(kind["title"], kind["cameras"][0]["count"]) for kind in told["figures"]] == [
        ("Measured", 3),
        ("Expected", 1),
    ]
    assert told["figures"][0]["cameras"][0]["after"] == pytest.approx((0 + 1 + 3) / 3)
    assert [line["by"] for line in told["figures"][1]["drawn"]] == ["Couloir's own engine (not Lightroom)"]


def test_many_photos_lie_in_pieces_that_say_where_each_detail_is(tmp_path: Path) -> None:
    page = PageFiles(tmp_path)
    count = 2 * ROWS + 1
    for number in range(count):
        found = None if number % 7 == 0 else Difference(number % 101 / 10, 9)
        page.add(shown(f"u{number:05}", found, [], path=f"path of u{number:05}"))
    page.finish("A library")
    written = Written(tmp_path)
    assert [len(piece) for piece in pieces(tmp_path, "photos")] == [ROWS, ROWS, 1]
    assert len(pieces(tmp_path, "detail")) == -(-count // DETAILS)
    assert len({row[UUID] for row in written.rows}) == count
    for row in written.rows:
        assert written.detail(row)["path"] == f"path of {row[UUID]}"


def test_the_page_of_before_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    first = PageFiles(tmp_path)
    first.add(shown("one", Difference(1, 2), []))
    first.finish("A library")
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    second = PageFiles(tmp_path)
    for number in range(DETAILS + 1):
        second.add(shown(f"other {number}", None, []))
    assert {file: file.read_bytes() for file in before} == before
    # It is stopped here; the next one begins anew.
    third = PageFiles(tmp_path)
    third.add(shown("two", Difference(3, 4), []))
    third.finish("A library")
    assert [row[UUID] for row in Written(tmp_path).rows] == ["two"]
    assert len(list((tmp_path / "data").iterdir())) == 3
    assert not (tmp_path / ".data").exists()


def test_the_map_is_black_where_nothing_differs_and_pale_from_its_scale_on() -> None:
    grey = np.full((2, 3, 3), 0.5, np.float32)
    other = grey.copy()
    other[0, 0] = (0, 0, 1)
    drawn = difference_map(ComparedPictures(grey, other))
    assert drawn.shape == grey.shape
    assert np.allclose(drawn[1, 1] * 255, (0, 0, 4), atol=0.01)
    assert np.allclose(drawn[0, 0] * 255, (0xFC, 0xFD, 0xBF), atol=0.01)
    assert MAP_SCALE == 10


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 40))
def test_a_histogram_holds_every_pixel(seed: int, rows: int, columns: int) -> None:
    picture = np.random.default_rng(seed).uniform(-0.2, 1.2, (rows, columns, 3)).astype(np.float32)
    for channel, counts in enumerate(histograms(picture)):
        assert sum(counts) == pytest.approx(10_000, abs=40)
        assert counts[0] == round(10_000 * float((picture[..., channel] < 1 / 64).mean()))
