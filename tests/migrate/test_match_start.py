"""Where the match of a library's photo begins: the translation, the learned model's answer, its camera's offset."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from couloir.aperture.library import Library
from couloir.aperture.model import Master, Version
from couloir.derive import offsets
from couloir.derive.controls import between
from couloir.derive.features import Pictures
from couloir.derive.offsets import Offsets, SolvedPhoto, fit
from couloir.derive.pictures.contexts import find_all, see_contexts
from couloir.derive.prior import Prior
from couloir.derive.residual.correction import Correction
from couloir.derive.residual.outputs import OUTPUTS
from couloir.derive.residual.store import ModelStore
from couloir.derive.translate import translate
from couloir.derive.translator import Translator
from couloir.engines.camera_raw import CameraRawEngine
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.migrate import match_library as match_library_module
from couloir.migrate.ledger.verdicts import MatchRecord
from couloir.migrate.match_library import Way, match_library
from couloir.migrate.run import open_ledger
from couloir.profiles.baselines import NO_BASELINES
from couloir.refine.options import Options
from couloir.refine.verdict import Verdict, grade
from sample_library import build_library

SAYS = {"exposure": 0.3, "contrast": 6.0}
SIZES = {output.name: output.size for output in OUTPUTS}
ONLY_MEASURED = Options(renderings=1)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    build_library(folder / "Sample.aplibrary", masters=16)
    return folder / "Sample.aplibrary"


class Always(ModelStore):
    """Says the same of every photo, and keeps what it was told of it."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, Prior] = {}

    def corrections(
        self,
        photos: Sequence[tuple[Version, Master]],
        pictures: Iterable[Pictures] | None = None,
        priors: Iterable[Prior] | None = None,
    ) -> list[Correction]:
        self.told.update(zip((version.uuid for version, _ in photos), priors or (), strict=True))
        return [Correction("always", SAYS)] * len(photos)


def run(library: Path, destination: Path, way: Way) -> list[MatchRecord]:
    with Library.open(library) as opened, open_ledger(opened, destination) as ledger:
        return list(match_library(opened, ledger, destination, way))


def pair_of(library: Path, uuid: str) -> tuple[Version, Master]:
    with Library.open(library) as opened:
        version = opened.version(uuid)
        master = opened.master(version.master_uuid)
        assert master is not None
        return version, master


def edited(version: Version, master: Master) -> bool:
    """Whether more than the frame was edited; of a rendered file of which nothing was, nothing is corrected."""
    frame = ("Crop", "Straighten", "Flip")
    return master.is_raw or any(o.enabled and type(o.adjustment).__name__ not in frame for o in version.operations)


def test_a_match_begins_with_what_the_shipped_model_says(library: Path, tmp_path: Path) -> None:
    way = Way(CameraRawEngine(), ONLY_MEASURED)
    measured = [match for match in run(library, tmp_path / "out", way) if match.after is not None]
    assert measured
    pairs = [pair_of(library, match.version) for match in measured]
    with Library.open(library) as opened:
        known = see_contexts(find_all(opened, pairs, NO_BASELINES))
    expected = Translator().translate(pairs, known)
    for match, each in zip(measured, expected, strict=True):
        assert match.settings == each.settings.as_dict()
    assert any(match.settings != translate(*p).settings.as_dict() for match, p in zip(measured, pairs, strict=True))


def test_the_model_is_told_of_the_offset_and_both_are_in_the_start_once(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offsets, "FEWEST", 2)
    models = Always()
    solved: list[SolvedPhoto] = []
    told = 0
    for match in run(library, tmp_path / "out", Way(CameraRawEngine(), ONLY_MEASURED, models=models)):
        if match.after is None:
            continue
        version, master = pair_of(library, match.version)
        plain = translate(version, master).settings
        expected = fit(solved).for_photo(SolvedPhoto.of(version, str(plain["CameraProfile"])))
        prior = models.told[match.version].offset
        if prior is None:
            assert not expected
        else:
            told += 1
            wanted = {name: value * SIZES[name] for name, value in expected.items()}
            assert dict(prior.changes) == pytest.approx(wanted, abs=0.02)
        in_all = Correction("always", SAYS).on(prior) if edited(version, master) else Correction(None)
        assert match.settings == translate(version, master, in_all).settings.as_dict()
        if match.after is not None and grade(match.after) is not Verdict.REVIEW:
            keys = {"exposure": "Exposure2012", "contrast": "Contrast2012"}
            change = {
                name: (float(str(match.settings[key])) - float(str(plain[key]))) / SIZES[name]
                for name, key in keys.items()
            }
            solved.append(SolvedPhoto.of(version, str(plain["CameraProfile"]), change))
    assert told > 1


def test_a_raw_file_takes_its_cameras_white_balance_from_its_own(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught = Offsets(12, {"temperature": 2.0, "tint": 1.0}, {}, {})
    monkeypatch.setattr(match_library_module, "fit", lambda _solved: taught)
    models = Always()
    begun = 0
    for match in run(library, tmp_path / "out", Way(CameraRawEngine(), ONLY_MEASURED, models=models)):
        version, master = pair_of(library, match.version)
        prior = models.told.get(match.version)
        if match.after is None or prior is None or prior.as_shot is None:
            continue
        plain = translate(version, master).settings
        found = between(plain, DevelopSettings(match.settings), PhotoKind.RAW, prior.as_shot)
        assert (found["temperature"], found["tint"]) == pytest.approx((2.0, 1.0), abs=0.1)
        begun += 1
    assert begun


def test_what_a_renderer_does_not_draw_is_left_as_the_adjustments_have_it(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offsets, "FEWEST", 2)
    models = Always()
    found = run(library, tmp_path / "out", Way(CameraRawEngine(), ONLY_MEASURED, fixed=("contrast",), models=models))
    measured = [match for match in found if match.after is not None]
    assert measured
    for match in measured:
        plain = translate(*pair_of(library, match.version)).settings
        assert match.settings["Contrast2012"] == plain["Contrast2012"]
    assert any(prior.offset is not None for prior in models.told.values())
    assert all("contrast" not in prior.offset.changes for prior in models.told.values() if prior.offset is not None)


def test_without_a_model_the_translation_is_where_it_begins(library: Path, tmp_path: Path) -> None:
    models = ModelStore(tmp_path / "nothing")
    found = run(library, tmp_path / "out", Way(CameraRawEngine(), ONLY_MEASURED, models=models))
    measured = [match for match in found if match.after is not None]
    assert measured
    for match in measured:
        assert match.settings == translate(*pair_of(library, match.version)).settings.as_dict()
    assert models.status().refusal is not None
