"""The examples in public docstrings, of the whole package: what they print is what the code gives."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

import couloir
from couloir.aperture.adjustments import Exposure
from couloir.aperture.model import Master, Version

PACKAGE = Path(couloir.__file__).parent
WITH_EXAMPLES = sorted(
    ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts)
    for file in PACKAGE.rglob("*.py")
    if ">>> " in file.read_text(encoding="utf-8")
)


def test_the_difference_a_clamp_and_a_translation_have_examples() -> None:
    assert {"couloir.color.difference", "couloir.lightroom.settings", "couloir.derive.translate"} <= set(WITH_EXAMPLES)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_are_true(name: str, a_version: Callable[..., Version], jpeg: Master) -> None:
    """Examples that need a photo find one as `version` and `master`: a JPEG with Exposure at +1."""
    photo = {"version": a_version(Exposure(exposure=1.0)), "master": jpeg}
    found = doctest.testmod(import_module(name), extraglobs=photo)
    assert (found.failed, found.attempted > 0) == (0, True)
