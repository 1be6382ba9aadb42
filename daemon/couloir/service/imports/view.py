"""How far an import is, as the routes show it: of the import's own file, the journal of jobs, and the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from couloir.errors import AccessDenied, DestinationError, NotAMigration
from couloir.migrate.handover.choice import Looks, MatchScope
from couloir.service.http.problems import Problem
from couloir.service.imports.store import Import, Stage
from couloir.service.imports.wire import CatalogView, HandoverCounts, ImportState, ImportView
from couloir.service.jobs.journal import State
from couloir.service.services import Services

if TYPE_CHECKING:
    from couloir.migrate.handover.items import Progress


def view_of(found: Import, services: Services) -> ImportView:
    """An import as it stands now."""
    job = services.jobs.journal.find(found.job)
    counts, unmatched = _progress(found, services)
    choice = found.choice
    library = services.libraries.peek(choice.library)
    problem = job.problem if job is not None and found.stage is Stage.ORIGINALS else None
    return ImportView(
        id=found.id,
        state=state_of(found, None if job is None else job.state, counts),
        created=found.created,
        library=choice.library,
        destination=choice.destination,
        scope=choice.scope,
        originals=choice.originals,
        versions=choice.versions,
        looks=choice.looks,
        match=choice.match,
        catalog=None if choice.catalog is None else CatalogView(id=choice.catalog.id, path=choice.catalog.path),
        job=found.job or None,
        photos=counts,
        unmatched=unmatched,
        library_changed=library is not None and library.changed,
        problem=None if problem is None else msgspec.json.decode(problem, type=Problem),
    )


def _progress(found: Import, services: Services) -> tuple[HandoverCounts | None, int]:
    """The progress in Lightroom, and the number of photos that wait to be matched."""
    from couloir.migrate.handover.queue import Handover
    from couloir.migrate.handover.session import reading_ledger
    from couloir.migrate.ledger.verdicts import count_unmatched

    if found.stage is not Stage.HANDOVER:
        return None, 0
    try:
        with reading_ledger(Path(found.choice.destination)) as ledger:
            counts = counts_of(Handover(ledger).progress())
            if found.choice.looks is Looks.LEAVE:
                return counts, 0
            if found.choice.match is MatchScope.ALL or not found.match_begun:
                begun = services.settings.match_journal_file.exists()
                tried = services.match_journal().count_with_profiles(import_id=found.id) if begun else 0
                return counts, count_unmatched(ledger) + tried
            return counts, services.match_journal().count_waiting(found.id)
    except (DestinationError, NotAMigration, AccessDenied):
        return None, 0  # its disk is not connected, for one; asking for a batch says so


def state_of(found: Import, job: State | None, counts: HandoverCounts | None) -> ImportState:
    """The state of an import whose job is in the state `job`, None where it has none."""
    if found.stage is Stage.CANCELLED:
        return ImportState.CANCELLED
    if found.paused:
        return ImportState.PAUSED
    if found.stage is Stage.ORIGINALS and job is State.FAILED:
        return ImportState.FAILED
    if found.stage is Stage.ORIGINALS and job is State.CANCELLED:
        return ImportState.PLANNED  # the job was cancelled by itself; the import can be started again
    if counts is not None and counts.open + counts.others == 0:
        return ImportState.DONE
    return ImportState(found.stage.value)


def counts_of(progress: Progress) -> HandoverCounts:
    """The same figures as they travel."""
    outcomes = {name.replace(" ", "_"): count for name, count in progress.outcomes.items()}
    return HandoverCounts(total=progress.total, open=progress.open, others=progress.others, **outcomes)
