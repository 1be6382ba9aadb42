"""`couloir profile`: camera profiles learnt from a library's own previews."""

from __future__ import annotations

import os
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import click

from couloir.cli.numbers import number, quantity
from couloir.cli.options import Reading, json_option, library_argument, reading_options
from couloir.cli.output import console, escape_text, none_shown, print_json, progress
from couloir.cli.translators import learnt_profiles, profile_folder
from couloir.errors import BadProfile, NotAll

if TYPE_CHECKING:
    from couloir.profiles.camera_profile import CameraProfile
    from couloir.profiles.learning import Advance
    from couloir.profiles.library import Result
    from couloir.profiles.profile_folder import ProfileFolder

_PROGRAMS = ("lightroom", "capture-one")
_UNPROVED = (
    "  Unproved: no Capture One has drawn with it. Put it into ~/Library/ColorSync/Profiles, restart Capture One, "
    "choose it in Base Characteristics with the curve Linear Response, and compare."
)
_JUDGED = 4  # photos in the picture of before and after

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Camera Raw's CameraProfiles folder; Adobe's usual place by default.",
)


@click.group("profile")
def command() -> None:
    """Learn camera profiles from a library's RAW photos, and give them to Lightroom.

    Lightroom applies a profile before all sliders. With one learnt from Aperture's previews, untouched RAW photos
    look as they did in Aperture. JPEG, TIFF and HEIC files need none.
    """


@command.command("learn")
@library_argument
@click.option("--camera", metavar="MODEL", help="Only this camera, by its name as `profile learn` prints it.")
@click.option(
    "--photos", type=click.IntRange(2, 500), default=50, show_default=True, help="RAW files decoded for each camera."
)
@click.option(
    "--for",
    "door",
    type=click.Choice(_PROGRAMS),
    default=_PROGRAMS[0],
    show_default=True,
    help="With capture-one, an ICC input profile is written beside each; nobody has tried one in Capture One yet.",
)
@click.option(
    "--icc-exponent",
    type=click.FloatRange(1.0, 3.0),
    default=1.0,
    show_default=True,
    help="With --for capture-one, the exponent that turns what Capture One gives a profile into light.",
)
@reading_options
@json_option
def learn_command(
    library: Path,
    camera: str | None,
    photos: int,
    door: str,
    icc_exponent: float,
    reading: Reading,
    *,
    as_json: bool,
) -> None:
    """Learn a profile for each camera in LIBRARY, and keep those that bring held-out photos nearer to Aperture.

    Nothing is given to Lightroom yet: `couloir profile install` does that. The exit code is 41 where the original or
    the preview of a photo to learn from is damaged or lost.
    """
    from couloir.profiles.library import learn_library

    kept_on = profile_folder()
    documents = []
    failed = 0
    with reading.open(library) as opened, ExitStack() as bars:

        def bar(what: str) -> Advance:
            bars.close()
            return bars.enter_context(progress(what))

        for result in learn_library(opened, camera, photos, bar):
            bars.close()
            kept = _kept(result, kept_on)
            icc = _icc(result, kept, icc_exponent) if door == _PROGRAMS[1] else None
            documents.append({**_document(result, kept), **({} if icc is None else {"icc": str(icc)})})
            failed += sum(each.failed for each in result.left_out)
            if not as_json:
                _tell(result, kept)
                if icc is not None:
                    console.print(escape_text(f"  {icc}"))
                    console.print(_UNPROVED)
        nothing = "" if documents else none_shown(opened)
    if as_json:
        print_json({"profiles": documents})
    elif nothing:
        console.print(escape_text(nothing))
    elif not documents:
        console.print("The library holds no RAW photo; other files need no camera profile.")
    if failed:
        raise NotAll(failed=quantity(failed, "photo", "photos"), path=library)


@command.command("show")
@click.argument("camera", required=False)
@click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write pictures of the tone curve and of the shifts in colour into this folder.",
)
@json_option
def show_command(camera: str | None, pictures: Path | None, *, as_json: bool) -> None:
    """List the learnt profiles, or show one: that of CAMERA, or a .dcp file."""
    from couloir.profiles.smoothness import smoothness

    rows = []
    for profile in _wanted(camera):
        smooth = smoothness(profile.look)
        row: dict[str, object] = {"name": profile.name, "camera": profile.camera}
        row["learnt"] = asdict(profile.learnt) if profile.learnt is not None else None
        row["lights"] = max(1, len(profile.look.hue_sat_maps))
        row["smooth"] = asdict(smooth)
        row["pictures"] = [str(path) for path in _drawn(profile, pictures)] if pictures is not None else []
        rows.append(row)
        if not as_json:
            _describe(profile)
            for path in row["pictures"]:  # type: ignore[attr-defined]  # a list of names, as just made
                console.print(escape_text(f"  {path}"))
    if as_json:
        print_json({"profiles": rows})
    elif not rows:
        console.print("No profile was learnt yet; `couloir profile learn LIBRARY` learns them.")


@command.command("install")
@click.argument("camera", required=False)
@folder_option
@json_option
def install_command(camera: str | None, folder: Path | None, *, as_json: bool) -> None:
    """Install the learnt profile of CAMERA, or all of them, for Camera Raw and Lightroom."""
    from couloir.profiles.profile_folder import RESTART, install

    place = folder or _camera_raw()
    paths = [str(install(profile, place)) for profile in _wanted(camera)]
    _told(paths, "Installed", RESTART, as_json=as_json)


@command.command("uninstall")
@click.argument("camera", required=False)
@folder_option
@json_option
def uninstall_command(camera: str | None, folder: Path | None, *, as_json: bool) -> None:
    """Remove the learnt profile of CAMERA, or all of them, from Lightroom. Couloir keeps its own copy."""
    from couloir.profiles.profile_folder import RESTART, uninstall

    place = folder or _camera_raw()
    gone = [uninstall(profile.camera, place) for profile in _wanted(camera)]
    _told([str(path) for path in gone if path is not None], "Taken away", RESTART, as_json=as_json)


def _camera_raw() -> Path:
    from couloir.lightroom.camera_raw_folder import CAMERA_PROFILES, camera_raw_folder

    return camera_raw_folder(CAMERA_PROFILES, sys.platform, Path.home(), os.environ)


def _wanted(camera: str | None) -> list[CameraProfile]:
    """The profiles that an argument names: all, one camera's, or a file's. Raises BadProfile."""
    from couloir.profiles.dcp import read_profile

    if camera is not None and camera.lower().endswith(".dcp"):
        return [read_profile(Path(camera))]
    found = learnt_profiles().by_camera
    if camera is None:
        return list(found.values())
    named = [profile for name, profile in found.items() if name.casefold() == camera.casefold()]
    if not named:
        raise BadProfile(item=camera, why=f"none was learnt; there are {', '.join(found) or 'none at all'}")
    return named


def _kept(result: Result, profile_folder: ProfileFolder) -> Path | None:
    """Where a profile that improves held-out photos was stored, with a picture of before and after beside it."""
    if result.learnt is None or not result.learnt.accepted:
        return None
    from couloir.profiles.pictures import before_and_after

    path = profile_folder.put(result.learnt.profile)
    judged = [each.name for each in result.learnt.judged][:_JUDGED]
    pairs = [pair for pair in result.pairs if pair.name in judged]
    path.with_suffix(".jpg").write_bytes(before_and_after(pairs, result.learnt.profile.look))
    return path


def _icc(result: Result, kept: Path | None, exponent: float) -> Path | None:
    """The ICC profile beside a kept profile."""
    if kept is None or result.learnt is None:
        return None
    from couloir.profiles.icc import icc_bytes, icc_name

    stops = median(pair.model.baseline_exposure for pair in result.pairs)
    path = kept.with_name(icc_name(result.camera))
    path.write_bytes(icc_bytes(result.learnt.profile, stops, exponent))
    return path


def _document(result: Result, kept: Path | None) -> dict[str, object]:
    learnt = result.learnt
    return {
        "camera": result.camera,
        "decoder": result.decoder,
        "profile": None if kept is None else str(kept),
        "picture": None if kept is None else str(kept.with_suffix(".jpg")),
        "why_not": result.why,
        "before": None if learnt is None else asdict(learnt.before),
        "after": None if learnt is None else asdict(learnt.after),
        "trained_on": 0 if learnt is None else len(learnt.trained_on),
        "judged": [] if learnt is None else [asdict(each) for each in learnt.judged],
        "corrected": {} if learnt is None else {name: asdict(edit) for name, edit in learnt.corrected.items()},
        "cast": None if learnt is None else learnt.cast,
        "left_out": [asdict(each) for each in result.left_out],
    }


def _tell(result: Result, kept: Path | None) -> None:
    decoder = f", RAW decoder {result.decoder}" if result.decoder else ""
    console.print(escape_text(f"{result.camera}{decoder}"))
    if kept is not None and result.learnt is not None:
        before, after = result.learnt.before, result.learnt.after
        told = f"learnt from {len(result.learnt.trained_on)} photos; judged without their scene, "
        told += f"{len(result.learnt.judged)} photos came from"
        console.print(f"  {told} {number(before.mean, 2)} to {number(after.mean, 2)} (CIEDE2000, mean)")
        console.print(escape_text(f"  {kept}"))
    else:
        console.print(escape_text(f"  no profile: {result.why}"))
    for reason, count in Counter(each.reason for each in result.left_out).most_common():
        console.print(escape_text(f"  {count} left out: {reason}"))


def _describe(profile: CameraProfile) -> None:
    console.print(escape_text(f"{profile.name or 'A profile without a name'} (for {profile.camera or 'any camera'})"))
    facts = profile.learnt
    if facts is not None:
        told = f"  learnt from {facts.photos} photos of {facts.library}; held-out photos came from"
        console.print(escape_text(f"{told} {number(facts.before, 2)} to {number(facts.after, 2)} (CIEDE2000, mean)"))


def _drawn(profile: CameraProfile, folder: Path) -> list[Path]:
    from couloir.profiles.pictures import curve_picture, shifts_picture
    from couloir.profiles.profile_folder import file_name

    folder.mkdir(parents=True, exist_ok=True)
    stem = Path(file_name(profile.camera)).stem
    written = {f"{stem} curve.png": curve_picture(profile.look), f"{stem} shifts.png": shifts_picture(profile.look)}
    for name, content in written.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in written]


def _told(paths: list[str], what: str, then: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"files": paths, "restart_lightroom": bool(paths)})
        return
    for path in paths:
        console.print(escape_text(f"{what}: {path}"))
    console.print(then if paths else "There was nothing to do.")
