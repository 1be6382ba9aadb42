"""`couloir inspect`: what a library holds and what will become of it. Nothing is written."""

from __future__ import annotations

import itertools
from pathlib import Path

import click
from rich.table import Table

from couloir.aperture.audit import Status
from couloir.aperture.audit.library import audit_library
from couloir.aperture.databases import NoPropertyLists
from couloir.aperture.library import Library
from couloir.aperture.model import Finding
from couloir.aperture.originals import BACKUP
from couloir.aperture.rebuild.compare import disagreements
from couloir.cli.options import Reading, json_option, library_argument, reading_options
from couloir.cli.output import console, escape_text, print_json, progress, size
from couloir.migrate.files.check_originals import CheckDepth
from couloir.migrate.survey import Survey, survey

_CHECKED = {
    CheckDepth.DECODED: "decoded",
    CheckDepth.STRUCTURE: "not decoded, and complete or damaged according to their structure",
    CheckDepth.NOT_AT_ALL: "of a kind that cannot be checked, or empty",
}
_LISTED = 20  # of each kind of finding; --json has them all


@click.command("inspect")
@library_argument
@reading_options
@json_option
@click.option("--versions", "list_versions", is_flag=True, help="List every version with its uuid instead.")
@click.option(
    "--audit",
    "run_audit",
    is_flag=True,
    help="List what is read, left aside on purpose, and not known, and where databases and property lists disagree.",
)
@click.option(
    "--check-originals",
    "decode",
    is_flag=True,
    help="Decode every original to see whether its photograph is still in it. Slow: some seconds for each RAW file.",
)
def command(
    library: Path,
    reading: Reading,
    *,
    as_json: bool,
    list_versions: bool,
    run_audit: bool,
    decode: bool,
) -> None:
    """Show what is in LIBRARY before anything is written.

    Counts, dates, adjustments and how they will translate, originals that are missing or on a disk that is not
    connected, and the space that copying needs. The exit code is 16 where a migration would bring no version over, as
    in `couloir migrate`: a script that asks before it migrates need not read the text.
    """
    with reading.open(library) as opened:
        if list_versions:
            _list_versions(opened, as_json=as_json)
            return
        if run_audit:
            _audit(opened, as_json=as_json)
            return
        with progress("Decoding the originals" if decode else "Reading the library") as advance:
            found = survey(opened, advance, decode=decode)
    if as_json:
        print_json(found.as_dict())
    else:
        _show(found)
    if found.nothing is not None:
        raise found.nothing


def _list_versions(library: Library, *, as_json: bool) -> None:
    total = library.counts()["versions"]
    rows = []
    with progress("Reading the library") as advance:
        for done, v in enumerate(library.version_heads(), 1):
            advance(done, total)
            if v.browsable:
                listed = {"uuid": v.uuid, "name": v.name, "file_name": v.file_name}
                rows.append({**listed, "number": v.number, "in_trash": v.in_trash})
    if as_json:
        print_json({"versions": rows})
        return
    for row in rows:
        console.print(escape_text(f"{row['uuid']}  {row['name']}  ({row['file_name']}, version {row['number']})"))


def _audit(library: Library, *, as_json: bool) -> None:
    with progress("Auditing the library") as advance:
        looked_at = itertools.count(1)
        audit = audit_library(library, lambda: advance(next(looked_at), None))
        found = _disagreements(library)
    if as_json:
        listed = [{"kind": f.kind, "item": f.item, "code": f.code, "message": f.message} for f in found]
        print_json({**audit.as_dict(), "disagreements": listed})
        return
    for status in Status:
        entries = audit.of(status)
        console.print(f"[bold]{status}[/]  {len(entries):,}")
        for entry in entries if status is not Status.PARSED else ():
            told = f"  {entry.kind} {entry.name}, in {entry.where}" + (f": {entry.why}" if entry.why else "")
            console.print(escape_text(told))
    console.print(f"[bold]disagreements[/]  {len(found):,}")
    for finding in found:
        console.print(escape_text(f"  {finding.kind} {finding.item}: {finding.message}"))


def _disagreements(library: Library) -> list[Finding]:
    """Where the databases and the property lists differ; nothing where the library has no property lists."""
    try:
        with Library.open(library.info.path, from_plists=True) as mirror:
            return list(disagreements(library, mirror))
    except NoPropertyLists:
        return []


def _show(found: Survey) -> None:
    info, counts = found.info, found.counts
    if found.nothing is not None:
        console.print(f"[bold]{escape_text(found.nothing.message)}[/]")
    console.print(
        f"[bold]{escape_text(info.name)}[/]  {escape_text(info.app)} {escape_text(info.app_version)}, "
        f"{escape_text(str(info.path))}"
    )
    if found.first is not None and found.last is not None:
        console.print(f"Photos from {found.first:%d %B %Y} to {found.last:%d %B %Y}")
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, count in counts.items():
        table.add_row(name, f"{count:,}")
    console.print(table)
    for reason, count in found.left_out.most_common():
        console.print(escape_text(f"{count:,} {'version' if count == 1 else 'versions'} left out: {reason.sentence}"))
    if found.operations:
        console.print("\n[bold]Adjustments[/]")
        rows = Table(show_header=False, box=None, pad_edge=False)
        for identifier, count in sorted(found.operations.items()):
            rows.add_row(escape_text(identifier), f"{count:,}")
        console.print(rows)
    console.print(
        "\n[bold]Translation[/]  "
        + ", ".join(f"{found.fidelity[name]:,} adjustments {name}" for name in ("exact", "approximate", "dropped"))
    )
    console.print(f"[bold]Space[/]  copying the originals takes {size(found.originals_bytes)}")
    if found.previews.late:
        console.print(f"\n[bold]Previews[/]  {found.previews.message} {found.previews.advice}")
    if found.projects:
        console.print(f"\n[bold]Projects[/]  {len(found.projects):,}")
        for project in found.projects[:_LISTED]:
            console.print(
                escape_text(f"  {project.uuid}  {project.name or 'without a name'}, {project.photos:,} photos")
            )
        _and_more(len(found.projects))
    if found.absent:
        console.print(f"\n[bold]{len(found.absent):,} originals are not there[/]")
        for absent in found.absent[:_LISTED]:
            console.print(escape_text(f"  {absent.file_name}: {absent.status}, sought at {absent.sought}"))
        _and_more(len(found.absent))
    if found.checked:
        told = ", ".join(f"{found.checked[how]:,} {words}" for how, words in _CHECKED.items() if found.checked[how])
        console.print(f"\n[bold]Originals looked into[/]  {told}")
    if found.damaged:
        console.print(f"\n[bold]{len(found.damaged):,} originals are not as the library states[/]")
        for damaged in found.damaged[:_LISTED]:
            console.print(escape_text(f"  {damaged.file_name} {damaged.doubt.what}"))
        _and_more(len(found.damaged))
        console.print(f"  {BACKUP}")
    if found.findings:
        console.print(f"\n[bold]{len(found.findings):,} findings[/]")
        for finding in found.findings[:_LISTED]:
            told = f"  {finding.severity}: {finding.kind} {finding.item}: {finding.message} {finding.advice}"
            console.print(escape_text(told.rstrip()))
        _and_more(len(found.findings))


def _and_more(total: int) -> None:
    if total > _LISTED:
        console.print(f"  ... and {total - _LISTED:,} more; --json lists them all")
