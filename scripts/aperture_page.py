"""Writes the page about what is in an Aperture library, from what the reader itself knows of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from couloir.aperture.audit import knowledge
from couloir.aperture.audit.knowledge import Table
from couloir.aperture.audit.plist_knowledge import KINDS, SKIPPED, SKIPPED_SUFFIXES
from couloir.aperture.details.rules import PROPERTIES, QUALIFIERS
from couloir.aperture.typed import BOOKKEEPING, FORMS

_INTRODUCTION = """What the reader reads of a library, and what it does not read, with the reason.
`couloir inspect --audit` compares a library with this list and names everything that is not in it.
"""


def page(note: str) -> str:
    """The page; `note` says where it comes from."""
    return "\n".join(
        (
            f"# What is in an Aperture library\n\n{note}{_INTRODUCTION}",
            *_package(),
            *_databases(),
            *_adjustments(),
            *_rules(),
            *_plists(),
        )
    )


def _package() -> Iterator[str]:
    yield "## The folder\n\n| name | |\n|---|---|"
    yield from (f"| `{name}` | {why or 'read'} |" for name, why in knowledge.PACKAGE.items())
    yield ""


def _databases() -> Iterator[str]:
    for database, tables in knowledge.DATABASES.items():
        yield f"## `{database}`\n"
        for name, table in sorted(tables.items()):
            yield from _table(name, table)
    yield "## Databases that are not read\n"
    yield from (f"- `{name}`: {why}." for name, why in knowledge.SKIPPED_DATABASES.items())
    yield f"- Tables that end in {_names(knowledge.INDEX_ENDINGS)}: {knowledge.INDEX}.\n"


def _table(name: str, table: Table) -> Iterator[str]:
    if table.why:
        yield f"- `{name}`, not read: {table.why}.\n"
        return
    yield f"- `{name}`: {_names(sorted(table.parsed))}."
    reasons: dict[str, list[str]] = {}
    for column, why in sorted(table.skipped.items()):
        reasons.setdefault(why, []).append(column)
    yield from (f"  - not read, {why}: {_names(columns)}." for why, columns in reasons.items())
    yield ""


def _adjustments() -> Iterator[str]:
    yield (
        "## Adjustments\n\n"
        'Known by the identifier `RK<name>Operation` or the class `DG<name>Operation`. "Inferred" ones were never\n'
        "seen in a real library: their inputs are known from Apple's headers, their defaults and scales are not.\n\n"
        "| read as | name | evidence | inputs that are read | inputs that are not read |\n|---|---|---|---|---|"
    )
    for form in FORMS:
        skipped = "; ".join(f"`{key}`: {why}" for key, why in form.skipped.items()) or "-"
        read = _names(sorted(form.keys - BOOKKEEPING.keys())) or "-"
        yield f"| {form.adjustment.__name__} | {_names(form.stems)} | {form.certainty} | {read} | {skipped} |"
    yield ""
    yield from (f"- `{key}`, of any adjustment: {why}." for key, why in BOOKKEEPING.items())
    yield ""


def _rules() -> Iterator[str]:
    yield "## Smart albums\n\nThe properties and comparisons of real libraries; any other is shown by its number.\n"
    yield from (f"- `{key}`: {name}." for key, name in PROPERTIES.items())
    yield from (f"- comparison {number}: {name}." for number, name in QUALIFIERS.items())
    yield ""


def _plists() -> Iterator[str]:
    yield "## Property lists\n\nA key with the name of a column of the mirrored table is treated like that column.\n"
    for kind, plist in KINDS.items():
        read = _names(sorted({*(key for key, why in plist.own.items() if not why), *plist.nested}))
        yield f"- `{kind}`: {read or 'as the table'}."
        yield from (f"  - not read, `{key}`: {why}." for key, why in plist.own.items() if why)
    yield ""
    yield from (f"- `{name}`, not read: {aside.why}." for name, aside in (*SKIPPED.items(), *SKIPPED_SUFFIXES.items()))
    yield ""


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
