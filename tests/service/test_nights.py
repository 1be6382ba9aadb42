"""A session of an import follows the plan of a night: groups, corrections that trials confirm, and what is expected."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from couloir.aperture.library import Library
from couloir.derive.controls import move
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.pixels import encode_jpeg
from couloir.engines.protocol import Photo
from couloir.lightroom.live import read_live
from couloir.lightroom.settings import PhotoKind
from couloir.migrate.ledger.expectations import corrections, sum_knowledge
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import matches
from couloir.migrate.night import candidates
from couloir.migrate.run import LEDGER
from couloir.refine.night import plan
from couloir.refine.night.model import Level
from fake_lightroom.tables.develop import DEFAULTS
from sample_library import build_library
from sample_library.roles import Role

PHOTOS = 26
BRIGHTER = 8.0  # tenths of a stop by which this Lightroom draws brighter than Couloir's engine
AT_ONCE = 4


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("night") / "Night.aplibrary"
    role = Role("jpeg", looks=("exposure",), placed=False)
    build_library(path, masters=PHOTOS, roles=[role] * PHOTOS, write_plists=False)
    return path


@pytest.fixture(autouse=True)
def one_camera() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "camera_of", lambda _version: "one camera")
        yield


@dataclass
class PlugIn:
    """Does with an import and its rounds what Lightroom's plug-in does."""

    client: Any
    done: Any
    library: str
    destination: Path
    files: dict[str, Path]
    number: str = ""
    session: str = ""
    develop: dict[str, dict[str, Any]] = field(default_factory=dict)
    owned: set[str] = field(default_factory=set)
    corrected: dict[str, Any] = field(default_factory=dict)

    def bring(self) -> None:
        self.destination.mkdir()
        self.client.post("/v1/roots", {"path": str(self.destination), "purpose": "destination"})
        choice = {"looks": "sliders", "match": "edited", "pictures": False}
        answer = self.client.post(
            "/v1/imports", {"library": self.library, "destination": str(self.destination), **choice}
        )
        self.number = answer.json["id"]
        self.done(self.client, answer)
        self.done(self.client, self.client.post(f"/v1/imports/{self.number}/start"))
        path = f"/v1/imports/{self.number}/batches"
        while not (batch := self.client.post(path, {"photos": 50}).json)["done"]:
            results = []
            for photo in (each for whole in batch["photos"] for each in (whole, *whole["copies"])):
                self.develop[photo["uuid"]] = dict(photo["settings"] or {})
                uuid = photo["uuid"]
                results.append({"kind": "version", "uuid": uuid, "outcome": "done", "lightroom": f"L-{uuid}"})
            for kind, items in (("album", batch["albums"]), ("keyword", batch["keywords"])):
                results += [{"kind": kind, "uuid": each["uuid"], "outcome": "done"} for each in items]
            self.client.post(f"{path}/{batch['number']}/results", {"results": results})

    def begin(self) -> Any:
        answer = self.client.post("/v1/refinements", {"import_id": self.number})
        assert answer.status == 200, answer.body
        self.session = answer.json["id"]
        return answer.json

    def round(self, **body: Any) -> Any:
        answer = self.client.post(f"/v1/refinements/{self.session}/round", {"photos": AT_ONCE, "given": [], **body})
        assert answer.status == 200, answer.body
        return answer.json

    def draw(self, step: Any) -> Any:
        develop = self.develop[step["version"]]
        develop.update(step["settings"] or {})
        table = {**DEFAULTS["rendered"], **develop}
        settings = move(read_live(table, PhotoKind.RENDERED)[0], {"exposure": BRIGHTER}, PhotoKind.RENDERED)
        photo = Photo(self.files[step["version"]], PhotoKind.RENDERED)
        picture = encode_jpeg(CameraRawEngine().render(photo, settings, 256))
        rendering = base64.b64encode(picture).decode()
        return {"photo": step["photo"], "number": step["number"], "settings": table, "rendering": rendering}

    def give(self, finished: Any) -> Any:
        self.develop[finished["version"]].update(finished["look"]["settings"] or {})
        return {"photo": finished["photo"], "number": finished["look"]["renderings"]}

    def correct(self, correction: Any) -> Any:
        version = correction["version"]
        if version in self.owned:
            return {"photo": correction["photo"], "changed": True}
        self.develop[version].update(correction["settings"])
        self.corrected[version] = correction
        return {"photo": correction["photo"]}

    def work(self, answer: Any) -> Any:
        """Do what a round's answer says; the next one."""
        return self.round(
            rendered=[self.draw(step) for step in answer["steps"]],
            settled=[self.give(each) for each in answer["finished"]],
            given=[self.correct(each) for each in answer["corrected"]],
        )

    def stop(self, answer: Any) -> None:
        """The user stops: what has begun gets its best look."""
        begun = [{"photo": each["photo"], "number": each["number"] - 1} for each in answer["steps"] if each["best"]]
        settled = [*begun, *(self.give(each) for each in answer["finished"])]
        path = f"/v1/refinements/{self.session}/stop"
        rest = self.client.post(path, {"settled": settled}).json["finished"]
        self.client.post(path, {"settled": [self.give(each) for each in rest]})

    def ledger(self) -> Ledger:
        return Ledger.open_to_read(self.destination / LEDGER)


@pytest.fixture
def plug_in(client: Any, library: Path, opened: Any, done: Any, tmp_path: Path) -> PlugIn:
    with Library.open(library) as read:
        files = {
            version.uuid: path
            for version, master in read.versions_with_masters()
            if master and (path := read.original(master).path)
        }
    plug_in = PlugIn(client, done, opened(client, library), tmp_path / "Lightroom", files)
    plug_in.bring()
    return plug_in


def test_photos_get_what_others_confirmed_and_the_rest_is_expected_wherever_a_session_stops(
    plug_in: PlugIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "TRIALS", {Level.FAMILY: 3, Level.GROUP: 3})
    session = plug_in.begin()
    every, answer = set(plug_in.develop), plug_in.round()
    while not answer["corrected"]:
        assert not answer["done"]
        answer = plug_in.work(answer)
    assert len(answer["corrected"]) > 5
    first, owned = (each["version"] for each in answer["corrected"][:2])
    plug_in.owned = {owned}  # its owner has changed it in Lightroom meanwhile
    plain = {version: dict(settings) for version, settings in plug_in.develop.items()}
    answer = plug_in.work(answer)
    while answer["corrected"]:
        answer = plug_in.work(answer)
    assert plug_in.develop[first]["Exposure2012"] < plain[first]["Exposure2012"]
    assert plug_in.corrected[first]["low"] < plug_in.corrected[first]["high"]
    assert plug_in.develop[owned] == plain[owned]
    plug_in.stop(answer)
    with plug_in.ledger() as ledger:
        records = {match.version: match for match in matches(ledger)}
        turns = sorted(match.turn for match in records.values() if match.turn)
        assert turns == list(range(1, len(turns) + 1))
        assert sum(match.tried is not None for match in records.values()) >= 2
        given = {each.version for each in corrections(ledger)}
        assert given == set(plug_in.corrected) - set(records)
        assert owned not in given
        known = sum_knowledge(ledger)
        assert (known.measured, known.corrected, known.unknown) == (len(records), len(given), 0)
        assert known.measured + known.expected == session["total"]
        assert 0 < known.low < known.expected_mean < known.high
    assert plug_in.begin()["id"] == session["id"]
    nearer, step = plug_in.round()["steps"], {}
    assert not {step["version"] for step in nearer} & set(records)
    step = next(step for step in nearer if step["version"] in given)
    assert plug_in.draw(step)["number"] == 1
    assert step["settings"] is None, "it has its correction already"
    assert every >= set(records)


def test_matching_goes_on_without_a_plan_while_the_ledger_may_not_be_read(plug_in: PlugIn) -> None:
    """And a plug-in that gives no corrections is sent none."""
    plug_in.begin()
    root = {"path": str(plug_in.destination), "purpose": "destination"}
    plug_in.client.post("/v1/roots/close", root)
    steps = plug_in.round()["steps"]
    assert steps
    plug_in.client.post("/v1/roots", root)
    answer = plug_in.round(given=None, rendered=[plug_in.draw(step) for step in steps])
    assert answer["corrected"] == []
    assert answer["steps"]
