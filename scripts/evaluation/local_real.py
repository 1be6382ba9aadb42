"""Real libraries without a painted row, as if every version had one of each kind: nothing may be placed in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.rows import Row
from couloir.aperture.library import Library
from couloir.aperture.model import Operation
from couloir.derive.pictures.gather import find_files, see
from couloir.derive.translator import PhotoContext, Translator
from evaluation.local_scenes import ALL_KINDS


def measure_libraries(libraries: Sequence[Path]) -> Iterator[Row]:
    """Of each library the versions whose original and preview can be compared, and in how many a place was found."""
    rows = tuple(
        Operation(f"painted-{place}", "RKGNG", 90 + place, enabled=True, mask_uuid="mask", inputs={}, adjustment=each)
        for place, each in enumerate(ALL_KINDS)
    )
    for path in libraries:
        compared = false = 0
        with Library.open(path) as library:
            for version, master in library.versions_with_masters():
                if master is None:
                    continue
                seen = see(find_files(library, version, master))
                if any(picture is None for picture in seen.pictures):
                    continue
                painted = replace(version, operations=(*version.operations, *rows))
                compared += 1
                false += bool(Translator().translate_one(painted, master, PhotoContext.of(seen)).local)
        yield Row(f"{path.name}: versions with a false mask", false, f"of {compared}", "= 0", false == 0)
