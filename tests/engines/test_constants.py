"""An engine's constants: drawn within their ranges, and equal for equal seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from couloir.engines.constants import constant, draw, list_constants, table


@dataclass(frozen=True, slots=True)
class Engine:
    boost: float = constant(1.8, 1.2, 2.4, "published")
    response: tuple[float, ...] = table((1.0, 2.0), 0.8, 1.2, "measured")
    fixed: float = 3.0


def test_a_drawn_instance_lies_within_the_ranges_and_keeps_the_shape_of_a_table() -> None:
    for seed in range(50):
        drawn = draw(Engine(), np.random.default_rng(seed))
        assert 1.2 <= drawn.boost <= 2.4
        assert 0.8 <= drawn.response[0] <= 1.2
        assert drawn.response[1] == 2 * drawn.response[0]
        assert drawn.fixed == 3.0


def test_one_seed_gives_one_instance() -> None:
    assert draw(Engine(), np.random.default_rng(7)) == draw(Engine(), np.random.default_rng(7))
    assert draw(Engine(), np.random.default_rng(7)) != draw(Engine(), np.random.default_rng(8))


def test_each_constant_says_where_it_comes_from() -> None:
    assert {name: each.source for name, each in list_constants(Engine).items()} == {
        "boost": "published",
        "response": "measured",
    }
