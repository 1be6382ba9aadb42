"""Originals that stay inside the Aperture library: Lightroom must not write into them, and no plug-in can read that
setting. The user is asked, and the first photo is checked before a second one is added.
"""

from __future__ import annotations

import shutil

import pytest

from fake_lightroom import Options

IMPORT = "ImportMenu.lua"


@pytest.fixture
def own(small, tmp_path):
    """A library that may be spoilt."""
    path = tmp_path / "Own.aplibrary"
    shutil.copytree(small.path, path)
    return type(small)(path, small.manifest)


@pytest.fixture
def importing(start, agreeing, own, home, tmp_path):
    def begin(mode="reference", answers=None, **options):
        lightroom = start(home, options=Options(time_scale=0.02, **options), answers=answers)
        return agreeing(lightroom, own, tmp_path / "destination", mode)

    return begin


def tree(library):
    return {path.relative_to(library): path.stat().st_size for path in library.rglob("*") if path.is_file()}


def test_the_user_is_asked_and_can_go_back_and_have_them_cloned(importing, daemon, said, tmp_path):
    modes = iter(["reference", "clone"])

    def options(dialog):
        dialog.set("Folder:", str(tmp_path / "destination"))
        dialog.set("Leave them where they are", next(modes))
        return "ok"

    answers = {"Import from Aperture: ": options, "Automatically write changes into XMP": "cancel"}
    lightroom = importing(answers=answers)
    lightroom.run_menu(IMPORT)
    assert "are left where they are: into the Aperture library." in said(lightroom)
    assert all(str(tmp_path / "destination") in photo.path for photo in lightroom.catalog.photos.values())


def test_where_nothing_is_written_all_photos_come(importing, daemon, own, said):
    before = tree(own.path)
    lightroom = importing()
    lightroom.run_menu(IMPORT)
    assert "The import from Aperture is finished" in said(lightroom)
    assert len(lightroom.catalog.photos) > 20
    assert tree(own.path) == before


@pytest.mark.parametrize("seconds", [0.0, 8.0])
def test_the_import_pauses_after_the_first_photo_when_lightroom_writes(importing, daemon, own, said, seconds):
    before = tree(own.path)
    lightroom = importing(auto_write_xmp=seconds)
    lightroom.run_menu(IMPORT)
    masters = [photo for photo in lightroom.catalog.photos.values() if photo.master is None]
    assert len(masters) == 1
    assert "Lightroom has written into " in said(lightroom)
    assert "Turn off 'Automatically write changes into XMP'" in said(lightroom)
    assert len(set(tree(own.path).items()) ^ set(before.items())) <= 2  # one file, or one sidecar


def test_after_it_was_turned_off_the_import_goes_on_where_it_stopped(importing, daemon, said, agreeing, own, tmp_path):
    lightroom = importing(auto_write_xmp=1.0)
    lightroom.run_menu(IMPORT)
    again = lightroom.start_again(options=Options(time_scale=0.02))
    agreeing(again, own, tmp_path / "destination", "reference").run_menu(IMPORT)
    assert "The import from Aperture is finished" in said(again)
    assert len(again.catalog.photos) > 20


def test_copies_may_be_written_into(importing, daemon, said):
    lightroom = importing("clone", auto_write_xmp=0.0)
    lightroom.run_menu(IMPORT)
    assert "The import from Aperture is finished" in said(lightroom)
    assert "Automatically write" not in said(lightroom)
