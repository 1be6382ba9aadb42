"""A mistake of ours costs the photo that it meets, with its reason in the ledger, and not the run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from couloir.migrate import packets
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.packets import Packet
from couloir.migrate.plan import Unit
from couloir.profiles.baselines import Baselines


def test_a_fault_at_one_photo_is_journaled_and_the_others_are_migrated(
    small: Any, migrate: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[str] = []
    build = packets.build

    def faulty(unit: Unit, library: str, profiles: Baselines) -> Packet | None:
        if unit.version is not None and not met:
            met.append(unit.version.uuid)
            raise ValueError("a thing that\nnobody thought of")
        return build(unit, library, profiles)

    monkeypatch.setattr(packets, "build", faulty)
    result = migrate(small, tmp_path / "out")
    assert result.outcome.balances
    row = result.row(Kind.VERSION, met[0])
    assert row.state is State.FAILED
    assert row.reason.code == "fault"
    assert "ValueError: a thing that" in row.reason.sentence
    assert "\n" not in row.reason.sentence
    failed = [e.row.uuid for e in result.entries if e.row.kind is Kind.VERSION and e.row.reason.code == "fault"]
    assert failed == met
    assert any(e.row.state is State.DONE for e in result.entries if e.row.kind is Kind.VERSION)
