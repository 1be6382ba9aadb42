"""What `couloir match` finds reaches the files that a migration wrote, by the rules of any later run."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from couloir.aperture.library import Library
from couloir.engines.camera_raw import CameraRawEngine
from couloir.lightroom.embed import extract
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import read_packet
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.rows import Entry, Kind
from couloir.migrate.ledger.verdicts import MatchRecord, matches
from couloir.migrate.match_library import Way, match_library
from couloir.migrate.options import MigrationOptions, OriginalsMode
from couloir.migrate.report.report import write_report
from couloir.migrate.run import LEDGER, migrating, open_ledger, write_matched_looks
from couloir.migrate.verify import verify
from couloir.refine.options import Options
from sample_library import build_library

OPTIONS = MigrationOptions(originals=OriginalsMode.COPY, pictures=False)  # so that matching finds more than is written


@pytest.fixture
def library(tmp_path: Path) -> Path:
    build_library(tmp_path / "Sample.aplibrary", masters=8)
    return tmp_path / "Sample.aplibrary"


def migrate(library: Path, destination: Path) -> None:
    with Library.open(library) as opened, migrating(opened, destination, OPTIONS):
        pass


def match(library: Path, destination: Path) -> int:
    with Library.open(library) as opened, open_ledger(opened, destination) as ledger:
        list(match_library(opened, ledger, destination, Way(CameraRawEngine(), Options(renderings=3))))
        return write_matched_looks(opened, ledger, destination)


def found(destination: Path) -> dict[str, tuple[MatchRecord, Entry]]:
    """The matches that moved something, with the rows of their versions that have a file."""
    with Ledger.open_to_read(destination / LEDGER) as ledger:
        rows = {each.version: (each, ledger.get(Kind.VERSION, each.version)) for each in matches(ledger)}
    return {
        uuid: (each, entry)
        for uuid, (each, entry) in rows.items()
        if entry is not None and each.after is not None and "settings" in entry.row.detail
    }


def file_of(destination: Path, entry: Entry) -> Path:
    return destination / str(entry.row.detail.get("sidecar") or entry.row.detail["path"])


def versions(destination: Path) -> list[Entry]:
    with Ledger.open_to_read(destination / LEDGER) as ledger:
        return list(ledger.entries(Kind.VERSION))


def settings_of(entry: Entry) -> tuple[str, object]:
    return entry.row.uuid, entry.row.detail.get("settings")


def settings_in(file: Path) -> DevelopSettings:
    content = file.read_bytes() if file.suffix == ".xmp" else extract(file)
    assert content is not None
    return read_packet(content, str(file)).settings


def test_the_files_hold_the_looks_whose_differences_the_report_shows(library: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    migrate(library, out)
    translated = {uuid: entry.row.detail["settings"] for uuid, (_, entry) in found(out).items()}
    written = match(library, out)
    looks = found(out)
    moved = [uuid for uuid, (each, _) in looks.items() if dict(each.settings) != translated.get(uuid)]
    assert written > 1
    assert moved
    for each, entry in looks.values():
        stated = settings_in(file_of(out, entry))
        assert {key: stated.get(key) for key in each.settings} == dict(DevelopSettings(each.settings).items())
    assert not verify(out).problems
    assert match(library, out) == 0  # there is nothing left to write
    with Ledger.open_to_read(out / LEDGER) as ledger:
        told = [
            str(entry.row.detail["reason"]) for entry in ledger.entries(Kind.OPERATION) if "reason" in entry.row.detail
        ]
        taken = ledger.fidelity()["taken from the preview"]
    assert sum("the photo's difference fell from" in each for each in told) == taken > 0


def test_a_later_migration_keeps_the_looks_and_a_first_one_takes_them_up(library: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert match(library, out) == 0  # no migration was here yet
    migrate(library, out)
    first = {uuid: settings_in(file_of(out, entry)) for uuid, (_, entry) in found(out).items()}
    for each, entry in found(out).values():
        stated = first[entry.row.uuid]
        assert {key: stated.get(key) for key in each.settings} == dict(DevelopSettings(each.settings).items())
    migrate(library, out)
    assert {uuid: settings_in(file_of(out, entry)) for uuid, (_, entry) in found(out).items()} == first


def test_a_file_that_another_program_saved_since_is_left_alone_and_said(library: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    migrate(library, out)
    with Ledger.open_to_read(out / LEDGER) as ledger:
        entries = [each for each in ledger.entries(Kind.VERSION) if each.row.detail.get("embedded")]
    saved = {}
    for entry in entries:
        file = file_of(out, entry)
        file.write_bytes(file.read_bytes() + b" as another program saved it")
        saved[file] = file.read_bytes()
    assert match(library, out) > 0
    assert {file: file.read_bytes() for file in saved} == saved
    with Library.open(library) as opened, open_ledger(opened, out) as ledger:
        told = [finding.message for finding in ledger.findings()]
        report = write_report(opened, ledger, out, pictures=0)
    assert any("The look that matching found for" in message for message in told)
    pieces = "".join(file.read_text("utf-8") for file in sorted((report.html.parent / "data").glob("detail-*.js")))
    assert "holds other settings" in pieces


def test_a_look_of_a_version_that_aperture_changed_since_is_not_written(library: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Library.open(library) as opened, open_ledger(opened, out) as ledger:
        list(match_library(opened, ledger, out, Way(CameraRawEngine(), Options(renderings=3))))
    with sqlite3.connect(out / LEDGER) as database:
        texts = database.execute("SELECT version, found FROM match").fetchall()
        for version, text in texts:
            database.execute(
                "UPDATE match SET found = ? WHERE version = ?",
                (json.dumps({**json.loads(text), "source": "another state"}), version),
            )
    migrate(library, out)
    migrate(library, tmp_path / "plain")
    assert [settings_of(each) for each in versions(out)] == [settings_of(each) for each in versions(tmp_path / "plain")]
