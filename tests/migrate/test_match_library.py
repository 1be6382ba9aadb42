"""The photos of a library are matched one after the other, and the results are recorded."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from couloir.aperture.library import Library
from couloir.derive import photo_kind
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.dng import raw
from couloir.engines.protocol import Photo, Picture
from couloir.errors import CannotRender, DestinationForeign
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.migrate.ledger.verdicts import MatchRecord, matches
from couloir.migrate.match_library import Tally, Way, match_library
from couloir.migrate.outlook import raw_unmeasured
from couloir.migrate.run import open_ledger
from couloir.refine.options import Options
from couloir.workers import ONE_WORKER, Workers
from sample_library import build_library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    build_library(folder / "Sample.aplibrary", masters=8)
    return folder / "Sample.aplibrary"


class Counting(CameraRawEngine):
    """Counts, and stops drawing after some pictures."""

    def __init__(self, last: int = 1000) -> None:
        super().__init__()
        self.drawn: list[Path] = []
        self._last = last

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        self.drawn.append(photo.path)
        if len(self.drawn) > self._last:
            raise CannotRender(item=photo.path, renderer=self.name, why="the disk was unplugged")
        return super().render(photo, settings, size)


def run(
    library: Path, destination: Path, way: Way, most: int | None = None, workers: Workers = ONE_WORKER
) -> list[MatchRecord]:
    with (
        Library.open(library) as opened,
        open_ledger(opened, destination) as ledger,
        closing(match_library(opened, ledger, destination, way, workers=workers)) as matched,
    ):
        return list(islice(matched, most))


def kept(library: Path, destination: Path) -> dict[str, MatchRecord]:
    with Library.open(library) as opened, open_ledger(opened, destination) as ledger:
        return {match.version: match for match in matches(ledger)}


def test_a_run_that_was_cut_off_goes_on_with_the_rest(library: Path, tmp_path: Path) -> None:
    whole = {match.version: match for match in run(library, tmp_path / "whole", Way(CameraRawEngine(), Options()))}
    first = run(library, tmp_path / "cut", Way(CameraRawEngine(), Options()), most=2)
    assert kept(library, tmp_path / "cut").keys() == {match.version for match in first}
    renderer = Counting()
    rest = run(library, tmp_path / "cut", Way(renderer, Options()))
    assert {match.version for match in [*first, *rest]} == whole.keys()
    assert not {match.version for match in first} & {match.version for match in rest}
    assert kept(library, tmp_path / "cut").keys() == whole.keys()


def test_trouble_with_a_rendering_leaves_the_best_that_was_measured(library: Path, tmp_path: Path) -> None:
    found = run(library, tmp_path / "out", Way(Counting(last=2), Options(target=0.1)))
    assert all(match.after is None or match.before is not None for match in found)
    troubled = [match for match in found if "unplugged" in match.reason]
    assert troubled
    for match in troubled:
        assert (match.after is None) == (match.renderings == 0)
        assert match.settings


def test_without_libraw_each_raw_photo_has_the_same_reason_and_the_run_tells_their_number(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw, "find_spec", lambda _name: None)
    with Library.open(library) as opened:
        kinds = {v.uuid: m and photo_kind(m) for v, m in opened.versions_with_masters() if v.shown}
        told = raw_unmeasured(opened)
    found = run(library, tmp_path / "out", Way(CameraRawEngine(), Options()))
    reasons = {each.reason for each in found if kinds[each.version] is PhotoKind.RAW and "LibRaw" in each.reason}
    assert len(reasons) == 1
    assert not any("LibRaw" in each.reason for each in found if kinds[each.version] is not PhotoKind.RAW)
    assert told.startswith(f"{sum(kind is PhotoKind.RAW for kind in kinds.values())} RAW photos")
    assert str(raw.missing_decoder().facts["remedy"]) in told
    monkeypatch.undo()
    with Library.open(library) as opened:
        assert raw_unmeasured(opened) == ""


def test_any_number_of_workers_gives_the_same_and_the_tally_counts_all(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr("couloir.workers._FEW", 0)
    one, other = (
        run(library, tmp_path / str(workers.count), Way(CameraRawEngine(), Options()), workers=workers)
        for workers in (Workers(), Workers(2))
    )
    assert one == other
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp"
    ) as cluster:
        there = Workers(scheduler=cluster.scheduler_address)
        assert one == run(library, tmp_path / "cluster", Way(CameraRawEngine(), Options()), workers=there)
    first, second, third = (kept(library, tmp_path / each) for each in ("1", "2", "cluster"))
    assert first == second == third
    assert first.keys() == {match.version for match in one}
    tally = Tally()
    for match in one:
        tally.add(match)
    measured = [match for match in one if match.before is not None and match.after is not None]
    assert tally.verdicts.total() == len(one)
    assert tally.measured == len(measured)
    assert tally.after == pytest.approx(np.sum([match.after.mean for match in measured if match.after]))
    assert tally.after <= tally.before


def test_another_librarys_folder_is_refused(library: Path, tmp_path: Path) -> None:
    build_library(tmp_path / "Other.aplibrary", masters=2, seed=5)
    run(library, tmp_path / "out", Way(CameraRawEngine(), Options()), most=1)
    with pytest.raises(DestinationForeign):
        run(tmp_path / "Other.aplibrary", tmp_path / "out", Way(CameraRawEngine(), Options()))
