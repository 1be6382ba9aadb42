"""A vignette and local contrast are set from the whole preview after a match, where the rendering is nearer for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from couloir.aperture.adjustments import Adjustment, Definition, Exposure, Vignette
from couloir.aperture.model import Operation, Version
from couloir.color.spaces import srgb_encode
from couloir.derive.pictures.preview import load_reference
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.local_contrast import blur
from couloir.engines.pixels import encode_jpeg
from couloir.engines.protocol import Photo, Picture
from couloir.learn.scenes import VERSION
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.match import Match
from couloir.refine.options import MOVED, Options
from couloir.refine.presence import CONTRAST, CORNERS, match_presence
from couloir.refine.run import MatchRun, drive

ENGINE = CameraRawEngine()
DARK = {"PostCropVignetteAmount": -30, "PostCropVignetteMidpoint": 20, "PostCropVignetteFeather": 75}
HELD = ("vignette", "vignette_midpoint", "vignette_feather", "clarity", "dehaze", "highlights", "shadows")


@dataclass
class _Renderer:
    """The engine, deaf to some settings."""

    deaf: Callable[[str], bool] = lambda _key: False
    name: str = "couloir-camera-raw"

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        heard = {key: value for key, value in settings.items() if not self.deaf(key)}
        return ENGINE.render(photo, DevelopSettings(heard), size)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Photo:
    random = np.random.default_rng(3)
    rows, columns = 420, 630
    noise = random.normal(0, 1, (rows, columns, 3)).astype(np.float32)
    colors = np.stack([blur(noise[..., each], 30) * 20 for each in range(3)], axis=-1)
    detail = blur(noise[..., 0], 1.5) * 0.15 + blur(noise[..., 1], 6) * 0.6
    linear = np.clip(0.25 + 0.4 * colors + 0.9 * detail[..., np.newaxis], 0.02, 0.9)
    file = tmp_path_factory.mktemp("presence") / "photo.jpg"
    file.write_bytes(encode_jpeg(np.asarray(srgb_encode(linear)), 95))
    return Photo(file, PhotoKind.RENDERED)


def _preview(photo: Photo, **sliders: float) -> Path:
    file = photo.path.with_name("-".join(["preview", *sliders]) + ".jpg")
    file.write_bytes(encode_jpeg(ENGINE.render(photo, DevelopSettings({"Exposure2012": 0.3, **sliders}), 4000), 85))
    return file


def _match(photo: Photo, preview: Path, renderer: _Renderer) -> MatchRun:
    """A match that moves tones and colours only, so that they stand in for what is missing."""
    started = Match.begin(load_reference(preview), DevelopSettings({}), photo.kind, Options(), fixed=[*HELD, "texture"])
    assert set(HELD) - {"vignette", "vignette_midpoint", "vignette_feather"} <= set(MOVED)
    return drive(started, photo, renderer)


def _version(*adjustments: Adjustment) -> Version:
    operations = tuple(
        Operation(str(at), type(each).__name__, at, enabled=True, mask_uuid=None, inputs={}, adjustment=each)
        for at, each in enumerate(adjustments)
    )
    return replace(VERSION, operations=operations)


@pytest.fixture(scope="module")
def darkened(photo: Photo) -> tuple[Path, MatchRun]:
    """A preview with a vignette, and the match whose tones stand in for it."""
    preview = _preview(photo, **DARK)
    return preview, _match(photo, preview, _Renderer())


def test_a_vignette_that_tones_stood_in_for_is_set(photo: Photo, darkened: tuple[Path, MatchRun]) -> None:
    (preview, driven), renderer = darkened, _Renderer()
    found = match_presence(_version(Vignette(0, 0.5, 1.0)), preview, driven, photo, renderer)
    assert CORNERS in found.told
    assert found.run.match.outcome.settings["PostCropVignetteAmount"] == pytest.approx(-30, abs=8)
    assert found.corners is not None
    assert abs(found.corners[1]) < 0.1 < abs(found.corners[0])
    before, after = driven.match.outcome.after, found.run.match.outcome.after
    assert before is not None
    assert after is not None
    assert after.mean < before.mean
    assert found.renderings >= 1
    unnamed = match_presence(_version(Exposure(exposure=0.3)), preview, driven, photo, renderer)
    assert "PostCropVignetteAmount" not in unnamed.run.match.outcome.settings


def test_a_vignette_that_the_renderer_does_not_draw_is_taken_back(
    photo: Photo, darkened: tuple[Path, MatchRun]
) -> None:
    (preview, driven), renderer = darkened, _Renderer(lambda key: key.startswith("PostCrop"))
    found = match_presence(_version(Vignette(0, 0.5, 1.0)), preview, driven, photo, renderer)
    assert found.run is driven
    assert CORNERS not in found.told


def test_local_contrast_is_set_by_its_radius(photo: Photo) -> None:
    preview, renderer = _preview(photo, Clarity2012=45), _Renderer()
    driven = _match(photo, preview, renderer)
    found = match_presence(_version(Definition(0.5)), preview, driven, photo, renderer)
    assert found.told == (CONTRAST,)
    assert found.run.match.outcome.settings["Clarity2012"] == pytest.approx(45, abs=12)
    assert found.contrast is not None
    assert found.contrast[1] < found.contrast[0] / 2
    raw = replace(photo, kind=PhotoKind.RAW)
    untouched = match_presence(_version(Exposure(exposure=0.3)), preview, driven, raw, renderer)
    assert (untouched.run, untouched.contrast) == (driven, None)


def test_nothing_is_set_where_nothing_is_missing(photo: Photo) -> None:
    preview, renderer = _preview(photo), _Renderer()
    driven = _match(photo, preview, renderer)
    found = match_presence(_version(Definition(0.5), Vignette(0, 0.5, 1.0)), preview, driven, photo, renderer)
    assert (found.run, found.told, found.renderings) == (driven, (), 0)
    assert match_presence(_version(Definition(0.5)), None, driven, photo, renderer).run is driven
