"""RawTherapee's processing profiles: what is written comes back, and RawTherapee itself draws it as computed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from couloir.aperture import adjustments as ap
from couloir.aperture.model import PixelSize
from couloir.color.difference import difference
from couloir.color.spaces import srgb_decode
from couloir.destinations.door import Photograph, PhotoVersion
from couloir.destinations.folding import fold_version
from couloir.destinations.rawtherapee import RawTherapee, read_profile, write_profile
from couloir.engines.geometry import cut
from couloir.engines.real import rawtherapee as real
from couloir.lightroom.settings import PhotoKind

NAME = PurePosixPath("IMG_1.jpg.pp3")


def test_the_profile_is_what_it_was(photograph: Photograph, shown: Callable[..., PhotoVersion]) -> None:
    edits = (ap.Exposure(exposure=0.5), ap.Enhance(saturation=1.2), ap.Crop(300, 200, 1500, 1000), ap.Straighten(2.0))
    written = read_profile(RawTherapee().write(photograph, [shown(*edits)]).files[NAME])
    # The straightened canvas is 68 pixels wider and 103.5 higher than the photo.
    assert {key: written["Crop"][key] for key in "XYWH"} == {"X": "266", "Y": "852", "W": "1500", "H": "1000"}
    assert written["Rotation"] == {"Degree": "2.0"}
    assert written["Color Management"]["WorkingProfile"] == "sRGB"
    texts = [written["Channel Mixer"][key] for key in ("Red", "Green", "Blue")]
    rows = [[int(part) for part in text.strip(";").split(";")] for text in texts]
    assert [sum(row) for row in rows] == pytest.approx([1000] * 3, abs=2)
    for key in ("rCurve", "gCurve", "bCurve"):
        kind, *numbers = written["RGB Curves"][key].strip(";").split(";")
        assert kind == "1"
        assert len(numbers) % 2 == 0
        assert all(0 <= float(number) <= 1 for number in numbers)


def test_an_unedited_photo_gets_no_profile(photograph: Photograph, shown: Callable[..., PhotoVersion]) -> None:
    assert RawTherapee().write(photograph, [shown()]).files == {}


_WORDS = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8)


@given(st.dictionaries(_WORDS, st.dictionaries(_WORDS, _WORDS, max_size=3), max_size=3))
@settings(max_examples=30)
def test_a_profile_comes_back(sections: dict[str, dict[str, str]]) -> None:
    read = read_profile(write_profile(sections))
    assert {title: read[title] for title in sections} == {
        title: {**read_profile(write_profile({})).get(title, {}), **values} for title, values in sections.items()
    }


def test_a_line_of_no_known_form_is_refused() -> None:
    with pytest.raises(ValueError, match="neither"):
        read_profile(b"[Crop]\nEnabled\n")


@pytest.mark.tool("rawtherapee-cli")
def test_rawtherapee_draws_what_was_computed(
    tool: Callable[[str], str], tmp_path: Path, shown: Callable[..., PhotoVersion]
) -> None:
    rows, columns = np.mgrid[0:200, 0:300]
    encoded = np.stack([columns / 299, rows / 199, 0.5 + 0.4 * np.sin(columns / 40 + rows / 55)], axis=-1)
    original = tmp_path / "IMG_1.jpg"
    Image.fromarray(np.uint8(np.rint(encoded * 255))).save(original, quality=98, subsampling=0)
    edits = (
        ap.WhiteBalance(temperature=5800.0, tint=5.0),
        ap.Exposure(exposure=0.4, black_point=4.0, brightness=0.1),
        ap.Enhance(contrast=0.15, saturation=1.2),
        ap.Crop(40, 30, 200, 120),
        ap.Straighten(4.0),
    )
    edited = shown(*edits, master_size=PixelSize(300, 200), processed_size=PixelSize(200, 120))
    photo = Photograph("IMG_1.jpg", PhotoKind.RENDERED, 300, 200, 1, "Library")
    profile = tmp_path / "IMG_1.jpg.pp3"
    profile.write_bytes(RawTherapee().write(photo, [edited]).files[NAME])
    drawn = real.RawTherapee(tool("rawtherapee-cli")).render_beside(original, profile, 300)
    assert drawn.shape[:2] == (120, 200)
    with Image.open(original) as image:
        linear = np.asarray(srgb_decode(np.asarray(image.convert("RGB"), dtype=np.float32) / 255))
    crop = edited.translation.crop
    assert crop is not None
    center_x, center_y, across, down, angle = crop.rectangle(300, 200)
    expected = fold_version(edited).apply(cut(linear, (center_x, center_y), (across, down), angle, (200, 120)))
    assert difference(drawn[3:-3, 3:-3], expected[3:-3, 3:-3].astype(np.float32)).mean < 0.6
