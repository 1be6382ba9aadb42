"""Translates one version: each adjustment, then the geometry; then the contributions are combined and clamped."""

from __future__ import annotations

from collections.abc import Iterator

from couloir.aperture.adjustments import Crop, Straighten
from couloir.aperture.model import Master, Operation, Version
from couloir.aperture.wall_clock import Source, wall_clock
from couloir.derive.assemble import NO_SETTINGS, Pieces, assemble, outcomes, sum_up
from couloir.derive.bricks import BRICKS
from couloir.derive.contribution import Contribution, PhotoFacts
from couloir.derive.geometry import Frame, frame
from couloir.derive.manifest import BRUSHED, SWITCHED_OFF, Carry
from couloir.derive.model import Anomaly, Fidelity, Judgement, Translation
from couloir.derive.repeated import settle
from couloir.derive.residual.correction import Correction, no_correction
from couloir.lightroom.settings import PhotoKind

ANALYTIC = no_correction("No learned model was used; the translation is analytic.")


def photo_kind(master: Master) -> PhotoKind:
    """Whether Lightroom treats the original as RAW (Kelvin, camera profile) or as a rendered file."""
    return PhotoKind.RAW if master.is_raw or master.subtype == "RAWST" else PhotoKind.RENDERED


def translate(version: Version, master: Master, correction: Correction = ANALYTIC, profile: str = "") -> Translation:
    """The translation of a version of a master. Pure: the same rows and correction give the same translation.

    `correction` is the sum of the camera offset and the learned residual for this photo; without a model the
    translation's `note` says why. `profile` is the name of the learnt camera profile under a RAW photo, "" for Adobe's
    own.

    Never raises for what a library may hold: an operation that cannot be carried becomes a DROPPED outcome with its
    reason, a contradiction in the geometry an anomaly.
    """
    photo, geometry, pieces = _taken_apart(version, master)
    settings, operations = assemble(pieces, geometry.crop, photo.kind, correction, profile)
    return Translation(
        version_uuid=version.uuid,
        settings=settings,
        crop=geometry.crop,
        operations=operations,
        anomalies=(*geometry.anomalies, *_time_anomalies(version)),
        expected_size=geometry.expected_size,
        model=correction.model,
        uncertainty=correction.deviations,
        note=correction.note,
        offset_photos=correction.offset_photos,
    )


def analytic(version: Version, master: Master, profile: str = "") -> Translation:
    """The analytic translation, without a camera offset and without a model: see `translate`.

    Of a JPEG whose version has Exposure at +1 stop:

    >>> found = analytic(version, master)
    >>> found.settings["Exposure2012"], str(found.fidelity)
    (1.0, 'approximate')
    """
    return translate(version, master, ANALYTIC, profile)


def judge(version: Version, master: Master, correction: Correction = ANALYTIC) -> Judgement:
    """The outcomes of the operations and the anomalies, as `translate` gives them, without settings."""
    photo, geometry, pieces = _taken_apart(version, master)
    summed = sum_up(pieces, photo.kind, correction) if pieces else NO_SETTINGS
    return Judgement(outcomes(pieces, photo.kind, summed), (*geometry.anomalies, *_time_anomalies(version)))


def _taken_apart(version: Version, master: Master) -> tuple[PhotoFacts, Frame, Pieces]:
    photo = PhotoFacts(photo_kind(master), version.master_size, version.processed_size, version.rotation)
    geometry = frame(
        [o.adjustment for o in version.operations if _counts(o) and isinstance(o.adjustment, Crop)],
        [o.adjustment for o in version.operations if _counts(o) and isinstance(o.adjustment, Straighten)],
        photo,
    )
    crops, straightens = iter(geometry.crop_rows), iter(geometry.straighten_rows)
    pieces = [(operation, _contribution(operation, photo, crops, straightens)) for operation in version.operations]
    return photo, geometry, settle(pieces, photo.kind)


def _time_anomalies(version: Version) -> tuple[Anomaly, ...]:
    clock = None if version.captured is None else wall_clock(version)
    if clock is None or clock.source is not Source.NONE:
        return ()
    stated = f"The time zone {version.time_zone!r} is not known here" if version.time_zone else "No time zone is stored"
    told = f"{stated}, and no other record has the local time; the time is written in UTC, which is the same instant."
    return (Anomaly("time.zone", told),)


def _counts(operation: Operation) -> bool:
    return operation.enabled and operation.mask_uuid is None


def _contribution(
    operation: Operation, photo: PhotoFacts, crops: Iterator[Carry], straightens: Iterator[Carry]
) -> Contribution:
    if not operation.enabled:
        return Contribution((SWITCHED_OFF,))
    if operation.mask_uuid is not None:
        return Contribution((BRUSHED,))
    if isinstance(operation.adjustment, Crop):
        return Contribution((next(crops),))
    if isinstance(operation.adjustment, Straighten):
        return Contribution((next(straightens),))
    entry = BRICKS.get(type(operation.adjustment))
    if entry is None or entry.translate is None:
        return Contribution((_unreadable(operation),))
    return entry.translate(operation.adjustment, photo)


def _unreadable(operation: Operation) -> Carry:
    if operation.problem is not None:
        return Carry(Fidelity.DROPPED, f"Its data cannot be read: {operation.problem}.")
    return Carry(
        Fidelity.DROPPED,
        "Couloir does not know this adjustment yet: the report lists its values, and only Aperture's preview shows "
        "its look.",
    )
