"""Files that another program changed are kept as its work; emptied or truncated ones are written again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from couloir.aperture.library import Library
from couloir.lightroom.embed import extract
from couloir.migrate import changes
from couloir.migrate.files.condition import is_remnant
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.report.report import write_report
from couloir.migrate.run import LEDGER
from couloir.migrate.verify import verify

SUFFIXES = (".jpg", ".xmp", ".png", ".tif", ".dng")


def _file(out, suffix):
    """A file of this type that carries a look, largest first: small ones hold little to cut."""
    found = [p for p in out.rglob("*") if p.suffix.lower() == suffix and ".couloir" not in p.parts]
    return max(found, key=lambda p: (p.stat().st_size, p.name))


def _save_as_lightroom(file):
    """What another program leaves: its own name in the packet (here as long as ours, so that nothing else moves)."""
    content = file.read_bytes()
    assert content.count(b'xmptk="Couloir ') == 1
    file.write_bytes(content.replace(b'xmptk="Couloir ', b'xmptk="Another '))


@pytest.fixture(scope="module")
def written(_small, migrate, tmp_path_factory):
    """A migration that tests look at copies of: its library, its folder, its first run."""
    folder = tmp_path_factory.mktemp("written")
    return _small, folder / "out", migrate(_small, folder / "out")


@pytest.fixture
def copied(written, tmp_path):
    """A copy of it to spoil; the library stays as it is."""
    source, folder, first = written
    shutil.copytree(folder, tmp_path / "out")
    return source, first


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_lightroom_saved_is_work_and_no_problem(copied, migrate, tmp_path, suffix):
    small, _first = copied
    file = _file(tmp_path / "out", suffix)
    _save_as_lightroom(file)
    saved = file.read_bytes()

    found = verify(tmp_path / "out", small.volumes)

    assert found.problems == []
    assert [(change.path, change.what) for change in found.changed] == [
        (file.relative_to(tmp_path / "out").as_posix(), "another program has saved it since")
    ]
    migrate(small, tmp_path / "out")
    assert file.read_bytes() == saved


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("share", [0, 0.6])
def test_a_file_that_was_emptied_or_cut_is_told_and_written_again(copied, migrate, tmp_path, suffix, share):
    small, first = copied
    file = _file(tmp_path / "out", suffix)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    place = file.relative_to(tmp_path / "out").as_posix()

    [problem] = verify(tmp_path / "out", small.volumes).problems
    assert (problem.path, problem.what) in {(place, "it is empty"), (place, "it is cut short")}
    again = migrate(small, tmp_path / "out")

    assert file.read_bytes() == whole
    assert again.items == first.items
    assert verify(tmp_path / "out", small.volumes).problems == []


@pytest.mark.parametrize("raw", [".nef", ".mov"])
def test_a_file_without_a_packet_that_was_cut_or_zeroed_is_written_again(copied, migrate, tmp_path, raw):
    small, first = copied
    file = _file(tmp_path / "out", raw)
    whole = file.read_bytes()
    for spoilt in (whole[: len(whole) // 2], bytes(len(whole))):
        file.write_bytes(spoilt)
        assert len(verify(tmp_path / "out", small.volumes).problems) == 1
        assert migrate(small, tmp_path / "out").items == first.items
        assert file.read_bytes() == whole


def test_a_cut_file_that_held_later_work_is_kept(copied, migrate, tmp_path):
    small, _first = copied
    file = _file(tmp_path / "out", ".jpg")
    _save_as_lightroom(file)
    cut = file.read_bytes()[:-100]
    file.write_bytes(cut)

    again = migrate(small, tmp_path / "out")

    assert file.read_bytes() == cut
    [row] = [row for row in again.rows(Kind.VERSION) if row.reason.code == "file.foreign"]
    assert row.state is State.FAILED
    assert "move" in row.reason.advice.lower()


def test_a_sidecar_edited_by_hand_is_kept_when_aperture_changed_too(small, migrate, tmp_path):
    # A text editor leaves our name in the packet: only the hash of what was written tells.
    first = migrate(small, tmp_path / "out")
    row = next(r for r in first.rows(Kind.VERSION) if r.state is State.DONE and r.detail.get("sidecar"))
    file = tmp_path / "out" / str(row.detail["sidecar"])
    edited = file.read_bytes().replace(b"</rdf:RDF>", b"<!-- mine --></rdf:RDF>")
    file.write_bytes(edited)
    small.change("UPDATE RKVersion SET mainRating = 5 - mainRating WHERE uuid = ?", row.uuid)
    second = migrate(small, tmp_path / "out")
    assert file.read_bytes() == edited
    assert [f.item for f in second.findings if f.code == changes.CODE] == [row.uuid]


def test_a_copy_that_kept_no_times_is_whole(copied, migrate, tmp_path):
    small, first = copied
    for file in (tmp_path / "out").rglob("*"):
        if file.is_file() and ".couloir" not in file.parts:
            os.utime(file, (1, 1))
    assert migrate(small, tmp_path / "out").items == first.items
    assert verify(tmp_path / "out", small.volumes).problems == []


def test_a_link_in_a_photos_place_is_not_the_photo(copied, migrate, tmp_path, tree_of):
    small, first = copied
    with Library.open(small.path, small.volumes) as library:
        masters = {m.uuid: library.original(m).path for m in library.masters()}
    row = next(r for r in first.rows(Kind.MASTER) if r.state is State.DONE and r.detail["hash"] == r.detail["original"])
    place = tmp_path / "out" / str(row.detail["path"])
    place.unlink()
    place.symlink_to(masters[row.uuid])
    before = tree_of(small.path)
    found = verify(tmp_path / "out", small.volumes)
    assert [(p.path, p.what) for p in found.problems] == [(row.detail["path"], "a link is in its place")]
    again = migrate(small, tmp_path / "out")
    assert again.row(Kind.MASTER, row.uuid).reason.code == "file.foreign"
    assert tree_of(small.path) == before


def test_the_report_names_the_files_that_are_not_as_they_were_written(copied, migrate, tmp_path):
    small, _first = copied
    saved, spoilt, missing = (_file(tmp_path / "out", suffix) for suffix in (".jpg", ".png", ".xmp"))
    _save_as_lightroom(saved)
    spoilt.write_bytes(b"")
    missing.unlink()
    with (
        Library.open(small.path, small.volumes) as library,
        Ledger.open_to_read(tmp_path / "out" / LEDGER) as ledger,
    ):
        report = write_report(library, ledger, tmp_path / "out", 0)
    told = json.loads(report.json.read_text(encoding="utf-8"))["files"]
    out = tmp_path / "out"
    assert told["saved"] == [saved.relative_to(out).as_posix()]
    assert told["spoilt"] == [spoilt.relative_to(out).as_posix()]
    assert missing.relative_to(out).as_posix() in told["missing"]
    assert "which is fine: they hold later work" in report.html.read_text(encoding="utf-8")


_HOLD = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_verifying_says_that_a_migration_is_running(small, migrate, tmp_path):
    migrate(small, tmp_path / "out", only_project="Harbour")
    with Ledger.open(tmp_path / "out" / LEDGER) as ledger, ledger.transaction():
        ledger.connection.execute("UPDATE run SET finished = NULL")
    lock = tmp_path / "out" / ".couloir" / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        found = verify(tmp_path / "out", small.volumes)
        other.communicate()
    assert found.is_running
    assert found.problems == []
    assert any("A migration is writing here now" in note for note in found.notes)
    assert not verify(tmp_path / "out", small.volumes).is_running


def test_a_remnant_holds_nothing_of_its_own(tmp_path):
    whole, there = tmp_path / "whole", tmp_path / "there"
    content = bytes(range(1, 256)) * 40
    whole.write_bytes(content)
    for part in (b"", content[:100], content, content[:1024] + bytes(512) + content[1536:], bytes(len(content))):
        there.write_bytes(part)
        assert is_remnant(there, whole), len(part)
    for part in (b"\1" + content[2:], content + b"x", content[:1024] + b"\0x" + content[1026:]):
        there.write_bytes(part)
        assert not is_remnant(there, whole), len(part)


def test_a_photo_whose_xmp_another_program_took_out_is_altered_and_not_written_over(copied, migrate, tmp_path):
    small, first = copied
    file = _file(tmp_path / "out", ".jpg")
    content = file.read_bytes()
    packet = extract(file) or b""
    start = content.index(packet)
    bare = content[: start - 33] + content[start + len(packet) :]  # the segment's marker, length and name
    file.write_bytes(bare)
    problem = verify(tmp_path / "out", small.volumes).problems[0]
    assert problem.path == file.relative_to(tmp_path / "out").as_posix()
    assert problem.what == "it has changed since it was written"
    assert migrate(small, tmp_path / "out").items == first.items
    assert file.read_bytes() == bare
