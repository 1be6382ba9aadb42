"""`couloir derive`: one version's translation."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from couloir.aperture.model import Version
from couloir.cli.options import Reading, json_option, library_argument, no_pictures_option, reading_options
from couloir.cli.output import console, escape_text, print_json
from couloir.cli.translators import learnt_profiles, translator_for
from couloir.derive import Translation
from couloir.derive.pictures.contexts import find_all, see_contexts
from couloir.derive.translator import NO_CONTEXT
from couloir.errors import DamagedLibrary
from couloir.lightroom.local.fields import as_fields
from couloir.migrate.files.sizes import sized_in
from couloir.profiles.baselines import NO_BASELINES


@click.command("derive")
@library_argument
@click.argument("version")
@click.option(
    "--profiles/--no-profiles",
    default=False,
    show_default=True,
    help="Put the learnt camera profile under a RAW photo (see `couloir profile`).",
)
@no_pictures_option
@reading_options
@json_option
def command(library: Path, version: str, reading: Reading, *, profiles: bool, no_pictures: bool, as_json: bool) -> None:
    """Print the translation of one VERSION (its uuid, or a name that only one version has) of LIBRARY.

    This is what `couloir migrate` writes for this version, and what the plug-in gives Lightroom.
    """
    translator = translator_for(library, profiles=learnt_profiles() if profiles else NO_BASELINES)
    context = NO_CONTEXT
    with reading.open(library) as opened:
        found = opened.version(version)
        master = opened.master(found.master_uuid)
        if master is not None:
            found = sized_in(opened, found, master)
            if not no_pictures:
                [context] = see_contexts(find_all(opened, [(found, master)], translator.profiles))
    if master is None:
        raise DamagedLibrary(path=library, why=f"the master {found.master_uuid} of version {found.name} is not in it")
    translation = translator.translate_one(found, master, context)
    if as_json:
        print_json(as_document(found, translation))
    else:
        _show(found, translation)


def as_document(version: Version, translation: Translation) -> dict[str, object]:
    """The translation as plain data, with settings under Lightroom's own keys."""
    return {
        "version": {"uuid": version.uuid, "name": version.name, "number": version.number},
        "fidelity": str(translation.fidelity),
        "settings": translation.settings.as_dict(),
        "local": as_fields(translation.local),
        "repairs": asdict(translation.repairs),
        "crop": None if translation.crop is None else asdict(translation.crop),
        "expected_size": translation.expected_size,
        "model": translation.model,
        "note": translation.note,
        "operations": [asdict(outcome) for outcome in translation.operations],
        "anomalies": [asdict(anomaly) for anomaly in translation.anomalies],
    }


def _show(version: Version, translation: Translation) -> None:
    console.print(f"[bold]{escape_text(version.name)}[/]  {escape_text(version.uuid)}  {translation.fidelity}")
    for outcome in translation.operations:
        state = str(outcome.fidelity) if outcome.enabled else "off"
        console.print(f"  {escape_text(outcome.title)}: [bold]{state}[/]. {escape_text(outcome.reason)}")
    for anomaly in translation.anomalies:
        console.print(f"  [bold]Anomaly[/]: {escape_text(anomaly.message)}")
    if translation.note:
        console.print(escape_text(f"  {translation.note}"))
    console.print("[bold]Settings[/]")
    for key, value in translation.settings.as_dict().items():
        console.print(escape_text(f"  {key} = {value}"))
