"""Camera profile files: a round trip keeps everything, foreign tags stay, and broken files are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couloir.engines.dng import Calibration, HueSatMap, Profile
from couloir.engines.dng.color_model import ILLUMINANTS
from couloir.engines.dng.tags import BYTE, DCP_MAGIC, SHORT, Tag, numbers, read_tags, text, write_tags
from couloir.errors import BadProfile
from couloir.profiles import CameraProfile, EmbedPolicy, Facts, parse_profile, profile_bytes, read_profile

_FLOATS = st.floats(-40, 40, width=32)
_NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)


@st.composite
def tables(draw: st.DrawFn, shape: tuple[int, int, int] | None = None) -> HueSatMap:
    values, hues, saturations = shape or draw(st.tuples(st.integers(1, 3), st.integers(1, 6), st.integers(2, 4)))
    seed = draw(st.integers(0, 2**32 - 1))
    deltas = np.random.default_rng(seed).uniform(0.1, 2, (values, hues, saturations, 3))
    return HueSatMap(deltas.astype(np.float32), encoded=draw(st.booleans()))


@st.composite
def curves(draw: st.DrawFn) -> tuple[tuple[float, float], ...]:
    inner = sorted(set(draw(st.lists(st.floats(0.015625, 0.984375, width=32), max_size=6))))
    return ((0.0, 0.0), *((x, x**2) for x in inner), (1.0, 1.0)) if inner else ()


@st.composite
def profiles(draw: st.DrawFn) -> CameraProfile:
    kelvins = sorted(draw(st.sets(st.sampled_from(sorted(set(ILLUMINANTS.values()))), min_size=1, max_size=2)))
    matrices = [np.array(draw(st.lists(_FLOATS, min_size=9, max_size=9))).reshape(3, 3) for _ in kelvins]
    forward = draw(st.booleans())
    calibrations = tuple(
        Calibration(k, m, m.T.copy() if forward else None) for k, m in zip(kelvins, matrices, strict=True)
    )
    shape = draw(st.tuples(st.integers(1, 2), st.integers(1, 6), st.integers(2, 4)))
    encoded = tables(shape)
    maps = tuple(draw(encoded) for _ in draw(st.sampled_from(((), kelvins))))
    maps = tuple(HueSatMap(each.deltas, maps[0].encoded) for each in maps)
    look = Profile(
        name=draw(_NAMES),
        tone_curve=draw(curves()),
        hue_sat_maps=maps,
        look_table=draw(st.none() | tables()),
        exposure_offset=draw(st.integers(-200, 200)) / 100,
        default_black=draw(st.booleans()),
        calibrations=calibrations,
    )
    facts = st.builds(Facts, _NAMES, _NAMES, st.integers(0, 99), st.floats(0, 20), st.floats(0, 20))
    other = draw(st.dictionaries(st.sampled_from((1, 50800, 65000)), st.binary(min_size=1, max_size=9), max_size=2))
    return CameraProfile(
        camera=draw(_NAMES),
        look=look,
        copyright=draw(_NAMES),
        policy=draw(st.sampled_from(EmbedPolicy)),
        signature=draw(_NAMES),
        learnt=draw(st.none() | facts),
        other={number: Tag(BYTE, data) for number, data in other.items()},
    )


@given(profiles())
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150)
def test_what_is_written_is_read_again(profile: CameraProfile) -> None:
    read = parse_profile(profile_bytes(profile))
    for field in ("camera", "copyright", "policy", "signature", "learnt", "other", "name"):
        assert getattr(read, field) == getattr(profile, field), field
    for field in ("exposure_offset", "default_black"):
        assert getattr(read.look, field) == getattr(profile.look, field), field
    assert np.array_equal(np.array(read.look.tone_curve), np.array(profile.look.tone_curve, dtype=np.float32))
    for before, after in zip(_tables(profile.look), _tables(read.look), strict=True):
        assert np.array_equal(before.deltas, after.deltas)
        assert before.encoded == after.encoded
    for was, now in zip(profile.look.calibrations, read.look.calibrations, strict=True):
        assert now.kelvin == was.kelvin
        assert np.abs(now.color - was.color).max() < 1e-6
        assert (now.forward is None) == (was.forward is None)


@given(profiles())
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30)
def test_a_profile_that_was_read_is_written_alike(profile: CameraProfile) -> None:
    once = profile_bytes(profile)
    assert profile_bytes(parse_profile(once)) == once


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for head in (b"", b"IIRC\x08\0\0\0"):
        try:
            parse_profile(head + data)
        except ValueError as refused:
            assert str(refused)  # noqa: PT017


def test_somebody_elses_description_is_not_taken_for_facts() -> None:
    data = profile_bytes(plain())
    tags = {**read_tags(data, DCP_MAGIC), 270: text('{"photos": 3}'), 305: text("Another program")}
    read = parse_profile(write_tags(tags, DCP_MAGIC))
    assert read.learnt is None
    assert {270, 305} <= read.other.keys()


def test_what_is_wrong_with_a_file_is_said_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(BadProfile, match=r"gone\.dcp"):
        read_profile(tmp_path / "gone.dcp")
    broken = tmp_path / "broken.dcp"
    tags = read_tags(profile_bytes(plain()), DCP_MAGIC)
    for change, why in (
        ({50941: numbers(SHORT, [9])}, "policy 9 is not defined"),
        ({50721: numbers(SHORT, [1, 2])}, "2 numbers"),
        ({50940: numbers(SHORT, [1, 2, 3])}, "tone curve"),
    ):
        broken.write_bytes(write_tags({**tags, **change}, DCP_MAGIC))
        with pytest.raises(BadProfile, match=why):
            read_profile(broken)
    del tags[50721]
    broken.write_bytes(write_tags(tags, DCP_MAGIC))
    with pytest.raises(BadProfile, match="no colour matrix"):
        read_profile(broken)
    with pytest.raises(ValueError, match="colour matrix"):
        profile_bytes(CameraProfile("Canon", Profile("nothing")))


def plain() -> CameraProfile:
    return CameraProfile("Canon EOS 30D", Profile("Plain", calibrations=(Calibration(6500.0, np.eye(3)),)))


def _tables(look: Profile) -> list[HueSatMap]:
    return [*look.hue_sat_maps, *([look.look_table] if look.look_table is not None else [])]
