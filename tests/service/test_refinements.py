"""Matching sessions over HTTP: rounds lost, answered twice or abandoned, and a service that dies between them."""

from __future__ import annotations

import base64
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from filelock import FileLock

from couloir.aperture.library import Library
from couloir.derive import analytic
from couloir.derive.offsets import FEWEST, SolvedPhoto
from couloir.learn.corrections import Corrections
from couloir.migrate.handover.choice import Choice, Looks, Originals, Scope, Versions
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import match_of, matches
from couloir.migrate.options import MigrationOptions
from couloir.migrate.run import migrating
from couloir.refine.verdict import verdict
from couloir.service.imports.store import Import, Imports, Stage
from couloir.service.match.journal import MatchJournal, NewPhoto, PhotoState
from couloir.service.match.session import SessionRunner
from fake_lightroom.session import RenderJob
from fake_lightroom.tables.develop import DEFAULTS
from hidden_lightroom import HiddenLightroom

AT_ONCE = 4


@dataclass(frozen=True)
class Subject:
    """An edited JPEG of the library."""

    uuid: str
    path: Path
    camera: str


@pytest.fixture(scope="module")
def subjects(sample) -> list[Subject]:
    found = []
    with Library.open(sample.path) as library:
        for version in library.versions():
            master = library.master(version.master_uuid)
            original = None if master is None else library.original(master).path
            shown = version.shown and version.has_enabled_adjustments
            if shown and original is not None and original.suffix == ".JPG" and library.preview(version).path:
                found.append(Subject(version.uuid, original, str(version.exif.get("Model") or "")))
    return found[:8]


@dataclass
class PlugIn:
    """Does with a round what Lightroom's plug-in does."""

    client: Any
    library: str
    files: dict[str, Path]
    renderer: HiddenLightroom = field(default_factory=lambda: HiddenLightroom(5))
    develop: dict[str, dict[str, Any]] = field(default_factory=dict)
    looks: dict[int, dict[str, Any]] = field(default_factory=dict)
    session: str = ""

    def begin(self, subjects: list[Subject], **headers: str) -> Any:
        self.files |= {each.uuid: each.path for each in subjects}
        photos = [
            {"library": self.library, "version": each.uuid, "lightroom": f"L{n}", "name": each.uuid}
            for n, each in enumerate(subjects)
        ]
        answer = self.client.post("/v1/refinements", {"photos": photos}, **headers)
        assert answer.status == 200, answer.body
        self.session = answer.json["id"]
        items = [{"library": self.library, "version": each.uuid} for each in subjects]
        for each, derived in zip(
            subjects, self.client.post("/v1/derivations", {"items": items}).json["results"], strict=True
        ):
            self.develop[each.uuid] = dict((derived["translation"] or {"settings": {}})["settings"])
        return answer.json

    def spoil(self, *subjects: Subject) -> None:
        """What the translation gave is not where they stand, so that one rendering is not enough."""
        for each in subjects:
            self.develop[each.uuid]["Exposure2012"] += 0.7

    def round(self, **body: Any) -> Any:
        answer = self.client.post(f"/v1/refinements/{self.session}/round", {"photos": AT_ONCE, **body})
        assert answer.status == 200, answer.body
        return answer.json

    def stop(self, **body: Any) -> Any:
        answer = self.client.post(f"/v1/refinements/{self.session}/stop", body)
        assert answer.status == 200, answer.body
        return answer.json

    def draw(self, step: Any) -> Any:
        """Set what a step says, and what to answer."""
        develop = self.develop[step["version"]]
        develop.update(step["settings"] or {})
        table = {**DEFAULTS["rendered"], **develop}
        picture = self.renderer(RenderJob(self.files[step["version"]], table, 768, 768))
        rendering = base64.b64encode(picture).decode()
        return {"photo": step["photo"], "number": step["number"], "settings": table, "rendering": rendering}

    def give(self, finished: Any) -> Any:
        self.develop[finished["version"]].update(finished["look"]["settings"] or {})
        self.looks[finished["photo"]] = finished["look"]
        return {"photo": finished["photo"], "number": finished["look"]["renderings"]}

    def finish(self, answer: Any) -> Any:
        """Everything from this answer to the end."""
        while not answer["done"]:
            answer = self.round(
                rendered=[self.draw(step) for step in answer["steps"]],
                settled=[self.give(each) for each in answer["finished"]],
            )
        return answer


@pytest.fixture
def plug_in(client, sample, opened) -> PlugIn:
    return PlugIn(client, opened(client, sample.path), {})


def test_a_session_goes_from_its_photos_to_their_verdicts(plug_in, subjects, client):
    begun = plug_in.begin(subjects[:3])
    assert (begun["state"], begun["total"], begun["queued"]) == ("open", 3, 3)
    assert client.get("/v1/refinements").json["sessions"] == [begun]
    end = plug_in.finish(plug_in.round())
    assert (end["session"]["state"], end["session"]["settled"]) == ("done", 3)
    assert client.get("/v1/refinements").json["sessions"] == []
    for look in plug_in.looks.values():
        assert look["verdict"] in ("same", "matched", "close", "review")
        assert look["difference"] <= look["before"]
        assert 1 <= look["renderings"] <= 5


def test_what_a_match_came_to_is_kept_counted_from_the_plain_translation(plug_in, subjects, running, sample):
    """Also where the match began with an offset: what it says must not be what it was told."""
    journal = running.services.match_journal()
    with Library.open(sample.path) as library:
        version = library.version(subjects[0].uuid)
        plain = analytic(version, library.master(version.master_uuid)).settings
    for number in range(FEWEST):
        told = SolvedPhoto.of(version, "Embedded", {"exposure": 4.0, "blacks": 2.0})
        journal.solve(plug_in.library, f"v{number}", asdict(told))
    plug_in.begin(subjects[:1])
    begun_with = plug_in.develop[version.uuid]["Exposure2012"]
    assert begun_with > plain["Exposure2012"]
    plug_in.finish(plug_in.round())
    assert plug_in.looks[1]["verdict"] != "review"
    kept = SolvedPhoto(**journal.read_solved(plug_in.library)[-1])
    assert (kept.camera, kept.decoder) == (subjects[0].camera, "")
    left_with = plug_in.develop[version.uuid]
    for name, key, size in (("exposure", "Exposure2012", 0.1), ("blacks", "Blacks2012", 5.0)):
        assert kept.change[name] == pytest.approx((left_with[key] - plain[key]) / size, abs=1e-6)


def test_of_a_camera_that_nobody_knows_one_photo_goes_ahead(plug_in, subjects):
    cameras = [each.camera for each in subjects]
    most = max(cameras, key=cameras.count)
    same = [each for each in subjects if each.camera == most][:2]
    assert len(same) == 2
    plug_in.begin(same)
    answer = plug_in.round()
    assert len(answer["steps"]) == 1
    while answer["steps"]:
        first = answer["steps"]
        answer = plug_in.round(rendered=[plug_in.draw(step) for step in first])
        if answer["finished"]:
            break
    assert len(answer["steps"]) == 1
    assert answer["steps"][0]["version"] != first[0]["version"]


def test_asked_again_the_same_round_comes_and_a_rendering_counts_once(plug_in, subjects):
    plug_in.begin(subjects[:1])
    first = plug_in.round()
    assert plug_in.round() == first
    [step] = first["steps"]
    assert (step["number"], step["settings"], step["best"]) == (1, None, None)
    told = plug_in.draw(step)
    second = plug_in.round(rendered=[told])
    assert plug_in.round(rendered=[told]) == second
    assert plug_in.round(rendered=[{**told, "number": 7}]) == second


def test_the_same_key_is_the_same_session_and_another_request_is_refused(plug_in, subjects, client):
    key = {"Idempotency-Key": "k-1"}
    assert plug_in.begin(subjects[:1], **key) == plug_in.begin(subjects[:1], **key)
    assert client.post("/v1/refinements", {"photos": []}, **key).json["code"] == "request.idempotency-conflict"


def test_what_was_tried_is_known_after_the_service_has_died(launch, sample, opened, subjects):
    """Killed after each round, it says the same as before, and comes to its end."""
    process = launch()
    plug_in = PlugIn(process.client, opened(process.client, sample.path), {})
    plug_in.begin(subjects[:1])
    answer = plug_in.round()
    while not answer["done"]:
        answer = plug_in.round(
            rendered=[plug_in.draw(step) for step in answer["steps"]],
            settled=[plug_in.give(each) for each in answer["finished"]],
        )
        if not answer["done"]:
            process.kill()
            process = launch()
            plug_in.client = process.client
            assert plug_in.round() == answer
    assert plug_in.looks[1]["difference"] <= plug_in.looks[1]["before"]


def test_who_stops_gets_the_best_so_far_and_may_go_on_with_the_rest(plug_in, subjects):
    plug_in.begin(subjects[:3])
    plug_in.spoil(*subjects[:3])
    first = plug_in.round(photos=1)
    second = plug_in.round(photos=1, rendered=[plug_in.draw(step) for step in first["steps"]])
    [step] = second["steps"]
    plug_in.draw(step)  # it was tried, and nobody was told
    assert step["settings"].keys() == step["best"]["settings"].keys()
    stopped = plug_in.stop(settled=[{"photo": step["photo"], "number": step["best"]["renderings"]}])
    assert stopped["finished"] == []
    assert (stopped["session"]["state"], stopped["session"]["begun"], stopped["session"]["settled"]) == (
        "stopped",
        0,
        1,
    )
    end = plug_in.finish(plug_in.round())
    assert (end["done"], end["session"]["settled"]) == (True, 3)


def test_a_look_that_is_older_than_the_last_rendering_is_corrected(plug_in, subjects):
    """The plug-in never learnt that its rendering had arrived, and stops with the look that it knew."""
    plug_in.begin(subjects[:1])
    plug_in.spoil(subjects[0])
    [first] = plug_in.round()["steps"]
    [second] = plug_in.round(rendered=[plug_in.draw(first)])["steps"]
    plug_in.round(rendered=[plug_in.draw(second)])
    stopped = plug_in.stop(settled=[{"photo": 1, "number": second["best"]["renderings"]}])
    [finished] = stopped["finished"]
    assert finished["look"]["renderings"] == 2
    assert plug_in.stop(settled=[plug_in.give(finished)])["done"]


def test_what_is_left_is_let_go(plug_in, subjects, client):
    plug_in.begin(subjects[:3])
    plug_in.round(photos=1)
    stopped = plug_in.stop(drop=True)
    assert stopped["done"]
    assert (stopped["session"]["state"], stopped["session"]["left"]) == ("done", 3)
    assert client.get("/v1/refinements").json["sessions"] == []


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"why": "Lightroom could not draw it."}, "Lightroom could not draw it."),
        ({"rendering": "no base64"}, "base64"),
        ({"rendering": base64.b64encode(b"\xff\xd8 no picture").decode()}, "rendering"),
        ({}, "Lightroom sent no rendering of it."),
    ],
)
def test_what_cannot_be_drawn_keeps_its_settings_and_its_reason(plug_in, subjects, answer, why):
    plug_in.begin(subjects[:1])
    plug_in.round()
    [finished] = plug_in.round(rendered=[{"photo": 1, "number": 1, "settings": DEFAULTS["rendered"], **answer}])[
        "finished"
    ]
    assert (finished["look"]["verdict"], finished["look"]["settings"]) == ("unmeasured", None)
    assert why in finished["look"]["reason"]
    assert plug_in.round(settled=[plug_in.give(finished)])["done"]


def test_what_the_library_does_not_have_is_said(plug_in, subjects):
    plug_in.begin([Subject("nobody", subjects[0].path, ""), subjects[0]])
    answer = plug_in.round()
    looks = {each["version"]: each["look"] for each in answer["finished"]}
    assert looks["nobody"]["verdict"] == "unmeasured"
    assert "no version of this uuid" in looks["nobody"]["reason"]


def test_what_does_not_exist_has_its_code(client):
    unknown = "0" * 32
    for call in ("round", "stop"):
        assert client.post(f"/v1/refinements/{unknown}/{call}", {}).json["code"] == "refinement.unknown"
    assert client.get(f"/v1/refinements/{unknown}").json["code"] == "refinement.unknown"
    photo = {"library": unknown, "version": "v", "lightroom": "L"}
    assert client.post("/v1/refinements", {"photos": [photo]}).json["code"] == "library.unknown"
    assert client.post("/v1/refinements", {"import_id": unknown}).json["code"] == "import.unknown"
    assert client.post("/v1/refinements", {}).json["state"] == "done"


def test_verdicts_wait_for_a_ledger_that_somebody_else_writes_to(plug_in, subjects, sample, settings, client, tmp_path):
    destination = tmp_path / "destination"
    with Library.open(sample.path) as library, migrating(library, destination, MigrationOptions()):
        pass
    client.post("/v1/roots", {"path": str(destination), "purpose": "destination"})
    choice = Choice(
        library=plug_in.library, library_path=str(sample.path), destination=str(destination), scope=Scope.ALL, uuids=(),
        originals=Originals.REFERENCE, versions=Versions.PLUGIN, collection_set="", project_collections=True,
        face_keywords=True, looks=Looks.LEAVE,
    )  # fmt: skip
    Imports(settings.imports_folder).add(Import(id="1" * 32, created="2026", choice=choice, stage=Stage.HANDOVER))
    file = destination / ".couloir" / "ledger.sqlite3"
    plug_in.begin(subjects[:1])
    with FileLock(destination / ".couloir" / "lock"):
        plug_in.finish(plug_in.round())
        with Ledger.open_to_read(file) as ledger:
            assert list(matches(ledger)) == []
    plug_in.client.post("/v1/refinements", {})
    with Ledger.open_to_read(file) as ledger:
        found = match_of(ledger, subjects[0].uuid)
    assert found is not None
    assert verdict(found.after, found.renderer).code == plug_in.looks[1]["verdict"]
    assert (destination / found.picture).read_bytes().startswith(b"\xff\xd8")
    assert found.settings["Exposure2012"] == plug_in.develop[subjects[0].uuid].get("Exposure2012", 0)


def test_corrections_are_kept_for_training(plug_in, subjects, client, settings):
    table = {**DEFAULTS["rendered"], "Exposure2012": 0.75, "Vibrance": "much"}
    items = [
        {"library": plug_in.library, "version": subjects[0].uuid, "settings": table},
        {"library": plug_in.library, "version": "nobody", "settings": table},
    ]
    for _ in range(2):  # taught again it is still one
        answer = client.post("/v1/corrections", {"items": items})
        assert answer.status == 200, answer.body
    taught, failed = answer.json["results"]
    assert (answer.json["kept"], taught["outcome"], taught["left_out"]) == (1, "taught", ["Vibrance"])
    assert (failed["outcome"], failed["problem"]["code"]) == ("failed", "library.unknown-version")
    [kept] = Corrections(settings.corrections_file).all()
    assert (kept.version, kept.camera, kept.corrected["Exposure2012"]) == (subjects[0].uuid, subjects[0].camera, 0.75)
    assert "Vibrance" not in kept.corrected
    assert kept.derived.keys() >= {"ProcessVersion"} or kept.derived == {}


def test_old_sessions_are_forgotten_when_they_are_done(tmp_path):
    journal = MatchJournal(tmp_path / "matchings.sqlite3")
    done, waiting = (journal.add(name * 32, [], finish="sliders") for name in "ab")
    journal.become(done, "done")
    journal._db.execute("UPDATE session SET created = '2020-01-01T00:00:00Z'")
    journal.add("c" * 32, [], finish="sliders")
    assert [each.id for each in journal.unfinished_sessions()] == ["c" * 32, waiting.id]
    assert journal.by_key("nothing") is None
    journal.close()


def test_a_match_that_another_couloir_began_gives_the_photo_back_what_it_had(tmp_path):
    journal = MatchJournal(tmp_path / "matchings.sqlite3")
    session = journal.add("a" * 32, [NewPhoto("l", "v", "L", "N", "c")], finish="sliders")
    [photo] = journal.photos(session, PhotoState.QUEUED)
    journal.update(
        photo,
        state=PhotoState.OPEN,
        number=2,
        match='{"of": "the future"}',
        touched=["Exposure2012"],
        start={"Exposure2012": 0.25, "Contrast2012": 7},
    )
    runner = SessionRunner(journal, SimpleNamespace())
    runner.recall(session)
    [photo] = journal.photos(session, PhotoState.FINISHING)
    look = runner.finished_view(photo).look
    assert (look.settings, look.verdict, look.renderings) == ({"Exposure2012": 0.25}, "unmeasured", 2)
    runner.settle(photo, 2, "")
    assert journal.counts(session)[PhotoState.SETTLED] == 1
    journal.close()
