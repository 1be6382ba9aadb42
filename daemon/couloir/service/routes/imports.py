"""Imports: planning, bringing the originals, the batches for Lightroom, and the report.

The service owns the ledger; the plug-in owns only its batch. It asks for a batch, works on it, posts the result
of each item, and asks for the next, until `done`. After an interruption it continues where it stopped.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from couloir.errors import AccessDenied, DestinationError, LibraryError, NotAMigration, StateTooNew
from couloir.migrate.handover.content import BatchView
from couloir.service.http.api import Api
from couloir.service.http.problems import (
    IdempotencyConflict,
    ImportConflict,
    JobConflict,
    OutsideRoots,
    QueueFull,
    UnknownBatch,
    UnknownImport,
    UnknownJob,
    UnknownLibrary,
)
from couloir.service.http.route import Reply
from couloir.service.http.wire import JobId
from couloir.service.imports.desk import ORIGINALS, PLAN, ImportDesk
from couloir.service.imports.view import view_of
from couloir.service.imports.wire import (
    BatchRequest,
    ImportList,
    ImportReport,
    ImportRequest,
    ImportView,
    ResultsReceipt,
    ResultsRequest,
)
from couloir.service.routes.jobs import JobStarted, start_job
from couloir.service.services import Services

BatchNumber = Annotated[int, Meta(ge=1, le=2**31 - 1)]


def import_routes(api: Api, services: Services) -> None:
    """/v1/imports"""
    desk = ImportDesk(services)

    def list_imports() -> ImportList:
        return ImportList(imports=[view_of(each, services) for each in desk.imports.all()])

    def plan_import(body: ImportRequest, key: str | None) -> JobStarted:
        return start_job(desk.plan(body, key))

    def show_import(import_id: str) -> ImportView:
        return view_of(desk.imports.get(import_id), services)

    def start_import(import_id: str, key: str | None) -> JobStarted:
        return start_job(desk.start(import_id, key))

    def lease_batch(import_id: str, body: BatchRequest) -> Reply:
        return Reply(desk.batch(import_id, body))

    def take_results(import_id: str, number: int, body: ResultsRequest) -> ResultsReceipt:
        return desk.results(import_id, number, body)

    def pause_import(import_id: str) -> ImportView:
        return view_of(desk.pause(import_id), services)

    def resume_import(import_id: str) -> ImportView:
        return view_of(desk.resume(import_id), services)

    def cancel_import(import_id: str) -> ImportView:
        return view_of(desk.cancel(import_id), services)

    def retry_import(import_id: str) -> ImportView:
        return view_of(desk.retry(import_id), services)

    def report_import(import_id: str) -> ImportReport:
        return desk.report(import_id)

    services.jobs.register(PLAN, desk.plan_job)
    services.jobs.register(ORIGINALS, desk.originals_job)
    one: dict[str, Any] = {"path_types": {"import_id": JobId}}
    ledger = (UnknownImport, ImportConflict, DestinationError, NotAMigration, AccessDenied)
    library = (UnknownLibrary, LibraryError, OutsideRoots)
    api.get("/v1/imports", list_imports, "Imports, newest first.", ImportList)
    api.post(
        "/v1/imports",
        plan_import,
        "Plan an import: a job that says what will become of everything. Its id is the import's.",
        JobStarted,
        status=202,
        body=ImportRequest,
        idempotent=True,
        problems=(*library, AccessDenied, IdempotencyConflict, QueueFull),
    )
    api.get("/v1/imports/<import_id>", show_import, "An import.", ImportView, problems=(UnknownImport,), **one)
    api.post(
        "/v1/imports/<import_id>/start",
        start_import,
        "Start the job that brings the originals; started again, it continues where it stopped.",
        JobStarted,
        status=202,
        idempotent=True,
        problems=(UnknownImport, ImportConflict, IdempotencyConflict, QueueFull),
        **one,
    )
    api.post(
        "/v1/imports/<import_id>/batches",
        lease_batch,
        "The next batch for the plug-in, or again the one that is not answered.",
        BatchView,
        body=BatchRequest,
        problems=(*ledger, *library, StateTooNew),
        **one,
    )
    api.post(
        "/v1/imports/<import_id>/batches/<number>/results",
        take_results,
        "Report the results of a batch. Sent twice, they count once.",
        ResultsReceipt,
        body=ResultsRequest,
        path_types={"import_id": JobId, "number": BatchNumber},
        problems=(*ledger, UnknownBatch),
    )
    steer: dict[str, Any] = {"problems": (UnknownImport, ImportConflict, UnknownJob, JobConflict), **one}
    api.post("/v1/imports/<import_id>/pause", pause_import, "Pause an import.", ImportView, **steer)
    api.post("/v1/imports/<import_id>/resume", resume_import, "Resume a paused import.", ImportView, **steer)
    api.post("/v1/imports/<import_id>/cancel", cancel_import, "Cancel an import for good.", ImportView, **steer)
    api.post(
        "/v1/imports/<import_id>/retry",
        retry_import,
        "Send what Lightroom did not accept again.",
        ImportView,
        problems=ledger,
        **one,
    )
    api.get(
        "/v1/imports/<import_id>/report", report_import, "The ledger in figures.", ImportReport, problems=ledger, **one
    )
