"""Translates one version: each adjustment, then the geometry; then the contributions are combined and clamped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from couloir.aperture.adjustments import Adjustment, Crop, Straighten
from couloir.aperture.model import Master, Operation, Version
from couloir.aperture.wall_clock import lacks_local_time
from couloir.derive.assemble import NO_SETTINGS, Pieces, assemble, fidelities, outcomes, sum_up
from couloir.derive.bricks import BRICKS
from couloir.derive.contribution import Contribution, PhotoFacts
from couloir.derive.geometry import Frame, frame
from couloir.derive.manifest import BRUSHED, SWITCHED_OFF, Carry
from couloir.derive.model import Anomaly, Fidelities, Fidelity, Judgement, Translation, worst_of
from couloir.derive.repeated import settle
from couloir.derive.residual.correction import Correction, no_correction
from couloir.derive.retouch import join_repairs
from couloir.derive.strengths import MIDDLE, Strengths
from couloir.lightroom.settings import PhotoKind

_Sight = tuple[PhotoFacts, tuple[tuple[int, bool, bool], ...]]
"""All that the fidelities of a version depend on: its frame; of each operation the object that is its adjustment,
whether it is on, and whether it was brushed in."""

_MOST_KNOWN: Final = 1024

ANALYTIC = no_correction("No learned model was used; the translation is analytic.")


def photo_kind(master: Master) -> PhotoKind:
    """Whether Lightroom treats the original as RAW (Kelvin, camera profile) or as a rendered file."""
    return PhotoKind.RAW if master.is_raw or master.subtype == "RAWST" else PhotoKind.RENDERED


def translate(
    version: Version,
    master: Master,
    correction: Correction = ANALYTIC,
    profile: str = "",
    strengths: Strengths = MIDDLE,
) -> Translation:
    """The translation of a version of a master. Pure: the same rows and correction give the same translation.

    `correction` is the sum of the camera offset and the learned residual for this photo; without a model the
    translation's `note` says why. `profile` is the name of the learnt camera profile under a RAW photo, "" for Adobe's
    own. `strengths` are those of the library's Aperture, if it was calibrated.

    Never raises for what a library may hold: an operation that cannot be carried becomes a LOST outcome with its
    reason, a contradiction in the geometry an anomaly.
    """
    photo, geometry, pieces = _taken_apart(version, master, strengths)
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
        repairs=join_repairs(contribution.repairs for _, contribution in pieces),
        area_operations=tuple(operation.uuid for operation, contribution in pieces for _ in contribution.repairs.areas),
    )


def analytic(version: Version, master: Master, profile: str = "") -> Translation:
    """The analytic translation, without a camera offset and without a model: see `translate`.

    Of a JPEG whose version has Exposure at +1 stop:

    >>> found = analytic(version, master)
    >>> found.settings["Exposure2012"], str(found.fidelity)
    (1.0, 'approximate')
    """
    return translate(version, master, ANALYTIC, profile)


def judge(
    version: Version, master: Master, correction: Correction = ANALYTIC, strengths: Strengths = MIDDLE
) -> Judgement:
    """The outcomes of the operations and the anomalies, as `translate` gives them, without settings."""
    photo, geometry, pieces = _taken_apart(version, master, strengths)
    summed = sum_up(pieces, photo.kind, correction) if pieces else NO_SETTINGS
    return Judgement(outcomes(pieces, photo.kind, summed), (*geometry.anomalies, *_time_anomalies(version)))


class FidelityReader:
    """As `judge`, of the fidelities alone. Versions with the same adjustments and the same frame are judged once: in
    most libraries nearly every photo of a camera has its untouched ones."""

    def __init__(self, strengths: Strengths = MIDDLE) -> None:
        self._strengths = strengths
        self._known: dict[_Sight, tuple[Fidelities, Sequence[Adjustment]]] = {}

    def read(self, version: Version, master: Master) -> Fidelities:
        """The fidelity of each operation, and the anomalies."""
        sight: _Sight = (
            _photo_facts(version, master, self._strengths),
            tuple([(id(each.adjustment), each.enabled, each.mask_uuid is None) for each in version.operations]),
        )
        known = self._known.get(sight)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            # The adjustments stay in memory, so that no other object gets one of these ids.
            adjustments = tuple([each.adjustment for each in version.operations])
            known = self._known[sight] = _fidelities(version, master, self._strengths), adjustments
        found, times = known[0], _time_anomalies(version)
        return found if not times else replace(found, anomalies=(*found.anomalies, *times))


def _fidelities(version: Version, master: Master, strengths: Strengths) -> Fidelities:
    """The fidelities of a version, and the anomalies of its geometry."""
    photo, geometry, pieces = _taken_apart(version, master, strengths)
    operations = tuple(fidelities(pieces, photo.kind, ANALYTIC))
    switched_on = [each for each, (operation, _) in zip(operations, pieces, strict=True) if operation.enabled]
    return Fidelities(operations, worst_of(switched_on), geometry.anomalies)


def _photo_facts(version: Version, master: Master, strengths: Strengths) -> PhotoFacts:
    return PhotoFacts(photo_kind(master), version.master_size, version.processed_size, version.rotation, strengths)


def _taken_apart(version: Version, master: Master, strengths: Strengths) -> tuple[PhotoFacts, Frame, Pieces]:
    photo = _photo_facts(version, master, strengths)
    geometry = frame(
        [o.adjustment for o in version.operations if _counts(o) and isinstance(o.adjustment, Crop)],
        [o.adjustment for o in version.operations if _counts(o) and isinstance(o.adjustment, Straighten)],
        photo,
    )
    crops, straightens = iter(geometry.crop_rows), iter(geometry.straighten_rows)
    pieces = [(operation, _contribution(operation, photo, crops, straightens)) for operation in version.operations]
    return photo, geometry, settle(pieces, photo.kind)


def _time_anomalies(version: Version) -> tuple[Anomaly, ...]:
    if not lacks_local_time(version):
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
        return Carry(Fidelity.LOST, f"Its data cannot be read: {operation.problem}.")
    return Carry(
        Fidelity.LOST,
        "Couloir does not know this adjustment yet: the report lists its values, and only Aperture's preview shows "
        "its look.",
    )
