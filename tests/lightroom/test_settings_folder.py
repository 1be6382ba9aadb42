"""Camera Raw's folder gets the files of enhanced profiles, and loses only those."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from couloir.errors import CannotInstall, NoProfileFolder
from couloir.lightroom.camera_raw_folder import PRESETS, camera_raw_folder
from couloir.lightroom.enhanced.look import EnhancedProfile
from couloir.lightroom.enhanced.rgb_table import RgbTable, identity_samples
from couloir.lightroom.enhanced.settings_folder import (
    file_name,
    install_profiles,
    is_installed,
    uninstall_profiles,
)

PROFILES = [
    EnhancedProfile(f"Aperture: Party - {power}", RgbTable((identity_samples(4) // power).astype(np.uint16)))
    for power in (1, 2)
]


def test_profiles_are_written_once_and_removed_again(tmp_path: Path) -> None:
    folder = tmp_path / "CameraRaw" / "Settings"
    assert not is_installed(PROFILES[0], folder)
    written = install_profiles(PROFILES, folder)
    assert sorted(folder.iterdir()) == sorted(written)
    assert all(is_installed(each, folder) for each in PROFILES)
    assert install_profiles(PROFILES, folder) == []
    mine = folder / "My preset.xmp"
    mine.write_text("mine")
    assert uninstall_profiles(PROFILES, folder) == written
    assert list(folder.iterdir()) == [mine]
    assert uninstall_profiles(PROFILES, folder) == []


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "Settings"
    folder.write_text("no folder")
    with pytest.raises(CannotInstall, match=str(folder)) as refused:
        install_profiles(PROFILES, folder)
    assert "Allow writing" in refused.value.advice
    assert folder.read_text() == "no folder"


def test_a_file_that_somebody_else_put_there_stays(tmp_path: Path) -> None:
    theirs = tmp_path / file_name(PROFILES[0])
    theirs.write_text("no profile of Couloir's")
    assert uninstall_profiles(PROFILES, tmp_path) == []
    assert theirs.is_file()


def test_the_folder_is_adobes_on_systems_that_lightroom_runs_on(tmp_path: Path) -> None:
    assert camera_raw_folder(PRESETS, "darwin", tmp_path, {}) == tmp_path.joinpath(
        *("Library", "Application Support", "Adobe", "CameraRaw", "Settings")
    )
    roaming = str(tmp_path / "Roaming")
    assert camera_raw_folder(PRESETS, "win32", tmp_path, {"APPDATA": roaming}) == Path(
        roaming, "Adobe", "CameraRaw", "Settings"
    )
    with pytest.raises(NoProfileFolder):
        camera_raw_folder(PRESETS, "linux", tmp_path, {})
