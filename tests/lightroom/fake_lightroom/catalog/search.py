"""Search descriptions, as smart collections and findPhotos take them: checked, and evaluated as far as the fake knows.

A wrong operation makes a real Lightroom hang for ever, so an unknown criterion or operation is an error here.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import RuleBroken
from ..plugin import Plugin
from ..tables.words import words
from .records import Photo
from .store import Catalog

_TEXT = words("any all words noneOf beginsWith endsWith empty notEmpty == !=")
_NUMBER = words("== != > < >= <= in")
_ENUM = frozenset({"==", "!="})
_DATE = words("== != > < in inLast notInLast today yesterday thisWeek thisMonth thisYear")
_BOOLEAN = frozenset({"isTrue", "isFalse", "=="})

_OPERATIONS: dict[str, frozenset[str]] = {
    **dict.fromkeys(words("all filename copyname title caption keywords metadata searchableIPTC creator"), _TEXT),
    **dict.fromkeys(words("folder collection jobIdentifier copyright city country location state"), _TEXT),
    **dict.fromkeys(words("camera lens labelText exif iptc allPluginMetadata isoCountryCode"), _TEXT),
    **dict.fromkeys(words("rating isoSpeedRating focalLength aperture shutterSpeed"), _NUMBER),
    **dict.fromkeys(words("pick labelColor fileFormat treatment aspectRatio copyrightState developPreset"), _ENUM),
    **dict.fromkeys(words("captureTime touchTime"), _DATE),
    **dict.fromkeys(words("hasGPSData hasAdjustments cropped hasSmartPreview exported isPublished"), _BOOLEAN),
}
_COMBINE = ("intersect", "union", "exclude")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def checked_search(search: Any, plugin: Plugin) -> dict[str, Any]:
    """The search as {"combine", "rules"} or as one rule. Raises RuleBroken for what Lightroom does not know."""
    if isinstance(search, list):
        search = dict(enumerate(search, 1))
    if not isinstance(search, Mapping):
        raise RuleBroken("a search description must be a table")
    if "criteria" in search:
        _check_rule(search, plugin)
        return dict(search)
    combine = search.get("combine", "intersect")
    if combine not in _COMBINE:
        raise RuleBroken(f"a search description cannot combine by {combine!r}")
    unknown = [key for key in search if not isinstance(key, int) and key != "combine"]
    if unknown:
        raise RuleBroken(f"a search description has no {unknown[0]!r}")
    rules = [checked_search(search[key], plugin) for key in sorted(key for key in search if isinstance(key, int))]
    return {"combine": combine, "rules": rules}


def as_lua(search: Mapping[str, Any]) -> dict[Any, Any]:
    """A search in the form in which plug-ins write it."""
    if "criteria" in search:
        return dict(search)
    return {"combine": search["combine"], **{n: as_lua(rule) for n, rule in enumerate(search["rules"], 1)}}


def _check_rule(rule: Mapping[str, Any], plugin: Plugin) -> None:
    criteria, operation = rule["criteria"], rule.get("operation")
    if isinstance(criteria, str) and criteria.startswith(("sdktext:", "sdk:")):
        kind, _, name = criteria.partition(":")
        owner, _, field = name.rpartition(".")
        declared = plugin.fields.get(field, {})
        if owner == plugin.id and not declared.get("searchable"):
            raise RuleBroken(f"the metadata field {field!r} is not declared searchable")
        if owner == plugin.id and (declared["dataType"] == "enum") != (kind == "sdk"):
            raise RuleBroken(f"{criteria}: fields with a choice of values are searched by sdk:, others by sdktext:")
        allowed = _ENUM if kind == "sdk" else _TEXT
    elif criteria in _OPERATIONS:
        allowed = _OPERATIONS[criteria]
    else:
        raise RuleBroken(f"there is no search criterion called {criteria!r}")
    if operation not in allowed:
        raise RuleBroken(f"{criteria} has no operation {operation!r}: Lightroom would hang for ever")


def matching(catalog: Catalog, search: Mapping[str, Any]) -> list[int]:
    return [photo.id for photo in catalog.photos.values() if _matches(catalog, photo, search)]


def _matches(catalog: Catalog, photo: Photo, search: Mapping[str, Any]) -> bool:
    if "criteria" in search:
        return _rule_holds(catalog, photo, search)
    holds = [_matches(catalog, photo, rule) for rule in search["rules"]]
    if search["combine"] == "intersect":
        return all(holds)
    return any(holds) if search["combine"] == "union" else not any(holds)


def _rule_holds(catalog: Catalog, photo: Photo, rule: Mapping[str, Any]) -> bool:
    criteria, operation, value = rule["criteria"], rule["operation"], rule.get("value")
    if criteria in ("rating", "pick"):
        have = photo.metadata.get("rating" if criteria == "rating" else "pickStatus") or 0
        if operation == "in":
            return bool(rule["value"] <= have <= rule["value2"])
        return _COMPARE[operation](have, value)
    if criteria == "labelColor":
        return _COMPARE[operation](photo.metadata.get("colorNameForLabel", "none"), value)
    if criteria == "fileFormat":
        return _COMPARE[operation](photo.file_format, value)
    if criteria == "hasAdjustments":
        return bool(photo.develop) is (operation == "isTrue" or value is True)
    if criteria.startswith("sdk:"):
        owner, _, field = criteria.removeprefix("sdk:").rpartition(".")
        return _COMPARE[operation](photo.properties.get(owner, {}).get(field), value)
    texts = _texts(catalog, photo, criteria)
    if texts is None:
        raise NotImplementedError(f"the fake Lightroom cannot search by {criteria}")
    return _text_holds(texts, operation, str(value or ""))


def _texts(catalog: Catalog, photo: Photo, criteria: str) -> list[str] | None:
    if criteria == "keywords":
        return [catalog.keyword(keyword).name for keyword in photo.keywords]
    if criteria == "collection":
        return [catalog.collection(number).name for number in photo.collections]
    if criteria == "filename":
        return [photo.path.replace("\\", "/").rpartition("/")[2]]
    if criteria == "folder":
        return [photo.path.replace("\\", "/").rpartition("/")[0]]
    if criteria == "copyname":
        return [photo.copy_name]
    if criteria.startswith("sdktext:"):
        owner, _, field = criteria.removeprefix("sdktext:").rpartition(".")
        return [photo.properties.get(owner, {}).get(field, "")]
    names = {"title", "caption", "creator", "jobIdentifier", "copyright", "city", "country", "location", "state"}
    if criteria in names:
        return [str(photo.metadata.get("stateProvince" if criteria == "state" else criteria) or "")]
    return None


def _text_holds(texts: list[str], operation: str, value: str) -> bool:
    lowered = [text.lower() for text in texts if text]
    words = value.lower().split()
    tests: dict[str, Callable[[], bool]] = {
        "any": lambda: any(word in text for text in lowered for word in words),
        "all": lambda: all(any(word in text for text in lowered) for word in words),
        "words": lambda: all(any(word in text.split() for text in lowered) for word in words),
        "noneOf": lambda: not any(word in text for text in lowered for word in words),
        "beginsWith": lambda: any(text.startswith(value.lower()) for text in lowered),
        "endsWith": lambda: any(text.endswith(value.lower()) for text in lowered),
        "empty": lambda: not lowered,
        "notEmpty": lambda: bool(lowered),
        "==": lambda: value.lower() in lowered,
        "!=": lambda: value.lower() not in lowered,
    }
    return tests[operation]()
