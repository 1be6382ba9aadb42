"""RAW Fine Tuning: Apple's RAW decoder and its boost."""

from __future__ import annotations

from couloir.aperture.adjustments import RawFineTuning
from couloir.color.arrays import Floats
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.derive.contribution import NOTHING, Contribution, PhotoFacts
from couloir.derive.curves import Curves
from couloir.derive.manifest import Carries, Carry
from couloir.derive.model import Fidelity
from couloir.engines.aperture import raw_boost, raw_boost_inverse
from couloir.lightroom.settings import PhotoKind

IDENTIFIER = "RKRawDecodeOperation"
TITLE = "RAW Fine Tuning"

CARRIES: Carries = {
    "decoder": Carry(
        Fidelity.APPROXIMATE,
        "Lightroom develops the RAW with Adobe's rendering, not Apple's: the base look differs, not yet measured.",
        ("CameraProfile",),
    ),
    "boost": Carry(
        Fidelity.APPROXIMATE,
        "Boost below 1 becomes a flatter tone curve, from Apple's generic boost; the camera's own boost is not public.",
        ("ToneCurvePV2012",),
    ),
    "hue_boost": Carry(Fidelity.LOST, "Hue Boost has no counterpart in Lightroom."),
    "sharpen_intensity": Carry(Fidelity.LOST, "RAW sharpening is left at Lightroom's own default."),
    "sharpen_edges": Carry(Fidelity.LOST, "RAW sharpening is left at Lightroom's own default."),
    "moire_amount": Carry(Fidelity.LOST, "Moire reduction has no counterpart outside Lightroom's brush."),
    "moire_radius": Carry(Fidelity.LOST, "Moire reduction has no counterpart outside Lightroom's brush."),
}


def translate(adjustment: RawFineTuning, photo: PhotoFacts) -> Contribution:
    """Boost becomes a point curve; every other parameter is reported as lost."""
    if photo.kind is PhotoKind.RENDERED:
        return NOTHING  # Aperture keeps the row on JPEGs too, where no RAW decoder runs
    moved = [CARRIES["decoder"]]
    if adjustment.boost != 1.0:
        moved.append(CARRIES["boost"])
    if adjustment.hue_boost != 1.0:
        moved.append(CARRIES["hue_boost"])
    details = ("sharpen_intensity", "sharpen_edges", "moire_amount", "moire_radius")
    moved.extend(CARRIES[name] for name in details if getattr(adjustment, name) is not None)
    if adjustment.boost == 1.0:
        return Contribution(tuple(moved))
    curves = Curves.of_master(lambda encoded: _boost_curve(encoded, adjustment.boost))
    return Contribution(tuple(moved), curves=None if curves.is_identity else curves)


def _boost_curve(encoded: Floats, boost: float) -> Floats:
    """The curve from the look at boost 1, which stands for Lightroom's default, to the look at `boost`."""
    boosted = srgb_decode(encoded)
    linear = raw_boost_inverse(boosted)
    return srgb_encode(raw_boost(linear, boost))
