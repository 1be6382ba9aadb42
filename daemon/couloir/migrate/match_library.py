"""Matches the photos of a library to Aperture's previews with an available renderer, and records the results.

It works camera by camera, so that each match helps the next ones. Each photo is one transaction: after a stop at any
moment the same call continues with the remaining photos. Workers draw and match; the library's and the ledger's
databases are read and written here alone.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np

from couloir.aperture.library import Library
from couloir.aperture.model import Master, OriginalStatus, Version
from couloir.derive import Translation, analytic
from couloir.derive.offsets import Offsets, SolvedPhoto, fit
from couloir.derive.painted.frame import frame_of
from couloir.derive.pictures.gather import PhotoFiles, SeenPhoto, find_files, see
from couloir.derive.pictures.preview import MISSING, Reference
from couloir.derive.residual.store import ModelStore
from couloir.derive.strengths import MIDDLE, Strengths
from couloir.derive.translator import PhotoContext, Translator
from couloir.engines.pixels import encode_jpeg
from couloir.engines.protocol import Photo, Renderer
from couloir.json_text import to_json
from couloir.lightroom.keys import PhotoKind
from couloir.lightroom.local.fields import KEY as LOCAL_KEY
from couloir.migrate.base_renderings import camera_of, choose, shows_base
from couloir.migrate.changes import fingerprint
from couloir.migrate.files.own import make_folder, write_whole
from couloir.migrate.files.sizes import sized_in
from couloir.migrate.ledger.ledger import Ledger, printable
from couloir.migrate.ledger.placements import keep_placement
from couloir.migrate.ledger.rounds import begin_round, end_round
from couloir.migrate.ledger.verdicts import PICTURES, MatchRecord, match_of, picture_name, put_match
from couloir.migrate.report.compare import photo_of
from couloir.migrate.run import OWN_FOLDER
from couloir.profiles.baselines import NO_BASELINES, Baselines
from couloir.refine import match as loop
from couloir.refine.detailed_match import finish_match
from couloir.refine.options import Options
from couloir.refine.order import KnownResult, Steps, work_in_order
from couloir.refine.run import drive
from couloir.refine.shared import SharedSlopes
from couloir.refine.solution import solved_of
from couloir.refine.verdict import IN_LIGHTROOM, Program, Verdict, verdict
from couloir.workers import ONE_WORKER, Workers

_MOST_SOLVED: Final = 400  # photos from which offsets are learnt: more would hardly change them
QUALITY: Final = 90
"""Of the JPEG of a rendering that is kept."""

_WITHOUT: Final = 1 / 4  # of a camera's photos so far: what the newest ones teach is done without

Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True, slots=True)
class Way:
    """The options of matching: the renderer, how far, and which parameters stay because `renderer` does not draw them.

    `again` repeats photos that this renderer has matched before, but for those of its own `round`. `models` has the
    learned model for the first settings. `profiles` are the camera profiles with which `renderer` was made. Without
    `pictures` the first settings come from the adjustments alone. `strengths` are those of the library's Aperture.
    """

    renderer: Renderer
    options: Options
    fixed: tuple[str, ...] = ()
    again: bool = False
    models: ModelStore = field(default_factory=ModelStore)
    profiles: Baselines = NO_BASELINES
    pictures: bool = True
    strengths: Strengths = MIDDLE
    round: int = 0

    def begin(self, ledger: Ledger, scope: str) -> Way:
        """The same, in the round that it begins or continues. A scope and other options have rounds of their own."""
        said = [self.renderer.name, self.options.as_dict(), self.pictures, self.profiles.names, scope]
        return replace(self, round=begin_round(ledger, to_json(said), again=self.again))

    def counts(self, known: MatchRecord | None) -> bool:
        """Whether a photo's earlier match serves, so that it is not matched anew."""
        if known is None or known.renderer != self.renderer.name:
            return False
        return not self.again or known.round == self.round


@dataclass(slots=True)
class _Taught:
    """The results of matches so far: `shared` those of the current camera, `solved` the newest of all."""

    shared: SharedSlopes | None = None
    solved: deque[SolvedPhoto] = field(default_factory=lambda: deque(maxlen=_MOST_SOLVED))

    def learn(self, result: PhotoResult) -> None:
        if result.lessons is not None:
            self.shared = result.lessons if self.shared is None else self.shared.join(result.lessons)
        if result.solved is not None:
            self.solved.append(result.solved)


@dataclass(frozen=True, slots=True)
class FoundPhoto:
    """What the library says of a photo that can be matched, with the files of its pictures: all that a worker needs.
    `source` is the fingerprint of what Aperture says of the version.
    """

    version: Version
    master: Master
    photo: Photo
    files: PhotoFiles
    source: str

    @property
    def camera(self) -> str:
        return camera_of(self.version)


@dataclass(frozen=True, slots=True)
class PhotoTask:
    """A photo with what earlier ones of its camera have taught."""

    found: FoundPhoto
    offsets: Offsets
    shared: SharedSlopes | None


@dataclass(frozen=True, slots=True)
class PhotoResult:
    """A photo's record, its last rendering as a JPEG, and what it teaches: its camera's slopes, and its solution."""

    record: MatchRecord
    picture: bytes | None = None
    lessons: SharedSlopes | None = None
    solved: SolvedPhoto | None = None


@dataclass(slots=True)
class Tally:
    """The number of photos by verdict, the sums of the measured differences, and the reasons of those that failed.

    `program` is the one that the folder is for.
    """

    program: Program = IN_LIGHTROOM
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    measured: int = 0
    before: float = 0.0
    after: float = 0.0
    renderings: int = 0
    failed: list[str] = field(default_factory=list)

    def add(self, match: MatchRecord) -> None:
        """Count a photo that was matched now."""
        self.verdicts[verdict(match.after, match.renderer, self.program)] += 1
        self.renderings += match.renderings
        if match.failed:
            self.failed.append(match.reason)
        if match.before is not None and match.after is not None:
            self.measured += 1
            self.before += match.before.mean
            self.after += match.after.mean


def match_library(
    library: Library,
    ledger: Ledger,
    destination: Path,
    way: Way,
    progress: Progress = lambda _done, _total: None,
    workers: Workers = ONE_WORKER,
) -> Generator[MatchRecord]:
    """Match every photo that Aperture shows and has rendered; each result is in the ledger before it is yielded.

    Left out are photos in the trash, hidden ones, those whose preview is their untouched original, those that this
    renderer matched before, and unedited RAW photos beyond a sample of each camera's. A photo that this renderer cannot
    draw keeps its earlier measurement. The number of workers changes nothing but the time. Close the iterator. Raises
    DestinationErrors, and WorkersErrors.
    """
    make_folder(destination / OWN_FOLDER / PICTURES)
    way = way.begin(ledger, "library")
    order = sorted(_candidates(library, ledger, way))
    done, total = 0, len(order)
    taught = _Taught()

    def keep(result: PhotoResult) -> MatchRecord:
        nonlocal done
        keep_match(ledger, destination, result)
        done += 1
        return result.record

    with workers.limited_to(total).open(match_photo, way) as crew:
        for _, photos in groupby(order, lambda each: each[0]):
            taught.shared = None
            uuids = (uuid for _, uuid in photos)

            def propose(left: Iterator[str] = uuids) -> PhotoTask | KnownResult[PhotoResult] | None:
                progress(done, total)
                uuid = next(left, None)
                if uuid is None:
                    return None
                found = find_photo(library, *find_pair(library, uuid), way)
                if isinstance(found, MatchRecord):
                    return KnownResult(PhotoResult(found), is_kept=False)
                return PhotoTask(found, fit(tuple(taught.solved)), taught.shared)

            steps = Steps(propose, keep, taught.learn, lambda: progress(done, total))
            yield from work_in_order(crew, steps, _WITHOUT)
    end_round(ledger, way.round)
    progress(total, total)


def find_pair(library: Library, uuid: str) -> tuple[Version, Master]:
    """A candidate with its master."""
    version = library.version(uuid)
    master = library.master(version.master_uuid)
    if master is None:  # cannot happen: the candidates have masters, and the open library does not change
        raise RuntimeError(f"the master of {uuid} is gone")
    return version, master


def _candidates(library: Library, ledger: Ledger, way: Way) -> Iterator[tuple[str, str]]:
    """(camera, uuid) of each photo that is to be matched, with a sample of each camera's unedited RAW photos."""
    there: list[tuple[str, str, bool]] = []
    for version, master in library.versions_with_masters():
        if not version.shown or master is None:
            continue
        preview = library.preview(version)
        if preview.path is not None and not preview.is_master:
            there.append((camera_of(version), version.uuid, shows_base(version, master)))
    for camera, uuid, _ in choose(sorted(there), lambda photo: photo[0] if photo[2] else None):
        known = match_of(ledger, uuid)
        if not way.counts(known) or (known is not None and known.reason.startswith(MISSING.reason)):
            yield camera, uuid  # a preview that was missing is there now


def picture_place(uuid: str) -> str:
    """The file of a version's last rendering, relative to the destination."""
    return f"{OWN_FOLDER}/{PICTURES}/{picture_name(uuid)}"


def keep_match(ledger: Ledger, destination: Path, result: PhotoResult) -> None:
    """Record a match and its last rendering; one that measured nothing does not replace an earlier measurement."""
    found = result.record
    if result.picture is not None:
        write_whole(destination / picture_place(found.version), result.picture)
    earlier = match_of(ledger, found.version)
    if found.after is None and earlier is not None and earlier.after is not None:
        if earlier.renderer != found.renderer or earlier.round == found.round:
            return
        found = replace(earlier, round=found.round, turn=0)  # it had its turn, and stays as it was
    with ledger.transaction():
        put_match(ledger, found)


@dataclass(frozen=True, slots=True)
class MatchSubject:
    """A photo that can be matched. `known` is what its translation knows of it, `plain` the analytic translation;
    `source` is the fingerprint of what Aperture says of the version.
    """

    version: Version
    master: Master
    photo: Photo
    seen: SeenPhoto
    known: PhotoContext
    plain: Translation
    source: str
    preview: Path | None

    @property
    def camera(self) -> str:
        return camera_of(self.version)


def find_photo(library: Library, version: Version, master: Master, way: Way) -> FoundPhoto | MatchRecord:
    """A photo with the files of its pictures; where its original is not there, the record that says so."""
    source = fingerprint(version)
    version = sized_in(library, version, master)
    original = library.original(master)
    if original.path is None or original.status is not OriginalStatus.PRESENT:
        why = f"The original was not found: {printable(str(original.sought or master.file_name))}."
        plain = analytic(version, master, profile=way.profiles.name_for(version))
        return replace(_unmeasured(version, plain, way, why), failed=original.status.is_failure)
    photo = photo_of(version, master, original.path)
    under = way.profiles.of(version) if photo.kind is PhotoKind.RAW else None
    files = find_files(library, version, master, None if under is None else under.look)
    return FoundPhoto(version, master, photo, files, source)


def see_photo(found: FoundPhoto, way: Way) -> MatchSubject:
    """A photo with its pictures, and what its translation knows of it."""
    profile = way.profiles.name_for(found.version)
    plain = analytic(found.version, found.master, profile=profile)
    seen = see(found.files)
    known = PhotoContext.of(seen, profile, (*way.fixed, LOCAL_KEY))
    return MatchSubject(found.version, found.master, found.photo, seen, known, plain, found.source, found.files.preview)


def prepare(library: Library, version: Version, master: Master, way: Way) -> MatchSubject | MatchRecord:
    """A photo with its pictures, both read here; where its original is not there, the record that says so."""
    found = find_photo(library, version, master, way)
    return found if isinstance(found, MatchRecord) else see_photo(found, way)


def match_photo(way: Way, task: PhotoTask) -> PhotoResult:
    """Match one photo. It needs its files alone, so it runs anywhere."""
    subject = see_photo(task.found, way)
    version, photo, seen, known, plain = subject.version, subject.photo, subject.seen, subject.known, subject.plain
    known = replace(known, fixed=tuple(way.fixed)) if way.pictures else replace(known, pictures=(None, None))
    begun = _begin(version, subject.master, known, way, task)
    driven = drive(
        loop.Match.begin(
            _without_painted(seen, version, begun),
            begun.settings,
            photo.kind,
            way.options,
            prior=begun.uncertainty,
            as_shot=seen.as_shot,
            shared=task.shared,
            fixed=way.fixed,
        ),
        photo,
        way.renderer,
    )
    outcome = driven.match.outcome
    detailed = finish_match(version, photo, subject.preview, plain.crop, seen, driven, way.renderer)
    record = MatchRecord(
        version=version.uuid,
        before=outcome.before,
        after=detailed.after,
        reason=detailed.reason,
        renderer=way.renderer.name,
        renderings=outcome.renderings + detailed.renderings,
        settings=detailed.settings.as_dict(),
        picture="" if driven.picture is None else picture_place(version.uuid),
        source=subject.source,
        round=way.round,
        failed=driven.failed,
        details=detailed.record,
        **keep_placement(detailed.painted.placement),
        inside=detailed.painted.inside,
    )
    return PhotoResult(
        record,
        None if detailed.picture is None else encode_jpeg(detailed.picture, QUALITY),
        driven.match.own_lessons(),
        solved_of(version, plain.settings, photo.kind, driven.match),
    )


def _without_painted(seen: SeenPhoto, version: Version, begun: Translation) -> Reference:
    """The preview, which does not count where the translation says that it was painted."""
    shown = seen.reference.picture
    if shown is None or not begun.local:
        return seen.reference
    frame = frame_of(version, begun.crop, seen.orientation, shown)
    return replace(seen.reference, painted=frame.cover(begun.local, *shown.shape[:2])[..., np.newaxis])


def _begin(version: Version, master: Master, known: PhotoContext, way: Way, task: PhotoTask) -> Translation:
    """The first settings of a match: the translation with the offsets of the photos matched so far.

    Settings that the renderer does not draw stay as translated.
    """
    translator = Translator(way.models, way.profiles, task.offsets, way.strengths)
    return translator.translate_one(version, master, known)


def _unmeasured(version: Version, translation: Translation, way: Way, why: str) -> MatchRecord:
    settings = dict(translation.settings.as_dict())
    return MatchRecord(version.uuid, None, None, why, way.renderer.name, 0, settings, round=way.round)
