"""A migration: every row of the library ends in one state, and a second run adds nothing."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from couloir.errors import AccessDenied, ContentError, DestinationError, DestinationForeign, DiskFull, UnknownProject
from couloir.language.catalog import open_catalog
from couloir.migrate.files import originals, space
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind, KindBalance, Row
from couloir.migrate.options import OriginalsMode, VersionsMode
from couloir.migrate.run import TOTALS

if TYPE_CHECKING:
    from conftest import Result, Source

Migrate = Callable[..., "Result"]
Tree = Callable[..., dict[str, str]]

OWN = (".couloir",)

CHOICES: list[dict[str, object]] = [
    {},
    {"originals": OriginalsMode.COPY},
    {"originals": OriginalsMode.REFERENCE},
    {"versions": VersionsMode.CLONE},
    {"only_project": "Harbour"},
]


def _figures(line: KindBalance) -> tuple[int, ...]:
    return line.total, line.done, line.already_there, line.skipped, line.waiting, line.failed


def _at(result: Result, kind: Kind) -> KindBalance:
    return next(line for line in result.outcome.balance if line.kind is kind)


def _written(result: Result, *, suffix: str = ".jpg") -> Row:
    """A version that was written into a file with this suffix."""
    return next(
        row
        for row in result.rows(Kind.VERSION)
        if row.state is State.DONE and str(row.detail.get("path", "")).lower().endswith(suffix)
    )


def _of_master(source: Source, master: object) -> str:
    [[uuid]] = source.ask("SELECT uuid FROM RKVersion WHERE masterUuid = ? AND versionNumber = 1", master)
    return str(uuid)


# Balance


@pytest.mark.sample
def test_the_real_library_balances_with_its_known_figures(
    real: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree
) -> None:
    before = tree_of(real.path)
    result = migrate(real, tmp_path / "out")
    assert _figures(_at(result, Kind.MASTER)) == (15, 10, 0, 2, 0, 3)
    assert _figures(_at(result, Kind.VERSION)) == (30, 9, 0, 2, 1, 3)
    assert _at(result, Kind.PROJECT).total == 6
    assert _at(result, Kind.OPERATION).total == 15
    assert result.outcome.balances
    assert tree_of(real.path) == before


@dataclass(frozen=True)
class Finished:
    """A migration that tests look at and copy, and never change."""

    source: Source
    folder: Path
    result: Result
    source_before: dict[str, str]


@pytest.fixture(scope="module")
def finished(
    sound: Source, spoilt: Source, migrate: Migrate, tree_of: Tree, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, int], Finished]:
    """`finished(library, choice)`: each is made once."""

    @cache
    def make(name: str, choice: int) -> Finished:
        source = {"sound": sound, "spoilt": spoilt}[name]
        if CHOICES[choice].get("originals") is OriginalsMode.REFERENCE:
            # Their disks stay unconnected, for sidecars would be written beside the originals that all tests share.
            source = replace(source, volumes={})
        before = tree_of(source.path.parent)
        folder = tmp_path_factory.mktemp("finished") / "out"
        return Finished(source, folder, migrate(source, folder, **CHOICES[choice]), before)

    return make


# Words that the sentences of no other language have.
ENGLISH = re.compile(r"\b(the|is|are|were|which|with|have|has|its|it|and|that|not)\b")

every_choice = pytest.mark.parametrize("choice", range(len(CHOICES)), ids=[str(options) for options in CHOICES])
both_libraries = pytest.mark.parametrize("name", ["sound", "spoilt"])


@every_choice
@both_libraries
def test_every_row_of_a_library_has_one_row_in_the_ledger(
    finished: Callable[[str, int], Finished], name: str, choice: int, tree_of: Tree
) -> None:
    done = finished(name, choice)
    tables = {
        Kind.MASTER: "RKMaster",
        Kind.VERSION: "RKVersion",
        Kind.OPERATION: "RKImageAdjustment",
        Kind.KEYWORD: "RKKeyword",
    }
    for kind, table in tables.items():
        [[total]] = done.source.ask(f"SELECT count(*) FROM {table}")
        assert len(done.result.rows(kind)) == total, kind
    for line in done.result.outcome.balance:
        assert line.balances, line
        # One project's run sums that project; every other row is in the ledger all the same.
        if "only_project" not in CHOICES[choice]:
            assert line.total == len(done.result.rows(line.kind))
        elif line.kind is Kind.MASTER:
            of_project = (
                "SELECT count(*) FROM RKMaster JOIN RKFolder f ON projectUuid = f.uuid WHERE f.name = 'Harbour'"
            )
            assert [(line.total,)] == done.source.ask(of_project)
    assert tree_of(done.source.path.parent) == done.source_before


def test_the_library_is_untouched_when_it_cannot_be_written(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree
) -> None:
    for path in [small.path, *small.path.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = tree_of(small.path)
    assert migrate(small, tmp_path / "out").outcome.balances
    assert tree_of(small.path) == before
    for path in [small.path, *small.path.rglob("*")]:
        path.chmod(0o755)


@every_choice
@both_libraries
def test_every_sentence_of_a_run_is_in_every_language(
    finished: Callable[[str, int], Finished], name: str, choice: int
) -> None:
    result = finished(name, choice).result
    names = {row.name for row in result.items if row.name}
    sentences = {text for row in result.items for text in (row.reason.sentence, row.reason.advice, *_told(row))}
    sentences |= {text for finding in result.findings for text in (finding.message, finding.advice)}
    for language in ("de", "fr", "ja"):
        catalog = open_catalog(language)
        english = {said for text in sentences if ENGLISH.search(_without(names, said := catalog.say(text)))}
        assert english == set()


def _told(row: Row) -> list[str]:
    """What the row of an adjustment says about it."""
    lost = row.detail.get("lost")
    return [str(row.detail.get("reason", "")), *map(str, lost if isinstance(lost, list | tuple) else ())]


def _without(names: Iterable[str], text: str) -> str:
    for name in names:
        text = text.replace(name, " ") if name in text else text
    return text


# Once more


@every_choice
def test_a_second_run_adds_nothing_and_reports_what_is_there(
    finished: Callable[[str, int], Finished], migrate: Migrate, tmp_path: Path, tree_of: Tree, choice: int
) -> None:
    done = finished("spoilt", choice)
    shutil.copytree(done.folder, tmp_path / "out")
    written = tree_of(tmp_path / "out", OWN)
    second = migrate(done.source, tmp_path / "out", **CHOICES[choice])
    assert tree_of(tmp_path / "out", OWN) == written
    assert second.items == done.result.items
    assert second.outcome.run == done.result.outcome.run + 1
    for before, after in zip(done.result.outcome.balance, second.outcome.balance, strict=True):
        assert (after.done, after.already_there) == (0, before.done)
        assert after.balances


def test_a_written_file_that_was_deleted_is_written_again(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree
) -> None:
    first = migrate(small, tmp_path / "out")
    written = tree_of(tmp_path / "out", OWN)
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file() and ".couloir" not in path.parts]
    for path in files[::2]:
        path.unlink()
    assert migrate(small, tmp_path / "out").items == first.items
    assert tree_of(tmp_path / "out", OWN) == written


def test_what_lightroom_has_written_into_since_is_left_alone_and_still_done(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree
) -> None:
    first = migrate(small, tmp_path / "out")
    for suffix in (".jpg", ".xmp"):
        found = next(p for p in (tmp_path / "out").rglob("*") if p.suffix.lower() == suffix)
        found.write_bytes(found.read_bytes() + b" saved by Lightroom")
    changed = tree_of(tmp_path / "out", OWN)
    assert migrate(small, tmp_path / "out").items == first.items
    assert tree_of(tmp_path / "out", OWN) == changed


def test_one_project_after_another_ends_where_all_at_once_ends(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree
) -> None:
    projects = [str(uuid) for [uuid] in small.ask("SELECT uuid FROM RKFolder WHERE folderType = 2")]
    whole = migrate(small, tmp_path / "whole")
    for project in projects:
        migrate(small, tmp_path / "parts", only_project=project)
    parts = migrate(small, tmp_path / "parts")
    assert parts.items == whole.items
    assert tree_of(tmp_path / "parts", OWN) == tree_of(tmp_path / "whole", OWN)


def test_a_later_run_of_one_project_forgets_nothing_of_the_others(
    small: Source, migrate: Migrate, tmp_path: Path
) -> None:
    first = migrate(small, tmp_path / "out")
    later = migrate(small, tmp_path / "out", only_project="Harbour")
    assert later.items == first.items
    alone = migrate(small, tmp_path / "alone", only_project="Harbour").outcome.balance
    both = [{line.kind: line for line in lines} for lines in (later.outcome.balance, alone)]
    assert {kind: line.own_records for kind, line in both[0].items()} == {
        kind: line.own_records for kind, line in both[1].items()
    }
    assert all(line.skipped >= 0 for line in both[0].values())


def test_what_was_written_stays_done_when_its_original_has_gone(
    small: Source, migrate: Migrate, tmp_path: Path
) -> None:
    first = migrate(small, tmp_path / "out")
    shutil.rmtree(small.path / "Masters")
    assert migrate(small, tmp_path / "out").items == first.items


@pytest.mark.parametrize("later", [{"originals": OriginalsMode.REFERENCE}, {"versions": VersionsMode.PLUGIN}], ids=str)
def test_another_choice_later_undoes_nothing(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree, later: dict[str, object]
) -> None:
    first = migrate(small, tmp_path / "out", versions=VersionsMode.CLONE)
    written = tree_of(tmp_path / "out", OWN)
    second = migrate(small, tmp_path / "out", **later)
    done = [row for row in first.items if row.state is State.DONE]
    assert [row for row in second.items if row.state is State.DONE] == done
    assert tree_of(tmp_path / "out", OWN) == written


def test_originals_that_were_left_in_the_library_can_be_cloned_later(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree
) -> None:
    migrate(small, tmp_path / "later", originals=OriginalsMode.REFERENCE)
    later = migrate(small, tmp_path / "later")
    at_once = migrate(small, tmp_path / "once")
    assert later.items == at_once.items
    assert tree_of(tmp_path / "later", OWN) == tree_of(tmp_path / "once", OWN)


def test_extra_versions_that_waited_get_their_clones_later(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree
) -> None:
    migrate(small, tmp_path / "later")
    later = migrate(small, tmp_path / "later", versions=VersionsMode.CLONE)
    once = migrate(small, tmp_path / "once", versions=VersionsMode.CLONE)
    assert later.items == once.items
    assert tree_of(tmp_path / "later", OWN) == tree_of(tmp_path / "once", OWN)


def test_a_library_that_shrank_still_balances_and_says_what_has_gone(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree
) -> None:
    first = migrate(small, tmp_path / "out")
    written = tree_of(tmp_path / "out", OWN)
    gone = _written(first)
    small.change("DELETE FROM RKVersion WHERE uuid = ?", gone.uuid)
    if small.ask("SELECT 1 FROM RKImageAdjustment WHERE versionUuid = ?", gone.uuid):
        small.change("DELETE FROM RKImageAdjustment WHERE versionUuid = ?", gone.uuid)
    second = migrate(small, tmp_path / "out")
    assert second.outcome.balances
    assert gone.uuid not in {row.uuid for row in second.rows(Kind.VERSION)}
    [finding] = [f for f in second.findings if f.code == "ledger.gone" and f.item == gone.uuid]
    assert str(gone.detail["path"]) in finding.message
    assert tree_of(tmp_path / "out", OWN) == written


# What is in the way


def test_a_foreign_sidecar_is_kept_and_named(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    first = migrate(small, tmp_path / "first")
    sidecar = str(next(row.detail["sidecar"] for row in first.rows(Kind.VERSION) if row.detail.get("sidecar")))
    foreign = tmp_path / "out" / sidecar
    foreign.parent.mkdir(parents=True)
    foreign.write_text("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    result = migrate(small, tmp_path / "out")
    [row] = [row for row in result.rows(Kind.VERSION) if row.reason.code == "sidecar.foreign"]
    assert row.state is State.SKIPPED
    assert foreign.read_text() == "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    operations = [op for op in result.rows(Kind.OPERATION) if op.detail.get("version") == row.uuid]
    assert {operation.state for operation in operations} <= {State.SKIPPED}
    foreign.unlink()
    again = migrate(small, tmp_path / "out")
    assert again.items == first.items


def test_keywords_of_a_photo_whose_sidecar_was_not_written_are_not_said_to_be_written(
    small: Source, migrate: Migrate, tmp_path: Path
) -> None:
    first = migrate(small, tmp_path / "first")
    written = {row.uuid for row in first.rows(Kind.KEYWORD) if row.state is State.DONE}
    assert written
    for row in first.rows(Kind.VERSION):
        place = row.detail.get("sidecar") or row.detail.get("path")
        if row.state is State.DONE and place:
            foreign = tmp_path / "out" / str(place)
            foreign.parent.mkdir(parents=True, exist_ok=True)
            foreign.write_text("mine")
    for _run in range(2):
        result = migrate(small, tmp_path / "out")
        assert not any(row.state is State.DONE for row in result.rows(Kind.VERSION))
        assert not any(row.state is State.DONE for row in result.rows(Kind.KEYWORD))


def test_a_foreign_file_is_kept_and_named(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    first = migrate(small, tmp_path / "first")
    taken = _written(first)
    foreign = tmp_path / "out" / str(taken.detail["path"])
    foreign.parent.mkdir(parents=True)
    foreign.write_text("mine")
    result = migrate(small, tmp_path / "out")
    assert result.row(Kind.VERSION, taken.uuid).reason.code == "file.foreign"
    assert result.row(Kind.VERSION, taken.uuid).state is State.FAILED
    assert foreign.read_text() == "mine"
    assert result.outcome.balances


def test_a_file_in_the_place_of_a_projects_folder_fails_what_belongs_there_and_nothing_else(
    small: Source, migrate: Migrate, tmp_path: Path
) -> None:
    (tmp_path / "out" / "Photos").mkdir(parents=True)
    (tmp_path / "out" / "Photos" / "Harbour").write_text("mine")
    for dry_run in (True, False):
        result = migrate(small, tmp_path / "out", dry_run=dry_run)
        assert result.outcome.balances
        [[project]] = small.ask("SELECT uuid FROM RKFolder WHERE name = 'Harbour'")
        assert result.row(Kind.PROJECT, str(project)).state is State.FAILED
        failed = {row.uuid for row in result.rows(Kind.VERSION) if row.state is State.FAILED}
        assert failed
        for uuid in failed:
            assert small.ask("SELECT projectUuid FROM RKVersion WHERE uuid = ?", uuid) == [(project,)]
    assert (tmp_path / "out" / "Photos" / "Harbour").read_text() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_nothing_is_written_through_a_link_that_leads_out(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree
) -> None:
    (tmp_path / "out" / "Photos").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "Photos" / "Harbour").symlink_to(tmp_path / "elsewhere")
    result = migrate(small, tmp_path / "out")
    assert tree_of(tmp_path / "elsewhere") == {}
    assert result.outcome.balances
    assert any("link" in row.reason.sentence for row in result.rows(Kind.VERSION))


def test_a_damaged_jpeg_is_carried_without_its_xmp(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    [[master, path], *_] = small.ask(
        "SELECT uuid, imagePath FROM RKMaster WHERE fileIsReference = 0 AND isInTrash = 0 AND imagePath LIKE '%.JPG'"
    )
    original = small.path / "Masters" / str(path)
    original.write_bytes(b"\xff\xd8\xff\xe0 no picture follows")
    for dry_run in (True, False):
        result = migrate(small, tmp_path / "out", dry_run=dry_run)
        damaged = result.row(Kind.MASTER, str(master))
        assert (damaged.state, damaged.reason.code) == (State.FAILED, "original.cut")
        version = result.row(Kind.VERSION, _of_master(small, master))
        assert (version.state, version.reason.code) == (State.WAITING, "content.cannot-embed")
    written = tmp_path / "out" / str(result.row(Kind.MASTER, str(master)).detail["path"])
    assert written.read_bytes() == original.read_bytes()


# Dry runs


@every_choice
@both_libraries
def test_a_dry_run_writes_nothing_and_says_what_a_real_run_does(
    finished: Callable[[str, int], Finished], migrate: Migrate, tmp_path: Path, tree_of: Tree, name: str, choice: int
) -> None:
    done = finished(name, choice)
    dry = migrate(done.source, tmp_path / "a" / "out", dry_run=True, **CHOICES[choice])
    assert tree_of(tmp_path) == {}
    assert dry.outcome.balance == done.result.outcome.balance
    assert [(r.kind, r.uuid, r.state, r.reason) for r in dry.items] == [
        (r.kind, r.uuid, r.state, r.reason) for r in done.result.items
    ]


def test_a_dry_run_over_a_migration_leaves_it_as_it_is(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree
) -> None:
    migrate(small, tmp_path / "out", only_project="Harbour")
    for number, file in enumerate(p for p in (tmp_path / "out" / "Photos" / "Harbour").iterdir() if p.is_file()):
        if number % 2:
            file.unlink()
    before = tree_of(tmp_path)
    dry = migrate(small, tmp_path / "out", dry_run=True)
    assert tree_of(tmp_path) == before
    real = migrate(small, tmp_path / "out")
    assert dry.outcome.balance == real.outcome.balance


def test_a_dry_run_leaves_what_another_run_is_writing(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    unfinished = tmp_path / "out" / ".couloir" / "tmp" / "photo.jpg"
    unfinished.parent.mkdir(parents=True)
    unfinished.write_bytes(b"half a photo")
    migrate(small, tmp_path / "out", dry_run=True)
    assert unfinished.read_bytes() == b"half a photo"


def test_a_dry_run_sees_foreign_files_as_a_real_run_does(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    first = migrate(small, tmp_path / "out")
    shutil.rmtree(tmp_path / "out" / ".couloir")
    (tmp_path / "out" / str(_written(first).detail["path"])).write_text("mine")
    dry = migrate(small, tmp_path / "out", dry_run=True)
    real = migrate(small, tmp_path / "out")
    assert dry.outcome.balance == real.outcome.balance
    assert real.codes(Kind.MASTER)["file.foreign"] == 1


# Odd libraries


def test_photos_in_a_project_of_aperture_itself_are_carried(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    small.change("UPDATE RKFolder SET uuid = 'RKPhotostreamFolder' WHERE name = 'Harbour'")
    small.change("UPDATE RKMaster SET projectUuid = 'RKPhotostreamFolder' WHERE isInTrash = 0")
    small.change("UPDATE RKVersion SET projectUuid = 'RKPhotostreamFolder' WHERE isInTrash = 0")
    result = migrate(small, tmp_path / "out")
    assert result.outcome.balances
    assert _written(result).detail["path"]


def test_two_raws_that_the_library_calls_a_pair_have_two_sidecars(
    small: Source, migrate: Migrate, tmp_path: Path
) -> None:
    raws = small.ask(
        "SELECT uuid FROM RKMaster WHERE imagePath LIKE '%.CR2' OR imagePath LIKE '%.NEF' ORDER BY uuid LIMIT 2"
    )
    (first,), (second,) = raws
    [[project]] = small.ask("SELECT projectUuid FROM RKMaster WHERE uuid = ?", first)
    for uuid, other, name in ((first, second, "SAME.CR2"), (second, first, "SAME.NEF")):
        small.change(
            "UPDATE RKMaster SET alternateMasterUuid = ?, fileName = ?, projectUuid = ?, isInTrash = 0 WHERE uuid = ?",
            other,
            name,
            project,
            uuid,
        )
    result = migrate(small, tmp_path / "out")
    names = {str(result.row(Kind.MASTER, str(uuid)).detail["path"]) for uuid in (first, second)}
    assert len({Path(name).stem for name in names}) == 2


def test_a_project_named_like_a_library_does_not_become_one(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    small.change("UPDATE RKFolder SET name = 'Old.aplibrary' WHERE name = 'Harbour'")
    migrate(small, tmp_path / "out")
    assert not [path for path in (tmp_path / "out").rglob("*") if path.suffix == ".aplibrary"]


def test_a_library_with_undecodable_bytes_in_its_path(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xfcro"))
    try:
        shutil.copytree(small.path.parent, odd)
    except OSError:
        pytest.skip("this disk takes no such name")
    assert migrate(type(small)(odd / small.path.name), tmp_path / "out").outcome.balances


# Sidecars beside originals that stay


def _staying(source: Source) -> tuple[str, Path]:
    """A referenced RAW original: uuid and file."""
    for uuid, path, volume in source.ask(
        "SELECT m.uuid, m.imagePath, v.name FROM RKMaster m JOIN RKVolume v ON v.uuid = m.fileVolumeUuid"
        " WHERE m.fileIsReference = 1 AND m.isInTrash = 0"
    ):
        file = source.volumes.get(str(volume), Path("/nowhere")) / str(path)
        if file.suffix.lower() in (".cr2", ".nef", ".arw", ".orf") and file.exists():
            return str(uuid), file
    raise AssertionError("the sample has no referenced RAW original")


def test_a_referenced_raw_stays_and_gets_its_sidecar_beside_it(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree
) -> None:
    master, file = _staying(small)
    library = tree_of(small.path)
    result = migrate(small, tmp_path / "out", originals=OriginalsMode.REFERENCE)
    assert result.row(Kind.MASTER, master).reason.code == "original.stays"
    version = result.row(Kind.VERSION, _of_master(small, master))
    assert version.state is State.DONE
    assert Path(str(version.detail["sidecar"])) == file.with_suffix(".xmp")
    assert file.with_suffix(".xmp").is_file()
    assert tree_of(small.path) == library
    assert not [p for p in (tmp_path / "out").rglob("*") if p.is_file() and ".couloir" not in p.parts]


def test_a_read_only_disk_of_originals_fails_its_photos_and_not_the_run(
    small: Source, migrate: Migrate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    master, file = _staying(small)
    write = originals.write_file

    def read_only(target: Path, content: bytes) -> str:
        if target.parent == file.parent:
            raise AccessDenied(path=target)
        return write(target, content)

    monkeypatch.setattr("couloir.migrate.produce.write_file", read_only)
    result = migrate(small, tmp_path / "out", originals=OriginalsMode.REFERENCE)
    version = result.row(Kind.VERSION, _of_master(small, master))
    assert (version.state, version.reason.code) == (State.FAILED, "access-denied")
    assert result.outcome.balances


# Refusals


def test_a_destination_inside_the_library_is_refused(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree
) -> None:
    before = tree_of(tmp_path)
    for inside in (small.path, small.path / "Masters", small.path / "a" / "b", tmp_path / "Other.photoslibrary" / "a"):
        with pytest.raises(DestinationError, match="inside"):
            migrate(small, inside)
    assert tree_of(tmp_path) == before


@pytest.mark.parametrize("place", ["file", "file/below", "file/far/below"])
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_file_is_no_destination(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree, place: str, dry_run: bool
) -> None:
    (tmp_path / "file").write_text("mine")
    before = tree_of(tmp_path)
    with pytest.raises(DestinationError) as refused:
        migrate(small, tmp_path / place, dry_run=dry_run)
    assert not isinstance(refused.value, ContentError)
    assert "file" in refused.value.message
    assert tree_of(tmp_path) == before


@pytest.mark.parametrize("exists", [False, True])
def test_a_destination_without_room_is_left_as_it_was_found(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree, monkeypatch: pytest.MonkeyPatch, exists: bool
) -> None:
    destination = tmp_path / "new" / "out"
    if exists:
        destination.mkdir(parents=True)
        (destination / "mine.txt").write_text("mine")
    before = tree_of(tmp_path)
    monkeypatch.setattr(space, "space_for", lambda _folder, needed: space.Space(needed, 1000))
    with pytest.raises(DiskFull):
        migrate(small, destination, originals=OriginalsMode.COPY)
    assert tree_of(tmp_path) == before


def test_a_disk_that_is_full_at_the_first_photo_leaves_nothing(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    before = tree_of(tmp_path)

    def full(source: Path, target: Path, *, clone: bool) -> object:
        raise DiskFull(path=target, why="no space left")

    monkeypatch.setattr("couloir.migrate.produce.fetch", full)
    with pytest.raises(DiskFull):
        migrate(small, tmp_path / "out")
    assert tree_of(tmp_path) == before


def test_a_disk_that_fills_up_keeps_what_is_whole_and_goes_on_later(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = migrate(small, tmp_path / "whole")
    wanted = tree_of(tmp_path / "whole", OWN)
    fetch, calls = originals.fetch, Counter[str]()

    def filling(source: Path, target: Path, *, clone: bool) -> object:
        calls["fetch"] += 1
        if calls["fetch"] > 7:
            raise DiskFull(path=target, why="no space left")
        return fetch(source, target, clone=clone)

    with monkeypatch.context() as patch:
        patch.setattr("couloir.migrate.produce.fetch", filling)
        with pytest.raises(DiskFull):
            migrate(small, tmp_path / "out")
    kept = {path: content for path, content in tree_of(tmp_path / "out", OWN).items() if content != "/"}
    assert kept
    assert kept.items() <= wanted.items()
    assert migrate(small, tmp_path / "out").items == whole.items
    assert tree_of(tmp_path / "out", OWN) == wanted


def test_an_unknown_project_and_an_ambiguous_one_are_refused(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree
) -> None:
    before = tree_of(tmp_path)
    with pytest.raises(UnknownProject, match="there is none"):
        migrate(small, tmp_path / "out", only_project="Nowhere")
    with pytest.raises(UnknownProject, match="2 projects"):
        migrate(small, tmp_path / "out", only_project="Wedding")
    assert tree_of(tmp_path) == before


def test_the_migration_of_another_library_is_refused_and_kept(
    small: Source, spoilt: Source, migrate: Migrate, tmp_path: Path, tree_of: Tree
) -> None:
    migrate(small, tmp_path / "out")
    before = tree_of(tmp_path / "out", OWN)
    with pytest.raises(DestinationForeign, match=r"Sample\.aplibrary"):
        migrate(spoilt, tmp_path / "out")
    assert tree_of(tmp_path / "out", OWN) == before


def test_progress_ends_with_everything(small: Source, tmp_path: Path) -> None:
    from couloir.aperture.library import Library
    from couloir.migrate.options import MigrationOptions
    from couloir.migrate.run import migrating

    seen: list[tuple[int, int]] = []
    with (
        Library.open(small.path) as library,
        migrating(
            library, tmp_path / "out", MigrationOptions(dry_run=True), lambda done, total: seen.append((done, total))
        ) as (outcome, _ledger),
    ):
        pass
    totals = {line.kind: line.total for line in outcome.balance}
    assert set(totals) == set(TOTALS)
    # Originals count three times: looked at, given a name, worked on. Versions twice: looked at, worked on.
    assert seen[-1] == (3 * totals[Kind.MASTER] + 2 * totals[Kind.VERSION],) * 2
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
