"""The page about the programs that a library can be carried to, from what each door states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from couloir.derive.bricks import BRICKS
from couloir.derive.manifest import BRUSHED, Carry
from couloir.derive.model import Fidelity
from couloir.destinations.door import Control, Door
from couloir.destinations.every import DOORS

FIGURES = {"darktable 4.2.1": (3.87, 1.70, 0.52), "RawTherapee 5.9": (3.87, 1.77, 0.61)}
"""What the script printed: without an edit, formulas, migrated."""

TRIALS = {
    "capture-one": (
        "Capture One 16, also its trial; the step with `apply` needs macOS and Pro",
        (
            (
                "Add `FOLDER/Photos` to a session's favorites, and open it for the first time",
                "26 photos, because four are in Aperture's trash, and one of them twice",
            ),
            ("The photo with two versions", "two variants, the second lighter or darker"),
            ("The straightened photo", "a level horizon, the crop of the report's preview"),
            ("The photo with Curves, the one with Levels", "points in Curves; the tones of the report's preview"),
            ("The black and white photo", "grey, five stars"),
            (
                "Copy `FOLDER/Photos` without `CaptureOne` folders, open that, and `couloir capture-one apply FOLDER`",
                "each photo it says it set has the settings above; a second run says *already there*",
            ),
            ("`couloir capture-one styles FOLDER`, then *Styles > Import*", "the styles, named after photos"),
        ),
    ),
    "photos": (
        "a Mac; [from Aperture to Apple Photos](apple-photos.md) says it step by step",
        (
            ("In a new library, import `FOLDER/Photos` in one go", "26 photos and one copy, which have their edits"),
            ("The straightened photo, the one with Levels, the one with Curves", "the look of the report's preview"),
            ("*Image > Revert to Original*", "the photo without the edit"),
            ("Title, keywords and place of a photo, *Window > Info*", "those of the report"),
        ),
    ),
    "dxo": (
        "PhotoLab 10 or newer, also its trial, with *Load settings from sidecar automatically* switched on",
        (
            (
                "Open `FOLDER/Photos` in the PhotoLibrary, for the first time",
                "26 photos; the one with two versions twice",
            ),
            ("Stars", "those of the report"),
            ("The straightened photo: crop", "the crop of the report's preview; *Horizon* has the angle, switched off"),
            ("A RAW photo with exposure", "Exposure Compensation has a value, Smart Lighting and ClearView are off"),
            ("The black and white photo", "grey"),
        ),
    ),
    "darktable": (
        "darktable 4.2 or newer",
        (
            ("*Add to library*, `FOLDER/Photos` with its subfolders", "26 photos and one copy"),
            ("Stars, colour labels and tags of a photo", "those of the report"),
            (
                "The straightened photo, the one with Curves, the black and white one",
                "the look of the report's preview",
            ),
            (
                "The history of an edited photo",
                "*input color profile*, *color calibration* and *rgb curve*, or some of them",
            ),
        ),
    ),
    "rawtherapee": (
        "RawTherapee 5.9 or newer",
        (
            ("Open `FOLDER/Photos` in the file browser", "the photos; edited ones with their look after a moment"),
            (
                "The straightened photo, the one with Curves, the black and white one",
                "the look of the report's preview",
            ),
            ("The tools of an edited photo", "*Channel Mixer* and *RGB Curves* switched on, or one of them"),
        ),
    ),
}
"""For each door: what a trial needs, and what to do and to see, in the trial library."""


def page(note: str) -> str:
    """The page, with `note` under its title."""
    doors = list(DOORS.values())
    names = ", ".join(f"`--for {door.name}`" for door in doors)
    others = "\n".join(_section(door) for door in doors if not door.in_xmp)
    return f"""# Other programs

{note}`couloir migrate` carries a library to Lightroom Classic, or with `--for` to another program: {names}.
Ledger, report, `couloir verify` and `couloir undo` are the same for all; the settings lie in files beside each photo,
metadata in XMP. A HEIC file holds no XMP: {_names(each for each in doors if each.reads)} read it, and its settings lie
beside it; darktable's file has the metadata, too. Of the others it is not known, and the ledger says so. A JPEG file
whose EXIF alone says Adobe RGB is stated to darktable as that, as darktable itself takes it; its look is then that of
the adjustments. A file that Couloir did not write is never overwritten: the photo's version is then skipped, and the
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

## Five minutes to try one

Couloir was tested with darktable and RawTherapee alone; of the others only files were compared. A trial of yours
settles what that leaves open ([what is not proved](unverified.md)). It needs no photographs of yours:

```
python3 scripts/make_trial_library.py ~/Desktop
```

writes `Couloir-trial-library.zip`; unpack it, and keep the note *What is in it.txt* open, which names the photos below.
Migrate `Trial.aplibrary` into a new FOLDER with `couloir migrate ~/Desktop/Trial.aplibrary --to FOLDER --for ...`, open
`FOLDER/couloir-report/report.html` beside the program, and write down what differs from the right-hand column. After it
`couloir undo FOLDER` removes what nobody has changed.

{others}"""


def _names(doors: Iterable[Door]) -> str:
    return " and ".join(door.title for door in doors)


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
    trial = "\n".join(f"| {do} | {see} |" for do, see in TRIALS[door.name][1])
    return f"""## {door.title}

{door.how_to_open.format(folder="`FOLDER/Photos`")}

Try it with {TRIALS[door.name][0]}:

| do | must be seen |
|---|---|
{trial}

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
