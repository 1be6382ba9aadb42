"""Writes the results of matching into the ledgers of the migrations that brought the photos. Imported when first
needed.

A ledger whose disk is not connected, or that a migration is writing to, is updated later: the journal of matching keeps
what is still to be written.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from couloir.color.difference import Difference
from couloir.errors import DestinationError
from couloir.lightroom.enhanced.look import EnhancedProfile
from couloir.migrate.files.own import make_folder, write_whole
from couloir.migrate.handover.session import handing_over
from couloir.migrate.ledger.enhanced_profiles import put_profile
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.ledger.verdicts import PICTURES, MatchRecord, picture_name, put_match
from couloir.migrate.run import OWN_FOLDER
from couloir.refine.outcome import Outcome
from couloir.refine.verdict import LIGHTROOM
from couloir.service.match.turns import TurnNotes
from couloir.service.match.wire import LookView

log = logging.getLogger(__name__)


def as_match(version: str, look: LookView, outcome: Outcome | None, notes: TurnNotes) -> MatchRecord:
    """The ledger's record of a photo that got this look."""
    before, after = (None, None) if outcome is None else (notes.before or outcome.before, outcome.after)
    return MatchRecord(
        version=version,
        before=_plain(before),
        after=_plain(after),
        reason=look.reason,
        renderer=LIGHTROOM,
        renderings=look.renderings,
        settings={} if outcome is None else outcome.settings.as_dict(),
        change=notes.change,
        tried=_plain(notes.tried),
        turn=notes.turn,
        by_lot=notes.by_lot,
    )


def _plain(found: Difference | None) -> Difference | None:
    return None if found is None else Difference(round(found.mean, 4), round(found.p95, 4))


def write_verdicts(
    destination: Path,
    findings: Iterable[tuple[MatchRecord, bytes]],
    profiles: Iterable[tuple[EnhancedProfile, str]] = (),
) -> bool:
    """Write results, with the last rendering of each as a JPEG (b"" for none), for the versions that the ledger
    of `destination` knows, and the profiles that they have, each with its edit; returns whether the ledger could be
    written."""
    try:
        with handing_over(destination) as handover:
            ledger = handover.ledger
            kept = [
                replace(match, picture=_keep(destination, match.version, picture))
                for match, picture in findings
                if ledger.get(Kind.VERSION, match.version) is not None
            ]
            with ledger.transaction():
                for profile, edit in profiles:
                    put_profile(ledger, profile, edit)
                for match in kept:
                    put_match(ledger, match)
    except DestinationError as error:
        log.warning("verdicts wait for their migration's ledger: %s", error.code)
        return False
    return True


def _keep(destination: Path, version: str, picture: bytes) -> str:
    """Keep a rendering in the migration's own folder; its path there, "" when there is none."""
    if not picture:
        return ""
    folder = destination / OWN_FOLDER / PICTURES
    make_folder(folder)
    name = picture_name(version)
    write_whole(folder / name, picture)
    return f"{OWN_FOLDER}/{PICTURES}/{name}"
