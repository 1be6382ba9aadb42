"""darktable's sidecars: what is written comes back, and darktable itself draws it as computed."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from couloir.aperture import adjustments as ap
from couloir.aperture.model import PixelSize
from couloir.color.difference import difference
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.derive.model import Fidelity
from couloir.destinations.darktable.darktable import Darktable
from couloir.destinations.darktable.history import MOST_POINTS, Step, put_history, read_history
from couloir.destinations.darktable.vignette import fold_and_darken
from couloir.destinations.door import Photograph, PhotoVersion
from couloir.engines.geometry import cut
from couloir.engines.real import darktable as real
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.settings import PhotoKind
from couloir.lightroom.xmp import ImageFacts, Stamp, read_packet, write_packet

NAME = PurePosixPath("IMG_1.jpg.xmp")
PACKET = write_packet(
    None,
    PhotoMetadata(rating=3, label="Green", keywords=(("Places", "Vienna"),)),
    ImageFacts(3000, 2000, 1),
    Stamp("0", "Library", "version"),
)
SIZES = {
    "colorin": 1044,
    "channelmixerrgb": 160,
    "rgbcurve": 516,
    "crop": 24,
    "clipping": 84,
    "flip": 4,
    "vignette": 44,
}
"""Bytes of each module's struct of parameters."""


def _shown(shown: Callable[..., PhotoVersion], *edits: ap.Adjustment, **changes: object) -> PhotoVersion:
    made = shown(*edits, **changes)
    return replace(made, packet=PACKET, metadata=PhotoMetadata(label="Green"))


def test_the_history_is_what_it_was(photograph: Photograph, shown: Callable[..., PhotoVersion]) -> None:
    edits = (ap.Exposure(exposure=0.5), ap.Enhance(saturation=1.2), ap.Crop(300, 200, 1500, 1000), ap.Straighten(2.0))
    made = Darktable().write(photograph, [_shown(shown, *edits)])
    steps = read_history(made.files[NAME], "")
    assert [step.module for step in steps] == ["colorin", "channelmixerrgb", "rgbcurve", "clipping"]
    assert {step.module: len(step.parameters) for step in steps}.items() <= SIZES.items()
    golden = Path(__file__).parent / "golden" / "IMG_1.jpg.history"
    # Numbers of the fit are rounded: the last bits of a fit differ between processors.
    assert "".join(map(_told, steps)) == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("has_profile", "is_adobe_rgb", "number"), [(False, False, 1), (False, True, 2), (True, True, 9)]
)
def test_the_colours_of_a_file_are_stated_as_darktable_itself_takes_them(
    photograph: Photograph,
    shown: Callable[..., PhotoVersion],
    has_profile: bool,
    is_adobe_rgb: bool,
    number: int,
) -> None:
    """darktable 4.2.1 draws a JPEG with EXIF's R03 alone, a red of 200, 60, 60, as 232, 57, 56; so with this number."""
    photo = replace(photograph, has_profile=has_profile, is_adobe_rgb=is_adobe_rgb)
    made = Darktable().write(photo, [_shown(shown, ap.Exposure(exposure=0.5))])
    [colors] = [step for step in read_history(made.files[NAME], "") if step.module == "colorin"]
    assert struct.unpack_from("<i", colors.parameters) == (number,)


def _told(step: Step) -> str:
    numbers = struct.unpack(f"<{len(step.parameters) // 4}f", step.parameters)
    rounded = [] if step.module == "colorin" else [f"{number:.2f}" for number in numbers if abs(number) > 1e-30]
    return f"{step.module} {step.version} {' '.join(rounded)}\n"


def test_metadata_stays_and_the_label_is_darktables(photograph: Photograph, shown: Callable[..., PhotoVersion]) -> None:
    made = Darktable().write(photograph, [_shown(shown)])
    content = made.files[NAME]
    packet = read_packet(content, "")
    assert packet.metadata.rating == 3
    assert packet.metadata.keywords == (("Places", "Vienna"),)
    assert packet.stamp == Stamp("0", "Library", "version")
    assert b"<darktable:colorlabels>" in content
    assert b"<rdf:li>2</rdf:li>" in content
    assert read_history(content, "") == ()
    assert b"auto_presets_applied" not in content  # darktable's default look stays under a photo without an edit


@given(st.lists(st.tuples(st.sampled_from(sorted(SIZES)), st.integers(1, 9), st.binary(max_size=40)), max_size=6))
@settings(max_examples=30)
def test_a_history_comes_back(entries: list[tuple[str, int, bytes]]) -> None:
    steps = tuple(Step(*entry) for entry in entries)
    assert read_history(put_history(PACKET, steps, (), "Couloir"), "") == steps


@given(exposure=st.floats(-4, 4), contrast=st.floats(-1, 1), saturation=st.floats(0, 2))
@settings(max_examples=8)
def test_no_number_leaves_its_range(
    photograph: Photograph,
    shown: Callable[..., PhotoVersion],
    exposure: float,
    contrast: float,
    saturation: float,
) -> None:
    edited = _shown(shown, ap.Exposure(exposure=exposure), ap.Enhance(contrast=contrast, saturation=saturation))
    for step in read_history(Darktable().write(photograph, [edited]).files[NAME], ""):
        if step.module == "rgbcurve":
            counts = struct.unpack_from("<3i", step.parameters, 480)
            assert all(2 <= count <= MOST_POINTS for count in counts)
            for channel, count in enumerate(counts):
                nodes = struct.unpack_from(f"<{2 * count}f", step.parameters, channel * 160)
                assert all(0 <= number <= 1 for number in nodes)
                assert list(nodes[::2]) == sorted(set(nodes[::2]))
        elif step.module == "channelmixerrgb":
            assert all(-4 <= number <= 4 for number in struct.unpack_from("<12f", step.parameters))


def test_a_crop_without_a_size_is_told(shown: Callable[..., PhotoVersion]) -> None:
    unknown = Photograph("IMG_1.CR2", PhotoKind.RAW, None, None, 1, "Library")
    made = Darktable().write(unknown, [shown(ap.Crop(0, 0, 100, 100), master_size=None)])
    assert made.outcomes[0][0].fidelity is Fidelity.LOST


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A JPEG of 300 x 200 pixels with all kinds of soft colours."""
    rows, columns = np.mgrid[0:200, 0:300]
    encoded = np.stack([columns / 299, rows / 199, 0.5 + 0.4 * np.sin(columns / 40 + rows / 55)], axis=-1)
    path = tmp_path_factory.mktemp("original") / "IMG_1.jpg"
    Image.fromarray(np.uint8(np.rint(encoded * 255))).save(path, quality=98, subsampling=0)
    return path


@pytest.mark.tool("darktable-cli")
def test_darktable_draws_what_was_computed(
    tool: Callable[[str], str], original: Path, tmp_path: Path, shown: Callable[..., PhotoVersion]
) -> None:
    edits = (
        ap.WhiteBalance(temperature=5800.0, tint=5.0),
        ap.Exposure(exposure=0.4, black_point=4.0, brightness=0.1),
        ap.Enhance(contrast=0.15, saturation=1.2),
        ap.Vignette(intensity=0.5, radius=1.0, falloff=0.5),
        ap.Crop(40, 30, 200, 120),
        ap.Straighten(4.0),
    )
    edited = _shown(shown, *edits, master_size=PixelSize(300, 200), processed_size=PixelSize(200, 120))
    photo = Photograph("IMG_1.jpg", PhotoKind.RENDERED, 300, 200, 1, "Library")
    sidecar = tmp_path / "IMG_1.jpg.xmp"
    sidecar.write_bytes(Darktable().write(photo, [edited]).files[NAME])
    drawn = real.Darktable(tool("darktable-cli")).render_beside(original, sidecar, 300)
    assert abs(drawn.shape[1] - 200) <= 1
    assert abs(drawn.shape[0] - 120) <= 1
    with Image.open(original) as image:
        linear = np.asarray(srgb_decode(np.asarray(image.convert("RGB"), dtype=np.float32) / 255))
    crop = edited.translation.crop
    assert crop is not None
    center_x, center_y, across, down, angle = crop.rectangle(300, 200)
    fold, ramp = fold_and_darken(edited)
    assert ramp is not None
    seen = cut(linear, (center_x, center_y), (across, down), angle, (drawn.shape[1], drawn.shape[0]))
    expected = ramp.darken(fold.apply(seen))
    # darktable cuts to whole pixels of a canvas whose size it rounds down: what is left is a shift of half a pixel.
    assert difference(drawn[3:-3, 3:-3], expected[3:-3, 3:-3].astype(np.float32)).mean < 1.0


def _pair(darken: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Linear pictures of one photo: the original, and what a preview shows that a warmer balance and `darken` made."""
    rows, columns = np.mgrid[0:60, 0:90]
    fields = [0.5 + 0.4 * np.sin(rows / 9 + columns / turn) for turn in (7, 11, 17)]
    original = np.stack(fields, axis=-1) ** 2
    away = np.hypot(rows - 29.5, columns - 44.5) / 45
    warmer = original * np.array([1.1, 1.0, 0.8]) * 0.85
    return original.astype(np.float32), (warmer * darken(away)[..., np.newaxis]).astype(np.float32)


def test_a_vignette_is_fitted_to_the_preview_whatever_its_strength(
    photograph: Photograph, shown: Callable[..., PhotoVersion]
) -> None:
    version = _shown(shown, ap.WhiteBalance(temperature=5800.0), ap.Vignette(intensity=0.3, radius=1.0, falloff=0.5))
    pictures = _pair(lambda away: 2.0 ** (-1.2 * np.clip((away - 0.3) / 0.8, 0, 1) ** 2))
    fold, ramp = fold_and_darken(replace(version, pictures=pictures))
    assert ramp is not None
    left = difference(
        ramp.darken(fold.apply(pictures[0])).astype(np.float32), np.asarray(srgb_encode(pictures[1]))
    ).mean
    plain = fold_and_darken(_shown(shown, ap.WhiteBalance(temperature=5800.0)))[0]
    assert left < 0.8
    assert difference(plain.apply(pictures[0]).astype(np.float32), np.asarray(srgb_encode(pictures[1]))).mean > 4
    steps = read_history(Darktable().write(photograph, [replace(version, pictures=pictures)]).files[NAME], "")
    assert [step.module for step in steps][-1] == "vignette"
    begins, width, brightness = struct.unpack_from("<3f", steps[-1].parameters)
    assert (begins, width, brightness) == pytest.approx((100 * ramp.begins, 100 * ramp.width, ramp.brightness))


def test_a_vignette_that_the_preview_does_not_show_is_told_as_lost(
    photograph: Photograph, shown: Callable[..., PhotoVersion]
) -> None:
    version = _shown(shown, ap.WhiteBalance(temperature=5800.0), ap.Vignette(intensity=0.6, radius=1.0, falloff=0.5))
    made = Darktable().write(photograph, [replace(version, pictures=_pair(np.ones_like))])
    assert made.outcomes[0][1].fidelity is Fidelity.LOST
    assert "vignette" not in [step.module for step in read_history(made.files[NAME], "")]


def test_without_pictures_a_vignette_is_the_engines(photograph: Photograph, shown: Callable[..., PhotoVersion]) -> None:
    made = Darktable().write(photograph, [_shown(shown, ap.Vignette(intensity=0.6, radius=1.0, falloff=0.5))])
    assert made.outcomes[0][0].fidelity is Fidelity.APPROXIMATE
    *_, step = read_history(made.files[NAME], "")
    assert step.module == "vignette"
    assert -1 < struct.unpack_from("<3f", step.parameters)[2] < -0.3
