"""Do others read what we write, and draw what we draw? Adobe's SDK and RawTherapee with the same profile files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.color.difference import difference
from couloir.engines.dng import Calibration, HueSatMap, Profile, baseline
from couloir.engines.pixels import resize
from couloir.engines.protocol import Photo
from couloir.engines.real import RawTherapee
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.profiles import CameraProfile, profile_bytes, read_profile
from evaluation.adobe_sdk import AdobeSdk
from evaluation.profiles_looks import taught
from evaluation.profiles_standins import CAMERA, SIZE, Cache, Scene, filmic, pairs_of
from evaluation.section import Section

_FILES = 20
_THEIRS = Path("/usr/share/rawtherapee/dcpprofiles")
_REAL = ("Canon EOS 40D.dcp", "Nikon D200.dcp")


def measure(scenes: list[Scene], cache: Cache) -> Section:
    """Every scene under each of five profiles, of which two are other people's where RawTherapee is installed."""
    sdk = AdobeSdk()
    files = _profiles(scenes, cache)
    rows = []
    for name, file in files.items():
        profile = read_profile(file)
        means, highest = [], 0.0
        for scene in scenes[:_FILES]:
            theirs = sdk.render(scene.file, SIZE, profile=file).shown
            found = difference(theirs, baseline(scene.camera, scene.model, profile.look).astype(np.float64))
            means.append(found.mean)
            highest = max(highest, found.p95)
        mean = float(np.mean(means))
        rows.append(
            Row(
                f"{name}: our model beside Adobe's SDK, {len(means)} files, mean",
                mean,
                "CIEDE2000",
                "<= 0.01",
                mean <= 0.01,
            )
        )
        rows.append(Row(f"{name}: the worst file's 95th percentile", highest, "CIEDE2000"))
    rows += _effects(sdk, scenes[0], cache.folder)
    rows += _rawtherapee(sdk, scenes[:3], files)
    return Section(rows)


def _profiles(scenes: list[Scene], cache: Cache) -> dict[str, Path]:
    random = np.random.default_rng(5)

    def table(values: int) -> HueSatMap:
        shape = (values, 12, 6)
        parts = [random.uniform(-30, 30, shape), random.uniform(0.6, 1.4, shape), random.uniform(0.85, 1.15, shape)]
        return HueSatMap(np.stack(parts, axis=-1).astype(np.float32), encoded=values > 1)

    matrix = scenes[0].model.calibrations[0].color
    two = (Calibration(2850.0, matrix * 1.02), Calibration(6500.0, matrix))
    curve = ((0.0, 0.0), (0.1, 0.16), (0.4, 0.6), (1.0, 1.0))
    wild = Profile("Random", curve, (table(1), table(1)), table(8), 0.2, calibrations=two)
    made = {"random, two lights": wild}
    for count in (3, 10):
        look = taught(pairs_of(filmic, scenes[:count], cache), cache)
        made[f"learnt from {count}"] = replace(look, name=f"Learnt {count}", calibrations=scenes[0].model.calibrations)
    files = {}
    for name, look in made.items():
        files[name] = cache.folder / f"{name.replace(' ', '-').replace(',', '')}.dcp"
        files[name].write_bytes(profile_bytes(CameraProfile(CAMERA, look)))
    files.update({name.removesuffix(".dcp"): _THEIRS / name for name in _REAL if (_THEIRS / name).exists()})
    return files


def _effects(sdk: AdobeSdk, scene: Scene, folder: Path) -> list[Row]:
    """A rotated hue and a steep curve must be seen in both programs."""
    own = scene.model.calibrations
    turned = np.tile(np.array([40.0, 1.0, 1.0], np.float32), (2, 6, 3, 1))
    effects = {
        "rotated hue": Profile("Turned", (), look_table=HueSatMap(turned, encoded=True), calibrations=own),
        "steep curve": Profile("Steep", ((0.0, 0.0), (0.3, 0.05), (0.6, 0.95), (1.0, 1.0)), calibrations=own),
    }
    plain = folder / "plain.dcp"
    plain.write_bytes(
        profile_bytes(CameraProfile(CAMERA, Profile("Plain", ((0.0, 0.0), (1.0, 1.0)), calibrations=own)))
    )
    rows = []
    for name, look in effects.items():
        file = folder / f"{name}.dcp"
        file.write_bytes(profile_bytes(CameraProfile(CAMERA, look)))
        shown = difference(
            sdk.render(scene.file, SIZE, profile=plain).shown, sdk.render(scene.file, SIZE, profile=file).shown
        )
        rows.append(Row(f"Adobe's SDK shows: {name}", shown.mean, "CIEDE2000", ">= 3", shown.mean >= 3))
        other = difference(_drawn(scene, plain), _drawn(scene, file))
        rows.append(Row(f"RawTherapee shows: {name}", other.mean, "CIEDE2000", ">= 3", other.mean >= 3))
    return rows


def _rawtherapee(sdk: AdobeSdk, scenes: list[Scene], files: dict[str, Path]) -> list[Row]:
    rows = []
    for name in ("learnt from 10", "random, two lights"):
        found = [
            difference(
                sdk.render(scene.file, SIZE, profile=files[name]).shown, _drawn(scene, files[name]).astype(np.float64)
            ).mean
            for scene in scenes
        ]
        rows.append(
            Row(f"{name}: RawTherapee beside Adobe's SDK, {len(found)} files", float(np.mean(found)), "CIEDE2000")
        )
    return rows


def _drawn(scene: Scene, profile: Path) -> np.ndarray:
    shown = RawTherapee(profile=profile).render(Photo(scene.file, PhotoKind.RAW), DevelopSettings(), SIZE)
    rows, columns = scene.camera.shape[:2]
    return shown if shown.shape == scene.camera.shape else resize(shown, columns, rows)
