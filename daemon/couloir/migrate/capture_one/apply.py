"""Gives each version of a migrated folder its settings in Capture One, for photos that Capture One knows already.

One variant gets one version: first a variant that has the settings already, else one that nobody has edited, else a new
one. A variant that somebody has edited is never written into. Each photo is one transaction of the ledger, made after
Capture One has been asked what it then has: a run that was stopped at any moment continues with the remaining photos,
and takes up a variant that it had begun.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from couloir.destinations.capture_one.scripting import scripts
from couloir.destinations.capture_one.scripting.literals import Literal
from couloir.destinations.capture_one.scripting.variant_state import VariantState
from couloir.destinations.capture_one.scripting.wanted import WantedValues, wanted_of
from couloir.destinations.capture_one.settings_file import SUFFIX, Variant, read_settings_file, variant_uuid
from couloir.destinations.capture_one.settings_xml import MAX_BYTES
from couloir.disk import reading
from couloir.errors import CaptureOneError, ContentError, NoOpenDocument
from couloir.lightroom.embed import stored_orientation
from couloir.migrate.capture_one.find import Images
from couloir.migrate.capture_one.osascript import CAPTURE_ONE, TIMED_OUT, Answering, ScriptError
from couloir.migrate.files.condition import WrittenFile
from couloir.migrate.ledger.applied import AppliedRecord, all_applied, put_applied
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind
from couloir.regular_files import read_regular

_CHANGED: Final = (
    "Its settings file was changed since Couloir wrote it. Migrate once more into an empty folder that Capture One "
    "never shows, and give that folder."
)
_SLOW: Final = "Capture One did not answer in time. Run the command again."
_NONE_MADE: Final = "Capture One made no further variant of it."

_OF_ONE_PHOTO: Final = (ContentError, ScriptError, ValueError)

Progress = Callable[[int, int], None]  # done, total


class Result(StrEnum):
    """The outcome of a version."""

    SET = "set"
    THERE = "already there"
    MISSING = "not in the collection"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class VersionResult:
    """One version: its photo's path in the folder and the number of its variant there, its outcome, sentences
    about what was left, and whether a new variant was made. In a dry run it is the outcome that it would have.
    """

    photo: str
    number: int
    result: Result
    left: tuple[str, ...] = ()
    why: str = ""
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class _Photo:
    """A photo with its settings file, and the versions by the uuid of their variant there."""

    path: str
    settings: WrittenFile
    digests: frozenset[str]
    versions: Mapping[str, str]


def apply_settings(
    ledger: Ledger,
    destination: Path,
    answering: Answering,
    progress: Progress = lambda _done, _total: None,
    *,
    dry_run: bool = False,
) -> Iterator[VersionResult]:
    """Set what each version wants, with `answering` running the scripts; each result is in the ledger before it is
    yielded, except in a dry run, which only reads.

    Raises CaptureOneErrors for what concerns all photos, and DestinationErrors.
    """
    document = _read_document(answering)
    work = _Work(ledger, destination, answering, document, dict(all_applied(ledger)), dry_run)
    images = Images(document.variants, destination)
    photos = list(_photos(ledger))
    for done, photo in enumerate(photos):
        progress(done, len(photos))
        yield from work.apply(photo, images)
    progress(len(photos), len(photos))


def _read_document(answering: Answering) -> scripts.DocumentState:
    try:
        found = scripts.read_document(answering(scripts.list_variants()))
    except (ScriptError, ValueError) as error:
        raise CaptureOneError(why=str(error)) from error
    if not found.id:
        raise NoOpenDocument(program=CAPTURE_ONE)
    return found


@dataclass(slots=True)
class _Work:
    ledger: Ledger
    destination: Path
    answering: Answering
    document: scripts.DocumentState
    applied: dict[str, AppliedRecord]
    dry_run: bool

    def apply(self, photo: _Photo, images: Images) -> list[VersionResult]:
        """The results of a photo's versions, in the order of its settings file."""
        try:
            variants = self._variants(photo)
            asked = [fingerprint(variant) for variant in variants]
            records = [self.applied.get(photo.versions.get(variant.uuid, "")) for variant in variants]
            if all(record and record.settings == each for record, each in zip(records, asked, strict=True)):
                return [self._known(photo, number, record) for number, record in enumerate(records, 1)]
            ids = images.find(photo.path, photo.digests)
            if not ids:
                return [VersionResult(photo.path, number, Result.MISSING) for number in range(1, len(variants) + 1)]
            return self._set(photo, variants, ids)
        except _OF_ONE_PHOTO as error:
            return [_failed(photo, number, error) for number in range(1, len(photo.versions) + 1)]

    def _variants(self, photo: _Photo) -> Sequence[Variant]:
        place = self.destination / photo.settings.path
        with reading(place):
            content = read_regular(place, MAX_BYTES)
        if content is None or hashlib.blake2b(content, digest_size=32).hexdigest() != photo.settings.digest:
            raise ValueError(_CHANGED)
        return [each for each in read_settings_file(content, place.name).variants if each.uuid in photo.versions]

    def _set(self, photo: _Photo, variants: Sequence[Variant], ids: Sequence[str]) -> list[VersionResult]:
        place = self.destination / photo.path
        with reading(place):
            orientation = stored_orientation(place) or 1
        states = self._states(ids)
        taken: dict[int, str] = {}
        wants = [[wanted_of(variant, state, orientation) for state in states] for variant in variants]
        for is_right in (VariantState.has, VariantState.is_free):
            for which, wanted in enumerate(wants):
                if which in taken:
                    continue
                fitting = (
                    state.id
                    for state, want in zip(states, wanted, strict=True)
                    if state.id not in taken.values() and is_right(state, want.values)
                )
                if (found := next(fitting, None)) is not None:
                    taken[which] = found
        by_id = {state.id: state for state in states}
        results = []
        for number, variant in enumerate(variants, 1):
            state = by_id.get(taken.get(number - 1, ""))
            try:
                results.append(self._set_one(photo, number, variant, state, ids[0], orientation))
            except _OF_ONE_PHOTO as error:
                results.append(_failed(photo, number, error))
        return results

    def _states(self, ids: Sequence[str]) -> list[VariantState]:
        match self.answering(scripts.read_variants(self.document.id, ids)):
            case tuple(answer):
                return [VariantState.of(each) for each in answer]
            case other:
                raise ValueError(f"variants have another shape: {other!r}")

    def _set_one(
        self, photo: _Photo, number: int, variant: Variant, state: VariantState | None, of: str, orientation: int
    ) -> VersionResult:
        version = photo.versions[variant.uuid]
        known = self.applied.get(version)
        if known is not None and known.settings == fingerprint(variant):
            return self._known(photo, number, known)
        result = VersionResult(photo.path, number, Result.SET, is_new=state is None)
        if state is None:
            if self.dry_run:
                return result
            state = self._add(of)
        wanted = wanted_of(variant, state, orientation)
        if state.has(wanted.values):
            result = replace(result, result=Result.THERE, left=wanted.left)
        elif self.dry_run:
            return replace(result, left=wanted.left)
        else:
            result = replace(result, left=(*wanted.left, *self._give(state, wanted)))
        if not self.dry_run:
            record = AppliedRecord(version, fingerprint(variant), result.left)
            put_applied(self.ledger, [record])
            self.applied[version] = record
        return result

    def _add(self, of: str) -> VariantState:
        """A new variant of the photo. Raises ScriptError, and ValueError where Capture One made none."""
        before = set(_texts(self.answering(scripts.read_ids(self.document.id, of))))
        after = _texts(self.answering(scripts.add_variant(self.document.id, of)))
        fresh = [each for each in after if each not in before]
        if not fresh:
            raise ValueError(_NONE_MADE)
        return self._states(fresh[:1])[0]

    def _give(self, state: VariantState, wanted: WantedValues) -> tuple[str, ...]:
        """Set the values, and say what Capture One refused."""
        missing = {word: value for word, value in wanted.values.items() if word in state.differs(wanted.values)}
        if "crop" in wanted.values and missing:
            missing["crop"] = wanted.values["crop"]  # a rotation moves it
        try:
            refused, now = scripts.read_outcome(self.answering(scripts.set_values(self.document.id, state, missing)))
        except ScriptError as error:
            if error.number != TIMED_OUT:
                raise
            refused, now = [], self._states([state.id])[0]  # what was set may have come true all the same
            if now.differs(wanted.values):
                raise
        whys = {each.word: f"{each.why} ({each.number})" for each in refused}
        return tuple(_tell(word, whys.get(word, ""), now) for word in now.differs(wanted.values))

    def _known(self, photo: _Photo, number: int, record: AppliedRecord | None) -> VersionResult:
        return VersionResult(photo.path, number, Result.THERE, () if record is None else record.left)


def _failed(photo: _Photo, number: int, error: Exception) -> VersionResult:
    match error:
        case ScriptError():
            why = _SLOW if error.number == TIMED_OUT else f"{error.why} ({error.number})"
        case _:
            why = str(error)
    return VersionResult(photo.path, number, Result.FAILED, why=why)


def fingerprint(variant: Variant) -> str:
    """Of everything that a variant wants."""
    told = repr((sorted(variant.values.items()), variant.rating, variant.tag))
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def _photos(ledger: Ledger) -> Iterator[_Photo]:
    """The photos of the folder that have a settings file, by its path."""
    files: dict[str, WrittenFile] = {}
    versions: dict[str, dict[str, str]] = {}
    masters: dict[str, set[str]] = {}
    for entry in ledger.entries(Kind.MASTER, [State.DONE]):
        detail = entry.row.detail
        masters[str(detail.get("path"))] = {str(detail[key]) for key in ("hash", "original") if detail.get(key)}
    for entry in ledger.entries(Kind.VERSION, [State.DONE]):
        for file in WrittenFile.of(entry.row.detail):
            if file.is_beside and file.path.endswith(SUFFIX):
                files[file.path] = file
                versions.setdefault(file.path, {})[variant_uuid(entry.row.uuid)] = entry.row.uuid
    for path, file in sorted(files.items()):
        folder, _, name = path.removesuffix(SUFFIX).rpartition("/")
        photo = f"{folder.rsplit('/', 2)[0]}/{name}"  # beside CaptureOne/Settings<number>/
        yield _Photo(photo, file, frozenset(masters.get(photo, ())), versions[path])


def _tell(word: str, why: str, now: VariantState) -> str:
    has = now.values.get(word)
    if why:
        return f"Capture One refused {word!r}: {why}. Apply the style of this look by hand."
    return f"Capture One has {has!r} for {word!r} instead. Compare this photo with its preview."


def _texts(answer: Literal) -> list[str]:
    return [str(each) for each in answer] if isinstance(answer, Sequence) and not isinstance(answer, str) else []
