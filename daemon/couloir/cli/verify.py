"""`couloir verify`: is what was written still there and whole, and does the ledger balance?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from couloir.cli.balance import balance_as_list, show_balance
from couloir.cli.options import json_option, volume_option
from couloir.cli.output import console, print_json, progress, shown
from couloir.errors import VerificationFailed
from couloir.migrate.verify import verify

_LISTED = 20


@click.command("verify")
@click.argument("folder", type=click.Path(path_type=Path, readable=False))
@volume_option
@json_option
def command(folder: Path, volumes: Mapping[str, Path], *, as_json: bool) -> None:
    """Re-read everything in FOLDER that Couloir wrote, and balance the ledger against the library.

    Changes nothing. Files are compared with the hashes taken when they were written: a photo that Lightroom has saved
    into since is listed as changed.
    """
    with progress("Verifying") as advance:
        result = verify(folder, volumes, advance)
    if as_json:
        print_json(
            {
                "checked": result.checked,
                "balance": balance_as_list(result.balance),
                "problems": [asdict(problem) for problem in result.problems],
                "notes": result.notes,
            }
        )
    else:
        show_balance(result.balance)
        for note in result.notes:
            console.print(shown(note))
        for problem in result.problems[:_LISTED]:
            console.print(shown(f"  {problem.path or problem.kind}: {problem.what}"))
        if len(result.problems) > _LISTED:
            console.print(f"  ... and {len(result.problems) - _LISTED:,} more; --json lists them all")
    if result.problems:
        raise VerificationFailed(
            problems=len({p.path or p.uuid for p in result.problems}), checked=result.checked, path=folder
        )
    if not as_json:
        console.print(f"{result.checked:,} rows read again: everything is as the ledger says.")
