"""The library of a hidden world holds what was drawn: the reader finds the edits, the files and the previews."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from couloir.aperture.adjustments import Color, HighlightsShadows
from couloir.aperture.library import Library
from couloir.learn import worlds
from couloir.learn.photographs import Photograph
from couloir.learn.worlds import Split
from couloir.lightroom.settings import PhotoKind
from evaluation.translation_figures import figures
from evaluation.translation_library import UNEDITED, build


@pytest.mark.parametrize("kind", list(PhotoKind))
def test_a_reader_finds_the_edits_that_were_planted(kind: PhotoKind, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    photographs = [Photograph(f"{5 * number:016x}", random.random((60, 90, 3), np.float32)) for number in range(3)]
    world = worlds.draw(7, Split.TEST, kind=kind, profiled=False)
    planted = build(tmp_path / "Hidden.aplibrary", world, photographs, 12)
    assert sum(each.judged for each in planted) == 12
    assert len(planted) == 12 + (UNEDITED if kind is PhotoKind.RAW else 0)
    with Library.open(tmp_path / "Hidden.aplibrary") as library:
        found = {master.file_name: (version, master) for version, master in library.versions_with_masters()
                 if master is not None and version.number == 1}  # fmt: skip
        for each in planted:
            version, master = found[each.file_name]
            assert version.shown
            assert library.original(master).path is not None
            preview = library.preview(version)
            assert preview.path is not None
            assert preview.up_to_date
            read = [operation.adjustment for operation in version.operations]
            assert len(read) == len(each.sample.version.operations)
            for one, other in zip(read, each.sample.version.operations, strict=True):
                wanted = other.adjustment
                if isinstance(one, Color | HighlightsShadows):
                    assert type(one) is type(wanted)
                else:
                    assert one == wanted


def test_no_photos_have_no_figures() -> None:
    assert figures([]) == []
