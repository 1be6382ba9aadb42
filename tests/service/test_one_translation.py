"""The same photo gets the same develop settings from every command and every route that gives any."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from couloir.aperture.library import Library
from couloir.aperture.model import Master, MediaKind, Version
from couloir.cli.main import command_line
from couloir.cli.translators import translator_for
from couloir.derive import analytic
from couloir.derive.offsets import FEWEST, SolvedPhoto
from couloir.derive.pictures.contexts import find_all, see_contexts
from couloir.engines.camera_raw import CameraRawEngine
from couloir.lightroom.embed import extract
from couloir.lightroom.local.fields import KEY, from_fields, get_local
from couloir.lightroom.rdf import parse
from couloir.lightroom.xmp import read_packet
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.match_library import Way, match_library
from couloir.migrate.run import LEDGER, open_ledger
from couloir.refine.options import Options
from couloir.service.libraries.open import id_of
from couloir.service.match.journal import MatchJournal
from couloir.service.process.settings import STATE_VARIABLE
from sample_library import build_library
from sample_library.roles import Role

Settings = Mapping[str, Any]
XMP_ONLY = {"HasCrop", "Version"}  # Lightroom states them in files and not in its own table


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    build_library(folder / "Small.aplibrary", masters=12, write_plists=False)
    return (folder / "Small.aplibrary").resolve()


@pytest.fixture
def pairs(library: Path) -> dict[str, tuple[Version, Master]]:
    with Library.open(library) as opened:
        return {
            version.uuid: (version, master)
            for version, master in opened.versions_with_masters()
            if master and master.media is MediaKind.IMAGE and version.number == 1
        }


@pytest.fixture(params=["nothing was matched", "ten photos were matched"])
def expected(
    request: pytest.FixtureRequest,
    library: Path,
    pairs: Mapping[str, tuple[Version, Master]],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, Settings]:
    """What the translator says of each photo, with what this computer has learnt."""
    monkeypatch.setenv(STATE_VARIABLE, str(settings.state_dir))
    if "ten" in request.param:
        settings.state_dir.mkdir(parents=True)
        version, _ = next(iter(pairs.values()))
        with closing(MatchJournal(settings.match_journal_file)) as journal:
            for number in range(FEWEST):
                solved = SolvedPhoto.of(version, "Embedded", {"exposure": 3.0, "shadows": -2.0})
                journal.solve(id_of(library), f"v{number}", asdict(solved))
    translator = translator_for(library)
    with Library.open(library) as opened:
        known = see_contexts(find_all(opened, list(pairs.values()), translator.profiles))
    assert sum(each.pictures[0] is not None and each.pictures[1] is not None for each in known) >= 3
    found = dict(zip(pairs, translator.translate(list(pairs.values()), known), strict=True))
    blind = dict(zip(pairs, translator.translate(list(pairs.values())), strict=True))
    assert any(found[uuid].settings != blind[uuid].settings for uuid in pairs)
    assert any(found[uuid].settings != analytic(*pair).settings for uuid, pair in pairs.items())
    assert max(each.offset_photos for each in found.values()) == (FEWEST if "ten" in request.param else 0)
    return {uuid: json.loads(json.dumps(each.settings.as_dict())) for uuid, each in found.items()}


def command(*arguments: object) -> Any:
    answer = CliRunner().invoke(command_line, [str(each) for each in arguments])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_derive_gives_what_the_translator_says(library: Path, expected: Mapping[str, Settings]) -> None:
    for uuid in list(expected)[:4]:
        assert command("derive", library, uuid, "--json")["settings"] == expected[uuid]


def test_migrate_writes_what_the_translator_says(
    library: Path, expected: Mapping[str, Settings], tmp_path: Path
) -> None:
    command("migrate", library, "--to", tmp_path / "out", "--json", "--pictures", 0)
    looked_at = 0
    with Ledger.open_to_read(tmp_path / "out" / LEDGER) as ledger:
        for uuid, wanted in expected.items():
            entry = ledger.get(Kind.VERSION, uuid)
            detail = {} if entry is None else entry.row.detail
            if not detail.get("path"):
                continue
            sidecar = detail.get("sidecar")
            file = tmp_path / "out" / str(sidecar or detail["path"])
            packet = file.read_bytes() if sidecar else extract(file)
            if packet is None:
                continue
            written = read_packet(packet, str(file)).settings
            assert written is not None
            found = json.loads(json.dumps(dict(written)))
            assert {key: value for key, value in found.items() if key not in XMP_ONLY} == wanted
            looked_at += 1
    assert looked_at >= 3


def test_the_service_derives_what_the_translator_says(
    library: Path, expected: Mapping[str, Settings], client: Any, opened: Any
) -> None:
    number = opened(client, library)
    items = [{"library": number, "version": uuid} for uuid in expected]
    answers = client.post("/v1/derivations", {"items": items}).json["results"]
    assert {uuid: a["translation"]["settings"] for uuid, a in zip(expected, answers, strict=True)} == expected


def test_an_import_hands_lightroom_what_the_translator_says(
    library: Path, expected: Mapping[str, Settings], client: Any, opened: Any, done: Any, tmp_path: Path
) -> None:
    number = opened(client, library)
    (tmp_path / "originals").mkdir()
    client.post("/v1/roots", {"path": str(tmp_path / "originals"), "purpose": "destination"})
    body = {"library": number, "destination": str(tmp_path / "originals")}
    planned = client.post("/v1/imports", body)
    done(client, planned)
    address = f"/v1/imports/{planned.json['id']}"
    done(client, client.post(f"{address}/start"))
    photos = client.post(f"{address}/batches", {"photos": 25}).json["photos"]
    handed = {photo["uuid"]: photo["settings"] for photo in photos if photo["uuid"] in expected}
    assert len(handed) >= 3
    assert handed == {uuid: expected[uuid] for uuid in handed}


def test_the_service_places_what_was_painted_and_retouched_as_migrate_does(
    client: Any, opened: Any, tmp_path: Path
) -> None:
    """One photo of two versions, the first painted, the other retouched; the migration writes the first."""
    source = tmp_path / "Painted.aplibrary"
    build_library(source, masters=1, roles=[Role(looks=("dodge", "retouch"), orientation=6)])
    command("migrate", source, "--to", tmp_path / "out", "--json", "--pictures", 0)
    with Ledger.open_to_read(tmp_path / "out" / LEDGER) as ledger, Library.open(source) as library:
        pairs = [(version, master) for version, master in library.versions_with_masters() if version.shown and master]
        entry = ledger.get(Kind.VERSION, pairs[0][0].uuid)
        assert entry is not None
        packet = extract(tmp_path / "out" / str(entry.row.detail["path"]))
    assert packet is not None
    number = opened(client, source)
    items = [{"library": number, "version": version.uuid} for version, _ in pairs]
    answers = client.post("/v1/derivations", {"items": items}).json["results"]
    painted, retouched = (each["translation"] for each in answers)
    local = get_local(parse(packet, "packet"), "packet")
    assert len(local) == 1
    assert from_fields(painted["settings"].pop(KEY)) == local
    written = read_packet(packet, "packet").settings
    assert written is not None
    assert {key: value for key, value in json.loads(json.dumps(dict(written))).items() if key not in XMP_ONLY} == (
        painted["settings"]
    )
    [area] = retouched["settings"]["RetouchAreas"]
    assert area["SpotType"] == "heal"
    assert "1 spot" in retouched["operations"][0]["reason"]


@pytest.mark.parametrize("expected", ["nothing was matched"], indirect=True)
def test_a_match_begins_with_what_the_translator_says(
    library: Path, expected: Mapping[str, Settings], tmp_path: Path
) -> None:
    way = Way(CameraRawEngine(), Options(renderings=1))
    with Library.open(library) as opened, open_ledger(opened, tmp_path / "out") as ledger:
        first = next(m for m in match_library(opened, ledger, tmp_path / "out", way) if m.version in expected)
    assert json.loads(json.dumps(first.settings)) == expected[first.version]
