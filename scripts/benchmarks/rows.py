"""What a benchmark says."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `target` says in words what was promised, `holds` whether it is kept; None where nothing was."""

    name: str
    value: float
    unit: str
    target: str | None = None
    holds: bool | None = None

    def as_dict(self) -> dict[str, object]:
        """JSON-ready."""
        return asdict(self)

    def __str__(self) -> str:
        verdict = "" if self.holds is None else f"   {'holds' if self.holds else 'MISSED'}: {self.target}"
        return f"{self.name:<62} {self.value:>12,.2f} {self.unit}{verdict}"
