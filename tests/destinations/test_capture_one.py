"""A version in Capture One's settings: its tones by Capture One's measured laws, its frame, and its outcomes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.aperture.adjustments import (
    Adjustment,
    BlackWhite,
    Crop,
    Curves,
    Enhance,
    Exposure,
    Gamma,
    HighlightsShadows,
    Levels,
    LevelsChannel,
    Monochrome,
    Retouch,
    Sepia,
    Straighten,
    ToneCurve,
    Vignette,
    WhiteBalance,
)
from couloir.aperture.model import PixelSize
from couloir.color.arrays import Floats
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_decode, srgb_shown, srgb_to_lab
from couloir.derive.bricks import BRICKS
from couloir.derive.model import Fidelity
from couloir.destinations.capture_one.capture_one import CaptureOne, translate
from couloir.destinations.capture_one.keys import KEYS, check
from couloir.destinations.capture_one.laws import draw
from couloir.destinations.capture_one.settings_file import read_settings_file
from couloir.destinations.capture_one.tone import curves
from couloir.destinations.door import Photograph, PhotoVersion
from couloir.engines.aperture import NOMINAL, apply
from couloir.engines.pixels import load_pixels
from couloir.lightroom.settings import PhotoKind

Makers = tuple[Callable[..., PhotoVersion], Callable[..., Photograph]]


@pytest.fixture
def makers(a_photo_version: Callable[..., PhotoVersion], a_photograph: Callable[..., Photograph]) -> Makers:
    return a_photo_version, a_photograph


def _aperture(encoded: Floats, *adjustments: Adjustment) -> Floats:
    linear = srgb_decode(encoded)
    for each in adjustments:
        linear = apply(linear, each)
    return srgb_shown(linear)


def _colors(seed: int = 1) -> Floats:
    return np.random.default_rng(seed).uniform(0, 1, (8, 64, 3)).astype(np.float32)


def test_neutral_settings_change_nothing() -> None:
    assert draw(_colors(), {}) == pytest.approx(_colors())


def test_levels_are_drawn_as_measured() -> None:
    """Half way between the input ends, with Midtone 0.5: 0.5 ** 0.5, put between the targets."""
    values = {"Shadow": (0, 0, 0, 0.2), "Highlight": (1, 1, 1, 0.8), "Midtone": (0, 0, 0, 0.5)}
    values |= {"TargetHighlight": (1, 1, 1, 0.9), "TargetShadow": (0.0, 0.0, 0.0, 0.1)}
    assert float(draw(np.full((1, 3), 0.5), values)[0, 0]) == pytest.approx(0.1 + 0.8 * math.sqrt(0.5))


# What acts on each channel by itself: a curve can repeat all of it.
BY_CHANNEL: list[tuple[Adjustment, ...]] = [
    (Exposure(exposure=0.7),),
    (Exposure(exposure=-1.5, black_point=6, brightness=0.2),),
    (Enhance(contrast=0.35),),
    (Gamma(power=0.8),),
    (Levels(rgb=LevelsChannel(black=(0.1, 0.0), white=(0.9, 1.0), mid=(0.4, 0.5))),),
    (Levels(red=LevelsChannel(white=(0.9, 1.0)), blue=LevelsChannel(black=(0.0, 0.1))),),
    (Curves(rgb=ToneCurve(((0.0, 0.0), (0.3, 0.2), (0.7, 0.8), (1.0, 1.0)))),),
    (Exposure(exposure=0.4), Enhance(contrast=0.2), Levels(rgb=LevelsChannel(black=(0.05, 0.0)))),
]


@pytest.mark.parametrize("adjustments", BY_CHANNEL, ids=lambda found: " ".join(type(each).__name__ for each in found))
def test_what_acts_by_channel_looks_the_same_in_capture_one(adjustments: tuple[Adjustment, ...]) -> None:
    values = curves(adjustments, PhotoKind.RENDERED)
    wanted, drawn = _aperture(_colors(), *adjustments), draw(_colors(), values)
    assert np.abs(drawn - wanted).max() < 2.5 / 255
    assert np.abs(drawn - wanted).mean() < 0.5 / 255


@pytest.mark.parametrize(
    "adjustment",
    [
        Exposure(recovery=1.0),
        HighlightsShadows(highlights=40, shadows=30),
        HighlightsShadows(shadows=50, algorithm=0),
        WhiteBalance(temperature=6500, tint=10),
        Enhance(gray_tint=(0.03, -0.02)),
    ],
    ids=lambda found: type(found).__name__,
)
def test_what_goes_by_luminance_or_mixes_channels_is_right_for_greys(adjustment: Adjustment) -> None:
    greys = np.repeat(np.linspace(0, 1, 64)[:, np.newaxis], 3, axis=1).reshape(64, 1, 1, 3)
    wanted = np.stack([_aperture(grey, adjustment) for grey in greys])
    assert np.abs(draw(greys, curves([adjustment], PhotoKind.RENDERED)) - wanted).max() < 2.5 / 255


def test_colours_at_their_greys_take_one_curve_and_tinted_ones_three() -> None:
    assert set(curves([Exposure(exposure=0.5)], PhotoKind.RENDERED)) == {"GradationCurve"}
    three = {"GradationCurveRed", "GradationCurveGreen", "GradationCurveBlue"}
    assert set(curves([WhiteBalance(temperature=4000)], PhotoKind.RENDERED)) == three
    assert curves([Vignette(intensity=1.0), Enhance(vibrancy=0.5)], PhotoKind.RENDERED) == {}


def test_photographs_come_nearer_to_aperture(samples: Path) -> None:
    """Held out: the curves are made from greys alone, and compared on photographs."""
    adjustments = (
        WhiteBalance(temperature=5600, tint=4),
        Exposure(exposure=0.5, recovery=0.4, black_point=3, brightness=0.1),
        Enhance(contrast=0.15),
        HighlightsShadows(highlights=15, shadows=20),
    )
    values = curves(adjustments, PhotoKind.RENDERED)
    before, after = [], []
    for file in sorted((samples / "photographs").glob("*.jpg"))[::13][:8]:
        linear = load_pixels(file, 128, orient=False)
        wanted = linear
        for each in adjustments:
            wanted = apply(wanted, each)
        target, shown = srgb_to_lab(srgb_shown(wanted)), srgb_shown(linear)
        before.append(float(ciede2000(srgb_to_lab(shown), target).mean()))
        after.append(float(ciede2000(srgb_to_lab(draw(shown, values)), target).mean()))
    assert len(after) == 8
    assert max(after) < 2.0
    assert all(now < was / 3 for was, now in zip(before, after, strict=True))


def test_a_preview_that_shows_otherwise_than_our_engine_is_believed(makers: Makers, samples: Path) -> None:
    """The previews are drawn with other constants than those that translate."""
    a_version, a_photo = makers
    other = replace(NOMINAL, contrast=1.5 * NOMINAL.contrast, brightness=0.6 * NOMINAL.brightness)
    adjustments = (Exposure(exposure=0.4, brightness=0.3), Enhance(contrast=0.3))
    plain = a_version(*adjustments)
    for file in sorted((samples / "photographs").glob("*.jpg"))[::25][:3]:
        original = load_pixels(file, 128, orient=False)
        preview = original
        for each in adjustments:
            preview = apply(preview, each, constants=other)
        target, shown = srgb_to_lab(srgb_shown(preview)), srgb_shown(original)
        seen = replace(plain, pictures=(original, np.clip(preview, 0, 1)))
        left = [
            float(ciede2000(srgb_to_lab(draw(shown, translate(a_photo(of), of))), target).mean())
            for of in (plain, seen)
        ]
        assert left[1] < left[0] / 2
        gray = replace(a_version(*adjustments, BlackWhite()), pictures=seen.pictures)
        blind = replace(gray, pictures=(None, None))
        assert translate(a_photo(gray), gray) == translate(a_photo(blind), blind)


def test_a_raw_file_gets_its_exposure_in_stops_and_keeps_the_cameras_white_balance(makers: Makers) -> None:
    a_version, a_photo = makers
    of = a_version(Exposure(exposure=1.25), WhiteBalance(temperature=4000), raw=True)
    assert translate(a_photo(of), of) == {"Exposure": 1.25, "Rotation": 0.0}
    [outcomes] = CaptureOne().write(a_photo(of), [of]).outcomes
    assert [each.fidelity for each in outcomes] == [Fidelity.APPROXIMATE, Fidelity.LOST]
    assert "multipliers" in outcomes[1].reason


def test_saturation_and_black_and_white_have_their_own_settings(makers: Makers) -> None:
    a_version, a_photo = makers
    of = a_version(Enhance(saturation=0.8), Enhance(saturation=1.5), BlackWhite())
    found = translate(a_photo(of), of)
    assert found["Saturation"] == pytest.approx(20)
    assert found["BwEnabled"] == 1
    for tint, gray in ((Sepia(intensity=1.0), True), (Monochrome(intensity=0.5), False)):
        of = a_version(tint)
        assert ("BwEnabled" in translate(a_photo(of), of)) is gray


# The frame. A mark at a known place of a picture is found again where Capture One's numbers say.


def _shown_centre(found: tuple[float, ...], rotation: float, photo: Photograph) -> tuple[float, float]:
    """Where the crop's centre is in the picture as shown, in fractions, for a turn by quarters."""
    x, y = found[0] / (photo.width or 1), found[1] / (photo.height or 1)
    for _ in range(round(rotation / 90) % 4):
        x, y = 1 - y, x
    return x, y


@pytest.mark.parametrize(
    ("orientation", "rotation", "centre", "sides"),
    [
        (1, 0, (0.25, 0.8), (1200.0, 400.0)),
        (6, 90, (0.2, 0.25), (400.0, 1200.0)),
        (8, 270, (0.8, 0.75), (400.0, 1200.0)),
        (3, 180, (0.75, 0.2), (1200.0, 400.0)),
        (1, 90, (0.2, 0.25), (1200.0, 400.0)),
    ],
    ids=["landscape", "portrait", "portrait, the other way", "upside down", "turned by hand"],
)
def test_a_crop_is_given_by_its_centre_on_the_sensor_and_its_sides_as_the_camera_was_held(
    makers: Makers, orientation: int, rotation: int, centre: tuple[float, float], sides: tuple[float, float]
) -> None:
    a_version, a_photo = makers
    size = PixelSize(1200, 400) if rotation % 180 == 0 else PixelSize(400, 1200)
    # Aperture counts from the bottom left of the stored frame: the middle is at (750, 1600) from its top left.
    of = a_version(Crop(150, 200, 1200, 400), rotation=rotation, processed_size=size)
    photo = a_photo(of, orientation)
    found = translate(photo, of)
    crop = found["Crop"]
    assert isinstance(crop, tuple)
    assert crop[:2] == pytest.approx((750, 1600))
    assert crop[2:] == pytest.approx(sides)
    assert _shown_centre(crop, float(str(found["Rotation"])), photo) == pytest.approx(centre)
    [[outcome]] = CaptureOne().write(photo, [of]).outcomes
    assert ("disagree" in outcome.reason) is (orientation in (6, 8))


def test_straightening_turns_the_other_way_round_than_in_aperture(makers: Makers) -> None:
    """Aperture's angle is counter-clockwise; Capture One's rotation is clockwise and includes the camera's."""
    a_version, a_photo = makers
    of = a_version(Straighten(rotation=2.0), rotation=90, processed_size=PixelSize(1800, 2800))
    found = translate(a_photo(of, 6), of)
    assert found["Rotation"] == pytest.approx(88.0)
    assert found["Crop"] == pytest.approx((1500, 1000, 1800, 2800), abs=30)


def test_a_crop_without_a_size_of_the_frame_is_told_as_lost(makers: Makers) -> None:
    a_version, a_photo = makers
    of = a_version(Crop(0, 0, 100, 100), master_size=None, processed_size=None)
    written = CaptureOne().write(a_photo(of), [of])
    assert written.outcomes[0][0].fidelity is Fidelity.LOST
    assert "Crop" not in translate(a_photo(of), of)


# The door


def test_all_versions_are_variants_of_one_file(makers: Makers) -> None:
    a_version, a_photo = makers
    main = a_version(Exposure(exposure=0.5), rating=4, color_label=2, keywords=(("Ort", "Wien"), ("Alpen",)))
    second = a_version(uuid="second", number=2, rating=-1, color_label=6)
    written = CaptureOne(engine=153).write(a_photo(main), [main, second])
    [(place, content)] = written.files.items()
    assert place.as_posix() == "CaptureOne/Settings153/IMG_1.jpg.cos"
    first, other = read_settings_file(content, "a.cos").variants
    assert (first.rating, first.tag, first.keywords) == (4, 3, ("Wien", "Alpen"))
    assert (other.rating, other.tag) == (0, 0)
    assert len({first.uuid, other.uuid}) == 2
    assert CaptureOne(engine=153).write(a_photo(main), [main, second]) == written


_AMOUNTS = st.floats(-1e4, 1e4, allow_nan=False)


@settings(max_examples=25)
@given(_AMOUNTS, _AMOUNTS, _AMOUNTS, st.floats(-60, 60), st.booleans())
def test_no_library_makes_it_write_what_capture_one_does_not_have(
    a_photo_version: Callable[..., PhotoVersion],
    a_photograph: Callable[..., Photograph],
    one: float,
    two: float,
    three: float,
    angle: float,
    raw: bool,
) -> None:
    adjustments = (
        Exposure(exposure=one / 100, black_point=two / 100, brightness=three / 1e4),
        Enhance(contrast=one / 1e4, saturation=two),
        Straighten(rotation=angle),
        Crop(one, two, abs(three), abs(one)),
    )
    of = a_photo_version(*adjustments, raw=raw)
    check(translate(a_photograph(of), of))
    [outcomes] = CaptureOne().write(a_photograph(of), [of]).outcomes
    assert len(outcomes) == len(adjustments)


def test_the_door_states_each_adjustment_and_each_key() -> None:
    door = CaptureOne()
    assert door.capabilities.keys() == BRICKS.keys()
    written = {key for carry in door.capabilities.values() for key in carry.settings}
    assert written <= {control.key for control in door.controls}
    assert all(control.source and KEYS[control.key].name for control in door.controls)
    assert all(carry.note.endswith(".") for carry in door.capabilities.values())
    assert door.capabilities[Retouch].fidelity is Fidelity.LOST


def test_what_is_switched_off_or_brushed_in_is_not_carried(makers: Makers) -> None:
    a_version, a_photo = makers
    of = a_version(Exposure(exposure=1.0), Exposure(exposure=1.0))
    off, brushed = of.version.operations
    off, brushed = replace(off, enabled=False), replace(brushed, mask_uuid="mask")
    of = replace(of, version=replace(of.version, operations=(off, brushed)))
    assert translate(a_photo(of), of) == {"Rotation": 0.0}
    [outcomes] = CaptureOne().write(a_photo(of), [of]).outcomes
    assert [each.fidelity for each in outcomes] == [Fidelity.EXACT, Fidelity.LOST]
