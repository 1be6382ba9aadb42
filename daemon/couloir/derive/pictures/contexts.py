"""A translator's input for photos besides their rows: both pictures, and a RAW file's own white balance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from couloir.aperture.library import Library
from couloir.aperture.model import Master, Version
from couloir.derive.pictures.gather import PhotoFiles, find_files, is_worth_seeing, see_all
from couloir.derive.translate import photo_kind
from couloir.derive.translator import NO_CONTEXT, Pair, PhotoContext
from couloir.engines.dng import Profile
from couloir.lightroom.settings import PhotoKind
from couloir.profiles.baselines import Baselines


def find_all(library: Library, pairs: Sequence[Pair], profiles: Baselines) -> list[PhotoFiles | None]:
    """The files of each photo's pictures, None where its translation does not depend on them. Reads the databases."""
    return [
        find_files(library, version, master, _look_under(version, master, profiles))
        if is_worth_seeing(version, master)
        else None
        for version, master in pairs
    ]


def see_contexts(files: Sequence[PhotoFiles | None], told: Callable[[], None] = lambda: None) -> list[PhotoContext]:
    """What is seen of each photo, decoded on all cores; NO_CONTEXT where there are no files. `told` as of `see_all`."""
    seen = iter(see_all([each for each in files if each is not None], told))
    return [NO_CONTEXT if each is None else PhotoContext.of(next(seen)) for each in files]


def _look_under(version: Version, master: Master, profiles: Baselines) -> Profile | None:
    found = profiles.of(version) if photo_kind(master) is PhotoKind.RAW else None
    return None if found is None else found.look
