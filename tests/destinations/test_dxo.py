"""A version as PhotoLab's side file: the shape that PhotoLab loads, the frame, and nothing claimed of the look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.aperture.adjustments import (
    BlackWhite,
    Crop,
    Enhance,
    Exposure,
    Levels,
    Straighten,
    WhiteBalance,
    WhiteBalanceMode,
)
from couloir.aperture.model import PixelSize
from couloir.derive.bricks import BRICKS
from couloir.derive.model import Fidelity
from couloir.destinations.door import Photograph, PhotoVersion
from couloir.destinations.dxo.lua_text import read_assignment
from couloir.destinations.dxo.photolab import BASE, PhotoLab
from couloir.destinations.dxo.side_file import Item, Light, SideFile, read_side_file, side_file_bytes, stable_uuid
from couloir.errors import BadSettingsFile

GOLDEN = Path(__file__).parent / "golden"
Makers = tuple[Callable[..., PhotoVersion], Callable[..., Photograph]]

FILE = SideFile(
    "6E2F0B3C-0000-4000-8000-0000000000AA",
    (
        Item(
            "DSC_0001.NEF",
            "6E2F0B3C-0000-4000-8000-000000000001",
            base={"ExposureBias": 0},
            overrides={"CropActive": True, "CropRect": [0.1, 0.1, 0.6, 0.6], "ExposureBias": 0.75},
            orientation=6,
            rating=4,
            light=Light.PICKED,
            keywords=(("Ort", 'Wien "Süd"'), ("Alpen",)),
            taken=datetime(2012, 7, 1, 11, 31, 51, 450_000, tzinfo=UTC),
        ),
        Item("DSC_0001.NEF", "6E2F0B3C-0000-4000-8000-000000000002", overrides={"ExposureBias": -0.3}, rating=2),
    ),
    "Couloir",
)


@pytest.fixture
def makers(a_photo_version: Callable[..., PhotoVersion], a_photograph: Callable[..., Photograph]) -> Makers:
    return a_photo_version, a_photograph


def _written(makers: Makers, of: PhotoVersion, orientation: int = 1) -> Item:
    [content] = PhotoLab().write(makers[1](of, orientation), [of]).files.values()
    return read_side_file(content, "a.dop").items[0]


def test_a_side_file_has_these_bytes() -> None:
    assert side_file_bytes(FILE) == (GOLDEN / "two_items.dop").read_bytes()


def test_what_is_written_is_read_back() -> None:
    assert read_side_file(side_file_bytes(FILE), "a.dop") == FILE


def test_the_public_shape_is_read(samples: Path) -> None:
    file = read_side_file((samples / "dxo" / "shape-synthetic.dop").read_bytes(), "shape.dop")
    main, second = file.items
    assert (main.rating, main.light, main.orientation, main.keywords) == (
        4,
        Light.NONE,
        1,
        (("Ort", "Wien"), ("Alpen",)),
    )
    assert main.overrides["CropRect"] == [0.1, 0.1, 0.6, 0.6]
    assert (second.rating, second.overrides) == (2, {"ExposureBias": -0.3})


@pytest.mark.parametrize("text", ["A = {}", "Sidecar = 1", "Sidecar = { Source = { Items = 3 } }", "Sidecar = {}"])
def test_a_text_that_is_no_side_file_is_refused(text: str) -> None:
    with pytest.raises(BadSettingsFile, match=r"a\.dop"):
        read_side_file(text.encode(), "a.dop")


def test_every_item_has_what_photolab_needs_to_load_it(makers: Makers) -> None:
    """Settings with their version, and an orientation, or the photo is not shown or lies on its side; no preset."""
    a_version, a_photo = makers
    of = a_version(Levels())
    [content] = PhotoLab().write(a_photo(of), [of]).files.values()
    _, sidecar = read_assignment(content, "a.dop")
    assert isinstance(sidecar, dict)
    source = sidecar["Source"]
    assert isinstance(source, dict)
    items = source["Items"]
    assert isinstance(items, list)
    [item] = items
    assert isinstance(item, dict)
    settings_of = item["Settings"]
    assert isinstance(settings_of, dict)
    assert settings_of["Version"] == "21.0"
    assert item["Orientation"] == 1
    assert not [key for key in (*settings_of, *item) if "Preset" in key]
    assert list(item) == sorted(item)


def test_tools_that_look_at_the_picture_are_off_and_lens_corrections_on(makers: Makers) -> None:
    base = _written(makers, makers[0]()).base
    assert base == BASE
    off = ("LightingActive", "HazeRemovalActive", "SelectiveTonalControlActive", "ContrastEnhancementActive")
    assert {key: base[key] for key in off} == dict.fromkeys(off, False)
    lens = ("DistortionActive", "VignettingActive", "ChromaticAberrationActive", "UnsharpMaskActive")
    assert {key: base[key] for key in lens} == dict.fromkeys(lens, True)


def test_all_versions_are_items_of_one_file(makers: Makers) -> None:
    a_version, a_photo = makers
    main = a_version(rating=4, flagged=True, keywords=(("Ort", "Wien"),))
    second = a_version(Exposure(exposure=-0.3), uuid="second", number=2, rating=-1)
    written = PhotoLab().write(a_photo(main), [main, second])
    [(place, content)] = written.files.items()
    assert place.as_posix() == "IMG_1.jpg.dop"
    first, other = read_side_file(content, "a.dop").items
    assert (first.rating, first.light, first.keywords) == (4, Light.PICKED, (("Ort", "Wien"),))
    assert (other.rating, other.light, other.overrides["ExposureBias"]) == (0, Light.REJECTED, -0.3)
    assert first.uuid == stable_uuid("version") != other.uuid
    assert PhotoLab().write(a_photo(main), [main, second]) == written


def test_exposure_is_in_stops_and_a_raw_files_temperature_in_kelvin(makers: Makers) -> None:
    a_version, _ = makers
    raw = a_version(Exposure(exposure=1.0), Exposure(exposure=0.5), WhiteBalance(temperature=4200), raw=True)
    found = _written(makers, raw).overrides
    assert (found["ExposureActive"], found["ExposureBias"], found["ExposureAutoMode"]) == (True, 1.5, "Manual")
    assert (found["WhiteBalanceRawPreset"], found["WhiteBalanceRawTemperature"]) == ("ManualTemp", 4200)


@pytest.mark.parametrize(
    ("adjustment", "raw"),
    [(WhiteBalance(temperature=4200), False), (WhiteBalance(mode=WhiteBalanceMode.NATURAL_GRAY), True)],
    ids=["a JPEG", "a picked grey"],
)
def test_a_white_balance_that_photolab_has_no_kelvin_for_is_told_as_lost(
    makers: Makers, adjustment: WhiteBalance, raw: bool
) -> None:
    of = makers[0](adjustment, raw=raw)
    [[outcome]] = PhotoLab().write(makers[1](of), [of]).outcomes
    assert outcome.fidelity is Fidelity.LOST
    assert _written(makers, of).overrides == {}


@pytest.mark.parametrize(("orientation", "rotation"), [(1, 0), (6, 90), (3, 180), (8, 270)])
def test_a_crop_is_a_share_of_the_stored_frame_and_the_turn_is_the_orientation(
    makers: Makers, orientation: int, rotation: int
) -> None:
    size = PixelSize(1500, 500) if rotation % 180 == 0 else PixelSize(500, 1500)
    of = makers[0](Crop(300, 1000, 1500, 500), rotation=rotation, processed_size=size)
    item = _written(makers, of, orientation)
    assert item.orientation == orientation
    # From the top left: Aperture counts from the bottom.
    assert item.overrides["CropRect"] == pytest.approx([0.1, 0.25, 0.5, 0.25])
    assert (item.overrides["CropActive"], item.overrides["CropAuto"]) == (True, False)


def test_a_horizon_is_entered_and_switched_off(makers: Makers) -> None:
    """Which way PhotoLab turns is not known: a wrong sign would tilt the photo twice as much."""
    of = makers[0](Straighten(rotation=2.0), processed_size=PixelSize(2800, 1850))
    found = _written(makers, of).overrides
    assert (found["KeystoningHorizon"], found["KeystoningHorizonActive"]) == (pytest.approx(2.0), False)
    [[outcome]] = PhotoLab().write(makers[1](of), [of]).outcomes
    assert outcome.fidelity is Fidelity.APPROXIMATE
    assert "sign" in outcome.reason


def test_no_look_is_claimed(makers: Makers) -> None:
    of = makers[0](Enhance(contrast=0.5), Levels(mode=1), BlackWhite())
    [outcomes] = PhotoLab().write(makers[1](of), [of]).outcomes
    assert [each.fidelity for each in outcomes] == [Fidelity.LOST, Fidelity.LOST, Fidelity.APPROXIMATE]
    assert _written(makers, of).overrides == {"ChannelMixerActive": True}
    assert not [carry for carry in PhotoLab().capabilities.values() if not carry.note.endswith(".")]


def test_the_door_states_each_adjustment_and_each_key() -> None:
    door = PhotoLab()
    assert door.capabilities.keys() == BRICKS.keys()
    written = {key for carry in door.capabilities.values() for key in carry.settings}
    assert written <= {control.key for control in door.controls}
    assert all(control.source for control in door.controls)


_AMOUNTS = st.floats(-1e4, 1e4, allow_nan=False)


@settings(max_examples=25)
@given(_AMOUNTS, _AMOUNTS, _AMOUNTS, st.floats(-60, 60), st.text(max_size=6), st.booleans())
def test_no_library_makes_it_write_what_is_beyond_a_range(
    a_photo_version: Callable[..., PhotoVersion],
    a_photograph: Callable[..., Photograph],
    one: float,
    two: float,
    three: float,
    angle: float,
    word: str,
    raw: bool,
) -> None:
    adjustments = (
        Exposure(exposure=one),
        WhiteBalance(temperature=abs(two)),
        Straighten(rotation=angle),
        Crop(one, two, abs(three), abs(one)),
    )
    of = a_photo_version(*adjustments, raw=raw)
    of = replace(of, metadata=replace(of.metadata, keywords=((word,),)))
    [content] = PhotoLab().write(a_photograph(of), [of]).files.values()
    [item] = read_side_file(content, "a.dop").items
    assert item.keywords == ((word,),)
    for control in PhotoLab().controls:
        value = item.overrides.get(control.key, [])
        for number in value if isinstance(value, list) else [value]:
            assert control.low is None or control.low <= number <= (control.high or 0)  # type: ignore[operator]
