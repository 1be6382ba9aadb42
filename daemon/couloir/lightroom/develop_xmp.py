"""Develop settings as Camera Raw properties (crs:) of an XMP packet, and back.

Spellings follow packets that Lightroom Classic wrote: whole sliders as "+10", "0", "-5", exposure as "+0.50", curves as
a Seq of "x, y". Lightroom reads them when `HasSettings` is "True", and ignores them when `AlreadyApplied` is "True".
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from lxml import etree

from couloir.errors import BadXmp
from couloir.lightroom.keys import CROP_KEYS, PROCESS_VERSION, SETTINGS, Setting, SettingType, SettingValue, XmpForm
from couloir.lightroom.rdf import MAX_PROPERTIES, NAMESPACES, Properties, name, quote_value
from couloir.lightroom.settings import DevelopSettings

# The Camera Raw release that brought process version 15.4: the oldest that reads what we write.
CAMERA_RAW_VERSION = "15.4"
_WHOLE_FRAME = dict(zip(CROP_KEYS, (0.0, 0.0, 1.0, 1.0, 0.0), strict=True))
_POINT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*", re.ASCII)
_TRUTHS = {"true": True, "false": False}


def put_settings(photo: Properties, settings: DevelopSettings) -> None:
    """Replaces every Camera Raw property, so that nothing of an earlier edit remains."""
    photo.remove_namespace("crs")
    photo.set_text("crs:Version", str(settings.get("Version", CAMERA_RAW_VERSION)))
    photo.set_text("crs:ProcessVersion", str(settings.get("ProcessVersion", PROCESS_VERSION)))
    for key, value in settings.items():
        _put(photo, SETTINGS[key], value)
    photo.set_text("crs:HasCrop", str(settings.get("HasCrop", _is_cropped(settings))))
    photo.set_text("crs:HasSettings", "True")
    photo.set_text("crs:AlreadyApplied", "False")


def _is_cropped(settings: DevelopSettings) -> bool:
    return any(settings.get(key, whole) != whole for key, whole in _WHOLE_FRAME.items())


def _put(photo: Properties, setting: Setting, value: SettingValue) -> None:
    prefixed = f"crs:{setting.key}"
    if isinstance(value, tuple):
        points = zip(value[::2], value[1::2], strict=True)
        photo.set_items(prefixed, "Seq", (f"{x:.0f}, {y:.0f}" for x, y in points))
    elif isinstance(value, Mapping):
        # A removed look is written as a look without a name.
        _put_structure(photo.set_structure(prefixed), value or {"Name": ""})
    elif setting.xmp is not XmpForm.LUA_ONLY:
        photo.set_text(prefixed, _spelled(setting, value))


def _spelled(setting: Setting, value: bool | int | float | str) -> str:
    match setting.xmp:
        case XmpForm.SIGNED:
            return f"{value:+d}" if value else "0"
        case XmpForm.SIGNED_TENTHS | XmpForm.SIGNED_HUNDREDTHS:
            return f"{value:{'+' if value else ''}.{setting.decimals}f}"
        case XmpForm.FRACTION:
            return f"{value:.{setting.decimals}f}".rstrip("0").rstrip(".")
        case _:
            return str(value)


def _put_structure(structure: Properties, fields: Mapping[str, object]) -> None:
    """Write a look's fields: texts, numbers, lower-case booleans, its group's name by language, and its parameters."""
    for key, value in fields.items():
        prefixed = f"crs:{key}"
        if isinstance(value, Mapping) and set(value) == {"x-default"}:
            structure.set_items(prefixed, "Alt", (str(value["x-default"]),))
        elif isinstance(value, Mapping):
            _put_structure(structure.set_structure(prefixed), value)
        elif isinstance(value, tuple) and key in SETTINGS:
            _put(structure, SETTINGS[key], value)
        elif isinstance(value, tuple):
            structure.set_items(prefixed, "Seq", (str(inner) for inner in value))
        else:
            structure.set_text(prefixed, str(value).lower() if isinstance(value, bool) else str(value))


def get_settings(photo: Properties, item: str) -> dict[str, SettingValue]:
    """The develop settings in a packet that `SETTINGS` knows. Raises BadXmp for a value that cannot be read.

    Values are returned unchecked: an older packet may hold some that `DevelopSettings` refuses.
    """
    found: dict[str, SettingValue] = {}
    for key, setting in SETTINGS.items():
        prefixed = f"crs:{key}"
        if setting.type is SettingType.CURVE:
            if photo.element(prefixed) is not None:
                found[key] = _curve(photo, key, item)
        elif setting.type is SettingType.TABLE:
            structure = photo.structure(prefixed)
            if structure is not None:
                fields = _fields(structure, item)
                found[key] = {} if fields == {"Name": ""} else fields
        else:
            text = photo.text(prefixed)
            if text is not None:
                found[key] = _value(setting, text, item)
    return found


def _curve(properties: Properties, key: str, item: str) -> tuple[float, ...]:
    coordinates: list[float] = []
    for point in properties.items(f"crs:{key}"):
        match = _POINT.fullmatch(point)
        if match is None:
            raise BadXmp(item=item, why=f"{key} has the point {quote_value(point)}")
        coordinates.extend(_plain(_number(key, text, item)) for text in match.groups())
    return tuple(coordinates)


def _value(setting: Setting, text: str, item: str) -> bool | int | float | str:
    if setting.type is SettingType.TEXT:
        return text
    if setting.type is SettingType.BOOLEAN:
        truth = _TRUTHS.get(text.strip().lower())
        if truth is None:
            raise BadXmp(item=item, why=f"{setting.key} is {quote_value(text)}, not True or False")
        return truth
    number = _number(setting.key, text, item)
    return _plain(number) if setting.type is SettingType.INTEGER else number


def _number(key: str, text: str, item: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadXmp(item=item, why=f"{key} is {quote_value(text)}, not a number")
    return number


def _plain(number: float) -> float:
    """An int where the number is whole: 10.0 -> 10."""
    return int(number) if number == int(number) else number


def _fields(structure: Properties, item: str) -> dict[str, object]:
    found: dict[str, object] = {}
    names = list(structure.names())
    if len(names) > MAX_PROPERTIES:
        raise BadXmp(item=item, why=f"its look has more than {MAX_PROPERTIES} fields")
    for key in map(etree.QName, names):
        if key.namespace != NAMESPACES["crs"]:
            continue
        prefixed = f"crs:{key.localname}"
        found[key.localname] = _field(structure, prefixed, key.localname, item)
    return found


def _field(structure: Properties, prefixed: str, key: str, item: str) -> object:
    setting = SETTINGS.get(key)
    text = structure.text(prefixed)
    element = structure.element(prefixed)
    if text is not None or element is None:
        return _field_text(setting, key, text or "", item)
    container = element[0].tag
    if container == name("rdf:Alt"):
        return {"x-default": structure.read_localized(prefixed) or ""}
    if container in (name("rdf:Seq"), name("rdf:Bag")):
        is_curve = setting is not None and setting.type is SettingType.CURVE
        return _curve(structure, key, item) if is_curve else structure.items(prefixed)
    inner = structure.structure(prefixed)
    return _fields(inner, item) if inner is not None else {}


def _field_text(setting: Setting | None, key: str, text: str, item: str) -> object:
    if key == "Amount":
        return _number(key, text, item)
    if setting is not None:
        return _value(setting, text, item)
    return _TRUTHS.get(text, text)
