"""Contradictory values of a library, as real libraries and users' reports show them.

Each is a photo that can be migrated whole or in part, with something to report.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from sample_library.geometry import Rectangle
from sample_library.operations import Brick, crop_to, levels, white_balance
from sample_library.planting import Anomaly, Effect, edited, on_version, ordinary, plain, setting
from sample_library.rows import Bundle, Row

_DEEP = 200  # levels of a keyword
_DEEP_ID = 2_000_000  # far above the vocabulary's ids
_TEXT_ID = 3_000_000
_OWN_KEY = "Gallery of the Photographer"


def _no_size(side: int | None) -> Callable[[Bundle, Row], str]:
    def change(_bundle: Bundle, row: Row) -> str:
        row["masterWidth"] = row["masterHeight"] = side
        return f"masterWidth and masterHeight are {side!r}"

    return change


def _not_finite(value: float) -> Callable[[Bundle, str], Effect]:
    def plant(bundle: Bundle, _version: str) -> Effect:
        brick, row = bundle.plan.versions[0].bricks[-1], bundle.bricks[0][-1]
        key = next(key for key, given in brick.inputs.items() if isinstance(given, float))
        row["data"] = replace(brick, inputs={**brick.inputs, key: value}).archived()
        return "operation", row["uuid"], f"{key} is {value!r} on version {bundle.plan.versions[0].uuid}"

    return plant


def _has_a_number(bundle: Bundle) -> bool:
    bricks = bundle.plan.versions[0].bricks
    return edited(bundle) and any(isinstance(value, float) for value in bricks[-1].inputs.values())


def _half_a_position(_bundle: Bundle, row: Row) -> str:
    row |= {"exifLatitude": 47.4, "exifLongitude": None}
    return "a latitude without a longitude"


def _empty_preview(bundle: Bundle, _row: Row) -> str:
    bundle.previews[0] = "empty"
    return "a preview of no bytes, called up to date"


def _adjusted(bricks: Callable[[Bundle], Sequence[Brick]]) -> Callable[[Bundle, str], Effect]:
    """Adjustments that the plan does not have, on a photo without any."""

    def plant(bundle: Bundle, _version: str) -> Effect:
        version, first = bundle.versions[0], ""
        for place, brick in enumerate(bricks(bundle)):
            uuid = f"0000added{bundle.plan.index:07d}{place:06d}"
            row = {"uuid": uuid, "name": brick.identifier, "versionUuid": version["uuid"], "isEnabled": 1}
            more = {"adjIndex": brick.index + place, "data": brick.archived()}
            bundle.extra.append(("RKImageAdjustment", {**row, **more}))
            first = first or uuid
        version["hasAdjustments"] = version["hasEnabledAdjustments"] = 1
        return "operation", first, f"the first of {place + 1} planted"

    return plant


def _two_crops(bundle: Bundle) -> Sequence[Brick]:
    width, height = bundle.plan.size
    sides = ((width / 2, height / 2), (width / 3, height / 3))
    return [crop_to(Rectangle(width / 4, height / 4, across, up)) for across, up in sides]


def _two_white_balances(bundle: Bundle) -> Sequence[Brick]:
    rng = random.Random(bundle.plan.picture_seed)
    return [white_balance(rng), white_balance(rng)]


def _crossed_levels(bundle: Bundle) -> Sequence[Brick]:
    brick = levels(random.Random(bundle.plan.picture_seed))
    return [replace(brick, inputs={**brick.inputs, "inputBlackSrcRGB": 0.8, "inputWhiteSrcRGB": 0.2})]


def _deep_keyword(bundle: Bundle, _row: Row) -> str:
    bundle.extra += _chain()
    link = {"versionId": bundle.versions[0]["modelId"], "keywordId": _DEEP_ID + _DEEP - 1}
    bundle.extra.append(("RKKeywordForVersion", link))
    return f"a keyword {_DEEP} levels deep"


def _chain() -> Iterator[tuple[str, Row]]:
    for level in range(_DEEP):
        uuid, above = f"0000deep%keyword%{level:05d}", _DEEP_ID + level - 1 if level else None
        row = {"modelId": _DEEP_ID + level, "uuid": uuid, "name": f"Level {level}", "parentId": above}
        yield "RKKeyword", row


def _own_words(table: str, **more: object) -> Callable[[Bundle, Row], str]:
    def change(bundle: Bundle, row: Row) -> str:
        number = _TEXT_ID + bundle.plan.index
        bundle.extra.append(("RKUniqueString", {"modelId": number, "stringProperty": f"Wall 7, {table}"}))
        link = {"versionId": row["modelId"], "propertyKey": _OWN_KEY, "stringId": number, **more}
        bundle.extra.append((table, link))
        return f"{_OWN_KEY} in {table}"

    return change


CONTRADICTIONS: dict[str, Anomaly] = {
    "two-crops": Anomaly("a photo that is cropped twice", plain, _adjusted(_two_crops)),
    "not-finite-nan": Anomaly("an adjustment whose number is none", _has_a_number, _not_finite(float("nan"))),
    "not-finite-infinite": Anomaly("an infinite number in an adjustment", _has_a_number, _not_finite(float("inf"))),
    "not-finite-huge": Anomaly("a number beyond 1e300 in an adjustment", _has_a_number, _not_finite(1e301)),
    "empty-preview": Anomaly("a preview of no bytes", edited, on_version(_empty_preview)),
    "two-white-balances": Anomaly("a photo with two white balances", plain, _adjusted(_two_white_balances)),
    "crossed-levels": Anomaly(
        "Levels with the black point above the white point",
        plain,
        _adjusted(_crossed_levels),
    ),
    "no-size-zero": Anomaly("a size of 0", ordinary, on_version(_no_size(0))),
    "no-size-null": Anomaly("a size of NULL", ordinary, on_version(_no_size(None))),
    "no-size-absurd": Anomaly("a size of a thousand million pixels a side", ordinary, on_version(_no_size(10**9))),
    "no-number-null": Anomaly("a version without a number", ordinary, on_version(setting("versionNumber", None))),
    "no-number-zero": Anomaly(
        "a version with the original's number", ordinary, on_version(setting("versionNumber", 0))
    ),
    "out-of-view": Anomaly("a version marked as not shown", ordinary, on_version(setting("showInLibrary", 0))),
    "cocoa-time-zone": Anomaly("Cocoa's GMT+0200", ordinary, on_version(setting("imageTimeZoneName", "GMT+0200"))),
    "half-position": Anomaly("half a position", ordinary, on_version(_half_a_position)),
    "deep-keyword": Anomaly("a keyword 200 levels deep", ordinary, on_version(_deep_keyword)),
    "own-field": Anomaly("a field of the photographer's own", ordinary, on_version(_own_words("RKOtherProperty"))),
    "own-iptc": Anomaly("an IPTC key that nobody knows", ordinary, on_version(_own_words("RKIptcProperty"))),
}
