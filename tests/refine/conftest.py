"""A picture with enough detail to be matched, and a renderer that the loop does not know."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image

from couloir.color.spaces import srgb_encode
from couloir.engines.camera_raw import NOMINAL, Constants, render
from couloir.engines.constants import draw
from couloir.engines.local_contrast import blur
from couloir.engines.pixels import encode_jpeg
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings
from couloir.refine.match import Match


def _painted(seed: int, width: int = 240, height: int = 160) -> Picture:
    """Linear sRGB: clouds of colour over three octaves, with edges, from deep shadow to near white."""
    random = np.random.default_rng(seed)
    layers = [
        blur(random.normal(size=(3, height, width)).astype(np.float32), sigma) * sigma for sigma in (2.0, 6.0, 20.0)
    ]
    field = np.moveaxis(sum(layers), 0, -1)
    light = field.mean(axis=-1, keepdims=True) * 1.2
    light += np.where(blur(random.normal(size=(height, width)).astype(np.float32), 12)[..., None] > 0, 0.5, -0.5)
    stops = np.clip(-2.6 + 1.6 * (light - light.mean()) / light.std() + 0.5 * (field - light), -9, -0.1)
    return np.exp2(stops).astype(np.float32)


def through_jpeg(encoded: Picture, quality: int = 88) -> Picture:
    with Image.open(io.BytesIO(encode_jpeg(encoded, quality))) as opened:
        return np.asarray(opened, dtype=np.float32) / 255


@dataclass(frozen=True)
class Hidden:
    """A Camera Raw whose constants were drawn at random, seen through JPEG."""

    linear: Picture
    constants: Constants

    def __call__(self, settings: DevelopSettings) -> Picture:
        return through_jpeg(render(self.linear, settings, constants=self.constants))


@pytest.fixture
def painted() -> Callable[..., Picture]:
    """(seed, width, height) to a linear picture."""
    return _painted


@pytest.fixture
def hidden() -> Callable[[int], Hidden]:
    return lambda seed: Hidden(_painted(seed), draw(NOMINAL, np.random.default_rng(seed)))


@pytest.fixture
def drive() -> Callable[[Match, Callable[[DevelopSettings], Picture]], Match]:
    """Ask and tell until it is finished."""

    def run(match: Match, renderer: Callable[[DevelopSettings], Picture]) -> Match:
        while (settings := match.ask()) is not None:
            match.tell(renderer(settings))
        return match

    return run


@pytest.fixture
def encoded() -> Callable[..., Picture]:
    """The same, sRGB-encoded."""
    return lambda *given: np.clip(srgb_encode(_painted(*given)), 0, 1).astype(np.float32)
