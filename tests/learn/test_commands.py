"""`couloir learn` from photographs to a model in use, and from a library with its catalog to pairs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import numpy as np
import pytest
from click import UsageError
from click.testing import CliRunner, Result
from PIL import Image

from couloir.aperture.library import Library
from couloir.aperture.model import Master, Version
from couloir.aperture.zones import zone
from couloir.cli.main import command_line
from couloir.color.difference import Difference
from couloir.color.spaces import srgb_encode
from couloir.derive import analytic
from couloir.derive.residual.outputs import OUTPUT_NAMES
from couloir.derive.residual.registry import read_registry
from couloir.derive.residual.store import ModelStore
from couloir.derive.translate import photo_kind
from couloir.errors import NotPromoted, TooFewPhotographs
from couloir.learn import dataset, evaluate, synthesise
from couloir.learn.catalogs import from_catalog
from couloir.learn.corrections import FILE_NAME, Correction, Corrections
from couloir.learn.photographs import Photograph
from couloir.learn.reading import photos_of
from couloir.learn.zero import make_zero_model
from couloir.lightroom.settings import DevelopSettings
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import MatchRecord, put_match
from couloir.migrate.run import LEDGER
from lrcat_files import NEUTRAL, Row, write_catalog
from sample_library import build_library

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    def ran(*arguments: object, code: int = 0) -> Result:
        told = ["learn", *map(str, arguments)]
        result = CliRunner().invoke(command_line, told, standalone_mode=False, catch_exceptions=False)
        assert (result.return_value or 0) == code, result.output
        return result

    return ran


@pytest.fixture
def pictures(photographs: list[Photograph], tmp_path: Path) -> Path:
    """Drawn photographs as files; their hashes put some of them aside."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for photograph in photographs:
        for turn in range(2):
            pixels = np.rint(srgb_encode(np.rot90(photograph.picture, 2 * turn)) * 255).astype(np.uint8)
            Image.fromarray(pixels).resize((192, 128)).save(folder / f"{photograph.key}-{turn}.png")
    return folder


def test_from_photographs_to_a_model_in_use(
    run: Run, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synthesise, "WORLDS", 21)  # two of which validate
    monkeypatch.setattr(synthesise, "PHOTOS", 1)
    monkeypatch.setattr(evaluate, "PHOTOS", 2)
    data, made, models = tmp_path / "data", tmp_path / "made", tmp_path / "models"
    make_zero_model(models)

    run("synthesise", "--photographs", pictures, "--to", data, "--pairs", 21)
    run("train", "--data", data, "--to", made, "--name", "try-1", "--epochs", 30)
    first = (made / "try-1.onnx").read_bytes()
    assert len(first) < 1_000_000
    run("train", "--data", data, "--to", made, "--name", "try-1", "--epochs", 30)
    assert (made / "try-1.onnx").read_bytes() == first
    assert "not evaluated yet" in read_registry(made).entry.summary

    rows = tmp_path / "rows.json"
    evaluated = run("evaluate", "--model", made, "--photographs", pictures, "--worlds", 2, "--json", rows, code=3)
    assert "| analytic prior |" in evaluated.output
    assert {"name", "value", "unit", "target", "holds"} == set(json.loads(rows.read_text(encoding="utf-8"))[0])
    card = (made / "try-1.md").read_text(encoding="utf-8")
    assert "saw no rendering by Aperture and none by Lightroom" in card
    assert "| solved (the best these sliders can do) |" in card
    assert (made / "try-1.onnx").read_bytes() == first

    _promoted_only_when_better(run, made, models)


def _promoted_only_when_better(run: Run, made: Path, models: Path) -> None:
    file = made / "evaluation.json"
    found = json.loads(file.read_text(encoding="utf-8"))
    standing = {row["name"]: row for row in found["standings"]}
    standing[evaluate.RESIDUAL]["median"] = standing[evaluate.ANALYTIC]["median"]
    file.write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(NotPromoted, match="held-out median"):
        run("promote", "--model", made, "--to", models)
    assert read_registry(models).current == "zero-1"

    standing[evaluate.RESIDUAL]["median"] = standing[evaluate.ANALYTIC]["median"] / 2
    file.write_text(json.dumps(found), encoding="utf-8")
    run("promote", "--model", made, "--to", models)
    assert read_registry(models).current == "try-1"
    store = ModelStore(models)
    assert store.model() is not None
    assert store.status().trained


def test_a_folder_without_photographs_says_so(run: Run, tmp_path: Path) -> None:
    with pytest.raises(TooFewPhotographs):
        run("synthesise", "--photographs", tmp_path, "--to", tmp_path / "data")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("library") / "Small.aplibrary"
    build_library(path, masters=30, seed=5, pictures="tiny", write_plists=False)
    return path


def rows_of(path: Path) -> dict[str, Row]:
    """The photos of a library as a catalog would have them, by version; only originals with one version."""
    with Library.open(path, {}) as library:
        photos = photos_of(library)
    counted = [master.uuid for _, master in photos]
    rows: dict[str, Row] = {}
    for number, (version, master) in enumerate(photos):
        if counted.count(master.uuid) > 1 or version.captured is None or version.master_size is None:
            continue
        local = version.captured.astimezone(zone(version.time_zone) or UTC).replace(tzinfo=None)
        white = {"WhiteBalance": "Custom", "Temperature": 5200.0, "Tint": 4.0} if master.is_raw else {}
        rows[version.uuid] = Row(
            file_name=master.file_name,
            file_size=master.file_size,
            file_format="RAW" if master.is_raw else "JPG",
            captured=local.isoformat(),
            size=(version.master_size.width, version.master_size.height),
            camera=str(version.exif.get("Model", "")),
            settings={**NEUTRAL, "Contrast2012": float(number % 20), "Exposure2012": 0.1 * (number % 5), **white},
        )
    return rows


def test_pairs_of_a_library_and_its_catalog_and_a_round_trip_through_a_contribution(
    run: Run, library: Path, tmp_path: Path
) -> None:
    rows = rows_of(library)
    assert len(rows) >= 12
    catalog = write_catalog(tmp_path / "catalog.lrcat", [*rows.values(), Row("STRANGER.JPG")])
    with Library.open(library, {}) as opened:
        wanted, unmatched = from_catalog(opened, catalog)
    assert set(wanted) == set(rows)
    assert list(unmatched) == ["/Photos/2012/STRANGER.JPG"]

    data = tmp_path / "data"
    run("pairs", "--aperture", library, "--lightroom", catalog, "--to", data)
    pairs = dataset.read_all(data)
    record = json.loads(next(data.glob("real-*.json")).read_text(encoding="utf-8"))
    refused = json.loads((data / "refused.json").read_text(encoding="utf-8"))
    assert set(record["versions"]) <= set(rows)
    assert len(pairs) == len(record["versions"]) >= 5
    assert len(pairs) + len(refused) == len(rows) + 1
    assert record["validates"] == (pairs.world % dataset.VALIDATION == 0).tolist()
    assert pairs.change[:, OUTPUT_NAMES.index("texture")].any() == np.False_
    assert pairs.metrics().trace(axis1=1, axis2=2).min() > 0

    run("contribute", "--data", data, "--to", tmp_path / "inbox.couloir.json")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (tmp_path / "inbox.couloir.json").rename(inbox / "a.couloir.json")
    catalog.rename(inbox / "b.lrcat")
    taken = run("inbox", inbox, "--to", tmp_path / "gathered", "--aperture", library)
    assert taken.output.count("pairs taken") == 2
    assert len(dataset.read_all(tmp_path / "gathered")) == 2 * len(pairs)

    looked = run("look", "--data", data, "--pictures", tmp_path / "page", "--json", tmp_path / "look.json")
    assert f"{len(pairs)} pairs" in looked.output
    assert "<h1>Anomalies" in (tmp_path / "page" / "anomalies.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "look.json").read_text(encoding="utf-8"))["holes"]


def test_pairs_need_a_source(run: Run, library: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--lightroom"):
        run("pairs", "--aperture", library, "--to", tmp_path)


def settings_for(version: Version, master: Master, **changes: object) -> DevelopSettings:
    return analytic(version, master).settings.merge(changes)


def test_what_was_taught_and_what_was_matched_become_pairs_and_the_photographers_word_counts_most(
    run: Run, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(library, {}) as opened:
        photos = [each for each in photos_of(opened) if opened.preview(each[0]).path is not None][:4]
        identity = opened.info.uuid or str(opened.info.path)
    both, taught, matched, review = photos
    migration, state = tmp_path / "migration", tmp_path / "state"
    (migration / LEDGER).parent.mkdir(parents=True)
    state.mkdir()
    monkeypatch.setenv("COULOIR_STATE_DIR", str(state))
    with Ledger.open(migration / LEDGER) as ledger, ledger.transaction():
        for (version, master), mean in ((both, 2.0), (matched, 4.0), (review, 6.0)):
            settings = settings_for(version, master, Contrast2012=10).as_dict()
            after = Difference(mean, 3 * mean)
            put_match(ledger, MatchRecord(version.uuid, after, after, "", "couloir", 3, settings))
    Corrections(state / FILE_NAME).add(
        Correction(
            *(identity, str(library), version.uuid, master.uuid, "", photo_kind(master)),
            *(settings_for(version, master), settings_for(version, master, Contrast2012=20), "2026-01-01T00:00:00Z"),
        )
        for version, master in (both, taught)
    )
    data = tmp_path / "data"
    run("pairs", "--aperture", library, "--migration", migration, "--taught", "--to", data)
    record = json.loads(next(data.glob("real-*.json")).read_text(encoding="utf-8"))
    contrast = dataset.read_all(data).change[:, OUTPUT_NAMES.index("contrast")]
    found = dict(zip(record["versions"], contrast.round().astype(int).tolist(), strict=True))
    expected = {both[0].uuid: 20, taught[0].uuid: 20, matched[0].uuid: 10}
    sliders = {uuid: round(analytic(*pair).settings["Contrast2012"]) for pair in photos for uuid in [pair[0].uuid]}  # type: ignore[call-overload]
    assert found == {uuid: round((wanted - sliders[uuid]) / 5) for uuid, wanted in expected.items()}
