"""`couloir inspect`: what a library holds and what will become of it. Nothing is written."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import click
from rich.table import Table

from couloir.aperture.audit import Status
from couloir.aperture.audit.library import audit_library
from couloir.aperture.databases import NoPropertyLists
from couloir.aperture.library import Library
from couloir.aperture.model import Finding, Severity
from couloir.aperture.originals import BACKUP
from couloir.aperture.rebuild.compare import disagreements
from couloir.cli.numbers import number, quantity, tell
from couloir.cli.options import Reading, json_option, library_argument, reading_options
from couloir.cli.output import console, escape_text, print_json, progress, size
from couloir.migrate.cost.model import Work, describe_night, describe_seconds, estimate
from couloir.migrate.files.check_originals import CheckDepth
from couloir.migrate.survey import Survey, survey

_CHECKED = {
    CheckDepth.DECODED: "decoded",
    CheckDepth.STRUCTURE: "not decoded, and complete or damaged according to their structure",
    CheckDepth.NOT_AT_ALL: "of a kind that cannot be checked, or empty",
}
_TRANSLATED = {
    "exact": "translated exactly",
    "approximate": "approximately",
    "lost": "not at all",
}
_LISTED = 20  # of each kind; --json has them all
_NAMED = 6  # cameras, and kinds of files
_TOLD_ABOVE = ("original.", "preview.")  # findings that have their own part of the text


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
@click.option(
    "--technical",
    is_flag=True,
    help="Also list what the library's tables hold: rows, operations and findings by their technical names.",
)
def command(
    library: Path,
    reading: Reading,
    *,
    as_json: bool,
    list_versions: bool,
    run_audit: bool,
    decode: bool,
    technical: bool,
) -> None:
    """Show what is in LIBRARY before anything is written.

    Photos, cameras and years, adjustments and how they will translate, originals that are missing or on a disk that is
    not connected, the space that copying needs, and the time that importing and matching take. The exit code is 16
    where a migration would bring no version over, as in `couloir migrate`: a script that asks before it migrates need
    not read the text.
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
        if technical:
            _show_technical(found)
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
        console.print(f"[bold]{status}[/]  {number(len(entries))}")
        for entry in entries if status is not Status.PARSED else ():
            told = f"  {entry.kind} {entry.name}, in {entry.where}" + (f": {entry.why}" if entry.why else "")
            console.print(escape_text(told))
    console.print(f"[bold]disagreements[/]  {number(len(found))}")
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
    """What a photographer wants to know before a migration: the photos, what will take long, and what is missing."""
    info = found.info
    if found.nothing is not None:
        console.print(f"[bold]{escape_text(tell(found.nothing.message))}[/]")
    told = f"{info.name}, {info.app} {info.app_version}: {info.path}"
    console.print(escape_text(told))
    _show_photos(found)
    for reason, versions in found.left_out.most_common():
        many = quantity(versions, "version left out", "versions left out")
        console.print(escape_text(f"{many}: {tell(reason.sentence)}"))
    if found.operations:
        translated = ", ".join(f"{number(found.fidelity[name])} {words}" for name, words in _TRANSLATED.items())
        console.print(f"Adjustments: {translated}")
    console.print(f"Space: copying the originals takes {size(found.originals_bytes)}")
    _show_time(found)
    if found.previews.late:
        console.print(f"\n[bold]Previews[/]  {tell(found.previews.message)} {found.previews.advice}")
    _show_absent(found)
    _show_doubts(found)
    if found.projects:
        console.print(f"\n[bold]Projects[/]  {number(len(found.projects))}")
        for project in found.projects[:_LISTED]:
            photos = quantity(project.photos, "photo", "photos")
            console.print(escape_text(f"  {project.name or 'without a name'}, {photos}"))
        _and_more(len(found.projects))
    telling = [f for f in found.findings if f.severity is not Severity.NOTE and not f.code.startswith(_TOLD_ABOVE)]
    if telling:
        console.print(f"\n[bold]Worth knowing[/]  {number(len(telling))}")
        for finding in telling[:_LISTED]:
            console.print(escape_text(f"  {tell(finding.message)} {finding.advice}".rstrip()))
        _and_more(len(telling))


def _show_photos(found: Survey) -> None:
    shown = found.shown
    photos = quantity(shown.total, "photo", "photos")
    when = f" from {found.first:%d %B %Y} to {found.last:%d %B %Y}" if found.first and found.last else ""
    console.print(
        f"[bold]{photos}[/]{when}, {number(shown.edited)} edited, {number(shown.copies)} further versions among them"
    )
    if shown.total:
        console.print(escape_text(f"Files: {_most(shown.kinds)}"))
        console.print(escape_text(f"Cameras: {_most(shown.cameras)}"))
        console.print(f"Years: {', '.join(f'{year} {number(shown.years[year])}' for year in sorted(shown.years))}")


def _most(counted: Mapping[str, int]) -> str:
    """The most frequent names with their counts, on one line."""
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    told = ", ".join(f"{name} {number(photos)}" for name, photos in ordered[:_NAMED])
    rest = len(ordered) - _NAMED
    return told if rest <= 0 else f"{told}, and {quantity(rest, 'other', 'others')}"


def _show_time(found: Survey) -> None:
    if not found.shown.total:
        return
    work, cores = found.shown.work, os.cpu_count() or 1
    importing = describe_seconds(found.estimate(cores).importing)
    afterwards = "no look to match afterwards"
    if work.matched:
        takes = describe_seconds(estimate(Work(matched=work.matched), cores).matching)
        many = quantity(work.matched, "photo", "photos")
        afterwards = f"about {takes} to match the looks of {many} afterwards if you want that"
    console.print(f"Time in Lightroom: about {importing} to import all photos, and {afterwards}")
    if work.measured:
        takes = describe_seconds(estimate(Work(measured=work.measured), cores).matching)
        many = quantity(work.measured, "photo", "photos")
        console.print(f"Measuring {many}, a sample of each camera's unedited ones, takes about {takes} more.")
    night = describe_night(work.matched)
    if night:
        console.print(night)


def _show_absent(found: Survey) -> None:
    disks = Counter(each.disk for each in found.absent if each.disk)
    if disks:
        console.print("\n[bold]Originals on disks that are not connected[/]")
        for disk, originals in disks.most_common():
            many = quantity(originals, "original", "originals")
            console.print(escape_text(f"  {disk}: {many}"))
        console.print("  Connect them, or say where they are now with --volume NAME=FOLDER.")
    absent = [each for each in found.absent if not each.disk]
    if absent:
        many = quantity(len(absent), "original is", "originals are")
        console.print(f"\n[bold]{many} not there[/]")
        for each in absent[:_LISTED]:
            console.print(escape_text(f"  {each.file_name}: {each.status}, sought at {each.sought}"))
        _and_more(len(absent))


def _show_doubts(found: Survey) -> None:
    if found.checked:
        told = ", ".join(
            f"{number(found.checked[how])} {words}" for how, words in _CHECKED.items() if found.checked[how]
        )
        console.print(f"\n[bold]Originals looked into[/]  {told}")
    if found.damaged:
        many = quantity(len(found.damaged), "original is", "originals are")
        console.print(f"\n[bold]{many} not as the library states[/]")
        for damaged in found.damaged[:_LISTED]:
            console.print(escape_text(f"  {damaged.file_name} {damaged.doubt.what}"))
        _and_more(len(found.damaged))
        console.print(f"  {BACKUP}")


def _show_technical(found: Survey) -> None:
    """What the library's tables hold, by Aperture's own names."""
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, each in found.counts.items():
        table.add_row(name, number(each))
    console.print("\n[bold]Rows[/]")
    console.print(table)
    if found.operations:
        console.print("\n[bold]Operations[/]")
        rows = Table(show_header=False, box=None, pad_edge=False)
        for identifier, operations in sorted(found.operations.items()):
            rows.add_row(escape_text(identifier), number(operations))
        console.print(rows)
    console.print(f"\n[bold]Projects by uuid[/]  {number(len(found.projects))}")
    for project in found.projects:
        console.print(escape_text(f"  {project.uuid}  {project.name or 'without a name'}"))
    console.print(f"\n[bold]{number(len(found.findings))} findings[/]")
    for finding in found.findings:
        told = f"  {finding.severity} {finding.code}: {finding.kind} {finding.item}: {finding.message} {finding.advice}"
        console.print(escape_text(told.rstrip()))


def _and_more(total: int) -> None:
    if total > _LISTED:
        console.print(f"  ... and {number(total - _LISTED)} more; --json lists them all")
