"""Which photos are one group: the same camera, and the same edit or nearly the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from couloir.aperture.adjustments import Adjustment, Crop, Enhance, Exposure, WhiteBalance
from couloir.aperture.model import Operation, Version
from couloir.derive import analytic
from couloir.learn.scenes import MASTER, VERSION
from couloir.lightroom.settings import PhotoKind
from couloir.refine.night.groups import Edit, Grouper, edit_of

CAMERA = ("EOS 5D", "8", "Adobe Standard")


def version(*adjustments: Adjustment, brushed: bool = False) -> Version:
    made = tuple(
        Operation(
            str(place), type(each).__name__, place * 1_000_000, enabled=True,
            mask_uuid="mask" if brushed else None, inputs={}, adjustment=each,
        )
        for place, each in enumerate(adjustments)
    )  # fmt: skip
    return replace(VERSION, operations=made)


def edit(*adjustments: Adjustment, brushed: bool = False) -> Edit:
    photo = version(*adjustments, brushed=brushed)
    return edit_of(photo, analytic(photo, MASTER).settings, PhotoKind.RENDERED)


def groups(*edits: Edit | None, project: str = "Wedding") -> list[int]:
    grouper = Grouper()
    return [grouper.add(CAMERA, project, each) for each in edits]


def test_a_stamped_edit_is_one_group_with_its_small_changes_and_another_crop() -> None:
    stamped = (Exposure(exposure=0.5), Enhance(contrast=0.2, saturation=1.2))
    changed = (Exposure(exposure=0.6), Enhance(contrast=0.22, saturation=1.2))
    cropped = (*stamped, Crop(x=1, y=1, width=50, height=50))
    assert len(set(groups(edit(*stamped), edit(*changed), edit(*cropped)))) == 1


def test_another_adjustment_a_brush_and_a_large_change_are_other_groups() -> None:
    plain = edit(Exposure(exposure=0.5))
    others = [edit(Exposure(exposure=0.5), brushed=True), edit(Exposure(exposure=1.5)), edit(Enhance(contrast=0.4))]
    assert len(set(groups(plain, *others))) == 4


def test_what_is_switched_off_does_not_count() -> None:
    photo = version(Exposure(exposure=0.5), WhiteBalance())
    off = replace(photo, operations=(photo.operations[0], replace(photo.operations[1], enabled=False)))
    found = edit_of(off, analytic(off, MASTER).settings, PhotoKind.RENDERED)
    assert found.kinds == edit(Exposure(exposure=0.5)).kinds


def test_cameras_projects_and_unedited_photos_have_groups_of_their_own() -> None:
    grouper, same = Grouper(), edit(Exposure(exposure=0.5))
    found = [
        grouper.add(CAMERA, "Wedding", same),
        grouper.add(CAMERA, "Birthday", same),
        grouper.add(("D70", "8", "Adobe Standard"), "Wedding", same),
        grouper.add(CAMERA, "Wedding", None),
    ]
    assert found == [0, 1, 2, 3]
    assert grouper.add(CAMERA, "Birthday", None) == 3
    assert grouper.family_of == [0, 0, 1, 0]


def test_the_memory_of_one_sessions_edits_is_bounded() -> None:
    random = np.random.default_rng(0)
    far = [Edit(("Exposure",), random.normal(0, 100, 30).astype(np.float32)) for _ in range(400)]
    assert len(set(groups(*far))) == 256
