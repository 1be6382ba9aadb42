"""The reader returns what the generator planned, though they share no table definition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from couloir.aperture.library import Library
from couloir.aperture.model import OriginalStatus, Version, Visibility
from couloir.derive import analytic

EPOCH = datetime(2001, 1, 1, tzinfo=UTC)  # Aperture counts seconds from here


@pytest.fixture(scope="module")
def library(built: Any) -> Iterator[Library]:
    volumes = {folder.name: folder for folder in built.references.iterdir()}
    with Library.open(built.path, volumes) as opened:
        yield opened


@pytest.fixture(scope="module")
def versions(library: Library) -> dict[str, Version]:
    return {version.uuid: version for version in library.versions()}


def test_every_count_is_the_intended_one(library: Library, built: Any) -> None:
    counts, meant = library.counts(), built.manifest.counts
    assert counts.pop("trashed") == meant["trashed_with_folders"]
    assert counts == {name: meant[name] for name in counts}


def test_every_version_reads_as_it_was_meant(versions: dict[str, Version], built: Any) -> None:
    assert versions.keys() == {meant["uuid"] for meant in built.manifest.versions}
    for meant in built.manifest.versions:
        read = versions[meant["uuid"]]
        assert read.number == meant["number"]
        assert read.name == meant["name"]
        assert read.master_uuid == meant["master"]
        assert read.project_uuid == meant["project"]
        assert (read.rating, read.flagged) == (meant["rating"], meant["flagged"])
        assert (read.visibility is Visibility.HIDDEN) is meant["hidden"]
        assert read.color_label == (None if meant["label"] in (None, -1) else meant["label"])
        assert read.stack_uuid == meant["stack"]
        assert read.time_zone == meant["time_zone"]
        assert read.rotation == meant["rotation"]
        assert {tuple(path) for path in meant["keywords"]} == set(read.keywords)
        assert read.iptc == meant["iptc"]


def test_places_and_times_are_exact(versions: dict[str, Version], built: Any) -> None:
    for meant in built.manifest.versions:
        read = versions[meant["uuid"]]
        place = None if read.latitude is None else [read.latitude, read.longitude]
        assert place == (None if meant["gps"] is None else pytest.approx(meant["gps"]))
        if meant["captured"] is None:
            assert read.captured is None
        else:
            expected = EPOCH + timedelta(seconds=meant["captured"])
            assert read.captured is not None
            assert abs(read.captured - expected) < timedelta(milliseconds=1)


def test_the_geometry_of_every_version_agrees_with_the_stored_size(
    library: Library, versions: dict[str, Version]
) -> None:
    """The generator works out the processed size by itself; the translation must arrive at the same pixels."""
    checked = 0
    for version in versions.values():
        master = library.master(version.master_uuid)
        assert master is not None
        translation = analytic(version, master)
        assert translation.anomalies == (), version.name
        checked += translation.crop is not None
    assert checked > 5


def test_every_original_is_where_it_was_put(library: Library, built: Any) -> None:
    meant = {master["uuid"]: master["original"] for master in built.manifest.masters}
    for master in library.masters():
        status = library.original(master).status
        assert status is OriginalStatus(meant[master.uuid]), master.file_name


def test_albums_keep_their_order_and_stacks_their_pick(library: Library, built: Any) -> None:
    albums = {album.uuid: list(album.version_uuids) for album in library.albums()}
    listed = [meant for meant in built.manifest.albums if meant.get("versions")]
    assert listed
    for meant in listed:
        assert albums[meant["uuid"]] == meant["versions"]
    stacks = {stack.uuid: stack.version_uuids for stack in library.stacks()}
    for meant in built.manifest.stacks:
        assert list(stacks[meant["uuid"]]) == meant["versions"]


def test_every_planted_anomaly_is_survived_and_the_rest_of_the_library_read(spoilt: Any) -> None:
    with Library.open(spoilt.path) as opened:
        assert sum(1 for _ in opened.versions()) == opened.counts()["versions"]
        assert sum(1 for _ in opened.masters()) == opened.counts()["masters"]
        for master in opened.masters():
            opened.original(master)
        opened.albums(), opened.folders(), opened.keywords(), opened.stacks(), opened.faces()
        assert len(spoilt.manifest.anomalies) > 20
        assert len(opened.findings) > 10
