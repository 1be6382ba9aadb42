"""Re-derive adjustments: the selected photos are changed in place, and the user reads what changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from fake_lightroom import Faults, HttpFault, Lightroom, Options, Photo

MENU = "RederiveMenu.lua"
ID = "org.couloir.lightroom"


@pytest.fixture
def ready(shared_daemon, start, sample) -> Callable[..., Lightroom]:
    """A Lightroom whose user agrees to everything and knows where the library is."""

    def begin(**more: Any) -> Lightroom:
        lightroom = start(shared_daemon.home, **more)
        lightroom.answer("Re-derive the adjustments", "ok")
        lightroom.answer("Choose an Aperture library", [str(sample.path)])
        lightroom.answer("Adjustments from Aperture", "ok")
        return lightroom

    return begin


def originals(sample, count: int) -> list[dict[str, Any]]:
    """Versions with adjustments whose original has one version only, with the path of the original."""
    with sqlite3.connect(f"file:{sample.path}/Database/apdb/Library.apdb?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT v.uuid, m.imagePath, v.name, m.originalFileName FROM RKVersion v"
            " JOIN RKMaster m ON m.uuid = v.masterUuid"
            " WHERE v.isOriginal = 0 AND v.hasAdjustments = 1 AND v.isInTrash = 0 AND v.showInLibrary = 1"
            " AND m.type = 'IMGT' AND m.fileIsReference = 0"
            " AND (SELECT count(*) FROM RKVersion o WHERE o.masterUuid = m.uuid AND o.isOriginal = 0) = 1"
            " ORDER BY v.modelId LIMIT ?",
            (count,),
        ).fetchall()
    database.close()
    return [{"uuid": u, "path": sample.path / "Masters" / path, "name": n, "file": f} for u, path, n, f in rows]


def test_a_selected_photo_gets_its_settings_snapshots_history_and_fields(ready, sample, said):
    lightroom = ready()
    [found] = originals(sample, 1)
    photo = lightroom.add_photo(found["path"])
    bystander = lightroom.add_photo(originals(sample, 2)[1]["path"])
    lightroom.select(photo)
    lightroom.run_menu(MENU)
    assert [step for step, _ in photo.history] == ["Couloir: as in Aperture"]
    assert [snapshot.name for snapshot in photo.snapshots] == ["Before Couloir", "As in Aperture"]
    assert photo.snapshots[0].settings == {}
    assert photo.snapshots[1].settings == photo.develop != {}
    fields = photo.properties["org.couloir.lightroom"]
    assert fields["uuid"] == found["uuid"]
    assert fields["version"] == found["name"]
    assert bystander.history == []
    assert "1 done" in said(lightroom)


def test_nothing_selected_means_nothing_is_done(ready, sample, said):
    lightroom = ready()
    photo = lightroom.add_photo(originals(sample, 1)[0]["path"])
    lightroom.select()
    lightroom.run_menu(MENU)
    assert photo.history == []
    assert "No photo is selected." in said(lightroom)


def test_the_user_may_think_better_of_it(shared_daemon, start, sample):
    lightroom = start(shared_daemon.home)
    photo = lightroom.add_photo(originals(sample, 1)[0]["path"])
    lightroom.select(photo)
    lightroom.answer("Re-derive the adjustments", "cancel")
    lightroom.run_menu(MENU)
    assert photo.history == []
    assert lightroom.counters.http_requests == 0


def test_doing_it_again_changes_nothing(ready, sample, said):
    lightroom = ready()
    photo = lightroom.add_photo(originals(sample, 1)[0]["path"])
    lightroom.select(photo)
    lightroom.run_menu(MENU)
    lightroom.run_menu(MENU)
    assert len(photo.history) == 1
    assert "1 unchanged" in said(lightroom)


def test_what_the_user_has_done_since_is_kept_in_a_snapshot_of_its_own(ready, sample):
    lightroom = ready()
    photo = lightroom.add_photo(originals(sample, 1)[0]["path"])
    lightroom.select(photo)
    lightroom.run_menu(MENU)
    photo.develop["Exposure2012"] = -3.25
    lightroom.run_menu(MENU)
    first, after, since = photo.snapshots
    assert (first.name, after.name) == ("Before Couloir", "As in Aperture")
    assert since.name.startswith("Before Couloir, ")
    assert since.settings["Exposure2012"] == -3.25
    assert photo.develop["Exposure2012"] != -3.25


def test_videos_and_strangers_are_skipped_and_said_so(ready, sample, tmp_path, said):
    lightroom = ready()
    for name in ("film.mov", "stranger.nef"):
        (tmp_path / name).write_bytes(b"x")
    photos = [lightroom.add_photo(tmp_path / name) for name in ("film.mov", "stranger.nef")]
    lightroom.select(*photos)
    lightroom.run_menu(MENU)
    assert "Videos have no develop settings." in said(lightroom)
    assert "2 skipped" in said(lightroom)
    lightroom.select(photos[0])
    lightroom.run_menu(MENU)
    assert "1 skipped" in said(lightroom)


@pytest.mark.parametrize("answer", ["ok", "cancel", "other"])
def test_where_several_may_be_meant_the_user_chooses(ready, sample, tmp_path, answer, said):
    lightroom = ready()
    names = [version["file"] for version in ambiguous(sample)]
    photos = []
    for number in (1, 2):
        path = tmp_path / str(number) / names[0]
        path.parent.mkdir()
        path.write_bytes(b"elsewhere")
        photos.append(lightroom.add_photo(path))
    lightroom.select(*photos)
    lightroom.answer("Which version is it?", answer)
    lightroom.run_menu(MENU)
    asked = [dialog for dialog in lightroom.dialogs if dialog.title == "Which version is it?"]
    assert len(asked) == (1 if answer == "other" else 2)
    assert len(asked[0].nodes("radio_button")) > 1
    assert ("2 skipped" in said(lightroom)) == (answer != "ok")


def ambiguous(sample) -> list[dict[str, Any]]:
    """Versions of a managed photo that has several of them."""
    with sqlite3.connect(f"file:{sample.path}/Database/apdb/Library.apdb?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT v.uuid, m.originalFileName FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid WHERE"
            " v.isOriginal = 0 AND v.isInTrash = 0 AND v.showInLibrary = 1 AND v.isHidden = 0"
            " AND m.type = 'IMGT' AND m.isInTrash = 0 AND (SELECT count(*) FROM RKVersion o"
            " WHERE o.masterUuid = m.uuid AND o.isOriginal = 0 AND o.isHidden = 0) > 1"
            " ORDER BY v.modelId"
        ).fetchall()
    database.close()
    return [{"uuid": uuid, "file": file} for uuid, file in rows]


def test_what_lightroom_does_not_take_is_told(ready, sample, tmp_path, said):
    """A raw photo's version, on what is a JPEG in Lightroom: it has no Temperature in kelvin."""
    lightroom = ready()
    raw = next(one for one in originals(sample, 40) if "Temperature" in derived(lightroom, one))
    [known] = [photo for photo in lightroom.catalog.photos.values() if photo.path == str(raw["path"])]
    (tmp_path / "other.jpg").write_bytes(b"x")
    other = lightroom.add_photo(tmp_path / "other.jpg")
    other.properties = {ID: dict(known.properties[ID])}
    lightroom.select(other)
    lightroom.run_menu(MENU)
    assert "Lightroom did not apply these settings: Temperature" in said(lightroom)
    assert "1 done, with a remark" in said(lightroom)


@pytest.mark.parametrize("by_lua", ["taken", "dropped"])
def test_what_was_retouched_is_placed_and_told_where_lightroom_drops_it(ready, sample, said, by_lua):
    lightroom = ready(options=Options(places_by_lua=by_lua))
    with closing(sqlite3.connect(f"file:{sample.path}/Database/apdb/Library.apdb?mode=ro", uri=True)) as database:
        [(uuid,)] = database.execute(
            "SELECT versionUuid FROM RKImageAdjustment WHERE name = 'RKRetouchOperation' AND isEnabled LIMIT 1"
        )
    [retouched] = [one for one in originals(sample, 90) if one["uuid"] == uuid]
    areas = derived(lightroom, retouched).get("RetouchAreas", [])
    told = (
        "Lightroom did not apply these settings: RetouchAreas. An import with Couloir brings them in the photo's XMP."
    )
    assert (len(areas), told in said(lightroom)) == ((1, False) if by_lua == "taken" else (0, True))


def derived(lightroom: Lightroom, version: dict[str, Any]) -> dict[str, Any]:
    photo = lightroom.add_photo(version["path"])
    lightroom.select(photo)
    lightroom.run_menu(MENU)
    return photo.develop


def test_a_busy_catalog_is_told(ready, sample, said):
    faults = Faults()
    faults.busy(seconds=1000)
    lightroom = ready(faults=faults)
    photo = lightroom.add_photo(originals(sample, 1)[0]["path"])
    lightroom.select(photo)
    lightroom.run_menu(MENU)
    assert "Lightroom's catalog is busy with something else." in said(lightroom)
    assert photo.history == []


def test_a_gate_that_fails_halfway_is_told(ready, sample, said):
    faults = Faults()
    faults.lock(1e6, name="Couloir: keep the result")
    lightroom = ready(faults=faults, options=Options(time_scale=0.0002))
    photo = lightroom.add_photo(originals(sample, 1)[0]["path"])
    lightroom.select(photo)
    lightroom.run_menu(MENU)
    assert "busy" in said(lightroom)
    assert [snapshot.name for snapshot in photo.snapshots] == ["Before Couloir"]


@pytest.fixture
def strangers(tmp_path) -> Callable[[Lightroom, int], list[Photo]]:
    def add(lightroom: Lightroom, count: int) -> list[Photo]:
        for number in range(count):
            (tmp_path / f"{number}.nef").write_bytes(b"x")
        return [lightroom.add_photo(tmp_path / f"{number}.nef") for number in range(count)]

    return add


def before_request(lightroom: Lightroom, url: str, nth: int, action: Callable[[], object]) -> None:
    """Does something just before the n-th request to a place is sent."""
    asked, seen = lightroom.faults.http_fault, []

    def look(number: int, request: str) -> HttpFault | None:
        seen.extend([request] if url in request else [])
        if len(seen) == nth:
            action()
        return asked(number, request)

    lightroom.faults.http_fault = look


def test_cancelling_between_two_batches_keeps_what_was_done(ready, strangers, said):
    lightroom = ready()
    lightroom.select(*strangers(lightroom, 60))

    def stop() -> None:
        lightroom.cancel()
        lightroom.faults.http(HttpFault("slow", seconds=5), url="/v1/derivations")

    before_request(lightroom, "/v1/derivations", 2, stop)
    lightroom.run_menu(MENU)
    assert "You stopped it" in said(lightroom)
    assert "50 skipped" in said(lightroom)


def test_what_was_measured_with_earlier_settings_goes_and_what_came_from_aperture_stays(ready, sample):
    lightroom = ready()
    photo = lightroom.add_photo(originals(sample, 1)[0]["path"])
    photo.properties[ID] = {
        "verdict": "close",
        "difference": "4.1",
        "custom": "Client: A",
        "notes": "N",
        "places": "a=1",
    }
    lightroom.select(photo)
    lightroom.run_menu(MENU)
    fields = photo.properties[ID]
    assert fields.keys().isdisjoint({"verdict", "difference", "reason"})
    assert (fields["custom"], fields["notes"], fields["places"]) == ("Client: A", "N", "a=1")


def test_a_long_list_is_shown_page_by_page(ready, strangers, said):
    def turn(dialog: Any) -> Any:
        dialog.click("Show the next (5 more)")
        yield 1
        return "ok"

    lightroom = ready(answers={"Show the next": turn})
    lightroom.select(*strangers(lightroom, 205))
    lightroom.run_menu(MENU)
    assert "205 skipped" in said(lightroom)
    pages = [dialog for dialog in lightroom.dialogs if dialog.title == "Adjustments from Aperture"]
    assert [sum(text == "Skipped" for text in page.texts) for page in pages] == [200, 5]


def test_a_second_click_while_it_runs_is_refused(shared_daemon, start, strangers, said):
    def click_again(dialog: Any) -> Any:
        lightroom._runtime.ask("run_script", lightroom.plugin.source(MENU), MENU.encode())
        yield 1
        return "cancel"

    lightroom = start(shared_daemon.home, answers={"Re-derive the adjustments": click_again})
    lightroom.select(*strangers(lightroom, 1))
    lightroom.run_menu(MENU)
    assert "This is running already." in said(lightroom)
