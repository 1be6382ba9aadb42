"""Gathers what can be seen of photos: Aperture's preview, where it shows this version, and the unedited original.

Whoever translates photos, matches them or reports on them takes both from here, so that the same photo and state give
the same settings everywhere. Pictures are decoded on all cores; a file that cannot be read costs its own photo only.

Of a RAW file the original is what Camera Raw shows before any setting: LibRaw's half-size decode through the DNG
baseline, under the profile that a translation asks for. That is a learnt one, or Adobe Standard; its look is known only
where the file holds it, as Adobe's converter writes it. Without LibRaw there is none. The JPEG that the camera put into
the file does not serve instead: it shows the camera maker's tone curve and colours, which neither Lightroom nor
Aperture begins with.
"""

from __future__ import annotations

import contextvars
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from couloir.aperture.adjustments import Crop, Flip, Straighten
from couloir.aperture.details.records import PreviewStatus
from couloir.aperture.library import Library
from couloir.aperture.model import Master, MediaKind, OriginalStatus, Version
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_decode, srgb_encode, srgb_to_lab
from couloir.color.temperature import planckian_temperature
from couloir.derive.baseline import STANDARD
from couloir.derive.details.seen import SeenDetails, is_detailed, see_details
from couloir.derive.features import Pictures
from couloir.derive.metadata import image_facts
from couloir.derive.painted.frame import frame_of
from couloir.derive.painted.repaired import SeenRepairs, judge_repairs
from couloir.derive.painted.sources import choose_sources
from couloir.derive.pictures.frame import find_other_frame, find_placement
from couloir.derive.pictures.preview import UNEDITED, LoadedPreview, Reference, Trap, load_preview
from couloir.derive.pictures.registration import resample_sharply
from couloir.derive.pictures.working_copy import DRAWN_EDGE, make_working_copy, reduce_picture
from couloir.derive.prior import EXPECTED_SIZE, Prior, render_expected
from couloir.derive.retouch import is_retouched
from couloir.derive.translate import photo_kind, translate
from couloir.disk import try_twice
from couloir.engines import camera_raw
from couloir.engines.dng import PLAIN, Profile, baseline
from couloir.engines.dng.raw import RawScene, load_raw, read_model
from couloir.engines.geometry import orient
from couloir.engines.pixels import fit_size, frame_size, load_pixels, resize
from couloir.engines.protocol import Picture
from couloir.errors import ContentError
from couloir.lightroom.crop import Crop as FrameCrop
from couloir.lightroom.embed import stored_orientation
from couloir.lightroom.settings import DevelopSettings, PhotoKind

SEEN_EDGE: Final = 256
"""Long edge in pixels of the pictures that are given; a third of what is decoded, four times what the model sees."""

_GEOMETRY: Final = (Crop, Straighten, Flip)
_SAME: Final = 0.75  # CIEDE2000 (median): a preview nearer to the unedited original shows no edit; JPEGs cost 0.3
_VISIBLE: Final = 2.0  # CIEDE2000 (median) that the formulas expect of edits which could not go unnoticed
_BACK: Final = {6: 8, 8: 6}  # EXIF's orientations that another one takes back; the others take themselves back
_MOST_THREADS: Final = 4  # as many pictures as one process of ours decodes at a time


@dataclass(frozen=True, slots=True)
class PhotoFiles:
    """The files of one version's pictures, and what Aperture records of its preview. `profile` is the learnt profile
    under a RAW file, None for Adobe's own.
    """

    version: Version
    master: Master
    original: Path | None
    preview: Path | None
    status: PreviewStatus
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class SeenPhoto:
    """`pictures` are those for `couloir.derive.features`; `reference` is the preview as a match takes it, with the
    reason where it does not show this version. `as_shot` is a RAW file's own (kelvin, tint), where it was read, and
    `scene` its own colours in the version's frame, EXPECTED_SIZE at most, under the profile of the translation.
    `orientation` is EXIF's code between the file's frame and the pictures'. `retouched` is what the preview shows of
    the places that were retouched, None where nothing was, or the original is not at hand; `details` what it shows of
    sharpening and noise reduction, where rows name them and it is certain.
    """

    pictures: Pictures
    reference: Reference
    as_shot: tuple[float, float] | None = None
    scene: RawScene | None = None
    orientation: int = 1
    retouched: SeenRepairs | None = None
    details: SeenDetails | None = None

    @property
    def remark(self) -> str:
        """Why the preview is not used, "" where it is."""
        trap = self.reference.trap
        return "" if trap is None else trap.reason


def is_edited(version: Version) -> bool:
    """Whether an adjustment that changes the look, not only the frame, is on."""
    return any(each.enabled and not isinstance(each.adjustment, _GEOMETRY) for each in version.operations)


def is_worth_seeing(version: Version, master: Master) -> bool:
    """Whether a translation depends on the pictures: not where a rendered photo looks as its file does."""
    return master.media is MediaKind.IMAGE and (photo_kind(master) is PhotoKind.RAW or is_edited(version))


def find_files(library: Library, version: Version, master: Master, profile: Profile | None = None) -> PhotoFiles:
    """Where a photo's pictures are. Reads the library's databases, so call it where those are read."""
    state = library.preview_state(version)
    original = library.original(master)
    path = original.path if original.status is OriginalStatus.PRESENT else None
    status = state.status
    if status is PreviewStatus.MASTER and is_edited(version):
        return PhotoFiles(version, master, path, None, PreviewStatus.MASTER, profile)
    return PhotoFiles(version, master, path, state.path, status, profile)


def see(files: PhotoFiles, original: Picture | None = None) -> SeenPhoto:
    """Decode and judge one photo's pictures; `original` is one that somebody else has drawn of the whole photo (linear
    sRGB, upright), used instead of the file. Never raises for what the files are.
    """
    loaded = load_preview(files.preview, files.status)
    code = _orientation_of(files)
    if files.preview is None and files.status is PreviewStatus.MASTER:
        loaded = LoadedPreview(None, UNEDITED)
    own = _NO_ORIGINAL if original is not None and not is_retouched(files.version) else _load_original(files, code)
    as_shot, scene = own.as_shot, own.scene
    if original is None:
        original = own.linear
    else:
        original, as_shot, scene = _cut(files, original, code), None, None
    loaded = _judged(files, loaded, original, as_shot)
    brushed = any(each.enabled and each.mask_uuid is not None for each in files.version.operations)
    preview = None if loaded.linear is None else _reduced(loaded.linear)
    retouched = _see_repairs(files, own, loaded.linear, code) if is_retouched(files.version) else None
    details = None if preview is None else _see_details(files, code)
    reference = loaded.as_reference(brushed=brushed)
    return SeenPhoto((original, preview), reference, as_shot, scene, code, retouched, details)


def _see_details(files: PhotoFiles, code: int) -> SeenDetails | None:
    """Sharpening and noise reduction, where rows of a photo that is not RAW name them."""
    named = photo_kind(files.master) is PhotoKind.RENDERED and is_detailed(files.version)
    if not named or files.original is None or files.preview is None:
        return None
    crop = translate(files.version, files.master).crop
    return see_details(files.version, files.original, files.preview, crop, code)


def see_all(photos: Sequence[PhotoFiles], told: Callable[[], None] = lambda: None) -> list[SeenPhoto]:
    """`see` of each photo, in their order, on all cores, a few at a time. `told` is called after each; what it raises
    ends the work.
    """
    return list(_seen(photos, told))


def _seen(photos: Iterable[PhotoFiles], told: Callable[[], None]) -> Iterator[SeenPhoto]:
    threads = min(os.cpu_count() or 1, _MOST_THREADS)
    waiting: deque[Future[SeenPhoto]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="couloir-see") as pool:
        try:
            for files in photos:
                # The check that ends a decoding is the caller's, which a thread does not know by itself.
                waiting.append(pool.submit(contextvars.copy_context().run, _see_safely, files))
                if len(waiting) > 2 * threads:
                    yield waiting.popleft().result()
                    told()
            while waiting:
                yield waiting.popleft().result()
                told()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _see_safely(files: PhotoFiles) -> SeenPhoto:
    """A fault of ours costs the pictures of one photo, with its reason, and not the run."""
    try:
        return see(files)
    except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError, OSError) as fault:
        why = f"The pictures of this photo could not be compared ({type(fault).__name__}: {fault})."
        return SeenPhoto((None, None), Reference(None, Trap("unreadable", why)))


def _orientation_of(files: PhotoFiles) -> int:
    """EXIF's code between the file's frame and the version's; mirroring is known where the file can be read."""
    path = files.original
    try:
        stored = None if path is None else try_twice(lambda: stored_orientation(path))
    except (OSError, ContentError):
        stored = None
    return image_facts(files.version, files.master, stored).orientation


@dataclass(frozen=True, slots=True)
class _Original:
    """The photo before any setting, in the version's frame, linear sRGB; a RAW file's own white balance and colours.
    `draw` gives it at another size; it raises ContentError.
    """

    linear: Picture | None = None
    as_shot: tuple[float, float] | None = None
    scene: RawScene | None = None
    draw: Callable[[int], Picture] | None = None


_NO_ORIGINAL: Final = _Original()


def _see_repairs(files: PhotoFiles, own: _Original, preview: Picture | None, orientation: int) -> SeenRepairs | None:
    """The best sources of what was retouched, and what the preview shows there; at the preview's size, because most
    spots are smaller than a pixel of the other pictures.
    """
    found = translate(files.version, files.master)
    if not found.repairs.areas or own.draw is None:
        return None
    try:
        original = own.draw(DRAWN_EDGE)
    except ContentError:
        return None  # it was read a moment ago; without it the sources stay beside the spots
    frame = frame_of(files.version, found.crop, orientation, original)
    repairs = choose_sources(found.repairs, frame, original)
    if preview is None:
        return SeenRepairs(repairs, ())
    laid = resize(preview, original.shape[1], original.shape[0])
    if photo_kind(files.master) is PhotoKind.RAW:
        laid = lay_on(laid, original)
    return SeenRepairs(repairs, judge_repairs(repairs, frame, original, laid))


def lay_on(preview: Picture, original: Picture) -> Picture:
    """A RAW file's preview laid on its original, both linear and of one size: Adobe's frame and Apple's differ by a few
    pixels of the photo. As it is where it already lies there, or lies too far off.
    """
    columns, rows = fit_size(original.shape[1], original.shape[0], SEEN_EDGE)
    found = find_placement(_fitted(preview, columns, rows), _fitted(original, columns, rows))
    if isinstance(found, Trap) or not found[0].any():
        return preview
    return np.asarray(resample_sharply(preview, found[0]).clip(0), dtype=np.float32)


def _load_original(files: PhotoFiles, orientation: int) -> _Original:
    path, version, master = files.original, files.version, files.master
    if path is None:
        return _NO_ORIGINAL
    frame = translate(version, master).crop
    settings = DevelopSettings({} if frame is None else frame.settings())
    as_shot, own = None, None
    try:
        if photo_kind(master) is PhotoKind.RAW:
            scene = load_raw(path, lambda columns, rows: max(SEEN_EDGE, max(columns, rows) // 2))
            white = planckian_temperature(scene.model.as_shot)
            as_shot = (white.kelvin, white.tint)
            profile = files.profile or (scene.profile if scene.profile.name == STANDARD else PLAIN)

            def read(edge: int) -> Picture:
                return np.asarray(srgb_decode(baseline(_small(scene, edge), scene.model, profile)), dtype=np.float32)

            small = _small(scene, SEEN_EDGE)
            framed = camera_raw.render(small, settings, orientation=orientation, size=EXPECTED_SIZE)
            own = replace(scene, camera=np.asarray(srgb_decode(framed), np.float32), profile=profile, orientation=1)
        else:

            def read(edge: int) -> Picture:
                return load_pixels(path, _needed(path, frame, edge), orient=False)

        def draw(edge: int) -> Picture:
            shown = camera_raw.render(read(edge), settings, orientation=orientation, size=edge)
            return np.asarray(srgb_decode(shown), dtype=np.float32)

        return _Original(draw(SEEN_EDGE), as_shot, own, draw)
    except ContentError:
        return _Original(None, as_shot or _read_as_shot(path, master))


def _small(scene: RawScene, edge: int) -> Picture:
    """The file's colours at twice an edge in pixels, from which a picture of that edge is framed."""
    return resize(scene.camera, *fit_size(scene.camera.shape[1], scene.camera.shape[0], 2 * edge))


def _read_as_shot(path: Path, master: Master) -> tuple[float, float] | None:
    """A RAW file's own (kelvin, tint), which may be known of one that cannot be decoded truthfully."""
    if photo_kind(master) is not PhotoKind.RAW:
        return None
    try:
        white = planckian_temperature(read_model(path).as_shot)
    except ContentError:
        return None
    return white.kelvin, white.tint


def _cut(files: PhotoFiles, upright: Picture, code: int) -> Picture:
    """The version's frame of a picture of the whole photo, which is upright."""
    frame = translate(files.version, files.master).crop
    if frame is None:
        return upright
    as_stored = orient(upright, _BACK.get(code, code))
    shown = camera_raw.render(as_stored, DevelopSettings(frame.settings()), orientation=code, size=SEEN_EDGE)
    return np.asarray(srgb_decode(shown), dtype=np.float32)


def _needed(path: Path, crop: FrameCrop | None, edge: int) -> int:
    """The long edge to read so that what a crop leaves is as large as the picture of a whole photo."""
    if crop is None:
        return edge
    columns, rows = frame_size(path)
    kept = max(crop.pixel_size(columns, rows))
    return max(edge, round(edge * max(columns, rows) / max(kept, 1.0)))


def _judged(
    files: PhotoFiles, loaded: LoadedPreview, original: Picture | None, as_shot: tuple[float, float] | None
) -> LoadedPreview:
    """The preview, unless a comparison with the original proves that it shows something else than this version."""
    if loaded.linear is None or original is None:
        return loaded
    version, master = files.version, files.master
    prior = Prior(files.profile is not None and photo_kind(master) is PhotoKind.RAW, None, as_shot)
    expected = make_working_copy(srgb_encode(render_expected(version, master, original, prior)))
    preview = make_working_copy(srgb_encode(loaded.linear))
    trap = find_other_frame(preview, expected)
    if trap is None:
        rows, columns = expected.shape[:2]
        placed = find_placement(reduce_picture(preview, columns, rows), expected)
        trap = placed if isinstance(placed, Trap) else None
    if trap is None and is_edited(version):
        rows, columns = expected.shape[:2]
        plain, shown = (srgb_to_lab(_fitted(each, columns, rows)) for each in (original, loaded.linear))
        if float(np.median(ciede2000(shown, plain))) < _SAME:
            by_formulas = float(np.median(ciede2000(srgb_to_lab(expected), plain)))
            trap = UNEDITED if by_formulas > _VISIBLE else None
    return loaded if trap is None else replace(loaded, linear=None, trap=trap)


def _fitted(linear: Picture, columns: int, rows: int) -> Picture:
    return np.asarray(srgb_encode(resize(linear, columns, rows)), dtype=np.float32)


def _reduced(linear: Picture) -> Picture:
    return np.ascontiguousarray(resize(linear, *fit_size(linear.shape[1], linear.shape[0], SEEN_EDGE)))
