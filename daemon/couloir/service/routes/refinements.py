"""Refinements: sessions that bring photos in Lightroom nearer to Aperture's previews, in rounds.

A session names photos or an import. In each round the plug-in applies settings, sends the renderings, and gets what to
try next, until `done`. Either side may end at any moment: a new request gives the state of each photo.
"""

from __future__ import annotations

from typing import Any

from couloir.errors import AccessDenied, DestinationError, LibraryError, ModelError, NotAMigration, StateTooNew
from couloir.service.http.api import Api
from couloir.service.http.problems import (
    IdempotencyConflict,
    ImportConflict,
    LibraryNotOpen,
    OutsideRoots,
    UnknownImport,
    UnknownLibrary,
    UnknownRefinement,
)
from couloir.service.http.wire import JobId
from couloir.service.match.desk import MatchDesk
from couloir.service.match.wire import (
    RefinementList,
    RefinementRequest,
    RefinementView,
    RoundRequest,
    RoundView,
    StopRequest,
)
from couloir.service.services import Services


def refinement_routes(api: Api, services: Services) -> None:
    """/v1/refinements"""
    desk = MatchDesk(services)

    def list_refinements() -> RefinementList:
        return RefinementList(sessions=desk.all())

    def begin_refinement(body: RefinementRequest, key: str | None) -> RefinementView:
        return desk.begin(body, key)

    def show_refinement(refinement_id: str) -> RefinementView:
        return desk.show(refinement_id)

    def next_round(refinement_id: str, body: RoundRequest) -> RoundView:
        return desk.round(refinement_id, body)

    def stop_refinement(refinement_id: str, body: StopRequest) -> RoundView:
        return desk.stop(refinement_id, body)

    one: dict[str, Any] = {"path_types": {"refinement_id": JobId}}
    library = (UnknownLibrary, LibraryNotOpen, LibraryError, AccessDenied)
    api.get(
        "/v1/refinements",
        list_refinements,
        "Matching sessions that are not done, newest first.",
        RefinementList,
        problems=(StateTooNew,),
    )
    api.post(
        "/v1/refinements",
        begin_refinement,
        "Begin a matching session, or resume the import's own that is not done.",
        RefinementView,
        body=RefinementRequest,
        idempotent=True,
        problems=(
            *library,
            UnknownImport,
            ImportConflict,
            IdempotencyConflict,
            OutsideRoots,
            DestinationError,
            NotAMigration,
        ),
    )
    api.get(
        "/v1/refinements/<refinement_id>",
        show_refinement,
        "A matching session.",
        RefinementView,
        problems=(UnknownRefinement,),
        **one,
    )
    api.post(
        "/v1/refinements/<refinement_id>/round",
        next_round,
        "Send the results of the last round, and get the next one. Renderings sent twice count once.",
        RoundView,
        body=RoundRequest,
        problems=(UnknownRefinement, *library, ModelError),
        **one,
    )
    api.post(
        "/v1/refinements/<refinement_id>/stop",
        stop_refinement,
        "Stop: photos that have begun keep the best look so far; with `drop` the others are not matched.",
        RoundView,
        body=StopRequest,
        problems=(UnknownRefinement, *library),
        **one,
    )
