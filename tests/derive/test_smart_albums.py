"""A smart album's rule as a search description of Lightroom."""

from __future__ import annotations

import pytest

from couloir.aperture.details.rules import Condition, Rule
from couloir.derive.smart_albums import search_description

RATING, FLAG, DATE = "basicProperties.MainRating", "isFlagged", "exifProperties.ImageDate"


def _all(*parts: Condition | Rule) -> Rule:
    return Rule(match_all=True, parts=parts)


@pytest.mark.parametrize(
    ("condition", "criterion"),
    [
        (Condition(RATING, 5, 8, 3, None), {"criteria": "rating", "operation": ">=", "value": 3}),
        (Condition(RATING, 5, 5, 4, None), {"criteria": "rating", "operation": "==", "value": 4}),
        (Condition(RATING, 5, 5, -1, None), {"criteria": "pick", "operation": "==", "value": -1}),
        (Condition(RATING, 5, 8, 0, None), {"criteria": "pick", "operation": "!=", "value": -1}),
        (Condition(FLAG, 22, 5, 1, None), {"criteria": "pick", "operation": "==", "value": 1}),
        (
            Condition(DATE, 6, 20, "2/24/2023 America/Los_Angeles", "2/24/2024 America/Los_Angeles"),
            {"criteria": "captureTime", "operation": "in", "value": "2023-02-24", "value2": "2024-02-24"},
        ),
    ],
)
def test_a_condition_that_lightroom_has_is_written_in_its_words(
    condition: Condition, criterion: dict[str, object]
) -> None:
    assert search_description(_all(condition)) == {"combine": "intersect", "parts": [criterion]}


def test_any_becomes_a_union_and_rules_nest() -> None:
    inner = Rule(match_all=False, parts=(Condition(FLAG, 22, 5, 1, None), Condition(RATING, 5, 8, 5, None)))
    found = search_description(_all(inner))
    assert found is not None
    [part] = found["parts"]  # type: ignore[misc]
    assert (found["combine"], part["combine"], len(part["parts"])) == ("intersect", "union", 2)


@pytest.mark.parametrize(
    "condition",
    [
        Condition("basicProperties.ColorLabel", 20, 5, 2, None),
        Condition("properties.any", 14, 23, "sea", None),
        Condition("name", 40, 61, None, None),
        Condition(RATING, 5, 99, 3, None),
        Condition(RATING, 5, 8, "3", None),
        Condition(RATING, 5, 8, 9, None),
        Condition(DATE, 6, 20, "13/45/2023", "2/24/2024"),
        Condition(DATE, 6, 20, None, None),
    ],
)
def test_a_rule_with_one_part_that_has_no_counterpart_is_not_written_by_halves(condition: Condition) -> None:
    assert search_description(_all(Condition(FLAG, 22, 5, 1, None), condition)) is None


def test_picks_only_has_no_counterpart() -> None:
    assert search_description(Rule(match_all=True, parts=(), picks_only=True)) is None
