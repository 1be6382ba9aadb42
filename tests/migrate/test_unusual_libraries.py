"""Libraries that were moved, lost their databases, or are backups, from `inspect` to `verify`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from couloir.aperture.library import Library
from couloir.errors import DamagedLibrary, DestinationError, NotALibrary
from couloir.migrate.files.foreign import library_around
from couloir.migrate.handover.items import WantedVersion
from couloir.migrate.handover.session import handing_over
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.options import MigrationOptions
from couloir.migrate.run import LEDGER, migrating
from couloir.migrate.survey import survey
from couloir.migrate.verify import verify

if TYPE_CHECKING:
    from conftest import Source

Tree = Callable[..., dict[str, str]]


def migrated(library: Path, folder: Path, **how: bool) -> Ledger:
    with Library.open(library, None, **how) as opened, migrating(opened, folder, MigrationOptions()) as (outcome, _):
        assert outcome.balances
    return Ledger.open_to_read(folder / LEDGER)


@pytest.fixture
def linked(small: Source, tmp_path: Path) -> Path:
    """The library with its originals on another disk."""
    (small.path / "Masters").rename(tmp_path / "Big Disk")
    try:
        (small.path / "Masters").symlink_to(tmp_path / "Big Disk")
    except OSError as error:
        pytest.skip(f"no links here: {error}")
    return small.path


def test_originals_behind_a_link_wait_for_the_users_word(linked: Path, tmp_path: Path, tree_of: Tree) -> None:
    before = tree_of(tmp_path / "Big Disk")
    with migrated(linked, tmp_path / "out") as ledger:
        waiting = [e.row for e in ledger.entries(Kind.MASTER) if e.row.reason.code == "original.linked"]
        assert len(waiting) > 10
        assert {row.state for row in waiting} == {State.WAITING}
        assert "--follow-links" in waiting[0].reason.advice
        assert "repair" not in "".join(e.row.reason.advice for e in ledger.entries())
        versions = [e.row.uuid for e in ledger.entries(Kind.VERSION) if e.row.reason.code == "original.linked"]
    with handing_over(tmp_path / "out") as handover:
        handover.enqueue(WantedVersion(uuid, "", 1) for uuid in versions)
        assert handover.todo(10) == []
    with migrated(linked, tmp_path / "out", follow_links=True) as ledger:
        assert not [e for e in ledger.entries() if e.row.reason.code == "original.linked"]
    found = verify(tmp_path / "out")  # reads the library as the run did
    assert found.problems == []
    assert tree_of(tmp_path / "Big Disk") == before


def test_a_link_to_a_disk_that_is_not_connected_asks_for_that_disk(linked: Path, tmp_path: Path) -> None:
    (tmp_path / "Big Disk").rename(tmp_path / "away")
    with migrated(linked, tmp_path / "out") as ledger:
        behind = [e.row for e in ledger.entries(Kind.MASTER) if "behind a link" in e.row.reason.sentence]
    assert len(behind) > 10
    assert {(row.state, row.reason.code) for row in behind} == {(State.WAITING, "original.offline")}
    assert {row.reason.advice for row in behind} == {"Connect the disk that the link leads to and run again."}


def test_the_survey_says_where_links_lead(linked: Path, tmp_path: Path) -> None:
    with Library.open(linked) as library:
        found = survey(library).as_dict()
    link = {"folder": "Masters", "target": str(tmp_path / "Big Disk"), "followed": False}
    assert found["links"] == [link]
    assert [each["status"] for each in found["missing_originals"]] == []  # type: ignore[attr-defined]


def test_nothing_is_written_where_the_links_of_a_library_lead(linked: Path, tmp_path: Path) -> None:
    for follow in (False, True):
        with pytest.raises(DestinationError, match="inside the library"):
            migrated(linked, tmp_path / "Big Disk" / "out", follow_links=follow)
    assert not (tmp_path / "Big Disk" / "out").exists()


def test_a_library_with_lost_databases_is_migrated_from_its_property_lists(small: Source, tmp_path: Path) -> None:
    with migrated(small.path, tmp_path / "whole") as ledger:
        whole = {e.row.uuid: e.row.state for e in ledger.entries(Kind.VERSION)}
    shutil.rmtree(small.path / "Database" / "apdb")
    for copied in (small.path / "Database").glob("*.apdb"):  # where links were copied as files
        copied.unlink()
    with pytest.raises(DamagedLibrary, match="missing"):
        migrated(small.path, tmp_path / "out")
    with migrated(small.path, tmp_path / "out", from_plists=True) as ledger:
        assert {e.row.uuid: e.row.state for e in ledger.entries(Kind.VERSION)} == whole
        [lack] = [finding for finding in ledger.findings() if finding.code == "library.plists-lack"]
        assert "stacks" in lack.message
    found = verify(tmp_path / "out", small.volumes)
    assert (found.problems, found.notes) == ([], [])


def test_a_vault_is_read_and_never_written_into(small: Source, tmp_path: Path, tree_of: Tree) -> None:
    vault = small.path.rename(tmp_path / "Backup.apvault")
    before = tree_of(vault)
    with Library.open(vault) as library:
        assert survey(library).counts["masters"] > 10
        for inside in (vault, vault / "out", vault / "Masters" / "out"):
            with pytest.raises(DestinationError), migrating(library, inside, MigrationOptions()):
                pass
    other = tmp_path / "Other.aplibrary"
    shutil.copytree(vault, other, symlinks=True)
    with Library.open(other) as library, pytest.raises(DestinationError, match="vault"):
        migrating(library, vault / "out", MigrationOptions()).__enter__()
    assert tree_of(vault) == before


@pytest.mark.parametrize("name", ["x.photolibrary", "x.aplibrary/inner", "x.apvault"])
def test_a_new_folder_may_be_called_as_it_likes(small: Source, tmp_path: Path, name: str) -> None:
    with migrated(small.path, tmp_path / name) as ledger:
        assert ledger.last_run()[2]
    with migrated(small.path, tmp_path / name) as ledger:  # and again, now that it is there
        assert ledger.last_run()[2]


def test_what_is_a_library_already_is_known_by_what_lies_in_it(tmp_path: Path) -> None:
    for name, inside in (("a.photoslibrary", "database"), ("b.aplibrary", "Database"), ("c.apvault", "anything")):
        (tmp_path / name / inside).mkdir(parents=True)
        assert library_around(tmp_path / name / "out") == tmp_path / name
    (tmp_path / "empty.aplibrary").mkdir()
    assert library_around(tmp_path / "empty.aplibrary" / "out") is None


@pytest.mark.parametrize("beside", [True, False])
def test_a_photos_library_promises_only_what_lies_beside_it(tmp_path: Path, *, beside: bool) -> None:
    (tmp_path / "New.photoslibrary" / "database").mkdir(parents=True)
    (tmp_path / "New.photoslibrary" / "database" / "Photos.sqlite").touch()
    if beside:
        (tmp_path / "Old.migratedaplibrary").mkdir()
    with pytest.raises(NotALibrary) as refusal:
        Library.open(tmp_path / "New.photoslibrary")
    assert ("Old.migratedaplibrary" in refusal.value.message) is beside
    assert ("migrated" in refusal.value.message) is beside


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such paths")
def test_a_library_at_a_long_path_is_read(small: Source, tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d" * 100] * 6)
    deep.mkdir(parents=True)
    shutil.copytree(small.path / "Database", deep / "S.aplibrary" / "Database", symlinks=True)
    with Library.open(deep / "S.aplibrary") as library, Library.open(small.path) as other:
        assert library.counts() == other.counts()
        with pytest.raises(DestinationError, match="too long"):
            migrating(library, deep / "out", MigrationOptions()).__enter__()
    with pytest.raises(NotALibrary, match="too long"):
        Library.open(tmp_path / ("y" * 300))


def test_a_disk_without_a_name_is_told_by_its_uuid(small: Source, tmp_path: Path) -> None:
    """--volume takes what the advice gives."""
    [(uuid, name), *_] = small.ask(
        "SELECT v.uuid, v.name FROM RKVolume v JOIN RKMaster m ON m.fileVolumeUuid = v.uuid WHERE NOT m.isInTrash"
    )
    if str(name) not in small.volumes:
        pytest.skip("this disk is not there")
    small.change("UPDATE RKVolume SET name = NULL WHERE uuid = ?", uuid)
    small.change("UPDATE RKMaster SET fileAliasData = NULL WHERE fileVolumeUuid = ?", uuid)
    with migrated(small.path, tmp_path / "out") as ledger:
        row = next(
            e.row
            for e in ledger.entries(Kind.MASTER)
            if e.row.reason.code == "original.offline" and "does not name" in e.row.reason.sentence
        )
        assert f"--volume {uuid}=" in row.reason.advice
    with Library.open(small.path, {str(uuid): small.volumes[str(name)]}) as library:
        master = library.master(row.uuid)
        assert master is not None
        assert library.original(master).path is not None
