"""Real renderers: pictures have the requested size, and photos that a program cannot draw are refused."""

from __future__ import annotations

import io
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from couloir.engines.dng import Calibration, ColorModel
from couloir.engines.dng.files import linear_dng
from couloir.engines.dng.tags import LONG, SHORT, numbers, read_tags, write_tags
from couloir.engines.protocol import Photo
from couloir.engines.real import Darktable, DngConverter, RawTherapee
from couloir.engines.real.dng_converter import largest_preview
from couloir.engines.real.program import list_changes
from couloir.errors import BadImage, CannotRender
from couloir.lightroom.settings import DevelopSettings, PhotoKind

Tool = Callable[[str], str]


@pytest.fixture
def photo(tmp_path: Path) -> Photo:
    """A grey ramp of 300 x 200 as a linear DNG."""
    matrix = np.array([[0.6257, -0.0303, -0.1000], [-0.7880, 1.5621, 0.2396], [-0.1714, 0.1904, 0.7046]])
    model = ColorModel((Calibration(6500.0, matrix),), (0.45, 1.0, 0.65))
    ramp = np.tile(np.linspace(0.02, 0.4, 300), (200, 1))[..., np.newaxis] * np.array(model.neutral)
    path = tmp_path / "photo.dng"
    path.write_bytes(linear_dng(ramp, model, "Canon EOS 30D"))
    return Photo(path, PhotoKind.RAW)


@pytest.mark.tool("darktable-cli")
def test_darktable_draws_at_the_size_and_brighter_with_exposure(tool: Tool, photo: Photo) -> None:
    renderer = Darktable(tool("darktable-cli"))
    plain = renderer.render(photo, DevelopSettings(), 150)
    assert plain.shape == (100, 150, 3)
    brighter = renderer.render(photo, DevelopSettings({"Exposure2012": 2.0}), 150)
    assert brighter.mean() > plain.mean() + 0.1


@pytest.mark.tool("rawtherapee-cli")
def test_rawtherapee_draws_at_the_size_and_brighter_with_exposure(tool: Tool, photo: Photo) -> None:
    renderer = RawTherapee(tool("rawtherapee-cli"))
    plain = renderer.render(photo, DevelopSettings(), 150)
    assert plain.shape == (100, 150, 3)
    assert renderer.render(photo, DevelopSettings({"Exposure2012": 1.0}), 150).mean() > plain.mean() + 0.05


@pytest.mark.parametrize(
    ("renderer", "setting"),
    [(Darktable(), {"Contrast2012": 20}), (RawTherapee(), {"Vibrance": 10, "Exposure2012": 1.0})],
)
def test_settings_that_a_renderer_would_leave_out_are_refused_by_name(
    renderer: Darktable | RawTherapee, setting: dict[str, object], photo: Photo
) -> None:
    with pytest.raises(CannotRender, match=r"photo\.dng.*does not draw (Contrast2012|Vibrance)"):
        renderer.render(photo, DevelopSettings(setting), 100)


def test_settings_at_their_neutral_values_ask_for_nothing() -> None:
    assert (
        list_changes(
            DevelopSettings({"Contrast2012": 0, "ToneCurvePV2012": (0, 0, 255, 255), "ProcessVersion": "15.4"})
        )
        == set()
    )


def test_a_program_that_is_not_there_is_said(photo: Photo) -> None:
    with pytest.raises(CannotRender, match="darktable"):
        Darktable("/nowhere/darktable-cli").render(photo, DevelopSettings(), 100)


def _stand_in(folder: Path, body: str) -> str:
    """A program that takes the converter's arguments: -c -p2 -d FOLDER FILE."""
    program = folder / "converter.py"
    program.write_text(f"#!{sys.executable}\nimport pathlib, sys\nout, file = map(pathlib.Path, sys.argv[4:6])\n{body}")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def _jpeg(width: int, height: int, color: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), color).save(file, "JPEG", quality=95)
    return file.getvalue()


def _with_previews(*pictures: bytes) -> bytes:
    """A DNG whose sub-directories hold these JPEG pictures."""
    place, blocks = 8 + 2 + 12 + 4 + 4 * len(pictures) * (len(pictures) > 1), []
    starts = []
    for picture in pictures:
        starts.append(place)
        block = write_tags({259: numbers(SHORT, [7]), 273: numbers(LONG, [0]), 279: numbers(LONG, [len(picture)])})[8:]
        at = place + len(block)
        patched = bytearray(block)
        patched[2 + 12 + 8 : 2 + 12 + 12] = at.to_bytes(4, "little")
        blocks.append(bytes(patched) + picture)
        place = at + len(picture)
    return write_tags({330: numbers(LONG, starts)}) + b"".join(blocks)


def test_the_largest_preview_of_a_dng_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "converted.dng"
    path.write_bytes(_with_previews(_jpeg(20, 10, "red"), _jpeg(60, 40, "blue"), b"no picture"))
    preview = largest_preview(path)
    assert preview is not None
    assert Image.open(io.BytesIO(preview)).size == (60, 40)


def test_a_broken_converted_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "converted.dng"
    path.write_bytes(b"II*\0\xff\xff\xff\x7f")
    with pytest.raises(BadImage, match=r"converted\.dng"):
        largest_preview(path)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a first line that names Python")
def test_the_converter_gets_the_settings_and_its_preview_is_the_rendering(photo: Photo, tmp_path: Path) -> None:
    picture = tmp_path / "rendered.dng"
    picture.write_bytes(_with_previews(_jpeg(90, 60, "gray")))
    given = tmp_path / "given.dng"
    body = (
        f"assert sys.argv[1:4] == ['-c', '-p2', '-d']\npathlib.Path({str(given)!r}).write_bytes(file.read_bytes())\n"
        f"(out / 'photo.dng').write_bytes(pathlib.Path({str(picture)!r}).read_bytes())\n"
    )
    shown = DngConverter(_stand_in(tmp_path, body)).render(photo, DevelopSettings({"Contrast2012": 25}), 60)
    assert shown.shape == (40, 60, 3)
    assert shown.mean() == pytest.approx(128 / 255, abs=0.01)
    assert b'crs:Contrast2012="+25"' in read_tags(given.read_bytes())[700].data
    assert photo.path.read_bytes() != given.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a first line that names Python")
@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("sys.exit('no licence')", "no licence"),
        ("pass", "wrote no file"),
        ("(out / 'photo.dng').write_bytes(file.read_bytes())", "no preview"),
    ],
)
def test_what_the_converter_did_not_do_is_said(photo: Photo, tmp_path: Path, body: str, told: str) -> None:
    with pytest.raises(CannotRender, match=told):
        DngConverter(_stand_in(tmp_path, body)).render(photo, DevelopSettings(), 60)


def test_the_converter_takes_dng_files_only(tmp_path: Path) -> None:
    with pytest.raises(CannotRender, match="DNG"):
        DngConverter("none").render(Photo(tmp_path / "photo.nef", PhotoKind.RAW), DevelopSettings(), 60)
