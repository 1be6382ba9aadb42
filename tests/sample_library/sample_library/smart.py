"""Smart album queries, in the form that the built-in albums of a real library have."""

from __future__ import annotations

from sample_library.archives import Value, archive

Query = dict[str, Value]

AND, OR = 1, 0  # queryMatchType; the direction is inferred, no public source states it


def single(key: str, kind: int, qualifier: int, value: Value | None = None, *, enabled: bool = True) -> Query:
    """One condition. Qualifiers: 1 exists, 5 equals, 8 at least, 23 contains, 61 has a face."""
    query: Query = {
        "queryClassName": "RKSingleItemQuery",
        "queryIsEnabled": enabled,
        "queryQualifier": qualifier,
        "queryTimeValue": 1,
        "queryPropertyKey": key,
        "queryType": kind,
    }
    if value is not None:
        query["queryFirstValue"] = value
    return query


def rating(at_least: int, *, enabled: bool = True) -> Query:
    return single("basicProperties.MainRating", 5, 8, at_least, enabled=enabled)


def rejected() -> Query:
    return single("basicProperties.MainRating", 5, 5, -1)


def flagged(*, enabled: bool = True) -> Query:
    return single("isFlagged", 22, 5, 1, enabled=enabled)


def label(index: int | None, *, enabled: bool = True) -> Query:
    return single("basicProperties.ColorLabel", 20, 5, index, enabled=enabled)


def text(needle: str | None, *, enabled: bool = True) -> Query:
    return single("properties.any", 14, 23, needle, enabled=enabled)


def nested(*queries: Query, match: int, enabled: bool = True) -> Query:
    return {
        "queryIsEnabled": enabled,
        "queryMatchType": match,
        "querySubqueries": list(queries),
        "queryClassName": "RKMultiItemQuery",
        "queryType": 4,
        "queryStackPicksOnly": False,
    }


def smart_query(*queries: Query, match: int = AND) -> bytes:
    """The archive of queryData: the five conditions that are always there, switched off, and then the album's own."""
    standing = [
        rating(0, enabled=False),
        flagged(enabled=False),
        label(None, enabled=False),
        text(None, enabled=False),
        nested(match=OR, enabled=False),
    ]
    return archive(
        {
            "querySubqueries": [*standing, *queries],
            "queryType": 1,
            "queryMatchType": match,
            "queryClassName": "RKMultiItemQuery",
            "queryPredicateComponents": 1,
            "queryStackPicksOnly": False,
            "queryIsEnabled": True,
        }
    )


NO_FILTER = smart_query()
