"""A night of matching on a real library: it stops in time, keeps what it has, continues, and serves the unmeasured."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import click
import pytest

from couloir.aperture.library import Library
from couloir.aperture.model import Master
from couloir.cli.durations import parse_span, seconds_until
from couloir.derive.controls import move
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.protocol import Photo, Picture
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.migrate.ledger.expectations import corrections, expectation_of, sum_knowledge
from couloir.migrate.ledger.rounds import begin_round, end_round
from couloir.migrate.ledger.verdicts import MatchRecord, match_of, matches
from couloir.migrate.match_library import MatchSubject, Way, prepare
from couloir.migrate.matched_looks import MatchedLooks
from couloir.migrate.night import candidates
from couloir.migrate.night.candidates import Scope, gather
from couloir.migrate.night.run import Budget, match_by_plan
from couloir.migrate.night.turns import translate
from couloir.migrate.run import open_ledger
from couloir.refine.match import Match
from couloir.refine.options import Options
from couloir.refine.run import drive
from couloir.workers import ONE_WORKER, Crew, Workers
from sample_library import build_library
from sample_library.roles import Role

NOWHERE = (click.Context(click.Command("match")), click.Option(["--budget"]))
PHOTOS = 26
BRIGHTER = 8.0  # tenths of a stop by which the renderer draws brighter than Couloir's engine


class Brighter(CameraRawEngine):
    """A Lightroom that draws every photo brighter than expected: all photos need the same correction."""

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        return super().render(photo, move(settings, {"exposure": BRIGHTER}, PhotoKind.RENDERED), size)


class Ticking:
    """A clock that advances a second whenever somebody reads it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    role = Role("jpeg", looks=("exposure",), placed=False)
    build_library(folder / "Sample.aplibrary", masters=PHOTOS, roles=[role] * PHOTOS)
    return folder / "Sample.aplibrary"


@pytest.fixture(scope="module", autouse=True)
def one_camera() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "camera_of", lambda _version: "one camera")
        yield


def way(*, again: bool = False) -> Way:
    return Way(Brighter(), Options(renderings=3), again=again, pictures=False)


class Threads(Workers):
    """Some workers who are done in any order, and draw as this process does."""

    def limited_to(self, _tasks: int) -> Workers:
        return self

    @contextmanager
    def open(self, work: Callable[[Any, Any], Any], shared: Any) -> Iterator[Crew[Any]]:
        with ThreadPoolExecutor(self.count) as pool:
            yield Crowd(pool, partial(work, shared), self.count)


@dataclass
class Crowd:
    pool: ThreadPoolExecutor
    work: Callable[[Any], Any]
    width: int

    def hand(self, task: Any) -> Future[Any]:
        return self.pool.submit(self.work, task)

    def is_ready(self, ticket: Future[Any]) -> bool:
        return ticket.done()

    def wait(self, tickets: Collection[Future[Any]], seconds: float) -> None:
        wait(tickets, seconds, FIRST_COMPLETED)

    def take(self, ticket: Future[Any]) -> Any:
        return ticket.result()


def run(
    library: Path,
    destination: Path,
    most: int | None = None,
    budget: Budget | None = None,
    workers: Workers = ONE_WORKER,
    *,
    again: bool = False,
) -> list[MatchRecord]:
    with (
        Library.open(library) as opened,
        open_ledger(opened, destination) as ledger,
        closing(
            match_by_plan(opened, ledger, destination, way(again=again), budget or Budget(), workers=workers)
        ) as matched,
    ):
        return list(islice(matched, most))


TURNS = 18


@pytest.fixture(scope="module")
def night(library: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[MatchRecord]]:
    """The destination of a night of TURNS photos, and what it measured."""
    destination = tmp_path_factory.mktemp("night")
    return destination, run(library, destination, TURNS)


def test_photos_that_were_not_measured_come_nearer_by_what_others_have_confirmed(
    library: Path, night: tuple[Path, list[MatchRecord]]
) -> None:
    destination, measured = night
    with Library.open(library) as opened, open_ledger(opened, destination) as ledger:
        given = list(corrections(ledger))
        assert given
        assert not {each.version for each in given} & {record.version for record in measured}
        confirming = [record for record in measured if record.tried is not None and record.before is not None]
        assert len(confirming) >= 6
        assert all(record.tried.mean < record.before.mean for record in confirming if record.tried and record.before)
        near = [record for record in confirming if record.tried and record.tried.mean <= Options().target]
        assert near
        assert all(
            record.after == record.tried and record.renderings == 2 for record in near
        )  # it began with the trial
        for each in given:
            subject = prepare(opened, opened.version(each.version), master_of(opened, each.version), way())
            assert isinstance(subject, MatchSubject)
            plain = translate(subject, way(), by_pictures=False).settings
            without, with_it = (differ(subject, settings) for settings in (plain, DevelopSettings(each.settings)))
            assert with_it < without - 1
            assert MatchedLooks(ledger).settings_of(subject.version) == DevelopSettings(each.settings)


def master_of(library: Library, uuid: str) -> Master:
    master = library.master(library.version(uuid).master_uuid)
    assert master is not None
    return master


def differ(subject: MatchSubject, settings: DevelopSettings) -> float:
    match = Match.begin(subject.seen.reference, settings, subject.photo.kind, Options(renderings=1))
    found = drive(match, subject.photo, Brighter()).match.outcome.before
    assert found is not None
    return found.mean


def test_every_photo_is_measured_or_expected_or_not_known(library: Path, night: tuple[Path, list[MatchRecord]]) -> None:
    destination, measured = night
    with Library.open(library) as opened, open_ledger(opened, destination) as ledger:
        known = sum_knowledge(ledger)
        photos = gather(opened, ledger, way())
        with_figure = [record for record in measured if record.after is not None]
        assert known.drawn == len(with_figure)  # by no code of Adobe's
        assert known.measured == 0
        assert known.drawn + known.expected + known.unknown == len(photos.uuids)
        assert known.corrected == len(list(corrections(ledger)))
        assert known.low < known.expected_mean < known.high
        for uuid in photos.uuids:
            assert (expectation_of(ledger, uuid) is None) == (match_of(ledger, uuid) is not None)


def test_a_night_that_was_cut_off_continues_as_it_would_have_with_any_number_of_workers(
    library: Path, night: tuple[Path, list[MatchRecord]], tmp_path: Path
) -> None:
    first = run(library, tmp_path, 9)
    with Library.open(library) as opened, open_ledger(opened, tmp_path) as ledger:
        assert {record.version for record in matches(ledger)} == {record.version for record in first}
        assert sum_knowledge(ledger).expected > 0
    rest = run(library, tmp_path, TURNS - 9, workers=Threads(3))
    assert [record.version for record in first + rest] == [record.version for record in night[1]]
    assert [record.turn for record in first + rest] == list(range(1, TURNS + 1))
    with Library.open(library) as opened, open_ledger(opened, tmp_path) as ledger:
        assert {each.version for each in corrections(ledger)}.isdisjoint(record.version for record in first + rest)


def test_a_night_of_matching_all_anew_continues_where_the_last_one_stopped(
    library: Path, night: tuple[Path, list[MatchRecord]], tmp_path: Path
) -> None:
    shutil.copytree(night[0], tmp_path / "again")
    first, second = (run(library, tmp_path / "again", 3, again=True) for _ in range(2))
    assert [record.turn for record in first + second] == [1, 2, 3, 4, 5, 6]
    assert [record.version for record in first + second] == [record.version for record in night[1][:6]]
    with Library.open(library) as opened, open_ledger(opened, tmp_path / "again") as ledger:
        assert len(list(matches(ledger))) == TURNS  # none is lost
        assert not {each.version for each in corrections(ledger)} & {record.version for record in night[1]}


def test_a_round_continues_in_its_own_way_until_its_end_and_begins_anew_after_it(library: Path, tmp_path: Path) -> None:
    with Library.open(library) as opened, open_ledger(opened, tmp_path) as ledger:
        assert begin_round(ledger, "way", again=False) == 0
        assert begin_round(ledger, "way", again=True) == 1
        assert begin_round(ledger, "way", again=True) == 1
        assert begin_round(ledger, "other", again=False) == 1
        assert begin_round(ledger, "other", again=True) == 2
        end_round(ledger, 1)
        assert begin_round(ledger, "other", again=True) == 2
        end_round(ledger, 2)
        assert begin_round(ledger, "other", again=False) == 2
        assert begin_round(ledger, "other", again=True) == 3


def test_a_stop_while_a_photo_is_drawn_records_nothing_of_it(library: Path, tmp_path: Path) -> None:
    calls = iter(range(4))

    def stop(_done: int, _total: int) -> None:
        if next(calls) == 3:  # after the second photo was drawn
            raise KeyboardInterrupt

    with Library.open(library) as opened, open_ledger(opened, tmp_path) as ledger:
        with (
            closing(match_by_plan(opened, ledger, tmp_path, way(), Budget(), progress=stop)) as matched,
            pytest.raises(KeyboardInterrupt),
        ):
            list(matched)
        assert len(list(matches(ledger))) == 1
        assert sum_knowledge(ledger).unknown > 0  # what is expected is noted all the same


def test_no_photo_begins_that_is_not_expected_to_end_in_time(library: Path, tmp_path: Path) -> None:
    clock = Ticking()
    found = run(library, tmp_path, budget=Budget(9.0, clock))
    assert 1 <= len(found) <= 3
    assert clock.now <= 12


def test_only_the_photos_that_are_wanted_are_measured(library: Path, tmp_path: Path) -> None:
    with Library.open(library) as opened, open_ledger(opened, tmp_path) as ledger:
        everything = gather(opened, ledger, way())
        rated = gather(opened, ledger, way(), Scope.RATED)
        assert 0 < len(rated.uuids) < len(everything.uuids)
        assert all(opened.version(uuid).rating >= 3 for uuid in rated.uuids)


def test_a_record_of_an_older_ledger_is_read_and_teaches_the_plan_nothing() -> None:
    older = MatchRecord("v", None, None, "why", "engine", 0).dump()
    kept = {key: value for key, value in json.loads(older).items() if key not in ("change", "tried", "turn", "by_lot")}
    found = MatchRecord.read(json.dumps(kept))
    assert (found.change, found.tried, found.turn, found.by_lot) == ({}, None, 0, False)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("8h", 28_800), ("90m", 5_400), ("1h30m", 5_400), ("1.5h", 5_400), ("20s", 20), ("8 h", 28_800)],
)
def test_a_budget_is_said_as_people_say_it(given: str, seconds: float) -> None:
    assert parse_span(*NOWHERE, given) == seconds


@pytest.mark.parametrize("given", ["", "soon", "0h", "-3h", "8"])
def test_what_is_no_duration_is_refused(given: str) -> None:
    with pytest.raises(click.BadParameter, match="8h"):
        parse_span(*NOWHERE, given)


@pytest.mark.parametrize(("now", "seconds"), [("23:00", 8 * 3600), ("06:59", 60), ("07:00", 24 * 3600)])
def test_the_morning_is_the_next_one(now: str, seconds: float) -> None:
    there = datetime.fromisoformat(f"2026-11-28T{now}:00").astimezone()
    assert seconds_until(7, 0, there) == seconds
