"""The page about the programs that a library can be carried to, from what each door states."""

from __future__ import annotations

from collections.abc import Mapping

from couloir.derive.bricks import BRICKS
from couloir.derive.manifest import BRUSHED, Carry
from couloir.derive.model import Fidelity
from couloir.destinations.door import Control, Door
from couloir.destinations.every import DOORS

FIGURES = {"darktable 4.2.1": (3.87, 1.77, 0.60), "RawTherapee 5.9": (3.87, 1.77, 0.61)}
"""What the script printed: without an edit, formulas, migrated."""


def page(note: str) -> str:
    """The page, with `note` under its title."""
    doors = list(DOORS.values())
    names = ", ".join(f"`--for {door.name}`" for door in doors)
    others = "\n".join(_section(door) for door in doors if not door.in_xmp)
    return f"""# Other programs

{note}`couloir migrate` carries a library to Lightroom Classic, or with `--for` to another program: {names}.
Ledger, report, `couloir verify` and `couloir undo` are the same for all; the settings lie in files beside each photo,
metadata in XMP. A file that Couloir did not write is never overwritten: the photo's version is then skipped, and the
ledger names the file. Each version of a photo gets its own clone, unless a program's files hold several. A folder is
for one program.

For darktable and RawTherapee the look of a JPEG or TIFF file is fitted to Aperture's preview when it is migrated.
`couloir match LIBRARY --to FOLDER --renderer darktable` (or `rawtherapee`) has the installed program draw every edited
photo, RAW files too, and brings it nearer to its preview where that is possible; the mean difference is told, and each
photo's is in the report. This is how near they come on libraries of a hidden Aperture, whose formulas Couloir does not
know (`scripts/evaluate_doors.py`, 24 JPEG photographs of two worlds; mean CIEDE2000 between the preview and what the
program draws):

{_figures()}

No photo came out farther than without an edit by more than 0.1. Twenty RAW photos (linear DNG) of one such world went
in darktable from 3.64, as migrated, to 1.84 by `couloir match`.

[translation](translation.md#what-carries-each) has one table of all adjustments and all programs. Here each program has
its reasons, and the settings that are written. Whatever was painted with a brush is carried by none of these programs;
of what is lost, the report shows Aperture's picture.

{others}"""


def _figures() -> str:
    head = "| | without an edit | by the adjustments alone | as migrated, with previews |\n|---|---|---|---|"
    rows = (f"| {name} | {' | '.join(f'{value:.2f}' for value in values)} |" for name, values in FIGURES.items())
    return "\n".join([head, *rows])


def table(differences: Mapping[str, str]) -> str:
    """Rows all adjustments of Aperture, columns all programs; `differences` by title are for Lightroom."""
    doors = list(DOORS.values())
    lines = [
        f"| adjustment | {' | '.join(door.title for door in doors)} | difference without, and translated |",
        "|---" * (len(doors) + 2) + "|",
    ]
    for adjustment, brick in BRICKS.items():
        cells = (str(door.capabilities[adjustment].fidelity) for door in doors)
        lines.append(f"| {brick.title} | {' | '.join(cells)} | {differences.get(brick.title, '-')} |")
    painted = (str(Fidelity.TAKEN if door.in_xmp else Fidelity.LOST) for door in doors)
    lines.append(f"| any of them, painted with a brush | {' | '.join(painted)} | - |")
    return "\n".join(lines) + "\n"


def list_lost() -> str:
    """Rows for what each program loses, with the reason, and what alone shows it."""
    lines = ["| program | lost | why | what shows it |", "|---|---|---|---|"]
    for door in DOORS.values():
        titles: dict[str, list[str]] = {}
        for adjustment, brick in BRICKS.items():
            carry = door.capabilities[adjustment]
            if carry.fidelity is Fidelity.LOST:
                titles.setdefault(carry.note, []).append(brick.title)
        if not door.in_xmp:
            titles.setdefault(BRUSHED.note, []).append("any of them, painted with a brush")
        for why, names in titles.items():
            lines.append(f"| {door.title} | {', '.join(names)} | {why} | Aperture's picture, in the report |")
    return "\n".join(lines) + "\n"


def _section(door: Door) -> str:
    why = "\n".join(_carry(brick.title, door.capabilities[adjustment]) for adjustment, brick in BRICKS.items())
    keys = "\n".join(_control(each) for each in door.controls)
    return f"""## {door.title}

{door.how_to_open.format(folder="that was written")}

| adjustment | carried | becomes | why |
|---|---|---|---|
{why}

| setting | range | unit | source |
|---|---|---|---|
{keys}
"""


def _carry(title: str, carry: Carry) -> str:
    keys = ", ".join(f"`{key}`" for key in carry.settings) or "-"
    return f"| {title} | {carry.fidelity} | {keys} | {carry.note} |"


def _control(control: Control) -> str:
    bounds = "-"
    if control.low is not None:
        bounds = f"{control.low:g} or more" if control.high is None else f"{control.low:g} to {control.high:g}"
    return f"| `{control.key}` | {bounds} | {control.unit or '-'} | {control.source} |"
