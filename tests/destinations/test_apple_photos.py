"""Files of adjustments for Apple Photos: written, read back by us and by osxphotos, and compared with real ones."""

from __future__ import annotations

import json
import math
import plistlib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.aperture import adjustments as ap
from couloir.derive.model import Fidelity
from couloir.destinations.apple_photos.aae import (
    AdjustmentFile,
    compose_adjustment,
    find_adjustments,
    read_adjustments,
    write_adjustments,
)
from couloir.destinations.apple_photos.frame import place_crop, read_crop
from couloir.destinations.apple_photos.operations import compose
from couloir.destinations.apple_photos.photos import ApplePhotos
from couloir.destinations.door import Photograph, PhotoVersion
from couloir.json_text import to_json
from couloir.lightroom.crop import Crop
from couloir.lightroom.settings import PhotoKind

NAME = PurePosixPath("IMG_1.AAE")
EDITS = (
    ap.RawFineTuning(decoder="8"),
    ap.WhiteBalance(temperature=4877.4, tint=1.2),
    ap.Exposure(exposure=0.5),
    ap.Enhance(contrast=0.2, definition=0.3),
    ap.Curves(rgb=ap.ToneCurve(((0.0, 0.0), (0.4, 0.5), (1.0, 1.0)))),
    ap.Levels(rgb=ap.LevelsChannel(black=(0.0745, 0.0), shadow=(0.2872, 0.25))),
    ap.Crop(100, 50, 2000, 1500),
    ap.Straighten(1.5),
    ap.Color((ap.ColorRange("reds", hue_shift=10.0, saturation=20.0, luminance=-5.0, spread=1.0),)),
    ap.EdgeSharpen(0.8, 0.2, 0.69),
    ap.Vignette(intensity=0.4, radius=1.0, falloff=0.5),
    ap.Retouch((ap.Stroke(((100.0, 200.0), (104.0, 200.0)), 22.0, 0.5, 1.0, repairs=False, source=(40.0, -12.0)),)),
    ap.RedEye((ap.Spot((500.0, 600.0), 14.0, sensitivity=0.5),)),
)


@pytest.fixture
def written(photograph: Photograph, shown: Callable[..., PhotoVersion]) -> bytes:
    return ApplePhotos().write(photograph, [shown(*EDITS)]).files[NAME]


def test_the_file_is_what_it_was(written: bytes) -> None:
    golden = Path(__file__).parent / "golden" / "IMG_1.AAE.json"
    assert _told(read_adjustments(written).adjustments) == golden.read_text(encoding="utf-8")


def _told(adjustments: tuple[Mapping[str, object], ...]) -> str:
    """As JSON, one number a line; fitted ones are rounded, because their last bits differ between processors."""
    rounded = json.loads(to_json(adjustments), parse_float=lambda text: round(float(text), 3))
    return to_json(rounded, indent=1) + "\n"


def test_tones_become_curves_within_their_range(photograph: Photograph, shown: Callable[..., PhotoVersion]) -> None:
    edits = (ap.Exposure(exposure=0.7, black_point=3.0), ap.HighlightsShadows(shadows=30.0))
    made = ApplePhotos().write(photograph, [shown(*edits)])
    [curves] = read_adjustments(made.files[NAME]).adjustments
    keys = curves["settings"]["inputKeys"]  # type: ignore[index]
    assert set(keys) == {"RGBCurvePoints", "redCurvePoints", "greenCurvePoints", "blueCurvePoints"}
    for points in keys.values():
        assert 2 <= len(points) <= 16
        assert [point["x"] for point in points] == sorted({point["x"] for point in points})
        assert all(0 <= point["x"] <= 1 and 0 <= point["y"] <= 1 for point in points)
    assert {each.fidelity for each in made.outcomes[0]} == {Fidelity.APPROXIMATE}


def test_a_tool_that_photos_has_once_is_told_the_second_time(
    photograph: Photograph, shown: Callable[..., PhotoVersion]
) -> None:
    levels = [ap.Levels(rgb=ap.LevelsChannel(black=(black, 0.0))) for black in (0.1, 0.2)]
    made = ApplePhotos().write(photograph, [shown(*levels)])
    assert len(read_adjustments(made.files[NAME]).adjustments) == 1
    assert [each.fidelity for each in made.outcomes[0]] == [Fidelity.APPROXIMATE, Fidelity.LOST]


def test_osxphotos_reads_the_same_adjustments(written: bytes, tmp_path: Path) -> None:
    reader = pytest.importorskip("osxphotos.adjustmentsinfo")
    file = tmp_path / "IMG_1.AAE"
    file.write_bytes(written)
    read = reader.AdjustmentsInfo(file)
    ours = read_adjustments(written)
    assert read.adjustments == list(ours.adjustments)
    assert read.adj_metadata == {"masterWidth": 3000, "masterHeight": 2000, "orientation": 1}
    assert read.timestamp.replace(tzinfo=None) == datetime(2007, 9, 17, 0, 5, 31)  # noqa: DTZ001


def test_real_files_are_read_and_written_again_without_a_change(samples: Path) -> None:
    read = 0
    for file in sorted((samples / "apple-photos").iterdir()):
        if file.suffix in (".AAE", ".plist"):
            content = read_adjustments(file.read_bytes())
            assert read_adjustments(write_adjustments(content, datetime(2020, 1, 1))) == content  # noqa: DTZ001
            read += 1
    assert read >= 6


def test_levels_of_a_real_blob_are_the_keys_that_the_reference_file_has(
    samples: Path, shown: Callable[..., PhotoVersion], photograph: Photograph
) -> None:
    reference = read_adjustments((samples / "apple-photos" / "synthetic-from-aperture-blobs.AAE").read_bytes())
    levels = find_adjustments(reference.adjustments, "RKLevelsOperation")[1]
    edit = ap.Levels(
        rgb=ap.LevelsChannel(black=(0.07450980392156863, 0.0), shadow=(0.2872548997402191, 0.25)),
    )
    ours = read_adjustments(ApplePhotos().write(photograph, [shown(edit)]).files[NAME]).adjustments
    assert ours[0]["settings"] == levels["settings"]


def test_a_straightened_crop_is_where_the_real_photos_file_has_it(samples: Path) -> None:
    """The real file's rectangle, read as Lightroom's crop, lies within its frame, and comes back the same."""
    real = read_adjustments((samples / "apple-photos" / "crop+straighten_1.4.plist").read_bytes())
    [stated] = find_adjustments(real.adjustments, "Crop")
    settings_of = stated["settings"]
    assert isinstance(settings_of, dict)
    crop = read_crop(settings_of, real.width, real.height)
    assert crop.fits(real.width, real.height)
    assert crop.angle > 0  # Photos turns this picture counter-clockwise, as its rendering shows
    again = place_crop(crop, real.width, real.height)
    assert again == pytest.approx(settings_of, abs=1e-6)


@given(
    st.floats(0.05, 0.45), st.floats(0.05, 0.45), st.floats(0.55, 0.95), st.floats(0.55, 0.95), st.floats(-20.0, 20.0)
)
@settings(max_examples=50)
def test_a_crop_comes_back(left: float, top: float, right: float, bottom: float, angle: float) -> None:
    crop = Crop.from_rectangle(
        (left + right) * 1500, (top + bottom) * 1000, (right - left) * 3000, (bottom - top) * 2000, angle, 3000, 2000
    )
    back = read_crop(place_crop(crop, 3000, 2000), 3000, 2000)
    assert back.settings() == pytest.approx(crop.settings(), abs=1e-9)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=50)
def test_no_value_leaves_the_range_that_photos_has(one: float, other: float) -> None:
    ranges = {
        "inputIntensity": (-1, 2),
        "inputRadius": (0, 10),
        "inputFalloff": (0, 1),
        "inputSharpness": (0, 2),
        "inputEdgeScale": (0, 1),
        "inputEdgeDetail": (0, 6),
        "temperature": (2000, 32000),
        "tint": (-150, 150),
    }
    made = [
        entry
        for adjustment in (
            ap.Vignette(intensity=one, radius=other, falloff=one),
            ap.EdgeSharpen(one, other, one),
            ap.NoiseReduction(one, other),
            ap.Definition(one),
            ap.WhiteBalance(temperature=one, tint=other),
        )
        for entry in compose(adjustment)
    ]
    values = {key: value for entry in made for key, value in dict(entry["settings"]).items() if key in ranges}  # type: ignore[call-overload]
    assert [key for key, value in values.items() if not ranges[key][0] <= value <= ranges[key][1]] == []


def test_what_is_lost_is_told(photograph: Photograph, shown: Callable[..., PhotoVersion]) -> None:
    made = ApplePhotos().write(photograph, [shown(ap.Sharpen(1.0, 0.5), ap.Vignette())])
    assert made.files == {}
    assert [each.fidelity for each in made.outcomes[0]] == [Fidelity.LOST, Fidelity.LOST]
    assert all(each.lost for each in made.outcomes[0])


def test_a_crop_without_a_size_is_told(shown: Callable[..., PhotoVersion]) -> None:
    unknown = Photograph("IMG_1.CR2", PhotoKind.RAW, None, None, 1, "Library")
    made = ApplePhotos().write(unknown, [shown(ap.Crop(0, 0, 100, 100), master_size=None)])
    assert made.files == {}
    assert made.outcomes[0][0].fidelity is Fidelity.LOST


@pytest.mark.parametrize(
    "data", [b"", b"<plist>", b"bplist00", b"\0" * 100, b"<?xml version='1.0'?><plist><dict/></plist>"]
)
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="it"):
        read_adjustments(data)


@given(st.binary(max_size=200))
@settings(max_examples=50)
def test_damaged_adjustments_are_refused(packed: bytes) -> None:
    whole = write_adjustments(AdjustmentFile((compose_adjustment("Crop", {}),), 1, 1, 1), datetime(2020, 1, 1))  # noqa: DTZ001
    stated = plistlib.loads(whole)
    stated["adjustmentData"] = packed
    with pytest.raises(ValueError, match="its adjustments"):
        read_adjustments(plistlib.dumps(stated))


def test_angles_are_radians_clockwise() -> None:
    crop = Crop.from_rectangle(1500, 1000, 1000, 800, 10.0, 3000, 2000)
    assert place_crop(crop, 3000, 2000)["straightenAngle"] == pytest.approx(-math.radians(10))
