"""A preview that does not show its version counts as none, whoever translates, and the reason is told."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from PIL import Image

from couloir.aperture.library import Library
from couloir.cli.main import command_line
from couloir.derive.pictures.contexts import find_all, see_contexts
from couloir.derive.pictures.gather import is_edited
from couloir.derive.translator import CURVE_SEEN, Translator
from couloir.engines.camera_raw import CameraRawEngine
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.match_library import Way, match_library
from couloir.migrate.run import LEDGER, open_ledger
from couloir.profiles.baselines import NO_BASELINES
from couloir.refine.options import Options
from sample_library import build_library

Levels = NDArray[np.uint8]


@dataclass(frozen=True)
class Sample:
    """A library with one edited photo that is looked at: its uuid, its preview and its original."""

    path: Path
    uuid: str
    preview: Path
    original: Path

    def moved_to(self, folder: Path) -> Sample:
        shutil.copytree(self.path, folder)
        inside = (folder / each.relative_to(self.path) for each in (self.preview, self.original))
        return Sample(folder, self.uuid, *inside)

    def draw(self, change: Callable[[Levels, Levels], Levels]) -> None:
        shown, original = (np.asarray(Image.open(each).convert("RGB")) for each in (self.preview, self.original))
        Image.fromarray(np.ascontiguousarray(change(shown, original))).save(self.preview, "JPEG", quality=95)

    def say(self, column: str, value: object) -> None:
        with closing(sqlite3.connect(self.path / "Database" / "apdb" / "ImageProxies.apdb")) as base, base:
            base.execute(f"UPDATE RKImageProxyState SET {column} = ? WHERE versionUuid = ?", (value, self.uuid))


def _visibly_edited(shown: Path, original: Path) -> float:
    """How far a preview is from its original, 0 where their shapes differ."""
    pictures = [np.asarray(Image.open(each).convert("RGB"), dtype=np.float64) for each in (shown, original)]
    return float(np.abs(pictures[0] - pictures[1]).mean()) if pictures[0].shape == pictures[1].shape else 0.0


@pytest.fixture(scope="module")
def samples_by_edit(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    """Edited photos, the most visibly edited first."""
    path = (tmp_path_factory.mktemp("library") / "Small.aplibrary").resolve()
    build_library(path, masters=24, write_plists=False)
    found: dict[float, Sample] = {}
    with Library.open(path) as library:
        for version, master in library.versions_with_masters():
            if master is None or master.is_raw or version.number != 1 or not (version.shown and is_edited(version)):
                continue
            preview, original = library.preview(version), library.original(master)
            if preview.up_to_date and preview.path and original.path and original.path.is_relative_to(path):
                visible = _visibly_edited(preview.path, original.path)
                found[visible] = Sample(path, version.uuid, preview.path, original.path)
    return [found[visible] for visible in sorted(found, reverse=True)]


@pytest.fixture(scope="module")
def sample(samples_by_edit: list[Sample]) -> Sample:
    """One whose settings depend on its preview."""
    for each in samples_by_edit:
        with Library.open(each.path) as library:
            version = library.version(each.uuid)
            master = library.master(version.master_uuid)
            assert master is not None
            [known] = see_contexts(find_all(library, [(version, master)], NO_BASELINES))
        blind = replace(known, pictures=(known.pictures[0], None))
        by_preview, without = Translator().translate([(version, master)] * 2, [known, blind])
        if by_preview.settings != without.settings:
            return each
    raise AssertionError("no photo's settings depend on its preview")


def migrated(sample: Sample, folder: Path, *options: str) -> Mapping[str, Any]:
    arguments = ["migrate", str(sample.path), "--to", str(folder), "--json", "--pictures", "0", *options]
    answer = CliRunner().invoke(command_line, arguments)
    assert answer.exit_code == 0, answer.output
    with Ledger.open_to_read(folder / LEDGER) as ledger:
        entry = ledger.get(Kind.VERSION, sample.uuid)
        assert entry is not None
        return {**json.loads(answer.stdout)["pictures"], **entry.row.detail}


def derived(sample: Sample, client: Any, opened: Any, **options: object) -> Mapping[str, Any]:
    number = opened(client, sample.path)
    body = {"items": [{"library": number, "version": sample.uuid}], **options}
    found: Mapping[str, Any] = client.post("/v1/derivations", body).json["results"][0]["translation"]
    return found


def _other(shown: Levels, _original: Levels) -> Levels:
    rows, columns = shown.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns]
    waves = 127 + 90 * np.sin(x / columns * 23 + np.cos(y / rows * 11) * 3)
    return np.uint8(np.repeat(waves[..., None], 3, axis=2))


TRAPS: dict[str, tuple[Callable[[Levels, Levels], Levels], str]] = {
    "black": (lambda shown, _: shown * np.uint8(0), "is black"),
    "another photo": (_other, "another photo"),
    "another crop": (lambda shown, _: shown[: shown.shape[0] * 7 // 10, : shown.shape[1] * 7 // 10], "another crop"),
    "another shape": (lambda shown, _: shown[:, : shown.shape[1] * 7 // 10], "another crop"),
    "mirrored": (lambda shown, _: shown[:, ::-1], "mirrored"),
    "upside down": (lambda shown, _: shown[::-1, ::-1], "rotated"),
}


@pytest.fixture(scope="module")
def blind(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What is written where there is no preview at all."""
    folder = tmp_path_factory.mktemp("blind")
    bare = sample.moved_to(folder / "Small.aplibrary")
    bare.preview.unlink()
    return migrated(bare, folder / "out")


def test_a_sound_preview_is_used_and_its_cost_told(
    sample: Sample, blind: Mapping[str, Any], tmp_path: Path, client: Any, opened: Any
) -> None:
    found = migrated(sample, tmp_path / "out")
    assert found["settings"] != blind["settings"]
    assert found.get("note", "") in ("", CURVE_SEEN)
    assert "no preview" in blind["note"]
    assert found["photos"] > 0
    assert found["seconds"] > 0
    answer = derived(sample, client, opened)
    assert answer["settings"] == found["settings"]


@pytest.mark.parametrize("trap", TRAPS)
def test_a_preview_that_shows_something_else_counts_as_none(
    sample: Sample, blind: Mapping[str, Any], tmp_path: Path, client: Any, opened: Any, trap: str
) -> None:
    change, reason = TRAPS[trap]
    copy = sample.moved_to(tmp_path / "Small.aplibrary")
    copy.draw(change)
    found = migrated(copy, tmp_path / "out")
    assert reason in found["note"]
    assert found["settings"] == blind["settings"]
    answer = derived(copy, client, opened)
    assert reason in answer["note"]
    assert answer["settings"] == found["settings"]
    way = Way(CameraRawEngine(), Options(renderings=1))
    with Library.open(copy.path) as library, open_ledger(library, tmp_path / "matched") as ledger:
        match = next(m for m in match_library(library, ledger, tmp_path / "matched", way) if m.version == copy.uuid)
    assert match.after is None
    assert reason in match.reason


def test_a_preview_without_the_edits_counts_as_none(
    samples_by_edit: list[Sample], tmp_path: Path, client: Any, opened: Any
) -> None:
    copy = samples_by_edit[0].moved_to(tmp_path / "Small.aplibrary")
    copy.draw(lambda _, original: original)
    found = migrated(copy, tmp_path / "out")
    assert "without its edits" in found["note"]
    copy.preview.unlink()
    assert migrated(copy, tmp_path / "blind")["settings"] == found["settings"]
    answer = derived(copy, client, opened)
    assert answer["settings"] == found["settings"]


def test_a_preview_that_aperture_calls_stale_counts_as_none(
    sample: Sample, blind: Mapping[str, Any], tmp_path: Path, client: Any, opened: Any
) -> None:
    copy = sample.moved_to(tmp_path / "Small.aplibrary")
    copy.say("fullSizePreviewUpToDate", 0)
    found = migrated(copy, tmp_path / "out")
    assert "older than the last edit" in found["note"]
    assert found["settings"] == blind["settings"]
    answer = derived(copy, client, opened)
    assert "older than the last edit" in answer["note"]
    assert answer["settings"] == found["settings"]


def test_a_smaller_preview_is_used(sample: Sample, blind: Mapping[str, Any], tmp_path: Path) -> None:
    copy = sample.moved_to(tmp_path / "Small.aplibrary")
    copy.draw(lambda shown, _: np.asarray(Image.fromarray(shown).reduce(2)))
    found = migrated(copy, tmp_path / "out")
    assert found["refused"] == blind["refused"] - 1
    assert found.get("note", "") in ("", CURVE_SEEN)


def test_one_spoilt_preview_stops_nothing(sample: Sample, blind: Mapping[str, Any], tmp_path: Path) -> None:
    copy = sample.moved_to(tmp_path / "Small.aplibrary")
    copy.preview.write_bytes(copy.preview.read_bytes()[:500])
    found = migrated(copy, tmp_path / "out")
    assert "preview" in found["note"]
    assert found["settings"] == blind["settings"]


def test_without_pictures_nothing_is_decoded(
    sample: Sample, tmp_path: Path, client: Any, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []
    monkeypatch.setattr("couloir.derive.pictures.gather.see", looked.append)
    found = migrated(sample, tmp_path / "out", "--no-pictures")
    assert found["photos"] == 0
    assert derived(sample, client, opened, pictures=False)["settings"] == found["settings"]
    answer = CliRunner().invoke(command_line, ["derive", str(sample.path), sample.uuid, "--json", "--no-pictures"])
    assert json.loads(answer.stdout)["settings"] == found["settings"]
    migrated(sample, tmp_path / "out", "--dry-run")
    assert looked == []


def test_what_is_written_is_not_looked_at_again(sample: Sample, tmp_path: Path) -> None:
    assert migrated(sample, tmp_path / "out")["photos"] > 0
    assert migrated(sample, tmp_path / "out")["photos"] == 0


def test_a_dry_run_looks_at_nothing(sample: Sample, tmp_path: Path) -> None:
    arguments = ["migrate", str(sample.path), "--to", str(tmp_path / "out"), "--json", "--dry-run"]
    answer = CliRunner().invoke(command_line, arguments)
    assert json.loads(answer.stdout)["pictures"]["photos"] == 0
