"""Locate disk...: photos that wait for a disk with another name come once the user has said where it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import canned_service
from couloir.aperture.library import Library
from couloir.migrate.ledger import reasons
from fake_lightroom import HttpFault
from sample_library import build_library

PLAN = "What the import will do"
LOCATE = ("Locate disk...", "Volume suchen...", "Localiser le disque...", "ディスクを探す...")
DISKS = f"/v1/libraries/{canned_service.LIBRARY}/disks"


def waiting_for(*disks):
    found = [reasons.offline(disk) for disk in disks]
    return [
        {"kind": "version", "state": "waiting", "count": 5, "code": each.code, "sentence": each.sentence,
         "advice": each.advice}
        for each in found
    ]  # fmt: skip


def disks(*names, connected=()):
    return {"disks": [{"disk": name, "originals": 7, "folder": None, "connected": name in connected} for name in names]}


def test_photos_of_a_renamed_disk_come_once_it_is_located(daemon, start, agreeing, home, tmp_path):
    library = tmp_path / "Away.aplibrary"
    build_library(library, masters=30, references=tmp_path / "Volumes", write_plists=False)
    with Library.open(library) as opened:
        on = dict.fromkeys((tmp_path / "Volumes").iterdir(), 0)
        for master in opened.masters():
            if (folder := tmp_path / "Volumes" / opened.disk_of(master)) in on:
                on[folder] += 1
    disk = max(on, key=on.__getitem__)
    renamed = disk.rename(tmp_path / "New name")
    plans = []

    def locate_then_import(dialog):
        plans.append(dialog.texts)
        if len(plans) > 1:
            yield 0
            return "ok"
        dialog.click("Locate disk...")
        yield 1
        return "never"

    def choose(dialog):
        dialog.set(f"{disk.name}: ", disk.name)
        return "ok"

    lightroom = start(home, answers={PLAN: locate_then_import, "Which disk": choose})
    lightroom.answer(f"Where is the disk {disk.name} now?", [str(renamed)])
    agreeing(lightroom, type("Sample", (), {"path": library})())
    lightroom.run_menu("ImportMenu.lua")
    assert [any(f"not connected: {disk.name}." in text for text in plan) for plan in plans] == [True, False]
    assert plans[1].count(f"The originals of the disk {disk.name} are there.") == 1
    originals = {file.read_bytes() for file in renamed.rglob("*") if file.is_file()}
    brought = [photo for photo in lightroom.catalog.photos.values() if Path(photo.path).read_bytes() in originals]
    assert brought
    assert lightroom.violations == []


@pytest.fixture
def played(staged):
    """An import on a canned service, whose photos wait for these disks; `says` has the service say something else."""

    def play(names, *, connected=(), says=None, plan=None, report=(), language="en", fault=None, answers=()):
        stage = staged(language=language, real_time=False)
        if fault is not None:
            stage.faults.http(fault, url=DISKS)
        wanted = {"bytes_needed": 1, "outlook": waiting_for(*names) if plan is None else plan}
        stage.service(
            {
                **canned_service.of_an_import(stage, photos=1, copies=0),
                f"GET /v1/jobs/{canned_service.IMPORT}": canned_service.done(wanted),
                f"GET /v1/imports/{canned_service.IMPORT}/report": {
                    "balances": True, "balance": [], "reasons": waiting_for(*report),
                },
                f"GET {DISKS}": disks(*(names or report), connected=connected),
                f"POST {DISKS}": {"id": "d"},
                "GET /v1/jobs/d": canned_service.done({"disk": "Archive", "folder": "/d", "sought": 7, "found": 7}),
                **(says or {}),
            }
        )  # fmt: skip
        for shows, answer in answers:
            stage.answer(shows, answer)
        stage.lightroom.answer(lambda dialog: True, "ok")
        with stage.lightroom:
            stage.play("ImportMenu.lua")
        assert stage.lightroom.untranslated == set()
        assert stage.lightroom.violations == []
        assert stage.lightroom.observer_errors == []
        return stage

    return play


class Locating:
    """The user clicks the button so many times, each time that the dialog is shown, and then goes on."""

    def __init__(self, times=1):
        self.left, self.shown = times, []

    def __call__(self, dialog):
        self.shown.append(dialog.texts)
        self.left -= 1
        if self.left >= 0:
            dialog.click(next(text for text in dialog.texts if text in LOCATE))
            yield 1
        return "ok"


def titles(stage):
    return [dialog.title for dialog in stage.lightroom.dialogs]


@pytest.mark.parametrize("language", ["en", "de", "fr", "ja"])
def test_the_dialogs_are_in_the_language_of_lightroom(played, language):
    locating = Locating()
    some = {"GET /v1/jobs/d": canned_service.done({"disk": "Archive", "folder": "/d", "sought": 7, "found": 3})}
    stage = played(
        ["Archive", "Old Drive"], says=some, language=language,
        answers=[("Where is the disk", ["/d"]), (PLAN, locating)],
    )  # fmt: skip
    before, after = locating.shown
    (told,) = set(after) - set(before)
    assert all(part in told for part in ("Archive", "3", "7"))
    assert stage.lightroom.counters.http[f"POST {DISKS}"] == 1


def test_one_disk_needs_no_choice_and_a_closed_panel_leads_back_to_the_plan(played):
    locating = Locating(times=2)
    stage = played(["Archive"], answers=[("Where is the disk", None), (PLAN, locating)])
    assert "Which disk do you want to locate?" not in titles(stage)
    assert len(locating.shown) == 3
    assert stage.lightroom.counters.http["POST /v1/imports"] == 1
    assert not any("POST" in path and "disks" in path for path in stage.lightroom.counters.http)


def test_a_folder_that_is_not_the_disk_is_told_and_may_be_chosen_again(played):
    problem = {"code": "disk.other", "detail": "None of the originals is there.", "advice": "Choose another."}
    failed = {**canned_service.done({}), "state": "failed", "result": None, "problem": problem}
    locating = Locating(times=2)
    stage = played(
        ["Archive"], says={"GET /v1/jobs/d": failed}, answers=[("Where is the disk", ["/x"]), (PLAN, locating)]
    )
    told = [dialog for dialog in stage.lightroom.dialogs if dialog.title == "None of the originals is there."]
    assert [dialog.text for dialog in told] == ["Choose another."] * 2
    assert len(locating.shown) == 3


@pytest.mark.parametrize(
    ("names", "more"),
    [
        (["Archive"], {"connected": ["Archive"]}),
        ([], {}),
        (["Archive"], {"plan": [{**waiting_for("x")[0], "code": "album.plugin"}]}),
    ],
    ids=["it is there", "no disk", "nothing waits for one"],
)
def test_without_an_absent_disk_there_is_no_button(played, names, more):
    stage = played(names, **more)
    assert not any("Locate disk..." in dialog.texts for dialog in stage.lightroom.dialogs)


def test_at_the_end_a_disk_can_be_located_for_the_next_import(played):
    locating = Locating()
    stage = played([], report=["Archive"], answers=[("Where is the disk", ["/d"]), ("is finished", locating)])
    told = {dialog.title: dialog.text for dialog in stage.lightroom.dialogs}
    assert "Choose Import from Aperture again" in told["The originals of the disk Archive are there."]


def test_a_report_is_shown_where_the_disks_are_not_known(played):
    gone = json.dumps({"code": "library.unknown", "detail": "The library is gone.", "advice": "Connect it."})
    stage = played([], report=["Archive"], fault=HttpFault("status", status=404, body=gone))
    (end,) = [dialog for dialog in stage.lightroom.dialogs if "is finished" in dialog.title]
    assert any("The library is gone." in text for text in end.texts)
    assert any("Every row" in text for text in end.texts)
