"""Libraries that were moved, have no databases, or hold damaged originals: the user is asked and informed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sample_library import build_library

MENU = "ImportMenu.lua"


class Chosen(NamedTuple):
    """What the user chooses in the open panel."""

    path: Path


@pytest.fixture
def library(tmp_path: Path) -> Path:
    build_library(tmp_path / "Own.aplibrary", masters=16, seed=3)
    return tmp_path / "Own.aplibrary"


@pytest.mark.parametrize("answer", ["ok", "cancel"])
def test_links_are_followed_only_after_the_user_was_told_where_they_lead(
    daemon: Any,
    start: Any,
    agreeing: Any,
    library: Path,
    home: Path,
    tmp_path: Path,
    said: Callable[..., str],
    answer: str,
) -> None:
    (library / "Masters").rename(tmp_path / "Big Disk")
    try:
        (library / "Masters").symlink_to(tmp_path / "Big Disk")
    except OSError as error:
        pytest.skip(f"no links here: {error}")
    lightroom = agreeing(start(home), Chosen(library))
    lightroom.answer("Follow the links of this library?", answer)
    lightroom.run_menu(MENU)
    assert f"Masters: {tmp_path / 'Big Disk'}" in said(lightroom)
    assert (len(lightroom.catalog.photos) > 10) is (answer == "ok")


def test_a_library_with_lost_databases_comes_over_from_its_property_lists(
    daemon: Any, start: Any, agreeing: Any, library: Path, home: Path, said: Callable[..., str]
) -> None:
    shutil.rmtree(library / "Database" / "apdb")
    lightroom = agreeing(start(home), Chosen(library))
    lightroom.answer("Read the library from its property lists?", "ok")
    lightroom.run_menu(MENU)
    assert "They lack the order in stacks" in said(lightroom)
    assert len(lightroom.catalog.photos) > 10


def test_a_damaged_original_is_told_with_where_to_look(
    daemon: Any, start: Any, agreeing: Any, home: Path, tmp_path: Path, said: Callable[..., str]
) -> None:
    build_library(tmp_path / "Own.aplibrary", masters=30, seed=3, anomalies=["half-original"], write_plists=False)
    lightroom = agreeing(start(home), Chosen(tmp_path / "Own.aplibrary"))
    lightroom.run_menu(MENU)
    [told] = [text for text in said(lightroom).splitlines() if text.startswith("Its original is cut off")]
    assert "backup" in told
