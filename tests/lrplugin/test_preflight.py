"""What the user reads before an import begins."""

from __future__ import annotations

import canned_service
import pytest

IMPORT = "Import from Aperture"


@pytest.fixture
def shown(staged):
    """The texts of the last dialog before an import, for a plan of the service."""

    def show(plan=(), **options):
        stage = staged(**options)
        stage.service(
            {
                **canned_service.of_an_import(stage, photos=1, copies=0),
                f"GET /v1/jobs/{canned_service.IMPORT}": canned_service.done(
                    {"bytes_needed": 2_000_000_000, "outlook": [], **dict(plan)}
                ),
            }
        )
        for title in ("Import from which Aperture library?", "Import from Aperture: "):
            stage.lightroom.answer(title, "ok")
        stage.lightroom.answer("What the import will do", "cancel")
        stage.play(IMPORT)
        (dialog,) = [each for each in stage.lightroom.dialogs if each.title == "What the import will do"]
        return dialog.texts

    return show


def test_the_space_needed_and_free_is_told(shown):
    texts = shown()
    assert "Space needed at most: 1.9 GB; free: 838.2 GB" in texts
    assert not any("too small" in text for text in texts)


def test_too_small_a_disk_is_told(shown):
    texts = shown({"bytes_needed": 10**13})
    assert any("The disk is too small for copies of all originals." in text for text in texts)


def test_a_disk_that_cannot_tell_what_is_free_is_no_fault(shown):
    texts = shown(disk_free="unknown")
    assert "Space needed at most: 1.9 GB; Lightroom cannot tell how much is free." in texts
