"""The photos of a library that a night may measure, in groups, and what earlier nights have measured of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
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
from couloir.profiles.baselines import Baselines
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
    the order in which it was; `unusable`: places of measurements that teach nothing; `unseen`: photos of which Aperture
    has no preview, so that nothing can be known of them.
    """

    uuids: list[str]
    candidates: Candidates
    earlier: list[tuple[int, MatchRecord]]
    unusable: list[int]
    unseen: list[str]


class Gathering:
    """Puts photos into groups as they are added. Memory grows by some 200 bytes a photo and 200 for each different
    edit.
    """

    def __init__(self, profiles: Baselines) -> None:
        self._profiles = profiles
        self._grouper = Grouper()
        self._uuids: list[str] = []
        self._groups, self._days, self._weights = array("q"), array("q"), array("d")
        self._bases: set[int] = set()
        self._earlier: list[tuple[int, MatchRecord]] = []
        self._unusable: list[int] = []
        self._unseen: list[str] = []

    def add(self, version: Version, master: Master, known: MatchRecord | None, *, has_preview: bool = True) -> None:
        """Add a photo; `known` is what was measured of it before."""
        if not has_preview:
            self._unseen.append(version.uuid)
            return
        kind, base = photo_kind(master), is_base(version, master)
        profile = self._profiles.name_for(version)
        family = (camera_of(version), decoder_of(version), profile, str(kind))
        edit = None if base else edit_of(version, analytic(version, master, profile=profile).settings, kind)
        group = self._grouper.add(family, version.project_uuid, edit)
        if base:
            self._bases.add(group)
        place = len(self._uuids)
        self._uuids.append(version.uuid)
        self._groups.append(group)
        self._weights.append(_weight(version.rating))
        self._days.append(0 if version.captured is None else version.captured.toordinal())
        if known is not None and known.turn:
            self._earlier.append((place, known))
        elif known is not None:
            self._unusable.append(place)

    def finish(self) -> NightPhotos:
        """Everything that was added."""
        family_of = np.array(self._grouper.family_of, dtype=np.int64)
        bases = np.zeros(len(family_of), dtype=np.bool_)
        bases[sorted(self._bases)] = True
        candidates = Candidates(
            np.array(self._groups, dtype=np.int64),
            np.array(self._weights),
            np.array(self._days, dtype=np.int64),
            family_of,
            bases,
        )
        earlier = sorted(self._earlier, key=lambda each: (each[1].round, each[1].turn))
        return NightPhotos(self._uuids, candidates, earlier, self._unusable, self._unseen)


def is_base(version: Version, master: Master) -> bool:
    """Whether nobody edited the photo, of a rendered file but for its frame: it looks like others of its camera."""
    return shows_base(version, master) or (photo_kind(master) is PhotoKind.RENDERED and not is_edited(version))


def gather(library: Library, ledger: Ledger, way: Way, scope: Scope = Scope.ALL) -> NightPhotos:
    """Every photo that Aperture shows, but rendered files that nobody edited: those look as they are.

    Reads the library's rows once.
    """
    found = Gathering(way.profiles)
    for version, master in _chosen(library, scope):
        known = match_of(ledger, version.uuid)
        is_known = way.counts(known)
        preview = library.preview(version)
        has_preview = preview.path is not None and not preview.is_master
        found.add(version, master, known if is_known else None, has_preview=has_preview)
    return found.finish()


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
        yield version, master


def _weight(rating: int) -> float:
    return _REJECTED if rating < 0 else 1.0 + _STAR * rating
