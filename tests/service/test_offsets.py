"""Offsets from a library's matched photos: their effect on derivations of its other photos, and their storage."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import asdict
from types import SimpleNamespace

import pytest

from couloir.aperture.adjustments import Exposure
from couloir.aperture.library import Library
from couloir.aperture.model import MediaKind
from couloir.color.difference import Difference
from couloir.derive import photo_kind
from couloir.derive.offsets import FEWEST, SolvedPhoto, fit
from couloir.derive.prior import Prior
from couloir.derive.residual.correction import Correction
from couloir.derive.residual.outputs import OUTPUTS
from couloir.derive.residual.store import ModelStore
from couloir.derive.translate import translate
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.outcome import Outcome
from couloir.refine.solution import solved_of
from couloir.refine.verdict import Verdict
from couloir.service.match.journal import MOST_SOLVED, MatchJournal
from couloir.service.match.schema import STEPS

CHANGE = {"exposure": 3.0, "shadows": -2.0, "toning_shadow_x": 1.0}
SIZES = {output.name: output.size for output in OUTPUTS}


@pytest.fixture(scope="module")
def pair(sample):
    """An edited JPEG of which the camera is known."""
    with Library.open(sample.path) as library:
        return next(
            (version, master)
            for version, master in library.versions_with_masters()
            if master and not master.is_raw and master.media is MediaKind.IMAGE and version.exif.get("Model")
            if any(isinstance(each.adjustment, Exposure) and each.enabled for each in version.operations)
        )


@pytest.fixture
def journal(tmp_path):
    with closing(MatchJournal(tmp_path / "matchings.sqlite3")) as journal:
        yield journal


def solved_by(pair, **other):
    version, _ = pair
    return SolvedPhoto(**{**asdict(SolvedPhoto.of(version, "Embedded", CHANGE)), **other})


@pytest.mark.parametrize("other", [{}, {"camera": "Another"}, {"camera": "Another", "maker": "Somebody else"}])
@pytest.mark.parametrize("photos", [FEWEST - 1, FEWEST])
def test_ten_matched_photos_give_the_others_their_cameras_makers_or_everybodys_offset(
    running, client, sample, opened, pair, photos, other
):
    version, master = pair
    library = opened(client, sample.path)
    item = {"items": [{"library": library, "version": version.uuid}], "pictures": False}
    [before] = client.post("/v1/derivations", item).json["results"]
    solved = [solved_by(pair, **other)] * photos
    for number, each in enumerate(solved):
        running.services.match_journal().solve(library, f"v{number}", asdict(each))
    [after] = client.post("/v1/derivations", item).json["results"]
    if photos < FEWEST:
        assert after == before
        assert after["translation"]["offset_photos"] == 0
        return
    found = fit(solved).for_photo(SolvedPhoto.of(version, "Embedded"))
    offset = Correction(None, {name: value * SIZES[name] for name, value in found.items()})
    [answer] = ModelStore().corrections([(version, master)], priors=[Prior(offset=offset)])
    added = {name: offset.changes.get(name, 0.0) + change for name, change in answer.changes.items()}
    expected = translate(version, master, Correction(answer.model, added)).settings.as_dict()
    assert after["translation"]["settings"] == expected != before["translation"]["settings"]
    assert (after["translation"]["offset_photos"], after["translation"]["model"]) == (FEWEST, answer.model)


def test_what_one_library_taught_is_not_for_another(running, client, sample, opened, pair):
    library = opened(client, sample.path)
    for number in range(FEWEST):
        running.services.match_journal().solve("another", f"v{number}", asdict(solved_by(pair)))
    [found] = client.post("/v1/derivations", {"items": [{"library": library, "version": pair[0].uuid}]}).json["results"]
    assert found["translation"]["offset_photos"] == 0


def test_a_damaged_journal_of_match_is_put_aside_and_photos_are_derived_all_the_same(
    running, client, sample, opened, pair, settings
):
    settings.match_journal_file.write_bytes(b"this is no database, and long enough to be looked at" * 100)
    item = {"library": opened(client, sample.path), "version": pair[0].uuid}
    [found] = client.post("/v1/derivations", {"items": [item]}).json["results"]
    assert found["translation"]["offset_photos"] == 0
    [trouble] = [each for each in client.get("/v1/health").json["troubles"] if each["code"] == "matchings.damaged"]
    assert [file.name in trouble["message"] for file in settings.state_dir.glob("*.damaged-*")] == [True]


def test_an_offset_holds_until_another_photo_is_matched(running, pair):
    offsets, journal = running.services.offsets, running.services.match_journal()
    for number in range(FEWEST):
        journal.solve("l", f"v{number}", asdict(solved_by(pair)))
    first = offsets.of("l")
    assert offsets.of("l") is first
    journal.solve("l", f"v{FEWEST - 1}", asdict(solved_by(pair, change={"exposure": -3.0})))  # once more
    assert offsets.of("l").photos == FEWEST
    assert offsets.of("l").overall["exposure"] < first.overall["exposure"]


def test_without_a_model_the_offset_stands_alone(pair):
    version, master = pair
    offset = Correction(None, {"exposure": 0.3}, offset_photos=12)
    translation = translate(version, master, Correction(None, note="The model is gone.").on(offset))
    plain = translate(version, master)
    assert translation.settings["Exposure2012"] == pytest.approx(plain.settings["Exposure2012"] + 0.3)
    assert (translation.model, translation.note, translation.offset_photos) == (None, "The model is gone.", 12)


@pytest.mark.parametrize(
    ("verdict", "finished", "counts"),
    [
        (Verdict.SAME, True, True),
        (Verdict.CLOSE, True, True),
        (Verdict.REVIEW, True, False),
        (Verdict.UNMEASURED, True, False),
        (Verdict.CLOSE, False, False),
    ],
)
def test_only_a_finished_match_that_came_near_teaches_others(pair, verdict, finished, counts):
    version, master = pair
    plain = translate(version, master).settings
    means = {Verdict.SAME: 1.0, Verdict.CLOSE: 4.0, Verdict.REVIEW: 6.0}
    measured = Difference(means[verdict], 8.0) if verdict in means else None
    start = {**plain, "Exposure2012": plain["Exposure2012"] + 0.2, "CameraProfile": "Camera Vivid"}
    match = SimpleNamespace(
        outcome=Outcome(DevelopSettings(start), measured, measured, "", None, finished, ()),
        as_dict=lambda: {"start": start, "as_shot": None},
        change=lambda: {"exposure": 1.0, "contrast": -2.0},
    )
    assert photo_kind(master) is PhotoKind.RENDERED
    found = solved_of(version, plain, PhotoKind.RENDERED, match)
    assert (found is not None) == counts
    if found is not None:
        assert (found.camera, found.profile) == (version.exif["Model"], "Camera Vivid")
        assert found.change["exposure"] == pytest.approx(2.0 + 1.0)
        assert found.change["contrast"] == pytest.approx(-2.0)


def test_the_newest_solved_photos_of_a_library_are_kept_each_once(journal):
    for number in range(MOST_SOLVED + 3):
        journal.solve("l", f"v{number % (MOST_SOLVED + 2)}", {"number": number})
    journal.solve("m", "v0", {"number": 0})
    kept = [each["number"] for each in journal.read_solved("l")]
    assert kept == list(range(3, MOST_SOLVED + 3))
    latest = journal.latest_solved("l")
    journal.solve("l", "v0", {"number": -1})  # in place of the newest
    assert journal.latest_solved("l") > latest > 0
    assert len(journal.read_solved("l")) == MOST_SOLVED
    assert (journal.read_solved("m"), journal.read_solved("n"), journal.latest_solved("n")) == ([{"number": 0}], [], 0)


def test_a_journal_of_before_learns_to_keep_them(tmp_path):
    path = tmp_path / "matchings.sqlite3"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(f"BEGIN;{STEPS[0]}PRAGMA user_version=1;COMMIT;")
        old.execute("INSERT INTO shared VALUES ('c', '{}')")
        old.commit()
    with closing(MatchJournal(path)) as journal:
        journal.solve("l", "v", {})
        assert (journal.read_shared("c"), journal.read_solved("l")) == ({}, [{}])
    with closing(MatchJournal(path)) as journal:
        assert journal.read_solved("l") == [{}]
