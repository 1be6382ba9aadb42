"""Remove what this import added: photos get their look back, Couloir's traces go, and the owner's own work stays."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

import canned_service
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.run import LEDGER
from fake_lightroom import Faults, HttpFault, Lightroom, Options, Photo
from fake_lightroom.catalog.develop import live_table
from fake_lightroom.catalog.records import Collection
from matching_scene import ask

IMPORT, REMOVE, ID = "ImportMenu.lua", "RemoveMenu.lua", "org.couloir.lightroom"
GATHERED = "Added by imports, to remove"
ASK = "Remove what the import into"
OWN_SNAPSHOTS = {"Before Couloir", "As in Aperture", "Before matching"}


def fields_of(photo: Photo) -> dict[str, str]:
    return photo.properties.get(ID, {})


def collection(lightroom: Lightroom, name: str) -> Collection:
    [found] = [each for each in lightroom.catalog.collections.values() if each.name == name]
    return found


def row_states(destination: Path) -> dict[str, State]:
    with Ledger.open(destination / LEDGER) as ledger:
        assert all(line.balances for line in ledger.balance())
        return {entry.row.uuid: entry.row.state for entry in ledger.entries(Kind.VERSION)}


@pytest.fixture
def importing(daemon, start, agreeing, small, tmp_path) -> Any:
    """A Lightroom whose user imports everything and leaves the originals where they are, and then takes it back."""

    def begin(**more: Any) -> Lightroom:
        lightroom = agreeing(start(daemon.home, **more), small, tmp_path / "destination", "reference")
        lightroom.answer(ASK, "ok")
        lightroom.answer("What the import added is removed", "ok")
        lightroom.answer("Removing has stopped", "ok")
        return lightroom

    return begin


def test_what_the_import_added_goes_and_what_its_owner_did_stays(importing, daemon, small, tmp_path, said):
    lightroom = importing()
    catalog = lightroom.catalog
    master = next(m for m in small.manifest.masters if m["original"] == "present" and not m["in_trash"])
    mine = lightroom.add_photo(small.path / "Masters" / master["image_path"], title="Mine")
    lightroom.run_menu(IMPORT)
    photos = [photo for photo in catalog.photos.values() if photo is not mine]
    edited = next(photo for photo in photos if photo.snapshots and photo.master is None)
    edited.develop["Texture"] = 30
    album = next(each for each in catalog.collections.values() if each.search is None and len(each.photos) > 2)
    (tmp_path / "stranger.jpg").write_bytes(b"x")
    stranger = lightroom.add_photo(tmp_path / "stranger.jpg")
    album.photos[stranger.id] = None
    copy = next(photo for photo in photos if photo.master is not None)
    before = row_states(tmp_path / "destination")

    lightroom.run_menu(REMOVE)
    asked = next(dialog for dialog in lightroom.dialogs if any(ASK in text for text in dialog.texts))
    copies = sum(photo.master is not None for photo in photos)
    added = f"Photos that it added: {len(photos)}, of which virtual copies: {copies}."
    assert any(text.startswith(added) for text in asked.texts)
    assert any(text.startswith("Photos that were in the catalog before: 1.") for text in asked.texts)
    for photo in photos:
        if photo is edited:
            assert photo.develop["Texture"] == 30
            assert canned_service.state_of(fields_of(photo)) == "done"
            assert photo.snapshots
        else:
            assert live_table(photo, Options()) == live_table(dataclasses.replace(photo, develop={}), Options())
            assert fields_of(photo) == {}
            assert not photo.keywords
            assert not OWN_SNAPSHOTS & {snapshot.name for snapshot in photo.snapshots}
    assert "Its develop settings were changed since, so it stays as it is." in said(lightroom)
    assert fields_of(mine) == {}
    assert mine.metadata["title"] == "Mine"
    assert not mine.keywords
    assert set(collection(lightroom, GATHERED).photos) == {photo.id for photo in photos if photo is not edited}
    assert stranger.id in album.photos
    left = {each.name for each in catalog.collections.values()} - {GATHERED}
    assert album.name in left
    assert all(set(each.photos) <= {stranger.id, edited.id} for each in catalog.collections.values()
               if each.name != GATHERED)  # fmt: skip
    states = row_states(tmp_path / "destination")
    assert sum(state is State.DONE for state in before.values()) > 20
    assert [uuid for uuid, state in states.items() if state is State.DONE] == [fields_of(edited)["uuid"]]
    assert copy.id in catalog.photos
    assert Path(mine.path).exists()

    # Its owner gives the last one up, and removes what is gathered; then the import can be done once more.
    del edited.develop["Texture"]
    lightroom.run_menu(REMOVE)
    assert fields_of(edited) == {}
    assert ask(daemon, "/v1/imports")["imports"][0]["state"] == "cancelled"
    assert State.DONE not in row_states(tmp_path / "destination").values()
    for photo in sorted(photos, key=lambda each: each.master is None):
        catalog.remove_photo(photo)
    lightroom.run_menu(IMPORT)
    assert len(catalog.photos) == len(photos) + 2
    assert row_states(tmp_path / "destination") == before


def test_what_was_interrupted_is_done_by_the_next_call(importing, daemon, tmp_path, said):
    faults = Faults()
    faults.http(HttpFault("timeout", reaches_server=False), url="/removals", times=2)
    lightroom = importing(faults=faults)
    lightroom.run_menu(IMPORT)
    lightroom.run_menu(REMOVE)
    assert "Choose Remove what this import added again for the rest." in said(lightroom)
    assert State.DONE in row_states(tmp_path / "destination").values()
    lightroom.run_menu(REMOVE)
    assert State.DONE not in row_states(tmp_path / "destination").values()
    assert [each.name for each in lightroom.catalog.collections.values()] == [GATHERED]
    assert [each.name for each in lightroom.catalog.collection_sets.values()] == ["Couloir"]
    assert all(fields_of(photo) == {} for photo in lightroom.catalog.photos.values())
    assert set(collection(lightroom, GATHERED).photos) == lightroom.catalog.photos.keys()


def test_who_does_not_agree_keeps_everything(importing):
    lightroom = importing(answers={ASK: "cancel"})
    lightroom.run_menu(IMPORT)
    gates = lightroom.counters.gates
    lightroom.run_menu(REMOVE)
    assert lightroom.counters.gates == gates
