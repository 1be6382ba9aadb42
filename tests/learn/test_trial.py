"""The trial's photos tell, from exports alone, how a Lightroom draws profiles and brushes.

None was at hand: it is played by the engine, once drawing the table last and once first.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from couloir.color.spaces import srgb_decode
from couloir.engines.camera_raw.local import render_local
from couloir.engines.pixels import encode_jpeg
from couloir.engines.protocol import Picture
from couloir.engines.rgb_table import draw_table
from couloir.learn.trial.files import EDITS, PROFILE_FILE, TrialPhoto, exchange, trial_photos, write_trial
from couloir.learn.trial.judge import judge_exports
from couloir.lightroom.embed import extract
from couloir.lightroom.enhanced.look import get_tables, table_of_look
from couloir.lightroom.enhanced.profile_file import read_profile_file
from couloir.lightroom.local.fields import get_local
from couloir.lightroom.rdf import parse
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import read_packet

ASKED = ("1 ", "2 ", "3 exposure", "3 curve", "4 ")


def _export(photo: TrialPhoto, *, first: bool, drawn: bool = True) -> Picture:
    """As a Lightroom would draw it whose table stands first or last, or that draws none."""
    table = exchange().table if photo.amount is not None and drawn else None
    picture = photo.picture
    if table is not None and first:
        picture = draw_table(table, picture, photo.amount or 0)
    local = [photo.brush] if photo.brush is not None and drawn else []
    shown = render_local(
        srgb_decode(np.asarray(picture, dtype=np.float32)), DevelopSettings(dict(photo.settings)), local
    )
    if table is not None and not first:
        shown = draw_table(table, shown, photo.amount or 0)
    return shown


def _play(folder: Path, export: Callable[[TrialPhoto], Picture]) -> dict[str, str]:
    folder.mkdir()
    for photo in trial_photos():
        if photo.name.startswith(ASKED):
            (folder / f"{photo.name}.jpg").write_bytes(encode_jpeg(export(photo), 95))
    return {answer.question: answer.answer for answer in judge_exports(folder)}


def test_a_lightroom_that_draws_the_table_last_is_told(tmp_path: Path) -> None:
    told = _play(tmp_path / "exports", lambda photo: _export(photo, first=False))
    assert told["Is an enhanced profile drawn from the photo's own XMP?"] == "yes"
    assert [told[f"Is its amount {amount} a mixture in the coded values?"] for amount in ("0.5", "2")] == ["yes"] * 2
    assert told["Is the profile drawn before or after: curve?"] in ("after it", "it makes no difference here")
    assert {answer for question, answer in told.items() if "brush" in question} == {"yes"}
    assert "was not exported" in told["Is the profile drawn before or after: vignette?"]


def test_a_lightroom_that_draws_nothing_of_it_is_told(tmp_path: Path) -> None:
    told = _play(tmp_path / "exports", lambda photo: _export(photo, first=False, drawn=False))
    assert told["Is an enhanced profile drawn from the photo's own XMP?"] == "no: it changes nothing"
    assert {answer for question, answer in told.items() if "brush" in question} == {"no brush was drawn"}


@pytest.mark.parametrize(("first", "answer"), [(True, "before it"), (False, "after it")])
def test_the_place_of_the_table_shows_beside_an_edit_of_reds(tmp_path: Path, first: bool, answer: str) -> None:
    (tmp_path / "exports").mkdir()
    for photo in trial_photos():
        if photo.name.startswith("3 red"):
            drawn = encode_jpeg(_export(photo, first=first), 95)
            (tmp_path / "exports" / f"{photo.name}.jpg").write_bytes(drawn)
    told = {each.question: each.answer for each in judge_exports(tmp_path / "exports")}
    assert told["Is the profile drawn before or after: red saturation?"] == answer


def test_the_files_hold_what_they_ask(tmp_path: Path) -> None:
    written = {path.name: path for path in write_trial(tmp_path / "trial")}
    packet = extract(written["2 amount 0.5.jpg"])
    assert packet is not None
    look = read_packet(packet, "photo").settings["Look"]
    assert isinstance(look, dict)
    assert list(get_tables(parse(packet, "photo"))) == [table_of_look(look)]
    assert read_profile_file(written[PROFILE_FILE].read_bytes(), "file").uuid == look["UUID"]
    brush = extract(written["4 portrait with brush.jpg"])
    assert brush is not None
    assert [each.name for each in get_local(parse(brush, "photo"), "photo")] == ["Couloir 400 x 600"]
    assert len(written) == 3 + 2 + 3 * len(EDITS) + 4 + 2


def test_a_folder_without_exports_answers_nothing(tmp_path: Path) -> None:
    assert all("was not exported" in answer.answer for answer in judge_exports(tmp_path))
