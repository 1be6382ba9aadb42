"""Matching a folder for another program: that program draws, and its side files get what it shows to be missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from couloir.aperture.library import Library
from couloir.color.spaces import srgb_decode
from couloir.color.splines import natural_spline
from couloir.derive import Fidelity
from couloir.destinations.every import DOORS
from couloir.destinations.folding import GRID, Fold
from couloir.destinations.rawtherapee import read_profile
from couloir.engines.protocol import Picture
from couloir.errors import CannotRender
from couloir.migrate.beside.match import match_beside
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.ledger.verdicts import MatchRecord, match_of
from couloir.migrate.options import VersionsMode
from couloir.migrate.report.report import write_report
from couloir.migrate.run import LEDGER, open_ledger
from couloir.migrate.verify import verify

DOOR = DOORS["rawtherapee"]


class Program:
    """A RawTherapee that begins with a darker, cooler base than anybody knows, and draws the mixer and the curves."""

    def render_beside(self, original: Path, side_file: Path | None, size: int) -> Picture:
        sections = read_profile(side_file.read_bytes()) if side_file is not None else {}
        if "Rotation" in sections or original.suffix.lower() not in (".jpg", ".jpeg"):
            raise CannotRender(item=original, renderer="program", why="it can neither turn nor read RAW files")
        with Image.open(original) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
            if "Crop" in sections:
                x, y, width, height = (int(sections["Crop"][key]) for key in "XYWH")
                upright = upright.crop((x, y, x + width, y + height))
            upright.thumbnail((size, size))
            linear = np.asarray(srgb_decode(np.asarray(upright, dtype=np.float32) / 255))
        mixer = sections.get("Channel Mixer", {"Red": "1000;0;0;", "Green": "0;1000;0;", "Blue": "0;0;1000;"})
        rows = [[float(part) / 1000 for part in mixer[key].strip(";").split(";")] for key in ("Red", "Green", "Blue")]
        texts = [sections.get("RGB Curves", {}).get(key, "1;0;0;1;1;") for key in ("rCurve", "gCurve", "bCurve")]
        red, green, blue = (np.clip(_spline(text)(GRID), 0, 1) for text in texts)
        base = linear * np.array([0.75, 0.8, 0.9])
        return np.asarray(Fold(np.array(rows), (red, green, blue), 0.0).apply(base), dtype=np.float32)


def _spline(text: str) -> Callable[[Any], Any]:
    numbers = [float(part) for part in text.strip(";").split(";")[1:]]
    return natural_spline(numbers[::2], numbers[1::2])


def _match(source: Any, out: Path, *, again: bool = False) -> list[MatchRecord]:
    with Library.open(source.path, source.volumes) as library, open_ledger(library, out) as ledger:
        found = list(match_beside(library, ledger, out, DOOR, Program(), again=again))
        for each in found:
            kept = match_of(ledger, each.version)
            assert kept is not None
            assert (kept.after, kept.reason) == (each.after, each.reason)
        return found


def test_what_the_program_shows_to_be_missing_is_added(
    photographed: Any, migrate: Callable[..., Any], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    migrate(photographed, out, looks=False, door=DOOR, versions=VersionsMode.CLONE)
    before = {path: path.read_bytes() for path in out.rglob("*.pp3")}
    found = _match(photographed, out)
    measured = [each for each in found if each.before is not None and each.after is not None]
    assert len(measured) >= 3
    means = [(each.before.mean, each.after.mean) for each in measured]  # type: ignore[union-attr]
    assert all(after <= start for start, after in means)
    assert np.mean([after for _, after in means]) < 0.5 * np.mean([start for start, _ in means])
    assert any(path.read_bytes() != content for path, content in before.items())
    with Ledger.open_to_read(out / LEDGER) as ledger:
        rows = [entry.row for entry in ledger.entries(Kind.OPERATION)]
    with Library.open(photographed.path, photographed.volumes) as library, open_ledger(library, out) as ledger:
        report = write_report(library, ledger, out, 4)
    verdicts = {each["verdict"] for each in json.loads(report.json.read_text("utf-8"))["matches"]}
    assert (report.measured, report.expected) == (len(measured), 0)  # the program itself has drawn them
    assert verdicts <= {"same", "matched", "close", "review", "unmeasured"}
    assert f"measured in {DOOR.title}" in report.html.read_text("utf-8")
    taken = [row for row in rows if row.detail.get("fidelity") == Fidelity.TAKEN]
    assert taken
    assert all("the photo's difference fell from" in str(row.detail["reason"]) for row in taken)
    assert verify(out, photographed.volumes).changed == []
    assert verify(out, photographed.volumes).problems == []
    assert [each.after for each in _match(photographed, out) if each.after is not None] == []  # those are matched
    again = migrate(photographed, out, looks=False, door=DOOR, versions=VersionsMode.CLONE)
    assert all("beside" in row.detail for row in again.rows(Kind.VERSION) if row.detail.get("matched"))


def test_a_photo_that_is_gone_is_told(photographed: Any, migrate: Callable[..., Any], tmp_path: Path) -> None:
    out = tmp_path / "out"
    migrate(photographed, out, looks=False, door=DOOR, versions=VersionsMode.CLONE)
    gone = [file.with_suffix("") for file in out.rglob("*.JPG.pp3")]
    for photo in gone:
        photo.unlink()
    found = _match(photographed, out)
    assert found
    assert {each.after for each in found} == {None}
    assert all(each.failed for each in found if "No such file" in each.reason)
    assert any(photo.name in each.reason and "No such file" in each.reason for each in found for photo in gone)


def test_settings_of_another_hand_stay(photographed: Any, migrate: Callable[..., Any], tmp_path: Path) -> None:
    out = tmp_path / "out"
    migrate(photographed, out, looks=False, door=DOOR, versions=VersionsMode.CLONE)
    edited = sorted(out.rglob("*.pp3"))
    for file in edited:
        file.write_bytes(file.read_bytes() + b"[Sharpening]\nEnabled=true\n")
    kept = [file.read_bytes() for file in edited]
    found = _match(photographed, out)
    assert found
    assert {each.reason for each in found} == {
        "Its settings were saved again since they were written, and stay as they are."
    }
    assert [file.read_bytes() for file in edited] == kept


@pytest.mark.parametrize("name", ["photos"])
def test_a_program_that_is_not_here_is_told(name: str, small: Any, migrate: Callable[..., Any], tmp_path: Path) -> None:
    from click.testing import CliRunner

    from couloir.cli.match import command

    door = DOORS[name]
    versions = VersionsMode.TOGETHER if door.holds_versions else VersionsMode.CLONE
    migrate(small, tmp_path / "out", looks=False, door=door, versions=versions, only_project=None)
    told = CliRunner().invoke(command, [str(small.path), "--to", str(tmp_path / "out")])
    assert told.exit_code == 2
    assert f"FOLDER is for {door.title}" in told.output
