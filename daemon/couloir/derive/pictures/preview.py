"""Aperture's preview as the reference of a match, or the reason why it cannot be one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from couloir.aperture.details.records import PreviewStatus
from couloir.color.arrays import Floats
from couloir.color.spaces import srgb_encode, srgb_to_lab
from couloir.derive.pictures.working_copy import DRAWN_EDGE, make_working_copy, pack, round_picture, unpack
from couloir.engines.pixels import MOST_MISSING, load_pixels
from couloir.engines.protocol import Picture
from couloir.errors import BadImage

_DAMAGED: Final = ("unreadable", "cut", "black")
_BLACK: Final = 3.0  # L* that the 99th percentile of a black picture does not reach


@dataclass(frozen=True, slots=True)
class Trap:
    """The reason why a photo is not matched. `code` is stable; `reason` is a text for the photographer."""

    code: str
    reason: str

    @property
    def is_failure(self) -> bool:
        """Whether the preview is damaged, as opposed to one that is whole and shows something else."""
        return self.code in _DAMAGED


MISSING: Final = Trap("missing", "Aperture has no preview of this photo, so there is nothing to compare with.")
STALE: Final = Trap(
    "stale",
    "Aperture's preview is older than the last edit, so it does not show the photo's look; that is translated "
    "from the adjustments alone.",
)
UNEDITED: Final = Trap(
    "unedited",
    "Aperture's preview shows the photo without its edits, so it is older than they are; the look is translated "
    "from the adjustments alone.",
)
CAMERA_JPEG: Final = Trap("camera-jpeg", "The preview is the camera's own JPEG, not Aperture's rendering.")
BLACK: Final = Trap(
    "black",
    "Aperture's preview is black, so it is damaged. Restore it from a backup or a vault if one has it.",
)
BROKEN_OFF: Final = "The preview's file is cut off; the part that can be read was used."
HALF_SIZE: Final = "The preview is smaller than the photo; its colours and tones were compared at its size."

_UNFIT: Final = {
    PreviewStatus.ABSENT: MISSING,
    PreviewStatus.STALE: STALE,
    PreviewStatus.EMBEDDED_JPEG: CAMERA_JPEG,
}


@dataclass(frozen=True, slots=True)
class Reference:
    """One photo's preview. `picture`: upright, sRGB-encoded, long edge at most WORK_EDGE; None if there is a `trap`.

    `brushed` says that Aperture's settings hold adjustments that were brushed in, which the translation leaves out;
    `painted`, (height, width, 1) at any size, how strongly they act where their place is known, 0..1.
    """

    picture: Picture | None
    trap: Trap | None = None
    notes: tuple[str, ...] = ()
    brushed: bool = False
    painted: Picture | None = None

    def as_dict(self) -> dict[str, object]:
        """Plain data for a journal."""
        return {
            "picture": None if self.picture is None else pack(self.picture),
            "trap": None if self.trap is None else [self.trap.code, self.trap.reason],
            "notes": list(self.notes),
            "brushed": self.brushed,
            "painted": None if self.painted is None else pack(self.painted),
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, object]) -> Reference:
        """The inverse of `as_dict`. Raises ValueError for anything else."""
        try:
            picture, trap, notes = kept["picture"], kept["trap"], kept["notes"]
            painted = kept.get("painted")  # journals of older matches do not name it
            return cls(
                None if picture is None else unpack(dict(picture)),  # type: ignore[call-overload]
                None if trap is None else Trap(*trap),  # type: ignore[misc]
                tuple(str(note) for note in notes),  # type: ignore[attr-defined]
                bool(kept["brushed"]),
                None if painted is None else unpack(dict(painted)),  # type: ignore[call-overload]
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a reference of a journal: {error}") from error


@dataclass(frozen=True, slots=True)
class LoadedPreview:
    """A preview's pixels in linear sRGB, upright, long edge at most DRAWN_EDGE; None if there is a `trap`."""

    linear: Picture | None
    trap: Trap | None = None
    notes: tuple[str, ...] = ()

    def as_reference(self, *, brushed: bool = False) -> Reference:
        """As a match takes it; `brushed` as in `Reference`."""
        if self.linear is None:
            return Reference(None, self.trap)
        return reference_of(make_working_copy(srgb_encode(self.linear)), notes=self.notes, brushed=brushed)


def load_preview(path: Path | None, status: PreviewStatus = PreviewStatus.UP_TO_DATE) -> LoadedPreview:
    """The preview at `path`, its colour profile applied, unless it cannot show the version's look: what Aperture
    records of it (`status`), and black or broken pixels, say so. Never raises.
    """
    if path is None or status in _UNFIT:
        return LoadedPreview(None, _UNFIT.get(status, MISSING))
    missing: list[float] = []
    try:
        # By way of the size that renderings have: what both lose is lost by both.
        linear = load_pixels(path, DRAWN_EDGE, orient=True, partial=missing.append)
    except BadImage as error:
        return LoadedPreview(None, Trap("unreadable", f"Aperture's preview cannot be read: {error.message}"))
    if missing and missing[0] > MOST_MISSING:
        return LoadedPreview(None, Trap("cut", f"Aperture's preview is cut off: {missing[0]:.0%} of it is missing."))
    if _is_black(srgb_encode(linear)):
        return LoadedPreview(None, BLACK)
    notes = (*((HALF_SIZE,) if status is PreviewStatus.HALF_SIZE else ()), *((BROKEN_OFF,) if missing else ()))
    return LoadedPreview(linear, None, notes)


def load_reference(
    path: Path | None, status: PreviewStatus = PreviewStatus.UP_TO_DATE, *, brushed: bool = False
) -> Reference:
    """`load_preview` as a match takes it."""
    return load_preview(path, status).as_reference(brushed=brushed)


def reference_of(encoded: Picture, *, notes: tuple[str, ...] = (), brushed: bool = False) -> Reference:
    """The reference of a picture in memory, sRGB-encoded, long edge at most WORK_EDGE."""
    if _is_black(encoded):
        return Reference(None, BLACK)
    return Reference(round_picture(encoded), notes=notes, brushed=brushed)


def _is_black(encoded: Floats) -> bool:
    return bool(np.percentile(srgb_to_lab(encoded)[..., 0], 99) < _BLACK)
