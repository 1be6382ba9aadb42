"""What later versions answer: declared now, so that a plug-in can be written and tested against the shape."""

from __future__ import annotations

from typing import Annotated, Any, NoReturn

from msgspec import Meta

from couloir.service.api import Api
from couloir.service.problems import NotBuilt
from couloir.service.routes.jobs import JobStarted
from couloir.service.schema import Incoming, LibraryId, Uuid
from couloir.service.services import Services

MOST_PHOTOS = 100


class RefinementItem(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A photo whose settings are to come nearer to Aperture's preview: Lightroom's rendering (a JPEG in base64) of the
    given settings."""

    library: LibraryId
    version: Uuid
    settings: dict[str, Any]
    rendering: Annotated[str, Meta(max_length=3_000_000)]


class RefinementRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One round of the loop for up to 100 photos."""

    items: Annotated[list[RefinementItem], Meta(min_length=1, max_length=MOST_PHOTOS)]


class CorrectionItem(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a photographer made of the derived settings: the difference is something to learn from."""

    library: LibraryId
    version: Uuid
    derived: dict[str, Any]
    corrected: dict[str, Any]


class CorrectionRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Corrections of up to 100 photos."""

    items: Annotated[list[CorrectionItem], Meta(min_length=1, max_length=MOST_PHOTOS)]


def reserved_routes(api: Api, services: Services) -> None:  # noqa: ARG001  (a resource's signature)
    """/v1/refinements and /v1/corrections"""

    def refine_photos(body: RefinementRequest, key: str | None) -> NoReturn:  # noqa: ARG001
        raise NotBuilt(item="/v1/refinements")

    def correct_photos(body: CorrectionRequest, key: str | None) -> NoReturn:  # noqa: ARG001
        raise NotBuilt(item="/v1/corrections")

    shape: dict[str, Any] = {"status": 202, "idempotent": True, "problems": (NotBuilt,)}
    api.post(
        "/v1/refinements",
        refine_photos,
        "Reserved: one round of refining.",
        JobStarted,
        body=RefinementRequest,
        **shape,
    )
    api.post(
        "/v1/corrections",
        correct_photos,
        "Reserved: learn from corrections.",
        JobStarted,
        body=CorrectionRequest,
        **shape,
    )
