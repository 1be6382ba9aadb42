"""RAW boost, matrices and a learnt profile against Apple's renderings of RAW photos: on stand-ins for the three."""

from __future__ import annotations

import json
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import evaluate_engines
import figures
from couloir.aperture.library import Library
from couloir.color.arrays import apply_matrix
from couloir.color.spaces import PROPHOTO_TO_SRGB, srgb_encode
from couloir.engines import aperture
from couloir.engines.aperture import raw_boost
from couloir.engines.dng import ColorModel
from couloir.engines.dng.files import linear_dng
from couloir.engines.pixels import encode_jpeg
from couloir.profiles import Pair, learning
from evaluation import engines_camera_jpegs, engines_raw_originals
from evaluation.raw_originals import OriginalsFolder, renderings
from evaluation.rendering_gap import explain
from evaluation.scenes import camera_model
from sample_library import build_library

THREE = ("IMG_0071.CR2", "IMG_0076.CR2", "DSCF0034.DNG")
BOOST = 1.8
OTHER_MATRIX = np.array([[1.06, -0.04, -0.02], [-0.05, 1.08, -0.03], [0.01, -0.07, 1.06]])


def _scene(seed: int, model: ColorModel, size: tuple[int, int]) -> np.ndarray:
    """Smooth fields of colour of uneven brightness, as camera colours."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    waves = [np.sin(rows * random.uniform(0.02, 0.1) + columns * random.uniform(0.02, 0.1) + 6 * random.random())
             for _ in range(3)]  # fmt: skip
    light = 0.02 + 0.5 * (0.5 + 0.5 * np.sin(rows * 0.06 + columns * 0.04 + seed)) ** 2
    colors = (0.6 + 0.35 * np.stack(waves, axis=-1)) * light[..., np.newaxis] * np.array(model.neutral)
    return np.clip(colors, 0, 1).astype(np.float32)


def _by_the_stand_in(camera: np.ndarray, model: ColorModel) -> np.ndarray:
    """Apple's published boost after another matrix: linear light."""
    linear = apply_matrix(OTHER_MATRIX @ PROPHOTO_TO_SRGB, model.to_prophoto()(camera))
    return np.clip(raw_boost(linear, 1.0), 0, 1).astype(np.float32)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that lacks the originals of three RAW photos, whose previews the stand-in rendered."""
    path = tmp_path_factory.mktemp("raw") / "Raw.aplibrary"
    build_library(path, masters=90, seed=3)
    folder = path.parent / "elsewhere" / "deep"
    folder.mkdir(parents=True)
    with Library.open(path) as opened:
        found = {each.master.file_name: each for each in renderings(opened) if each.master.file_name in THREE}
    sizes = []
    for seed, (name, each) in enumerate(sorted(found.items())):
        version = each.version
        assert version.master_size is not None
        assert version.processed_size is not None
        assert each.original is not None
        camera_name, model = camera_model(seed)
        camera = _scene(seed, model, (version.master_size.width, version.master_size.height))
        shown = aperture.frame_pixels(
            _by_the_stand_in(camera, model), [], version.master_size, version.processed_size, version.rotation, None
        )
        each.preview.write_bytes(encode_jpeg(srgb_encode(shown), quality=95))
        content = linear_dng(camera, model, camera_name)
        each.original.unlink()
        (folder / (name if seed else f"renamed by Photos{Path(name).suffix}")).write_bytes(content)
        sizes.append((len(content), name))
    with sqlite3.connect(path / "Database" / "apdb" / "Library.apdb") as database:
        database.executemany("UPDATE RKMaster SET fileSize = ?, originalFileSize = NULL WHERE fileName = ?", sizes)
    database.close()
    return path


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "PIXELS", 2000)
    monkeypatch.setattr(engines_raw_originals, "_FITTED_PIXELS", 100)


def _values(rows: list, ending: str) -> dict[str, float]:
    return {row.name.removesuffix(f": {ending}"): row.value for row in rows if row.name.endswith(f": {ending}")}


def test_an_original_is_found_by_its_size_and_its_name_where_several_have_it(library: Path, tmp_path: Path) -> None:
    with Library.open(library) as opened:
        found = {each.master.file_name: each.master for each in renderings(opened)}
    elsewhere = OriginalsFolder(library.parent / "elsewhere")
    first, *others = sorted(THREE)
    assert (elsewhere.find(found[first]) or Path()).stem == "renamed by Photos"
    assert [(elsewhere.find(found[name]) or Path()).name for name in others] == others
    master = replace(found[first], file_size=3)
    for name, content in (("other.dng", b"abc"), (first.casefold(), b"xyz"), (f"{first}.txt", b"abc")):
        (tmp_path / name).write_bytes(content)
    assert OriginalsFolder(tmp_path).find(master) == tmp_path / first.casefold()
    assert OriginalsFolder(tmp_path).find(replace(master, file_size=4)) is None


def test_the_stand_ins_are_measured_as_the_real_ones_would_be(library: Path) -> None:
    rows = list(engines_raw_originals.measure(library, library.parent / "elsewhere").rows)
    fitted, told = _values(rows, "boost that fits best"), _values(rows, "boost, form knee, mean")
    without, adobe = _values(rows, "no boost, mean"), _values(rows, "Adobe's default look, mean")
    matrix = _values(rows, "fitted boost, the best matrix and tone curve, mean")
    assert set(THREE) <= fitted.keys()
    assert all(row.holds for row in rows if row.name.endswith("boost that fits best"))
    for name in THREE:
        assert told[name] < without[name]
        assert matrix[name] < told[name] < adobe[name]
    before = _values(rows, "before a profile from the camera's other photos, mean")
    after = _values(rows, "under a profile learnt from the camera's other photos, mean")
    assert {"IMG_0071.CR2", "IMG_0076.CR2"} <= after.keys()
    assert np.mean([after[name] for name in THREE[:2]]) < np.mean([before[name] for name in THREE[:2]])
    assert all(row.value >= 0 for row in rows if row.unit == "CIEDE2000")


def test_photos_that_cannot_judge_a_profile_leave_the_other_figures(capsys: pytest.CaptureFixture[str]) -> None:
    _name, model = camera_model(0)
    flat = np.full((20, 30, 3), 0.3, np.float32)
    assert engines_raw_originals._profile_rows([Pair("flat", flat, model, flat)], "Canon EOS 30D", "8") == []
    assert "No profile is tested. " in capsys.readouterr().out


def test_the_boost_of_a_rendering_is_found() -> None:
    _name, model = camera_model(0)
    camera = _scene(5, model, (60, 40))
    linear = apply_matrix(PROPHOTO_TO_SRGB, model.to_prophoto()(camera))
    boosted = np.clip(srgb_encode(np.clip(raw_boost(linear * 2.0**0.3, 1.0), 0, 1)), 0, 1).astype(np.float32)
    strength, stops = engines_raw_originals._fit(linear, Pair("boosted", camera, model, boosted))
    assert (strength, stops) == (pytest.approx(BOOST), pytest.approx(0.3))


def test_an_original_that_nobody_has_is_named_and_not_counted(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = {row.name: row.value for row in engines_raw_originals.measure(library, tmp_path).rows}
    printed = capsys.readouterr().out
    assert all(f"{name} (" in printed for name in THREE)
    with_original = rows["RAW photos with Apple's rendering"] - rows["RAW photos whose original was found and read"]
    assert with_original >= len(THREE)


def test_the_command_prints_the_figures_and_leaves_docs_alone(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evaluate_engines, "LIBRARY", library.name)
    page = figures.DOCS / "figures" / "engines.json"
    before, rows = page.read_bytes(), tmp_path / "rows.json"
    words = [str(library.parent), "--raw-originals", str(tmp_path / "none"), "--json", str(rows)]
    monkeypatch.setattr(sys, "argv", ["evaluate_engines.py", *words])
    assert evaluate_engines.main() == 0
    assert "IMG_0071.CR2 (" in capsys.readouterr().out
    assert json.loads(rows.read_text(encoding="utf-8"))[0]["value"] >= len(THREE)
    assert page.read_bytes() == before


def test_a_cameras_own_jpeg_is_compared_with_the_rendering_of_its_raw_file(library: Path) -> None:
    rows = engines_camera_jpegs.measure(library).rows
    assert rows[0].value >= len(THREE)
    assert rows[1].value <= rows[0].value - len(THREE)


def test_a_curve_and_a_matrix_explain_what_they_made() -> None:
    _name, model = camera_model(0)
    linear = apply_matrix(PROPHOTO_TO_SRGB, model.to_prophoto()(_scene(5, model, (120, 80))))
    plain = np.clip(srgb_encode(np.clip(linear, 0, 1)), 0, 1).astype(np.float32)
    curved = np.clip(srgb_encode(raw_boost(np.clip(linear, 0, 1), 1.0)), 0, 1).astype(np.float32)
    both = srgb_encode(_by_the_stand_in(_scene(5, model, (120, 80)), model)).astype(np.float32)
    by_curve, by_both = explain(plain, curved), explain(plain, both)
    assert by_curve["as it is"].mean > 3
    assert by_curve["with the best tone curve"].mean < 0.3
    assert by_both["with the best tone curve"].mean > 2 * by_both["with the best matrix and tone curve"].mean
    assert by_both["with the best matrix and tone curve"].mean < 0.5


def test_a_picture_of_one_grey_is_explained_by_a_curve_alone() -> None:
    grey = np.full((20, 30, 3), 0.4, np.float32)
    assert explain(grey, np.full_like(grey, 0.5))["with the best tone curve"].mean < 0.1
