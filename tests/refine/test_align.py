"""Alignment: which pictures are aligned, and which must not be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from couloir.aperture.details.records import PreviewStatus
from couloir.color.difference import difference
from couloir.derive.pictures import frame
from couloir.derive.pictures.preview import HALF_SIZE, Reference, load_reference, reference_of
from couloir.derive.pictures.registration import Lie
from couloir.derive.pictures.working_copy import make_working_copy as reduced
from couloir.engines.geometry import orient
from couloir.engines.pixels import encode_jpeg
from couloir.engines.protocol import Picture
from couloir.refine import align as room
from couloir.refine.align import Alignment, align

Encoded = Callable[..., Picture]


def laid(preview: Picture, rendering: Picture) -> Alignment:
    found = align(reference_of(reduced(preview)), reduced(rendering))
    assert isinstance(found, Alignment), found
    return found


def other_look(picture: Picture) -> Picture:
    return np.clip(0.05 + 0.8 * picture ** np.array([1.4, 1.2, 1.6], dtype=np.float32), 0, 1)


def test_another_look_of_the_same_frame_is_compared(encoded: Encoded) -> None:
    shown = encoded(1)
    found = laid(other_look(shown), shown)
    assert found.target.shape == (64, 96, 3)
    assert found.notes == ()
    assert found.counted.mean() > 0.9
    assert (found.counted == found.whole).all()


def test_what_is_known_to_be_painted_does_not_count(encoded: Encoded) -> None:
    """However faint it is; but not where hardly anything else would be left to compare."""
    shown = encoded(1)
    reference = reference_of(reduced(other_look(shown)))
    mask = np.zeros((128, 192, 1), dtype=np.float32)
    mask[:, :48] = 0.5
    found = align(Reference.from_dict(replace(reference, painted=mask).as_dict()), reduced(shown))
    assert isinstance(found, Alignment)
    assert not found.counted[:, :23].any()
    assert found.counted[2:-2, 26:-2].all()
    assert found.whole[2:-2, 2:23].all()
    most = align(replace(reference, painted=np.ones_like(mask)), reduced(shown))
    assert isinstance(most, Alignment)
    assert (most.counted == most.whole).all()


@pytest.mark.parametrize("shift", [1, 2])
def test_a_small_shift_is_taken_back(encoded: Encoded, shift: int) -> None:
    large = encoded(2, 246, 166)
    rendering = large[3:-3, 3:-3]
    preview = other_look(large[3 + shift : 163 + shift, 3 - shift : 243 - shift])
    found = laid(preview, rendering)
    wanted = laid(other_look(rendering), rendering)
    inner = found.whole & wanted.whole
    moved_back = difference(found.target[inner][None], wanted.target[inner][None]).mean
    left_there = difference(reduced(preview)[inner][None], wanted.target[inner][None]).mean
    assert moved_back < 0.35 * left_there


@pytest.mark.parametrize("code", [2, 3, 4, 5, 6, 7, 8])
def test_a_turned_or_mirrored_preview_is_recognised(encoded: Encoded, code: int) -> None:
    shown = encoded(3, 180, 160) if code < 5 else encoded(3)
    assert align(reference_of(reduced(orient(other_look(shown), code))), reduced(shown)) is frame.TURNED


def test_a_mirrored_preview_of_something_symmetrical_is_recognised(encoded: Encoded) -> None:
    plain = encoded(3)
    shown = 0.7 * plain + 0.3 * plain[:, ::-1]
    assert align(reference_of(reduced(other_look(shown)[:, ::-1])), reduced(shown)) is frame.TURNED


def test_another_photo_is_recognised(encoded: Encoded) -> None:
    for seed in range(4, 9):
        assert align(reference_of(reduced(encoded(seed))), reduced(encoded(seed + 20))) is frame.OTHER_PHOTO


@pytest.mark.parametrize("box", [(0, 20, 0, 0), (20, 20, 30, 30), (0, 50, 0, 75), (6, 6, 9, 9)])
def test_another_crop_is_recognised(encoded: Encoded, box: tuple[int, int, int, int]) -> None:
    shown = encoded(9)
    top, bottom, left, right = box
    cropped = other_look(shown[top : shown.shape[0] - bottom, left : shown.shape[1] - right])
    assert align(reference_of(reduced(cropped)), reduced(shown)) is frame.OTHER_CROP


def test_tones_turned_over_are_the_same_photo(encoded: Encoded) -> None:
    shown = encoded(10)
    assert laid(1 - 0.8 * shown, shown).counted.any()


def test_a_picture_without_anything_to_see_is_compared(encoded: Encoded) -> None:
    grey = np.full((160, 240, 3), 0.5, dtype=np.float32)
    assert laid(grey * 0.8, grey).counted.any()


def test_a_black_rendering_is_not_blamed_on_the_settings(encoded: Encoded) -> None:
    assert align(reference_of(reduced(encoded(11))), np.zeros((64, 96, 3), dtype=np.float32)) is room.BLANK


def test_a_brushed_region_is_found_and_left_out(encoded: Encoded) -> None:
    shown = encoded(12)
    preview = other_look(shown)
    preview[40:90, 60:130] = np.clip(preview[40:90, 60:130] * np.array([1.8, 0.6, 0.5], dtype=np.float32), 0, 1)
    found = laid(preview, shown)
    assert room.LOCAL in found.notes
    assert not found.counted[20:34, 28:48].any()
    assert found.counted[:10].mean() > 0.7
    assert found.whole[20:34, 28:48].all()


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (PreviewStatus.STALE, "stale"),
        (PreviewStatus.ABSENT, "missing"),
        (PreviewStatus.EMBEDDED_JPEG, "camera-jpeg"),
    ],
)
def test_what_aperture_knows_of_its_preview_is_believed(
    tmp_path: Path, encoded: Encoded, status: PreviewStatus, code: str
) -> None:
    (tmp_path / "preview.jpg").write_bytes(encode_jpeg(encoded(1)))
    found = load_reference(tmp_path / "preview.jpg", status)
    assert found.trap is not None
    assert (found.picture, found.trap.code) == (None, code)


def test_previews_that_are_missing_broken_or_black_say_so(tmp_path: Path) -> None:
    broken, black = tmp_path / "broken.jpg", tmp_path / "black.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 no picture")
    black.write_bytes(encode_jpeg(np.zeros((60, 90, 3), dtype=np.float32)))
    codes = [load_reference(path).trap for path in (None, broken, black)]
    assert [trap.code if trap else None for trap in codes] == ["missing", "unreadable", "black"]


def test_a_small_preview_serves_and_is_told(tmp_path: Path, encoded: Encoded) -> None:
    (tmp_path / "preview.jpg").write_bytes(encode_jpeg(encoded(1)[::2, ::2]))
    found = load_reference(tmp_path / "preview.jpg", PreviewStatus.HALF_SIZE)
    assert (found.trap, found.notes) == (None, (HALF_SIZE,))


def test_a_preview_in_another_colour_space_is_the_same_picture(tmp_path: Path, encoded: Encoded) -> None:
    """Through a profile with swapped primaries, which no reader that ignores profiles would survive."""
    plain, tagged = tmp_path / "plain.png", tmp_path / "tagged.png"
    levels = np.rint(encoded(1) * 255).astype(np.uint8)
    Image.fromarray(levels).save(plain)
    lab_profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    Image.fromarray(levels).save(tagged, icc_profile=lab_profile.tobytes())
    one, other = load_reference(plain).picture, load_reference(tagged).picture
    assert one is not None
    assert other is not None
    assert difference(one, other).mean < 0.3


def test_a_reference_survives_a_journal(encoded: Encoded) -> None:
    reference = reference_of(reduced(encoded(1)), notes=("a note",), brushed=True)
    again = Reference.from_dict(reference.as_dict())
    assert reference.picture is not None
    assert again.picture is not None
    assert np.array_equal(again.picture, reference.picture)
    assert (again.notes, again.brushed, again.trap) == (reference.notes, True, None)
    with pytest.raises(ValueError, match="journal"):
        Reference.from_dict({"picture": {"width": 2}, "trap": None, "notes": [], "brushed": False})


def test_a_placement_that_is_less_like_the_picture_than_none_is_no_other_crop(
    encoded: Encoded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under a strong vignette the search for a placement may end anywhere."""
    shown = reduced(encoded(12))
    under = (1 - 0.8 * np.linspace(-1, 1, shown.shape[1]) ** 4)[None, :, None]
    before = frame.likeness(frame.structure(shown), frame.structure((shown * under).astype(np.float32)))
    assert 0.8 < before < 0.99
    elsewhere = Lie(x=0.03, y=0.0, scale=0.94, angle=0.0, likeness=before - 0.05)
    monkeypatch.setattr(frame, "lie", lambda _own, _other: elsewhere)
    found = laid((shown * under).astype(np.float32), shown)
    assert room.MOVED not in found.notes
    monkeypatch.setattr(frame, "lie", lambda _own, _other: replace(elsewhere, likeness=before + 0.05))
    assert align(reference_of((shown * under).astype(np.float32)), shown) == frame.OTHER_CROP
