"""Pure helpers of the SDK: LrStringUtils, LrMD5, LrDigest, LrDate, LrMath."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from ..clock import COCOA_EPOCH
from ..errors import RuleBroken, SdkError
from ..marshal import decode, encode
from ..registry import sdk
from ..session import Session
from .arguments import number, text

_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)


@sdk("LrMD5.digest")
def md5(lr: Session, data: Any) -> str:
    return hashlib.md5(encode(text("LrMD5.digest", data)), usedforsecurity=False).hexdigest()


@sdk("LrDigest.digest")
def digest(lr: Session, data: Any, name: Any, key: Any = None) -> str:
    algorithm = text("LrDigest.digest", name).lower()
    if algorithm not in ("md5", "sha1", "sha256", "sha512") or key is not None:
        raise RuleBroken(
            f"LrDigest.digest: the fake does not know {name!r} with a key" if key else f"no digest {name!r}"
        )
    return hashlib.new(algorithm, encode(text("LrDigest.digest", data))).hexdigest()


@sdk("LrStringUtils.encodeBase64")
def encode_base64(lr: Session, data: Any) -> str:
    return base64.b64encode(encode(text("LrStringUtils.encodeBase64", data))).decode()


@sdk("LrStringUtils.decodeBase64")
def decode_base64(lr: Session, data: Any) -> str:
    try:
        return decode(base64.b64decode(text("LrStringUtils.decodeBase64", data)))
    except binascii.Error as problem:
        raise SdkError(f"LrStringUtils.decodeBase64: {problem}") from problem


@sdk("LrStringUtils.trimWhitespace")
def trim(lr: Session, value: Any) -> str:
    return text("LrStringUtils.trimWhitespace", value).strip()


@sdk("LrStringUtils.lower")
def lower(lr: Session, value: Any) -> str:
    return text("LrStringUtils.lower", value).lower()


@sdk("LrStringUtils.upper")
def upper(lr: Session, value: Any) -> str:
    return text("LrStringUtils.upper", value).upper()


@sdk("LrStringUtils.isOnlyAscii")
def is_only_ascii(lr: Session, value: Any) -> bool:
    return text("LrStringUtils.isOnlyAscii", value).isascii()


@sdk("LrStringUtils.truncate")
def truncate(lr: Session, value: Any, most: Any) -> str:
    """At most so many bytes, never half a character."""
    raw = encode(text("LrStringUtils.truncate", value))[: int(number("LrStringUtils.truncate", most))]
    return raw.decode("utf-8", "ignore")


@sdk("LrStringUtils.compareStrings")
def compare(lr: Session, one: Any, other: Any, numeric: Any = None) -> int:
    """-1, 0 or 1, whatever the case."""
    a, b = text("LrStringUtils.compareStrings", one).casefold(), text("LrStringUtils.compareStrings", other).casefold()
    return (a > b) - (a < b)


@sdk("LrStringUtils.numberToString")
def number_to_string(lr: Session, value: Any, precision: Any = None) -> str:
    return f"{number('LrStringUtils.numberToString', value):.{int(precision or 0)}f}"


@sdk("LrStringUtils.numberToStringWithSeparators")
def number_with_separators(lr: Session, value: Any, precision: Any = None) -> str:
    return f"{number('LrStringUtils.numberToStringWithSeparators', value):,.{int(precision or 0)}f}"


@sdk("LrStringUtils.byteString")
def byte_string(lr: Session, value: Any, precision: Any = None) -> str:
    size = float(number("LrStringUtils.byteString", value))
    for unit in ("bytes", "KB", "MB", "GB"):
        if size < 1024:
            return f"{size:.{0 if unit == 'bytes' else int(precision or 0)}f} {unit}"
        size /= 1024
    return f"{size:.{int(precision or 0)}f} TB"


# Dates: seconds since 2001 ------------------------------------------------------------------------------------------


def _moment(full: str, seconds: Any) -> datetime:
    return _EPOCH + timedelta(seconds=float(number(full, seconds)))


@sdk("LrDate.currentTime")
def current_time(lr: Session) -> float:
    return lr.now()


@sdk("LrDate.timeFromPosixDate")
def from_posix(lr: Session, seconds: Any) -> float:
    return number("LrDate.timeFromPosixDate", seconds) - COCOA_EPOCH


@sdk("LrDate.timeToPosixDate")
def to_posix(lr: Session, seconds: Any) -> float:
    return number("LrDate.timeToPosixDate", seconds) + COCOA_EPOCH


@sdk("LrDate.timeToW3CDate")
def to_w3c(lr: Session, seconds: Any) -> str:
    return _moment("LrDate.timeToW3CDate", seconds).strftime("%Y-%m-%dT%H:%M:%S")


@sdk("LrDate.timeToIsoDate")
def to_iso(lr: Session, seconds: Any) -> str:
    return _moment("LrDate.timeToIsoDate", seconds).strftime("%Y-%m-%dT%H:%M:%S")


@sdk("LrDate.timeToUserFormat")
def to_user_format(lr: Session, seconds: Any, form: Any, gmt: Any = None) -> str:
    return _moment("LrDate.timeToUserFormat", seconds).strftime(text("LrDate.timeToUserFormat", form))


@sdk("LrDate.timeZone")
def time_zone(lr: Session) -> tuple[int, bool]:
    return 0, False


@sdk("LrDate.timeFromComponents")
def from_components(
    lr: Session, year: Any, month: Any, day: Any, hour: Any, minute: Any, second: Any, zone: Any = None
) -> float:
    parts = [int(number("LrDate.timeFromComponents", part)) for part in (year, month, day, hour, minute, second)]
    year, month, day, hour, minute, second = parts
    try:
        return (datetime(year, month, day, hour, minute, second, tzinfo=UTC) - _EPOCH).total_seconds()
    except ValueError as problem:
        raise SdkError(f"LrDate.timeFromComponents: {problem}") from problem


@sdk("LrDate.timestampToComponents")
def to_components(lr: Session, seconds: Any, zone: Any = None) -> tuple[int, ...]:
    when = _moment("LrDate.timestampToComponents", seconds)
    return when.year, when.month, when.day, when.hour, when.minute, when.second


def _register_formats() -> None:
    formats = {"LongDate": "%B %d, %Y", "MediumDate": "%b %d, %Y", "ShortDate": "%m/%d/%y"}
    formats |= {"MediumTime": "%H:%M:%S", "ShortTime": "%H:%M"}
    for name, form in formats.items():

        @sdk(f"LrDate.format{name}")
        def format_date(lr: Session, seconds: Any, name: str = name, form: str = form) -> str:
            return _moment(f"LrDate.format{name}", seconds).strftime(form)


_register_formats()


def _register_bits() -> None:
    operations = {"bitAnd": int.__and__, "bitOr": int.__or__, "bitXor": int.__xor__}
    for name, operation in operations.items():

        @sdk(f"LrMath.{name}")
        def bits(lr: Session, a: Any, b: Any, name: str = name, operation: Any = operation) -> int:
            return int(operation(int(number(f"LrMath.{name}", a)), int(number(f"LrMath.{name}", b))))


_register_bits()
