"""Groups of photos that one correction may serve: of one camera, decoder and profile, and with nearly the same edit.

Aperture's users lift the adjustments of one photo and stamp them on others, then change a little. Two edits count as
near where they have the same adjustments and their analytic translations differ by at most NEAR in normalised units of
Lightroom's sliders, in which one unit is about equally visible for every slider.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.aperture.adjustments import Crop, Flip, Straighten
from couloir.aperture.model import Version
from couloir.derive.baseline import CURVES, baseline
from couloir.derive.controls import between
from couloir.lightroom.settings import DevelopSettings, PhotoKind

NEAR: Final = 4.0
"""Normalised units between two edits that count as nearly the same: 0.4 stops, or 20 of Contrast."""

_MOST_LEADERS: Final = 256  # edits of one kind, in one session, that are told apart; later ones join the nearest
_TONES: Final = (64.0, 128.0, 192.0)
_TONE_SIZE: Final = 6.0  # of 255, that count as much as one unit of a slider
_FRAME: Final = (Crop, Straighten, Flip)


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit as groups see it. `kinds`: its adjustments but those of the frame, and whether each was brushed in.

    `values`: the analytic translation in normalised units, then the tones that its curves give to three greys.
    """

    kinds: tuple[str, ...]
    values: NDArray[np.float32]


def edit_of(version: Version, settings: DevelopSettings, kind: PhotoKind) -> Edit:
    """The edit of a version whose analytic translation is `settings`."""
    shown = [o for o in version.operations if o.enabled and not isinstance(o.adjustment, _FRAME)]
    kinds = tuple(sorted(f"{each.identifier}{', brushed' if each.mask_uuid else ''}" for each in shown))
    neutral = DevelopSettings(baseline(kind))
    sliders = between(neutral, settings.as_dict(), kind, (5500.0, 0.0) if kind is PhotoKind.RAW else None)
    tones = [(tone - grey) / _TONE_SIZE for key in CURVES.values() for grey, tone in _tones(settings.as_dict(), key)]
    return Edit(kinds, np.array([*sliders.values(), *tones], dtype=np.float32))


def _tones(settings: Mapping[str, object], key: str) -> list[tuple[float, float]]:
    curve = settings.get(key)
    if not isinstance(curve, list | tuple) or len(curve) < 4:
        return [(grey, grey) for grey in _TONES]
    points = np.asarray(curve, dtype=np.float64).reshape(-1, 2)
    return list(zip(_TONES, np.interp(_TONES, points[:, 0], points[:, 1]).tolist(), strict=True))


@dataclass(slots=True)
class _Leaders:
    values: NDArray[np.float32]
    groups: list[int]


@dataclass(slots=True)
class Grouper:
    """Gives each photo the number of its group and of its family, as they are added; both count from 0.

    A *family* has one camera, decoder, profile and kind of file; a *group* is the part of a family that has one edit.
    Memory grows with the number of different edits, not with that of photos.
    """

    families: dict[Hashable, int] = field(default_factory=dict)
    family_of: list[int] = field(default_factory=list)
    _bases: dict[int, int] = field(default_factory=dict)
    _edits: dict[tuple[int, tuple[str, ...], Hashable], _Leaders] = field(default_factory=dict)

    def add(self, family: Hashable, session: Hashable, edit: Edit | None) -> int:
        """The group of a photo. `session` is where edits are stamped: the project. `edit` is None for an unedited
        photo: all of a family's are one group.
        """
        number = self.families.setdefault(family, len(self.families))
        if edit is None:
            if number not in self._bases:
                self._bases[number] = self._new(number)
            return self._bases[number]
        known = self._edits.get((number, edit.kinds, session))
        if known is None:
            group = self._new(number)
            self._edits[number, edit.kinds, session] = _Leaders(edit.values[np.newaxis], [group])
            return group
        far = np.linalg.norm(known.values - edit.values, axis=1)
        nearest = int(far.argmin())
        if far[nearest] <= NEAR or len(known.groups) >= _MOST_LEADERS:
            return known.groups[nearest]
        known.values = np.vstack([known.values, edit.values])
        known.groups.append(self._new(number))
        return known.groups[-1]

    def _new(self, family: int) -> int:
        self.family_of.append(family)
        return len(self.family_of) - 1
