"""`couloir migrate`: writes a library into a folder that Lightroom imports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

import click

from couloir.aperture.library import Library
from couloir.aperture.model import Damage
from couloir.cli.balance import balance_as_list, describe_failed, show_balance
from couloir.cli.numbers import number, tell
from couloir.cli.options import Reading, json_option, library_argument, no_pictures_option, reading_options
from couloir.cli.output import console, escape_text, print_json, progress, size
from couloir.cli.translators import learnt_profiles, translator_for
from couloir.derive import photo_kind
from couloir.destinations.capture_one.capture_one import CaptureOne
from couloir.destinations.capture_one.settings_file import ENGINES
from couloir.destinations.door import Door
from couloir.destinations.every import DOORS, LIGHTROOM
from couloir.errors import NotAll
from couloir.lightroom.settings import PhotoKind
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.options import MigrationOptions, OriginalsMode, VersionsMode
from couloir.migrate.outlook import nothing_comes
from couloir.migrate.report.report import Report, write_report
from couloir.migrate.report.sums import sum_photos
from couloir.migrate.run import RESTORED, Outcome, migrating
from couloir.migrate.translated_units import SeeingCost
from couloir.profiles.baselines import NO_BASELINES, Baselines
from couloir.profiles.camera_profile import CameraProfile


@click.command("migrate")
@library_argument
@click.option(
    "--to",
    "destination",
    required=True,
    type=click.Path(path_type=Path, readable=False),
    metavar="FOLDER",
    help="The folder to write to.",
)
@click.option(
    "--originals",
    type=click.Choice([str(mode) for mode in OriginalsMode]),
    default=str(OriginalsMode.CLONE),
    show_default=True,
    help="Leave originals where they are, clone them (free where the disk shares blocks, else a copy), or copy them.",
)
@click.option(
    "--for",
    "door",
    type=click.Choice(list(DOORS)),
    default=LIGHTROOM.name,
    show_default=True,
    help="The program that the photos are for; all but Lightroom get files of their own beside each photo.",
)
@click.option(
    "--engine",
    type=click.Choice([str(number) for number in ENGINES]),
    help="With --for capture-one, the settings folder that your Capture One reads: 1680 for 16.8 (the default), 1665 "
    "for 16.6, 153 for 22, 131 for 20, 120 for 12.",
)
@click.option(
    "--versions",
    type=click.Choice([str(mode) for mode in VersionsMode]),
    help="Second and later versions of a photo: wait for the Lightroom plug-in (its default), give each its own clone "
    "(the default for other programs), or put them together into their photo's settings file (the default where that "
    "holds several: capture-one, dxo).",
)
@click.option("--only", metavar="PROJECT", help="Migrate one project, by its name or uuid.")
@click.option(
    "--profiles/--no-profiles",
    default=False,
    show_default=True,
    help="Put the learnt camera profiles under RAW photos (see `couloir profile`).",
)
@no_pictures_option
@click.option("--trash", is_flag=True, help="Include the photos in Aperture's trash.")
@click.option("--hidden", is_flag=True, help="Include the photos that Aperture does not show.")
@click.option("--dry-run", is_flag=True, help="Do everything except writing.")
@click.option(
    "--pictures",
    type=click.IntRange(0),
    default=200,
    show_default=True,
    help="Photos compared and shown in the report.",
)
@reading_options
@json_option
def command(
    library: Path,
    destination: Path,
    originals: str,
    door: str,
    engine: str | None,
    versions: str | None,
    only: str | None,
    pictures: int,
    reading: Reading,
    *,
    trash: bool,
    hidden: bool,
    profiles: bool,
    no_pictures: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Write the photos of LIBRARY into a folder, with settings that Lightroom or the program of --for reads, and a
    report.

    The library is only read. You can stop it at any moment and run it again: it continues, and adds nothing twice.
    The exit code is 0 only when nothing failed.
    """
    chosen = _choose_door(door, engine)
    if not chosen.in_xmp and originals == OriginalsMode.REFERENCE:
        raise click.UsageError(f"--for {door} writes beside each photo: give --originals clone or copy.")
    if versions == VersionsMode.TOGETHER and not chosen.holds_versions:
        raise click.UsageError(f"the settings files of --for {door} hold one version: give --versions clone.")
    learnt = learnt_profiles()
    translator = translator_for(library, profiles=learnt if profiles else NO_BASELINES)
    options = MigrationOptions(
        OriginalsMode(originals),
        VersionsMode(versions) if versions else _own_mode(chosen),
        only,
        dry_run,
        trash,
        hidden,
        translator=translator,
        pictures=not no_pictures,
        door=chosen,
    )
    report: Report | None = None
    with reading.open(library) as opened, ExitStack() as running:
        with progress("Reading the library") as bar:
            outcome, ledger = running.enter_context(
                migrating(opened, destination, options, bar.phase("Migrating photos"), bar)
            )
        if not dry_run:
            with progress("Comparing with Aperture's previews") as advance:
                report = write_report(
                    opened, ledger, destination, pictures, advance, translator=translator, by_pictures=not no_pictures
                )
        reasons = ledger.reasons(marked=outcome.scope is not None)
        nothing = nothing_comes(library, reasons)
        fidelity = ledger.fidelity(marked=outcome.scope is not None)
        findings = [asdict(finding) for finding in ledger.findings()]
        head = report.head if report is not None else " ".join(sum_photos(ledger).tell())
        left_aside = [] if profiles or as_json or not chosen.in_xmp else _fitting(learnt, opened)
    if as_json:
        print_json(_document(outcome, report, reasons, fidelity, findings))
    else:
        if nothing is not None:
            console.print(escape_text(f"{nothing}\n"))
        for finding in findings:
            if finding["code"] == RESTORED:
                console.print(escape_text(f"{finding['message']} {finding['advice']}"))
        if outcome.scope is None:
            console.print(escape_text(tell(head)))
            console.print()
        _show(outcome, chosen, report, reasons, findings)
        _offer(left_aside)
    if nothing is not None:
        raise nothing
    failed = describe_failed(outcome.balance)
    if failed:
        raise NotAll(failed=failed, path=library)


_CHANGED = f"original.{Damage.CHANGED}"

Reasons = Sequence[tuple[Kind, State, Reason, int]]


def _document(
    outcome: Outcome,
    report: Report | None,
    reasons: Reasons,
    fidelity: Mapping[str, int],
    findings: Sequence[Mapping[str, object]],
) -> dict[str, object]:
    return {
        "destination": str(outcome.destination),
        "photos": str(outcome.photos),
        "dry_run": outcome.dry_run,
        "run": outcome.run,
        "balances": outcome.balances,
        "balance": balance_as_list(outcome.balance),
        "reasons": [
            {"kind": str(kind), "state": str(state), **asdict(reason), "count": count}
            for kind, state, reason, count in reasons
        ],
        "fidelity": dict(fidelity),
        "findings": list(findings),
        "bytes_needed": outcome.needed,
        "pictures": asdict(outcome.seeing),
        "report": None
        if report is None
        else {
            "html": str(report.html),
            "photos": str(report.photos),
            "json": str(report.json),
            "remark": report.remark,
        },
    }


def _fitting(learnt: Baselines, library: Library) -> Sequence[CameraProfile]:
    """The learnt profiles that apply to a RAW photo of this library."""
    waiting = dict(learnt.by_camera)
    found = []
    for version, master in library.versions_with_masters() if waiting else ():
        profile = learnt.of(version) if master is not None and photo_kind(master) is PhotoKind.RAW else None
        if profile is not None and version.browsable and waiting.pop(profile.camera, None) is not None:
            found.append(profile)
            if not waiting:
                break
    return found


def _offer(left_aside: Iterable[CameraProfile]) -> None:
    """Say what the learnt camera profiles that were not used would improve."""
    for profile in left_aside:
        if profile.learnt is not None:
            gain = f"from {number(profile.learnt.before, 2)} to {number(profile.learnt.after, 2)}"
            told = (
                f"The profile learnt for {profile.camera} brings untouched RAW photos {gain} (CIEDE2000, held-out "
                "photos); --profiles uses it."
            )
            console.print(escape_text(told))


def _show(
    outcome: Outcome, door: Door, report: Report | None, reasons: Reasons, findings: Sequence[Mapping[str, object]]
) -> None:
    show_balance(outcome.balance)
    console.print()
    for kind, state, reason, count in reasons:
        if state is State.FAILED or (state is State.WAITING and kind is not Kind.OPERATION):
            advice = f" {reason.advice}" if reason.advice else ""
            many = "" if count == 1 else "s"
            console.print(escape_text(f"{number(count)} {kind}{many} {state}: {tell(reason.sentence)}{advice}"))
    changed = sum(finding["code"] == _CHANGED for finding in findings)
    if changed:
        many = "originals are" if changed > 1 else "original is"
        console.print(
            f"{number(changed)} {many} not of the size that the library states, and whole; the report names them."
        )
    if outcome.seeing.photos:
        console.print(describe_seeing(outcome.seeing))
    if outcome.dry_run:
        console.print(f"\nNothing was written. Writing takes up to {size(outcome.needed)}.")
    elif any(line.done or line.already_there for line in outcome.balance if line.kind is Kind.MASTER):
        console.print(f"\n{escape_text(_where_to_import(outcome) if door.in_xmp else _where_to_open(outcome, door))}")
    if report is not None:
        console.print(f"\n{escape_text(f'The report is {report.html}')}")
        if report.remark:
            console.print(escape_text(report.remark))


def _where_to_import(outcome: Outcome) -> str:
    """What to choose in Lightroom's import dialog, which takes every picture below a folder."""
    if outcome.photos != outcome.destination:
        return f"In Lightroom's import dialog, choose {outcome.photos} and Add."
    return (
        f"In Lightroom's import dialog, choose the folders in {outcome.destination} and Add, without couloir-report, "
        "which holds Couloir's own pictures."
    )


def _choose_door(name: str, engine: str | None) -> Door:
    """The door of this name; Capture One's with the number of another settings folder where one is given."""
    chosen = DOORS[name]
    if engine is None:
        return chosen
    if not isinstance(chosen, CaptureOne):
        raise click.UsageError("--engine is for --for capture-one only.")
    return replace(chosen, engine=int(engine))


def _own_mode(door: Door) -> VersionsMode:
    """How the second and later versions of a photo are migrated when nobody says it."""
    if door.in_xmp:
        return VersionsMode.PLUGIN
    return VersionsMode.TOGETHER if door.holds_versions else VersionsMode.CLONE


def _where_to_open(outcome: Outcome, door: Door) -> str:
    """What to do in a program other than Lightroom."""
    return f"{door.how_to_open.format(folder=outcome.photos)} docs/destinations.md has what each program carries."


def describe_seeing(cost: SeeingCost) -> str:
    """How many photos were looked at, and how fast."""
    pace = f" ({number(cost.photos / cost.seconds, 1)} a second)" if cost.seconds > 0 else ""
    many = "" if cost.photos == 1 else "s"
    told = f"{number(cost.photos)} photo{many} translated by their pictures{pace}."
    if not cost.refused:
        return told
    return (
        f"{told} The previews of {number(cost.refused)} do not show the version; each one's row in the ledger says why."
    )
