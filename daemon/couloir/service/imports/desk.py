"""The work behind the routes of imports, which connects the import's own file, the journal of jobs, and the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from couloir.errors import NotAMigration
from couloir.migrate.handover.choice import CatalogRef, Choice
from couloir.migrate.handover.content import NOTHING_LEFT, encode_batch
from couloir.service.http.answers import language_of_request
from couloir.service.http.problems import ImportConflict, UnknownBatch
from couloir.service.http.wire import Json
from couloir.service.imports import view
from couloir.service.imports.store import Import, Imports, Stage
from couloir.service.imports.wire import (
    BatchRequest,
    ImportReport,
    ImportRequest,
    LightroomCatalog,
    ResultsReceipt,
    ResultsRequest,
)
from couloir.service.jobs.jobs import JobContext, Submission
from couloir.service.jobs.journal import now
from couloir.service.libraries.open import OpenLibrary
from couloir.service.libraries.roots import Purpose
from couloir.service.services import Services

if TYPE_CHECKING:
    from couloir.derive.translator import Translator
    from couloir.migrate.handover.items import Sort
    from couloir.migrate.handover.rows import Answer

PLAN: Final = "import.plan"
ORIGINALS: Final = "import.originals"


class ImportDesk:
    """The work of the routes. The import's file is changed under `imports.lock`, the ledger under its own lock."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.imports = Imports(services.settings.imports_folder)

    # Planning and bringing

    def plan(self, body: ImportRequest, key: str | None) -> Submission:
        path = self._services.libraries.path_of(body.library)
        destination = self._services.roots.admit(body.destination, Purpose.DESTINATION)
        catalog = _ref(body.catalog)
        _check_catalog(destination, catalog)
        choice = Choice(
            library=body.library,
            library_path=str(path),
            destination=str(destination),
            scope=body.scope,
            uuids=tuple(body.uuids),
            originals=body.originals,
            versions=body.versions,
            collection_set=body.collection_set,
            project_collections=body.project_collections,
            face_keywords=body.face_keywords,
            trash=body.trash,
            hidden=body.hidden,
            looks=body.looks,
            match=body.match,
            match_project=body.match_project or "",
            profiles=body.profiles,
            pictures=body.pictures,
            catalog=catalog,
            language=language_of_request(),
        )
        submitted = self._services.jobs.submit(PLAN, choice, key)
        self._planned(submitted.job.id, choice)
        return submitted

    def _planned(self, import_id: str, choice: Choice) -> Import:
        return self.imports.add(Import(id=import_id, created=now(), choice=choice))

    def plan_job(self, context: JobContext) -> Json:
        from couloir.aperture.library import Library
        from couloir.migrate.handover.selection import rehearse

        choice = msgspec.convert(context.request, Choice)
        self._planned(context.job_id, choice)  # the process may have died before the route could
        path, _ = self._admitted(choice)
        with Library.open(path, check=context.check, **self._services.roots.reading_options(path)) as library:
            return rehearse(library, choice, lambda done, total: context.progress(done, total, "planning"))

    def start(self, import_id: str, key: str | None) -> Submission:
        jobs = self._services.jobs
        with self.imports.lock:
            found = self.imports.get(import_id)
            if found.stage is Stage.CANCELLED or found.paused:
                raise ImportConflict(item=import_id, state=view.state_of(found, None, None), action="started")
            running = jobs.journal.find(found.job)
            if running is not None and not running.state.final:
                return Submission(running, new=False)
            submitted = jobs.submit(ORIGINALS, {"import": import_id}, key)
            if submitted.new:  # else it is a repeated request, whose job may have ended long ago
                self.imports.change(import_id, stage=Stage.ORIGINALS, job=submitted.job.id)
            return submitted

    def originals_job(self, context: JobContext) -> Json:
        from couloir.aperture.library import Library
        from couloir.migrate.handover.selection import bring

        request: Any = context.request
        import_id = str(request["import"])
        # The process may have died before the route could write this down.
        found = self._advance(context, import_id, Stage.ORIGINALS)
        path, destination = self._admitted(found.choice)
        _check_catalog(destination, found.choice.catalog)
        first = context.checkpoint if isinstance(context.checkpoint, int) else 0
        with Library.open(path, check=context.check, **self._services.roots.reading_options(path)) as library:
            report = bring(
                library,
                found.choice,
                first,
                lambda done, total: context.progress(done, total, "originals"),
                context.save,
                self._translator(found.choice),
            )
        self._advance(context, import_id, Stage.HANDOVER)
        return report

    def _translator(self, choice: Choice) -> Translator:
        from couloir.service.libraries.translators import translator_of

        return translator_of(self._services, choice.library, profiles=choice.profiles)

    def _advance(self, context: JobContext, import_id: str, stage: Stage) -> Import:
        """Note how far the job is, unless the import has been cancelled meanwhile: that stays. Raises: JobStopped"""
        with self.imports.lock:
            context.check()
            return self.imports.change(import_id, stage=stage, job=context.job_id)

    def _admitted(self, choice: Choice) -> tuple[Path, Path]:
        """The folders of an import, if they are still open to the service."""
        roots = self._services.roots
        return roots.admit(choice.library_path, Purpose.LIBRARY), roots.admit(choice.destination, Purpose.DESTINATION)

    # Handing over

    def batch(self, import_id: str, body: BatchRequest) -> bytes:
        from couloir.migrate.handover.batch import next_batch
        from couloir.migrate.handover.session import handing_over

        found = self._ready(import_id, "asked for a batch")
        _, destination = self._admitted(found.choice)
        library: OpenLibrary = self._services.libraries.get(found.choice.library)
        catalog = _ref(body.catalog) or found.choice.catalog
        with handing_over(destination) as handover:
            if catalog is not None:
                handover.bind(catalog.id, catalog.path)
            batch = next_batch(handover, library, self._translator(found.choice), found.choice, int(body.photos))
        if batch is None:
            return encode_batch(NOTHING_LEFT).encode()
        return batch.content.encode()

    def results(self, import_id: str, number: int, body: ResultsRequest) -> ResultsReceipt:
        from couloir.migrate.handover.session import handing_over

        # A paused import takes results, too: the plug-in may have been in the middle of its batch.
        found = self._ready(import_id, "answered", paused=True)
        with handing_over(self._admitted(found.choice)[1]) as handover:
            receipt = handover.answer(number, _answers(body))
            if receipt is None:
                raise UnknownBatch(item=number)
            counts = view.counts_of(handover.progress())
        return ResultsReceipt(
            taken=receipt.taken, left=receipt.left, unknown=receipt.unknown, repeated=receipt.repeated, photos=counts
        )

    def retry(self, import_id: str) -> Import:
        from couloir.migrate.handover.session import handing_over

        found = self._ready(import_id, "tried again")
        with handing_over(self._admitted(found.choice)[1]) as handover:
            handover.retry()
        return found

    def report(self, import_id: str) -> ImportReport:
        from couloir.migrate.handover.queue import Handover
        from couloir.migrate.handover.selection import report_of
        from couloir.migrate.handover.session import reading_ledger

        found = self.imports.get(import_id)
        with reading_ledger(self._admitted(found.choice)[1]) as ledger:
            figures = {**report_of(ledger), "photos": view.counts_of(Handover(ledger).progress())}
        return msgspec.convert(figures, ImportReport)

    def _ready(self, import_id: str, action: str, *, paused: bool = False) -> Import:
        """The import, if its originals are in place and it is not stopped."""
        found = self.imports.get(import_id)
        if found.stage is not Stage.HANDOVER or (found.paused and not paused):
            raise ImportConflict(item=import_id, state=view.view_of(found, self._services).state.value, action=action)
        return found

    # Steering

    def pause(self, import_id: str) -> Import:
        return self._steer(import_id, "paused", paused=True)

    def resume(self, import_id: str) -> Import:
        return self._steer(import_id, "resumed", paused=False)

    def _steer(self, import_id: str, action: str, *, paused: bool) -> Import:
        jobs = self._services.jobs
        with self.imports.lock:
            found = self.imports.get(import_id)
            if found.stage is Stage.CANCELLED:
                raise ImportConflict(item=import_id, state=found.stage.value, action=action)
            if found.paused is paused:
                return found
            job = jobs.journal.find(found.job)
            if job is not None and not job.state.final:
                (jobs.pause if paused else jobs.resume)(job.id)
            return self.imports.change(import_id, paused=paused)

    def cancel(self, import_id: str) -> Import:
        jobs = self._services.jobs
        with self.imports.lock:
            found = self.imports.get(import_id)
            for job_id in (import_id, found.job):
                job = jobs.journal.find(job_id)
                if job is not None and not job.state.final:
                    jobs.cancel(job.id)
            return self.imports.change(import_id, stage=Stage.CANCELLED)


def _ref(catalog: LightroomCatalog | None) -> CatalogRef | None:
    return None if catalog is None else CatalogRef(id=catalog.id, path=catalog.path)


def _check_catalog(destination: Path, catalog: CatalogRef | None) -> None:
    """Raises DestinationOfOtherCatalog"""
    from couloir.migrate.handover.queue import Handover
    from couloir.migrate.handover.session import reading_ledger

    if catalog is not None:
        try:
            with reading_ledger(destination) as ledger:
                Handover(ledger).check_catalog(catalog.id)
        except NotAMigration:
            return


def _answers(body: ResultsRequest) -> Mapping[tuple[Sort, str], Answer]:
    from couloir.migrate.handover.items import Sort
    from couloir.migrate.handover.rows import Answer, Outcome, Part

    return {
        (Sort(str(result.kind)), result.uuid): Answer(
            Outcome(str(result.outcome)),
            result.why,
            {Part(str(left.part)): left.why for left in result.left_out},
            result.lightroom,
        )
        for result in body.results
    }
