"""Adjustments that no public library holds are read by Apple's class names, kept raw, and marked as inferred."""

from __future__ import annotations

import plistlib
from collections.abc import Callable
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.aperture import adjustments as ap
from couloir.aperture.adjustments import Certainty
from couloir.aperture.operations import decode
from couloir.aperture.typed import FORMS, form_of

Blob = Callable[..., bytes]
INFERRED = [form for form in FORMS if form.certainty is Certainty.INFERRED]

EXAMPLES = [
    (
        "DGMonochromeMixerOperation",
        {"inputType": 1, "inputRValue": 0.3, "inputGValue": 0.6, "inputBValue": 0.1},
        ap.BlackWhite(1, 0.3, 0.6, 0.1),
    ),
    (
        "DGColorMonochromeOperation",
        {"inputColor": (0.5, 0.25, 0.125), "inputIntensity": 1.0},
        ap.Monochrome((0.5, 0.25, 0.125), 1.0),
    ),
    ("DGSepiaToneOperation", {"inputIntensity": 0.5}, ap.Sepia(0.5)),
    ("DGGammaOperation", {"inputPower": 1.5}, ap.Gamma(1.5)),
    ("DGNoiseReductionOperation", {"inputRadius": 2.0, "inputEdgeDetail": 1.0}, ap.NoiseReduction(2.0, 1.0)),
    ("DGRAWReduceNoiseOperation", {"inputLNRAmount": 0.1, "inputCNRAmount": 0.2}, ap.RawNoiseReduction(0.1, 0.2)),
    ("DGSharpenOperation", {"inputRadius": 1.0, "inputIntensity": 0.7}, ap.Sharpen(1.0, 0.7)),
    (
        "DGProEdgeSharpenOperation",
        {"inputSharpness": 0.8, "inputEdgeScale": 0.3, "inputFalloff": 0.6},
        ap.EdgeSharpen(0.8, 0.3, 0.6),
    ),
    ("DGDefinition2Operation", {"inputIntensity": 0.2}, ap.Definition(0.2)),
    (
        "DGVignetteEffectOperation",
        {"inputType": 0, "inputIntensity": 0.4, "inputRadius": 1.0, "inputFalloff": 0.5},
        ap.Vignette(0, 0.4, 1.0, 0.5),
    ),
    ("DGDevignetteOperation", {"inputIntensity": 0.4, "inputRadius": 1.0}, ap.Devignette(None, 0.4, 1.0)),
    (
        "DGChromaticAberrationOperation",
        {"inputRedCyan": 1.0, "inputBlueYellow": -2.0},
        ap.ChromaticAberration(1.0, -2.0),
    ),
    (
        "DGColorOperation",
        {"inputRedsHueShift": 12.0, "inputBluesSaturation": -20},
        ap.Color((ap.ColorRange("reds", hue_shift=12.0), ap.ColorRange("blues", saturation=-20.0))),
    ),
    (
        "DGSelectiveColorOperation",
        {"input1Color": (1, 0, 0), "input1Spread": 5.0},
        ap.Color((ap.ColorRange("1", color=(1.0, 0.0, 0.0), spread=5.0),)),
    ),
    ("DGFlipOperation", {}, ap.Flip()),
    ("DGGNGDodgeOperation", {"inputExposure": 0.5}, ap.QuickBrush(ap.Brush.DODGE, {"Exposure": 0.5})),
    ("DGGNGMultiplyOperation", {}, ap.QuickBrush(ap.Brush.POLARIZE)),
    ("DGGNGBlurOperation", {"inputIntensity": 3}, ap.QuickBrush(ap.Brush.BLUR, {"Intensity": 3.0})),
    (
        "DGiPhotoEffectsOperation",
        {"inputEffectType": 2, "inputAntiqueIntensity": 0.5},
        ap.IPhotoEffects(2, {"Antique": 0.5}),
    ),
    ("DGiOSEditsOperation", {"inputWarmth": 0.1}, ap.PhoneEdits({"Warmth": 0.1})),
    (
        "DGRedEyeOperation",
        {"inputSpots": [{"center": {"x": 10, "y": 20}, "radius": 5, "sensitivity": 0.5}]},
        ap.RedEye((ap.Spot((10.0, 20.0), 5.0, sensitivity=0.5),)),
    ),
    (
        "DGSpotPatchOperation",
        {"inputSpots": [{"center": {"x": 1, "y": 2}, "patchCenter": {"x": 3, "y": 4}}]},
        ap.SpotPatch((ap.Spot((1.0, 2.0), patch=(3.0, 4.0)),)),
    ),
    (
        "DGRetouchOperation",
        {
            "inputStrokes": [
                {
                    "mode": "clone",
                    "sourceOffset": {"x": 5, "y": 6},
                    "brushStroke": {"radius": 9, "data": [{"xLocation": 1, "yLocation": 2, "pressure": 1}]},
                }
            ]
        },
        ap.Retouch((ap.Stroke(((1.0, 2.0),), 9.0, repairs=False, source=(5.0, 6.0)),)),
    ),
]


@pytest.mark.parametrize(("class_name", "inputs", "expected"), EXAMPLES, ids=[name for name, _, _ in EXAMPLES])
def test_an_adjustment_is_known_by_its_class_and_marked_as_inferred(
    operation_blob: Blob, class_name: str, inputs: dict[str, object], expected: ap.Adjustment
) -> None:
    decoded = decode("RKWhoKnowsOperation", operation_blob("x", inputs, DGOperationClassName=class_name), "x")
    assert decoded.problem is None
    assert decoded.adjustment == expected
    assert decoded.adjustment.certainty is Certainty.INFERRED
    assert set(decoded.inputs) == set(inputs)


def test_every_class_that_the_headers_name_has_a_form() -> None:
    named = [
        "Curves",
        "Color",
        "SelectiveColor",
        "MonochromeMixer",
        "ColorMonochrome",
        "SepiaTone",
        "NoiseReduction",
        "Sharpen",
        "ProEdgeSharpen",
        "Vignette",
        "VignetteEffect",
        "Devignette",
        "ChromaticAberration",
        "Definition2",
        "Gamma",
        "Crop",
        "Straighten",
        "Retouch",
        "SpotPatch",
        "RedEye",
        "iPhotoRedEye",
        "iPhotoEffects",
        "iOSEdits",
        "RAWReduceNoise",
        "RawDecode",
        "WhiteBalance",
        "Exposure",
        "Enhance",
        "ShadowHighlight",
        "ShadowHighlightV1",
        "Levels",
        "GNGDodge",
        "GNGBurn",
        "GNGMultiply",
        "GNGOverlayBlend",
        "GNGContrast",
        "GNGDefinition",
        "GNGSaturation",
        "GNGVibrancy",
        "GNGSharpen",
        "GNGBlur",
        "GNGNoise",
        "GNGSkinSmoothing",
        "GNGTint",
        "GNGDefringe",
    ]
    assert [name for name in named if form_of("", f"DG{name}Operation") is None] == []


def test_every_typed_form_says_how_sure_it_is() -> None:
    assert {form.certainty for form in FORMS} == {Certainty.SEEN, Certainty.INFERRED}
    assert sum(form.certainty is Certainty.SEEN for form in FORMS) == 8
    assert ap.UnknownAdjustment.certainty is Certainty.UNKNOWN


@pytest.mark.parametrize("form", INFERRED, ids=lambda form: form.stems[0])
def test_without_inputs_no_default_is_made_up(operation_blob: Blob, form: object) -> None:
    stem = form.stems[0]  # type: ignore[attr-defined]
    decoded = decode(f"RK{stem}Operation", operation_blob("x", {}), "x")
    assert isinstance(decoded.adjustment, form.adjustment)  # type: ignore[attr-defined]
    values = [getattr(decoded.adjustment, f.name) for f in fields(decoded.adjustment) if f.name != "brush"]
    assert all(value is None or value in ((), {}) for value in values)


POINTS = [{"x": 0.0, "y": 0.0}, {"x": 0.5, "y": 0.6, "selected": True}, {"x": 1.0, "y": 1.0}]
CURVE = ap.ToneCurve(((0.0, 0.0), (0.5, 0.6), (1.0, 1.0)))


def test_a_curve_is_read_from_points_and_from_an_archive_of_points(operation_blob: Blob, archive: Blob) -> None:
    inputs = {"inputRGBCurvePoints": POINTS[::-1], "inputRedData": archive(POINTS)}
    decoded = decode("RKCurvesOperation", operation_blob("x", inputs), "x")
    assert decoded.adjustment == ap.Curves(rgb=CURVE, red=CURVE)


@pytest.mark.parametrize(
    "data",
    [
        b"\0" * 2048,
        b"",
        "text",
        [],
        [{"x": 0, "y": 0}],
        [{"x": 0, "y": 0}, {"x": 0, "y": 1}],
        [{"x": 0, "y": 0}, {"x": 1e-300, "y": 1}],
        [{"x": 0, "y": 0}, {"x": 3, "y": 1}],
        [{"x": 0, "y": "high"}, {"x": 1, "y": 1}],
        plistlib.dumps([1, 2], fmt=plistlib.FMT_BINARY),
    ],
)
def test_a_curve_of_another_layout_is_named_and_not_guessed(operation_blob: Blob, data: object) -> None:
    decoded = decode("RKCurvesOperation", operation_blob("x", {"inputGreenData": data}), "x")
    assert decoded.adjustment == ap.Curves(unread=("green",))
    assert not ap.Curves(unread=("green",)).is_neutral


def test_several_instances_and_brushed_ones_are_each_an_operation(operation_blob: Blob) -> None:
    first, second = (
        decode("RKCurvesOperation", operation_blob("x", {"inputRGBCurvePoints": POINTS[:n] + POINTS[-1:]}), "x")
        for n in (1, 2)
    )
    assert first.adjustment != second.adjustment


junk = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=4) | st.binary(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["x", "y", "center", "radius", "brushStroke", "data", "mode", "sourceOffset", "xLocation"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(st.data())
def test_no_inputs_break_an_inferred_reading(operation_blob: Blob, data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(INFERRED))
    keys = sorted(form.keys) or ["inputAny"]
    inputs = data.draw(st.dictionaries(st.sampled_from(keys), junk, max_size=4))
    decoded = decode(f"RK{form.stems[0]}Operation", operation_blob("x", _storable(inputs)), "x")
    assert (decoded.problem is None) is not isinstance(decoded.adjustment, ap.UnknownAdjustment)


def _storable(value: object) -> object:
    """A property list holds whole numbers of 64 bits."""
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return max(-(2**63), min(2**64 - 1, value)) if type(value) is int else value
