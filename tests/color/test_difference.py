"""CIEDE2000: the published pairs, a second implementation, and differences of whole pictures."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.color.difference import ciede2000, difference

# Table 1 of Sharma, Wu, Dalal (Color Res. Appl. 30, 2005): two Lab colours and their difference.
SHARMA = (
    (50.0000, 2.6772, -79.7751, 50.0000, 0.0000, -82.7485, 2.0425),
    (50.0000, 3.1571, -77.2803, 50.0000, 0.0000, -82.7485, 2.8615),
    (50.0000, 2.8361, -74.0200, 50.0000, 0.0000, -82.7485, 3.4412),
    (50.0000, -1.3802, -84.2814, 50.0000, 0.0000, -82.7485, 1.0000),
    (50.0000, -1.1848, -84.8006, 50.0000, 0.0000, -82.7485, 1.0000),
    (50.0000, -0.9009, -85.5211, 50.0000, 0.0000, -82.7485, 1.0000),
    (50.0000, 0.0000, 0.0000, 50.0000, -1.0000, 2.0000, 2.3669),
    (50.0000, -1.0000, 2.0000, 50.0000, 0.0000, 0.0000, 2.3669),
    (50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0009, 7.1792),
    (50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0010, 7.1792),
    (50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0011, 7.2195),
    (50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0012, 7.2195),
    (50.0000, -0.0010, 2.4900, 50.0000, 0.0009, -2.4900, 4.8045),
    (50.0000, -0.0010, 2.4900, 50.0000, 0.0010, -2.4900, 4.8045),
    (50.0000, -0.0010, 2.4900, 50.0000, 0.0011, -2.4900, 4.7461),
    (50.0000, 2.5000, 0.0000, 50.0000, 0.0000, -2.5000, 4.3065),
    (50.0000, 2.5000, 0.0000, 73.0000, 25.0000, -18.0000, 27.1492),
    (50.0000, 2.5000, 0.0000, 61.0000, -5.0000, 29.0000, 22.8977),
    (50.0000, 2.5000, 0.0000, 56.0000, -27.0000, -3.0000, 31.9030),
    (50.0000, 2.5000, 0.0000, 58.0000, 24.0000, 15.0000, 19.4535),
    (50.0000, 2.5000, 0.0000, 50.0000, 3.1736, 0.5854, 1.0000),
    (50.0000, 2.5000, 0.0000, 50.0000, 3.2972, 0.0000, 1.0000),
    (50.0000, 2.5000, 0.0000, 50.0000, 1.8634, 0.5757, 1.0000),
    (50.0000, 2.5000, 0.0000, 50.0000, 3.2592, 0.3350, 1.0000),
    (60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644),
    (63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630),
    (61.2901, 3.7196, -5.3901, 61.4292, 2.2480, -4.9620, 1.8731),
    (35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645),
    (22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373),
    (36.4612, 47.8580, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146),
    (90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441),
    (90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381),
    (6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377),
    (2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082),
)

lab = st.tuples(st.floats(0, 100), st.floats(-128, 128), st.floats(-128, 128))


@pytest.mark.parametrize("row", SHARMA)
def test_each_published_pair_has_its_published_difference(row: tuple[float, ...]) -> None:
    found = ciede2000(np.array(row[:3]), np.array(row[3:6]))
    assert float(found) == pytest.approx(row[6], abs=1e-4)


def test_all_34_pairs_are_here() -> None:
    assert len(SHARMA) == 34


def test_it_agrees_with_colour_science_on_ten_thousand_pairs(colour: ModuleType) -> None:
    random = np.random.default_rng(5)
    a, b = (random.uniform((0, -120, -120), (100, 120, 120), (10_000, 3)) for _ in range(2))
    # Close pairs too, where small terms count.
    b[:5000] = a[:5000] + random.normal(0, 1, (5000, 3))
    np.testing.assert_allclose(ciede2000(a, b), colour.delta_E(a, b, method="CIE 2000"), atol=1e-6)


def test_opposite_hues_differ_as_much_in_either_order() -> None:
    # Hues half a turn apart lie on the formula's own jump: rounding must take both orders to the same side of it.
    random = np.random.default_rng(8)
    a = random.uniform((0, -120, -120), (100, 120, 120), (20_000, 3))
    b = np.concatenate([random.uniform(0, 100, (20_000, 1)), -a[:, 1:] * random.uniform(0.01, 1, (20_000, 1))], axis=1)
    np.testing.assert_allclose(ciede2000(a, b), ciede2000(b, a), rtol=0, atol=1e-9)


@given(lab, lab)
def test_it_is_symmetric_and_never_negative(a: tuple[float, ...], b: tuple[float, ...]) -> None:
    there, back = ciede2000(np.array(a), np.array(b)), ciede2000(np.array(b), np.array(a))
    assert float(there) == pytest.approx(float(back), abs=1e-9)
    assert 0 <= float(there) < 300


@given(lab)
def test_a_colour_does_not_differ_from_itself(a: tuple[float, ...]) -> None:
    assert float(ciede2000(np.array(a), np.array(a))) == 0


def test_single_precision_is_enough_for_pictures() -> None:
    random = np.random.default_rng(6)
    a, b = (random.uniform((0, -80, -80), (100, 80, 80), (2000, 3)) for _ in range(2))
    single = ciede2000(a.astype(np.float32), b.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, ciede2000(a, b), atol=2e-3)


def test_a_picture_that_is_black_instead_of_white_differs_by_a_hundred() -> None:
    found = difference(np.zeros((4, 5, 3)), np.ones((4, 5, 3)))
    assert found.mean == pytest.approx(100, abs=0.01)
    assert found.p95 == pytest.approx(100, abs=0.01)


def test_the_95th_percentile_sees_what_the_mean_hides() -> None:
    picture = np.full((10, 10, 3), 0.5)
    spotted = picture.copy()
    spotted[0, :8] = 1.0
    found = difference(picture, spotted)
    assert found.p95 > 10 * found.mean
    spotted[0, :8], spotted[0, :3] = 0.5, 1.0
    assert difference(picture, spotted).p95 == 0


def test_pictures_of_different_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="different shape"):
        difference(np.zeros((4, 5, 3)), np.zeros((5, 4, 3)))


def test_pictures_without_pixels_are_refused() -> None:
    with pytest.raises(ValueError, match="without pixels"):
        difference(np.zeros((0, 5, 3)), np.zeros((0, 5, 3)))
