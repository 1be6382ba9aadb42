"""Values that are not finite, in adjustments: the operation is lost with its reason, and no JSON holds them."""

from __future__ import annotations

import json
import math
import plistlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.run import LEDGER

if TYPE_CHECKING:
    from conftest import Result, Source

Migrate = Callable[..., "Result"]


def _refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is no JSON")


def _spoil(source: Source, number: float) -> str:
    """Put a number among the inputs of an exposure that is switched on; gives the operation's uuid."""
    [[uuid, data], *_] = source.ask(
        "SELECT a.uuid, a.data FROM RKImageAdjustment a JOIN RKVersion v ON v.uuid = a.versionUuid"
        " WHERE a.name = 'RKExposureOperation' AND a.isEnabled AND v.showInLibrary AND NOT v.isInTrash"
        " AND v.versionNumber = 1"
    )
    archive = plistlib.loads(bytes(data))  # type: ignore[call-overload]
    objects = archive["$objects"]
    objects[next(place for place, each in enumerate(objects) if isinstance(each, float))] = number
    source.change(
        "UPDATE RKImageAdjustment SET data = ? WHERE uuid = ?", plistlib.dumps(archive, fmt=plistlib.FMT_BINARY), uuid
    )
    return str(uuid)


@pytest.mark.parametrize("number", [math.nan, math.inf, 1e301])
def test_the_operation_is_lost_with_its_reason_and_the_migration_goes_on(
    small: Source, migrate: Migrate, tmp_path: Path, number: float
) -> None:
    operation = _spoil(small, number)
    for _ in range(2):
        result = migrate(small, tmp_path / "out", pictures=0)
        assert result.outcome.balances
        row = result.row(Kind.OPERATION, operation)
        assert (row.state, row.reason.code) == (State.SKIPPED, "operation.dropped")
        assert "NaN" in row.reason.sentence or "Infinity" in row.reason.sentence or "1e+301" in row.reason.sentence
    with closing(sqlite3.connect(tmp_path / "out" / LEDGER)) as ledger:
        tables = [name for [name] in ledger.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            for row in ledger.execute(f"SELECT * FROM {table}"):
                for cell in row:
                    if isinstance(cell, str) and cell[:1] in ("{", "["):
                        json.loads(cell, parse_constant=_refuse)
        assert ledger.execute("SELECT count(*) FROM item WHERE NOT json_valid(detail)").fetchone() == (0,)
    for file in (tmp_path / "out").rglob("*.json"):
        json.loads(file.read_text(encoding="utf-8"), parse_constant=_refuse)
