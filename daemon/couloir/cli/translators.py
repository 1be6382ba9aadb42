"""The translator that commands use: the same as the service's, with what it has learnt on this computer."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from couloir.cli.plain import say
from couloir.derive.offsets import NO_OFFSETS, Offsets
from couloir.derive.residual.store import ModelStore
from couloir.derive.strengths import MIDDLE, Strengths
from couloir.derive.translator import Translator
from couloir.errors import BadCalibration, StateTooNew
from couloir.profiles.baselines import NO_BASELINES, Baselines
from couloir.profiles.profile_folder import ProfileFolder
from couloir.service.libraries.calibrations import strengths_of
from couloir.service.libraries.offsets import LibraryOffsets
from couloir.service.libraries.open import id_of
from couloir.service.match.journal import MatchJournal
from couloir.service.process.settings import ServiceSettings


def profile_folder() -> ProfileFolder:
    """The folder in which `couloir profile learn` keeps profiles."""
    return ProfileFolder(ServiceSettings().profiles_folder)


def learnt_profiles() -> Baselines:
    """All learnt profiles that can be read. One line per other file says why it is left out."""
    found, refused = profile_folder().read()
    for error in refused:
        say(f"{error.message} It is left out. {error.advice}", err=True)
    return Baselines(found)


def translator_for(library: Path, profiles: Baselines = NO_BASELINES) -> Translator:
    """The translator of a library: the learned model, the camera offsets of its photos that were matched in
    Lightroom, `profiles` under RAW photos, and the strengths of its calibration.
    """
    return Translator(ModelStore(), profiles, _offsets(library), strengths_for(library))


def strengths_for(library: Path) -> Strengths:
    """The strengths of a library's translations. A line says why its calibration is left out, if it cannot be read."""
    try:
        return strengths_of(ServiceSettings(), id_of(library.resolve()))
    except BadCalibration as error:
        say(f"{error.message} It is left out. {error.advice}", err=True)
        return MIDDLE


def _offsets(library: Path) -> Offsets:
    """The offsets in the service's journal of matching; none if it cannot be read, which the service reports."""
    file = ServiceSettings().match_journal_file
    if not file.exists():
        return NO_OFFSETS
    try:
        journal = MatchJournal(file)
    except (sqlite3.DatabaseError, StateTooNew):
        return NO_OFFSETS
    try:
        return LibraryOffsets(lambda: journal).of(id_of(library.resolve()))
    finally:
        journal.close()
