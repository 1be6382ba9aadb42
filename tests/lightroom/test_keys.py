"""The develop keys, their ranges, and how sure each is: a snapshot, so that no entry changes by accident."""

from __future__ import annotations

import json
from pathlib import Path

from couloir.lightroom.keys import SETTINGS, Evidence

SNAPSHOT = Path(__file__).with_name("keys.json")


def test_the_keys_are_those_of_the_snapshot() -> None:
    """After a change that is meant: `python tests/lightroom/test_keys.py` writes the snapshot anew."""
    assert rows() == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_every_range_that_was_not_measured_says_so() -> None:
    unsure = {key for key, setting in SETTINGS.items() if setting.observed is not Evidence.MEASURED}
    assert len(unsure) == 15
    assert {"GrayMixerRed", "ParametricShadowSplit", "DefringeGreenHueHi"} <= unsure


def rows() -> list[list[object]]:
    return [
        [each.key, each.type.value, each.low, each.high, sorted(each.kinds), list(each.words), each.observed.name]
        for each in SETTINGS.values()
    ]


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(row) for row in rows())
    SNAPSHOT.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
