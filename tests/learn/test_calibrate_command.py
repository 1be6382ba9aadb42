"""`couloir learn calibrate` on a library: it measures, keeps what it found for that library, or says why not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from couloir.aperture.library import Library
from couloir.cli.main import command_line
from couloir.cli.translators import strengths_for, translator_for
from couloir.derive.strengths import MIDDLE
from couloir.errors import TooFewEditedPhotos
from couloir.learn.calibration.fit import FEWEST
from couloir.learn.calibration.result import read
from couloir.service.libraries.calibrations import calibration_file
from couloir.service.libraries.open import id_of
from couloir.service.process.settings import STATE_VARIABLE, ServiceSettings
from sample_library import build_library
from sample_library.roles import Role

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv(STATE_VARIABLE, str(tmp_path / "state"))

    def ran(*arguments: object) -> Result:
        told = ["learn", "calibrate", *map(str, arguments)]
        return CliRunner().invoke(command_line, told, standalone_mode=False, catch_exceptions=False)

    return ran


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Edited JPEG files whose previews our nominal Aperture engine drew."""
    folder = tmp_path_factory.mktemp("made") / "Sample.aplibrary"
    count = 4 * FEWEST
    build_library(folder, masters=count, seed=3, write_plists=False, roles=[Role("jpeg", looks=("exposure",))] * count)
    return folder


def test_a_library_is_calibrated_and_its_numbers_are_kept_and_written(run: Run, library: Path, tmp_path: Path) -> None:
    before = {file: file.read_bytes() for file in library.rglob("*") if file.is_file()}
    file = tmp_path / "mine.calibration.json"
    told = json.loads(run(library, "--json", "--to", file).output)
    assert told["calibration"]["photos"] >= FEWEST
    assert told["calibration"]["families"]
    assert not any(family["verdict"] == "wrong" for family in told["calibration"]["families"])
    assert {each: each.read_bytes() for each in library.rglob("*") if each.is_file()} == before
    assert read(file) == read(calibration_file(ServiceSettings(), id_of(library.resolve())))
    text = file.read_text()
    with Library.open(library, {}) as opened:
        assert not any(version.uuid in text or version.name in text for version in opened.versions())
    assert strengths_for(library) == read(file).as_strengths() != MIDDLE
    assert translator_for(library).strengths == strengths_for(library)
    assert run(library, "--forget").output == "The calibration is forgotten.\n"
    assert strengths_for(library) == MIDDLE


def test_a_library_with_too_few_photos_says_why(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "Small.aplibrary"
    build_library(folder, masters=4, seed=3, write_plists=False)
    with pytest.raises(TooFewEditedPhotos, match="left out"):
        run(folder)


def test_a_damaged_calibration_is_left_out_and_named(
    run: Run, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = calibration_file(ServiceSettings(), id_of(library.resolve()))
    file.parent.mkdir(parents=True)
    file.write_text("{", encoding="utf-8")
    assert strengths_for(library) == MIDDLE
    assert "left out" in capsys.readouterr().err
