"""Translates a batch of photos: read each version, ask the model once for all, translate. Imported when first
needed, because it takes numpy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from couloir.aperture.model import MediaKind, Version
from couloir.derive import Translation
from couloir.derive.features import Pictures
from couloir.derive.translator import Pair, PhotoContext, Translator
from couloir.engines.pixels import load_pixels
from couloir.engines.protocol import Picture
from couloir.errors import BadImage
from couloir.lightroom.live import read_as_shot
from couloir.profiles.baselines import Baselines
from couloir.service.http.pictures import jpeg_of, pixels_of
from couloir.service.libraries.identify import MatchedBy
from couloir.service.libraries.open import OpenLibrary

STATISTICS_SIZE: Final = 256  # pixels; the statistics reduce it further


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


NO_VERSION: Final = Refusal(
    "library.unknown-version",
    "The library has no version of this uuid, or no original for it.",
    "Open the library again if it has changed, or let Couloir look for the photo by its file.",
)
NO_SETTINGS: Final = Refusal(
    "photo.not-an-image", "Only photographs have develop settings.", "The file itself is imported unchanged."
)


def derive(targets: Sequence[Target], translator_of: Callable[[str], Translator]) -> list[DerivedVersion | Refusal]:
    """The translation of each target, in their order. Each version is read once, and the model is asked once for all
    photos of a library. `translator_of` gives a library's translator, by the library's id.

    A photo that uses a learnt profile in Lightroom keeps it; no other photo is given one.
    """
    wanted: dict[OpenLibrary, list[str]] = defaultdict(list)
    for target in targets:
        wanted[target.library].append(target.uuid)
    read = {library: library.versions(uuids) for library, uuids in wanted.items()}
    results: list[DerivedVersion | Refusal | None] = []
    asked: list[tuple[Target, Pair]] = []
    pictures: list[Pictures] = []
    for target in targets:
        refusal = None
        pair = read[target.library].get(target.uuid)
        if pair is None:
            refusal = NO_VERSION
        elif pair[1].media is not MediaKind.IMAGE:
            refusal = NO_SETTINGS
        else:
            try:
                pictures.append(_pictures(target, pair[0]))
                asked.append((target, pair))
            except BadImage as error:
                refusal = Refusal(error.code, error.message, "Send the photo without a rendering, or with a JPEG.")
        results.append(refusal)
    translators = {library: translator_of(library.id) for library in wanted}
    facts: dict[OpenLibrary, list[tuple[int, Pair, PhotoContext]]] = defaultdict(list)
    for place, ((target, pair), seen) in enumerate(zip(asked, pictures, strict=True)):
        current = target.current or {}
        known = PhotoContext(
            seen, _profile_under(target, pair[0], translators[target.library].profiles), read_as_shot(current)
        )
        facts[target.library].append((place, pair, known))
    translated: dict[int, DerivedVersion] = {}
    for library, photos in facts.items():
        found = translators[library].translate([pair for _, pair, _ in photos], [known for _, _, known in photos])
        for (place, (version, _), _), translation in zip(photos, found, strict=True):
            translated[place] = DerivedVersion(version, translation)
    done = iter(translated[place] for place in range(len(asked)))
    return [next(done) if result is None else result for result in results]


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


def _pictures(target: Target, version: Version) -> Pictures:
    """The pictures for the model: none, unless Lightroom sent its own rendering of the photo. Raises BadImage"""
    if not target.rendering:
        return None, None
    jpeg = jpeg_of(target.rendering, target.uuid)
    return pixels_of(jpeg, target.uuid, STATISTICS_SIZE), _preview(target.library, version)


def _preview(library: OpenLibrary, version: Version) -> Picture | None:
    """Aperture's preview, or None where there is no usable one: the model can do without it."""
    preview = library.ask(lambda opened: opened.preview(version))
    if preview.path is None:
        return None
    try:
        return load_pixels(preview.path, STATISTICS_SIZE, orient=True)
    except BadImage:
        return None
