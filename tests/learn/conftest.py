"""Generated photographs: enough for tests of learning, which need no sample files."""

from __future__ import annotations

import numpy as np
import pytest

from couloir.learn import dataset
from couloir.learn.dataset import Pairs
from couloir.learn.photographs import Photograph
from couloir.learn.synthesise import Job, shard


def drawn(number: int) -> Photograph:
    """A soft landscape of a few random colours, linear sRGB."""
    random = np.random.default_rng(number)
    rows, columns = np.mgrid[0:96, 0:144].astype(np.float32) / 144
    picture = np.zeros((96, 144, 3), dtype=np.float32)
    for _ in range(6):
        x, y, size = (*random.uniform(0, 1, 2), random.uniform(0.05, 0.4))
        spot = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / size**2)
        picture += spot[..., np.newaxis] * random.uniform(0, 0.6, 3).astype(np.float32)
    return Photograph(f"{number:016x}", np.clip(picture + 0.02, 0, 1))


@pytest.fixture(scope="session")
def photographs() -> list[Photograph]:
    """Twelve, three of them held out."""
    return [drawn(number) for number in range(12)]


SMALL = Job(seed=1, number=0, worlds=2, photos=3)


@pytest.fixture(scope="session")
def small(photographs: list[Photograph], tmp_path_factory: pytest.TempPathFactory) -> Pairs:
    """Six solved photos of two worlds."""
    file = tmp_path_factory.mktemp("pairs") / "shard.npz"
    dataset.write(file, shard(photographs, SMALL))
    return dataset.read(file)
