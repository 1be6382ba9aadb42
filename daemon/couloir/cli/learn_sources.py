"""The sources of `couloir learn pairs` besides a catalog: corrections and matched looks."""

from __future__ import annotations

from pathlib import Path

from couloir.aperture.library import Library
from couloir.learn.corrections import Corrections
from couloir.learn.reading import AdjustedVersion
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import matches
from couloir.migrate.run import LEDGER
from couloir.refine.verdict import Verdict, grade


def from_corrections(library: Library, file: Path) -> dict[str, AdjustedVersion]:
    """A photographer's corrections of this library's versions, by uuid. Raises StateTooNew."""
    ours = {library.info.uuid, str(library.info.path)}
    return {
        correction.version: AdjustedVersion(correction.corrected)
        for correction in Corrections(file).all()
        if correction.library in ours
    }


def from_migration(folder: Path) -> dict[str, AdjustedVersion]:
    """The matched versions of a migration, by uuid. Raises NotAMigration and what opening its ledger raises."""
    with Ledger.open_to_read(folder / LEDGER) as ledger:
        return {
            match.version: AdjustedVersion(match.settings)
            for match in matches(ledger)
            if match.settings and match.after is not None and grade(match.after) is not Verdict.REVIEW
        }
