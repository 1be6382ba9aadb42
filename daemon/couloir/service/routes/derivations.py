"""Translates photos, given by uuid or by their facts in Lightroom, to develop settings under Lightroom's own keys."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from msgspec import Meta

from couloir.errors import CouloirError, StateTooNew
from couloir.language.fields import Sentence
from couloir.service.http.api import Api
from couloir.service.http.problems import InvalidRequest, LibraryNotOpen
from couloir.service.http.wire import Count, Incoming, LibraryId, Outgoing, Trouble, Uuid
from couloir.service.libraries.identify import Identification, MatchedBy, Sought, identify
from couloir.service.libraries.index import IndexedPhoto
from couloir.service.libraries.open import OpenLibrary
from couloir.service.services import Services

if TYPE_CHECKING:
    from couloir.service.deriving import DerivedVersion, Refusal, Target

MOST_PHOTOS: Final = 100
Pixels = Annotated[float, Meta(ge=0, le=1_000_000)]  # Lua has no integers, and JSON has no type for them
WallClock = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[0-9.:Z+-]*$", max_length=40)
]


class FileFormat(StrEnum):
    """Lightroom's `fileFormat`."""

    RAW = "RAW"
    DNG = "DNG"
    JPG = "JPG"
    PSD = "PSD"
    TIFF = "TIFF"
    VIDEO = "VIDEO"
    PNG = "PNG"
    HEIC = "HEIC"
    AVIF = "AVIF"
    JXL = "JXL"


class KnownPhoto(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A photo's facts in Lightroom; unknown facts are left out.

    `captured` is dateTimeOriginal as local time (a zone in it is ignored), `copy_name` a virtual copy's. `width` and
    `height` are those of the uncropped original, in any orientation. `settings` are its current develop settings:
    with them the answer says which keys would change.
    """

    path: Annotated[str, Meta(max_length=4096)] = ""
    file_name: Annotated[str, Meta(max_length=1024)] = ""
    copy_name: Annotated[str, Meta(max_length=1024)] = ""
    captured: WallClock | None = None
    camera: Annotated[str, Meta(max_length=256)] = ""
    width: Pixels = 0
    height: Pixels = 0
    format: FileFormat | None = None
    settings: dict[str, Any] | None = None


class DerivationItem(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One photo: `version` by its uuid, which needs `library`; or `photo`, identified there or in every open library.

    `ref` is the client's own name for it, which the answer repeats. `rendering` is a small JPEG in base64 of
    the photo as Lightroom draws it without edits; the learned model uses it.
    """

    ref: Annotated[str, Meta(max_length=256)] = ""
    library: LibraryId | None = None
    version: Uuid | None = None
    photo: KnownPhoto | None = None
    rendering: Annotated[str, Meta(max_length=3_000_000)] = ""


class DerivationRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A batch. Each photo gets its own answer: a photo that fails does not affect the others.

    Looks are translated by Aperture's previews and the originals' own pixels; without `pictures` from the adjustments
    alone, which is faster and less close.
    """

    pictures: bool = True
    items: Annotated[list[DerivationItem], Meta(min_length=1, max_length=MOST_PHOTOS)]


class Outcome(StrEnum):
    """The result for one photo of a batch."""

    DERIVED = "derived"
    AMBIGUOUS = "ambiguous"  # several versions fit; they are the candidates
    UNMATCHED = "unmatched"  # no version of an open library fits
    FAILED = "failed"


class Candidate(Outgoing, frozen=True, kw_only=True):
    """A version that fits the photo: ask again with its library and uuid."""

    library: LibraryId
    version: str
    name: str
    copy: int
    file_name: str
    captured: str | None
    width: int | None
    height: int | None
    adjusted: bool


class ClampView(Outgoing, frozen=True, kw_only=True):
    """A value that was clamped to Lightroom's range: the computed value and the one that is sent."""

    key: str
    wanted: float
    sent: float


class OperationView(Outgoing, frozen=True, kw_only=True):
    """The translation of one of Aperture's adjustments, with its reason.

    `fidelity` is "exact", "approximate", "taken from the preview" or "lost" ("dropped" until these words came).
    `settings` are the keys that it affects. `lost` has the reason for each part that is lost.
    """

    operation_uuid: str
    identifier: str
    title: Sentence
    enabled: bool
    fidelity: str
    reason: Sentence
    settings: tuple[str, ...]
    clamps: list[ClampView]
    lost: tuple[Sentence, ...]


class Translated(Outgoing, frozen=True, kw_only=True):
    """Develop settings for applyDevelopSettings: absolute, complete, each inside Lightroom's range; with
    MaskGroupBasedCorrections, RetouchAreas and RedEyeInfo where something was painted or retouched. Lightroom may leave
    these out: read them back.

    `fidelity` is the worst of the operations that are on. `expected_size` is width and height after cropping.
    `model` names the learned model that corrected it, null when the settings are analytic; then `note` says why.
    `uncertainty` is the model's expected error by output, null where it was not trained to predict it. `offset_photos`
    is the number of matched photos of the library from which the camera's offset in the settings was learnt, 0 when
    there is none. `changes` are the keys whose value differs from the settings that came with the photo, null when none
    came.
    """

    library: LibraryId
    version: str
    name: str
    matched_by: MatchedBy
    settings: dict[str, Any]
    fidelity: str
    operations: list[OperationView]
    anomalies: list[str]
    expected_size: tuple[int, int] | None
    model: str | None
    note: Sentence
    uncertainty: dict[str, float] | None
    offset_photos: Count
    changes: list[str] | None


class Derivation(Outgoing, frozen=True, kw_only=True):
    """The answer for one photo. `translation` is there when the outcome is "derived", else `problem` says why not."""

    ref: str
    outcome: Outcome
    translation: Translated | None
    candidates: list[Candidate]
    problem: Trouble | None


class DerivationAnswer(Outgoing, frozen=True, kw_only=True):
    """One answer for each item, in their order."""

    results: list[Derivation]


def derivation_routes(api: Api, services: Services) -> None:
    """/v1/derivations"""

    def derive_photos(body: DerivationRequest) -> DerivationAnswer:
        from couloir.service.deriving import derive
        from couloir.service.libraries.translators import translator_of

        found = [_found(services, item) for item in body.items]
        targets = [each for each in found if not isinstance(each, Derivation)]
        translated = derive(targets, partial(translator_of, services), pictures=body.pictures)
        derived = iter(zip(targets, translated, strict=True))
        results = [
            each if isinstance(each, Derivation) else _answer(item, *next(derived))
            for item, each in zip(body.items, found, strict=True)
        ]
        return DerivationAnswer(results=results)

    api.post(
        "/v1/derivations",
        derive_photos,
        "Develop settings for up to 100 photos.",
        DerivationAnswer,
        body=DerivationRequest,
        problems=(StateTooNew,),
    )


def _found(services: Services, item: DerivationItem) -> Target | Derivation:
    """The version that an item identifies, or the answer that says why there is none."""
    try:
        return _target(services, item)
    except CouloirError as error:
        return _failed(item, error.code, error.message, error.advice)


def _target(services: Services, item: DerivationItem) -> Target | Derivation:
    from couloir.service.deriving import Target

    current = None if item.photo is None else item.photo.settings
    if item.version is not None and item.library is not None:
        return Target(services.libraries.get(item.library), item.version, MatchedBy.UUID, item.rendering, current)
    if item.photo is None:
        raise InvalidRequest(item="An item", why="it needs a version with its library, or a photo to look for")
    libraries = (
        services.libraries.indexed_libraries() if item.library is None else [services.libraries.get(item.library)]
    )
    if not libraries:
        raise LibraryNotOpen(item="any library")
    sought = _sought(item.photo)
    identified = [(library, identify(sought, library.require_index())) for library in libraries]
    sure = [(library, found) for library, found in identified if found.photo is not None]
    if len(sure) == 1:
        library, found = sure[0]
        if found.photo is not None and found.by is not None:
            return Target(library, found.photo.uuid, found.by, item.rendering, current)
    return _undecided(item, identified, several=len(sure) > 1)


def _sought(photo: KnownPhoto) -> Sought:
    raw = None if photo.format is None else photo.format in (FileFormat.RAW, FileFormat.DNG)
    # A DNG is RAW for Lightroom and for Aperture, except one that holds a rendered picture.
    return Sought(
        path=photo.path,
        file_name=photo.file_name,
        copy_name=photo.copy_name,
        captured=None if photo.captured is None else _wall_clock(photo.captured),
        camera=photo.camera,
        width=round(photo.width),
        height=round(photo.height),
        raw=None if photo.format is FileFormat.DNG else raw,
    )


def _wall_clock(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise InvalidRequest(item="captured", why=f"{text} is no date and time") from error


def _undecided(
    item: DerivationItem, identified: list[tuple[OpenLibrary, Identification]], *, several: bool
) -> Derivation:
    candidates = [
        _candidate(library, photo)
        for library, found in identified
        for photo in (found.candidates or ((found.photo,) if found.photo is not None else ()))
    ]
    why = "It is in several open libraries." if several else next(f.why for _, f in identified if f.photo is None)
    if candidates:
        outcome, code = Outcome.AMBIGUOUS, "photo.ambiguous"
        advice = "Choose one of the candidates and ask again with its library and version."
    else:
        outcome, code = Outcome.UNMATCHED, "photo.unmatched"
        advice = "Open the library that the photo comes from; without it the photo stays unchanged."
    problem = Trouble(code=code, message=why, advice=advice)
    return Derivation(ref=item.ref, outcome=outcome, translation=None, candidates=candidates, problem=problem)


def _candidate(library: OpenLibrary, photo: IndexedPhoto) -> Candidate:
    return Candidate(
        library=library.id,
        version=photo.uuid,
        name=photo.name,
        copy=photo.copy,
        file_name=photo.file_name,
        captured=photo.wall_clock,
        width=photo.width,
        height=photo.height,
        adjusted=photo.adjusted,
    )


def _answer(item: DerivationItem, target: Target, result: DerivedVersion | Refusal) -> Derivation:
    from couloir.derive.painted.live import live_settings
    from couloir.service.deriving import Refusal, list_changed_keys

    if isinstance(result, Refusal):
        return _failed(item, result.code, result.message, result.advice)
    translation = result.translation
    settings = live_settings(translation)
    current = None if item.photo is None else item.photo.settings
    translated = Translated(
        library=target.library.id,
        version=target.uuid,
        name=result.version.name,
        matched_by=target.by,
        settings=settings,
        fidelity=str(translation.fidelity),
        operations=[
            msgspec.convert(operation, OperationView, from_attributes=True) for operation in translation.operations
        ],
        anomalies=[anomaly.message for anomaly in translation.anomalies],
        expected_size=translation.expected_size,
        model=translation.model,
        note=translation.note,
        uncertainty=None if translation.uncertainty is None else dict(translation.uncertainty),
        offset_photos=translation.offset_photos,
        changes=None if current is None else list_changed_keys(settings, current),
    )
    return Derivation(ref=item.ref, outcome=Outcome.DERIVED, translation=translated, candidates=[], problem=None)


def _failed(item: DerivationItem, code: str, message: str, advice: str) -> Derivation:
    problem = Trouble(code=code, message=message, advice=advice)
    return Derivation(ref=item.ref, outcome=Outcome.FAILED, translation=None, candidates=[], problem=problem)
