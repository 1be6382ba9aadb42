"""Removals: what Lightroom has of an import, and what the plug-in has removed there again."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from couloir.errors import AccessDenied, DestinationError, NotAMigration
from couloir.service.http.api import Api
from couloir.service.http.problems import ImportConflict, OutsideRoots, UnknownImport
from couloir.service.http.wire import Incoming, JobId
from couloir.service.imports.removal import RemovalDesk
from couloir.service.imports.store import Imports
from couloir.service.imports.wire import BroughtPage, RemovalReceipt, RemovalRequest
from couloir.service.services import Services


class BroughtQuery(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`after` is the `next` of the previous page."""

    after: Annotated[str, Meta(max_length=256, pattern=r'^(\[[0-9]{1,15},[0-9]{1,15},"[^"\\]*"\])?$')] = ""
    limit: Annotated[int, Meta(ge=1, le=2000)] = 1000


def removal_routes(api: Api, services: Services) -> None:
    """/v1/imports/ID/brought and /v1/imports/ID/removals"""
    desk = RemovalDesk(services, Imports(services.settings.imports_folder))

    def list_brought(import_id: str, query: BroughtQuery) -> BroughtPage:
        return desk.list_brought(import_id, query.after, query.limit)

    def remove(import_id: str, body: RemovalRequest) -> RemovalReceipt:
        return desk.remove(import_id, body)

    problems = (UnknownImport, ImportConflict, OutsideRoots, DestinationError, NotAMigration, AccessDenied)
    one: dict[str, Any] = {"path_types": {"import_id": JobId}, "problems": problems}
    api.get(
        "/v1/imports/<import_id>/brought",
        list_brought,
        "What Lightroom has of an import, in pages.",
        BroughtPage,
        query=BroughtQuery,
        **one,
    )
    api.post(
        "/v1/imports/<import_id>/removals",
        remove,
        "Report what was removed from Lightroom again. Sent twice, it counts once.",
        RemovalReceipt,
        body=RemovalRequest,
        **one,
    )
