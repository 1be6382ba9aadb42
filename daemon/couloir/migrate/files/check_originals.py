"""Decodes an original to check whether its photograph is intact: slow, and the only certain check."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Final

from couloir.aperture.model import Damage, Doubt, Master, Original
from couloir.aperture.wholeness import Wholeness, begins_blank, wholeness
from couloir.derive import photo_kind
from couloir.engines.dng.raw import load_raw
from couloir.engines.pixels import load_pixels
from couloir.errors import BadImage, CannotRender
from couloir.lightroom.settings import PhotoKind

_SIZE: Final = 256  # pixels of the long edge: all of the file is decoded, and little memory is used
# LibRaw's message for an unknown camera and for a file that is not RAW: the structure distinguishes
# them.
_UNSUPPORTED: Final = "Unsupported file format"
_DECODED: Final = frozenset({".jpg", ".jpeg", ".jpe", ".tif", ".tiff", ".png"})


class CheckDepth(StrEnum):
    """How an original was checked."""

    DECODED = "decoded"
    STRUCTURE = "structure"  # no decoder is available: only its structure was checked to be complete
    NOT_AT_ALL = "not at all"  # neither a decoder nor a known structure


def check_original(master: Master, original: Original) -> tuple[CheckDepth, Doubt | None]:
    """Check an original that is present; the doubt is the most serious one, None for a sound file."""
    path = original.path
    if path is None or (original.doubt is not None and original.doubt.is_lost):
        return CheckDepth.NOT_AT_ALL, original.doubt
    try:
        size = path.stat().st_size
        if begins_blank(path):
            return CheckDepth.DECODED, Doubt(Damage.BLANK, size, size)
        how, why = _looked_into(path, raw=photo_kind(master) is PhotoKind.RAW)
    except OSError as error:
        size, how, why = 0, CheckDepth.DECODED, error.strerror or type(error).__name__
    is_cut = original.doubt is not None and original.doubt.damage is Damage.CUT
    if not why or is_cut:
        return how, original.doubt
    return how, Doubt(Damage.UNREADABLE, size, master.file_size or 0, why)


def _looked_into(path: Path, *, raw: bool) -> tuple[CheckDepth, str]:
    """How the file was checked, and what is wrong with it, "" for nothing. Raises OSError."""
    unknown = ""
    try:
        if raw:
            load_raw(path, lambda _columns, _rows: _SIZE)
            return CheckDepth.DECODED, ""
        if path.suffix.lower() in _DECODED:
            missing: list[float] = []
            load_pixels(path, _SIZE, orient=False, partial=missing.append)
            return CheckDepth.DECODED, f"it ends early, {missing[0]:.0%} of it is missing" if missing else ""
    except BadImage as error:
        unknown = str(error.facts["why"])
        if _UNSUPPORTED not in unknown:
            return CheckDepth.DECODED, unknown
    except CannotRender:
        pass  # no LibRaw, or a camera that it cannot draw
    found = wholeness(path)
    if found is Wholeness.UNKNOWN:
        return CheckDepth.NOT_AT_ALL, unknown
    return CheckDepth.STRUCTURE, "it ends before its structure is complete" if found is Wholeness.CUT else ""
