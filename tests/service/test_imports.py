"""Imports from the plan to the report, with a plug-in that loses batches and answers twice, and a daemon that dies."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from couloir.aperture.library import Library
from couloir.aperture.model import MediaKind
from couloir.derive.offsets import FEWEST, SolvedPhoto, fit
from couloir.derive.prior import Prior
from couloir.derive.residual.correction import Correction
from couloir.derive.residual.store import ModelStore
from couloir.derive.translate import translate
from couloir.engines.dng import Calibration, Profile
from couloir.lightroom.settings import DevelopSettings
from couloir.migrate import base_renderings
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.ledger.verdicts import list_unmatched, matches
from couloir.migrate.options import MigrationOptions
from couloir.migrate.run import LEDGER, migrating
from couloir.migrate.verify import verify
from couloir.profiles import CameraProfile, Facts
from couloir.profiles.baselines import Baselines
from couloir.profiles.cameras import camera_name
from couloir.profiles.profile_folder import ProfileFolder
from couloir.refine.verdict import Verdict, verdict
from couloir.service.match.journal import NewPhoto
from sample_library import build_library


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """A smaller library than the other tests look at, with copies, stacks and albums all the same."""
    folder = tmp_path_factory.mktemp("small")
    manifest = build_library(folder / "Small.aplibrary", masters=40, references=folder / "Volumes", write_plists=False)
    return SimpleNamespace(path=folder / "Small.aplibrary", manifest=manifest)


@dataclass
class PlugIn:
    """Does with a batch what Lightroom's plug-in does, and remembers everything that it was told."""

    client: Any
    done: Callable[..., Any]
    library: str
    destination: Path
    number: str = ""
    photos: dict[str, Any] = field(default_factory=dict)
    copies: dict[str, Any] = field(default_factory=dict)
    albums: list[Any] = field(default_factory=list)
    keywords: list[Any] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"/v1/imports/{self.number}"

    def plan(self, **choice: Any) -> Any:
        self.destination.mkdir(exist_ok=True)
        self.client.post("/v1/roots", {"path": str(self.destination), "purpose": "destination"})
        body = {"library": self.library, "destination": str(self.destination), **choice}
        answer = self.client.post("/v1/imports", body)
        self.number = answer.json["id"]
        return self.done(self.client, answer)

    def start(self) -> Any:
        return self.done(self.client, self.client.post(f"{self.address}/start"))

    def batch(self, photos: int = 25) -> Any:
        answer = self.client.post(f"{self.address}/batches", {"photos": photos})
        assert answer.status == 200, answer.body
        return answer.json

    def post(self, batch: Any, results: list[Any]) -> Any:
        answer = self.client.post(f"{self.address}/batches/{batch['number']}/results", {"results": results})
        assert answer.status == 200, answer.body
        return answer.json

    def work(self, batch: Any) -> list[Any]:
        """Take everything in a batch; returns what to say of it."""
        results = []
        for photo in batch["photos"]:
            self.photos[photo["uuid"]] = photo
            if not photo["known"]:
                results.append({"kind": photo["kind"], "uuid": photo["uuid"], "outcome": "done"})
            for copy in photo["copies"]:
                self.copies[copy["uuid"]] = copy
                results.append({"kind": "version", "uuid": copy["uuid"], "outcome": "done"})
        self.albums += batch["albums"]
        self.keywords += batch["keywords"]
        results += [{"kind": "album", "uuid": each["uuid"], "outcome": "done"} for each in batch["albums"]]
        results += [{"kind": "keyword", "uuid": each["uuid"], "outcome": "done"} for each in batch["keywords"]]
        return results

    def take_everything(self) -> None:
        while not (batch := self.batch())["done"]:
            self.post(batch, self.work(batch))

    def view(self) -> Any:
        return self.client.get(self.address).json

    def report(self) -> Any:
        return self.client.get(f"{self.address}/report").json


@pytest.fixture
def plug_in(client, sample, opened, done, tmp_path) -> PlugIn:
    return PlugIn(client, done, opened(client, sample.path), tmp_path / "Lightroom")


def _rows(destination: Path) -> list[Row]:
    with Ledger.open(destination / LEDGER) as ledger:
        return [entry.row for entry in ledger.entries()]


def _version_rows(destination: Path) -> dict[str, Row]:
    return {row.uuid: row for row in _rows(destination) if row.kind is Kind.VERSION}


def test_a_plan_says_what_will_become_of_everything_and_writes_nothing(plug_in):
    figures = plug_in.plan()
    assert figures["bytes_needed"] > 0
    assert {row["kind"] for row in figures["outlook"]} == {"master", "version", "operation"}
    assert list(plug_in.destination.iterdir()) == []
    assert plug_in.view()["state"] == "planned"
    [listed] = plug_in.client.get("/v1/imports").json["imports"]
    assert listed["id"] == plug_in.number


def test_a_whole_library_comes_over_and_the_ledger_balances(plug_in, sample):
    plug_in.plan()
    assert plug_in.start()["balances"]
    view = plug_in.view()
    assert view["state"] == "handover"
    assert view["photos"]["open"] == view["photos"]["total"] > 0
    plug_in.take_everything()
    view, report = plug_in.view(), plug_in.report()
    assert (view["state"], view["photos"]["open"], view["photos"]["others"]) == ("done", 0, 0)
    assert view["photos"]["done"] == view["photos"]["total"] == len(plug_in.photos) + len(plug_in.copies)
    assert report["balances"]
    for line in report["balance"]:
        assert line["total"] == line["done"] + line["skipped"] + line["waiting"] + line["failed"]
    waiting = {(row.kind, row.reason.code) for row in _rows(plug_in.destination) if row.state is State.WAITING}
    assert {code for _, code in waiting} <= {"original.offline"}, "nothing waits for the plug-in any more"
    assert plug_in.copies, "there are further versions"
    assert plug_in.albums


def test_verifying_judges_what_the_plug_in_settled_by_what_it_did(plug_in, sample):
    # Lightroom reads no XMP from these: their file is as the original is, and the handover brought the rest.
    without = {suffix for suffix in (".heic", ".mov") if any(sample.path.rglob(f"*{suffix}")) or suffix == ".mov"}
    plug_in.plan()
    plug_in.start()
    plug_in.take_everything()
    rows = [row for row in _rows(plug_in.destination) if row.kind is Kind.VERSION and row.state is State.DONE]
    settled = {Path(str(row.detail.get("path"))).suffix.lower() for row in rows if "embedded" not in row.detail}
    assert without <= settled
    found = verify(plug_in.destination)
    assert found.problems == []
    assert found.checked > 20

    photo = next(row for row in rows if str(row.detail.get("path")).lower().endswith(".mov"))
    (plug_in.destination / str(photo.detail["path"])).write_bytes(b"cut")
    assert [problem.path for problem in verify(plug_in.destination).problems] == [photo.detail["path"]]


def test_a_photo_comes_with_everything_that_adding_it_takes(plug_in, sample):
    plug_in.plan(collection_set="From Aperture")
    plug_in.start()
    plug_in.take_everything()
    with Library.open(sample.path) as library:
        versions = {version.uuid: version for version in library.versions()}
        albums = {album.uuid: album for album in library.albums()}
        stacks = {uuid: stack for stack in library.stacks() for uuid in stack.version_uuids}
    looks = {**plug_in.photos, **plug_in.copies}
    for uuid, look in looks.items():
        if uuid not in versions:
            continue
        version = versions[uuid]
        assert look["name"] == version.name
        rating = look["metadata"].get("rating")
        assert rating == max(version.rating, 0)
        keywords = [tuple(path) for path in look["metadata"].get("keywords", [])]
        assert set(version.keywords) <= set(keywords)
        if look["settings"] is not None:
            DevelopSettings(look["settings"])
            assert look["history"].startswith("Couloir")
        for place in look["collections"]:
            assert place["sets"][0] == "From Aperture"
            if place["kind"] == "album":
                assert albums[place["uuid"]].version_uuids[place["position"]] == uuid
        if uuid in stacks and len(stacks[uuid].version_uuids) > 1:
            assert look["stack"]["pick"] == stacks[uuid].version_uuids[0]
            assert look["stack"]["position"] == stacks[uuid].version_uuids.index(uuid)
    for photo in plug_in.photos.values():
        assert Path(photo["path"]).is_file()
        assert Path(photo["path"]).is_relative_to(plug_in.destination)
        for copy in photo["copies"]:
            assert versions[copy["uuid"]].master_uuid == photo["master"]
    in_albums = {uuid for album in albums.values() for uuid in album.version_uuids}
    told = {uuid for uuid, look in looks.items() if any(place["kind"] == "album" for place in look["collections"])}
    assert told
    assert told <= in_albums


def test_the_pick_of_a_stack_goes_before_the_others(plug_in):
    plug_in.plan()
    plug_in.start()
    plug_in.take_everything()
    order = list(plug_in.photos)
    stacked = [photo for photo in plug_in.photos.values() if photo["stack"] and photo["stack"]["position"]]
    assert stacked
    for photo in stacked:
        pick = photo["stack"]["pick"]
        if pick in plug_in.photos:
            assert order.index(pick) < order.index(photo["uuid"])
            assert photo["stack"]["pick_path"] == plug_in.photos[pick]["path"]


def test_a_batch_is_the_same_until_it_is_answered_also_after_a_restart(start, sample, opened, done, tmp_path):
    with closing_service(start()) as running:
        first = PlugIn(running.client, done, opened(running.client, sample.path), tmp_path / "Lightroom")
        first.plan()
        first.start()
        batch = first.batch(3)
        assert len(batch["photos"]) == 3
        assert first.batch(7) == batch
    again = PlugIn(start().client, done, first.library, first.destination, first.number)
    assert again.batch() == batch
    receipt = again.post(batch, again.work(batch))
    assert (receipt["left"], receipt["unknown"], receipt["repeated"]) == (0, 0, False)
    repeated = again.post(batch, [])
    assert repeated["repeated"]
    assert repeated["photos"] == receipt["photos"]
    assert again.batch()["number"] == batch["number"] + 1


class closing_service:  # noqa: N801  (used as a context manager)
    """Ends a service as a restart would."""

    def __init__(self, running: Any) -> None:
        self.running = running

    def __enter__(self) -> Any:
        return self.running

    def __exit__(self, *_: object) -> None:
        self.running.server.stop()
        self.running.services.jobs.stop(10)
        self.running.services.close()


def test_what_lightroom_did_not_take_is_in_the_report_and_goes_out_again_on_request(plug_in):
    plug_in.plan()
    plug_in.start()
    batch = plug_in.batch(4)
    results = plug_in.work(batch)
    lost = results[0] | {"outcome": "failed", "why": "The file is locked."}
    partly = results[1] | {"left_out": [{"part": "settings", "why": "The photo is locked."}], "lightroom": "ABC"}
    plug_in.post(batch, [lost, partly, *results[2:]])
    plug_in.take_everything()
    report = plug_in.report()
    assert report["balances"]
    failed = [row for row in report["reasons"] if row["code"] == "lightroom.failed" and row["kind"] == "version"]
    assert failed
    assert "locked" in failed[0]["sentence"]
    assert _version_rows(plug_in.destination)[partly["uuid"]].detail["lightroom"] == "ABC"
    assert plug_in.client.post(f"{plug_in.address}/retry").json["state"] == "handover"
    again = plug_in.batch()
    assert lost["uuid"] in [photo["uuid"] for photo in again["photos"]]
    plug_in.post(again, plug_in.work(again))
    assert plug_in.view()["state"] == "done"


def test_starting_again_keeps_what_lightroom_has(plug_in):
    plug_in.plan()
    plug_in.start()
    plug_in.take_everything()
    before = _rows(plug_in.destination)
    plug_in.start()
    assert plug_in.view()["state"] == "done"
    assert _rows(plug_in.destination) == before


def test_originals_that_are_lost_later_take_nothing_away_that_lightroom_has(client, sample, opened, done, tmp_path):
    library = tmp_path / "Lost.aplibrary"
    shutil.copytree(sample.path, library)
    plug_in = PlugIn(client, done, opened(client, library), tmp_path / "Lightroom")
    plug_in.plan()
    plug_in.start()
    plug_in.take_everything()
    before = _rows(plug_in.destination)
    (library / "Masters").rename(tmp_path / "elsewhere")
    for each in plug_in.destination.iterdir():
        if each.name != ".couloir":
            shutil.rmtree(each)
    plug_in.start()
    after = {(row.kind, row.uuid): row for row in _rows(plug_in.destination)}
    taken = {row.uuid for row in before if row.kind is Kind.VERSION and row.reason.code.startswith("lightroom.")}
    assert taken
    for row in before:
        if row.uuid in taken or row.kind is Kind.OPERATION:
            assert after[row.kind, row.uuid] == row
    assert plug_in.report()["balances"]


def test_a_pause_holds_batches_back_but_takes_results(plug_in):
    plug_in.plan()
    plug_in.start()
    batch = plug_in.batch(2)
    assert plug_in.client.post(f"{plug_in.address}/pause").json["state"] == "paused"
    answer = plug_in.client.post(f"{plug_in.address}/batches", {})
    assert (answer.status, answer.json["code"]) == (409, "import.conflict")
    assert plug_in.post(batch, plug_in.work(batch))["left"] == 0
    assert plug_in.client.post(f"{plug_in.address}/resume").json["state"] == "handover"
    assert plug_in.batch(2)["number"] == batch["number"] + 1


def test_a_cancelled_import_stays_cancelled(plug_in):
    plug_in.plan()
    plug_in.start()
    assert plug_in.client.post(f"{plug_in.address}/cancel").json["state"] == "cancelled"
    for action in ("batches", "start", "resume", "pause", "retry"):
        answer = plug_in.client.post(f"{plug_in.address}/{action}", {})
        assert (answer.status, answer.json["code"]) == (409, "import.conflict"), action
    assert plug_in.report()["balances"]


def test_there_are_no_batches_before_the_originals_are_in_place(plug_in):
    plug_in.plan()
    answer = plug_in.client.post(f"{plug_in.address}/batches", {})
    assert (answer.status, answer.json["code"]) == (409, "import.conflict")
    assert plug_in.client.get(f"{plug_in.address}/report").json["code"] == "destination.no-ledger"


def test_cancelling_stops_the_originals_within_two_seconds(plug_in, slow_library, eventually):

    plug_in.plan()
    slow_library(0.05)
    job = plug_in.client.post(f"{plug_in.address}/start").json["id"]
    eventually(lambda: plug_in.client.get(f"/v1/jobs/{job}").json["state"] == "running")
    assert plug_in.client.post(f"{plug_in.address}/cancel").json["state"] == "cancelled"
    eventually(lambda: plug_in.client.get(f"/v1/jobs/{job}").json["state"] == "cancelled", 2)


def test_a_start_that_is_repeated_is_the_same_job(plug_in, done, slow_library):

    plug_in.plan()
    slow_library(0.005)
    first = plug_in.client.post(f"{plug_in.address}/start").json
    again = plug_in.client.post(f"{plug_in.address}/start")
    assert (again.json["id"], again.json["new"]) == (first["id"], False)
    done(plug_in.client, again, 60)


def test_a_start_that_is_repeated_after_its_end_changes_nothing(plug_in, done):
    plug_in.plan()
    header = {"Idempotency-Key": "begin"}
    first = plug_in.client.post(f"{plug_in.address}/start", None, **header)
    done(plug_in.client, first)
    batch = plug_in.batch(1)
    again = plug_in.client.post(f"{plug_in.address}/start", None, **header)
    assert (again.json["id"], again.json["new"], again.json["state"]) == (first.json["id"], False, "done")
    assert plug_in.view()["state"] == "handover"
    assert plug_in.batch(1) == batch


def test_one_key_plans_one_import(plug_in, done):
    plug_in.plan()
    body = {"library": plug_in.library, "destination": str(plug_in.destination)}
    header = {"Idempotency-Key": "mine"}
    answers = [plug_in.client.post("/v1/imports", body, **header) for _ in range(3)]
    done(plug_in.client, answers[0])
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len(plug_in.client.get("/v1/imports").json["imports"]) == 2


@pytest.mark.parametrize("scope", ["projects", "albums"])
def test_a_part_of_a_library_comes_over_alone(plug_in, sample, scope):
    with Library.open(sample.path) as library:
        versions = [v for v in library.versions() if v.shown]
        albums = [a for a in library.albums() if a.version_uuids and not a.is_system and not a.in_trash]
    if scope == "projects":
        chosen = versions[0].project_uuid
        wanted = {version.uuid for version in versions if version.project_uuid == chosen}
    else:
        chosen = albums[0].uuid
        wanted = set(albums[0].version_uuids)
    plug_in.plan(scope=scope, uuids=[chosen])
    assert plug_in.start()["balances"]
    plug_in.take_everything()
    taken = {*plug_in.photos, *plug_in.copies}
    assert taken
    assert taken <= wanted
    assert plug_in.report()["balances"]
    assert plug_in.view()["state"] == "done"


def test_what_is_not_in_the_library_cannot_be_chosen(plug_in, eventually):
    plug_in.plan()
    for scope, code in (("projects", "library.unknown-project"), ("albums", "import.unknown-scope")):
        body = {"library": plug_in.library, "destination": str(plug_in.destination), "scope": scope, "uuids": ["no"]}
        job = plug_in.client.post("/v1/imports", body).json["id"]
        eventually(lambda job=job: plug_in.client.get(f"/v1/jobs/{job}").json["state"] == "failed")
        assert plug_in.client.get(f"/v1/jobs/{job}").json["problem"]["code"] == code


def test_originals_that_stay_are_added_from_where_they_are(plug_in, sample):
    plug_in.plan(originals="reference")
    plug_in.start()
    plug_in.take_everything()
    assert plug_in.photos
    assert not any(Path(photo["path"]).is_relative_to(plug_in.destination) for photo in plug_in.photos.values())
    inside = [photo for photo in plug_in.photos.values() if Path(photo["path"]).is_relative_to(sample.path)]
    assert inside
    assert all(Path(photo["path"]).is_file() for photo in inside)
    assert plug_in.report()["balances"]
    assert not [row for row in _rows(plug_in.destination) if row.reason.code == "original.inside-library"]


def test_only_folders_that_are_open_are_written_to_and_only_while_they_are(plug_in, tmp_path):
    body = {"library": plug_in.library, "destination": str(tmp_path / "elsewhere")}
    answer = plug_in.client.post("/v1/imports", body)
    assert (answer.status, answer.json["code"]) == (403, "path.outside")
    plug_in.plan()
    plug_in.start()
    plug_in.client.post("/v1/roots/close", {"path": str(plug_in.destination), "purpose": "destination"})
    answer = plug_in.client.post(f"{plug_in.address}/batches", {})
    assert (answer.status, answer.json["code"]) == (403, "path.outside")


def test_unknown_imports_batches_and_destinations_in_use_are_told_apart(plug_in, sample):
    assert plug_in.client.get(f"/v1/imports/{'0' * 32}").json["code"] == "import.unknown"
    plug_in.plan()
    plug_in.start()
    answer = plug_in.client.post(f"{plug_in.address}/batches/9/results", {"results": []})
    assert (answer.status, answer.json["code"]) == (404, "import.unknown-batch")
    with Library.open(sample.path) as library, migrating(library, plug_in.destination, MigrationOptions()):
        answer = plug_in.client.post(f"{plug_in.address}/batches", {})
    assert (answer.status, answer.json["code"]) == (409, "destination.in-use")


def test_the_library_is_not_touched_by_an_import(plug_in, sample):
    def looks() -> dict[str, tuple[int, int]]:
        return {str(f): (f.stat().st_size, f.stat().st_mtime_ns) for f in sorted(sample.path.rglob("*"))}

    before = looks()
    plug_in.plan()
    plug_in.start()
    plug_in.take_everything()
    assert looks() == before


def test_a_daemon_that_is_killed_in_the_middle_of_an_import_goes_on_from_its_journal(
    launch, plug_in, sample, opened, done, tmp_path, eventually
):
    plug_in.plan()
    plug_in.start()
    process = launch(state=tmp_path / "killed")
    killed = PlugIn(process.client, done, opened(process.client, sample.path), tmp_path / "Killed")
    killed.plan()
    job = killed.client.post(f"{killed.address}/start").json["id"]
    eventually(lambda: sum(1 for _ in killed.destination.rglob("*.*")) > 12)
    process.kill()
    written = [row for row in _rows(killed.destination) if row.kind is Kind.VERSION]
    assert 0 < len(written) < len(_version_rows(plug_in.destination)), "it was killed in the middle"
    killed.client = launch(state=tmp_path / "killed").client
    found = eventually(lambda: (view := killed.client.get(f"/v1/jobs/{job}").json)["state"] == "done" and view, 60)
    assert any(message["code"] == "job.interrupted" for message in found["messages"])
    assert _rows(killed.destination) == _rows(plug_in.destination)
    for each in (killed, plug_in):
        each.take_everything()
    assert _rows(killed.destination) == _rows(plug_in.destination)
    assert killed.report() == plug_in.report()


def test_a_file_of_an_import_that_cannot_be_read_does_not_stop_the_others(plug_in):
    plug_in.plan()
    folder = plug_in.client and next(Path(plug_in.destination).parent.rglob("imports"))
    (folder / f"{'0' * 32}.json").write_text("{", encoding="utf-8")
    assert [each["id"] for each in plug_in.client.get("/v1/imports").json["imports"]] == [plug_in.number]


def test_the_batches_are_what_the_document_says(plug_in):
    plug_in.plan()
    plug_in.start()
    document = plug_in.client.get("/v1/openapi.json").json
    schema = document["components"]["schemas"]["PhotoTask"]
    batch = plug_in.batch(1)
    assert set(batch["photos"][0]) == set(schema["properties"])
    assert json.dumps(batch)


@pytest.mark.parametrize("wanted", [True, False])
def test_learnt_profiles_lie_under_raw_photos_when_they_are_wanted(plug_in, running, sample, wanted):
    with Library.open(sample.path) as library:
        raw = {version.uuid: version for version, master in library.versions_with_masters() if master and master.is_raw}
        camera = camera_name(*(str(next(iter(raw.values())).exif[key]) for key in ("Make", "Model")))
    look = Profile(f"Aperture, {camera}", calibrations=(Calibration(6500.0, np.eye(3)),))
    profile = CameraProfile(camera, look, learnt=Facts("Small", "", 12, 6.0, 0.6))
    ProfileFolder(running.services.settings.profiles_folder).put(profile)
    plug_in.plan(profiles=wanted, pictures=False)
    plug_in.start()
    plug_in.work(plug_in.batch(50))
    found = {
        photo["settings"]["CameraProfile"]
        for uuid, photo in plug_in.photos.items()
        if uuid in raw and photo["settings"] and camera.endswith(str(raw[uuid].exif["Model"]))
    }
    assert found == {look.name if wanted else "Adobe Standard"}
    others = [photo for uuid, photo in plug_in.photos.items() if uuid not in raw and photo["settings"]]
    assert all(photo["settings"]["CameraProfile"] != look.name for photo in others)


@pytest.mark.parametrize("wanted", [True, False])
def test_a_look_stands_on_its_profile_and_on_what_photos_matched_before_have_taught(plug_in, running, sample, wanted):
    with Library.open(sample.path) as library:
        pairs = [(v, m) for v, m in library.versions_with_masters() if m and m.media is MediaKind.IMAGE]
    raw = next(version for version, master in pairs if master.is_raw and version.exif)
    camera = camera_name(str(raw.exif["Make"]), str(raw.exif["Model"]))
    profile = CameraProfile(
        camera,
        Profile("Taught", calibrations=(Calibration(6500.0, np.eye(3)),)),
        learnt=Facts("Small", "", 12, 6.0, 0.6),
    )
    ProfileFolder(running.services.settings.profiles_folder).put(profile)
    solved = [SolvedPhoto("Another", "Nobody", "Embedded", "", {"exposure": 2.0, "shadows": -3.0})] * FEWEST
    for number, each in enumerate(solved):
        running.services.match_journal().solve(plug_in.library, f"v{number}", asdict(each))
    plug_in.plan(profiles=wanted, pictures=False)
    plug_in.start()
    batch = plug_in.batch(50)
    found = {look["uuid"]: look["settings"] for photo in batch["photos"] for look in (photo, *photo["copies"])}
    profiles = Baselines({camera: profile} if wanted else {})
    taught = fit(solved).overall
    offset = Correction(None, {"exposure": taught["exposure"] * 0.1, "shadows": taught["shadows"] * 5.0})
    under = [profiles.name_for(version) if master.is_raw else "" for version, master in pairs]
    answers = ModelStore().corrections(pairs, priors=[Prior(bool(name), offset) for name in under])
    assert any(under) == wanted
    looked = 0
    for (version, master), name, answer in zip(pairs, under, answers, strict=True):
        if version.uuid in found:
            looked += 1
            edited = master.is_raw or any(
                each.enabled and type(each.adjustment).__name__ not in ("Crop", "Straighten", "Flip")
                for each in version.operations
            )
            wanted_of_it = answer.on(offset) if edited else Correction(None)
            assert found[version.uuid] == translate(version, master, wanted_of_it, name).settings.as_dict()
    assert looked > 20


@pytest.fixture
def empty_handed(sample, opened, client, done, tmp_path) -> PlugIn:
    """A library in which Aperture shows nothing."""
    path = Path(shutil.copytree(sample.path, tmp_path / "Hidden.aplibrary"))
    with closing(sqlite3.connect(path / "Database" / "apdb" / "Library.apdb")) as connection, connection:
        connection.execute("UPDATE RKVersion SET isHidden = 1, isInTrash = 0")
    return PlugIn(client, done, opened(client, path), tmp_path / "Lightroom")


def test_an_import_that_would_bring_nothing_is_refused_with_the_reason(empty_handed, eventually):
    client, folder = empty_handed.client, str(empty_handed.destination)
    empty_handed.destination.mkdir()
    client.post("/v1/roots", {"path": folder, "purpose": "destination"})
    asked = client.post("/v1/imports", {"library": empty_handed.library, "destination": folder}).json["id"]
    for start in (False, True):
        job = client.post(f"/v1/imports/{asked}/start").json["id"] if start else asked
        eventually(lambda job=job: client.get(f"/v1/jobs/{job}").json["state"] == "failed")
        problem = client.get(f"/v1/jobs/{job}").json["problem"]
        assert problem["code"] == "library.nothing"
        assert "Marked as hidden in Aperture" in problem["detail"]
    assert client.get(f"/v1/imports/{asked}").json["state"] == "failed"
    assert empty_handed.plan(hidden=True)["bytes_needed"] > 0


def test_an_album_of_which_nothing_is_shown_is_refused(plug_in, sample, eventually):
    shown = {version["uuid"] for version in sample.manifest.versions if not (version["hidden"] or version["in_trash"])}
    albums = [album for album in sample.manifest.albums if not album["smart"] and not album["in_trash"]]
    assert {bool(set(album["versions"]) & shown) for album in albums} == {True, False}
    plug_in.plan()
    for album in albums:
        body = {"library": plug_in.library, "destination": str(plug_in.destination), "scope": "albums"}
        job = plug_in.client.post("/v1/imports", {**body, "uuids": [album["uuid"]]}).json["id"]
        eventually(lambda job=job: plug_in.client.get(f"/v1/jobs/{job}").json["state"] in ("failed", "done"))
        if not set(album["versions"]) & shown:
            problem = plug_in.client.get(f"/v1/jobs/{job}").json["problem"]
            assert problem["code"] == "library.nothing"


def test_of_unedited_raw_photos_a_sample_is_matched_and_none_is_left_for_another_time(plug_in, monkeypatch):
    """All photos count as RAW here, because the library has too few unedited RAW photos."""
    monkeypatch.setattr(base_renderings, "SAMPLE", 1)
    monkeypatch.setattr(NewPhoto, "is_raw", True)
    plug_in.plan(looks="sliders")
    plug_in.start()
    while not (batch := plug_in.batch())["done"]:
        plug_in.post(batch, [{**each, "lightroom": f"L-{each['uuid']}"} for each in plug_in.work(batch)])
    before = plug_in.view()["unmatched"]
    session = plug_in.client.post("/v1/refinements", {"import_id": plug_in.number}).json
    assert 0 < session["total"] < before
    assert plug_in.view()["unmatched"] == session["total"]
    with Ledger.open(plug_in.destination / LEDGER) as ledger:
        beyond = list(matches(ledger))
    assert len(beyond) == before - session["total"]
    assert {each.reason for each in beyond} == {base_renderings.SAMPLED}
    assert {verdict(each.after, each.renderer) for each in beyond} == {Verdict.UNMEASURED}


def test_of_an_import_those_photos_are_matched_that_the_user_chose_and_later_the_others(plug_in):
    """Ratings come from the library's index, so that the ledger need not hold them."""
    plug_in.plan(looks="sliders", match="rated")
    plug_in.start()
    while not (batch := plug_in.batch())["done"]:
        plug_in.post(batch, [{**each, "lightroom": f"L-{each['uuid']}"} for each in plug_in.work(batch)])
    every = plug_in.view()["unmatched"]
    shown = plug_in.client.get(f"/v1/libraries/{plug_in.library}/photos?limit=500").json["photos"]
    stars = {each["uuid"]: each["rating"] for each in shown}
    rated = plug_in.client.post("/v1/refinements", {"import_id": plug_in.number}).json
    with Ledger.open(plug_in.destination / LEDGER) as ledger:
        wanted = [uuid for uuid, *_ in list_unmatched(ledger) if stars.get(uuid, 0) >= 3]
    assert rated["total"] == len(wanted) == plug_in.view()["unmatched"]
    assert 0 < rated["total"] < every
    cameras = {photo["uuid"]: (photo["camera"], photo["raw"]) for photo in shown}
    steps = plug_in.client.post(f"/v1/refinements/{rated['id']}/round", {"photos": 16}).json["steps"]
    of_camera = {
        step["version"]: [stars[v] for v in wanted if cameras[v] == cameras[step["version"]]] for step in steps
    }
    assert any(len(set(each)) > 1 for each in of_camera.values())
    assert all(stars[version] == max(each) for version, each in of_camera.items())
    plug_in.client.post(f"/v1/refinements/{rated['id']}/stop", {"drop": True})
    assert plug_in.view()["unmatched"] == 0
    edited = plug_in.client.post("/v1/refinements", {"import_id": plug_in.number, "only": "edited"}).json
    with Ledger.open(plug_in.destination / LEDGER) as ledger:
        wanted = [uuid for uuid, _, _, adjusted in list_unmatched(ledger) if adjusted]
    assert edited["total"] == len(wanted)
    assert (plug_in.view()["match"], plug_in.view()["unmatched"]) == ("edited", len(wanted))
