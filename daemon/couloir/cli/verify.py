"""`couloir verify`: checks that written files are still there and intact, and that the ledger balances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import click

from couloir.cli.balance import balance_as_list, describe_failed, show_balance
from couloir.cli.numbers import number
from couloir.cli.options import json_option, open_library, volume_option
from couloir.cli.output import console, escape_text, print_json, progress
from couloir.errors import DestinationError, LibraryError, NotAllThere, VerificationFailed
from couloir.migrate.ledger.door import door_of
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.run import LEDGER, read_as
from couloir.migrate.verify import Discrepancy, Verification, verify

_LISTED = 20


@click.command("verify")
@click.argument("folder", type=click.Path(path_type=Path, readable=False))
@volume_option
@json_option
def command(folder: Path, volumes: Mapping[str, Path], *, as_json: bool) -> None:
    """Re-read everything in FOLDER that Couloir wrote, and balance the ledger against the library.

    Changes nothing. Files are compared with the hashes taken when they were written. A file that another program, such
    as Lightroom, has saved since is listed as changed and is no problem: it holds later work, so keep it. The exit code
    is 40 where a file differs from what was written, and 42 where the migration lacks originals that failed.
    """
    with Ledger.open_to_read(folder / LEDGER) as ledger:
        program = door_of(ledger).title
        if volumes:  # a misspelt name is told before hours of reading
            with suppress(LibraryError, DestinationError):
                open_library(ledger.library_path, volumes, **read_as(ledger)).close()
    with progress("Verifying") as advance:
        result = verify(folder, volumes, advance)
    if as_json:
        print_json(
            {
                "checked": result.checked,
                "balance": balance_as_list(result.balance),
                "running": result.is_running,
                "problems": [asdict(problem) for problem in result.problems],
                "changed": [asdict(change) for change in result.changed],
                "notes": result.notes,
                "changed_originals": result.changed_originals,
            }
        )
    else:
        show_balance(result.balance)
        for note in result.notes:
            console.print(escape_text(note))
        _list(result.problems)
        if result.changed:
            many = len(result.changed)
            files, they_hold = ("file was", "it holds") if many == 1 else ("files were", "they hold")
            console.print(
                f"{number(many)} {files} changed since by another program, such as {program}. That is fine: "
                f"{they_hold} later work."
            )
            _list(result.changed)
    if result.problems:
        raise VerificationFailed(
            problems=len({p.path or p.uuid for p in result.problems}), checked=result.checked, path=folder
        )
    failed = "" if result.is_running else describe_failed(result.balance)
    if failed:
        raise NotAllThere(failed=failed, path=folder)
    if not as_json:
        console.print(f"{number(result.checked)} rows read again: {_conclusion(result)}")


def _conclusion(result: Verification) -> str:
    if result.is_running:
        end = "what the migration has finished so far agrees with the ledger"
    elif result.changed:
        end = "everything else agrees with the ledger"
    elif result.changed_originals:
        end = "what was written agrees with the ledger"
    else:
        end = "everything agrees with the ledger"
    if not result.changed_originals:
        return f"{end}."
    many = "originals" if result.changed_originals > 1 else "original"
    return (
        f"{end}, except the size of {number(result.changed_originals)} {many} in the library, which can still be read "
        "whole: another program may have written into it. `couloir inspect` names them; compare with a backup if you "
        "did not do that yourself."
    )


def _list(problems: Sequence[Discrepancy]) -> None:
    for problem in problems[:_LISTED]:
        console.print(escape_text(f"  {problem.path or problem.kind}: {problem.what}"))
    if len(problems) > _LISTED:
        console.print(f"  ... and {number(len(problems) - _LISTED)} more; --json lists them all")
