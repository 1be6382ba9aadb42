"""The photos of a library that say something about its Aperture: edited ones with original and trusted preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from couloir.aperture.adjustments import (
    Adjustment,
    BlackWhite,
    Color,
    Crop,
    Curves,
    Definition,
    Devignette,
    EdgeSharpen,
    Enhance,
    Exposure,
    Flip,
    Gamma,
    HighlightsShadows,
    Levels,
    Monochrome,
    NoiseReduction,
    Sepia,
    Sharpen,
    Straighten,
    Vignette,
    WhiteBalance,
)
from couloir.aperture.library import Library
from couloir.aperture.model import Master, Version
from couloir.derive.pictures.gather import SeenPhoto, find_files, is_edited, see_all
from couloir.derive.translate import photo_kind
from couloir.engines.protocol import Picture
from couloir.learn.calibration.evidence import PhotoEvidence
from couloir.learn.calibration.families import FAMILIES
from couloir.learn.calibration.fit import pick_photos
from couloir.learn.reading import photos_of
from couloir.lightroom.settings import PhotoKind

PHOTOS: Final = 400
"""Photos that are decoded by default."""

_DRAWN: Final = (
    BlackWhite, Color, Crop, Curves, Definition, Devignette, EdgeSharpen, Enhance, Exposure, Flip, Gamma,
    HighlightsShadows, Levels, Monochrome, NoiseReduction, Sepia, Sharpen, Straighten, Vignette, WhiteBalance,
)  # fmt: skip
"""What the Aperture engine draws of a rendered file."""

RAW: Final = "a RAW file, in which Apple's decoder could not be told from its formulas"
BRUSHED: Final = "an adjustment was brushed in"
NOT_DRAWN: Final = "an adjustment that Couloir's Aperture engine does not draw"
UNEDITED: Final = "not edited"
NOTHING_TO_TELL: Final = "only edits whose formula is not in question, or of a kind that a small picture does not show"
NOT_NEEDED: Final = "not needed: enough others tell the same"
NO_ORIGINAL: Final = "the original is missing or cannot be read"
NO_SIZE: Final = "the library does not state its size"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that could tell something, before its pictures are read."""

    version: Version
    master: Master
    adjustments: tuple[Adjustment, ...]


@dataclass(frozen=True, slots=True)
class GatheredPhotos:
    """`originals` are the pictures behind `photos`, linear sRGB. `left_out`: how many versions were left out, by
    reason.
    """

    photos: Sequence[PhotoEvidence]
    originals: Sequence[Picture]
    left_out: Mapping[str, int]


def gather(
    library: Library, most: int = PHOTOS, told: Callable[[int, int], None] = lambda _done, _of: None
) -> GatheredPhotos:
    """Decode at most so many photos, those first that tell of the least common edits."""
    left_out: Counter[str] = Counter()
    candidates = []
    for version, master in photos_of(library):
        why = _unfit(version, master)
        if why:
            left_out[why] += 1
        else:
            candidates.append(Candidate(version, master, _acting(version)))
    wanted = _choose(candidates, most)
    left_out[NOT_NEEDED] += len(candidates) - len(wanted)
    files = [find_files(library, each.version, each.master) for each in wanted]
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        told(done, len(files))

    photos, originals = [], []
    for candidate, seen in zip(wanted, see_all(files, count), strict=True):
        evidence = _evidence(candidate, seen)
        if isinstance(evidence, str):
            left_out[evidence] += 1
        else:
            photos.append(evidence)
            assert seen.pictures[0] is not None  # there would be no evidence
            originals.append(seen.pictures[0])
    return GatheredPhotos(photos, originals, {why: number for why, number in left_out.items() if number})


def _unfit(version: Version, master: Master) -> str:
    """Why a version tells nothing, "" if it may."""
    on = [each for each in version.operations if each.enabled]
    if not is_edited(version):
        return UNEDITED
    if photo_kind(master) is PhotoKind.RAW:
        return RAW
    if any(each.mask_uuid is not None for each in on):
        return BRUSHED
    if not all(isinstance(each.adjustment, _DRAWN) or getattr(each.adjustment, "is_neutral", False) for each in on):
        return NOT_DRAWN
    if not any(family.is_exercised_by(each.adjustment) for family in FAMILIES for each in on):
        return NOTHING_TO_TELL
    if version.processed_size is None:
        return NO_SIZE
    return ""


def _acting(version: Version) -> tuple[Adjustment, ...]:
    """The adjustments that are on, in the order in which the engine draws them."""
    return tuple(each.adjustment for each in sorted(version.operations, key=lambda each: each.index) if each.enabled)


def _choose(candidates: Sequence[Candidate], most: int) -> list[Candidate]:
    """What each family would pick, the families by turns, rare ones first."""
    picks = sorted((pick_photos(candidates, family, FAMILIES) for family in FAMILIES), key=len)
    chosen: dict[str, Candidate] = {}
    for turn in range(max(map(len, picks), default=0)):
        for pick in picks:
            if turn < len(pick) and len(chosen) < most:
                chosen.setdefault(pick[turn].version.uuid, pick[turn])
    return list(chosen.values())


def _evidence(candidate: Candidate, seen: SeenPhoto) -> PhotoEvidence | str:
    """The evidence of a photo, or why there is none."""
    original, preview = seen.pictures
    if original is None:
        return NO_ORIGINAL
    if preview is None:
        return seen.remark or "the preview cannot be used"
    size = candidate.version.processed_size
    assert size is not None  # others are unfit
    scale = max(size.width, size.height) / max(original.shape[:2])
    return PhotoEvidence.of(original, preview, candidate.adjustments, scale)
