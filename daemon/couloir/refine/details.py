"""Sets sharpening and noise reduction from single pixels, after a match has brought tones and colours near.

A match compares 96 pixels, which show neither. Where the preview is as large as its photo, a part of both is compared
pixel by pixel: the part is rendered without sharpening, sliders are chosen from what is measured, and rendered again.
They are kept where that rendering is nearer in its details and pixel by pixel, else taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, cast

from couloir.aperture.model import Version
from couloir.derive.details.fine import EDGE_BANDS, NOISE_BANDS, FineGap, FineScale
from couloir.derive.details.pairing import CannotTellError, Draw, PartPair, load_pair
from couloir.derive.details.seen import is_cleaned, is_detailed
from couloir.derive.details.sharpness import (
    COLOR_NOISE,
    KEYS,
    SHARPNESS,
    SMOOTHING,
    VISIBLE,
    Amounts,
    Candidate,
    as_settings,
    choose,
    is_nearer,
    is_off,
    misfit,
    rescale,
)
from couloir.engines.camera_raw.render import crop_of
from couloir.engines.pixels import exif_orientation
from couloir.engines.protocol import Photo
from couloir.errors import ContentError
from couloir.language import mark
from couloir.lightroom.settings import DevelopSettings, PhotoKind

SHARPENED: Final = mark("Sharpening was set from the preview, and a rendering with it is nearer at single pixels.")
SMOOTHED: Final = mark("Noise reduction was set from the preview, and a rendering with it is nearer at single pixels.")
LEFT_OUT: Final = mark("The translated sharpening was left out: a rendering without it is nearer to the preview.")
NOT_NEARER: Final = mark("Sharpening by the preview was tried and taken back: its rendering was not nearer.")

OF_CAMERA: Final = mark("The renderer does not draw Lightroom's own sharpening of RAW files, so it was not compared.")
AS_IT_IS: Final = mark("Edges and noise of the preview are the rendering's, as far as they can be told.")

NO_SLIDER: Final = mark("Edges or noise differ from the preview's, but no slider is certain to bring them nearer.")

LARGE: Final = 0.15
"""The logarithm of the amplitude of edges from which a photo without such an adjustment is sharpened."""

_PLACES: Final = 3


@dataclass(frozen=True, slots=True)
class DetailRecord:
    """What was measured of details, before and after: None where it cannot be told.

    `edges`, `noise` and `contrast` (local, by radius, without its sign) are logarithms of amplitudes, preview over
    rendering; `apart` is the mean CIEDE2000 of a part at single pixels, `corners` the stops by which the preview's are
    brighter. `renderings` were made for it. `why` says why nothing was set at single pixels. `replaced` are what the
    match had in place of the settings that were changed, None where it had none.
    """

    edges: tuple[float, float] | None = None
    noise: tuple[float, float] | None = None
    apart: tuple[float, float] | None = None
    renderings: int = 0
    why: str = ""
    contrast: tuple[float, float] | None = None
    corners: tuple[float, float] | None = None
    replaced: Mapping[str, object] = field(default_factory=dict)

    def take_back(self) -> DetailRecord:
        """The record of sliders that were not kept after all."""
        edges, noise, apart = (
            None if each is None else (each[0], each[0]) for each in (self.edges, self.noise, self.apart)
        )
        return replace(self, edges=edges, noise=noise, apart=apart, why=NOT_NEARER)


@dataclass(frozen=True, slots=True)
class DetailMatch:
    """The sliders that were set (empty: none), the settings with them, the sentences for the photographer, and what was
    measured.
    """

    settings: DevelopSettings
    sliders: Mapping[str, float | int] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    record: DetailRecord = DetailRecord()


@dataclass(frozen=True, slots=True)
class DetailSubject:
    """A matched photo: its version, its file, its preview's file, and the settings that its match found."""

    version: Version
    photo: Photo
    preview: Path
    settings: DevelopSettings

    @property
    def is_named(self) -> bool:
        """Whether a row of the version sharpens it or reduces its noise."""
        return is_detailed(self.version)


def match_details(subject: DetailSubject, draw: Draw, *, of_camera: bool) -> DetailMatch:
    """Measure and set the sliders of single pixels. `draw` renders the photo with settings, their crop included, and a
    long edge; `of_camera` says that it draws Lightroom's own sharpening of RAW files. Never raises for what the
    pictures are.
    """
    try:
        return _match(subject, _load(subject, of_camera=of_camera), draw)
    except CannotTellError as refusal:
        return DetailMatch(subject.settings, record=DetailRecord(why=str(refusal)))
    except ContentError as error:
        return DetailMatch(subject.settings, record=DetailRecord(why=error.message))


def _load(subject: DetailSubject, *, of_camera: bool) -> PartPair:
    if subject.photo.kind is PhotoKind.RAW and not of_camera:
        raise CannotTellError(OF_CAMERA)
    code = subject.photo.orientation or exif_orientation(subject.photo.path)
    return load_pair(subject.photo.path, subject.preview, crop_of(subject.settings), code)


def _match(subject: DetailSubject, pair: PartPair, draw: Draw) -> DetailMatch:
    settings = subject.settings
    bare = DevelopSettings({key: value for key, value in settings.items() if key not in KEYS})
    plain = pair.render(bare, draw)
    try:
        scale = FineScale(pair.preview, plain, pair.coding)
    except ValueError as refusal:
        raise CannotTellError(str(refusal)) from refusal
    base = Candidate({}, scale.measure(plain))
    start, made = base, 1
    if any(settings.get(key) for key in KEYS):
        start, made = Candidate(_amounts(settings), scale.measure(pair.render(settings, draw))), 2
    if start is not base and not is_off(start.gap):
        return DetailMatch(settings, record=replace(_record(start.gap, start.gap, made), why=AS_IT_IS))
    least = VISIBLE if subject.is_named else LARGE
    found = choose(scale, plain, least=least, with_noise=is_cleaned(subject.version))
    tried = [base] if start is not base else []
    if found is not None:
        tried.append(_drawn(scale, pair, bare, found.amounts, draw))
        again = rescale(found.amounts, base.gap, tried[-1].gap)
        if again is not None:
            tried.append(_drawn(scale, pair, bare, again, draw))
        made += len(tried) - (start is not base)
    best = min(tried, key=lambda each: misfit(each.gap), default=start)
    kept = best is not start and is_nearer(best.gap, start.gap, best.amounts)
    record = _record(start.gap, best.gap if kept else start.gap, made)
    if not kept:
        untouched = NO_SLIDER if is_off(start.gap) else AS_IT_IS
        return DetailMatch(settings, record=replace(record, why=untouched if found is None else NOT_NEARER))
    sliders = as_settings(best.amounts)
    return DetailMatch(bare.merge(sliders), sliders, _told(best.amounts), record)


def _drawn(scale: FineScale, pair: PartPair, bare: DevelopSettings, amounts: Amounts, draw: Draw) -> Candidate:
    return Candidate(amounts, scale.measure(pair.render(bare.merge(as_settings(amounts)), draw)))


def _amounts(settings: DevelopSettings) -> dict[str, float]:
    return {key: float(cast("float", settings[key])) for key in KEYS if key in settings}


def _told(amounts: Amounts) -> tuple[str, ...]:
    if not amounts:
        return (LEFT_OUT,)
    return (
        *((SHARPENED,) if amounts.get(SHARPNESS) else ()),
        *((SMOOTHED,) if amounts.get(SMOOTHING) or amounts.get(COLOR_NOISE) else ()),
    )


def _record(start: FineGap, end: FineGap, renderings: int) -> DetailRecord:
    def edges(gap: FineGap) -> float:
        return round(gap.edges.mean(EDGE_BANDS)[0], _PLACES)

    noise = None
    if start.noise is not None and end.noise is not None:
        noise = tuple(round(each.mean(NOISE_BANDS)[0], _PLACES) for each in (start.noise, end.noise))
    return DetailRecord(
        edges=(edges(start), edges(end)),
        noise=None if noise is None else (noise[0], noise[1]),
        apart=(round(start.apart, _PLACES), round(end.apart, _PLACES)),
        renderings=renderings,
    )


def read_details(kept: Mapping[str, Any] | None) -> DetailRecord | None:
    """The record of `dataclasses.asdict` after JSON; None for None."""
    if kept is None:
        return None
    names = ("edges", "noise", "apart", "contrast", "corners")
    pairs = {name: None if kept.get(name) is None else tuple(kept[name]) for name in names}
    return DetailRecord(**{**kept, **pairs})
