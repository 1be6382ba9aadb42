"""Makers of versions, masters and operations with everything at a plain default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from couloir.aperture.model import Master, Version
from sample_library.plain import MASTER, plain_version


@pytest.fixture
def a_version() -> Callable[..., Version]:
    """A 3000 x 2000 version with the given adjustments in order, and any field changed."""
    return plain_version


@pytest.fixture
def jpeg() -> Master:
    return MASTER


@pytest.fixture
def raw() -> Master:
    return replace(MASTER, file_name="IMG_1.CR2", original_file_name="IMG_1.CR2", subtype="RAWST", is_raw=True)
