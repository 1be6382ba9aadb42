"""Writes the reference pages that come from the code, and the tables of figures in the pages about measurements.

python3 scripts/make_docs.py           writes them
python3 scripts/make_docs.py --check   says which are out of date (a test runs this)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

import aperture_page
import bricks_page
import destinations_page
import evidence_page
import figures
import learning_page
import metadata_page
from couloir import errors
from couloir.cli.main import COMMANDS, command_line
from couloir.derive.bricks import BRICKS

DOCS = Path(__file__).resolve().parent.parent / "docs"
NOTE = "<!-- Written by scripts/make_docs.py from the code; change it there. -->\n\n"


def main() -> int:
    stale = [name for name, text in pages().items() if _current(name) != text]
    if "--check" in sys.argv:
        for name in stale:
            print(f"docs/{name} is out of date; run scripts/make_docs.py")
        return 1 if stale else 0
    for name in stale:
        (DOCS / name).write_text(pages()[name], encoding="utf-8", newline="\n")
        print(f"wrote docs/{name}")
    return 0


def pages() -> dict[str, str]:
    """Each generated page by its file name."""
    return {
        "errors.md": _errors(),
        "commands.md": _commands(),
        "translation.md": _translation(),
        "destinations.md": destinations_page.page(NOTE),
        "aperture-library.md": aperture_page.page(NOTE),
        "learning.md": learning_page.page(NOTE),
        "learning-features.md": learning_page.numbers_page(NOTE),
        "metadata.md": metadata_page.page(NOTE),
        "engines-evidence.md": evidence_page.page(NOTE),
        **{f"{name}.md": figures.current(name) for name in figures.PAGES},
    }


def _current(name: str) -> str:
    page = DOCS / name
    return page.read_text(encoding="utf-8") if page.exists() else ""


def _tree(cls: type[errors.CouloirError] = errors.CouloirError) -> Iterator[type[errors.CouloirError]]:
    yield cls
    for child in cls.__subclasses__():
        if child.__module__.startswith(f"{errors.__name__}."):
            yield from _tree(child)


def _errors() -> str:
    rows = "\n".join(
        f"| {cls.exit_code} | `{cls.code}` | {' '.join((cls.__doc__ or '').split())} | {cls.advice} |"
        for cls in sorted(_tree(), key=lambda cls: cls.exit_code)
    )
    return f"""# Errors and exit codes

{NOTE}Every error is one line on standard error: what happened, to which item, what to do next, and its code in
brackets. Codes and exit codes are stable; programs may rely on them. `0` is success, `2` wrong usage, `130` stopped by
the user. An error about one photo never ends a run: it becomes a row of the ledger and of the report.

| exit code | code | what happened | what to do next |
|---|---|---|---|
{rows}
"""


def _commands() -> str:
    sections: list[str] = []
    context = click.Context(command_line, info_name="couloir", terminal_width=100, **command_line.context_settings)
    for name in COMMANDS:
        command = command_line.get_command(context, name)
        if command is not None:
            sections.extend(_help(command, name, context))
    return f"# Commands\n\n{NOTE}" + "\n".join(sections)


def _help(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, max_content_width=100, terminal_width=100)
    level = "#" * (2 + (context.command_path.count(" ") - 1))
    yield f"{level} `{context.command_path}`\n\n```\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None:
                yield from _help(found, child, context)


def _translation() -> str:
    sections = []
    for cls, entry in BRICKS.items():
        rows = "\n".join(
            f"| `{name}` | {carry.fidelity} | {', '.join(f'`{key}`' for key in carry.settings) or '-'} | {carry.note} |"
            for name, carry in entry.carries.items()
        )
        sections.append(
            f"## {entry.title}\n\n`{entry.identifier}`, read as `{cls.__name__}`.\n\n"
            f"| parameter | fidelity | becomes | why |\n|---|---|---|---|\n{rows}\n"
        )
    return (
        f"# The translation of each adjustment\n\n{NOTE}"
        "Fidelity is a statement about the formula, not a measurement: only the difference between Aperture's preview\n"
        "and a rendering says how near a photo came. *Exact* and *approximate* are by formula. Where a photo's own\n"
        "pair of pictures gives nearer values than the formula, or most of what no formula tells, the adjustment is\n"
        "*taken from the preview*, with the difference before and after; so is a painted one where the preview shows\n"
        "its place. *Lost* is what is in no setting, no curve, no look and no mask: it is kept verbatim in the\n"
        "ledger, and the report lists it and shows Aperture's preview.\n\n"
        f"{bricks_page.section()}\n" + "\n".join(sections)
    )


if __name__ == "__main__":
    sys.exit(main())
