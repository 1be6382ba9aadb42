"""Sharpening is set after a match where the preview's pixels show it, and kept where the rendering confirms it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from couloir.aperture.adjustments import Adjustment, EdgeSharpen
from couloir.aperture.model import Operation
from couloir.derive.details import pairing
from couloir.derive.details.sharpness import KEYS
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.pixels import encode_jpeg
from couloir.engines.protocol import Photo, Picture
from couloir.learn.scenes import VERSION
from couloir.lightroom.crop import Crop
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine import details
from couloir.refine.details import DetailMatch, DetailRecord, DetailSubject, match_details, read_details

SHARP = {"Sharpness": 70, "SharpenRadius": 1.0}
ENGINE = CameraRawEngine()


def _scene() -> Picture:
    random = np.random.default_rng(18)
    y, x = np.mgrid[0:384, 0:416]
    shapes = 0.25 * np.tanh(6 * np.sin(x / 9 + y / 31) * np.sin(y / 11 - x / 40)) * (x < 208)
    bright = 0.5 + shapes + random.normal(0, 0.01, shapes.shape)
    return np.asarray(np.clip(np.stack([bright, bright * 0.97, bright * 0.94], axis=-1), 0, 1), dtype=np.float32)


class _Drawing:
    """The engine, with the settings that it was asked for."""

    def __init__(
        self, photo: Photo, change: Callable[[DevelopSettings], DevelopSettings] = lambda asked: asked
    ) -> None:
        self.photo, self.change = photo, change
        self.asked: list[DevelopSettings] = []

    def __call__(self, settings: DevelopSettings, size: int) -> Picture:
        self.asked.append(settings)
        return ENGINE.render(self.photo, self.change(settings), size)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Photo:
    file = tmp_path_factory.mktemp("details") / "photo.jpg"
    file.write_bytes(encode_jpeg(_scene(), 95))
    return Photo(file, PhotoKind.RENDERED)


@pytest.fixture(scope="module")
def sharpened(photo: Photo) -> Path:
    """The preview of the photo with sharpening, cropped as `_settings` crops it."""
    file = photo.path.with_name("preview.jpg")
    file.write_bytes(encode_jpeg(ENGINE.render(photo, _settings(SHARP), 4000), 80))
    return file


def _settings(sliders: dict[str, float] | None = None) -> DevelopSettings:
    crop = Crop.from_rectangle(208, 192, 400, 368, 0, 416, 384)
    return DevelopSettings({**crop.settings(), "Exposure2012": 0.3, **(sliders or {})})


def _subject(photo: Photo, preview: Path, settings: DevelopSettings, *named: Adjustment) -> DetailSubject:
    operations = tuple(
        Operation("1", "RKProSharpenOperation", 1, enabled=True, mask_uuid=None, inputs={}, adjustment=each)
        for each in named
    )
    return DetailSubject(replace(VERSION, operations=operations), photo, preview, settings)


NAMED = EdgeSharpen(0.5, 0.2, 0.7)


def test_sharpening_is_set_and_measured(photo: Photo, sharpened: Path) -> None:
    draw = _Drawing(photo)
    found = match_details(_subject(photo, sharpened, _settings(), NAMED), draw, of_camera=False)
    assert found.sliders["Sharpness"] == pytest.approx(SHARP["Sharpness"], rel=0.2)
    assert found.told == (details.SHARPENED,)
    assert found.settings == _settings().merge(found.sliders)
    assert found.record.edges is not None
    assert found.record.edges[0] > 0.15
    assert abs(found.record.edges[1]) < 0.04
    assert found.record.renderings == len(draw.asked) <= 3


def test_a_renderer_that_sharpens_twice_as_much_is_asked_for_less(photo: Photo, sharpened: Path) -> None:
    def doubled(asked: DevelopSettings) -> DevelopSettings:
        return asked.merge({"Sharpness": min(2 * float(str(asked.get("Sharpness", 0))), 150)})

    found = match_details(_subject(photo, sharpened, _settings(), NAMED), _Drawing(photo, doubled), of_camera=False)
    assert found.sliders["Sharpness"] == pytest.approx(SHARP["Sharpness"] / 2, rel=0.25)


def test_what_a_rendering_does_not_confirm_is_taken_back(photo: Photo, sharpened: Path) -> None:
    def without(asked: DevelopSettings) -> DevelopSettings:
        return DevelopSettings({key: value for key, value in asked.items() if key not in KEYS})

    found = match_details(_subject(photo, sharpened, _settings(), NAMED), _Drawing(photo, without), of_camera=False)
    assert found.settings == _settings()
    assert found.record.why == details.NOT_NEARER


def test_translated_sharpening_that_the_preview_does_not_show_is_left_out(photo: Photo) -> None:
    preview = photo.path.with_name("plain.jpg")
    preview.write_bytes(encode_jpeg(ENGINE.render(photo, _settings(), 4000), 80))
    found = match_details(_subject(photo, preview, _settings(SHARP), NAMED), _Drawing(photo), of_camera=False)
    assert found.settings == _settings()
    assert found.told == (details.LEFT_OUT,)


def test_a_photo_without_such_a_row_is_sharpened_by_a_large_gap_only(photo: Photo, sharpened: Path) -> None:
    assert match_details(_subject(photo, sharpened, _settings()), _Drawing(photo), of_camera=False).sliders
    faint = photo.path.with_name("faint.jpg")
    faint.write_bytes(encode_jpeg(ENGINE.render(photo, _settings({"Sharpness": 25}), 4000), 90))
    assert match_details(_subject(photo, faint, _settings(), NAMED), _Drawing(photo), of_camera=False).sliders
    assert not match_details(_subject(photo, faint, _settings()), _Drawing(photo), of_camera=False).sliders


def test_what_cannot_be_told_is_refused_before_a_rendering(photo: Photo, sharpened: Path) -> None:
    small = photo.path.with_name("small.jpg")
    small.write_bytes(encode_jpeg(ENGINE.render(photo, _settings(), 200), 90))
    turned = _settings(Crop.from_rectangle(208, 192, 360, 331, 2.0, 416, 384).settings())
    raw = Photo(photo.path, PhotoKind.RAW)
    for subject, reason in (
        (_subject(photo, small, _settings(), NAMED), pairing.REDUCED),
        (_subject(photo, sharpened, turned, NAMED), pairing.STRAIGHTENED),
        (_subject(raw, sharpened, _settings(), NAMED), details.OF_CAMERA),
        (_subject(photo, photo.path.with_name("absent.jpg"), _settings(), NAMED), "The picture"),
    ):
        draw = _Drawing(photo)
        found = match_details(subject, draw, of_camera=False)
        assert found == DetailMatch(subject.settings, record=DetailRecord(why=found.record.why))
        assert found.record.why.startswith(reason)
        assert draw.asked == []


def test_a_record_survives_its_journal(photo: Photo, sharpened: Path) -> None:
    record = DetailRecord((0.2, 0.01), None, (1.5, 0.9), 3)
    assert read_details(json.loads(json.dumps(asdict(record)))) == record
    assert read_details(None) is None
    taken_back = record.take_back()
    assert (taken_back.edges, taken_back.why) == ((0.2, 0.2), details.NOT_NEARER)
