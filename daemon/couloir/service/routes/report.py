"""The page of an import's photos: written on demand, opened in the browser through a link that works once.

The plug-in requests the link with the service's token and opens it. The browser gets a cookie for this page only;
see `couloir.service.http.views`.
"""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files
from typing import Annotated, Any, Final

from flask import request
from msgspec import Meta

from couloir.errors import AccessDenied, DestinationError, LibraryError, NotAMigration, UnknownVersion
from couloir.language.catalog import open_catalog
from couloir.language.pages import translate_page
from couloir.service.http.answers import language_of_request
from couloir.service.http.api import Api
from couloir.service.http.guard import VIEW_COOKIE
from couloir.service.http.problems import (
    CrossSite,
    IdempotencyConflict,
    ImportConflict,
    NoPage,
    NoSuchPlace,
    OutsideRoots,
    QueueFull,
    TicketSpent,
    UnknownImport,
    ViewOver,
)
from couloir.service.http.route import Reply
from couloir.service.http.views import TICKET_SECONDS
from couloir.service.http.wire import Count, Incoming, JobId, Outgoing, Uuid
from couloir.service.page.desk import WRITE, PageDesk
from couloir.service.routes.jobs import JobStarted, start_job
from couloir.service.services import Services

ViewId = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", min_length=32, max_length=32)]
Name = Annotated[str, Meta(pattern="^[0-9a-z-]+$", min_length=1, max_length=160)]

_OWN: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_ALONE: Final = {
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A page runs only the scripts that are served here, and loads nothing from elsewhere.
_DOORSTEP: Final = {
    **_ALONE,
    "Content-Security-Policy": f"{_OWN}; script-src 'self'; connect-src 'self'; img-src data:",
}
_PHOTOS: Final = {
    **_ALONE,
    "Content-Security-Policy": f"{_OWN}; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:",
}
_REPORT: Final = {**_ALONE, "Content-Security-Policy": f"{_OWN}; style-src 'unsafe-inline'; img-src 'self'"}
_KEPT: Final = {**_ALONE, "Cache-Control": "private, max-age=3600"}


class Said(StrEnum):
    """A photographer's decision on a photo; the values are those of `couloir.migrate.ledger.decisions`."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    AGAIN = "re-derive"


class Decided(Outgoing, frozen=True, kw_only=True):
    """The decision on one photo."""

    version: str
    decision: Said


class Decisions(Outgoing, frozen=True, kw_only=True):
    """All decisions of an import."""

    decisions: list[Decided]


class Desk(Decisions, frozen=True, kw_only=True):
    """What the page needs to send decisions: its token goes with each one, as the header Couloir-Page."""

    token: str


class Decide(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One decision on some photos; null takes theirs back."""

    versions: Annotated[list[Uuid], Meta(min_length=1, max_length=500)]
    decision: Said | None


class Link(Outgoing, frozen=True, kw_only=True):
    """An address to open in the browser, once, within this many seconds."""

    url: str
    seconds: Count


class Ticket(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The part of a link after its #."""

    ticket: Annotated[str, Meta(pattern="^[0-9A-Za-z_-]+$", min_length=1, max_length=128)]


class Opened(Outgoing, frozen=True, kw_only=True):
    """The address of the page that this answer's cookie gives access to."""

    page: str


def report_routes(api: Api, services: Services) -> None:
    """/v1/imports/ID/page, /v1/imports/ID/decisions for the plug-in; /report for the browser"""
    desk, views = PageDesk(services), services.views
    services.jobs.register(WRITE, desk.write_job)
    _for_the_plugin(api, desk)

    def open_door() -> Reply:
        page = translate_page(_own_file("open.html").decode(), open_catalog(language_of_request()))
        return Reply(page.encode(), _DOORSTEP)

    def open_script() -> Reply:
        return Reply(_own_file("open.js"), _ALONE)

    def open_view(body: Ticket) -> Reply:
        view = views.spend(body.ticket)
        place = f"/report/{view.id}"
        cookie = f"{VIEW_COOKIE}={view.secret}; Path={place}; HttpOnly; SameSite=Strict"
        return Reply(Opened(page=f"{place}/photos.html"), {**_ALONE, "Set-Cookie": cookie})

    door: dict[str, Any] = {"public": True, "page": True}
    api.get("/report", open_door, "The first page of a link.", None, media_type="text/html", **door)
    api.get("/report/open.js", open_script, "Its script.", None, media_type="text/javascript", **door)
    api.post(
        "/report/views",
        open_view,
        "Spend a link's ticket for a view and its cookie.",
        Opened,
        body=Ticket,
        status=201,
        problems=(TicketSpent, CrossSite),
        **door,
    )
    _for_the_view(api, services, desk)


def _for_the_plugin(api: Api, desk: PageDesk) -> None:
    def write_page(import_id: str, key: str | None) -> JobStarted:
        return start_job(desk.write(import_id, language_of_request(), key))

    def link_page(import_id: str) -> Link:
        port = request.environ["SERVER_PORT"]  # the service's own port: a Host header need not name one
        return Link(url=f"http://127.0.0.1:{port}/report#{desk.link(import_id)}", seconds=TICKET_SECONDS)

    def list_decisions(import_id: str) -> Decisions:
        return Decisions(decisions=_decided(desk, import_id))

    place: dict[str, Any] = {"path_types": {"import_id": JobId}}
    api.post(
        "/v1/imports/<import_id>/page",
        write_page,
        "Write the report and the page of all photos again: a job.",
        JobStarted,
        status=202,
        idempotent=True,
        problems=(UnknownImport, ImportConflict, LibraryError, IdempotencyConflict, QueueFull),
        **place,
    )
    api.post(
        "/v1/imports/<import_id>/page/link",
        link_page,
        "A link that opens the page in the browser, once.",
        Link,
        problems=(UnknownImport, OutsideRoots, AccessDenied, NoPage),
        **place,
    )
    api.get(
        "/v1/imports/<import_id>/decisions",
        list_decisions,
        "The decisions that were made on the page.",
        Decisions,
        problems=(UnknownImport, OutsideRoots, AccessDenied, DestinationError, NotAMigration),
        **place,
    )


def _for_the_view(api: Api, services: Services, desk: PageDesk) -> None:
    from_disk = (ViewOver, UnknownImport, OutsideRoots, AccessDenied, NoSuchPlace)

    def import_of(view: str) -> str:
        return services.views.open_view(view, request.cookies.get(VIEW_COOKIE, "")).import_id

    def show_photos(view: str) -> Reply:
        from couloir.service.page.content import document

        return Reply(document(desk.destination(import_of(view)), "photos.html"), _PHOTOS)

    def show_report(view: str, name: str) -> Reply:
        from couloir.service.page.content import document

        return Reply(document(desk.destination(import_of(view)), f"{name}.html"), _REPORT)

    def show_script(view: str, name: str) -> Reply:  # noqa: ARG001  (the guard has looked at it)
        from couloir.service.page.content import script

        return Reply(script(name), _ALONE)

    def show_style(view: str, name: str) -> Reply:  # noqa: ARG001
        from couloir.service.page.content import style

        return Reply(style(name), _ALONE)

    def show_piece(view: str, name: str) -> Reply:
        from couloir.service.page.content import piece

        return Reply(piece(desk.destination(import_of(view)), f"{name}.js"), _ALONE)

    def show_picture(view: str, folder: str, name: str) -> Reply:
        from couloir.service.page.content import picture

        # A new preview or rendering has a new name, so the browser can keep the old ones.
        return Reply(picture(desk.destination(import_of(view)), folder, f"{name}.webp"), _KEPT)

    def show_desk(view: str) -> Desk:
        found = services.views.open_view(view, request.cookies.get(VIEW_COOKIE, ""))
        return Desk(token=found.token, decisions=_decided(desk, found.import_id))

    def decide_photos(view: str, body: Decide) -> Decisions:
        import_id = import_of(view)
        desk.decide(import_id, body.versions, None if body.decision is None else body.decision.value)
        wanted = set(body.versions)
        return Decisions(decisions=[d for d in _decided(desk, import_id) if d.version in wanted])

    def get(path: str, handler: Any, summary: str, media_type: str, **names: Any) -> None:
        types = {"view": ViewId, **names}
        api.get(
            f"/report/<view>/{path}",
            handler,
            summary,
            None,
            media_type=media_type,
            page=True,
            path_types=types,
            problems=from_disk,
        )

    get("photos.html", show_photos, "The page of all photos.", "text/html")
    get("<name>.html", show_report, "The report.", "text/html", name=Name)
    get("page/<name>.js", show_script, "A script of the page.", "text/javascript", name=Name)
    get("page/<name>.css", show_style, "The page's style.", "text/css", name=Name)
    get("data/<name>.js", show_piece, "A piece of the photos' data.", "text/javascript", name=Name)
    get("<folder>/<name>.webp", show_picture, "A picture of a photo.", "image/webp", folder=Name, name=Name)
    shape: dict[str, Any] = {"page": True, "path_types": {"view": ViewId}}
    ledger = (ViewOver, UnknownImport, OutsideRoots, AccessDenied, DestinationError, NotAMigration)
    api.get("/report/<view>/desk", show_desk, "What the page needs to send decisions.", Desk, problems=ledger, **shape)
    api.post(
        "/report/<view>/decisions",
        decide_photos,
        "Accept photos, have them derived again, or mark them for review.",
        Decisions,
        body=Decide,
        problems=(*ledger, UnknownVersion, CrossSite),
        **shape,
    )


def _decided(desk: PageDesk, import_id: str) -> list[Decided]:
    return [Decided(version=d["version"], decision=Said(d["decision"])) for d in desk.decisions(import_id)]


def _own_file(name: str) -> bytes:
    return (files("couloir.service.page") / name).read_bytes()
