"""The photos of a library that a night may measure, in groups, and what earlier nights have measured of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np

from couloir.aperture.library import Library
from couloir.aperture.model import Master, Version
from couloir.derive import analytic, photo_kind
from couloir.derive.pictures.gather import is_edited
from couloir.lightroom.settings import PhotoKind
from couloir.migrate.base_renderings import camera_of, shows_base
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import MatchRecord, match_of
from couloir.migrate.match_library import Way
from couloir.profiles.candidates import decoder_of
from couloir.refine.night.groups import Grouper, edit_of
from couloir.refine.night.model import NO_CORRECTION, Candidates, Turn, TurnResult
from couloir.refine.options import MOVED

STARS: Final = 3
_REJECTED: Final = 0.5
_STAR: Final = 0.2
"""What a star adds to a photo's weight: five of them count twice."""


class Scope(StrEnum):
    """The photos that are wanted: all, the edited ones, or those of STARS stars and more."""

    ALL = "all"
    EDITED = "edited"
    RATED = "rated"


@dataclass(slots=True)
class NightPhotos:
    """`uuids` and the candidates' arrays have the same order. `earlier`: places and records of what was measured, in
    the order in which it was; `unusable`: places of measurements that teach nothing.
    """

    uuids: list[str] = field(default_factory=list)
    candidates: Candidates | None = None
    earlier: list[tuple[int, MatchRecord]] = field(default_factory=list)
    unusable: list[int] = field(default_factory=list)


def gather(library: Library, ledger: Ledger, way: Way, scope: Scope = Scope.ALL) -> NightPhotos:
    """Every photo that Aperture shows and has rendered, but rendered files that nobody edited: those look as they are.

    Reads the library's rows once; memory grows by some 200 bytes a photo and 200 for each different edit.
    """
    found, grouper = NightPhotos(), Grouper()
    groups, days, weights, bases = array("q"), array("q"), array("d"), set[int]()
    for version, master in _chosen(library, scope):
        kind, base = photo_kind(master), shows_base(version, master)
        profile = way.profiles.name_for(version)
        family = (camera_of(version), decoder_of(version), profile, str(kind))
        edit = None if base else edit_of(version, analytic(version, master, profile=profile).settings, kind)
        group = grouper.add(family, version.project_uuid, edit)
        if base:
            bases.add(group)
        place = len(found.uuids)
        found.uuids.append(version.uuid)
        groups.append(group)
        weights.append(_weight(version.rating))
        days.append(0 if version.captured is None else version.captured.toordinal())
        known = match_of(ledger, version.uuid)
        if known is not None and known.renderer == way.renderer.name and not way.again:
            if known.turn:
                found.earlier.append((place, known))
            else:
                found.unusable.append(place)
    found.earlier.sort(key=lambda each: each[1].turn)
    family_of = np.array(grouper.family_of, dtype=np.int64)
    is_base = np.zeros(len(family_of), dtype=np.bool_)
    is_base[sorted(bases)] = True
    found.candidates = Candidates(
        np.array(groups, dtype=np.int64), np.array(weights), np.array(days, dtype=np.int64), family_of, is_base
    )
    return found


def recall(place: int, record: MatchRecord, *, only_judged: bool) -> tuple[Turn, TurnResult]:
    """A turn of an earlier night, as the plan was told of it then."""
    tried = None if record.tried is None else record.tried.mean
    turn = Turn(place, NO_CORRECTION, None if tried is None else NO_CORRECTION, record.by_lot, only_judged)
    if record.before is None or record.after is None:
        return turn, TurnResult(renderings=record.renderings)
    change = np.array([record.change.get(name, 0.0) for name in MOVED])
    return turn, TurnResult(record.before.mean, record.after.mean, tried, change, record.renderings)


def _chosen(library: Library, scope: Scope) -> Iterator[tuple[Version, Master]]:
    for version, master in library.versions_with_masters():
        if not version.shown or master is None:
            continue
        if photo_kind(master) is PhotoKind.RENDERED and not is_edited(version):
            continue
        if scope is Scope.EDITED and not is_edited(version):
            continue
        if scope is Scope.RATED and version.rating < STARS:
            continue
        preview = library.preview(version)
        if preview.path is not None and not preview.is_master:
            yield version, master


def _weight(rating: int) -> float:
    return _REJECTED if rating < 0 else 1.0 + _STAR * rating
