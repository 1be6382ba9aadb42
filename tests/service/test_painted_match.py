"""A brush that Couloir placed is judged by Lightroom's own rendering, and taken back where it does not hold."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from couloir.aperture.library import Library
from couloir.aperture.model import PixelSize
from couloir.color.spaces import srgb_encode
from couloir.engines.camera_raw.masks import draw_brush
from couloir.lightroom.local.fields import KEY, as_fields
from couloir.lightroom.local.masks import Brush, Dab, LocalAdjustment, Mask, Stroke
from couloir.refine.color_pair import ColorPair
from couloir.service.match.painted import (
    ASKED,
    HOLDS,
    KEPT,
    SWITCH,
    TAKEN_BACK,
    judge_with,
    judge_without,
    masks_of,
    settings_after,
)
from fake_lightroom.session import RenderJob
from fake_lightroom.tables.develop import DEFAULTS
from hidden_lightroom import HiddenLightroom
from sample_library import build_library
from sample_library.roles import Role

SIZE = PixelSize(96, 64)


def _mask(x: float = 0.3, name: str = "Aperture: Dodge", stops: float = 1.0) -> LocalAdjustment:
    return LocalAdjustment(name, {"LocalExposure2012": stops}, (Mask(Brush((Stroke((Dab(x, 0.5, 1.0),), 0.2, 0.5),))),))


def _pair(stops: float) -> ColorPair:
    """A rendering that differs from the preview by these stops where the brush acts, and by a little everywhere."""
    alpha = draw_brush(_mask().masks[0].shape, 96, 64)[..., np.newaxis]  # type: ignore[arg-type]
    linear = np.full((64, 96, 3), 0.2, dtype=np.float32)
    target = np.asarray(srgb_encode(linear * 1.04), dtype=np.float32)
    rendering = np.asarray(srgb_encode(linear * 2 ** (stops * alpha)), dtype=np.float32)
    every = np.ones((64, 96), dtype=bool)
    return ColorPair(rendering, target, every, every)


def test_a_mask_holds_where_the_rendering_is_as_near_as_elsewhere() -> None:
    found = judge_with(_pair(0.0), [_mask()], {}, 1, SIZE)
    assert found["state"] == HOLDS
    assert found["inside"] == pytest.approx(found["outside"], abs=0.05)
    assert settings_after(found) == {}


def test_one_that_does_not_is_tried_without_and_the_nearer_one_stays() -> None:
    far, near = _pair(1.0), _pair(0.0)
    asked = judge_with(far, [_mask()], {}, 1, SIZE)
    assert asked["state"] == ASKED
    assert settings_after(asked) == {SWITCH: True}  # whoever stops now has it switched on
    gone = judge_without(asked, far, near, [_mask()], {}, 1, SIZE)
    assert (gone["state"], settings_after(gone)) == (TAKEN_BACK, {SWITCH: True, KEY: []})
    kept = judge_without(asked, far, _pair(1.5), [_mask()], {}, 1, SIZE)
    assert (kept["state"], settings_after(kept)) == (KEPT, {SWITCH: True})


def test_a_mask_outside_of_what_is_shown_is_not_judged() -> None:
    crop = {"CropLeft": 0.7, "CropTop": 0.0, "CropRight": 1.0, "CropBottom": 1.0, "CropAngle": 0.0}
    assert judge_with(_pair(1.0), [_mask()], crop, 1, SIZE) == {}
    assert judge_with(_pair(1.0), [_mask()], {}, 1, None) == {}


@pytest.mark.parametrize(
    "fields",
    [
        None,
        [],
        "text",
        as_fields([_mask(), _mask(name="Sky")]),
        [{"LocalExposure2012": 1, "CorrectionMasks": [{"What": "Mask/Image"}]}],
    ],
)
def test_a_photographers_own_masks_are_left_alone(fields: object) -> None:
    assert masks_of({KEY: fields}) == ()
    assert [each.name for each in masks_of({KEY: as_fields([_mask()])})] == ["Aperture: Dodge"]


# A session ----------------------------------------------------------------------------------------------------------


@dataclass
class Scene:
    """Photos of a painted library in a Lightroom that draws brushes, and how their session went."""

    develop: dict[str, dict[str, Any]] = field(default_factory=dict)
    looks: dict[str, Any] = field(default_factory=dict)
    switched_off: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def scene(shared_client: Any, opened: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Scene, list[str]]:
    """Three photos, each dodged in Aperture: the first has the brush of its derivation, the second one in another
    place, and the third none, as where Lightroom dropped it.
    """
    source = tmp_path_factory.mktemp("painted") / "Painted.aplibrary"
    build_library(source, masters=3, roles=[Role(looks=("dodge",)) for _ in range(3)])
    with Library.open(source) as library:
        files: dict[str, Path] = {}
        for version, master in library.versions_with_masters():
            original = None if master is None else library.original(master).path
            if version.shown and original is not None:
                files[version.uuid] = original
    number, found, renderer = opened(shared_client, source), Scene(), HiddenLightroom(5, gap=0.0)
    items = [{"library": number, "version": uuid} for uuid in files]
    derived = shared_client.post("/v1/derivations", {"items": items}).json["results"]
    for uuid, answer in zip(files, derived, strict=True):
        found.develop[uuid] = dict(answer["translation"]["settings"])
    first, second, third = files
    assert found.develop[first][KEY]
    found.develop[second][KEY] = as_fields([_mask(0.85, stops=-2.5)])
    del found.develop[third][KEY]
    photos = [{"library": number, "version": uuid, "lightroom": uuid} for uuid in files]
    address = f"/v1/refinements/{shared_client.post('/v1/refinements', {'photos': photos}).json['id']}/round"
    answer = shared_client.post(address, {"photos": 3}).json
    while not answer["done"]:
        rendered, settled = [], []
        for step in answer["steps"]:
            table = found.develop[step["version"]]
            table.update(step["settings"] or {})
            live = {**DEFAULTS["rendered"], **table}
            if live[SWITCH] is False:
                found.switched_off.add(step["version"])
            picture = base64.b64encode(renderer(RenderJob(files[step["version"]], live, 768, 768))).decode()
            photo, turn = step["photo"], step["number"]
            rendered.append({"photo": photo, "number": turn, "settings": live, "rendering": picture})
        for each in answer["finished"]:
            found.develop[each["version"]].update(each["look"]["settings"] or {})
            found.looks[each["version"]] = each["look"]
            settled.append({"photo": each["photo"], "number": each["look"]["renderings"]})
        answer = shared_client.post(address, {"photos": 3, "rendered": rendered, "settled": settled}).json
    return found, list(files)


def test_a_brush_in_its_place_holds(scene: tuple[Scene, list[str]]) -> None:
    found, (first, _, _) = scene
    assert "What was painted holds in Lightroom" in found.looks[first]["reason"] or (
        "What was painted stays" in found.looks[first]["reason"]
    )
    assert found.develop[first][KEY]
    assert found.develop[first].get(SWITCH, True) is True
    assert "is not matched" not in found.looks[first]["reason"]


def test_a_brush_in_another_place_is_taken_back_after_one_rendering_without_it(scene: tuple[Scene, list[str]]) -> None:
    found, (_, second, _) = scene
    assert second in found.switched_off
    assert "What was painted was taken back" in found.looks[second]["reason"]
    assert (found.develop[second][KEY], found.develop[second][SWITCH]) == ([], True)


def test_where_lightroom_has_no_brush_the_reason_says_what_to_do(scene: tuple[Scene, list[str]]) -> None:
    found, (_, _, third) = scene
    assert "Read Metadata from Files" in found.looks[third]["reason"]
    assert third not in found.switched_off
