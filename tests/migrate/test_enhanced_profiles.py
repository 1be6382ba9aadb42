"""The ledger keeps enhanced profiles as files that Lightroom reads, as long as a photo has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from couloir.aperture.adjustments import Crop, Exposure, WhiteBalance
from couloir.aperture.library import Library
from couloir.aperture.model import Version
from couloir.lightroom.enhanced.look import EnhancedProfile
from couloir.lightroom.enhanced.rgb_table import RgbTable, identity_samples
from couloir.lightroom.enhanced.settings_folder import file_name, install_profiles
from couloir.lightroom.settings import PhotoKind
from couloir.migrate.enhanced.edits import edit_of, name_profile
from couloir.migrate.handover.removal import list_unneeded
from couloir.migrate.ledger import enhanced_profiles as kept
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import MatchRecord, TableFit, match_of, put_match
from couloir.migrate.run import LEDGER
from couloir.service.imports.removal import RemovalDesk
from couloir.service.imports.store import Stage
from sample_library import build_library
from sample_library.roles import Role


def _profile(number: int) -> EnhancedProfile:
    samples = np.minimum(identity_samples(4).astype(np.int64) + 100 * number, 65535).astype(np.uint16)
    return EnhancedProfile(f"Aperture: Rome - Curves {number}", RgbTable(samples))


def _migrated(folder: Path, profiles: Sequence[EnhancedProfile]) -> Path:
    """A migration of as many photos as profiles, each with one."""
    (folder / LEDGER).parent.mkdir(parents=True)
    with Ledger.open(folder / LEDGER) as ledger, ledger.transaction():
        for number, each in enumerate(profiles):
            kept.put_profile(ledger, each, f"edit {number}")
            settings = {"Look": dict(each.look())}
            table = TableFit(3.0, 3.1, 0.9, 2, 27_000)
            put_match(ledger, MatchRecord(f"v{number}", None, None, "", "x", 2, settings, table=table))
    return folder


def test_a_profile_comes_back_by_its_table_and_by_its_edit(tmp_path: Path) -> None:
    profiles = [_profile(1), _profile(2)]
    folder = _migrated(tmp_path / "out", profiles)
    with Ledger.open_to_read(folder / LEDGER) as ledger:
        found = kept.profile_of(ledger, profiles[1].table.fingerprint)
        assert found is not None
        assert (found.name, found.uuid) == (profiles[1].name, profiles[1].uuid)
        assert kept.profile_of(ledger, "0" * 32) is None
        assert [each.uuid for each in kept.list_profiles_of_edit(ledger, "edit 0")] == [profiles[0].uuid]
        assert [(each.profile.name, each.photos) for each in kept.list_profiles(ledger)] == [
            (each.name, 1) for each in profiles
        ]
        match = match_of(ledger, "v0")
        assert match is not None
        assert match.table == TableFit(3.0, 3.1, 0.9, 2, 27_000)


def test_a_profile_that_no_photo_has_is_forgotten(tmp_path: Path) -> None:
    folder = _migrated(tmp_path / "out", [_profile(1), _profile(2)])
    with Ledger.open(folder / LEDGER) as ledger:
        with ledger.transaction():
            put_match(ledger, MatchRecord("v1", None, None, "", "x", 2))
        kept.forget_unused(ledger)
        assert kept.profile_names(ledger) == {_profile(1).name}


def test_removing_an_import_leaves_the_profiles_that_another_one_needs(tmp_path: Path) -> None:
    mine, shared = _profile(1), _profile(2)
    other = _migrated(tmp_path / "other", [shared])
    assert [each.uuid for each in list_unneeded([mine, shared], [other])] == [mine.uuid]
    assert list_unneeded([mine], []) == [mine]


def test_the_last_photo_of_an_import_takes_its_profiles_along(tmp_path: Path) -> None:
    """Where another import cannot be read, all stay: a profile too many changes no photo."""
    mine, shared = _profile(1), _profile(2)
    other = _migrated(tmp_path / "other", [shared])
    presets = tmp_path / "Settings"
    here, there = (
        SimpleNamespace(id=name, stage=Stage.HANDOVER, choice=SimpleNamespace(destination=str(folder)))
        for name, folder in (("here", tmp_path / "out"), ("there", other))
    )
    services: Any = SimpleNamespace(settings=SimpleNamespace(presets_folder=presets))

    def remove(*imports: SimpleNamespace) -> set[str]:
        install_profiles([mine, shared], presets)
        known: Any = SimpleNamespace(all=lambda: list(imports))
        RemovalDesk(services, known)._uninstall(here, [mine, shared])
        return {path.name for path in presets.iterdir()}

    assert remove(here, there) == {file_name(shared)}
    assert remove(here) == set()
    gone = SimpleNamespace(id="gone", stage=Stage.HANDOVER, choice=SimpleNamespace(destination=str(tmp_path / "gone")))
    assert remove(here, gone) == {file_name(mine), file_name(shared)}


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    path = tmp_path_factory.mktemp("library") / "Sample.aplibrary"
    build_library(path, masters=1, write_plists=False, roles=[Role(looks=("all",), placed=False)])
    with Library.open(path) as library:
        return next(each for each in library.versions() if each.shown)


def _with(version: Version, **values: object) -> Version:
    """The version with its exposure at these values, and another white balance and crop."""
    changed = []
    for each in version.operations:
        if isinstance(each.adjustment, Exposure):
            changed.append(replace(each, inputs={**each.inputs, **values}))
        elif isinstance(each.adjustment, Crop | WhiteBalance):
            changed.append(replace(each, inputs={**each.inputs, "another": 1}))
        else:
            changed.append(each)
    return replace(version, operations=tuple(changed))


def test_the_same_edit_is_one_whatever_the_frame_and_the_white_balance(version: Version) -> None:
    edit = edit_of(version, PhotoKind.RENDERED, "A")
    assert edit_of(_with(version), PhotoKind.RENDERED, "B") == edit
    assert edit_of(_with(version, inputEV=1.75), PhotoKind.RENDERED, "A") != edit
    assert edit_of(version, PhotoKind.RAW, "A") != edit_of(version, PhotoKind.RAW, "B")


def test_a_profile_is_named_by_project_and_adjustments(version: Version) -> None:
    name = name_profile("Rome\n\x1b", version, ())
    assert name.startswith("Aperture: Rome - ")
    assert "Exposure" in name
    assert "Crop" not in name
    assert name.isprintable()
    assert name_profile("Rome\n\x1b", version, {name}) == f"{name} 2"
    assert name_profile("", version, ()).startswith("Aperture: Untitled project - ")
