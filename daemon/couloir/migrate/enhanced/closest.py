"""The closest look: an enhanced profile where a preview and the sliders' rendering still differ in colour.

It follows a match. Photos with the same edit get one colour table, fitted on a few of them, beside their sliders, which
stay as they were matched. A photo keeps the table where it brings blocks that it was not fitted on at least 0.5 nearer,
and the renderer's own rendering of the whole photo as well; else its sliders stay alone. Each photo is one transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from couloir.aperture.library import Library
from couloir.aperture.model import Master, OriginalStatus, Version
from couloir.derive import photo_kind
from couloir.derive.pictures.gather import find_files
from couloir.derive.pictures.preview import load_reference
from couloir.derive.pictures.working_copy import DRAWN_EDGE
from couloir.engines.pixels import encode_jpeg
from couloir.engines.protocol import Photo, Picture, Renderer
from couloir.errors import ContentError, UnknownVersion
from couloir.lightroom.enhanced.look import EnhancedProfile, table_of_look
from couloir.lightroom.enhanced.rgb_table import RgbTable
from couloir.lightroom.enhanced.table_text import spell_table
from couloir.lightroom.settings import DevelopSettings
from couloir.migrate.base_renderings import camera_of
from couloir.migrate.changes import fingerprint
from couloir.migrate.enhanced.edits import edit_of, expect_table, name_profile
from couloir.migrate.files.own import make_folder, write_whole
from couloir.migrate.ledger.enhanced_profiles import (
    forget_unused,
    list_profiles_of_edit,
    profile_names,
    put_profile,
)
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import PICTURES, MatchRecord, TableFit, match_of, matches, picture_name, put_match
from couloir.migrate.report.compare import photo_of
from couloir.migrate.run import OWN_FOLDER
from couloir.refine.color_pair import (
    FARTHEST,
    GAIN,
    ColorPair,
    Unseen,
    fit_pairs,
    judge_pairs,
    judge_table,
    pair_of,
    steepest_step,
)
from couloir.refine.verdict import LIGHTROOM

MOST_PROFILES: Final = 200
"""Enhanced profiles of one migration, unless a photographer wants another number: Lightroom reads all of them at each
start and lists them under one another, and nobody has seen how it does with thousands.
"""

KEPT: Final = "A profile from Aperture's preview carries what the sliders cannot."
LOCAL: Final = "No profile: what the sliders leave was done to a part of the picture, not to its colours."
LITTLE: Final = "No profile: it would bring the photo less than 0.5 nearer than the sliders."
TORN: Final = "No profile: a table for this photo would not keep greys in order."
UNCONFIRMED: Final = "No profile: the rendering with it was not nearer than the one of the sliders."

_SAMPLE: Final = 5  # photos on which a table is fitted: more hardly bring others nearer
_REMEMBERED: Final = 50  # pairs
_QUALITY: Final = 90

Progress = Callable[[int, int], None]  # done, total
GoOn = Callable[[], bool]
"""Whether there is time for another photo."""


@dataclass(frozen=True, slots=True)
class TableDrawing:
    """A renderer that draws enhanced profiles with the tables that are put into `tables`, by fingerprint."""

    renderer: Renderer
    tables: MutableMapping[str, RgbTable]


@dataclass(frozen=True, slots=True)
class _Case:
    """A matched photo."""

    match: MatchRecord
    edit: str
    version: Version
    master: Master


def enhance_matches(
    library: Library,
    ledger: Ledger,
    destination: Path,
    drawing: TableDrawing,
    progress: Progress = lambda _done, _total: None,
    *,
    most: int = MOST_PROFILES,
    again: bool = False,
    go_on: GoOn = lambda: True,
) -> Iterator[MatchRecord]:
    """Give the photos that this renderer has matched a profile where it pays; yields each that was tried, after its
    result is in the ledger.

    Left out are black and white photos, whose colours a table would not see, unedited ones, whose camera a learnt
    camera profile serves, and those tried before, unless `again`. At most `most` profiles are kept in all; those that
    promise most come first, and a photo that is beyond them is yielded as it was. `go_on` is asked before each photo:
    those that are left when it denies are not yielded, `progress` counts them as not done, and the next call tries
    them. Raises DestinationErrors.
    """
    make_folder(destination / OWN_FOLDER / PICTURES)
    groups = _group(library, ledger, drawing, again=again)
    total = sum(len(cases) for cases in groups)
    bench = _Bench(library, ledger, destination, drawing, most, go_on)
    done = 0
    progress(done, total)
    alone: list[_Case] = []
    for cases in groups:
        left = yield from bench.share(cases)
        alone.extend(left)
        done += len(cases) - len(left)
        progress(done, total)
    for case in sorted(alone, key=lambda case: (-_left(case), case.match.version)):
        if not go_on():
            break
        yield from bench.give_own(case)
        done += 1
        progress(done, total)
    forget_unused(ledger)


def may_have_profile(match: MatchRecord) -> bool:
    """Whether a profile can bring a matched photo nearer: colour is left, and it is no black and white photo, and none
    with painted places, whose colours are two pictures' in one.
    """
    far = match.after is not None and match.after.mean > GAIN
    return far and bool(match.source) and not match.local and not match.settings.get("ConvertToGrayscale")


def has_profile(match: MatchRecord) -> bool:
    """Whether a profile was kept for it."""
    look = match.settings.get("Look")
    return isinstance(look, dict) and table_of_look(look) is not None


def _group(library: Library, ledger: Ledger, drawing: TableDrawing, *, again: bool) -> list[list[_Case]]:
    """The photos to try, by their edit, those first from which most is to be gained."""
    found: dict[str, list[_Case]] = defaultdict(list)
    for match in list(matches(ledger)):
        if match.renderer != drawing.renderer.name or match.renderer == LIGHTROOM or has_profile(match):
            continue
        if not may_have_profile(match) or (match.table is not None and not again):
            continue
        try:
            version = library.version(match.version)
        except UnknownVersion:
            continue
        master = library.master(version.master_uuid)
        if master is None or not version.has_enabled_adjustments or fingerprint(version) != match.source:
            continue
        edit = edit_of(version, photo_kind(master), camera_of(version))
        found[edit].append(_Case(match, edit, version, master))
    return sorted(found.values(), key=lambda cases: (-sum(_left(case) for case in cases), cases[0].edit))


def _left(case: _Case) -> float:
    return 0.0 if case.match.after is None else case.match.after.mean


class _Bench:
    """Fits, judges, draws and records."""

    def __init__(
        self, library: Library, ledger: Ledger, destination: Path, drawing: TableDrawing, most: int, go_on: GoOn
    ) -> None:
        self._library = library
        self._ledger = ledger
        self._destination = destination
        self._drawing = drawing
        self._projects = {folder.uuid: folder.name for folder in library.folders()}
        self._names = profile_names(ledger)
        self._pairs: dict[str, ColorPair] = {}  # of the photos at hand, each of which takes a rendering
        self._room = most - len(self._names)
        self._go_on = go_on

    def share(self, cases: Sequence[_Case]) -> Generator[MatchRecord, None, Sequence[_Case]]:
        """Give one edit's photos the profiles that it has already, then a new one; returns those left without."""
        self._pairs.clear()
        left: Sequence[_Case] = cases
        for profile in list_profiles_of_edit(self._ledger, cases[0].edit):
            left = yield from self._give(profile, left, {}, is_last=False)
        if len(left) < 2 or self._room <= 0 or not self._go_on():
            return left  # a single photo takes its turn among the others by what is to be gained
        return (yield from self._fit(left, is_last=False))

    def give_own(self, case: _Case) -> Iterator[MatchRecord]:
        """Give a photo a profile of its own, or record why not."""
        self._pairs.clear()
        if self._room <= 0:
            yield case.match
            return
        yield from self._fit([case], is_last=True)

    def _fit(self, cases: Sequence[_Case], *, is_last: bool) -> Generator[MatchRecord, None, Sequence[_Case]]:
        """Fit a profile for these photos and give it to them; returns those that are left without one."""
        chosen = cases if len(cases) <= _SAMPLE else [cases[i * len(cases) // _SAMPLE] for i in range(_SAMPLE)]
        pairs = {case.match.version: pair for case in chosen if (pair := self._pair(case)) is not None}
        if not pairs:
            return cases
        first = cases[0]
        prior = expect_table(first.version, photo_kind(first.master), DevelopSettings(first.match.settings))
        table = fit_pairs(list(pairs.values()), prior)
        judged = dict(zip(pairs, judge_pairs(list(pairs.values()), prior), strict=True))
        if table is None:
            if is_last:
                yield from self._refuse(cases, TORN)
            return cases
        project = self._projects.get(first.version.project_uuid or "", "")
        profile = EnhancedProfile(name_profile(project, first.version, self._names), table)
        return (yield from self._give(profile, cases, judged, is_last=is_last))

    def _give(
        self,
        profile: EnhancedProfile,
        cases: Sequence[_Case],
        judged: dict[str, Unseen | None],
        *,
        is_last: bool,
    ) -> Generator[MatchRecord, None, Sequence[_Case]]:
        """Try a profile on each photo; returns those that did not keep it. Where it `is_last`, they are recorded so."""
        left = []
        self._drawing.tables[profile.table.fingerprint] = profile.table
        for case in cases:
            if not self._go_on():
                left.append(case)
                continue
            pair = self._pair(case)
            if pair is None:
                continue
            unseen = judged.get(case.match.version) or judge_table(profile.table, pair)
            found, picture = self._tried(profile, case, pair, unseen)
            if has_profile(found):
                self._keep(profile, case.edit, found, picture)
                yield found
            elif is_last:
                self._record(found)
                yield found
            else:
                left.append(case)
        return left

    def _tried(
        self, profile: EnhancedProfile, case: _Case, pair: ColorPair, unseen: Unseen | None
    ) -> tuple[MatchRecord, Picture | None]:
        """The record of a photo that tries a profile, with the rendering where it keeps it."""
        match = case.match
        before, after = (0.0, 0.0) if unseen is None else (unseen.before, unseen.after)
        table = TableFit(pair.shown.mean, before, after, steepest_step(profile.table), len(spell_table(profile.table)))

        def refused(why: str) -> tuple[MatchRecord, Picture | None]:
            told = _told(match.reason, why)
            return replace(match, reason=told, table=replace(table, why=why)), None

        if unseen is None or not unseen.pays:
            return refused(LOCAL if unseen is not None and unseen.is_local else LITTLE)
        settings = DevelopSettings(match.settings).merge({"Look": profile.look()})
        picture = self._drawn(case, settings)
        confirmed = None if picture is None else self._compare(case, picture)
        if picture is None or confirmed is None or pair.shown.mean - confirmed.shown.mean < GAIN:
            return refused(UNCONFIRMED)
        if confirmed.shown.mean > FARTHEST:
            return refused(LOCAL)  # in the part that was not counted
        kept = replace(
            match,
            after=confirmed.shown,
            renderings=match.renderings + 2,
            reason=_told(match.reason, KEPT),
            settings=settings.as_dict(),
            picture=f"{OWN_FOLDER}/{PICTURES}/{picture_name(match.version)}",
            table=table,
        )
        return kept, picture

    def _refuse(self, cases: Sequence[_Case], why: str) -> Iterator[MatchRecord]:
        for case in cases:
            found = replace(
                case.match, reason=_told(case.match.reason, why), table=TableFit(_left(case), 0.0, 0.0, 0, 0, why)
            )
            self._record(found)
            yield found

    def _pair(self, case: _Case) -> ColorPair | None:
        """The pair of the sliders' rendering; None where it cannot be drawn or compared any more."""
        known = self._pairs.get(case.match.version)
        if known is not None:
            return known
        picture = self._drawn(case, DevelopSettings(case.match.settings))
        pair = None if picture is None else self._compare(case, picture)
        if pair is not None and len(self._pairs) < _REMEMBERED:
            self._pairs[case.match.version] = pair
        return pair

    def _drawn(self, case: _Case, settings: DevelopSettings) -> Picture | None:
        original = self._library.original(case.master)
        if original.path is None or original.status is not OriginalStatus.PRESENT:
            return None
        photo: Photo = photo_of(case.version, case.master, original.path)
        try:
            return self._drawing.renderer.render(photo, settings, DRAWN_EDGE)
        except ContentError:
            return None

    def _compare(self, case: _Case, picture: Picture) -> ColorPair | None:
        files = find_files(self._library, case.version, case.master)
        pair = pair_of(load_reference(files.preview, files.status), picture)
        return pair if isinstance(pair, ColorPair) else None

    def _keep(self, profile: EnhancedProfile, edit: str, found: MatchRecord, picture: Picture | None) -> None:
        assert picture is not None
        place = Path(OWN_FOLDER) / PICTURES / picture_name(found.version)
        write_whole(self._destination / place, encode_jpeg(picture, _QUALITY))
        with self._ledger.transaction():
            if profile.name not in self._names:
                self._names.add(profile.name)
                self._room -= 1
                put_profile(self._ledger, profile, edit)
            put_match(self._ledger, found)

    def _record(self, found: MatchRecord) -> None:
        earlier = match_of(self._ledger, found.version)
        if earlier is not None:
            with self._ledger.transaction():
                put_match(self._ledger, found)


def _told(reason: str, why: str) -> str:
    """The reason of a match with what came of a profile, which replaces what an earlier try said."""
    for each in (KEPT, LOCAL, LITTLE, TORN, UNCONFIRMED):
        reason = reason.replace(each, "").strip()
    return f"{reason} {why}".strip()
