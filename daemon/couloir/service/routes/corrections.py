"""Corrections: develop settings that photographers chose in Lightroom, kept for training."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

from msgspec import Meta

from couloir.errors import LibraryError, ModelError, StateTooNew
from couloir.service.http.api import Api
from couloir.service.http.problems import UnknownLibrary
from couloir.service.http.wire import Count, Incoming, LibraryId, Outgoing, Trouble, Uuid
from couloir.service.jobs.journal import now
from couloir.service.services import Services

if TYPE_CHECKING:
    from couloir.learn.corrections import Correction

MOST_PHOTOS: Final = 100


class CorrectionItem(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A photo that its photographer has corrected: all its develop settings, as Lightroom states them."""

    library: LibraryId
    version: Uuid
    settings: dict[str, Any]


class CorrectionRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Corrections of up to 100 photos."""

    items: Annotated[list[CorrectionItem], Meta(min_length=1, max_length=MOST_PHOTOS)]


class CorrectionOutcome(StrEnum):
    """The result for a correction."""

    TAUGHT = "taught"
    FAILED = "failed"


class CorrectionResult(Outgoing, frozen=True, kw_only=True):
    """`left_out` are keys whose values Couloir cannot learn from; `problem` says why nothing was kept."""

    version: str
    outcome: CorrectionOutcome
    left_out: list[str]
    problem: Trouble | None


class CorrectionAnswer(Outgoing, frozen=True, kw_only=True):
    """One result for each item, in their order. `kept` is the number of corrections kept so far."""

    results: list[CorrectionResult]
    kept: Count


def correction_routes(api: Api, services: Services) -> None:
    """/v1/corrections"""

    def correct_photos(body: CorrectionRequest) -> CorrectionAnswer:
        from couloir.learn.corrections import Corrections

        found = _corrections(services, body.items)
        store = Corrections(services.settings.corrections_file)
        store.add(correction for correction, _ in found if correction is not None)
        return CorrectionAnswer(results=[result for _, result in found], kept=sum(1 for _ in store.all()))

    api.post(
        "/v1/corrections",
        correct_photos,
        "Teach: the settings that photographers found right, for training.",
        CorrectionAnswer,
        body=CorrectionRequest,
        problems=(UnknownLibrary, LibraryError, StateTooNew, ModelError),
    )


def _corrections(services: Services, items: list[CorrectionItem]) -> list[tuple[Correction | None, CorrectionResult]]:
    """For each item the correction to keep, None where there is none, and the result to answer."""
    from couloir.derive import photo_kind
    from couloir.learn.corrections import Correction
    from couloir.lightroom.live import read_live
    from couloir.service.deriving import DerivedVersion, Target, derive
    from couloir.service.libraries.identify import MatchedBy
    from couloir.service.libraries.translators import translator_of

    targets = [Target(services.libraries.get(item.library), item.version, MatchedBy.UUID) for item in items]
    taught = now()
    results: list[tuple[Correction | None, CorrectionResult]] = []
    for item, target, derived in zip(items, targets, derive(targets, partial(translator_of, services)), strict=True):
        if not isinstance(derived, DerivedVersion):
            problem = Trouble(code=derived.code, message=derived.message, advice=derived.advice)
            failed = CorrectionResult(
                version=item.version, outcome=CorrectionOutcome.FAILED, left_out=[], problem=problem
            )
            results.append((None, failed))
            continue
        version, master = target.library.versions([item.version])[item.version]
        kind = photo_kind(master)
        corrected, left_out = read_live(item.settings, kind)
        correction = Correction(
            library=target.library.ask(lambda opened: opened.info.uuid) or str(target.library.path),
            path=str(target.library.path),
            version=item.version,
            master=master.uuid,
            camera=str(version.exif.get("Model") or ""),
            kind=kind,
            derived=derived.translation.settings,
            corrected=corrected,
            taught=taught,
        )
        taken = CorrectionResult(
            version=item.version, outcome=CorrectionOutcome.TAUGHT, left_out=list(left_out), problem=None
        )
        results.append((correction, taken))
    return results
