"""What a photo's own pair of pictures makes of a translation."""

from __future__ import annotations

import numpy as np
import pytest

from couloir.color.difference import difference
from couloir.color.spaces import srgb_decode
from couloir.color.temperature import planckian_temperature
from couloir.derive.controls import PARAMETERS, between, move
from couloir.derive.pictures.evidence import settle_by_pair
from couloir.derive.prior import draw_expected
from couloir.derive.residual.outputs import OUTPUTS
from couloir.engines.camera_raw import NOMINAL, render, render_raw_many
from couloir.engines.constants import draw
from couloir.engines.dng import PLAIN, Calibration, ColorModel
from couloir.engines.dng.raw import RawScene
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings, PhotoKind

KIND = PhotoKind.RENDERED
START = DevelopSettings({"Exposure2012": 0.1})
UNSURE = {output.name: 3.0 * output.size for output in OUTPUTS}


def scene(seed: int = 1) -> Picture:
    """Linear light of all tones and some colours."""
    random = np.random.default_rng(seed)
    coarse = random.random((8, 12, 3)).repeat(8, axis=0).repeat(8, axis=1) ** 2.2
    return np.asarray(0.02 + 0.7 * coarse * np.linspace(0.2, 1, 96)[None, :, None], dtype=np.float32)


def preview(change: dict[str, float], seed: int = 1) -> Picture:
    """What another Camera Raw makes of the scene with these changes, in normalised units."""
    constants = draw(NOMINAL, np.random.default_rng(seed))
    return np.asarray(srgb_decode(render(scene(), move(START, change, KIND), constants=constants)), dtype=np.float32)


def settled(shown: Picture, deviations: dict[str, float] = UNSURE, fixed: tuple[str, ...] = ()) -> DevelopSettings:
    return settle_by_pair(START, scene(), shown, KIND, None, deviations, fixed)


@pytest.mark.parametrize("change", [{"exposure": 4.0}, {"exposure": -3.0, "saturation": 4.0}, {"temperature": 3.0}])
def test_settings_go_to_what_the_preview_shows(change: dict[str, float]) -> None:
    shown = preview(change)
    found = settled(shown)
    moved = between(START, found, KIND)
    for name, wanted in change.items():
        assert moved[name] * wanted > 0
    target = np.asarray(render(scene(), move(START, change, KIND)), dtype=np.float32)
    before, after = (difference(draw_expected(scene(), each, None), _small(target)).mean for each in (START, found))
    assert after < 0.5 * before


def _small(encoded: Picture) -> Picture:
    return draw_expected(np.asarray(srgb_decode(encoded), dtype=np.float32), DevelopSettings({}), None)


def test_the_surer_the_model_is_the_less_a_pair_moves_it() -> None:
    shown = preview({"exposure": 4.0})
    sure = {name: deviation / 60 for name, deviation in UNSURE.items()}
    far, near = (between(START, settled(shown, each), KIND)["exposure"] for each in (UNSURE, sure))
    assert 0 <= near < 0.5 * far


def test_nothing_moves_where_the_preview_is_what_was_expected() -> None:
    shown = np.asarray(srgb_decode(draw_expected(scene(), START, None)), dtype=np.float32)
    moved = between(START, settled(shown), KIND)
    assert max(abs(each) for each in moved.values()) < 0.3


def test_what_is_fixed_stays_and_the_rest_is_the_same_every_time() -> None:
    shown = preview({"exposure": 4.0, "contrast": 3.0})
    found = settled(shown, fixed=("exposure",))
    assert found["Exposure2012"] == START["Exposure2012"]
    assert found == settled(shown, fixed=("exposure",))
    assert "texture" in PARAMETERS
    assert between(START, found, KIND)["texture"] == 0


def test_a_preview_that_does_not_lie_on_the_original_says_nothing() -> None:
    shown = preview({"exposure": 4.0})
    moved = np.roll(shown, 9, axis=1)
    assert settled(np.ascontiguousarray(moved)) == START


def _of_primaries(start: DevelopSettings, kind: PhotoKind) -> float:
    """How far the primaries are moved by a preview in which they stand elsewhere."""
    wanted = {"primary_hue_red": 2.0, "primary_saturation_blue": -2.0}
    shown = np.asarray(srgb_decode(render(scene(), move(start, wanted, kind))), dtype=np.float32)
    found = settle_by_pair(start, scene(), shown, kind, None, UNSURE)
    moved = between(start, found, kind)
    assert all(moved[name] * aim >= 0 for name, aim in wanted.items())
    return max(abs(moved[name]) for name in wanted)


def test_what_two_raw_decoders_disagree_in_goes_to_the_primaries() -> None:
    assert _of_primaries(START, PhotoKind.RAW) > 0.8
    assert _of_primaries(START, PhotoKind.RENDERED) == 0
    assert _of_primaries(START.merge({"ConvertToGrayscale": True}), PhotoKind.RAW) == 0


def _raw_scene() -> RawScene:
    to_camera = np.array([[0.75, -0.17, -0.09], [-0.5, 1.32, 0.2], [-0.1, 0.24, 0.62]])
    model = ColorModel((Calibration(6500.0, to_camera),), (0.5, 1.0, 0.7))
    return RawScene(scene() * np.float32(0.6), model, PLAIN, orientation=1, scale=1.0)


def test_a_raw_files_exposure_and_white_balance_act_on_its_own_colours() -> None:
    raw = _raw_scene()
    white = planckian_temperature(raw.model.as_shot)
    as_shot = (white.kelvin, white.tint)

    def draw(settings: DevelopSettings) -> Picture:
        return np.asarray(render_raw_many(raw.camera, raw.model, raw.profile, [settings])[0], dtype=np.float32)

    wanted = move(START, {"temperature": 6.0, "exposure": 4.0}, PhotoKind.RAW, as_shot)
    original, shown = (np.asarray(srgb_decode(draw(each)), np.float32) for each in (DevelopSettings({}), wanted))
    sides = {}
    for name, known in (("file", raw), ("picture", None)):
        found = settle_by_pair(START, original, shown, PhotoKind.RAW, as_shot, UNSURE, scene=known)
        sides[name] = difference(draw(found), draw(wanted)).mean
    start = difference(draw(START), draw(wanted)).mean
    assert sides["file"] < 0.15 * start
    assert sides["file"] < 0.5 * sides["picture"]


def test_a_brushed_region_does_not_pull_the_rest() -> None:
    shown = preview({"exposure": 2.0})
    brushed = shown.copy()
    brushed[8:40, 8:40] *= np.array([0.2, 0.3, 0.9], dtype=np.float32)
    plain, local = (between(START, settled(each), KIND)["exposure"] for each in (shown, brushed))
    assert local == pytest.approx(plain, abs=0.6 * abs(plain))
