"""Camera offsets: those that photos share are found, and none is fitted to photos that share none."""

from __future__ import annotations

import numpy as np
import pytest

from couloir.derive.offsets import FEWEST, Offsets, SolvedPhoto, fit

NAMES = ("temperature", "tint", "exposure", "contrast", "highlights", "shadows", "blacks", "saturation")
PLACE = ("D200", "Nikon", "Adobe Standard", "6")


def photos(count: int, hidden: dict[str, float], seed: int, *, spread: float = 1.0, place=PLACE) -> list[SolvedPhoto]:
    """Solved photos that need a hidden offset and, each for itself, something else."""
    random = np.random.default_rng(seed)
    return [
        SolvedPhoto(*place, {name: hidden.get(name, 0.0) + float(random.normal(0, spread)) for name in NAMES})
        for _ in range(count)
    ]


@pytest.mark.parametrize("count", [FEWEST, 30, 200])
@pytest.mark.parametrize("seed", range(4))
def test_a_hidden_offset_is_found(count: int, seed: int) -> None:
    found = fit(photos(count, {"exposure": 4.0, "tint": -3.0}, seed)).of(*PLACE)
    assert found["exposure"] == pytest.approx(4.0, abs=1.5)
    assert found["tint"] == pytest.approx(-3.0, abs=1.5)


@pytest.mark.parametrize("count", [FEWEST, 30, 200])
def test_noise_gives_no_offset(count: int) -> None:
    given = [bool(fit(photos(count, {}, seed, spread=3.0)).of(*PLACE)) for seed in range(30)]
    assert sum(given) <= 1


def test_an_offset_brings_new_photos_of_its_camera_nearer() -> None:
    for seed in range(6):
        hidden = {"exposure": 3.0, "contrast": 2.0}
        found = fit(photos(20, hidden, seed, spread=1.5)).of(*PLACE)
        fresh = photos(200, hidden, seed + 100, spread=1.5)
        errors = [
            [np.linalg.norm([each.change[name] - offset.get(name, 0.0) for name in NAMES]) for each in fresh]
            for offset in ({}, found)
        ]
        assert np.mean(errors[1]) < 0.9 * np.mean(errors[0])


def test_each_camera_and_profile_is_judged_by_its_own_photos() -> None:
    learnt = ("D200", "Nikon", "learnt", "6")
    found = fit(photos(30, {"exposure": 5.0}, 1) + photos(30, {}, 2, spread=3.0, place=learnt))
    assert found.of(*PLACE)["exposure"] == pytest.approx(5.0, abs=1.0)
    assert found.of(*learnt) == {}


def test_a_camera_without_photos_takes_what_its_relatives_share_and_nothing_else() -> None:
    alike = [each for n in range(3) for each in photos(12, {"exposure": 3.0}, n, place=(f"D{n}", "Nikon", "p", "6"))]
    assert fit(alike).of("D9", "Nikon", "p", "6")["exposure"] == pytest.approx(3.0, abs=1.0)
    unlike = [
        each
        for n, stops in enumerate((-4.0, 4.0, 0.5))
        for each in photos(12, {"exposure": stops}, n, place=(f"D{n}", "Nikon", "p", "6"))
    ]
    found = fit(unlike)
    assert found.of("D9", "Nikon", "p", "6") == {}
    assert found.of("D0", "Nikon", "p", "6")["exposure"] == pytest.approx(-4.0, abs=1.0)


def test_no_photo_gives_no_offset() -> None:
    assert fit([]) == Offsets(0, {}, {}, {})
