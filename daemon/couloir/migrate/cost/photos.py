"""What a photographer asks of a library first: which photos, of which cameras and years, and how many are edited."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from couloir.aperture.model import Master, MediaKind, Version
from couloir.derive import photo_kind
from couloir.lightroom.settings import PhotoKind
from couloir.migrate.base_renderings import camera_of
from couloir.migrate.cost.model import Work, count_sampled

_ONE_KIND: Final = {"JPG": "JPEG", "JPE": "JPEG", "TIF": "TIFF", "HEIF": "HEIC"}


@dataclass(slots=True)
class PhotoCounts:
    """Counts of the photos that Aperture shows outside its trash, by file kind ("RAW", "JPEG", "Video", ...), camera
    and year. `edited` have switched-on adjustments, `copies` are further versions of a photo, `measurable` edited ones
    with an up-to-date preview; unedited ones count as having one. Of the measurable ones, `painted` have adjustments
    that were painted with a brush.
    """

    total: int = 0
    edited: int = 0
    copies: int = 0
    measurable: int = 0
    painted: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    cameras: Counter[str] = field(default_factory=Counter)
    years: Counter[int] = field(default_factory=Counter)
    _originals: set[int] = field(default_factory=set)
    _bases: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def add(self, version: Version, master: Master, *, comparable: bool) -> None:
        """Count a version that Aperture shows; `comparable` says whether it is a picture with an up-to-date preview."""
        self.total += 1
        kind = kind_of(master)
        self.kinds[kind] += 1
        self.cameras[camera_of(version)] += 1
        if version.captured is not None:
            self.years[version.captured.year] += 1
        mark = hash(master.uuid)
        self.copies += mark in self._originals
        self._originals.add(mark)
        if version.has_enabled_adjustments:
            self.edited += 1
            self.measurable += comparable
            brushed = any(each.enabled and each.mask_uuid is not None for each in version.operations)
            self.painted += comparable and brushed
        elif comparable:
            self._bases[camera_of(version), kind == "RAW"] += 1

    @property
    def work(self) -> Work:
        """Importing all of it and matching it: edited photos are matched, of each camera's unedited ones a sample is
        measured.
        """
        sampled = count_sampled(self._bases.values())
        return Work(
            photos=self.total,
            copies=self.copies,
            looked_at=self.measurable,
            painted=self.painted,
            matched=self.measurable,
            measured=sampled,
        )

    def as_dict(self) -> dict[str, object]:
        """JSON-ready."""
        return {
            "total": self.total,
            "edited": self.edited,
            "copies": self.copies,
            "measurable": self.measurable,
            "painted": self.painted,
            "kinds": dict(self.kinds.most_common()),
            "cameras": dict(self.cameras.most_common()),
            "years": {str(year): self.years[year] for year in sorted(self.years)},
        }


def kind_of(master: Master) -> str:
    """The kind of a photo's file in a photographer's words: "RAW", "JPEG", "Video"."""
    if master.media is not MediaKind.IMAGE:
        return str(master.media).capitalize()
    if photo_kind(master) is PhotoKind.RAW:
        return "RAW"
    ending = PurePath(master.file_name).suffix[1:].upper() or "other"
    return _ONE_KIND.get(ending, ending)
