"""`couloir learn calibrate`: measures the Aperture engine's constants on a library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from couloir.cli.numbers import number, share_of_change, significant
from couloir.cli.options import Reading, json_option, library_argument, reading_options
from couloir.cli.output import console, escape_text, print_json, progress
from couloir.cli.plain import say

if TYPE_CHECKING:
    from couloir.learn.calibration.result import Calibration, FamilyEntry


@click.command("calibrate")
@library_argument
@click.option(
    "--to",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the numbers to this file, too (.calibration.json), to contribute them.",
)
@click.option(
    "--photos",
    "most",
    type=click.IntRange(min=12),
    default=400,
    show_default=True,
    help="How many photos to decode, those with the least common edits first.",
)
@click.option("--forget", is_flag=True, help="Forget the library's calibration, and use the usual strengths again.")
@reading_options
@json_option
def calibrate(library: Path, file: Path | None, most: int, reading: Reading, *, forget: bool, as_json: bool) -> None:
    """Measure on LIBRARY what Couloir can only guess of Aperture's formulas, and use it for this library.

    Edited JPEG, TIFF and PNG photos are drawn by Couloir's Aperture engine and compared with Aperture's previews. For
    each control: the guess, what was found with its 80 % interval, and the mean difference (CIEDE2000) on photos that
    the fit did not see, before and after. A guess that holds stays. From then on translations of this library take
    their strengths from what was measured. Nothing is sent: the numbers are in a file only if you ask for one.
    """
    from couloir.learn.calibration.library import calibrate_library
    from couloir.learn.calibration.result import to_bytes
    from couloir.service.libraries.calibrations import forget_calibration, keep_calibration
    from couloir.service.libraries.open import id_of
    from couloir.service.process.settings import ServiceSettings

    settings, identity = ServiceSettings(), id_of(library.resolve())
    if forget:
        was = forget_calibration(settings, identity)
        console.print("The calibration is forgotten." if was else "The library has no calibration.")
        return
    with reading.open(library) as opened, progress("Photos") as photos, progress("Controls") as controls:
        calibration, left_out = calibrate_library(opened, most, photos=photos, controls=controls)
    keep_calibration(settings, identity, calibration)
    if file is not None:
        file.write_bytes(to_bytes(calibration))
    if as_json:
        print_json({"calibration": _plain(calibration), "left_out": dict(left_out)})
        return
    for line in _lines(calibration, left_out):
        say(line)
    if file is not None:
        console.print(f"Written to {escape_text(str(file))}. Read it before you send it.")


def _plain(calibration: Calibration) -> object:
    import msgspec

    return msgspec.to_builtins(calibration)


def _lines(calibration: Calibration, left_out: Mapping[str, int]) -> Iterator[str]:
    from couloir.learn.calibration.families import FAMILIES

    titles = {family.name: family.title for family in FAMILIES}
    yield f"{number(calibration.photos)} photos measured."
    for why, count in sorted(left_out.items(), key=lambda each: -each[1]):
        yield f"  {number(count)} left out: {why}"
    for family in calibration.families:
        yield f"{titles[family.name]}: {_verdict(family)}"
        for constant in family.constants:
            end = "; at the end of its range, the truth may lie beyond" if constant.at_end else ""
            yield (
                f"  {constant.name}: guess {significant(constant.guess, 4)}, found {significant(constant.found, 4)} "
                f"({significant(constant.low, 4)} to {significant(constant.high, 4)}), {constant.photos} photos{end}"
            )
        for form in family.forms:
            others = f" (or {', '.join(form.as_good)})" if form.as_good else ""
            yield f"  {form.name}: guess {form.guess}, found {form.found}{others}, {form.photos} photos"
    if calibration.untold:
        yield f"Too few photos for: {', '.join(titles[name] for name in calibration.untold)}."
    if calibration.strengths:
        yield "Translations of this library take from it: " + ", ".join(
            f"{name} {significant(value, 3)}" for name, value in calibration.strengths.items()
        )


def _verdict(family: FamilyEntry) -> str:
    change = f"{number(family.before, 2)} -> {number(family.after, 2)} on {family.photos} held-out photos"
    if family.verdict == "holds":
        return f"the guess holds ({change})"
    if family.verdict == "undecided":
        return f"undecided, so that the guess stays ({change})"
    moved = [
        f"{each.name} by {share_of_change(each.found / each.guess - 1)}"
        for each in family.constants
        if not each.low <= each.guess <= each.high
    ]
    moved += [f"{each.name} is {each.found}" for each in family.forms if each.found != each.guess]
    return f"the guess was wrong: {', '.join(moved) or 'by little'} ({change})"
