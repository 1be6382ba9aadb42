"""Translates a batch of photos: read each version, ask the model once for all, translate. Imported when first
needed, because it takes numpy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from couloir.aperture.library import Library
from couloir.aperture.model import MediaKind, Version
from couloir.derive import Translation
from couloir.derive.pictures.contexts import find_all
from couloir.derive.pictures.gather import SEEN_EDGE, PhotoFiles, SeenPhoto, see, see_all
from couloir.derive.translator import Pair, PhotoContext, Translator
from couloir.engines.protocol import Picture
from couloir.errors import BadImage
from couloir.lightroom.live import read_as_shot
from couloir.profiles.baselines import NO_BASELINES, Baselines
from couloir.service.http.pictures import jpeg_of, pixels_of
from couloir.service.libraries.identify import MatchedBy
from couloir.service.libraries.open import OpenLibrary


@dataclass(frozen=True, slots=True)
class Target:
    """A version to translate, how it was identified, and Lightroom's rendering of the photo without edits, if any.

    `current` are the photo's develop settings in Lightroom, where the client sent them.
    """

    library: OpenLibrary
    uuid: str
    by: MatchedBy
    rendering: str = ""
    current: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a target has no translation: a stable code, one sentence, what to do."""

    code: str
    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class DerivedVersion:
    """A translated target."""

    version: Version
    translation: Translation
    seen: SeenPhoto | None = None


NO_VERSION: Final = Refusal(
    "library.unknown-version",
    "The library has no version of this uuid, or no original for it.",
    "Open the library again if it has changed, or let Couloir look for the photo by its file.",
)
NO_SETTINGS: Final = Refusal(
    "photo.not-an-image", "Only photographs have develop settings.", "The file itself is imported unchanged."
)


def derive(
    targets: Sequence[Target], translator_of: Callable[[str], Translator], *, pictures: bool = True
) -> list[DerivedVersion | Refusal]:
    """The translation of each target, in their order. Each version is read once, and the model is asked once for all
    photos of a library. `translator_of` gives a library's translator, by the library's id.

    Each photo is translated by Aperture's preview and the original, or Lightroom's own rendering of it where that was
    sent; without `pictures` from the adjustments alone. A photo that uses a learnt profile in Lightroom keeps it; no
    other photo is given one.
    """
    wanted: dict[OpenLibrary, list[str]] = defaultdict(list)
    for target in targets:
        wanted[target.library].append(target.uuid)
    read = {library: library.versions(uuids) for library, uuids in wanted.items()}
    refused: dict[int, Refusal] = {}
    asked: dict[OpenLibrary, list[_Photo]] = defaultdict(list)
    for place, target in enumerate(targets):
        pair = read[target.library].get(target.uuid)
        if pair is None:
            refused[place] = NO_VERSION
        elif pair[1].media is not MediaKind.IMAGE:
            refused[place] = NO_SETTINGS
        else:
            try:
                asked[target.library].append(_Photo(place, target, pair, _drawn(target)))
            except BadImage as error:
                advice = "Send the photo without a rendering, or with a JPEG."
                refused[place] = Refusal(error.code, error.message, advice)
    derived: dict[int, DerivedVersion] = {}
    for library, photos in asked.items():
        translator = translator_of(library.id)
        looked = _see(library, photos, translator.profiles, by_pictures=pictures)
        known = [_known(photo, seen, translator.profiles) for photo, seen in zip(photos, looked, strict=True)]
        found = translator.translate([photo.pair for photo in photos], known)
        for photo, translation, seen in zip(photos, found, looked, strict=True):
            derived[photo.place] = DerivedVersion(photo.pair[0], translation, seen)
    return [refused.get(place) or derived[place] for place in range(len(targets))]


@dataclass(frozen=True, slots=True)
class _Photo:
    """A target with its version and master; `drawn` is Lightroom's rendering of the untouched photo, if it came."""

    place: int
    target: Target
    pair: Pair
    drawn: Picture | None


def _see(
    library: OpenLibrary, photos: Sequence[_Photo], profiles: Baselines, *, by_pictures: bool
) -> list[SeenPhoto | None]:
    """What is seen of each photo; None where nothing is wanted or needed."""
    if not by_pictures:
        return [None] * len(photos)
    under = [profiles if _profile_under(each.target, each.pair[0], profiles) else NO_BASELINES for each in photos]

    def find(opened: Library) -> list[PhotoFiles | None]:
        return [find_all(opened, [photo.pair], own)[0] for photo, own in zip(photos, under, strict=True)]

    found = library.ask(find)
    drawn = {place: photo.drawn for place, photo in enumerate(photos) if photo.drawn is not None}
    seen = iter(see_all([each for place, each in enumerate(found) if each is not None and place not in drawn]))
    return [
        None if files is None else see(files, drawn[place]) if place in drawn else next(seen)
        for place, files in enumerate(found)
    ]


def _known(photo: _Photo, seen: SeenPhoto | None, profiles: Baselines) -> PhotoContext:
    profile = _profile_under(photo.target, photo.pair[0], profiles)
    as_shot = read_as_shot(photo.target.current or {})
    known = PhotoContext(profile=profile) if seen is None else PhotoContext.of(seen, profile)
    return known if as_shot is None else replace(known, as_shot=as_shot)


def _profile_under(target: Target, version: Version, profiles: Baselines) -> str:
    """The name of the learnt profile that a photo uses in Lightroom, "" where it uses another profile."""
    name = profiles.name_for(version)
    return name if name and (target.current or {}).get("CameraProfile") == name else ""


def list_changed_keys(settings: Mapping[str, object], current: Mapping[str, object]) -> list[str]:
    """The keys that would change: those whose value in Lightroom differs, or is not known."""
    return [key for key, value in settings.items() if not _same(value, current.get(key))]


def _same(wanted: object, found: object) -> bool:
    if isinstance(wanted, float | int) and isinstance(found, float | int):
        return bool(abs(wanted - found) < 1e-6)
    if isinstance(wanted, list | tuple) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(_same, wanted, found))
    return wanted == found


def _drawn(target: Target) -> Picture | None:
    """Lightroom's rendering of the untouched photo, if it sent one. Raises BadImage"""
    if not target.rendering:
        return None
    return pixels_of(jpeg_of(target.rendering, target.uuid), target.uuid, SEEN_EDGE)
