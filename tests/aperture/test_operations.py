"""Operations are read from their blobs as typed adjustments."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.aperture.adjustments import (
    Crop,
    Enhance,
    Exposure,
    HighlightsShadows,
    Levels,
    LevelsChannel,
    RawFineTuning,
    Straighten,
    UnknownAdjustment,
    WhiteBalance,
    WhiteBalanceMode,
)
from couloir.aperture.library import Library
from couloir.aperture.model import Operation
from couloir.aperture.operations import decode

KNOWN = {
    "RKRawDecodeOperation": RawFineTuning(),
    "RKWhiteBalanceOperation": WhiteBalance(),
    "RKExposureOperation": Exposure(),
    "RKEnhanceOperation": Enhance(),
    "RKShadowHighlightOperation": HighlightsShadows(algorithm=0),
    "RKLevelsOperation": Levels(),
    "RKCropOperation": Crop(),
    "RKStraightenCropOperation": Straighten(),
}
NUMBER_KEYS = {
    "RKRawDecodeOperation": "inputBoostAmount",
    "RKWhiteBalanceOperation": "inputTemperature",
    "RKExposureOperation": "inputEV",
    "RKEnhanceOperation": "inputSaturation",
    "RKShadowHighlightOperation": "inputShadowAmount",
    "RKLevelsOperation": "inputMidDstGreen",
    "RKCropOperation": "inputWidth",
    "RKStraightenCropOperation": "inputRotation",
}


@pytest.mark.sample
@pytest.mark.parametrize(
    ("name", "identifier", "adjustment"),
    [
        ("crop", "RKCropOperation", Crop(952.0, 287.0, 2936.0, 1957.0)),
        ("exposure", "RKExposureOperation", Exposure(1.6205673758865249, 0.0, 0.0, 0.0)),
        ("straighten", "RKStraightenCropOperation", Straighten(-2.068426724137929)),
        (
            "wb",
            "RKWhiteBalanceOperation",
            WhiteBalance(
                mode=WhiteBalanceMode.NATURAL_GRAY,
                temperature=5283.661412244267,
                tint=-14.6688524009962,
                gray_color=(0.7533906367, 0.7474900813, 0.7790373464),
                auto_pending=True,
            ),
        ),
        ("RKRawDecodeOperation", "RKRawDecodeOperation", RawFineTuning("3", 1.0, 1.0)),
    ],
)
def test_real_aperture_blobs_become_typed(samples: Path, name: str, identifier: str, adjustment: object) -> None:
    decoded = decode("", (samples / "aperture-3" / f"{name}.bplist").read_bytes(), name)
    assert (decoded.identifier, decoded.adjustment, decoded.enabled) == (identifier, adjustment, True)
    assert decoded.problem is None


@pytest.mark.sample
def test_the_edited_photos_of_the_real_library_become_typed(real: Library) -> None:
    wedding = {operation.identifier: operation.adjustment for operation in real.version("wedding").operations}
    assert wedding == {
        "RKCropOperation": Crop(0.0, 0.0, 1495.0, 1367.0),
        "RKWhiteBalanceOperation": WhiteBalance(temperature=4877.41455078125, tint=1.2059921026229858),
        "RKExposureOperation": Exposure(exposure=-0.049275357210555745),
        "RKEnhanceOperation": Enhance(vibrancy=0.08647058823529412),
        "RKLevelsOperation": Levels(
            rgb=LevelsChannel(black=(0.07450980392156863, 0.0), shadow=(0.2872548997402191, 0.25))
        ),
    }
    park = {operation.identifier: operation.adjustment for operation in real.version("St. James's Park").operations}
    assert park["RKShadowHighlightOperation"] == HighlightsShadows(shadows=17.0, algorithm=1)
    assert park["RKEnhanceOperation"] == Enhance(saturation=1.1420588493347168)
    raw = [
        version.operations[0].adjustment
        for version in real.versions()
        if version.name == "IMG_1997" and version.operations
    ]
    assert raw == [RawFineTuning(decoder="7"), RawFineTuning()]


@pytest.mark.parametrize("identifier", KNOWN)
def test_an_adjustment_without_inputs_has_apertures_defaults(
    operation_blob: Callable[..., bytes], identifier: str
) -> None:
    assert decode(identifier, operation_blob(identifier, {}), "x").adjustment == KNOWN[identifier]


@pytest.mark.parametrize("identifier", KNOWN)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300, 2**63, "5", [5], b"5"])
def test_a_number_that_no_slider_gives_is_not_half_guessed(
    operation_blob: Callable[..., bytes], identifier: str, value: object
) -> None:
    decoded = decode(identifier, operation_blob(identifier, {NUMBER_KEYS[identifier]: value}), "x")
    assert isinstance(decoded.adjustment, UnknownAdjustment)
    assert NUMBER_KEYS[identifier] in str(decoded.problem)
    assert repr(decoded.inputs) == repr({NUMBER_KEYS[identifier]: value})


@given(st.sampled_from(sorted(KNOWN)), st.floats(-1e6, 1e6))
def test_a_number_in_range_is_kept_exactly(operation_blob: Callable[..., bytes], identifier: str, value: float) -> None:
    decoded = decode(identifier, operation_blob(identifier, {NUMBER_KEYS[identifier]: value}), "x")
    assert decoded.problem is None
    assert repr(value) in repr(decoded.adjustment)


@pytest.mark.parametrize("mode", [3, -1, 0.5])
def test_an_unknown_white_balance_mode_is_not_guessed(operation_blob: Callable[..., bytes], mode: float) -> None:
    blob = operation_blob("RKWhiteBalanceOperation", {"inputColorType": mode})
    decoded = decode("RKWhiteBalanceOperation", blob, "x")
    assert isinstance(decoded.adjustment, UnknownAdjustment)
    assert "inputColorType" in str(decoded.problem)


@pytest.mark.parametrize(
    "color", [{"NSRGB": b"1 0\0"}, {"NSRGB": b"red\0"}, {"NSRGB": "1 0 0"}, {}, b"1 0 0", {"NSRGB": b"nan 0 0"}]
)
def test_a_colour_that_is_none_is_not_guessed(operation_blob: Callable[..., bytes], color: object) -> None:
    blob = operation_blob("RKWhiteBalanceOperation", {"inputGrayColor": color})
    assert "inputGrayColor" in str(decode("RKWhiteBalanceOperation", blob, "x").problem)


@given(st.tuples(*[st.floats(0, 1, width=16)] * 3))
def test_colours_are_read(operation_blob: Callable[..., bytes], color: tuple[float, float, float]) -> None:
    blob = operation_blob("RKWhiteBalanceOperation", {"inputFaceColor": color})
    adjustment = decode("RKWhiteBalanceOperation", blob, "x").adjustment
    assert isinstance(adjustment, WhiteBalance)
    assert adjustment.face_color == pytest.approx(color, rel=1e-5)


@pytest.mark.parametrize(
    ("more", "algorithm"),
    [
        ({"DGOperationClassName": "DGShadowHighlightV1Operation", "DGOperationVersionNumber": 1}, 1),
        ({"DGOperationClassName": "DGShadowHighlightOperation", "DGOperationVersionNumber": 0}, 0),
        ({"DGOperationVersionNumber": 1}, 1),
        ({}, 0),
    ],
)
def test_the_two_algorithms_of_highlights_and_shadows_are_told_apart(
    operation_blob: Callable[..., bytes], more: dict[str, object], algorithm: int
) -> None:
    blob = operation_blob("RKShadowHighlightOperation", {"inputShadowAmount": 20.0}, **more)
    adjustment = decode("RKShadowHighlightOperation", blob, "x").adjustment
    assert adjustment == HighlightsShadows(shadows=20.0, algorithm=algorithm)


def test_any_other_identifier_is_kept_verbatim(operation_blob: Callable[..., bytes]) -> None:
    inputs = {"inputIntensity": 0.7, "inputColor": (0.5, 0.25, 0.125), "inputPoints": [1, 2, {"x": None}]}
    blob = operation_blob("RKSepiaOperation", inputs, DGOperationClassName="DGSepia", DGOperationDisplayName="Sépia")
    decoded = decode("RKSepiaOperation", blob, "x")
    verbatim = {**inputs, "inputColor": {"NSRGB": b"0.5 0.25 0.125\0", "NSColorSpace": 1, "$class": "NSColor"}}
    assert decoded.inputs == verbatim
    assert decoded.adjustment == UnknownAdjustment("DGSepia", "Sépia", verbatim)
    assert decoded.problem is None


def operations_of(tiny: Any, *rows: dict[str, object]) -> tuple[tuple[Operation, ...], list[str]]:
    tiny.photo("v1")
    for number, row in enumerate(rows):
        tiny.add("RKImageAdjustment", **{"uuid": f"op{number}", "versionUuid": "v1", "isEnabled": 1, **row})
    with tiny.open() as library:
        [version] = library.versions()
        return version.operations, [finding.code for finding in library.findings]


def test_operations_come_in_pipeline_order_and_a_disabled_one_is_kept(
    tiny: Any, operation_blob: Callable[..., bytes]
) -> None:
    crop, exposure = (operation_blob(name, {}) for name in ("RKCropOperation", "RKExposureOperation"))
    operations, codes = operations_of(
        tiny,
        {"name": "RKExposureOperation", "adjIndex": 10_000_001, "data": exposure, "isEnabled": 0},
        {"name": "RKExposureOperation", "adjIndex": 10_000_000, "data": exposure, "maskUuid": "mask"},
        {"name": "RKCropOperation", "adjIndex": 7_000_000, "data": crop},
    )
    assert [(operation.uuid, operation.enabled, operation.mask_uuid) for operation in operations] == [
        ("op2", True, None),
        ("op1", True, "mask"),
        ("op0", False, None),
    ]
    assert codes == []


def test_where_the_row_does_not_say_whether_it_is_enabled_the_blob_does(
    tiny: Any, operation_blob: Callable[..., bytes]
) -> None:
    blob = operation_blob("RKCropOperation", {}, enabled=False)
    operations, _ = operations_of(tiny, {"name": "RKCropOperation", "isEnabled": None, "data": blob})
    assert [operation.enabled for operation in operations] == [False]


@pytest.mark.parametrize("data", [None, b"", b"garbage", "text", 7, b"\0" * 5_000_000])
def test_an_unreadable_blob_is_kept_as_an_operation_with_its_problem(tiny: Any, data: object) -> None:
    operations, codes = operations_of(tiny, {"name": "RKCropOperation", "adjIndex": 7_000_000, "data": data})
    [operation] = operations
    assert (operation.identifier, operation.index) == ("RKCropOperation", 7_000_000)
    assert operation.problem
    assert (dict(operation.inputs), operation.adjustment) == ({}, UnknownAdjustment())
    assert codes == ["operation.unreadable"]


def test_an_operation_of_no_version_is_reported(tiny: Any, operation_blob: Callable[..., bytes]) -> None:
    tiny.photo("v1")
    tiny.add("RKImageAdjustment", uuid="lost", name="RKCropOperation", versionUuid="gone", data=operation_blob("x", {}))
    with tiny.open() as library:
        assert [version.operations for version in library.versions()] == [()]
        assert [(finding.code, finding.item) for finding in library.findings] == [("operation.no-version", "lost")]


anything = st.none() | st.integers(-(2**63), 2**63) | st.floats() | st.text(max_size=3) | st.binary(max_size=3)


@given(st.dictionaries(st.sampled_from([*NUMBER_KEYS.values(), "inputColorType", "inputGrayColor"]), anything))
def test_no_inputs_break_the_typed_reading(operation_blob: Callable[..., bytes], inputs: dict[str, object]) -> None:
    for identifier in KNOWN:
        decoded = decode(identifier, operation_blob(identifier, inputs), "x")
        assert (decoded.problem is None) is not isinstance(decoded.adjustment, UnknownAdjustment)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e301, -1.7e308])
@pytest.mark.parametrize("identifier", ["RKExposureOperation", "RKWhoKnowsOperation"])
@pytest.mark.parametrize("deep", [False, True])
def test_a_number_that_is_none_spoils_an_adjustment_wherever_it_stands(
    operation_blob: Callable[..., bytes], number: float, identifier: str, *, deep: bool
) -> None:
    value: object = [{"x": 1.0, "y": number}] if deep else number
    decoded = decode(identifier, operation_blob(identifier, {"inputEV": 0.5, "inputNobodyReads": value}), "x")
    assert decoded.problem is not None
    assert decoded.problem.startswith("inputNobodyReads is ")
    assert isinstance(decoded.adjustment, UnknownAdjustment)
