"""White balance: temperature and tint, natural grey, skin tone."""

from __future__ import annotations

from couloir.aperture.adjustments import WhiteBalance, WhiteBalanceMode
from couloir.derive.contribution import NOTHING, Contribution, PhotoFacts
from couloir.derive.manifest import AUTO_PENDING, Carries, Carry
from couloir.derive.model import Fidelity
from couloir.engines.incremental_white_balance import from_gray, from_skin, reachable, reachable_temperature_tint
from couloir.lightroom.keys import WHITE_BALANCE_KEYS
from couloir.lightroom.settings import PhotoKind

IDENTIFIER = "RKWhiteBalanceOperation"
TITLE = "White Balance"

_INCREMENTAL = ("WhiteBalance", *WHITE_BALANCE_KEYS[PhotoKind.RENDERED])

CARRIES: Carries = {
    "temperature": Carry(
        Fidelity.APPROXIMATE,
        "Same scale of temperature in both programs; what remains is the difference of their camera profiles, "
        "or, on JPEG and TIFF, of Lightroom's relative slider.",
        ("WhiteBalance", "Temperature", "IncrementalTemperature"),
    ),
    "tint": Carry(
        Fidelity.APPROXIMATE,
        "Same scale of tint in both programs; small differences remain as for temperature.",
        ("WhiteBalance", "Tint", "IncrementalTint"),
    ),
    "gray_color": Carry(
        Fidelity.APPROXIMATE, "The picked grey becomes Lightroom's relative temperature and tint.", _INCREMENTAL
    ),
    "gray_warmth": Carry(
        Fidelity.APPROXIMATE, "Warmth becomes part of Lightroom's relative temperature and tint.", _INCREMENTAL
    ),
    "face_color": Carry(
        Fidelity.APPROXIMATE, "The picked skin tone becomes Lightroom's relative temperature and tint.", _INCREMENTAL
    ),
    "face_warmth": Carry(
        Fidelity.APPROXIMATE, "Warmth becomes part of Lightroom's relative temperature and tint.", _INCREMENTAL
    ),
}

NEEDS_AS_SHOT = Carry(
    Fidelity.LOST,
    "A grey or skin tone picked on a RAW file is relative to the camera's own white balance, which only Lightroom "
    "knows; the photo keeps the as-shot white balance.",
)
BEYOND_SLIDERS = Carry(
    Fidelity.APPROXIMATE,
    "It exceeds the range of Lightroom's relative sliders for JPEG and TIFF; the nearest setting is sent.",
    _INCREMENTAL,
)
NOTHING_PICKED = Carry(Fidelity.LOST, "No grey or skin tone was picked, so there is nothing to balance.")


def translate(adjustment: WhiteBalance, photo: PhotoFacts) -> Contribution:
    """RAW files keep temperature and tint; rendered files get Lightroom's sliders, relative to 5000 K and tint 0."""
    pending = (AUTO_PENDING,) if adjustment.auto_pending else ()
    if adjustment.mode is not WhiteBalanceMode.TEMPERATURE_TINT:
        return _picked(adjustment, photo, pending)
    carries = (CARRIES["temperature"], CARRIES["tint"], *pending)
    if photo.kind is PhotoKind.RAW:
        return Contribution(carries, white_balance=(adjustment.temperature, adjustment.tint))
    if (adjustment.temperature, adjustment.tint) == (5000.0, 0.0):
        return NOTHING
    return _within(carries, *reachable_temperature_tint(adjustment.temperature, adjustment.tint))


def _picked(adjustment: WhiteBalance, photo: PhotoFacts, pending: tuple[Carry, ...]) -> Contribution:
    gray = adjustment.mode is WhiteBalanceMode.NATURAL_GRAY
    color = adjustment.gray_color if gray else adjustment.face_color
    unpicked = WhiteBalance()
    if color == (unpicked.gray_color if gray else unpicked.face_color):
        return Contribution((NOTHING_PICKED,))
    if photo.kind is PhotoKind.RAW:
        return Contribution((NEEDS_AS_SHOT,))
    names = ("gray_color", "gray_warmth") if gray else ("face_color", "face_warmth")
    balance = from_gray(color, adjustment.gray_warmth) if gray else from_skin(color, adjustment.face_warmth)
    return _within((*(CARRIES[name] for name in names), *pending), *reachable(balance))


def _within(carries: tuple[Carry, ...], balance: tuple[float, float], beyond: bool) -> Contribution:
    return Contribution((*carries, BEYOND_SLIDERS) if beyond else carries, white_balance=balance)
