"""The ledger's balance, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.table import Table

from couloir.cli.numbers import number, quantity
from couloir.cli.output import console
from couloir.migrate.ledger.rows import Kind, KindBalance

_COLUMNS = ("total", "done", "already there", "skipped", "waiting", "failed", "Aperture's own")
_FAILING = {
    Kind.MASTER: ("original", "originals"),
    Kind.VERSION: ("version", "versions"),
    Kind.ATTACHMENT: ("attachment", "attachments"),
}


def balance_as_list(balance: Sequence[KindBalance]) -> list[dict[str, object]]:
    """One object per kind: kind, total, done, already_there, skipped, waiting, failed, own_records, balances."""
    return [
        {
            "kind": str(line.kind),
            "total": line.total,
            "done": line.done,
            "already_there": line.already_there,
            "skipped": line.skipped,
            "waiting": line.waiting,
            "failed": line.failed,
            "own_records": line.own_records,
            "balances": line.balances,
        }
        for line in balance
    ]


def show_balance(balance: Sequence[KindBalance]) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for column in _COLUMNS:
        table.add_column(column, justify="right")
    for line in balance:
        figures = (line.total, line.done, line.already_there, line.skipped, line.waiting, line.failed, line.own_records)
        table.add_row(f"{line.kind}s", *map(number, figures))
    console.print(table)
    unbalanced = [str(line.kind) for line in balance if not line.balances]
    if unbalanced:
        console.print(f"[bold]The ledger does not balance for: {', '.join(unbalanced)}[/]")


def describe_failed(balance: Iterable[KindBalance]) -> str:
    """What failed, as words; "" for nothing. The other kinds of rows follow from these."""
    parts = []
    for line in balance:
        if line.failed and line.kind in _FAILING:
            one, many = _FAILING[line.kind]
            parts.append(quantity(line.failed, one, many))
    return ", ".join(parts)
