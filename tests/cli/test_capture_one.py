"""`couloir capture-one styles` writes each distinct look once, and says which photos have it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from couloir.cli.main import main
from couloir.destinations.capture_one.keys import Setting
from couloir.destinations.capture_one.settings_file import SettingsFile, Variant, settings_file_bytes
from couloir.destinations.capture_one.style import read_style

SOFT: Mapping[str, Setting] = {"GradationCurve": ((0.0, 0.1), (1.0, 0.9))}
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def called(*arguments: str | Path) -> tuple[int, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["capture-one", "styles", *map(str, arguments)])
        out, err = capsys.readouterr()
        return int(str(ended.value.code)), out + err

    return called


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three photos in two projects: two have the same look and crops of their own, one has two variants."""
    photos: list[tuple[str, list[Mapping[str, Setting]]]] = [
        ("Roll 1/IMG_1.jpg", [{**SOFT, "Crop": (1.0, 1.0, 1.0, 1.0), "Rotation": 0.0}]),
        ("Roll 2/IMG_1.jpg", [{"Saturation": 5.0}, {**SOFT, "Rotation": 90.0}]),
        ("Roll 2/IMG_3.jpg", [{"Rotation": 0.0}]),
    ]
    for name, variants in photos:
        place = tmp_path / name
        cos = place.parent / "CaptureOne" / "Settings1680" / f"{place.name}.cos"
        cos.parent.mkdir(parents=True, exist_ok=True)
        file = SettingsFile("A", tuple(Variant(str(i), values) for i, values in enumerate(variants)))
        cos.write_bytes(settings_file_bytes(file))
    return tmp_path


def test_a_look_that_photos_share_is_one_style(run: Run, folder: Path) -> None:
    code, told = run(folder)
    assert code == 0
    assert "2 styles for 3 photos" in told
    styles = folder / "Capture One styles"
    shared = styles / "IMG_1 and 1 more.costyle"
    assert read_style(shared.read_bytes(), "a").values == SOFT
    assert read_style((styles / "IMG_1.costyle").read_bytes(), "a").values == {"Saturation": 5.0}
    assert (styles / "Photos of each style.txt").read_text(encoding="utf-8-sig").splitlines() == [
        "The photos of each style, listed by Couloir",
        *("IMG_1 and 1 more", "\tRoll 1/IMG_1.jpg", "\tRoll 2/IMG_1.jpg (variant 2)"),
        *("IMG_1", "\tRoll 2/IMG_1.jpg"),
    ]


def test_a_second_run_adds_nothing_and_leaves_what_another_hand_changed(run: Run, folder: Path) -> None:
    first, _ = run(folder, "--json")
    changed = folder / "Capture One styles" / "IMG_1.costyle"
    changed.write_bytes(b"mine")
    second, told = run(folder, "--json")
    assert (first, second) == (0, 0)
    document = json.loads(told)
    assert (document["written"], document["left"]) == ([], ["IMG_1.costyle"])
    assert changed.read_bytes() == b"mine"


def test_a_list_of_another_hand_stays_and_ours_is_renewed(run: Run, folder: Path) -> None:
    photos = folder / "Capture One styles" / "Photos of each style.txt"
    run(folder)
    ours = photos.read_bytes()
    photos.write_bytes(ours[:60])  # of a run that found fewer photos
    assert json.loads(run(folder, "--json")[1])["left"] == []
    assert photos.read_bytes() == ours
    photos.write_bytes(b"my notes")
    assert json.loads(run(folder, "--json")[1])["left"] == [photos.name]
    assert photos.read_bytes() == b"my notes"


def test_a_stop_while_a_style_is_written_leaves_none_behind(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("couloir.destinations.capture_one.style_folder.os.replace", stop)
        run(folder)
    assert not list((folder / "Capture One styles").glob("*.costyle"))
    document = json.loads(run(folder, "--json")[1])
    assert (len(document["written"]), document["left"]) == (2, [])
    assert not list((folder / "Capture One styles").glob(".*"))


def test_a_settings_file_that_cannot_be_read_is_named_and_the_others_count(run: Run, folder: Path) -> None:
    (folder / "Roll 2" / "CaptureOne" / "Settings1680" / "IMG_3.jpg.cos").write_bytes(b"<IMG>")
    code, told = run(folder, "--into", folder / "elsewhere")
    assert code == 38
    assert "IMG_3.jpg.cos" in told
    assert len(list((folder / "elsewhere").glob("*.costyle"))) == 2
