"""The photos from which a camera's profile can be learnt, found in the database without reading pictures.

Aperture's preview shows the plain RAW rendering only if nothing but geometry was edited. Exposure is a gain on the
decoded RAW file, so that it can be removed from the preview; other edits cannot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from couloir.aperture.adjustments import Adjustment, Crop, Exposure, Flip, RawFineTuning, Straighten
from couloir.aperture.details.records import PreviewStatus
from couloir.aperture.library import Library
from couloir.aperture.model import Master, OriginalStatus, Version
from couloir.profiles.cameras import camera_name
from couloir.profiles.learning import LeftOut

MOST_STOPS: Final = 1.5
"""Stops. Exposure edits up to this are removed from the preview; beyond, too much of it is black or white."""

_STATUS: Final[Mapping[PreviewStatus, str]] = {
    PreviewStatus.STALE: "its preview is older than its edits",
    PreviewStatus.EMBEDDED_JPEG: "its preview is the camera's own JPEG",
    PreviewStatus.MASTER: "its preview is the original itself",
    PreviewStatus.ABSENT: "it has no preview",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that can be learnt from. `stops` is Aperture's exposure edit, which is removed from the preview."""

    version: Version
    original: Path
    preview: Path
    camera: str
    decoder: str
    stops: float


@dataclass(frozen=True, slots=True)
class Group:
    """The candidates of one camera, rendered by one RAW decoder, and the photos left out, with the reasons."""

    camera: str
    decoder: str
    candidates: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]


def groups(library: Library) -> list[Group]:
    """A group for each camera with RAW photos, the one with most photos first. Reads rows, not pictures."""
    found: list[Candidate] = []
    left_out: list[tuple[str, LeftOut]] = []
    for version, master in library.versions_with_masters():
        if master is None or not (master.is_raw or master.subtype == "RAWST"):
            continue
        if not version.shown:
            continue
        camera = camera_name(str(version.exif.get("Make", "")), str(version.exif.get("Model", "")))
        candidate = _candidate(library, version, master, camera)
        if isinstance(candidate, Candidate):
            found.append(candidate)
        else:
            left_out.append((camera, candidate))
    return by_camera(found, left_out)


def by_camera(found: Sequence[Candidate], left_out: Iterable[tuple[str, LeftOut]]) -> list[Group]:
    """Candidates by camera. Of several decoders the one with most photos is used, because their looks differ."""
    missing = list(left_out)
    cameras = {each.camera for each in found} | {camera for camera, _ in missing if camera}
    built = []
    for camera in sorted(cameras):
        own = [each for each in found if each.camera == camera]
        counted = Counter(each.decoder for each in own)
        decoder = max(counted, key=lambda each: (counted[each], each), default="")
        others = [
            LeftOut(
                each.version.name, f"its RAW decoder ({each.decoder or 'unknown'}) differs from that of most others"
            )
            for each in own
            if each.decoder != decoder
        ]
        kept = tuple(each for each in own if each.decoder == decoder)
        built.append(Group(camera, decoder, kept, (*(each for name, each in missing if name == camera), *others)))
    return sorted(built, key=lambda group: (-len(group.candidates), group.camera))


def decoder_of(version: Version) -> str:
    """The version of Apple's RAW decoder that rendered a version, "" where none is stated."""
    stated = (o.adjustment.decoder for o in version.operations if isinstance(o.adjustment, RawFineTuning))
    return next((decoder for decoder in stated if decoder), "")


def _candidate(library: Library, version: Version, master: Master, camera: str) -> Candidate | LeftOut:
    """The version as a candidate, or the reason why it is not one."""
    refusal = _refusal(version, camera)
    if refusal is not None:
        return LeftOut(version.name, refusal)
    state = library.preview_state(version)
    if state.status in _STATUS or state.path is None:
        return LeftOut(version.name, reason=_STATUS.get(state.status, "it has no preview"))
    original = library.original(master)
    if original.status is not OriginalStatus.PRESENT or original.path is None:
        return LeftOut(version.name, reason=f"its original is {original.status}", failed=original.status.is_failure)
    return Candidate(version, original.path, state.path, camera, decoder_of(version), _stops(version))


def _refusal(version: Version, camera: str) -> str | None:
    """What Aperture says of a version that makes it unfit; None for nothing."""
    if not camera:
        return "its camera is not known"
    for operation in version.operations:
        if not operation.enabled:
            continue
        why = _obstacle(operation.adjustment)
        if operation.mask_uuid is not None or why is not None:
            return f"it is edited: {why or 'an adjustment was brushed in'}"
    stops = _stops(version)
    if abs(stops) > MOST_STOPS:
        return f"it is edited: its exposure was changed by {stops:+.2f} EV"
    return None if version.master_size and version.processed_size else "its size is not known"


def _stops(version: Version) -> float:
    """Aperture's exposure edit, in stops."""
    edits = (each.adjustment for each in version.operations if each.enabled)
    return sum((edit.exposure for edit in edits if isinstance(edit, Exposure)), 0.0)


def _obstacle(adjustment: Adjustment) -> str | None:
    """The effect of an adjustment that cannot be removed from the preview; None if it can, or if there is none."""
    match adjustment:
        case Crop() | Straighten() | Flip():
            return None
        case RawFineTuning():
            same = adjustment.boost == 1 and adjustment.hue_boost == 1
            return None if same else "RAW boost was changed"
        case Exposure():
            plain = not (adjustment.recovery or adjustment.black_point or adjustment.brightness)
            return None if plain and not adjustment.auto_pending else "more than exposure was changed"
        case _:
            return f"{type(adjustment).__name__} is on"
