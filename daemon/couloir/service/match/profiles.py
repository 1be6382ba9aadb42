"""Enhanced profiles for what a match in Lightroom leaves in colour. Imported when first needed, because it takes numpy.

A profile is fitted when a photo's match ends, on Lightroom's own rendering of it, and installed when the session ends:
Lightroom reads Camera Raw's folder only when it starts. A session after that tries it on each photo, and Lightroom's
rendering decides: without the restart it shows no change, and the photo waits on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from couloir.color.difference import Difference
from couloir.language import mark
from couloir.lightroom.enhanced.look import EnhancedProfile
from couloir.lightroom.enhanced.profile_file import read_profile_file, write_profile_file
from couloir.lightroom.enhanced.rgb_table import RgbTable
from couloir.lightroom.enhanced.settings_folder import install_profiles
from couloir.lightroom.settings import DevelopSettings
from couloir.migrate.enhanced.closest import KEPT, MOST_PROFILES, UNCONFIRMED
from couloir.migrate.enhanced.edits import edit_of, expect_table, name_profile
from couloir.refine.color_pair import (
    FARTHEST,
    GAIN,
    ColorPair,
    dump_pair,
    fit_pairs,
    judge_pairs,
    judge_table,
    load_pair,
)
from couloir.refine.match import Match
from couloir.refine.outcome import Outcome
from couloir.service.match.journal import MatchJournal, Photo
from couloir.service.match.photo import Subject
from couloir.service.services import Services

MOST_TRIES: Final = 2
"""Sessions in which a photo is tried with a profile that Lightroom does not draw."""

WAITS: Final = "A profile may carry what the sliders leave; it is tried after Lightroom's next start."
NOT_DRAWN: Final = "Lightroom did not draw its profile, as before a restart."
NOT_INSTALLED: Final = mark(
    "So profiles for these photos could not be installed, and they keep their sliders. Let Couloir write in that "
    "folder, then choose Re-derive adjustments for them again."
)

_SAMPLE: Final = 3  # photos on which a profile is fitted
_SAME: Final = 0.25  # CIEDE2000 between two renderings of the same settings


class PhotoProfiles:
    """The enhanced profiles of matched photos; there are none where Lightroom does not run."""

    def __init__(self, journal: MatchJournal, services: Services) -> None:
        self._journal = journal
        self._services = services

    @property
    def _folder(self) -> Path | None:
        return self._services.settings.presets_folder

    def want(self, photo: Photo, match: Match, subject: Subject) -> str:
        """The edit whose profile brings a matched photo nearer, which is fitted where there is none yet; "" for no
        profile: the sliders do, or the edit was local, or the photo is black and white or has a profile of its owner's.
        """
        pair = None if self._folder is None or not subject.version.has_enabled_adjustments else match.pair()
        settings = match.outcome.settings
        if pair is None or pair.shown.mean <= GAIN or settings.get("ConvertToGrayscale") or settings.get("Look"):
            return ""
        edit = edit_of(subject.version, subject.kind, photo.camera)
        known = self._journal.read_edit(photo.library, edit)
        pairs = [] if known is None or known.is_installed else [load_pair(each) for each in known.pairs]
        if known is not None and (known.is_installed or len(pairs) >= _SAMPLE):
            judged = judge_table(_read(known.file).table, pair)
            return edit if judged is not None and judged.pays else ""
        prior = expect_table(subject.version, subject.kind, settings)
        [unseen] = judge_pairs([pair], prior)
        if unseen is None or not unseen.pays:
            return ""
        if known is None and len(self._journal.read_edit_files(photo.library)) >= MOST_PROFILES:
            return ""
        table = fit_pairs([*pairs, pair], prior)
        if table is None:
            return edit if known is not None else ""
        self._put(photo, subject, edit, [*pairs, pair], table)
        return edit

    def _put(self, photo: Photo, subject: Subject, edit: str, pairs: Sequence[ColorPair], table: RgbTable) -> None:
        before = self._journal.read_edit(photo.library, edit)
        name = self._name(photo, subject) if before is None else _read(before.file).name
        file = write_profile_file(EnhancedProfile(name, table))
        self._journal.put_edit(photo.library, edit, file, [dump_pair(pair) for pair in pairs])

    def _name(self, photo: Photo, subject: Subject) -> str:
        library = self._services.libraries.get(photo.library)
        projects = library.ask(lambda opened: {folder.uuid: folder.name for folder in opened.folders()})
        taken = {_read(file).name for file in self._journal.read_edit_files(photo.library)}
        return name_profile(projects.get(subject.version.project_uuid or "", ""), subject.version, taken)

    def choose(self, photo: Photo) -> Mapping[str, object] | None:
        """Lightroom's setting for the profile that a photo is to be tried with; None where it is gone."""
        known = self._journal.read_edit(photo.library, photo.edit)
        return None if known is None else _read(known.file).look()

    def install(self, photos: Sequence[Photo]) -> bool:
        """Install the profiles of these photos; whether all could be. Raises CannotInstall."""
        if self._folder is None:
            return False
        for library, edit in sorted({(photo.library, photo.edit) for photo in photos}):
            known = self._journal.read_edit(library, edit)
            if known is not None:
                install_profiles([_read(known.file)], self._folder)
                self._journal.install_edit(library, edit)
        return True

    def judge(self, match: Match, drawn: ColorPair) -> Mapping[str, object]:
        """What came of a try: `drawn` is Lightroom's rendering with the profile."""
        plain = match.pair()
        assert plain is not None
        if plain.shown.mean - drawn.shown.mean >= GAIN and drawn.shown.mean <= FARTHEST:
            return {"state": "kept", "mean": drawn.shown.mean, "p95": drawn.shown.p95}
        moved = replace(plain, target=drawn.rendering).shown.mean
        return {"state": "not drawn" if moved < _SAME else "refused"}

    def outcome(self, photo: Photo, outcome: Outcome) -> Outcome:
        """The outcome of a photo's match with what came of its profile."""
        state = photo.profile.get("state")
        look = self.choose(photo) if state == "kept" else None
        if look is not None:
            return replace(
                outcome,
                settings=outcome.settings.merge({"Look": look}),
                after=Difference(float(str(photo.profile["mean"])), float(str(photo.profile["p95"]))),
                reason=f"{outcome.reason} {KEPT}",
            )
        settings = outcome.settings
        if "Look" in photo.touched and "Look" not in settings:
            settings = settings.merge({"Look": {}})
        said = {"refused": UNCONFIRMED, "not drawn": NOT_DRAWN}.get(str(state), "" if not photo.edit else WAITS)
        return replace(outcome, settings=settings, reason=f"{outcome.reason} {said}".strip())

    def settings(self, photo: Photo, best: DevelopSettings) -> DevelopSettings:
        """The settings with which a photo's profile is tried."""
        look = self.choose(photo)
        return best if look is None else best.merge({"Look": look})


def profile_of_photo(journal: MatchJournal, photo: Photo) -> tuple[EnhancedProfile, str] | None:
    """The profile that a photo kept, with its edit; None where it kept none."""
    known = journal.read_edit(photo.library, photo.edit) if photo.profile.get("state") == "kept" else None
    return None if known is None else (_read(known.file), photo.edit)


def _read(file: bytes) -> EnhancedProfile:
    return read_profile_file(file, "profile")
