"""Stacks and faces."""

from __future__ import annotations

from typing import Any

import pytest

from couloir.aperture.model import Stack


def test_a_stack_starts_with_its_pick(tiny: Any) -> None:
    for uuid in ("a", "b", "c"):
        tiny.photo(uuid)
    for uuid, number in (("a", 20), ("b", 10), ("c", 30)):
        tiny.add("RKStackContent", stackUuid="s", versionUuid=uuid, orderNumber=number)
    with tiny.open() as library:
        assert library.stacks() == (Stack("s", ("b", "a", "c")),)
        assert library.counts()["stacks"] == 1
        assert [version.stack_uuid for version in library.versions()] == ["s", "s", "s"]


def test_a_stack_that_only_its_versions_know_is_read(tiny: Any) -> None:
    tiny.photo("a", stackUuid="s")
    tiny.photo("hidden original", stackUuid="s", showInLibrary=0)
    tiny.photo("b", stackUuid="s")
    tiny.photo("alone", stackUuid="t")
    tiny.photo("none", stackUuid="")
    with tiny.open() as library:
        assert library.stacks() == (Stack("s", ("a", "b")),)
        assert list(library.findings) == []
        assert [version.stack_uuid for version in library.versions()] == ["s", "s", "s", "t", None]


def test_stacked_versions_that_are_not_there_or_listed_twice_are_sorted_out(tiny: Any) -> None:
    tiny.photo("a")
    for uuid in ("gone", "a", "a"):
        tiny.add("RKStackContent", stackUuid="s", versionUuid=uuid, orderNumber=1)
    tiny.add("RKStackContent", stackUuid="empty", versionUuid="gone", orderNumber=1)
    tiny.add("RKStackContent", stackUuid=None, versionUuid="a", orderNumber=1)
    with tiny.open() as library:
        assert library.stacks() == (Stack("s", ("a",)),)
        assert [finding.item for finding in library.findings] == ["s", "empty"]


def add_face(tiny: Any, left: object, bottom: object, right: object, top: object, **more: object) -> None:
    corners = {"topLeftX": left, "topLeftY": top, "topRightX": right, "topRightY": top}
    corners |= {"bottomLeftX": left, "bottomLeftY": bottom, "bottomRightX": right, "bottomRightY": bottom}
    tiny.add("RKDetectedFace", **{"uuid": "f", "masterUuid": "m", **corners, **more})


def test_a_face_has_the_full_name_that_its_key_stands_for(tiny: Any) -> None:
    tiny.add("RKFaceName", faceKey=7, name="Ada", fullName="Ada Lovelace")
    tiny.add("RKFaceName", faceKey=8, name="Bob")
    tiny.add("RKFaceName", faceKey=0, name="nobody")
    for number, key in enumerate((7, 8, 0, None, 99)):
        add_face(tiny, 0.1, 0.2, 0.3, 0.4, uuid=f"f{number}", faceKey=key)
    with tiny.open() as library:
        assert [face.name for face in library.faces()] == ["Ada Lovelace", "Bob", None, None, None]
        assert library.counts()["faces"] == 5


@pytest.mark.parametrize(("bottom", "top"), [(0.2, 0.6), (0.6, 0.2)])
def test_a_face_is_upright_however_its_corners_are_stored(tiny: Any, bottom: float, top: float) -> None:
    add_face(tiny, 0.1, bottom, 0.4, top)
    with tiny.open() as library:
        [face] = library.faces()
        assert (face.left, face.bottom) == (0.1, 0.2)
        assert (face.width, face.height) == (pytest.approx(0.3), pytest.approx(0.4))


@pytest.mark.parametrize(("rejected", "ignore", "expected"), [(0, 0, False), (1, 0, True), (0, 1, True)])
def test_rejected_and_ignored_faces_say_so(tiny: Any, rejected: int, ignore: int, expected: bool) -> None:
    add_face(tiny, 0, 0, 1, 1, rejected=rejected, ignore=ignore)
    with tiny.open() as library:
        assert [face.rejected for face in library.faces()] == [expected]


@pytest.mark.parametrize("corner", ["nan", 1e9, "left", None])
def test_corners_that_are_no_places_give_an_empty_rectangle(tiny: Any, corner: object) -> None:
    add_face(tiny, corner, corner, corner, corner)
    with tiny.open() as library:
        [face] = library.faces()
        assert (face.left, face.bottom, face.width, face.height) == (0, 0, 0, 0)
        assert (len(library.findings) > 0) is (corner is not None)
