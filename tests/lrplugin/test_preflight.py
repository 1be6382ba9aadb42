"""The pre-flight dialog, which the user reads before an import begins."""

from __future__ import annotations

import pytest

import canned_service

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
        for title in ("Import from which Aperture library?", "Import from Aperture: ", "Looks and time: "):
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


def reasons(*counts, state="skipped"):
    return [
        {"kind": "operation", "state": state, "code": "operation.dropped", "count": count, "advice": "",
         "sentence": f"Lightroom has no adjustment number {count}."}
        for count in counts
    ]  # fmt: skip


def test_each_reason_why_something_stays_behind_has_a_line_the_largest_first(shown):
    texts = shown({"outlook": reasons(3, 11, 7)})
    at = texts.index("Will not be imported:")
    assert texts[at + 1 : at + 4] == [
        f"  {count} adjustments: Lightroom has no adjustment number {count}." for count in (11, 7, 3)
    ]


def test_the_smaller_reasons_are_behind_a_button(staged):
    stage = staged()
    plan = {"bytes_needed": 1, "outlook": reasons(*range(1, 31))}
    stage.service(
        {
            **canned_service.of_an_import(stage, photos=1, copies=0),
            f"GET /v1/jobs/{canned_service.IMPORT}": canned_service.done(plan),
        }
    )
    seen = []

    def look(dialog):
        seen.extend(dialog.texts)
        dialog.click("All reasons (24 more)")
        yield 1
        return "cancel"

    stage.lightroom.answer(lambda dialog: dialog.title == "What the import will do", look)
    for title in ("Import from which Aperture library?", "Import from Aperture: ", "Looks and time: ", "All reasons"):
        stage.lightroom.answer(title, "ok")
    stage.play(IMPORT)
    assert "  and more reasons: 24" in seen
    assert sum("Lightroom has no adjustment" in text for text in seen) == 6
    (everything,) = [dialog for dialog in stage.lightroom.dialogs if dialog.title == "All reasons"]
    assert sum("Lightroom has no adjustment" in text for text in everything.texts) == 30


def test_previews_that_only_aperture_can_make_are_told(shown):
    previews = {"edited": 50, "missing": 3, "stale": 4, "projects": 2, "message": "", "advice": ""}
    told = [text for text in shown({"previews": previews}) if "without an up-to-date preview" in text]
    assert [text.partition(".")[0] for text in told] == [
        "Edited photos without an up-to-date preview: 7 of 50; projects: 2"
    ]
    assert "macOS 28" in told[0]


def test_where_every_preview_is_up_to_date_nothing_is_told_of_them(shown):
    previews = {"edited": 50, "missing": 0, "stale": 0, "projects": 0, "message": "", "advice": ""}
    for plan in ({"previews": previews}, {}):
        assert not any("preview" in text for text in shown(plan))


def test_back_leads_to_the_step_before_with_all_that_was_chosen(staged):
    """From the plan to looks, from there to the originals; then all the way through."""
    stage = staged(real_time=False)
    stage.service(canned_service.of_an_import(stage, photos=1, copies=0))
    steps, chosen = [], []

    def originals(dialog):
        steps.append("originals")
        chosen.append(next(node.values["value"] for node in dialog.nodes("radio_button") if node.label == "Copy them"))
        dialog.set("Copy them", "copy")
        return "ok"

    def looks(dialog):
        steps.append("looks")
        return "other" if steps.count("looks") == 2 else "ok"

    def plan(_dialog):
        steps.append("plan")
        return "other" if steps.count("plan") == 1 else "ok"

    stage.lightroom.answer("Import from Aperture: ", originals)
    stage.lightroom.answer("Looks and time: ", looks)
    stage.lightroom.answer("What the import will do", plan)
    stage.lightroom.answer(lambda dialog: True, "ok")
    with stage.lightroom:
        stage.play(IMPORT)
        assert len(stage.lightroom.catalog.photos) == 1
    assert steps == ["originals", "looks", "plan", "looks", "originals", "looks", "plan"]
    assert chosen == ["clone", "copy"]
