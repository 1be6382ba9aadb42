"""A learnt profile as an ICC input profile, read and applied by LittleCMS, and named by ExifTool."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_to_lab
from couloir.color.temperature import daylight_xy
from couloir.engines.dng import Calibration, HueSatMap, Profile, baseline
from couloir.errors import BadProfile
from couloir.profiles import CameraProfile, Pair
from couloir.profiles.icc import icc_bytes, icc_name


@pytest.fixture(scope="module")
def profile(pairs: list[Pair], secret: Profile) -> CameraProfile:
    look = replace(secret, name="Aperture, Canon EOS 5D", calibrations=pairs[0].model.calibrations)
    return CameraProfile("Canon EOS 5D", look, copyright="Learnt by Couloir from the owner's own library")


def _apply(profile: bytes, colors: np.ndarray) -> np.ndarray:
    """What LittleCMS makes of 8-bit device colours: sRGB."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    sent = Image.fromarray(colors.reshape(1, -1, 3))
    transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), "RGB", "RGB", renderingIntent=1)
    return np.asarray(ImageCms.applyTransform(sent, transform)).reshape(-1, 3)


@pytest.mark.parametrize("exponent", [1.0, 1.8])
def test_littlecms_draws_the_chart_as_the_profile_does(
    profile: CameraProfile, pairs: list[Pair], exponent: float
) -> None:
    model = replace(pairs[0].model, baseline_exposure=0.0)
    white = daylight_xy(5500.0)
    random = np.random.default_rng(1)
    grey, colour = random.uniform(20, 200, (300, 1)), random.uniform(0.6, 1.25, (300, 3))
    device = np.rint(grey * colour).astype(np.uint8)
    drawn = _apply(icc_bytes(profile, 0.3, exponent), device)
    light = (device / 255.0) ** exponent
    told = baseline(light * model.neutral_of(white), model, profile.look, exposure=0.3, white=white)
    within = ((told > 0.002) & (told < 0.998)).all(axis=-1)  # sRGB holds it; beyond, two engines may clip otherwise
    found = ciede2000(srgb_to_lab(drawn[within] / 255.0), srgb_to_lab(told[within].astype(np.float64)))
    assert within.sum() > 200
    assert found.mean() < 0.4
    assert np.percentile(found, 95) < 1.2


def test_grey_stays_grey(profile: CameraProfile) -> None:
    plain = replace(profile, look=replace(profile.look, look_table=None))
    steps = np.arange(0, 256, 5, dtype=np.uint8)
    drawn = _apply(icc_bytes(plain), np.stack([steps] * 3, axis=-1)).astype(int)
    assert np.ptp(drawn, axis=-1).max() <= 2
    assert (np.diff(drawn[:, 1]) >= 0).all()


def test_the_same_profile_gives_the_same_bytes(profile: CameraProfile) -> None:
    assert icc_bytes(profile) == icc_bytes(profile)


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="needs ExifTool")
def test_exiftool_names_what_it_is(profile: CameraProfile, tmp_path: Path) -> None:
    place = tmp_path / icc_name(profile.camera)
    place.write_bytes(icc_bytes(profile))
    assert place.name == "CanonEOS5D-Aperture.icm"
    told = subprocess.run(["exiftool", "-json", str(place)], capture_output=True, check=True)
    [found] = json.loads(told.stdout)
    assert found["ProfileClass"] == "Input Device Profile"
    assert (found["ColorSpaceData"], found["ProfileConnectionSpace"]) == ("RGB ", "Lab ")
    assert found["ProfileDescription"] == "Aperture, Canon EOS 5D (unproved)"
    assert "Warning" not in found


def test_a_profile_of_two_lights_is_that_of_daylight(profile: CameraProfile) -> None:
    maps = tuple(
        HueSatMap(np.tile(np.array([turn, 1.0, 1.0], np.float32), (1, 6, 2, 1)), encoded=False) for turn in (30.0, 0.0)
    )
    cool = replace(profile.look.calibrations[0], kelvin=5000.0)
    warm = Calibration(2850.0, cool.color, cool.forward)
    two = replace(profile.look, hue_sat_maps=maps, calibrations=(warm, cool))
    one = replace(profile.look, hue_sat_maps=(maps[1], maps[1]), calibrations=(warm, cool))
    assert icc_bytes(replace(profile, look=two)) == icc_bytes(replace(profile, look=one))


def test_a_profile_without_matrices_is_refused(profile: CameraProfile) -> None:
    with pytest.raises(BadProfile, match="matrices"):
        icc_bytes(replace(profile, look=replace(profile.look, calibrations=())))
