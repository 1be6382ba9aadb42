"""The looks that `couloir match` found, as a migration writes them: into files by the rules of any later run. They are
those of photos that were measured, and of photos that got the confirmed correction of others like them.

A look counts as long as Aperture says of the version what it said when the look was found. What Lightroom's plug-in
matched is in the catalog, and is no concern of the files here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain

from couloir.aperture.library import Library
from couloir.aperture.model import Version
from couloir.derive import OperationOutcome, Translation
from couloir.derive.details.seen import tell_details
from couloir.derive.painted.place import Placement
from couloir.derive.pictures.nearness import Nearness, list_moved, tell_from_preview
from couloir.errors import UnknownVersion
from couloir.json_text import to_json
from couloir.lightroom.enhanced.look import table_of_look
from couloir.lightroom.enhanced.rgb_table import RgbTable
from couloir.lightroom.settings import DevelopSettings
from couloir.migrate.changes import fingerprint
from couloir.migrate.ledger.enhanced_profiles import profile_of
from couloir.migrate.ledger.expectations import ExpectationRecord, corrections, expectation_of
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.placements import hash_local, read_placement
from couloir.migrate.ledger.reasons import WRITTEN
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.ledger.verdicts import MatchRecord, match_of, matches


class MatchedLooks:
    """Answers from the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def settings_of(self, version: Version) -> DevelopSettings | None:
        """The develop settings that were found for a version; None where none were, or Aperture has changed it since.

        None, too, for settings that a newer or an older Couloir wrote and this one does not take. A profile whose table
        the ledger lacks is left out: the sliders stand by themselves.
        """
        found = _found(self._ledger, version.uuid)
        if found is None or found.source != fingerprint(version):
            return None
        try:
            settings = DevelopSettings(found.settings)
        except ValueError:
            return None
        return settings if len(self.tables_of(settings)) == _named(settings) else settings.merge({"Look": {}})

    def apply(self, version: Version, look: Translation) -> Translation:
        """A translation with the settings and the painted places that were found for its version, where they were."""
        settings = self.settings_of(version)
        if settings is None:
            return look
        told = self._tell_taken(version, look, settings)
        found = replace(look, settings=settings, operations=told)
        placement = self._placement_of(version)
        return found if placement is None else placement.on(found)

    def _tell_taken(
        self, version: Version, look: Translation, settings: DevelopSettings
    ) -> tuple[OperationOutcome, ...]:
        """The outcomes, with the word of what a match has fitted to the preview and measured."""
        match = match_of(self._ledger, version.uuid)
        if match is None or match.before is None or match.after is None:
            return look.operations
        nearness = Nearness(match.before.mean, match.after.mean, is_measured=True)
        told = tell_from_preview(version, look.operations, list_moved(look.settings, settings), nearness)
        return told if match.details is None else tell_details(version, told, match.details.replaced)

    def _placement_of(self, version: Version) -> Placement | None:
        match = match_of(self._ledger, version.uuid)
        return None if match is None else _placement(match)

    def tables_of(self, settings: DevelopSettings) -> Sequence[RgbTable]:
        """The table with which the enhanced profile that the settings name is drawn, where they name one of ours."""
        look = settings.get("Look")
        fingerprint = table_of_look(look) if isinstance(look, Mapping) else None
        profile = None if fingerprint is None else profile_of(self._ledger, fingerprint)
        return () if profile is None else (profile.table,)

    def is_written(self, version: Version, detail: Mapping[str, object]) -> bool:
        """Whether a version's file, of which its row of the ledger has this detail, holds the look that was found."""
        settings = self.settings_of(version)
        if settings is None:
            return True
        return _plain(settings.as_dict()) == detail.get("settings") and _is_painted(self._placement_of(version), detail)


def _found(ledger: Ledger, version: str) -> MatchRecord | ExpectationRecord | None:
    """The measurement of a version, or the correction that it got without one; None without settings for a file."""
    match = match_of(ledger, version)
    if match is not None and (match.after is not None or match.is_for_file):
        return match if match.source else None
    expected = expectation_of(ledger, version)
    return None if expected is None or not expected.settings else expected


def holds(match: MatchRecord | ExpectationRecord, detail: Mapping[str, object]) -> bool:
    """Whether the file of a row with this detail holds the settings whose difference the match states."""
    return _plain(match.settings) == detail.get("settings") and _is_painted(_placement(match), detail)


def list_unwritten(library: Library, ledger: Ledger) -> list[str]:
    """The uuids of versions whose file an earlier run wrote, and for which a look was found since that is not in it."""
    looks, found = MatchedLooks(ledger), []
    measured = (match for match in matches(ledger) if match.is_for_file)
    given: Iterable[MatchRecord | ExpectationRecord] = chain(measured, corrections(ledger))
    for match in given:
        entry = ledger.get(Kind.VERSION, match.version)
        if entry is None or entry.row.reason.code != WRITTEN.code or "settings" not in entry.row.detail:
            continue
        if holds(match, entry.row.detail):
            continue  # most of them, of which the version need not be read
        with suppress(UnknownVersion):  # deleted in Aperture since
            if not looks.is_written(library.version(match.version), entry.row.detail):
                found.append(match.version)
    return found


def _placement(match: MatchRecord | ExpectationRecord) -> Placement | None:
    """What a match painted; None for a version without painted operations, for one that was not measured, and where
    another Couloir wrote it that this one does not read.
    """
    if isinstance(match, ExpectationRecord):
        return None
    with suppress(ValueError, KeyError, TypeError):
        return read_placement(match.local, match.painted)
    return None


def _is_painted(placement: Placement | None, detail: Mapping[str, object]) -> bool:
    """Whether a row's file holds these local adjustments, of which its detail keeps a hash."""
    return placement is None or hash_local(placement.local) == detail.get("painted", "")


def _named(settings: DevelopSettings) -> int:
    """How many tables the settings name."""
    look = settings.get("Look")
    return int(isinstance(look, Mapping) and table_of_look(look) is not None)


def _plain(settings: Mapping[str, object]) -> object:
    """As a row of the ledger gives it back."""
    return json.loads(to_json(dict(settings)))
