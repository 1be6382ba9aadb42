"""Matches the photos of a library to Aperture's previews with an available renderer, and records the results.

It works camera by camera, so that each match helps the next one. Each photo is one transaction: after a stop at any
moment the same call continues with the remaining photos.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from couloir.aperture.library import Library
from couloir.aperture.model import Master, OriginalStatus, Version
from couloir.derive import Translation, analytic
from couloir.derive.offsets import SolvedPhoto, fit
from couloir.derive.pictures.gather import SeenPhoto, find_files, see
from couloir.derive.residual.store import ModelStore
from couloir.derive.strengths import MIDDLE, Strengths
from couloir.derive.translator import PhotoContext, Translator
from couloir.engines.pixels import encode_jpeg
from couloir.engines.protocol import Photo, Picture, Renderer
from couloir.lightroom.keys import PhotoKind
from couloir.lightroom.local.fields import KEY as LOCAL_KEY
from couloir.migrate.base_renderings import camera_of, choose, shows_base
from couloir.migrate.changes import fingerprint
from couloir.migrate.files.own import make_folder, write_whole
from couloir.migrate.files.sizes import sized_in
from couloir.migrate.ledger.ledger import Ledger, printable
from couloir.migrate.ledger.placements import keep_placement
from couloir.migrate.ledger.verdicts import PICTURES, MatchRecord, match_of, picture_name, put_match
from couloir.migrate.report.compare import photo_of
from couloir.migrate.run import OWN_FOLDER
from couloir.profiles.baselines import NO_BASELINES, Baselines
from couloir.refine import match as loop
from couloir.refine.detailed_match import set_details
from couloir.refine.options import Options
from couloir.refine.painted import paint_match
from couloir.refine.run import drive
from couloir.refine.shared import SharedSlopes
from couloir.refine.solution import solved_of
from couloir.refine.verdict import Verdict

_MOST_SOLVED: Final = 400  # photos from which offsets are learnt: more would hardly change them
_QUALITY: Final = 90

Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True, slots=True)
class Way:
    """The options of matching: the renderer, how far, and which parameters stay because `renderer` does not draw them.

    `again` repeats photos that this renderer has matched before. `models` has the learned model for the
    first settings. `profiles` are the camera profiles with which `renderer` was made. Without `pictures` the first
    settings come from the adjustments alone. `strengths` are those of the library's Aperture.
    """

    renderer: Renderer
    options: Options
    fixed: tuple[str, ...] = ()
    again: bool = False
    models: ModelStore = field(default_factory=ModelStore)
    profiles: Baselines = NO_BASELINES
    pictures: bool = True
    strengths: Strengths = MIDDLE


@dataclass(slots=True)
class _Taught:
    """The results of matches so far: `shared` those of the current camera, `solved` the newest of all."""

    camera: str | None = None
    shared: SharedSlopes | None = None
    solved: deque[SolvedPhoto] = field(default_factory=lambda: deque(maxlen=_MOST_SOLVED))


@dataclass(slots=True)
class Tally:
    """The number of photos by verdict, the sums of the measured differences, and the reasons of those that failed."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    measured: int = 0
    before: float = 0.0
    after: float = 0.0
    renderings: int = 0
    failed: list[str] = field(default_factory=list)

    def add(self, match: MatchRecord) -> None:
        """Count a photo that was matched now."""
        self.verdicts[match.verdict] += 1
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
) -> Iterator[MatchRecord]:
    """Match every photo that Aperture shows and has rendered; each result is in the ledger before it is yielded.

    Left out are photos in the trash, hidden ones, those whose preview is their untouched original, those that this
    renderer matched before, and unedited RAW photos beyond a sample of each camera's. A photo that this renderer cannot
    draw keeps its earlier measurement. Raises DestinationErrors.
    """
    make_folder(destination / OWN_FOLDER / PICTURES)
    order = sorted(_candidates(library, ledger, way))
    taught = _Taught()
    for done, (camera, uuid) in enumerate(order):
        progress(done, len(order))
        if camera != taught.camera:
            taught.camera, taught.shared = camera, None
        version = library.version(uuid)
        master = library.master(version.master_uuid)
        if master is None:  # cannot happen: the candidates have masters, and the open library does not change
            raise RuntimeError(f"the master of {uuid} is gone")
        found, picture = _matched(library, version, master, way, taught)
        progress(done, len(order))  # a caller may stop here, before a result that the stop has spoilt is recorded
        keep_match(ledger, destination, found, picture)
        yield found
    progress(len(order), len(order))


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
        known = None if way.again else match_of(ledger, uuid)
        if known is None or known.renderer != way.renderer.name:
            yield camera, uuid


def picture_place(uuid: str) -> str:
    """The file of a version's last rendering, relative to the destination."""
    return f"{OWN_FOLDER}/{PICTURES}/{picture_name(uuid)}"


def keep_match(ledger: Ledger, destination: Path, found: MatchRecord, picture: Picture | None) -> None:
    """Record a match and its last rendering; one that measured nothing does not replace an earlier measurement."""
    if picture is not None:
        write_whole(destination / picture_place(found.version), encode_jpeg(picture, _QUALITY))
    earlier = match_of(ledger, found.version)
    if found.after is not None or earlier is None or earlier.after is None:
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


def prepare(library: Library, version: Version, master: Master, way: Way) -> MatchSubject | MatchRecord:
    """A photo with its pictures; where its original is not there, the record that says so."""
    source = fingerprint(version)
    version = sized_in(library, version, master)
    profile = way.profiles.name_for(version)
    plain = analytic(version, master, profile=profile)
    original = library.original(master)
    if original.path is None or original.status is not OriginalStatus.PRESENT:
        why = f"The original was not found: {printable(str(original.sought or master.file_name))}."
        return replace(_unmeasured(version, plain, way, why), failed=original.status.is_failure)
    photo = photo_of(version, master, original.path)
    under = way.profiles.of(version) if photo.kind is PhotoKind.RAW else None
    files = find_files(library, version, master, None if under is None else under.look)
    seen = see(files)
    known = PhotoContext.of(seen, profile, (*way.fixed, LOCAL_KEY))
    return MatchSubject(version, master, photo, seen, known, plain, source, files.preview)


def _matched(
    library: Library, version: Version, master: Master, way: Way, taught: _Taught
) -> tuple[MatchRecord, Picture | None]:
    """Match one photo; returns it with its last rendering, and adds the result to `taught`."""
    subject = prepare(library, version, master, way)
    if isinstance(subject, MatchRecord):
        return subject, None
    version, photo, seen, known, plain = subject.version, subject.photo, subject.seen, subject.known, subject.plain
    begun = _begin(version, master, known if way.pictures else replace(known, pictures=(None, None)), way, taught)
    driven = drive(
        loop.Match.begin(
            seen.reference,
            begun.settings,
            photo.kind,
            way.options,
            prior=begun.uncertainty,
            as_shot=seen.as_shot,
            shared=taught.shared,
            fixed=way.fixed,
        ),
        photo,
        way.renderer,
    )
    taught.shared = driven.match.lessons()
    solved = solved_of(version, plain.settings, photo.kind, driven.match)
    if solved is not None:
        taught.solved.append(solved)
    outcome = driven.match.outcome
    painted = paint_match(version, plain.crop, seen, driven, photo, way.renderer)
    detailed = set_details(version, photo, subject.preview, seen, driven, painted, way.renderer)
    result = MatchRecord(
        version=version.uuid,
        before=outcome.before,
        after=detailed.after,
        reason=detailed.reason,
        renderer=way.renderer.name,
        renderings=outcome.renderings + detailed.renderings,
        settings=detailed.settings.as_dict(),
        picture="" if driven.picture is None else picture_place(version.uuid),
        source=subject.source,
        failed=driven.failed,
        details=detailed.record,
        **keep_placement(painted.placement),
        inside=painted.inside,
    )
    return result, detailed.picture


def _begin(version: Version, master: Master, known: PhotoContext, way: Way, taught: _Taught) -> Translation:
    """The first settings of a match: the translation with the offsets of the photos matched so far.

    Settings that the renderer does not draw stay as translated.
    """
    translator = Translator(way.models, way.profiles, fit(tuple(taught.solved)), way.strengths)
    return translator.translate_one(version, master, known)


def _unmeasured(version: Version, translation: Translation, way: Way, why: str) -> MatchRecord:
    return MatchRecord(version.uuid, None, None, why, way.renderer.name, 0, dict(translation.settings.as_dict()))
