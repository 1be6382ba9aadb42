"""A style for each distinct look among the settings files below a folder, with a list of the photos that have it.

For a photographer whose Capture One does not take the settings files by themselves: with the list, a style is applied
to all photos that have that look at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from couloir.destinations.capture_one.keys import ADJUSTMENTS, Setting
from couloir.destinations.capture_one.settings_file import SUFFIX, SettingsFile, Variant, read_settings_file
from couloir.destinations.capture_one.settings_xml import MAX_BYTES
from couloir.destinations.capture_one.style import OF_ONE_PHOTO, Style, style_bytes
from couloir.destinations.capture_one.style import SUFFIX as STYLE_SUFFIX
from couloir.disk import reading, writing
from couloir.errors import BadSettingsFile, ContentError
from couloir.regular_files import read_regular

LIST: Final = "Photos of each style.txt"
_HEADING: Final = "The photos of each style, listed by Couloir"
_PATTERN: Final = f"CaptureOne/Settings*/*{SUFFIX}"


@dataclass(frozen=True, slots=True)
class VariantPlace:
    """A variant of a photo: the photo's path relative to the folder, with slashes, and the variant's number from 1."""

    photo: str
    number: int

    @property
    def name(self) -> str:
        stem = self.photo.rpartition("/")[2].rpartition(".")[0] or self.photo
        return stem if self.number == 1 else f"{stem} variant {self.number}"


@dataclass(frozen=True, slots=True)
class SharedStyle:
    """A style and the variants that have its settings."""

    style: Style
    places: Sequence[VariantPlace]


@dataclass(frozen=True, slots=True)
class StylesWritten:
    """The styles, the files that are new in `folder`, those left because another hand has changed them, and the
    settings files that cannot be read.
    """

    folder: Path
    styles: Sequence[SharedStyle]
    written: Sequence[str]
    left: Sequence[str]
    unreadable: Sequence[ContentError]


def write_styles(folder: Path, into: Path) -> StylesWritten:
    """Write the styles of the settings files below `folder` into the folder `into`. A second call adds nothing.

    A file that is there already stays, but for an earlier list of ours. Raises DestinationErrors, and ContentError for
    a folder that cannot be read.
    """
    unreadable: list[ContentError] = []
    found = list(_read_variants(folder, unreadable))
    shared = share_styles(found)
    wanted = {f"{each.style.name}{STYLE_SUFFIX}": style_bytes(each.style) for each in shared}
    listed = _list_bytes(shared)
    written, left = [], []
    with writing(into):
        into.mkdir(parents=True, exist_ok=True)
    for name, content in (*sorted(wanted.items()), (LIST, listed)):
        place = into / name
        with writing(place):
            there = _there(place)
            if there == content:
                continue
            if there is not None and not (name == LIST and there.startswith(_HEADING.encode("utf-8-sig"))):
                left.append(name)
                continue
            _write_whole(place, content)
        if name != LIST:
            written.append(name)
    return StylesWritten(into, shared, written, left, unreadable)


def _there(place: Path) -> bytes | None:
    """What stands in a place, None where nothing does. What is no plain file of a style's size is never ours: b""."""
    if not os.path.lexists(place):
        return None
    return b"" if place.is_symlink() or not place.is_file() else read_regular(place, MAX_BYTES) or b""


def _write_whole(place: Path, content: bytes) -> None:
    """Write a file in one step, so that a stopped run leaves none that a second one takes for another hand's."""
    half = place.with_name(f".{place.name}.new")
    half.unlink(missing_ok=True)
    with half.open("xb") as new:
        new.write(content)
    os.replace(half, place)  # noqa: PTH105 - on every system in one step


def share_styles(variants: Sequence[tuple[VariantPlace, Variant]]) -> list[SharedStyle]:
    """The variants by their look, each with a name of its own: of its first photo, and how many more have it."""
    looks: dict[tuple[tuple[str, Setting], ...], list[VariantPlace]] = {}
    for place, variant in variants:
        values = {k: v for k, v in variant.values.items() if k in ADJUSTMENTS - OF_ONE_PHOTO}
        if values:
            looks.setdefault(tuple(sorted(values.items())), []).append(place)
    taken: set[str] = set()
    shared = []
    for look, places in looks.items():
        name = _own_name(places, taken)
        taken.add(name.casefold())
        shared.append(SharedStyle(Style(name, dict(look)), places))
    return shared


def _own_name(places: Sequence[VariantPlace], taken: set[str]) -> str:
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    name = f"{places[0].name}{more}"
    number = 2
    while name.casefold() in taken:
        name = f"{places[0].name}{more} ({number})"
        number += 1
    return name


def _read_variants(folder: Path, unreadable: list[ContentError]) -> Iterator[tuple[VariantPlace, Variant]]:
    with reading(folder):
        files = sorted(folder.rglob(_PATTERN))
    for file in files:
        photo = file.parent.parent.parent / file.name.removesuffix(SUFFIX)
        try:
            for number, variant in enumerate(_read(file).variants, 1):
                yield VariantPlace(photo.relative_to(folder).as_posix(), number), variant
        except ContentError as error:
            unreadable.append(error)


def _read(file: Path) -> SettingsFile:
    with reading(file):
        content = read_regular(file, MAX_BYTES)
    if content is None:
        raise BadSettingsFile(item=file.name, why=f"it is larger than {MAX_BYTES >> 20} MiB")
    return read_settings_file(content, file.name)


def _list_bytes(shared: Sequence[SharedStyle]) -> bytes:
    """A text of each style's name with its photos below it; the byte order mark tells every editor that it is UTF-8."""
    lines = [_HEADING]
    for each in shared:
        lines.append(each.style.name)
        lines += [
            f"\t{place.photo}" + (f" (variant {place.number})" if place.number > 1 else "") for place in each.places
        ]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")


def plain_styles(shared: Sequence[SharedStyle]) -> list[Mapping[str, object]]:
    """The styles and their photos as plain data for JSON."""
    return [
        {"style": each.style.name, "photos": [{"photo": p.photo, "variant": p.number} for p in each.places]}
        for each in shared
    ]
