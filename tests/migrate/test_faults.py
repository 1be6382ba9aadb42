"""A programming error in one photo's migration fails that photo, with its reason in the ledger, and not the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from couloir.derive import Translation
from couloir.derive.translator import Pair, PhotoContext, Translator
from couloir.migrate import packets
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.packets import Packet
from couloir.migrate.plan import Unit
from couloir.migrate.translated_units import Judged


def test_a_fault_at_one_photo_is_journaled_and_the_others_are_migrated(
    small: Any, migrate: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[str] = []
    build = packets.build

    def faulty(
        unit: Unit,
        library: str,
        look: Judged | None,
        translator: Translator,
        see: Callable[[], PhotoContext],
        **others: Any,
    ) -> Packet | None:
        if unit.version is not None and not met:
            met.append(unit.version.uuid)
            raise ValueError("a thing that\nnobody thought of")
        return build(unit, library, look, translator, see, **others)

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


def test_a_fault_at_the_look_of_one_photo_costs_no_other_photo(
    small: Any, migrate: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    translate = Translator.translate
    met: set[str] = set()

    def faulty(self: Translator, pairs: Sequence[Pair], known: Any = None) -> list[Translation]:
        met.update(sorted(version.uuid for version, _ in pairs)[:1] if not met else ())
        if any(version.uuid in met for version, _ in pairs):
            raise ValueError("a look that nobody thought of")
        return translate(self, pairs, known)

    monkeypatch.setattr(Translator, "translate", faulty)
    result = migrate(small, tmp_path / "out")
    failed = {e.row.uuid for e in result.entries if e.row.kind is Kind.VERSION and e.row.reason.code == "fault"}
    assert failed == met
    assert result.outcome.balances
    assert any("settings" in e.row.detail for e in result.entries if e.row.kind is Kind.VERSION)
