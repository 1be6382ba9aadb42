"""Rounds of matching: a photo is matched once in each. The first begins by itself, others where somebody asks for all
photos anew; a round that was stopped continues.
"""

from __future__ import annotations

import json
from typing import Final

from couloir.json_text import to_json
from couloir.migrate.ledger.ledger import Ledger

_ROUND: Final = "match_round"


def begin_round(ledger: Ledger, way: str, *, again: bool) -> int:
    """The number of the round that a run belongs to, 0 for the first.

    With `again` it is a new one, unless the latest was begun in this `way` and has not come to its end.
    """
    number, begun, is_over = _latest(ledger)
    if again and (is_over or begun != way):
        number += 1
        _keep(ledger, number, way, is_over=False)
    return number


def end_round(ledger: Ledger, number: int) -> None:
    """No photo is left in this round."""
    latest, way, is_over = _latest(ledger)
    if latest == number and not is_over:
        _keep(ledger, number, way, is_over=True)


def _latest(ledger: Ledger) -> tuple[int, str, bool]:
    number, way, is_over = json.loads(ledger.fact(_ROUND) or '[0, "", true]')
    return int(number), str(way), bool(is_over)


def _keep(ledger: Ledger, number: int, way: str, *, is_over: bool) -> None:
    with ledger.transaction():
        ledger.set_fact(_ROUND, to_json([number, way, is_over]))
