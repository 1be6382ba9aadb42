"""The typed form of each identifier and class, and which of its inputs are read or left aside.

A form is found by the operation's identifier or, where that is not known, by its class: RKCurvesOperation and
DGCurvesOperation differ in the prefix only, so both are looked up without prefix and suffix.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial

from couloir.aperture import adjustments as a
from couloir.aperture.adjustments import Adjustment, Certainty
from couloir.aperture.typed import inferred, seen
from couloir.aperture.typed.inputs import Inputs, Recorder

_AUTO = "steers Aperture's Auto button"
_LEGACY = "tells versions of Aperture's algorithm apart; the effect is not known"
_VIEW = "the inspector's own state, without effect on the picture"

#: Inputs that any operation may have and no form reads.
BOOKKEEPING: Mapping[str, str] = {
    "inputUseAutoCalculatedValues": _AUTO,
    "inputWaitingForAutoValues": _AUTO,
    "inputAutoCalculatorOption": _AUTO,
}


@dataclass(frozen=True)
class Form:
    """One typed form: `stems` are its names without the prefix RK or DG and the suffix Operation.

    `skipped` are inputs that are left aside on purpose, and why.
    """

    adjustment: type[Adjustment]
    stems: tuple[str, ...]
    read: Callable[[Inputs], Adjustment]
    skipped: Mapping[str, str] = field(default_factory=dict)

    @property
    def certainty(self) -> Certainty:
        return self.adjustment.certainty

    @cached_property
    def _reads(self) -> Recorder:
        recorder = Recorder()
        self.read(recorder)
        return recorder

    @property
    def keys(self) -> frozenset[str]:
        """The inputs it reads."""
        return frozenset(self._reads.asked)

    def status(self, key: str) -> str | None:
        """'' for an input that is read, the reason for one left aside, None for an unknown one."""
        if key in self._reads.asked or any(key.startswith(start) for start in self._reads.patterns):
            return ""
        return self.skipped.get(key, BOOKKEEPING.get(key))


FORMS: tuple[Form, ...] = (
    Form(
        a.RawFineTuning,
        ("RawDecode",),
        seen.raw_fine_tuning,
        {"inputSharpenEnabled": "the two sharpening amounts say it too"},
    ),
    Form(
        a.WhiteBalance,
        ("WhiteBalance",),
        seen.white_balance,
        {
            "inputEV": "always 0 where seen; the brick has no such control",
            "inputSlope": "always 1 where seen; the brick has no such control",
            "inputBias": "always 0 where seen; the brick has no such control",
            "inputIsDefaults": _VIEW,
            "inputLegacyVersion": _LEGACY,
        },
    ),
    Form(a.Exposure, ("Exposure",), seen.exposure),
    Form(
        a.Enhance,
        ("Enhance",),
        seen.enhance,
        {f"input{name}LegacyVersion": _LEGACY for name in ("Contrast", "Definition", "Saturation", "Vibrance")},
    ),
    Form(
        a.HighlightsShadows,
        ("ShadowHighlight", "ShadowHighlightV1"),
        seen.highlights_shadows,
        {"inputShadowHighlightLegacyVersion": _LEGACY},
    ),
    Form(a.Levels, ("Levels",), seen.levels, {"inputAutoLuminance": _AUTO, "inputAutoRGB": _AUTO}),
    Form(
        a.Crop,
        ("Crop",),
        seen.crop,
        {f"inputConstrain{name}": _VIEW for name in ("Tag", "Ratio", "Orientation")},
    ),
    Form(a.Straighten, ("StraightenCrop", "Straighten"), seen.straighten),
    Form(a.Flip, ("Flip",), inferred.flip),
    Form(a.Curves, ("Curves",), inferred.curves, {"inputGrayChoice": _VIEW}),
    Form(a.Color, ("Color", "SelectiveColor"), inferred.color, {"inputFilterVersion": _LEGACY}),
    Form(a.BlackWhite, ("MonochromeMixer",), inferred.black_white),
    Form(a.Monochrome, ("ColorMonochrome",), inferred.monochrome),
    Form(a.Sepia, ("SepiaTone",), inferred.sepia),
    Form(a.Gamma, ("Gamma",), inferred.gamma),
    Form(
        a.NoiseReduction,
        ("NoiseReduction",),
        inferred.noise_reduction,
        {"inputNoiseReductionLegacyVersion": _LEGACY},
    ),
    Form(a.RawNoiseReduction, ("RAWReduceNoise",), inferred.raw_noise_reduction),
    Form(a.Sharpen, ("Sharpen",), inferred.sharpen),
    Form(
        a.EdgeSharpen,
        ("ProSharpen", "ProEdgeSharpen"),
        inferred.edge_sharpen,
        {"inputProEdgeSharpenLegacyVersion": _LEGACY},
    ),
    Form(a.Definition, ("Definition2",), inferred.definition),
    Form(a.Vignette, ("Vignette", "VignetteEffect"), inferred.vignette),
    Form(a.Devignette, ("Devignette",), inferred.devignette),
    Form(a.ChromaticAberration, ("ChromaticAberration",), inferred.chromatic_aberration),
    Form(
        a.Retouch,
        ("Retouch",),
        inferred.retouch,
        {
            "inputSize": _VIEW,
            "inputRetouchLegacyVersion": _LEGACY,
            "inputDetectedFaces": "where Aperture saw faces; Faces.db has them",
        },
    ),
    Form(a.SpotPatch, ("SpotPatch",), inferred.spot_patch, {"inputActiveSpotIndex": _VIEW}),
    Form(a.RedEye, ("RedEye", "iPhotoRedEye"), inferred.red_eye, {"inputSize": _VIEW}),
    *(Form(a.QuickBrush, (f"GNG{name}",), partial(inferred.quick_brush, name=name)) for name in inferred.BRUSHES),
    Form(a.IPhotoEffects, ("iPhotoEffects",), inferred.iphoto_effects),
    Form(
        a.PhoneEdits,
        ("iOSEdits",),
        inferred.phone_edits,
        {"inputCurvePoints": "a curve whose layout is not known"},
    ),
)

_BY_STEM = {stem: form for form in FORMS for stem in form.stems}


@lru_cache(maxsize=512)
def form_of(identifier: str, class_name: str | None) -> Form | None:
    """The form of an operation, by its identifier or else by its class; None when there is none."""
    for prefix, name in (("RK", identifier), ("DG", class_name or "")):
        # iPhoto's own identifiers, RKiPhotoEffects and RKiPhotoRedEye, end without "Operation".
        if name.startswith(prefix) and (form := _BY_STEM.get(name.removeprefix(prefix).removesuffix("Operation"))):
            return form
    return None
