"""Noise, edges, local contrast and corners of a preview are measured; sliders are chosen where the figure is sure."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from couloir.aperture.adjustments import Adjustment, EdgeSharpen, NoiseReduction
from couloir.aperture.model import Operation
from couloir.color.spaces import srgb_decode
from couloir.derive import analytic
from couloir.derive.bricks import BRICKS
from couloir.derive.details import presence, sharpness
from couloir.derive.details.bands import BANDS, cut_tiles, energies, log_ratio, spectra
from couloir.derive.details.fine import EDGE_BANDS, NOISE_BANDS, NOT_THE_SAME, TOO_FEW, TOO_SMALL, FineScale
from couloir.derive.details.part import Part, choose_part
from couloir.derive.details.seen import see_details
from couloir.derive.details.wide import measure_contrast, measure_falloff
from couloir.derive.model import Fidelity
from couloir.derive.painted.frame import ShownFrame
from couloir.engines.camera_raw import render
from couloir.engines.decoding.coding import JpegCoding, read_coding
from couloir.engines.local_contrast import blur
from couloir.engines.pixels import encode_jpeg, load_pixels
from couloir.engines.protocol import Picture
from couloir.learn.scenes import MASTER, VERSION
from couloir.lightroom.crop import Crop
from couloir.lightroom.settings import DevelopSettings

SIDE = 384


@lru_cache(maxsize=1)
def scene() -> Picture:
    """Soft edges of every direction on one half, even noise on the other; sRGB-encoded."""
    random = np.random.default_rng(18)
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    shapes = np.sign(np.sin(x / 9 + y / 31) * np.sin(y / 11 - x / 40)) * 0.22 * (x < SIDE / 2)
    bright = 0.5 + blur(shapes.astype(np.float32), 1.2) + random.normal(0, 0.012, (SIDE, SIDE))
    tinted = np.stack([bright, bright * 0.97, bright * 0.94], axis=-1) + random.normal(0, 0.008, (SIDE, SIDE, 3))
    return np.asarray(np.clip(tinted, 0, 1), dtype=np.float32)


@pytest.fixture(scope="module")
def coding(tmp_path_factory: pytest.TempPathFactory) -> JpegCoding:
    file = tmp_path_factory.mktemp("coding") / "preview.jpg"
    file.write_bytes(encode_jpeg(scene(), 75))
    found = read_coding(file)
    assert found is not None
    return found


def test_a_picture_is_compressed_as_the_file_was(coding: JpegCoding, tmp_path: Path) -> None:
    file = tmp_path / "again.jpg"
    file.write_bytes(encode_jpeg(scene(), 75))
    with Image.open(file) as opened:
        shown = np.asarray(opened, dtype=np.float32) / 255
    assert np.array_equal(coding.compress(scene()), shown)


def test_only_color_jpegs_have_a_coding(tmp_path: Path) -> None:
    picture = Image.fromarray(np.uint8(scene() * 255))
    picture.save(tmp_path / "picture.png")
    picture.convert("L").save(tmp_path / "grey.jpg")
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0broken")
    for name in ("picture.png", "grey.jpg", "broken.jpg", "absent.jpg"):
        assert read_coding(tmp_path / name) is None


def test_a_gain_of_detail_is_told_with_its_deviation() -> None:
    tiles = cut_tiles(scene()[..., 0])
    own = energies(spectra(tiles))
    values, deviations = log_ratio(energies(spectra(0.5 + (tiles - 0.5) * 1.2)), own)
    assert np.allclose(values, np.log(1.2), atol=1e-4)
    assert (deviations < 1e-4).all()
    noisy = tiles + np.random.default_rng(1).normal(0, 0.01, tiles.shape)
    values, deviations = log_ratio(energies(spectra(noisy)), own)
    assert len(values) == len(BANDS)
    assert (deviations > 1e-4).all()


@pytest.mark.parametrize(
    "sharpened", [{"Sharpness": 60.0, "SharpenRadius": 1.0}, {"Sharpness": 90.0, "SharpenRadius": 2.0}]
)
def test_the_sharpening_of_a_preview_is_found(coding: JpegCoding, sharpened: dict[str, float]) -> None:
    scale = FineScale(coding.compress(sharpness.draw(scene(), sharpened)), scene(), coding)
    found = sharpness.choose(scale, scene())
    assert found is not None
    assert found.amounts["SharpenRadius"] == sharpened["SharpenRadius"]
    assert found.amounts["Sharpness"] == pytest.approx(sharpened["Sharpness"], rel=0.15)
    assert abs(found.gap.edges.mean(EDGE_BANDS)[0]) < 0.03


def test_nothing_is_set_where_details_are_the_same(coding: JpegCoding) -> None:
    darker = np.asarray(scene() ** 1.1, dtype=np.float32)
    for preview in (scene(), darker):
        scale = FineScale(coding.compress(preview), scene(), coding)
        assert abs(scale.measure(scene()).edges.mean(EDGE_BANDS)[0]) < 0.03
        assert sharpness.choose(scale, scene()) is None


def test_compression_alone_is_no_loss_of_noise(coding: JpegCoding) -> None:
    compared = FineScale(coding.compress(scene()), scene(), coding).measure(scene())
    assert compared.noise is None or abs(compared.noise.mean(NOISE_BANDS)[0]) < 0.03
    blindly = FineScale(coding.compress(scene()), scene(), None).measure(scene())
    assert blindly.noise is not None
    assert blindly.noise.mean(NOISE_BANDS)[0] < -0.05


def test_less_noise_in_the_preview_is_told() -> None:
    cleaner = sharpness.draw(scene(), {"LuminanceSmoothing": 60.0})
    gap = FineScale(cleaner, scene(), None).measure(scene())
    assert sharpness.is_cleaner(gap.noise)
    assert not sharpness.is_cleaner(FineScale(scene(), scene(), None).measure(scene()).noise)


def test_what_cannot_be_compared_is_refused_with_its_reason(coding: JpegCoding) -> None:
    for preview, rendering, reason in (
        (scene()[:128], scene()[:128], TOO_SMALL),
        (scene()[:, :320], scene(), NOT_THE_SAME),
        (np.roll(scene(), 5, axis=1), scene(), NOT_THE_SAME),
        (scene() * np.float32(0.02), scene() * np.float32(0.02), TOO_FEW),
    ):
        with pytest.raises(ValueError, match="^" + reason):
            FineScale(preview, rendering, coding)


def test_a_step_too_far_is_taken_back_in_proportion() -> None:
    preview = sharpness.draw(scene(), {"Sharpness": 60.0, "SharpenRadius": 1.0})
    scale = FineScale(preview, scene(), None)
    start = scale.measure(scene())
    too_far = scale.measure(sharpness.draw(scene(), {"Sharpness": 100.0, "SharpenRadius": 1.0}))
    again = sharpness.rescale({"Sharpness": 100.0, "SharpenRadius": 1.0}, start, too_far)
    assert again is not None
    assert again["Sharpness"] == pytest.approx(60, rel=0.1)
    right = scale.measure(sharpness.draw(scene(), {"Sharpness": 60.0, "SharpenRadius": 1.0}))
    assert sharpness.rescale({"Sharpness": 60.0, "SharpenRadius": 1.0}, start, right) is None


@pytest.mark.parametrize("orientation", [1, 3, 6, 7])
@pytest.mark.parametrize("crop", [None, Crop.from_rectangle(180, 130, 300, 200, 0, 384, 256)])
def test_a_part_is_rendered_alone_as_it_is_shown_in_the_whole(orientation: int, crop: Crop | None) -> None:
    linear = scene()[:256]
    whole = render(linear, DevelopSettings({} if crop is None else crop.settings()), orientation=orientation)
    rows, columns = whole.shape[:2]
    part = Part(32, 64, 96, 128)
    frame = ShownFrame(384, 256, crop, orientation)
    alone = render(linear, DevelopSettings(part.crop(frame, (columns, rows)).settings()), orientation=orientation)
    assert np.allclose(alone, part.cut(whole), atol=1e-5)


def test_the_part_has_edges_and_even_places() -> None:
    random = np.random.default_rng(2)
    bright = np.full((1100, 2400), 0.5, dtype=np.float32) + random.normal(0, 1e-3, (1100, 2400)).astype(np.float32)
    bright[:, 1500:1900] += 0.3 * np.sign(np.sin(np.arange(400) / 5)).astype(np.float32)
    part = choose_part(bright)
    assert (part.width, part.height) == (1024, 1024)
    assert part.left + part.width > 1500
    assert (part.left % 16, part.top % 16) == (0, 0)
    assert choose_part(bright[:500, :600]) == Part(0, 0, 600, 500)


@lru_cache(maxsize=1)
def _wide() -> Picture:
    """Detail of every size on stripes of tones, sRGB-encoded."""
    random = np.random.default_rng(3)
    rows, columns = 400, 640
    noise = random.normal(0, 1, (rows, columns)).astype(np.float32)
    detail = sum(blur(noise, sigma) * sigma for sigma in (1.0, 3.0, 8.0)) * 0.05
    places = np.linspace(0, 9, columns)[np.newaxis] + np.linspace(0, 5, rows)[:, np.newaxis]
    bright = np.clip(0.42 + 0.17 * np.sin(places) + detail, 0.03, 0.95)
    return np.asarray(np.stack([bright, bright * 0.95, bright * 0.9], axis=-1), dtype=np.float32)


def _drawn(**sliders: float) -> Picture:
    return render(np.asarray(srgb_decode(_wide()), dtype=np.float32), DevelopSettings(sliders))


def test_local_contrast_is_told_by_radius_whatever_tones_and_compression_do(coding: JpegCoding) -> None:
    same = measure_contrast(coding.compress(_drawn(Exposure2012=0.3)), _wide())
    assert not presence.is_off(same)
    clearer = measure_contrast(coding.compress(_drawn(Exposure2012=0.3, Clarity2012=40)), _wide())
    assert presence.is_off(clearer)
    assert (clearer.values[:2] > 0.1).all()
    with pytest.raises(ValueError, match=NOT_THE_SAME):
        measure_contrast(_wide()[::-1], _wide())
    with pytest.raises(ValueError, match=TOO_FEW):
        measure_contrast(np.full_like(_wide(), 0.5), np.full_like(_wide(), 0.5))


def test_clarity_and_texture_are_found_together() -> None:
    found = measure_contrast(_drawn(Clarity2012=35, Texture=20), _wide())
    chosen = presence.choose_presence(found, presence.find_slopes(_wide()), DevelopSettings({"Texture": 5}))
    assert chosen["Clarity2012"] == pytest.approx(35, abs=8)
    assert chosen["Texture"] == pytest.approx(25, abs=8)


def test_slopes_learn_from_what_a_rendering_did() -> None:
    slopes = presence.find_slopes(_wide())
    before = measure_contrast(_drawn(Clarity2012=40), _wide())
    after = measure_contrast(_drawn(Clarity2012=40), _drawn(Clarity2012=20))
    moved = np.array([40.0, 0.0])  # a renderer whose Clarity does half of what ours does
    corrected = presence.correct_slopes(slopes, before, after, moved)
    assert np.allclose(corrected @ moved, before.values - after.values, atol=1e-6)


@pytest.mark.parametrize("amount", [-30, 25])
def test_a_vignette_is_found_beside_other_tones(amount: int) -> None:
    wanted = {"PostCropVignetteAmount": amount, "PostCropVignetteMidpoint": 30, "PostCropVignetteFeather": 75}
    falloff = measure_falloff(_drawn(**wanted, Exposure2012=0.2), _wide())
    assert presence.is_darkened(falloff)
    chosen = presence.choose_vignette(falloff, DevelopSettings({}), (400, 640))
    assert chosen["PostCropVignetteAmount"] == pytest.approx(amount, abs=10)
    there = measure_falloff(_drawn(**wanted), _drawn(**chosen))
    assert not presence.is_darkened(there)


def test_one_dark_corner_is_no_vignette() -> None:
    shaded = _wide().copy()
    shaded[:130, :210] *= 0.8
    assert not presence.is_darkened(measure_falloff(shaded, _wide()))
    assert not presence.is_darkened(measure_falloff(_drawn(Contrast2012=20, Exposure2012=-0.4), _wide()))


def _operation(adjustment: Adjustment) -> Operation:
    identifier = BRICKS[type(adjustment)].identifier
    return Operation("1", identifier, 1, enabled=True, mask_uuid=None, inputs={}, adjustment=adjustment)


def test_a_translation_takes_the_sharpening_that_the_preview_shows(tmp_path: Path) -> None:
    original, preview = tmp_path / "original.jpg", tmp_path / "preview.jpg"
    original.write_bytes(encode_jpeg(np.concatenate([scene(), scene()[::-1]]), 95))
    linear = load_pixels(original, None, orient=False)
    crop = Crop.from_rectangle(192, 384, 368, 700, 0, SIDE, 2 * SIDE)
    look = {**crop.settings(), "Exposure2012": 0.4, "Sharpness": 90, "SharpenRadius": 1.0}
    preview.write_bytes(encode_jpeg(render(linear, DevelopSettings(look), orientation=6), 80))
    seen = see_details(VERSION, original, preview, crop, 6)
    assert seen is not None
    assert seen.settings["Sharpness"] == pytest.approx(0.8 * 90, rel=0.15)
    version = replace(VERSION, operations=(_operation(EdgeSharpen(0.3, 0.22, 0.69)), _operation(NoiseReduction(1, 1))))
    formulas = analytic(version, replace(MASTER, subtype="JPGST"))
    found = seen.on(formulas, version)
    assert formulas.settings["Sharpness"] != found.settings["Sharpness"] == seen.settings["Sharpness"]
    sharpened, noise = found.operations
    assert (sharpened.fidelity, sharpened.settings) == (Fidelity.TAKEN, ("Sharpness", "SharpenRadius"))
    assert noise == formulas.operations[1]


def test_a_translation_keeps_its_formula_where_the_preview_tells_nothing(tmp_path: Path) -> None:
    original, preview = tmp_path / "original.jpg", tmp_path / "preview.jpg"
    original.write_bytes(encode_jpeg(scene(), 95))
    preview.write_bytes(encode_jpeg(scene()[::2, ::2], 80))
    assert see_details(VERSION, original, preview, None, 1) is None
    preview.write_bytes(encode_jpeg(scene(), 80))
    assert see_details(VERSION, original, preview, None, 1) is None
    preview.write_bytes(b"no picture")
    assert see_details(VERSION, original, preview, None, 1) is None
