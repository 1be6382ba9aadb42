"""`couloir match` brings the looks of a library's photos near their previews without Lightroom."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from couloir.aperture.library import Library
from couloir.cli import main
from couloir.derive.pictures.gather import is_edited
from couloir.derive.residual import store
from couloir.derive.residual.store import ModelStore
from couloir.engines.dng import raw
from couloir.engines.protocol import Picture
from couloir.errors import CannotRender, NoRawDecoder, NotAll
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import matches
from couloir.migrate.run import LEDGER
from sample_library import build_library

Couloir = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    build_library(folder / "Sample.aplibrary", masters=8)
    return folder / "Sample.aplibrary"


def content(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_it_matches_writes_down_what_it_measured_and_goes_on(couloir: Couloir, library: Path, tmp_path: Path) -> None:
    before, out = content(library), tmp_path / "out"
    result = couloir("match", library, "--to", out, "--finish", "look", "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["renderer"] == "couloir-camera-raw"
    measured = [photo for photo in told["photos"] if photo["after"] is not None]
    assert len(measured) > 2
    assert all(photo["after"] <= photo["before"] for photo in measured)
    assert any(photo["renderings"] > 1 for photo in measured)
    assert all(photo["reason"] for photo in told["photos"])
    assert sum(told["verdicts"].values()) == len(told["photos"])
    with Ledger.open_to_read(out / LEDGER) as ledger:
        kept = {match.version: match for match in matches(ledger)}
    assert set(kept) == {photo["version"] for photo in told["photos"]}
    for photo in measured:
        assert (out / kept[photo["version"]].picture).is_file()
        assert kept[photo["version"]].settings == photo["settings"]
    assert any(photo["details"] for photo in measured)
    assert "no photo" in couloir("match", library, "--to", out, "--finish", "look").stdout
    assert content(library) == before


def test_the_same_library_is_matched_in_the_same_way_every_time(
    couloir: Couloir, library: Path, tmp_path: Path
) -> None:
    told = [couloir("match", library, "--to", tmp_path / name, "--json").stdout for name in ("one", "other")]
    one, other = (json.loads(text) for text in told)
    assert one["photos"] == other["photos"]
    assert len(one["photos"]) > 2


def test_a_renderer_that_draws_less_says_which_photos_it_left(couloir: Couloir, library: Path, tmp_path: Path) -> None:
    """What the engine measured stays, although the other renderer cannot draw the photo."""
    out = tmp_path / "out"
    first = json.loads(couloir("match", library, "--to", out, "--json").stdout)
    result = couloir("match", library, "--to", out, "--renderer", "dng-converter", "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert {photo["verdict"] for photo in told["photos"]} == {"unmeasured"}
    assert all("dng-converter" in photo["reason"] or "preview" in photo["reason"] for photo in told["photos"])
    with Ledger.open_to_read(out / LEDGER) as ledger:
        kept = {match.version: match for match in matches(ledger)}
    for photo in first["photos"]:
        if photo["after"] is not None:
            assert kept[photo["version"]].renderer == "couloir-camera-raw"


def test_a_damaged_preview_and_a_lost_original_end_with_their_own_exit_code(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A photo that only cannot be compared, such as the CR2 that LibRaw does not know, changes no exit code."""
    damaged = tmp_path / library.name
    shutil.copytree(library, damaged)

    def run(*words: object) -> tuple[int | str | None, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        return ended.value.code, capsys.readouterr().out

    assert run("migrate", damaged, "--to", tmp_path / "out", "--no-pictures", "--pictures", 0)[0] == 0
    code, told = run("report", tmp_path / "out", "--no-open", "--json")
    assert (code, json.loads(told)["failed"]) == (0, 0)
    with Library.open(damaged) as opened:
        edited = [
            (opened.preview(version).path, opened.original(master).path)
            for version, master in opened.versions_with_masters()
            if version.shown and is_edited(version) and master is not None and not master.is_raw
        ]
    (preview, _), (_, original) = edited[:2]
    assert preview is not None
    assert original is not None
    preview.write_bytes(preview.read_bytes()[:100])
    code, told = run("report", tmp_path / "out", "--no-open", "--json")
    assert (code, json.loads(told)["failed"]) == (NotAll.exit_code, 1)
    original.unlink()
    code, told = run("match", damaged, "--to", tmp_path / "matched", "--renderings", 1, "--json")
    photos = json.loads(told)["photos"]
    failed = " ".join(photo["reason"] for photo in photos if photo["failed"])
    assert (code, sum(photo["failed"] for photo in photos)) == (NotAll.exit_code, 2)
    assert original.name in failed
    assert preview.name in failed
    assert any(photo["verdict"] == "unmeasured" and not photo["failed"] for photo in photos)


def test_a_folder_for_another_program_ends_with_that_code_too_and_refuses_what_is_for_lightroom(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Absent:
        def render_beside(self, original: Path, _side_file: Path | None, _size: int) -> Picture:
            raise CannotRender(item=original, renderer="rawtherapee", why="it is not here")

    def run(*words: object) -> tuple[int | str | None, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    monkeypatch.setattr("couloir.cli.match._DOOR_RENDERERS", {"rawtherapee": Absent})
    damaged, out = tmp_path / library.name, tmp_path / "out"
    shutil.copytree(library, damaged)
    options = ("--for", "rawtherapee", "--no-pictures", "--pictures", 0)
    assert run("migrate", damaged, "--to", out, *options)[0] == 0
    match = ("match", damaged, "--to", out, "--renderer", "rawtherapee", "--json")
    code, _, told = run(*match, "--budget", "1h")
    assert code == 2
    assert "--budget" in told
    assert run(*match)[0] == 0  # what only cannot be drawn
    with Library.open(damaged) as opened:
        previews = [opened.preview(version).path for version in opened.versions() if is_edited(version)]
    for preview in filter(None, previews):
        preview.write_bytes(preview.read_bytes()[:100])
    code, document, _ = run(*match, "--again")
    photos = json.loads(document)["photos"]
    assert code == NotAll.exit_code
    assert any(photo["failed"] for photo in photos)


def test_curves_are_refused_for_a_renderer_without_them(couloir: Couloir, library: Path, tmp_path: Path) -> None:
    result = couloir("match", library, "--to", tmp_path / "out", "--renderer", "rawtherapee", "--finish", "look")
    assert result.returncode == 2
    assert "rawtherapee" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_renderer_that_cannot_draw_on_learnt_profiles_says_so(
    couloir: Couloir, library: Path, tmp_path: Path
) -> None:
    result = couloir("match", library, "--to", tmp_path / "out", "--renderer", "darktable", "--profiles")
    assert result.returncode == 2
    assert "darktable" in result.stderr
    assert "--profiles" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_model_that_is_refused_is_told_once_and_stops_nothing(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: object) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["match", str(library), "--renderings", "1", *map(str, words)])
        assert ended.value.code == 0
        return capsys.readouterr().out

    told = json.loads(run("--to", tmp_path / "with", "--json"))
    assert (told["model"], told["note"], told["profiles"]) == (ModelStore().status().name, "", [])
    monkeypatch.setattr(store, "models_folder", lambda: tmp_path / "nothing")
    words = " ".join(run("--to", tmp_path / "without").split())
    assert words.count("began without the learned model") == 1
    assert "The mean difference of" in words
    told = json.loads(run("--to", tmp_path / "without", "--again", "--json"))
    assert told["model"] is None
    assert "nothing" in told["note"]


def test_every_command_that_measures_says_once_what_is_off_without_libraw(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(raw, "find_spec", lambda _name: None)

    def run(*words: object) -> tuple[int | str | None, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        told = capsys.readouterr()
        return ended.value.code, " ".join(told.out.split()), " ".join(told.err.split())

    off = "RAW photos of the library cannot be measured. RAW files cannot be read here: LibRaw"
    for words in (
        ("match", library, "--renderings", "1", "--to", tmp_path / "out"),
        ("migrate", library, "--to", tmp_path / "out"),
        ("report", tmp_path / "out", "--no-open"),
    ):
        code, out, _ = run(*words)
        assert (code, out.count("LibRaw"), out.count(off)) == (0, 1, 1), words
        with_json = run(*words, "--json")
        assert off in with_json[1]
    page = (tmp_path / "out" / "couloir-report" / "report.html").read_text(encoding="utf-8")
    assert page.count("RAW photos of the library cannot be measured") == 1
    code, out, error = run("profile", "learn", library)
    assert (code, out, error.count("LibRaw")) == (NoRawDecoder.exit_code, "", 1)


def test_nothing_is_written_into_the_library(couloir: Couloir, library: Path) -> None:
    result = couloir("match", library, "--to", library / "out")
    assert result.returncode != 0
    assert "inside the library" in "".join(result.stderr.split("\n"))
    assert not (library / "out").exists()
