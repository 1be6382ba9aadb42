"""Features of a photo, which the model reads: finite, in range, and free of names of people and places."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from couloir.aperture import adjustments as adj
from couloir.aperture.model import Master, Operation, PixelSize, Version
from couloir.color.spaces import srgb_decode
from couloir.derive import analytic
from couloir.derive.feature_schema import COUNT, FEATURE_VERSION, INDEX, NAMES, SCHEMA
from couloir.derive.features import extract, extract_many, under
from couloir.derive.prior import Prior
from couloir.derive.residual.correction import Correction
from couloir.engines import camera_raw

MakeVersion = Callable[..., Version]
Seen = Callable[..., dict[str, float]]


@pytest.fixture
def bare(a_version: MakeVersion) -> Version:
    """A version of which nothing is known but that it exists."""
    return a_version(master_size=None)


def operation(adjustment: adj.Adjustment, *, enabled: bool = True, mask: str | None = None) -> Operation:
    return Operation("o", "RK", 0, enabled, mask, {}, adjustment)


@pytest.fixture
def seen_in(a_version: MakeVersion, raw: Master) -> Seen:
    """The features, by name, that are not 0 for a RAW file with these adjustments."""

    def seen(*adjustments: object, **facts: object) -> dict[str, float]:
        return named(extract(a_version(*adjustments, **{"master_size": None, **facts}), raw))

    return seen


def named(features: NDArray[np.float32]) -> dict[str, float]:
    return {name: float(value) for name, value in zip(NAMES, features, strict=True) if value}


def picture(light: float = 0.18, rows: int = 60, columns: int = 90) -> NDArray[np.float32]:
    ramp = np.linspace(0.2, 2.0, columns, dtype=np.float32) * light
    return np.broadcast_to(ramp[None, :, None] * np.float32([1.0, 0.9, 0.8]), (rows, columns, 3)).astype(np.float32)


def test_the_schema_cannot_change_without_a_new_version() -> None:
    written = "\n".join(repr(feature) for feature in SCHEMA).encode()
    assert (FEATURE_VERSION, COUNT, hashlib.sha256(written).hexdigest()[:16]) == (4, 200, "8b7e2bc556de4b14")


def test_every_feature_has_its_own_name_and_a_finite_range_around_its_neutral_zero() -> None:
    assert len(set(NAMES)) == COUNT
    assert all(math.isfinite(f.low) and math.isfinite(f.high) and f.low < f.high for f in SCHEMA)
    assert [f.name for f in SCHEMA if not f.low <= 0 <= f.high] == []


def test_a_version_without_adjustments_has_only_facts_about_its_file(bare: Version, raw: Master, jpeg: Master) -> None:
    assert named(extract(bare, raw)) == {"photo.raw": 1.0}
    assert named(extract(bare, jpeg)) == {}


def test_neutral_adjustments_leave_only_their_presence(seen_in: Seen) -> None:
    neutral = (adj.Exposure(), adj.Enhance(), adj.HighlightsShadows(), adj.Levels(), adj.RawFineTuning())
    assert set(seen_in(*neutral)) == {
        *("photo.raw", "has.exposure", "has.enhance", "has.highlights_shadows", "has.levels", "has.raw_fine_tuning")
    }


def test_sliders_are_in_aperture_units_and_add_up_over_instances(seen_in: Seen) -> None:
    seen = seen_in(adj.Exposure(exposure=0.5, recovery=0.25), adj.Exposure(exposure=1.0))
    assert seen["exposure.exposure"] == 1.5
    assert seen["product.exposure*exposure"] == 2.25
    assert seen["product.exposure*recovery"] == 0.375
    assert "exposure.brightness" not in seen


def test_saturation_counts_from_its_neutral_one(seen_in: Seen) -> None:
    assert seen_in(adj.Enhance(saturation=1.25))["enhance.saturation"] == 0.25


def test_temperature_is_told_in_mired_from_5000_kelvin(seen_in: Seen) -> None:
    seen = seen_in(adj.WhiteBalance(temperature=4000.0, tint=3.0))
    assert seen["white_balance.mired"] == pytest.approx(50.0)
    assert seen["white_balance.tint"] == 3.0
    assert seen["white_balance.temperature_tint"] == 1.0


def test_only_the_white_balance_mode_in_use_speaks(seen_in: Seen) -> None:
    gray = adj.WhiteBalance(adj.WhiteBalanceMode.NATURAL_GRAY, 3000.0, 20.0, (0.5, 0.4, 0.3), 0.75)
    seen = seen_in(adj.WhiteBalance(temperature=4000.0), gray)
    assert {name for name in seen if name.startswith("white_balance.")} == {
        *("white_balance.natural_gray", "white_balance.gray_i", "white_balance.gray_q", "white_balance.gray_warmth")
    }


def test_adjustments_that_are_off_or_brushed_in_say_nothing_of_the_look(seen_in: Seen) -> None:
    off = operation(adj.Exposure(exposure=1.0), enabled=False)
    brushed = operation(adj.Exposure(exposure=1.0), mask="mask")
    assert seen_in(off, brushed, adj.UnknownAdjustment()) == {
        "photo.raw": 1.0,
        "count.brushed": 1.0,
        "count.unknown": 1.0,
    }


def test_camera_facts_become_stops(seen_in: Seen) -> None:
    exif = {"ISOSpeedRating": 400.0, "ApertureValue": 4.0, "ShutterSpeed": 1 / 64, "Flash": 9.0, "Make": "Canon Inc."}
    seen = seen_in(adj.RawFineTuning(decoder="8"), exif=exif, master_size=PixelSize(4000, 2000))
    assert seen["photo.iso"] == 2.0
    assert seen["photo.ev100"] == 4.0 + 6.0 - 2.0
    assert seen["photo.megapixels"] == 3.0
    assert seen["photo.decoder"] == 8.0
    assert seen["photo.flash"] == seen["maker.canon"] == seen["has.iso"] == seen["has.ev100"] == 1.0


def test_a_decoder_that_is_no_number_is_unknown(seen_in: Seen) -> None:
    assert "has.decoder" not in seen_in(adj.RawFineTuning(decoder="x²"))


def test_pending_automatic_values_are_flagged(seen_in: Seen) -> None:
    assert seen_in(adj.Exposure(auto_pending=True))["has.auto_pending"] == 1.0


def test_pictures_leave_their_features_at_zero_when_they_are_absent(bare: Version, raw: Master) -> None:
    features = extract(bare, raw)
    seen = [name for name in NAMES if name.startswith(("original.", "preview.", "pair."))]
    assert len(seen) == 43
    assert not any(features[INDEX[name]] for name in seen)


def test_twice_the_light_in_the_preview_is_one_stop_of_gain(bare: Version, raw: Master) -> None:
    features = extract(bare, raw, original=picture(0.1), preview=picture(0.2))
    assert features[INDEX["pair.gain"]] == pytest.approx(1.0, abs=1e-3)
    assert features[INDEX["has.original"]] == features[INDEX["has.preview"]] == 1.0


def test_a_thumbnail_and_a_large_preview_tell_the_same(bare: Version, raw: Master) -> None:
    small = extract(bare, raw, preview=picture(rows=120, columns=180))
    large = extract(bare, raw, preview=picture(rows=600, columns=900))
    np.testing.assert_allclose(small, large, atol=0.6)
    assert small[INDEX["preview.l50"]] > 40


def test_a_clipped_picture_is_seen_as_clipped(bare: Version, raw: Master) -> None:
    half = np.zeros((40, 40, 3), dtype=np.float32)
    half[:, 20:] = 1.5
    features = extract(bare, raw, preview=half)
    assert features[INDEX["preview.clipped_low"]] == features[INDEX["preview.clipped_high"]] == 0.5


def test_an_empty_picture_counts_as_absent(bare: Version, raw: Master) -> None:
    empty = np.zeros((0, 0, 3), dtype=np.float32)
    np.testing.assert_array_equal(extract(bare, raw, preview=empty), extract(bare, raw))


def test_names_places_and_people_make_no_difference(a_version: MakeVersion, raw: Master) -> None:
    edit = adj.Exposure(exposure=1.0)
    told = a_version(
        edit,
        name="Anna on the beach",
        file_name="anna.cr2",
        latitude=47.0,
        longitude=8.0,
        keywords=(("people", "Anna"),),
        iptc={"City": "Zürich", "PersonInImage": "Anna"},
        exif={"Artist": "Anna", "CameraSerialNumber": "4711", "Latitude": 47.0},
        rating=5,
    )
    called = replace(raw, name="Anna", file_name="anna.cr2", image_path="anna/anna.cr2")
    np.testing.assert_array_equal(extract(told, called), extract(a_version(edit), raw))


def test_the_gap_is_what_the_translation_leaves_to_the_preview(a_version: MakeVersion, jpeg: Master) -> None:
    original = picture()
    brighter = a_version(adj.Exposure(exposure=1.0))
    shown = srgb_decode(camera_raw.render(original, analytic(brighter, jpeg).settings)).astype(np.float32)
    right = named(extract(brighter, jpeg, original=original, preview=shown))
    wrong = named(extract(a_version(), jpeg, original=original, preview=shown))
    assert right["has.expected"] == wrong["has.expected"] == 1.0
    assert abs(right.get("gap.key", 0.0)) < 0.05
    assert wrong["gap.key"] == pytest.approx(1.0, abs=0.1)


def test_an_offset_moves_what_is_expected_and_says_so(bare: Version, jpeg: Master) -> None:
    seen = {"original": picture(), "preview": picture()}
    offset = Correction(None, {"exposure": 0.5})
    plain, moved = (
        named(extract(bare, jpeg, **seen, prior=prior)) for prior in (Prior(), Prior(profiled=True, offset=offset))
    )
    assert plain.get("has.offset", 0.0) == plain.get("has.profile", 0.0) == 0.0
    assert moved["has.offset"] == moved["has.profile"] == 1.0
    assert {name: value for name, value in moved.items() if name.startswith("offset.")} == {"offset.exposure": 5.0}
    assert moved["gap.key"] - plain.get("gap.key", 0.0) == pytest.approx(-0.5, abs=0.05)


def test_features_under_another_prior_are_those_that_extracting_them_again_gives(
    a_version: MakeVersion, jpeg: Master
) -> None:
    version, original = a_version(adj.Exposure(exposure=0.5)), picture()
    prior = Prior(profiled=True, offset=Correction(None, {"exposure": 0.5}))
    seen = extract(version, jpeg, original=original, preview=picture(0.3))
    again = extract(version, jpeg, original=original, preview=picture(0.3), prior=prior)
    np.testing.assert_allclose(under(seen, version, jpeg, original, prior), again, atol=1e-4)


def test_a_temperature_on_a_raw_file_counts_from_the_white_balance_that_lightroom_told(
    a_version: MakeVersion, raw: Master
) -> None:
    version = a_version(adj.WhiteBalance(temperature=6500.0, tint=0.0), master_size=None)
    seen = {"original": picture(), "preview": picture()}
    unknown, same, warmer = (
        named(extract(version, raw, **seen, prior=Prior(as_shot=as_shot)))["gap.b_mid"]
        for as_shot in (None, (6500.0, 0.0), (5000.0, 0.0))
    )
    assert same == pytest.approx(unknown, abs=1e-3)
    assert warmer < unknown - 5  # the expected rendering is warmer, so the preview is bluer than that


def test_many_photos_give_the_rows_that_each_gives_alone(a_version: MakeVersion, raw: Master) -> None:
    photos = [(a_version(adj.Exposure(exposure=float(n))), raw) for n in range(3)]
    pictures = [(None, None), (picture(), None), (picture(0.1), picture(0.2))]
    together = extract_many(photos, pictures)
    alone = [extract(*photo, original=o, preview=p) for photo, (o, p) in zip(photos, pictures, strict=True)]
    np.testing.assert_array_equal(together, np.stack(alone))
    assert extract_many([]).shape == (0, COUNT)


NUMBERS = st.floats() | st.integers(-(10**400), 10**400)
PAIRS = st.tuples(NUMBERS, NUMBERS)
COLORS = st.tuples(NUMBERS, NUMBERS, NUMBERS)
CHANNELS = st.builds(adj.LevelsChannel, PAIRS, PAIRS, PAIRS, PAIRS, PAIRS)
ADJUSTMENTS = st.one_of(
    st.builds(adj.RawFineTuning, st.none() | st.text(), NUMBERS, NUMBERS),
    st.builds(
        adj.WhiteBalance,
        st.sampled_from(adj.WhiteBalanceMode),
        *(NUMBERS, NUMBERS, COLORS, NUMBERS, COLORS, NUMBERS),
        st.booleans(),
    ),
    st.builds(adj.Exposure, NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.booleans()),
    st.builds(adj.Enhance, NUMBERS, NUMBERS, NUMBERS, NUMBERS, PAIRS, PAIRS, PAIRS),
    st.builds(adj.HighlightsShadows, NUMBERS, NUMBERS, NUMBERS, st.integers()),
    st.builds(adj.Levels, CHANNELS, CHANNELS, CHANNELS, CHANNELS),
    st.builds(adj.Crop, NUMBERS, NUMBERS, NUMBERS, NUMBERS),
    st.builds(adj.UnknownAdjustment),
)
EXIF_KEYS = ("ISOSpeedRating", "ApertureValue", "ShutterSpeed", "Flash", "Make", "Model")
CONTENTS = st.builds(
    lambda operations, size, exif: {"operations": tuple(operations), "master_size": size, "exif": exif},
    st.lists(st.builds(operation, ADJUSTMENTS, enabled=st.booleans(), mask=st.none() | st.just("m")), max_size=5),
    st.none() | st.builds(PixelSize, st.integers(), st.integers()),
    st.dictionaries(st.sampled_from(EXIF_KEYS), NUMBERS | st.text()),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=CONTENTS)
def test_whatever_a_library_holds_the_features_are_finite_and_in_range(
    bare: Version, raw: Master, contents: dict[str, Any]
) -> None:
    features = extract(replace(bare, **contents), raw)
    assert features.shape == (COUNT,)
    assert features.dtype == np.float32
    assert np.isfinite(features).all()
    for feature, value in zip(SCHEMA, features, strict=True):
        assert np.float32(feature.low) <= value <= np.float32(feature.high), feature.name


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shape=st.tuples(st.integers(1, 20), st.integers(1, 20)),
    odd=st.lists(st.floats(width=32), min_size=3, max_size=3),
    seed=st.integers(0, 2**32 - 1),
)
def test_whatever_a_picture_holds_the_features_are_finite(
    bare: Version, raw: Master, shape: tuple[int, int], odd: list[float], seed: int
) -> None:
    pixels = np.random.default_rng(seed).normal(0.2, 0.5, (*shape, 3)).astype(np.float32)
    pixels[0, 0] = odd
    assert np.isfinite(extract(bare, raw, original=pixels, preview=pixels[::-1])).all()
