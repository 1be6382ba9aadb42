"""The closest look of photos whose preview cannot be used: an enhanced profile that our Aperture engine draws.

Nothing is measured here. A profile is given where it brings a chart nearer by half a unit on average over the
Apertures and Camera Raws that we hold for possible, and visibly farther under none; else the sliders stay alone, and
the reason is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from couloir.aperture.adjustments import Adjustment
from couloir.aperture.library import Library
from couloir.aperture.model import Master, MediaKind, Version
from couloir.derive import photo_kind
from couloir.derive.pictures.preview import Trap
from couloir.derive.translator import Translator
from couloir.lightroom.enhanced.look import EnhancedProfile
from couloir.lightroom.enhanced.table_text import spell_table
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.migrate.base_renderings import camera_of
from couloir.migrate.changes import fingerprint
from couloir.migrate.enhanced.closest import MOST_PROFILES, GoOn, Progress
from couloir.migrate.enhanced.edits import edit_of, list_drawn, name_profile
from couloir.migrate.ledger.enhanced_profiles import list_profiles_of_edit, profile_names, put_profile
from couloir.migrate.ledger.expectations import expectation_of
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import MatchRecord, TableFit, match_of, put_match
from couloir.migrate.match_library import MatchSubject, Way, prepare
from couloir.refine.color_pair import steepest_step
from couloir.refine.engine_table import EditChart, TableGain, is_known

KEPT: Final = "A profile carries what the sliders are expected to leave of the edit, as Couloir's own engine draws it."
LITTLE: Final = "No profile: the sliders are expected to carry the edit, or a table little more of it."
UNSURE: Final = "No profile: by some of the ways in which Aperture may draw this edit, a table would make it worse."
UNKNOWN: Final = "No profile without a preview: Couloir's engine cannot tell from colours alone all that was edited."
RAW: Final = "No profile without a preview: how Apple's decoder drew this RAW photo before the edit is not known."
GREY: Final = "No profile: it is black and white, and would turn to colour without its profile."

_EDIT: Final = "engine "
"""Before the key of an edit: these profiles are not for photos that have a preview."""

_NOTHING: Final = TableGain(0.0, 0.0, is_safe=True)


@dataclass(frozen=True, slots=True)
class _Photo:
    version: Version
    master: Master
    edit: str


def enhance_unseen(
    library: Library,
    ledger: Ledger,
    way: Way,
    translator: Translator,
    progress: Progress = lambda _done, _total: None,
    *,
    most: int = MOST_PROFILES,
    again: bool = False,
    go_on: GoOn = lambda: True,
) -> Iterator[MatchRecord]:
    """Give edited photos whose preview is missing, or was found not to show them, a profile where one is expected to
    help; yields each that was tried, after its result is in the ledger.

    Their settings are those of the translation, which is the `translator`'s, or of the correction that they got. They
    are not measured: `before` and `after` are None, and `TableFit` has what is expected on test colours. Otherwise as
    `enhance_matches`.
    """
    photos = list(_list_photos(library, ledger, again=again))
    projects = {folder.uuid: folder.name for folder in library.folders()}
    bench = _Bench(library, ledger, way, translator, profile_names(ledger), projects, most)
    progress(0, len(photos))
    for done, photo in enumerate(photos, 1):
        if not go_on():
            return
        found = prepare(library, photo.version, photo.master, way)
        trap = found.seen.reference.trap if isinstance(found, MatchSubject) else None
        if isinstance(found, MatchSubject) and trap is not None:
            record, profile = bench.try_photo(photo, found, trap)
            with ledger.transaction():
                if profile is not None:
                    bench.names.add(profile.name)
                    put_profile(ledger, profile, _EDIT + photo.edit)
                put_match(ledger, record)
            yield record
        progress(done, len(photos))


def _list_photos(library: Library, ledger: Ledger, *, again: bool) -> Iterator[_Photo]:
    """Edited photos without a preview, or whose preview a match could not use; by their edit."""
    found = []
    for version, master in library.versions_with_masters():
        if master is None or not version.shown or not version.has_enabled_adjustments:
            continue
        if master.media is not MediaKind.IMAGE:
            continue
        known = match_of(ledger, version.uuid)
        if known is None and library.preview(version).path is not None:
            continue  # not matched yet
        if known is not None and (known.after is not None or (_is_tried(known, version) and not again)):
            continue
        found.append(_Photo(version, master, edit_of(version, photo_kind(master), camera_of(version))))
    yield from sorted(found, key=lambda photo: (photo.edit, photo.version.uuid))


def _is_tried(known: MatchRecord, version: Version) -> bool:
    return known.table is not None and known.source == fingerprint(version)


@dataclass(frozen=True, slots=True)
class _Bench:
    """Fits and judges. `names` are those of the profiles that there are."""

    library: Library
    ledger: Ledger
    way: Way
    translator: Translator
    names: set[str]
    projects: Mapping[str, str]
    most: int

    def try_photo(self, photo: _Photo, subject: MatchSubject, trap: Trap) -> tuple[MatchRecord, EnhancedProfile | None]:
        """The record of a photo, and its profile where it gets one that is new."""
        settings = self._settings(subject)
        plain = MatchRecord(
            photo.version.uuid,
            None,
            None,
            trap.reason,
            self.way.renderer.name,
            0,
            settings.as_dict(),
            source=subject.source,
        )

        def refused(why: str, expected: TableGain = _NOTHING) -> tuple[MatchRecord, None]:
            table = TableFit(expected.before, expected.before, expected.after, 0, 0, why)
            return replace(plain, reason=f"{trap.reason} {why}", table=table), None

        def kept(profile: EnhancedProfile, expected: TableGain) -> MatchRecord:
            step, size = steepest_step(profile.table), len(spell_table(profile.table))
            table = TableFit(expected.before, expected.before, expected.after, step, size)
            told = settings.merge({"Look": profile.look()}).as_dict()
            return replace(plain, reason=f"{trap.reason} {KEPT}", settings=told, table=table)

        adjustments = list_drawn(photo.version)
        why = _refusal(subject.photo.kind, settings, adjustments)
        original = subject.seen.pictures[0]
        if why or original is None:
            return refused(why) if why else (plain, None)
        look = EditChart(adjustments, settings, original)
        for profile in list_profiles_of_edit(self.ledger, _EDIT + photo.edit):
            expected = look.judge(profile.table)
            if expected.pays:
                return kept(profile, expected), None
        table, expected = look.fit()
        if table is None:
            return refused(LITTLE if expected.is_safe else UNSURE, expected)
        if len(self.names) >= self.most:
            return plain, None
        project = self.projects.get(photo.version.project_uuid or "", "")
        profile = EnhancedProfile(name_profile(project, photo.version, self.names), table)
        return kept(profile, expected), profile

    def _settings(self, subject: MatchSubject) -> DevelopSettings:
        """What the photo's file has, or will have."""
        given = expectation_of(self.ledger, subject.version.uuid)
        if given is not None and given.settings and given.source == subject.source:
            with suppress(ValueError):  # another Couloir wrote them
                return DevelopSettings(given.settings)
        known = subject.known if self.way.pictures else replace(subject.known, pictures=(None, None))
        return self.translator.translate_one(subject.version, subject.master, known).settings


def _refusal(kind: PhotoKind, settings: DevelopSettings, adjustments: Sequence[Adjustment]) -> str:
    """Why no table is fitted; "" where one is."""
    if kind is PhotoKind.RAW:
        return RAW
    if settings.get("ConvertToGrayscale"):
        return GREY
    return "" if is_known(adjustments) else UNKNOWN
