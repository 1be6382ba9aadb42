"""Retouched areas and red eyes in the words of packets that Adobe's and Apple's programs wrote."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from couloir.lightroom.local.repairs import (
    NO_REPAIRS,
    CorrectedEye,
    Repairs,
    RetouchedArea,
    SpotKind,
    put_repairs,
)
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.rdf import Properties, name, new_photo, parse, serialize
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import ImageFacts, Stamp, write_packet

SPOT = RetouchedArea(SpotKind.CLONE, ((0.3, 0.25),), (0.7, 0.6), 0.03, 0.0)
STROKE = RetouchedArea(SpotKind.HEAL, ((0.1, 0.2), (0.11, 0.2)), (0.2, 0.3), 0.02, 0.4, 0.5, is_chosen=True)


def _written(repairs: Repairs) -> Properties:
    photo = new_photo()
    put_repairs(photo, repairs)
    return parse(serialize(photo, "test"), "photo")


def _areas(photo: Properties) -> list[Properties]:
    element = photo.element("crs:RetouchAreas")
    assert element is not None
    return [Properties(each[0]) for each in element.iter(name("rdf:li")) if each.getparent().getparent() is element]


def test_a_round_spot_has_the_fields_of_lightroom_s_own() -> None:
    """As the packet of Lightroom Classic 9.2 has them that a public test quotes: SourceX, and OffsetY for its y."""
    photo = _written(Repairs((SPOT,)))
    [area] = _areas(photo)
    stated = {key: area.text(f"crs:{key}") for key in ("SpotType", "SourceState", "Method", "SourceX", "OffsetY")}
    assert stated == {
        "SpotType": "clone",
        "SourceState": "sourceSetExplicitly",
        "Method": "gaussian",
        "SourceX": "0.7",
        "OffsetY": "0.6",
    }
    mask = area.structure("crs:Masks")
    assert mask is not None
    [ellipse] = [Properties(each) for each in mask.node.iter(name("rdf:Description"))]
    assert [ellipse.text(f"crs:{key}") for key in ("What", "X", "Y", "SizeX", "SizeY")] == [
        *("Mask/Ellipse", "0.3", "0.25", "0.03", "0.03")
    ]
    [info] = photo.items("crs:RetouchInfo")
    assert info.startswith("centerX = 0.300000, centerY = 0.250000, radius = 0.030000, sourceState = sourceSetExpl")


def test_a_stroke_is_a_brush_s_dabs_and_no_older_form() -> None:
    photo = _written(Repairs((STROKE,)))
    [area] = _areas(photo)
    assert (area.text("crs:SourceState"), area.text("crs:Opacity")) == ("sourceAutoComputed", "0.5")
    dabs = [each.text for each in area.node.iter(name("rdf:li")) if (each.text or "").startswith("d ")]
    assert dabs == ["d 0.100000 0.200000", "d 0.110000 0.200000"]
    assert photo.items("crs:RetouchInfo") == ()


def test_a_red_eye_is_worded_as_core_image_words_it_for_adobe() -> None:
    [eye] = _written(Repairs(eyes=(CorrectedEye((0.4, 0.3), 0.01),))).items("crs:RedEyeInfo")
    fields = dict(part.split(" = ") for part in eye.split(", "))
    assert list(fields) == [
        *("x", "y", "width", "height", "alpha", "density", "strength", "redBias", "pupilSize", "pupilDarkenAmount")
    ]
    assert (fields["x"], fields["y"], fields["width"]) == ("0.40000", "0.30000", "0.01000")


def test_nothing_is_written_for_a_photo_without_repairs() -> None:
    assert list(_written(NO_REPAIRS).names()) == [name("rdf:about")]


@pytest.mark.parametrize("wrong", [{"radius": 0.0}, {"places": ()}, {"source": (float("nan"), 0.0)}, {"feather": 2.0}])
def test_what_cannot_be_drawn_is_refused(wrong: dict[str, object]) -> None:
    given = {"kind": SpotKind.HEAL, "places": ((0.5, 0.5),), "source": (0.6, 0.5), "radius": 0.1, **wrong}
    with pytest.raises(ValueError, match="retouched area"):
        RetouchedArea(**given)  # type: ignore[arg-type]


@pytest.mark.tool("darktable-cli")
def test_darktable_copies_a_spot_to_where_the_packet_says(tool: Callable[[str], str], tmp_path: Path) -> None:
    """A red disc is the source: it must come to lie within two thousandths of the width of the spot's own place."""
    columns, rows = 1000, 600
    y, x = np.mgrid[0:rows, 0:columns]
    picture = np.full((rows, columns, 3), 128, dtype=np.uint8)
    picture[np.hypot(x - 700, y - 360) < 20] = (220, 20, 20)
    photo = tmp_path / "photo.png"
    Image.fromarray(picture).save(photo)
    facts, stamp = ImageFacts(columns, rows, 1, "PNG"), Stamp("0", "", "")
    packet = write_packet(DevelopSettings({}), PhotoMetadata(), facts, stamp, repairs=Repairs((SPOT,)))
    photo.with_suffix(".xmp").write_bytes(packet)
    out = tmp_path / "out.png"
    core = ["--core", "--library", ":memory:", "--configdir", str(tmp_path / "dt"), "--disable-opencl"]
    arguments = [tool("darktable-cli"), str(photo), str(out), "--width", str(columns), "--height", str(rows), *core]
    subprocess.run(arguments, check=True, capture_output=True, timeout=120)
    drawn = np.asarray(Image.open(out).convert("RGB"), dtype=np.float32)
    red = drawn[..., 0] - drawn[..., 1] > 60
    assert red[360, 700], "the source stays"
    copied = red & (x < 500)
    assert copied.any()
    assert abs(float(x[copied].mean()) - 300) < 2
    assert abs(float(y[copied].mean()) - 150) < 2
