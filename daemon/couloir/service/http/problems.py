"""Errors of HTTP requests, and the RFC 9457 problem document of any error.

The errors here are about one HTTP request; those that a person can meet without one are in `couloir.errors`. A status
is looked up along an error's ancestors, so a new error gets its family's status unless it is named here.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from couloir import errors
from couloir.errors import CouloirError
from couloir.language.fields import Sentence


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem document of RFC 9457, extended by the code, the item, advice and the request's id."""

    type: str
    title: str
    status: int
    code: str
    detail: Sentence
    advice: Sentence
    item: str | None
    request_id: str


class RequestError(CouloirError):
    """The request was refused: {why}."""

    code = "request"
    exit_code = 55
    advice = "Update the plug-in and the service to the same version."


class MalformedRequest(RequestError):
    """The request cannot be read: {why}."""

    code = "request.malformed"
    advice = "Send what GET /v1/openapi.json describes."


class InvalidRequest(RequestError):
    """{item} is not valid for this call: {why}."""

    code = "request.invalid"
    advice = "Send what GET /v1/openapi.json describes."


class TokenInUrl(RequestError):
    """A token must not be in a URL."""

    code = "request.token-in-url"
    advice = "Send it as `Authorization: Bearer ...`, and restart the service: URLs end up in logs."


class NotAuthorised(RequestError):
    """The request carries no valid token."""

    code = "request.not-authorised"
    advice = "Read the token again from daemon.json in the service's folder; each start makes a new one."


class ForeignHost(RequestError):
    """The request is addressed to another host."""

    code = "request.foreign-host"
    advice = "Address the service as 127.0.0.1 and the port in daemon.json."


class CrossSite(RequestError):
    """The request comes from a web page."""

    code = "request.cross-site"
    advice = "There is nothing to do: no web page may use this service."


class NoSuchPlace(RequestError):
    """There is no resource at {item}."""

    code = "request.no-such-place"
    advice = "GET /v1/openapi.json lists the resources and their methods."


class WrongMethod(RequestError):
    """{item} does not support this method."""

    code = "request.wrong-method"
    advice = "GET /v1/openapi.json lists the resources and their methods."


class TooLarge(RequestError):
    """The request is larger than {limit} bytes."""

    code = "request.too-large"
    advice = "Send fewer photos, or smaller renderings, at a time."


class HeadersTooLarge(RequestError):
    """The request's headers are larger than {limit} bytes."""

    code = "request.headers-too-large"


class NotJson(RequestError):
    """The body is not declared as JSON."""

    code = "request.not-json"
    advice = "Send `Content-Type: application/json`."


class IdempotencyConflict(RequestError):
    """The idempotency key {item} was used for another request."""

    code = "request.idempotency-conflict"
    advice = "Use a new key for each new request."


class UnknownJob(RequestError):
    """There is no job {item}."""

    code = "job.unknown"
    advice = "GET /v1/jobs lists the existing jobs; old ones are removed after a month."


class JobConflict(RequestError):
    """The job {item} is {state} and cannot be {action}."""

    code = "job.conflict"
    advice = "Start it anew if its work is still wanted."


class QueueFull(RequestError):
    """{limit} jobs are waiting already."""

    code = "job.queue-full"
    advice = "Wait until one of them has ended, or cancel one."


class JobCrashed(CouloirError):
    """The job {item} stopped because of a fault in Couloir."""

    code = "job.crashed"
    advice = "Start it again; if it stops again, send the file that `couloir doctor --report` writes."


class JobKeepsDying(CouloirError):
    """The service ended {times} times while the job {item} ran, so it is not started again."""

    code = "job.keeps-dying"
    advice = "Send the file that `couloir doctor --report` writes; other jobs are not affected."


class JobOrphaned(CouloirError):
    """This version of the service cannot do the job {item} ({kind})."""

    code = "job.orphaned"
    advice = "Start it again from the plug-in."


class OutsideRoots(RequestError):
    """{item} is not inside a folder that you have opened to Couloir."""

    code = "path.outside"
    advice = "Choose the library or the destination folder in the plug-in first."


class UnsafeRoot(RequestError):
    """{item} cannot be opened to Couloir: {why}."""

    code = "path.unsafe"
    advice = "Choose the library itself, or a folder made for the migration."


class UnknownDisk(RequestError):
    """No original of this library lies on a disk {item!r}."""

    code = "disk.unknown"
    advice = "Open the library again, and choose one of the disks that are listed."


class UnsafeDisk(RequestError):
    """{item} cannot be taken for a disk: {why}."""

    code = "disk.unsafe"
    advice = "Choose the disk itself, or the folder into which all that was on it has been copied."


class OtherDisk(RequestError):
    """None of the originals of the disk {item!r} is in the folder {folder}; {sought} is missing, for example."""

    code = "disk.other"
    advice = "Choose the disk itself, or the folder into which all that was on it has been copied."


class UnknownLibrary(RequestError):
    """There is no open library {item}."""

    code = "library.unknown"
    advice = "Open it with POST /v1/roots and POST /v1/libraries; GET /v1/libraries lists the known libraries."


class LibraryNotOpen(RequestError):
    """The photos of {item} have not been read yet."""

    code = "library.not-open"
    advice = "Open it with POST /v1/libraries and wait until that job is done."


class NoPreview(RequestError):
    """The library has no preview of the version {item}."""

    code = "preview.missing"
    advice = "The photo itself is not affected; its look is translated from its adjustments alone."


class UnknownImport(RequestError):
    """There is no import {item}."""

    code = "import.unknown"
    advice = "GET /v1/imports lists the existing imports; plan it again with POST /v1/imports."


class ImportConflict(RequestError):
    """The import {item} is {state} and cannot be {action}."""

    code = "import.conflict"
    advice = "GET /v1/imports/ID gives its state; bring the import into another state first."


class UnknownBatch(RequestError):
    """No batch {item} was ever sent for this import."""

    code = "import.unknown-batch"
    advice = "Ask for the next batch with POST /v1/imports/ID/batches."


class TicketSpent(NotAuthorised):
    """This link was opened already, or is too old."""

    code = "page.ticket"
    advice = "Open the page again from Lightroom; each link works once, and for two minutes."


class ViewOver(NotAuthorised):
    """This page is no longer open to the browser."""

    code = "page.over"
    advice = "Open it again from Lightroom; it closes an hour after it was last used, and when the service ends."


class NoPage(RequestError):
    """No page of the import {item} has been written yet."""

    code = "page.missing"
    advice = "Have it written with POST /v1/imports/ID/page."


class UnknownRefinement(RequestError):
    """There is no matching session {item}."""

    code = "refinement.unknown"
    advice = "GET /v1/refinements lists those that are not done; begin another with POST /v1/refinements."


class InternalFault(CouloirError):
    """Couloir failed because of a fault of its own."""

    code = "internal"
    advice = "Try again; if it fails again, send the file that `couloir doctor --report` writes."


# 422: the request does not fit its declaration. 409: it fits, and cannot be done in the current state.
STATUS: Final[dict[type[CouloirError], int]] = {
    CouloirError: 500,
    errors.LibraryError: 409,
    errors.UnknownVersion: 404,
    errors.UnknownProject: 404,
    errors.DestinationError: 409,
    errors.NotAMigration: 404,
    errors.DiskFull: 507,
    errors.AccessDenied: 403,
    errors.ContentError: 409,
    errors.VerificationFailed: 409,
    errors.NotAll: 409,
    errors.NotAllThere: 409,
    errors.InstallationError: 409,
    errors.ServiceError: 503,
    errors.ModelError: 503,
    errors.ProfileError: 409,
    errors.LearnError: 409,
    errors.CaptureOneError: 409,
    errors.WorkersError: 503,
    RequestError: 400,
    InvalidRequest: 422,
    NotAuthorised: 401,
    ForeignHost: 403,
    CrossSite: 403,
    NoSuchPlace: 404,
    WrongMethod: 405,
    TooLarge: 413,
    NotJson: 415,
    HeadersTooLarge: 431,
    IdempotencyConflict: 409,
    UnknownJob: 404,
    JobConflict: 409,
    QueueFull: 503,
    OutsideRoots: 403,
    UnsafeRoot: 409,
    UnknownDisk: 404,
    UnsafeDisk: 409,
    OtherDisk: 409,
    UnknownLibrary: 404,
    LibraryNotOpen: 409,
    NoPreview: 404,
    UnknownImport: 404,
    ImportConflict: 409,
    UnknownBatch: 404,
    TicketSpent: 401,
    ViewOver: 401,
    NoPage: 404,
    UnknownRefinement: 404,
}

_ITEM_FACTS: Final = ("item", "path", "version")


def status_of(error: type[CouloirError]) -> int:
    """The HTTP status of an error class: its own, else its nearest ancestor's."""
    return next(STATUS[ancestor] for ancestor in error.__mro__ if ancestor in STATUS)


def title_of(error: type[CouloirError]) -> str:
    """A short name that does not change between occurrences: `NotALibrary` -> "Not a library"."""
    words = re.findall(r"[A-Z][a-z]*", error.__name__)
    return " ".join(words).capitalize()


def problem_of(error: CouloirError, request_id: str) -> Problem:
    """The document for one occurrence."""
    item = next((str(error.facts[fact]) for fact in _ITEM_FACTS if fact in error.facts), None)
    return Problem(
        type=f"urn:couloir:error:{error.code}",
        title=title_of(type(error)),
        status=status_of(type(error)),
        code=error.code,
        detail=error.message,
        advice=error.advice,
        item=item,
        request_id=request_id,
    )
