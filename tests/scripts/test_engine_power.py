"""What the edited photos with Apple's rendering say about the Aperture engine, and the page that tells it."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

import evidence_page
from benchmarks.rows import Row
from couloir.aperture.adjustments import Levels
from couloir.engines import aperture
from couloir.engines.aperture import NOMINAL, Constants
from couloir.engines.constants import list_constants, list_variants
from evaluation import engines_power
from evaluation.engines_power import Edited, alternatives, name_count, name_sensitivities
from sample_library import build_library


def _stretched(constants: Constants) -> np.ndarray:
    """A ramp under Levels with its black at 0.1."""
    plain = Levels()
    levels = replace(plain, rgb=replace(plain.rgb, black=(0.1, 0.0)))
    light = np.linspace(0.05, 0.9, 60, dtype=np.float32)[np.newaxis, :, np.newaxis].repeat(3, axis=-1)
    return np.clip(aperture.apply(light, levels, constants=constants), 0, 1) ** np.float32(1 / 2.2)


@pytest.fixture
def photo() -> Edited:
    return Edited("ramp", _stretched, _stretched(NOMINAL))


def test_every_constant_and_form_is_tried_in_all_its_other_values() -> None:
    tried = alternatives()
    assert set(tried) == {*list_constants(Constants), *list_variants(Constants)}
    for name, engines in tried.items():
        others = [each.name for each in fields(Constants) if each.name != name]
        assert all(getattr(each, name) != getattr(NOMINAL, name) for each in engines)
        assert all(getattr(each, other) == getattr(NOMINAL, other) for each in engines for other in others)


def test_only_what_the_edits_meet_is_tested(photo: Edited) -> None:
    assert engines_power._sensitivity_rows(photo, "boost", alternatives()["boost"]) == []
    moved, least, largest = engines_power._sensitivity_rows(photo, "levels_gamma", alternatives()["levels_gamma"])
    assert moved.value > engines_power.LEAST_MOVE
    assert least.value == 0
    assert largest.value == pytest.approx(moved.value)


def test_an_engine_that_is_right_shows_among_random_ones_only_if_they_differ(photo: Edited) -> None:
    same = engines_power._power_rows(photo, [replace(NOMINAL, boost=2.5), replace(NOMINAL, contrast=1.1)])
    assert {row.value for row in same if row.name.endswith("as near as ours")} == {100.0}
    other = engines_power._power_rows(photo, [replace(NOMINAL, levels_gamma=1.9), replace(NOMINAL, levels_gamma=2.2)])
    assert {row.value for row in other if row.name.endswith("as near as ours")} == {0.0}


def test_a_library_with_edited_photos_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_library(tmp_path / "Edited.aplibrary", masters=12, seed=1)
    monkeypatch.setattr(engines_power, "alternatives", lambda: {"levels_gamma": [replace(NOMINAL, levels_gamma=2.2)]})
    rows = {row.name: row.value for row in engines_power.measure(tmp_path / "Edited.aplibrary", engines=2).rows}
    assert rows["parameters of the Aperture engine"] == 1
    assert any(name.endswith("our engine, mean") for name in rows)
    assert rows[name_count("levels_gamma")] >= 0


def test_the_page_says_what_tests_each_parameter_or_none(tmp_path: Path) -> None:
    moved, least, largest = name_sensitivities("levels_gamma", "wedding")
    faint = name_sensitivities("vibrancy", "wedding")
    rows = [
        Row(name_count("boost"), 0, "photos"),
        Row(name_count("contrast"), 0, "photos"),
        *(Row(name, value, "CIEDE2000") for name, value in zip(faint, (0.05, 0.7, 0.8), strict=True)),
        Row(name_count("vibrancy"), 0, "photos"),
        *(Row(name, value, "CIEDE2000") for name, value in ((moved, 0.25), (least, 0.77), (largest, 0.84))),
        Row(name_count("levels_gamma"), 1, "photos"),
    ]
    (tmp_path / "figures").mkdir()
    parts = {"power": {"rows": [row.as_dict() for row in rows]}}
    (tmp_path / "figures" / "engines.json").write_text(json.dumps(parts), encoding="utf-8")
    lines = {
        line.split("`")[1]: line for line in evidence_page.page("", tmp_path).splitlines() if line.startswith("| `")
    }
    assert list(lines) == [each.name for each in fields(Constants)]
    assert lines["levels_gamma"].endswith("| wedding | 0.25 | 0.77 to 0.84 |")
    assert lines["vibrancy"].endswith("| none | 0.05 | 0.70 to 0.80 |")
    assert lines["contrast"].endswith("| none | - | - |")
    assert "--raw-originals FOLDER" in lines["boost"]
    assert "not measured yet" in lines["sharpen"]
    assert lines["shadow_lift"].endswith("| - | - | - |")
