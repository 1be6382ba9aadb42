"""Local adjustments keep what they say through XMP and Lua, and refuse what Lightroom would not show."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.errors import BadXmp
from couloir.lightroom.local.fields import as_fields, from_fields, get_local, put_local
from couloir.lightroom.local.masks import (
    MOST_DABS,
    Brush,
    Combination,
    Dab,
    LinearGradient,
    LocalAdjustment,
    Mask,
    RadialGradient,
    Stroke,
    split_dabs,
)
from couloir.lightroom.local.settings import LOCAL_SETTINGS, show, store
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.rdf import new_photo, parse, serialize
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import ImageFacts, Stamp, write_packet

GRADIENT = Mask(LinearGradient((0.5, 0.0), (0.5, 0.4)))
BRUSH = Mask(Brush((Stroke((Dab(0.25, 0.5, 0.6), Dab(0.3, 0.5, 0.6), Dab(0.35, 0.5, 0.9)), 0.05, 0.5),)))
DARKER = LocalAdjustment("Burn", {"LocalExposure2012": -0.7}, (BRUSH,))

_SIDE = st.integers(-200_000, 1_200_000).map(lambda number: number / 1_000_000)
_SHARE = st.integers(0, 10_000).map(lambda number: number / 10_000)
_DABS = st.lists(st.builds(Dab, _SIDE, _SIDE, _SHARE), min_size=1, max_size=6).map(tuple)
_STROKES = st.builds(Stroke, _DABS, _SHARE.filter(bool), _SHARE, st.sampled_from([0.0, 0.5, 1.0]))
_POINTS = st.tuples(_SIDE, _SIDE)
_SHAPES = st.one_of(
    st.lists(_STROKES, min_size=1, max_size=3).map(lambda strokes: Brush(tuple(strokes))),
    st.tuples(_POINTS, _POINTS).filter(lambda ends: ends[0] != ends[1]).map(lambda ends: LinearGradient(*ends)),
    st.tuples(_SHARE, _SHARE, st.integers(0, 100)).map(
        lambda sides: RadialGradient(
            *(round(side, 6) for side in (*sides[:2], sides[0] + 0.2, sides[1] + 0.3)), 10.0, sides[2]
        )
    ),
)
_SETTINGS = st.dictionaries(
    st.sampled_from(sorted(LOCAL_SETTINGS)), st.integers(1, 100).map(lambda part: part / 100), min_size=1, max_size=4
).map(lambda parts: {key: round(LOCAL_SETTINGS[key].high * part, 3) for key, part in parts.items()})


def _through_xmp(adjustments: list[LocalAdjustment]) -> list[LocalAdjustment]:
    photo = new_photo()
    put_local(photo, adjustments)
    return get_local(parse(serialize(photo, "test"), "photo"), "photo")


@given(
    st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc"]), max_size=9),
    _SETTINGS,
    _SHAPES,
    _SHAPES,
)
def test_what_is_written_is_read_back(name: str, settings: dict[str, float], one: object, other: object) -> None:
    for combination in Combination:
        masks = (Mask(one, name="a"), Mask(other, combination, name="b"))  # type: ignore[arg-type]
        given_ = [LocalAdjustment(name, settings, masks)]
        assert _through_xmp(given_) == given_
        assert from_fields(json.loads(json.dumps(as_fields(given_)))) == given_


def test_exposure_is_stored_in_quarters_of_a_stop_and_the_rest_in_hundredths() -> None:
    assert store("LocalExposure2012", -1.0) == -0.25
    assert store("LocalSaturation", 40.0) == 0.4
    assert store("LocalHue", 90.0) == 0.5
    assert show("LocalToningHue", 210.0) == 210.0


@pytest.mark.parametrize(
    ("combination", "inverted", "stated"),
    [
        (Combination.ADD, False, (0, False, 1)),
        (Combination.ADD, True, (0, True, 1)),
        (Combination.SUBTRACT, False, (1, False, 0)),
        (Combination.INTERSECT, False, (1, True, 0)),
    ],
)
def test_a_combination_is_stated_as_lightroom_does(
    combination: Combination, inverted: bool, stated: tuple[int, bool, int]
) -> None:
    masks = (GRADIENT, Mask(RadialGradient(0.1, 0.1, 0.4, 0.4), combination, inverted))
    written = as_fields([LocalAdjustment("a", {"LocalDehaze": 5}, masks)])[0]["CorrectionMasks"][1]
    assert (written["MaskBlendMode"], written["MaskInverted"], written["MaskValue"]) == stated
    assert written["Flipped"] is not stated[1]


def test_the_flow_of_dabs_is_stated_where_it_changes() -> None:
    stroke = as_fields([DARKER])[0]["CorrectionMasks"][0]["Masks"][0]
    assert (stroke["Flow"], stroke["Dabs"]) == (
        0.6,
        ["d 0.250000 0.500000", "d 0.300000 0.500000", "f 0.9000", "d 0.350000 0.500000"],
    )


def test_the_same_adjustment_has_the_same_identifiers_and_another_has_others() -> None:
    one, again = as_fields([DARKER]), as_fields([DARKER])
    assert one == again
    twice = as_fields([DARKER, DARKER])
    assert twice[0]["CorrectionSyncID"] != twice[1]["CorrectionSyncID"]


def test_a_packet_carries_them_and_loses_them_with_the_next() -> None:
    image, stamp = ImageFacts(None, None, 1, "NEF"), Stamp("0", "library", "version")
    packet = write_packet(DevelopSettings({}), PhotoMetadata(), image, stamp, local=[DARKER])
    assert [each.settings for each in get_local(parse(packet, "photo"), "photo")] == [{"LocalExposure2012": -0.7}]
    later = write_packet(DevelopSettings({}), PhotoMetadata(), image, stamp, base=packet)
    assert get_local(parse(later, "photo"), "photo") == []


@pytest.mark.tool("exiftool")
def test_exiftool_reads_the_structure_of_every_mask(tmp_path: Path, tool: Callable[[str], str]) -> None:
    photo = new_photo()
    put_local(photo, [LocalAdjustment("Burn", {"LocalExposure2012": -0.7}, (BRUSH, GRADIENT))])
    file = tmp_path / "photo.xmp"
    file.write_bytes(serialize(photo, "test"))
    asked = [tool("exiftool"), "-j", "-struct", "-XMP-crs:all", str(file)]
    told = json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)[0]
    correction = told["MaskGroupBasedCorrections"][0]
    brush, gradient = correction["CorrectionMasks"]
    assert correction["LocalExposure2012"] == -0.175
    assert brush["Masks"][0]["Dabs"][-1] == "d 0.350000 0.500000"
    assert gradient["FullY"] == 0.4


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (lambda: LocalAdjustment("a", {}, (GRADIENT,)), "no slider"),
        (lambda: LocalAdjustment("a", {"LocalExposure2012": 4.5}, (GRADIENT,)), "the range is"),
        (lambda: LocalAdjustment("a", {"LocalContrast": 1}, (GRADIENT,)), "no slider of a local adjustment"),
        (lambda: LocalAdjustment("a", {"LocalDehaze": 1}, ()), "without a mask"),
        (
            lambda: LocalAdjustment("a", {"LocalDehaze": 1}, (Mask(GRADIENT.shape, Combination.SUBTRACT),)),
            "from nothing",
        ),
        (lambda: Stroke((Dab(0.5, 0.5, 0.5),) * (MOST_DABS + 1), 0.1, 0.5), "dabs"),
        (lambda: Dab(0.5, float("nan"), 0.5), "a dab at"),
        (lambda: LinearGradient((0.5, 0.5), (0.5, 0.5)), "without length"),
        (lambda: RadialGradient(0.5, 0.5, 0.5, 0.9), "without area"),
    ],
)
def test_what_lightroom_would_not_show_cannot_be_built(what: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        what()  # type: ignore[operator]


def test_many_dabs_are_several_strokes() -> None:
    strokes = split_dabs([Dab(0.5, 0.5, 0.5)] * (2 * MOST_DABS + 1), 0.1, 0.5)
    assert [len(stroke.dabs) for stroke in strokes] == [MOST_DABS, MOST_DABS, 1]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda fields: fields["CorrectionMasks"][0].update(What="Mask/Image"), "Mask/Image"),
        (lambda fields: fields["CorrectionMasks"][0]["Masks"][0].pop("Dabs"), "stored elsewhere"),
        (lambda fields: fields["CorrectionMasks"][0]["Masks"][0].update(Dabs=["z 1"]), "the dab"),
        (lambda fields: fields["CorrectionMasks"][0].update(MaskBlendMode=7), "blend mode"),
        (lambda fields: fields.update(LocalExposure2012="inf"), "the number"),
    ],
)
def test_masks_of_other_kinds_are_refused_with_the_reason(change: object, why: str) -> None:
    fields = as_fields([DARKER])
    change(fields[0])  # type: ignore[operator]
    with pytest.raises(ValueError, match=why):
        from_fields(fields)


def test_a_packet_with_such_masks_names_the_photo() -> None:
    packet = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"><crs:MaskGroupBasedCorrections><rdf:Seq>
      <rdf:li crs:LocalTint="0.1"/></rdf:Seq></crs:MaskGroupBasedCorrections></rdf:Description></rdf:RDF></x:xmpmeta>"""
    with pytest.raises(BadXmp, match=r"photo\.xmp"):
        get_local(parse(packet, "photo.xmp"), "photo.xmp")


def test_an_adjustment_at_rest_and_a_mask_that_is_switched_off_are_passed_over() -> None:
    fields = as_fields([DARKER, LocalAdjustment("b", {"LocalDehaze": 9}, (GRADIENT, BRUSH))])
    fields[0]["LocalExposure2012"] = 0
    fields[1]["CorrectionMasks"][1]["MaskActive"] = "false"
    (read,) = from_fields(fields)
    assert read.masks == (Mask(GRADIENT.shape, name="Linear Gradient 1"),)
