"""Compares Aperture's preview with a rendering of the translated settings: the report's difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from couloir.aperture.model import Master, Version
from couloir.color.difference import Difference, difference
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.derive import Translation, image_facts, photo_kind
from couloir.derive.painted.inside import measure_places
from couloir.engines.pixels import frame_size, load_pixels, resize
from couloir.engines.protocol import PaintingRenderer, Photo, Picture, Renderer
from couloir.errors import CannotRender
from couloir.lightroom.crop import Crop
from couloir.lightroom.embed import stored_orientation
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.settings import DevelopSettings

# Previews and renderings that differ in shape by more than this show different crops; stretching one would hide it.
_SHAPE_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both pictures sRGB-encoded, of the same shape. `before` is the original only cropped and turned, `after` the
    translation, with its local adjustments where the renderer draws any; `inside` is then the mean CIEDE2000 without
    and with each of them, where it acts.
    """

    preview: Picture
    rendering: Picture
    before: Difference
    after: Difference
    inside: tuple[tuple[float, ...], ...] = ()


def compare(
    version: Version,
    master: Master,
    translation: Translation,
    original: Path,
    preview: Path,
    renderer: Renderer,
    size: int,
) -> Comparison:
    """Render the translation and compare it with the preview at a long edge of `size` pixels.

    Raises BadImage for a picture that cannot be decoded, CannotRender for a photo that the renderer cannot draw or
    whose preview shows another crop.
    """
    photo = photo_of(version, master, original)
    shown = encode(load_pixels(preview, size, orient=True))

    def drawn(settings: DevelopSettings, local: Sequence[LocalAdjustment] = ()) -> Picture:
        if local and isinstance(renderer, PaintingRenderer):
            picture = renderer.render_painted(photo, settings, local, size)
        else:
            picture = renderer.render(photo, settings, size)
        if not same_crop(picture, shown):
            raise CannotRender(
                item=version.name, renderer=renderer.name, why="the preview shows a different crop from the stored one"
            )
        return fit_to(picture, shown)

    rendering = drawn(translation.settings, translation.local)
    inside: tuple[tuple[float, ...], ...] = ()
    if translation.local and isinstance(renderer, PaintingRenderer):
        frame = _frame(version, original)
        both = [drawn(translation.settings), rendering]
        inside = measure_places(translation.local, translation.crop, photo.orientation or 1, frame, shown, both)
    return Comparison(
        preview=shown,
        rendering=rendering,
        before=difference(shown, drawn(crop_only(translation.crop))),
        after=difference(shown, rendering),
        inside=inside,
    )


def _frame(version: Version, original: Path) -> tuple[float, float]:
    """Width and height of the frame that the file stores."""
    size = version.master_size
    return frame_size(original) if size is None else (size.width, size.height)


def photo_of(version: Version, master: Master, original: Path) -> Photo:
    """The original as a renderer must draw it for this version."""
    try:
        stored = stored_orientation(original)
    except OSError:
        stored = None  # rendering it reports why
    return Photo(original, photo_kind(master), image_facts(version, master, stored).orientation)


def crop_only(crop: Crop | None) -> DevelopSettings:
    """Settings with the crop only: the baseline of every comparison."""
    return DevelopSettings({} if crop is None else crop.settings())


def same_crop(one: Picture, other: Picture) -> bool:
    """Whether two pictures have the same aspect ratio, so that resizing one to the other does not stretch it."""
    (rows, columns), (other_rows, other_columns) = one.shape[:2], other.shape[:2]
    return bool(abs(columns * other_rows / (rows * other_columns) - 1) <= _SHAPE_TOLERANCE)


def encode(linear: Picture) -> Picture:
    return srgb_encode(linear).astype("float32")


def fit_to(picture: Picture, other: Picture) -> Picture:
    """An encoded picture at the other's size, averaged in linear light."""
    if picture.shape == other.shape:
        return picture
    return encode(resize(srgb_decode(picture).astype("float32"), other.shape[1], other.shape[0]))
