"""A migration for another program than Lightroom: the same ledger, plan, verification and undo."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from PIL import Image, ImageCms

from couloir.aperture.library import Library
from couloir.destinations.door import Door
from couloir.destinations.every import DOORS
from couloir.errors import DestinationError
from couloir.lightroom.embed import extract
from couloir.lightroom.xmp import read_packet
from couloir.migrate.beside import place
from couloir.migrate.beside.profile import has_profile, is_adobe_rgb
from couloir.migrate.files.originals import move_into_place
from couloir.migrate.ledger.reasons import SIDE_FILE_FOREIGN, State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.options import VersionsMode
from couloir.migrate.report.report import write_report
from couloir.migrate.run import open_ledger
from couloir.migrate.undo.undo import undo_migration
from couloir.migrate.verify import verify

OTHERS = [door for door in DOORS.values() if not door.in_xmp]
OWN = (".couloir", "couloir-report")


@dataclass(frozen=True)
class Carrying:
    """Migrates a library of 24 masters for a door: `carry(folder)`. How files are put in place does not depend on the
    door, so that most tests have one.
    """

    source: Any
    door: Door
    migrate: Callable[..., Any]

    def __call__(self, out: Path, **options: object) -> Any:
        return self.migrate(self.source, out, looks=False, door=self.door, versions=VersionsMode.CLONE, **options)


@pytest.fixture
def carry(small: Any, migrate: Callable[..., Any]) -> Carrying:
    return Carrying(small, DOORS["photos"], migrate)


def _beside(rows: list[Row]) -> dict[str, list[str]]:
    """The side files of each row that has some."""
    return {row.uuid: [each["path"] for each in row.detail["beside"]] for row in rows if row.detail.get("beside")}  # type: ignore[attr-defined]


def _heic(source: Any) -> set[str]:
    """The main versions of HEIC originals that Aperture shows."""
    query = (
        "SELECT v.uuid FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid WHERE lower(m.fileName) LIKE '%.heic'"
        " AND v.versionNumber = 1 AND v.showInLibrary AND NOT v.isInTrash AND NOT m.isInTrash"
    )
    return {uuid for [uuid] in source.ask(query)}


def _assert_speaks_of(door: Door, carry: Carrying, out: Path) -> None:
    """The report, its page and their data name the program that the folder is for, and Lightroom nowhere."""
    with Library.open(carry.source.path, carry.source.volumes) as library, open_ledger(library, out) as ledger:
        report = write_report(library, ledger, out, 4)
    assert door.title in report.html.read_text("utf-8")
    assert (report.program, report.compared) == (door.title, 0)  # our engine draws what Lightroom would
    written = [report.html, report.json, report.photos, *sorted((report.photos.parent / "data").iterdir())]
    told = {file.name: re.findall(r"[^.>]{0,60}Lightroom.{0,40}", file.read_text("utf-8")) for file in written}
    assert {name: found[:3] for name, found in told.items() if found} == {}


@pytest.mark.parametrize("door", OTHERS, ids=lambda door: door.name)
def test_everything_is_accounted_for_and_a_second_run_adds_nothing(
    door: Door, carry: Carrying, tmp_path: Path, tree_of: Callable[..., dict[str, str]]
) -> None:
    carry = replace(carry, door=door)
    first = carry(tmp_path / "out")
    assert first.outcome.balances
    beside = _beside(first.rows(Kind.VERSION))
    assert len(beside) >= 5
    assert all((tmp_path / "out" / path).is_file() for paths in beside.values() for path in paths)
    waiting = [row.reason for row in first.items if row.state is State.WAITING]
    assert [reason for reason in waiting if "lightroom" in reason.advice.lower()] == []
    heic = [row for row in first.rows(Kind.VERSION) if row.uuid in _heic(carry.source)]
    assert heic
    for row in heic:
        beside = bool(row.detail.get("beside"))
        assert beside or not door.reads or door.name == "photos"  # an .AAE has edits only
        assert row.reason.code == ("version.beside" if beside else "file.no-settings")
    written = tree_of(tmp_path / "out", OWN)
    second = carry(tmp_path / "out")
    assert second.items == first.items
    assert tree_of(tmp_path / "out", OWN) == written
    found = verify(tmp_path / "out", carry.source.volumes)
    assert found.problems == []
    assert found.changed == []
    _assert_speaks_of(door, carry, tmp_path / "out")


def test_what_a_header_says_of_colours_is_read(tmp_path: Path) -> None:
    plain, stated, both, heic = (tmp_path / name for name in ("a.jpg", "b.jpg", "c.jpg", "d.heic"))
    pointers = ((0x8769, 26), (0xA005, 44))  # EXIF's IFD behind IFD0, the Interoperability IFD behind that
    ifds = b"".join(struct.pack("<HHHIII", 1, tag, 4, 1, place, 0) for tag, place in pointers)
    exif = b"Exif\0\0II*\0" + struct.pack("<I", 8) + ifds + struct.pack("<HHHI4sI", 1, 1, 2, 4, b"R03\0", 0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (8, 8)).save(plain)
    Image.new("RGB", (8, 8)).save(stated, exif=exif)
    Image.new("RGB", (8, 8)).save(both, exif=exif, icc_profile=profile)
    heic.write_bytes(b"\0\0\0\x18ftypheic" + b"\0\0\2\x30colrprof" + profile)
    assert [is_adobe_rgb(each) for each in (plain, stated, both, heic)] == [False, True, False, False]
    assert [has_profile(each) for each in (plain, stated, both, heic)] == [False, False, True, True]


def test_no_photo_gets_settings_of_lightroom(carry: Carrying, tmp_path: Path) -> None:
    carry(tmp_path / "out")
    packets = [extract(file) for file in sorted((tmp_path / "out").rglob("*.JPG"))]
    settings = [read_packet(packet, "").settings for packet in packets if packet is not None]
    assert len(settings) >= 5
    assert {key for each in settings for key in each} == set()


def test_a_file_of_another_hand_stays_and_is_named(carry: Carrying, tmp_path: Path) -> None:
    planned = carry(tmp_path / "plan")
    uuid, [path, *_] = next(iter(_beside(planned.rows(Kind.VERSION)).items()))
    foreign = tmp_path / "out" / path
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"mine")
    carried = carry(tmp_path / "out")
    row = carried.row(Kind.VERSION, uuid)
    assert (row.state, row.reason.code) == (State.SKIPPED, SIDE_FILE_FOREIGN)
    assert path in row.reason.sentence
    assert foreign.read_bytes() == b"mine"
    assert carried.outcome.balances
    foreign.unlink()
    assert carry(tmp_path / "out").row(Kind.VERSION, uuid).state is State.DONE
    assert foreign.read_bytes() != b"mine"


def test_a_stop_at_any_moment_leaves_the_same_files(
    carry: Carrying,
    tmp_path: Path,
    tree_of: Callable[..., dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = carry(tmp_path / "whole")
    for moment in (1, 3):
        moved = 0

        def stop(temporary: Path, target: Path, last: int = moment) -> None:
            nonlocal moved
            moved += 1
            if moved == last:
                raise KeyboardInterrupt
            move_into_place(temporary, target)

        with monkeypatch.context() as patched:
            patched.setattr(place, "move_into_place", stop)
            with pytest.raises(KeyboardInterrupt):
                carry(tmp_path / "out")
    again = carry(tmp_path / "out")
    assert again.items == whole.items
    assert tree_of(tmp_path / "out", OWN) == tree_of(tmp_path / "whole", OWN)


def test_undo_removes_what_was_written(carry: Carrying, tmp_path: Path, tree_of: Callable[..., dict[str, str]]) -> None:
    carried = carry(tmp_path / "out")
    [kept, *_] = [path for paths in _beside(carried.rows(Kind.VERSION)).values() for path in paths]
    (tmp_path / "out" / kept).write_bytes(b"edited since, in the program")
    with (
        Library.open(carry.source.path, carry.source.volumes) as library,
        open_ledger(library, tmp_path / "out") as ledger,
    ):
        result = undo_migration(library, ledger, tmp_path / "out")
    assert result.failed == []
    assert [left.path for left in result.left] == [kept]
    left = [path for path, content in tree_of(tmp_path / "out", OWN).items() if content != "/"]
    assert kept in left
    # The photo stays with its settings.
    assert {PurePosixPath(path).stem for path in left} == {PurePosixPath(kept).stem}


def test_a_folder_is_for_one_program(carry: Carrying, migrate: Callable[..., Any], tmp_path: Path) -> None:
    carry(tmp_path / "out")
    with pytest.raises(DestinationError, match="choose another folder for Lightroom Classic"):
        migrate(carry.source, tmp_path / "out", looks=False)


def test_a_dry_run_tells_the_same_and_writes_nothing(carry: Carrying, tmp_path: Path) -> None:
    planned = carry(tmp_path / "out", dry_run=True)
    assert not (tmp_path / "out").exists()
    carried = carry(tmp_path / "out")
    told = {row.uuid: (row.state, row.reason) for row in planned.rows(Kind.OPERATION)}
    assert told == {row.uuid: (row.state, row.reason) for row in carried.rows(Kind.OPERATION)}
