"""The pictures of the page: preview, rendering, the map of their difference, and their histograms."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_decode, srgb_encode, srgb_to_lab
from couloir.derive.painted.inside import measure_inside
from couloir.derive.pictures.local import local_region
from couloir.engines.camera_raw.masks import Alpha
from couloir.engines.pixels import encode_webp, fit_size, resize
from couloir.engines.protocol import Picture
from couloir.migrate.files.own import write_whole

MAP_SCALE: Final = 10.0  # CIEDE2000 at the bright end of the map; greater differences are drawn like it
BINS: Final = 64
PICTURE_SIZE: Final = 768  # pixels on the long edge
MAP_SIZE: Final = 384

# From no difference to MAP_SCALE; photos.css draws the scale from the same five colours.
_RAMP: Final = np.array(
    [(0x00, 0x00, 0x04), (0x51, 0x12, 0x7C), (0xB7, 0x37, 0x79), (0xFC, 0x89, 0x61), (0xFC, 0xFD, 0xBF)], np.float32
)
_PARTS: Final = 10_000

_RED: Final = (0.86, 0.08, 0.12)  # Lightroom's own colour of masks
_BLUE: Final = (0.10, 0.32, 0.86)
_OPACITY: Final = 0.6
_OUTLINED: Final = 0.5  # of the strongest place
_SOUGHT: Final = 256  # pixels on the long edge of the pictures in which a lost place is looked for


class ComparedPictures(NamedTuple):
    """Aperture's preview and the rendering, sRGB-encoded; of one shape, unless they show different crops."""

    aperture: Picture
    rendering: Picture


@dataclass(frozen=True, slots=True)
class PairPictures:
    """The page's files for a pair, relative to the report's folder, and the histograms of both pictures.
    `difference` is "" for pictures of different crops. `lost` is the mask of where the preview differs by more than a
    change of the whole picture explains, and `lost_inside` the mean CIEDE2000 there; "" and None where there is none,
    or nobody asked.
    """

    aperture: str
    rendering: str
    difference: str
    histograms: tuple[list[list[int]], ...]
    lost: str = ""
    lost_inside: float | None = None


NO_PICTURES: Final = PairPictures("", "", "", ())


def draw(pair: ComparedPictures, folder: Path, name: str, *, lost: bool = False) -> PairPictures:
    """Save both pictures and the map of their difference as WebP files in the report's `folder`, each called `name` and
    what it is; for a photo of which something painted or retouched is `lost`, also where that shows. Raises as
    `writing` does.
    """
    comparable = pair.aperture.shape == pair.rendering.shape

    def save(picture: Picture, what: str, size: int) -> str:
        file = f"{name}-{what}.webp"
        write_whole(folder / file, encode_webp(_within(picture, size)))
        return file

    place, off = _find_lost(pair) if lost and comparable else (None, None)
    return PairPictures(
        aperture=save(pair.aperture, "aperture", PICTURE_SIZE),
        rendering=save(pair.rendering, "rendering", PICTURE_SIZE),
        difference=save(difference_map(pair), "difference", MAP_SIZE) if comparable else "",
        histograms=(histograms(pair.aperture), histograms(pair.rendering)),
        lost="" if place is None else save(draw_overlay(place, lost=True), "lost", _SOUGHT),
        lost_inside=off,
    )


def _find_lost(pair: ComparedPictures) -> tuple[Alpha, float] | tuple[None, None]:
    """Where the preview differs by more than a change of the whole picture explains, and the mean CIEDE2000 there."""
    aperture, rendering = (_within(each, _SOUGHT) for each in pair)
    region = local_region(srgb_to_lab(aperture), srgb_to_lab(rendering))
    found = measure_inside(aperture, [rendering], region.astype(np.float32))
    return (None, None) if found is None else (region.astype(np.float32), found[0])


def draw_overlay(alpha: Alpha, *, lost: bool) -> Picture:
    """A mask as (height, width, 4): a colour that covers as much as the mask acts, and a white and black line around
    the place where it acts at half of its strength, to be seen on a picture of any colour.
    """
    strongest = float(alpha.max())
    picture = np.empty((*alpha.shape, 4), dtype=np.float32)
    picture[..., :3] = _BLUE if lost else _RED
    picture[..., 3] = _OPACITY * alpha
    if strongest <= 0:
        return picture
    inside = alpha >= _OUTLINED * strongest
    within, around = _shrunk(inside), ~_shrunk(~inside)
    picture[inside & ~within] = 1
    picture[around & ~inside] = (0, 0, 0, 1)
    return picture


def _shrunk(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without the pixels at its edge; the picture's own edge is none."""
    padded = np.pad(region, 1, mode="edge")
    middle = padded[1:-1, 1:-1]
    return np.asarray(middle & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:])


def stem_of(uuid: str) -> str:
    """A file name for a uuid, which may hold any characters, including those with a meaning in addresses."""
    return hashlib.blake2b(uuid.encode("utf-8", "replace"), digest_size=10).hexdigest()


def difference_map(pair: ComparedPictures) -> Picture:
    """CIEDE2000 at each pixel of a pair of the same shape, as colours: black is none, pale is MAP_SCALE and more."""
    delta = ciede2000(srgb_to_lab(pair.aperture), srgb_to_lab(pair.rendering)) / MAP_SCALE
    place = np.clip(delta, 0, 1) * (len(_RAMP) - 1)
    anchors = np.arange(len(_RAMP))
    channels = [np.interp(place, anchors, _RAMP[:, channel] / 255) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)


def histograms(picture: Picture) -> list[list[int]]:
    """The number per 10,000 pixels in each of BINS equal steps of the encoded value: red, green and blue."""
    return [_histogram(picture[..., channel]) for channel in range(3)]


def _histogram(values: NDArray[np.float32]) -> list[int]:
    counts, _ = np.histogram(np.clip(values, 0, 1), bins=BINS, range=(0, 1))
    return [round(_PARTS * int(count) / values.size) for count in counts]


def _within(picture: Picture, size: int) -> Picture:
    """An encoded picture with a long edge of at most `size` pixels, averaged in linear light."""
    height, width = picture.shape[:2]
    columns, rows = fit_size(width, height, size)
    if (columns, rows) == (width, height):
        return picture
    return srgb_encode(resize(srgb_decode(picture).astype(np.float32), columns, rows)).astype(np.float32)
