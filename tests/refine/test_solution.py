"""Offsets, shared corrections, curves and verdicts."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from couloir.cli.match import RENDERERS
from couloir.color.difference import Difference, difference
from couloir.color.spaces import srgb_encode
from couloir.derive import Fidelity
from couloir.derive.offsets import FEWEST, Offsets, SolvedPhoto, fit
from couloir.derive.pictures.curve_fit import fit_curves, with_curves
from couloir.engines.camera_raw import render
from couloir.engines.protocol import Picture
from couloir.engines.real import DngConverter
from couloir.lightroom.settings import DevelopSettings
from couloir.refine.shared import SharedSlopes
from couloir.refine.solver import RenderingSample
from couloir.refine.verdict import LIGHTROOM, Verdict, grade, tell_figure, verdict

NAMES = ("exposure", "contrast")


def solved(camera: str, maker: str, exposure: float) -> SolvedPhoto:
    return SolvedPhoto(camera, maker, "Adobe Standard", "6.12", {"exposure": exposure})


@pytest.mark.parametrize(
    ("mean", "p95", "word"),
    [
        (1.5, 40.0, Verdict.SAME),
        (1.51, 6.0, Verdict.MATCHED),
        (2.5, 6.0, Verdict.MATCHED),
        (2.51, 6.0, Verdict.CLOSE),
        (2.5, 6.01, Verdict.CLOSE),
        (5.0, 30.0, Verdict.CLOSE),
        (5.01, 6.0, Verdict.REVIEW),
    ],
)
def test_the_verdict_follows_the_difference(mean: float, p95: float, word: Verdict) -> None:
    found = Difference(mean, p95)
    assert grade(found) is word
    assert verdict(found, LIGHTROOM) is verdict(found, DngConverter.name) is word


@pytest.mark.parametrize("renderer", [name for name in RENDERERS if name != "dng-converter"])
def test_only_what_adobes_code_drew_has_a_verdict(renderer: str) -> None:
    name = RENDERERS[renderer].make().name
    assert verdict(Difference(0.4, 1.0), name) is Verdict.EXPECTED
    assert verdict(None, name) is verdict(None, LIGHTROOM) is Verdict.UNMEASURED


@pytest.mark.parametrize("name", [LIGHTROOM, *(choice.make().name for choice in RENDERERS.values())])
def test_a_figure_says_who_drew_it_in_words(name: str) -> None:
    told = tell_figure(1.234, name)
    assert "1.23" in told
    assert name == "darktable" or name not in told or name == LIGHTROOM
    assert ("not Lightroom" in told) is (name not in (LIGHTROOM, DngConverter.name))


def test_a_fidelity_and_a_verdict_share_no_word() -> None:
    assert not {each.lower() for each in Fidelity} & {each.lower() for each in Verdict}


def test_few_photos_give_no_offset() -> None:
    offsets = fit([solved("D200", "Nikon", 3.0)] * (FEWEST - 1))
    assert offsets.of("D200", "Nikon", "Adobe Standard", "6.12") == {}


def test_a_camera_with_many_photos_speaks_for_itself_and_one_with_few_for_its_relatives() -> None:
    many = [*[solved("D200", "Nikon", 3.0)] * 40, *[solved("D80", "Nikon", 3.2)] * 40]
    offsets = fit([*many, solved("D70", "Nikon", -5.0), *[solved("EOS 30D", "Canon", -2.0)] * 40])
    nikon = offsets.of("D200", "Nikon", "Adobe Standard", "6.12")["exposure"]
    canon = offsets.of("EOS 30D", "Canon", "Adobe Standard", "6.12")["exposure"]
    assert nikon == pytest.approx(3.0, abs=0.3)
    assert canon == pytest.approx(-2.0, abs=0.3)
    assert offsets.of("D70", "Nikon", "Adobe Standard", "6.12")["exposure"] > 0  # one photo does not outweigh forty
    assert offsets.of("unheard of", "Nikon", "x", "y")["exposure"] == pytest.approx(nikon, abs=0.5)
    assert offsets.of("unheard of", "nobody", "x", "y") == {}  # two makers that differ say nothing of a third


def test_one_wild_solution_does_not_carry_a_camera() -> None:
    offsets = fit([*[solved("D200", "Nikon", 1.0 + 0.01 * i) for i in range(20)], solved("D200", "Nikon", 50.0)])
    assert offsets.of("D200", "Nikon", "Adobe Standard", "6.12")["exposure"] < 1.5


def test_offsets_do_not_depend_on_the_order_and_survive_a_file() -> None:
    photos = [solved(f"camera {i % 3}", "Nikon", float(i)) for i in range(12)]
    offsets = fit(photos)
    assert fit(photos[::-1]) == offsets
    assert Offsets.from_dict(json.loads(json.dumps(offsets.as_dict()))) == offsets
    with pytest.raises(ValueError, match="not offsets"):
        Offsets.from_dict({"photos": 3})


def test_shared_corrections_learn_a_slope_that_depends_on_the_tone() -> None:
    random = np.random.default_rng(0)
    lab = np.stack([random.uniform(0, 100, 2000), random.normal(0, 20, 2000), random.normal(0, 20, 2000)], axis=-1)
    lab = lab.astype(np.float32)
    sure = np.ones(len(lab), dtype=np.bool_)
    missing = (lab * np.array([0.01, 0, 0], dtype=np.float32))[None] * np.array([1.0, 0.0], dtype=np.float32)[
        :, None, None
    ]
    shared = SharedSlopes.empty(NAMES)
    assert not shared.corrections(lab).any()
    for _ in range(8):
        x = random.normal(size=2) * 3
        after = lab + np.tensordot(x, missing, 1)
        before = RenderingSample(np.zeros(2), lab, sure)
        shared = shared.with_steps([(before, RenderingSample(x, after.astype(np.float32), sure), np.zeros_like(lab))])
    learnt = shared.corrections(lab)
    assert np.abs(learnt - missing).mean() < 0.3 * np.abs(missing).mean()
    kept = SharedSlopes.from_dict(json.loads(json.dumps(shared.as_dict())))
    assert np.array_equal(kept.corrections(lab), learnt)
    assert kept.photos == 8
    assert np.array_equal(SharedSlopes.empty(NAMES).join(shared).corrections(lab), learnt)
    with pytest.raises(ValueError, match="other parameters"):
        shared.join(SharedSlopes.empty(("blacks",)))


@pytest.mark.parametrize("broken", [{}, {"names": ["exposure"], "photos": 1, "gram": "?", "moment": ""}])
def test_a_broken_file_of_shared_corrections_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not the corrections of a camera"):
        SharedSlopes.from_dict(broken)


def test_curves_take_up_a_change_of_tone_and_balance(painted: Callable[..., Picture]) -> None:
    linear = painted(4)
    shown = np.clip(srgb_encode(linear), 0, 1)
    wanted = np.clip(shown * np.array([1.05, 0.98, 0.9]) + 0.03 * np.sin(6 * shown), 0, 1).astype(np.float32)
    everything = np.ones(shown.shape[:2], dtype=np.bool_)
    curves, expected = fit_curves(shown, wanted, everything, by_channel=True)
    start = DevelopSettings({})
    drawn = render(linear, with_curves(start, curves))
    before = difference(shown, wanted).mean
    assert difference(expected, wanted).mean < 0.25 * before
    assert difference(drawn, wanted).mean < 0.35 * before


def test_curves_rise_and_go_on_top_of_what_is_there(painted: Callable[..., Picture]) -> None:
    shown = np.clip(srgb_encode(painted(5)), 0, 1)
    curves, _ = fit_curves(shown, 1 - shown, np.ones(shown.shape[:2], dtype=np.bool_), by_channel=True)
    for samples in (curves.master, curves.red, curves.green, curves.blue):
        assert samples is not None
        assert (np.diff(samples) >= -1e-3).all()
    dark = DevelopSettings({"ToneCurvePV2012": (0, 0, 128, 64, 255, 255)})
    unmoved, _ = fit_curves(shown, shown, np.ones(shown.shape[:2], dtype=np.bool_), by_channel=True)
    master = with_curves(dark, unmoved)["ToneCurvePV2012"]
    assert isinstance(master, tuple)
    assert np.interp(128, master[0::2], master[1::2]) == pytest.approx(64, abs=3)


def test_a_grey_photo_takes_a_master_curve_alone(painted: Callable[..., Picture]) -> None:
    grey = np.repeat(np.clip(srgb_encode(painted(6)), 0, 1).mean(axis=-1, keepdims=True), 3, axis=-1)
    curves, _ = fit_curves(grey, grey**1.2, np.ones(grey.shape[:2], dtype=np.bool_), by_channel=False)
    assert curves.red is None
    assert curves.master is not None
