"""Settings, report and diagnosis; and the import's dialogs, choices and faults."""

from __future__ import annotations

import re
import shutil
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fake_lightroom import Faults, HttpFault, Lightroom, Options

ID = "org.couloir.lightroom"
IMPORT = "ImportMenu.lua"
HELD = 2.1 * 3600  # seconds: longer than an import waits for others
QUICK = Options(time_scale=0.0002)  # real seconds that one of them takes


def last(lightroom: Lightroom) -> str:
    return "\n".join(lightroom.dialogs[-1].texts)


# Menus ---------------------------------------------------------------------------------------------------------------


def test_each_command_is_where_the_user_looks_for_it(start, home):
    lightroom = start(home)
    places = {(item.menu, item.file) for item in lightroom.menu}
    for file in ("ImportMenu.lua", "RederiveMenu.lua", "ReportMenu.lua"):
        assert {("Library", file), ("File", file)} <= places
    assert {("Help", "SettingsMenu.lua"), ("Help", "DiagnosticsMenu.lua")} <= places


@pytest.mark.parametrize(("language", "title"), [("de", "Aus Aperture importieren"), ("ja", "Aperture から読み込み")])
def test_lightrooms_language_is_spoken(start, home, language, title):
    lightroom = start(home, language=language)
    lightroom.answer(lambda dialog: dialog.kind == "confirm", "cancel")
    lightroom.run_menu(title)
    assert lightroom.untranslated == set()


# Settings ------------------------------------------------------------------------------------------------------------


def test_settings_show_the_running_service_and_keep_the_program(start, shared_daemon):
    lightroom = start(shared_daemon.home)

    def fill_in(dialog: Any) -> Any:
        assert "Couloir's service 0.1.0 is running at http://127.0.0.1:" in "\n".join(dialog.texts)
        assert "other" not in dialog.buttons
        assert "Learnt camera profiles: 0, of which installed in Lightroom: 0" in dialog.texts
        assert any(text.startswith("The service starts when it is needed") for text in dialog.texts)
        assert any(text.startswith("RAW photos can") for text in dialog.texts)
        dialog.click("Choose...")
        yield 1
        assert "/opt/couloir" in dialog.texts
        return "ok"

    lightroom.answer("settings and service", fill_in)
    lightroom.answer("Where is the program couloir?", ["/opt/couloir"])
    lightroom.run_menu("SettingsMenu.lua")
    assert lightroom.prefs["program"] == "/opt/couloir"


def show_log(dialog: Any) -> Any:
    dialog.click("Show log")
    yield 1
    return "cancel"


NEW_LOGS, OLD_LOGS = ("Library", "Logs", "Adobe", "Lightroom", "LrClassicLogs"), ("Documents", "LrClassicLogs")
WINDOWS_LOGS = ("AppData", "Local", "Adobe", "Lightroom", "Logs", "LrClassicLogs")


@pytest.mark.parametrize(
    ("platform", "version", "folder"),
    [
        ("mac", (14, 0), NEW_LOGS),
        ("mac", (13, 5), OLD_LOGS),
        ("win", (15, 0), WINDOWS_LOGS),
        ("win", (10, 0), OLD_LOGS),
    ],
)
def test_the_log_is_shown_where_this_lightroom_writes_it(start, home, platform, version, folder):
    lightroom = start(home, platform=platform, options=Options(version=version, path_style="posix"))
    lightroom.answer("settings and service", show_log)
    lightroom.run_menu("SettingsMenu.lua")
    log = home.joinpath(*folder, "Couloir.log")
    assert "INFO\tSettings" in log.read_text()
    assert lightroom.opened == [f"reveal: {log}"]


def test_a_log_that_an_earlier_lightroom_wrote_is_found_while_there_is_no_newer_one(start, home):
    (home / "Library").write_text("in the way of the folder for logs")
    log = home.joinpath(*OLD_LOGS, "Couloir.log")
    log.parent.mkdir(parents=True)
    log.write_text("a line")
    lightroom = start(home)
    lightroom.answer("settings and service", show_log)
    lightroom.run_menu("SettingsMenu.lua")
    assert lightroom.opened == [f"reveal: {log}"]


def test_where_nothing_could_be_logged_it_says_so(start, home):
    (home / "Library").write_text("in the way of the folder for logs")
    lightroom = start(home)
    lightroom.answer("settings and service", show_log)
    lightroom.run_menu("SettingsMenu.lua")
    assert "There is no log yet." in last(lightroom)


def test_settings_start_the_service_and_say_what_became_of_it(start, home):
    lightroom = start(home)
    lightroom.answer("Start the service", "other", times=1)
    lightroom.answer("Start the service", "cancel")
    lightroom.run_menu("SettingsMenu.lua")
    assert [dialog.kind for dialog in lightroom.dialogs] == ["modal", "message", "modal"]
    assert "was not found on this computer" in lightroom.dialogs[1].title


def test_settings_tell_what_ails_the_service(start, shared_daemon):
    faults = Faults()
    faults.http(HttpFault("timeout"), url="/v1/health", times=None)
    lightroom = start(shared_daemon.home, faults=faults)
    lightroom.answer("settings and service", "cancel")
    lightroom.run_menu("SettingsMenu.lua")
    assert "took too long to answer" in last(lightroom)


# Diagnosis and report ------------------------------------------------------------------------------------------------


def test_the_diagnostic_report_tells_much_but_no_secret(start, shared_daemon, tmp_path):
    target = tmp_path / "report.txt"
    lightroom = start(shared_daemon.home)
    lightroom.answer("Should Couloir also try out", "cancel")
    lightroom.answer("Save the diagnostic report", str(target))
    lightroom.run_menu("DiagnosticsMenu.lua")
    text = target.read_text()
    token = re.search(r'"token": "([^"]+)"', (shared_daemon.state / "daemon.json").read_text())
    assert token is not None
    assert token[1] not in text
    assert str(shared_daemon.home) not in text
    assert "Couloir plug-in 0.1.0" in text
    assert '"verdict":"ok"' in text
    assert lightroom.opened == [f"reveal: {target}"]


def test_the_diagnostic_report_names_nothing_of_a_library(start, agreeing, daemon, small, tmp_path):
    """The library's name and folder, in the service's answers, in the log and in what a start printed."""
    library = tmp_path / "Disk of Xanadu" / "Xanadu.aplibrary"
    shutil.copytree(small.path, library)
    lightroom = agreeing(start(daemon.home), replace(small, path=library), destination=tmp_path / "to Xanadu")
    lightroom.run_menu("ImportMenu.lua")
    with daemon.home.joinpath(*NEW_LOGS, "Couloir.log").open("a") as log:
        log.write(f"WARN\tan older line: {library} cannot be read\n")
    target = tmp_path / "report.txt"
    lightroom.answer("Should Couloir also try out", "cancel")
    lightroom.answer("Save the diagnostic report", str(target))
    lightroom.run_menu("DiagnosticsMenu.lua")
    text = target.read_text()
    assert '"libraries":[{' in text
    assert "[name]" in text
    assert "an older line: [path]" in text
    assert "Xanadu" not in text


def test_a_report_that_cannot_be_written_says_so(start, home, tmp_path):
    lightroom = start(home)
    lightroom.answer("Should Couloir also try out", "cancel")
    lightroom.answer("Save the diagnostic report", str(tmp_path / "no" / "folder.txt"))
    lightroom.run_menu("DiagnosticsMenu.lua")
    assert "could not be written" in last(lightroom)


def test_the_diagnostic_report_can_be_cancelled(start, home):
    lightroom = start(home)
    lightroom.answer("Should Couloir also try out", "cancel")
    lightroom.answer("Save the diagnostic report", None)
    lightroom.run_menu("DiagnosticsMenu.lua")
    assert len(lightroom.dialogs) == 1


def test_without_an_import_there_is_no_report(start, daemon):
    lightroom = start(daemon.home)
    lightroom.run_menu("ReportMenu.lua")
    assert "Nothing has been imported from Aperture yet." in last(lightroom)


# The import ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def importing(shared_daemon, start, agreeing, small, tmp_path):
    """A Lightroom whose user agrees to the whole import, into a folder of this test."""

    def begin(**more: Any) -> Lightroom:
        return agreeing(start(shared_daemon.home, **more), small, tmp_path / "destination", "reference")

    return begin


def test_the_report_can_be_shown_again_with_its_folder(importing, tmp_path):
    lightroom = importing()
    lightroom.run_menu(IMPORT)
    summary = lightroom.dialogs[-1].texts
    account = summary[summary.index("Every row of the library is accounted for.") : summary.index("All photos...")]
    lightroom.run_menu("ReportMenu.lua")
    assert len(account) > 3
    assert set(account) < set(lightroom.dialogs[-1].texts)


def test_an_import_ends_with_one_window_whose_buttons_show_the_rest(importing, tmp_path):
    def press(dialog: Any) -> Any:
        for button in ("All photos...", "All reasons..."):
            dialog.click(button)
            yield 1
        return "other"

    lightroom = importing(answers={"All photos...": press, "Report of the import": "ok"})
    lightroom.run_menu(IMPORT)
    assert [dialog.title for dialog in lightroom.dialogs][-3:] == [
        "The import from Aperture is finished",
        "The import from Aperture is finished",
        "Report of the import from Aperture",
    ]
    summary, photos, reasons = lightroom.dialogs[-3:]
    assert len([node for node in photos.nodes("static_text") if node.label == "Done"]) > 10
    assert "Will not be imported:" in reasons.texts
    assert "All photos..." in summary.texts
    assert lightroom.opened == [f"reveal: {tmp_path / 'destination'}"]


def test_the_page_of_photos_is_opened_by_a_link_that_works(importing, said):
    def press(dialog: Any) -> Any:
        dialog.click("Show the photos in the browser")
        yield 20
        return "ok"

    lightroom = importing()
    lightroom.run_menu(IMPORT)
    reporting = importing(catalog=lightroom.catalog, answers={"Report of the import": press})
    reporting.run_menu("ReportMenu.lua")
    [address] = reporting.opened
    place, _, ticket = address.partition("#")
    assert ticket
    with urllib.request.urlopen(place) as page:
        assert page.status == 200
    assert reporting.dialogs[-1].title == "Report of the import from Aperture"


def test_a_page_that_cannot_be_written_says_why(importing):
    faults = Faults()
    faults.http(HttpFault("timeout", reaches_server=False), url="/page", times=None)

    def press(dialog: Any) -> Any:
        dialog.click("Show the photos in the browser")
        yield 300
        return "ok"

    lightroom = importing()
    lightroom.run_menu(IMPORT)
    reporting = importing(catalog=lightroom.catalog, faults=faults, answers={"Report of the import": press})
    reporting.run_menu("ReportMenu.lua")
    assert "took too long to answer" in last(reporting)
    assert reporting.opened == []


def test_a_few_gates_and_requests_do_for_many_photos(daemon, start, agreeing, sample, home):
    lightroom = agreeing(start(home, options=Options(time_scale=1)), sample)
    lightroom.run_menu(IMPORT)
    photos, counters = len(lightroom.catalog.photos), lightroom.counters
    handover = sum(count for path, count in counters.http.items() if "/batches" in path)
    # Of so few photos, the albums and keywords are a large part: three gates and two requests are theirs.
    # Where a photo takes no fields in the gate that adds it, each batch of 50 has another gate for them.
    more = 0 if lightroom.options.fields_on_new_photo else handover / 2
    assert counters.gates - 3 - more <= 0.1 * photos
    assert handover - 4 <= 0.1 * photos


@pytest.mark.parametrize("title", ["Choose an Aperture library", "Import from Aperture: ", "What the import will do"])
def test_the_user_may_think_better_of_it_at_each_step(importing, title):
    lightroom = importing(answers={title: None if title.startswith("Choose") else "cancel"})
    lightroom.run_menu(IMPORT)
    assert title in lightroom.dialogs[-1].title
    assert lightroom.catalog.photos == {}


def test_only_the_chosen_projects_come(importing, small):
    chosen: list[str] = []

    def options(dialog: Any) -> str:
        dialog.set("These projects:", "projects")
        box = next(node for node in dialog.nodes("simple_list") if node.values["enabled"])
        name = box.values["items"][0]["title"]
        chosen.append(name)
        dialog.on_set(box.view, "value", [box.values["items"][0]["value"]])
        dialog.set("Leave them where they are", "reference")
        return "ok"

    lightroom = importing(answers={"Import from Aperture: ": options})
    lightroom.run_menu(IMPORT)
    projects = {photo.properties[ID].get("project") for photo in lightroom.catalog.photos.values()}
    assert projects == set(chosen)


def test_a_choice_that_makes_no_sense_is_asked_for_again(importing):
    steps = iter(["projects", "folder", "right"])

    def options(dialog: Any) -> str:
        step = next(steps, "cancel")
        if step == "projects":
            dialog.set("These projects:", "projects")
        elif step == "folder":
            dialog.set("Everything", "all")
            dialog.set("Folder:", "nowhere")
        else:
            return "cancel"
        return "ok"

    lightroom = importing(answers={"Import from Aperture: ": options})
    lightroom.run_menu(IMPORT)
    told = [dialog.title for dialog in lightroom.dialogs if dialog.kind == "message"]
    assert told == [
        "Choose at least one project or album, or everything.",
        "Choose a folder for the originals and for the journal of the import.",
    ]


def test_a_busy_catalog_stops_the_import_and_nothing_is_lost(importing, undisturbed_content):
    faults = Faults()
    faults.lock(HELD, name="Couloir: looks and metadata")
    lightroom = importing(faults=faults, options=QUICK)
    lightroom.run_menu(IMPORT)
    assert "Lightroom's catalog is busy with something else." in last(lightroom)
    lightroom.run_menu(IMPORT)
    assert len(lightroom.catalog.photos) == undisturbed_content


@pytest.fixture(scope="module")
def undisturbed_content(shared_daemon, plugin, agreeing, small, tmp_path_factory) -> int:
    with Lightroom(plugin, home=shared_daemon.home, options=Options(time_scale=0.02)) as lightroom:
        agreeing(lightroom, small, tmp_path_factory.mktemp("whole"), "reference")
        lightroom.run_menu(IMPORT)
        return len(lightroom.catalog.photos)


def test_what_the_user_has_in_the_catalog_is_not_written_over(importing, small):
    lightroom = importing()
    master = next(m for m in small.manifest.masters if m["original"] == "present" and not m["in_trash"])
    path = small.path / "Masters" / master["image_path"]
    mine = lightroom.add_photo(path, rating=1, title="Mine")
    mine.develop["Exposure2012"] = 2.5
    lightroom.run_menu(IMPORT)
    assert mine.metadata["title"] == "Mine"
    assert mine.metadata["rating"] == 1
    assert mine.develop == {"Exposure2012": 2.5}
    assert mine.properties[ID]["uuid"]
    assert "It was in the catalog before" in "\n".join(text for dialog in lightroom.dialogs for text in dialog.texts)


def test_the_selection_is_as_it_was(importing, tmp_path):
    lightroom = importing()
    path = tmp_path / "mine.jpg"
    path.write_bytes(b"x")
    mine = lightroom.add_photo(path)
    lightroom.select(mine)
    lightroom.run_menu(IMPORT)
    assert any(photo.master for photo in lightroom.catalog.photos.values())
    assert lightroom.selection == [mine.id]


def test_what_failed_can_be_tried_again(shared_daemon, start, agreeing, small, tmp_path, said):
    library = Path(shutil.copytree(small.path, tmp_path / "Own.aplibrary"))
    own = type(small)(library, small.manifest)
    path = next(
        library / "Masters" / m["image_path"]
        for m in small.manifest.masters
        if m["original"] == "present" and not m["in_trash"]
    )
    away = path.with_suffix(".away")

    def take_away(dialog: Any) -> str:
        path.rename(away)
        return "ok"

    faults = Faults()
    faults.lock(HELD, name="Couloir: add photos")
    lightroom = start(shared_daemon.home, faults=faults, options=QUICK, answers={"Continue the import into": take_away})
    agreeing(lightroom, own, tmp_path / "destination", "reference")
    lightroom.answer("Lightroom did not accept everything", "ok")
    lightroom.run_menu(IMPORT)  # stops before the first photo is added
    lightroom.run_menu(IMPORT)
    assert f"The file {path} is not there." in said(lightroom)
    missing = len(lightroom.catalog.photos)
    away.rename(path)
    lightroom.run_menu(IMPORT)
    assert "Failed: " in said(lightroom)
    assert len(lightroom.catalog.photos) > missing
    assert str(path) in {photo.path for photo in lightroom.catalog.photos.values()}


def test_a_fault_of_our_own_is_told_without_a_traceback(start, shared_daemon, monkeypatch):
    faults = Faults()
    faults.http(HttpFault("status", status=200, body='{"imports": 1}'), url="GET", nth=2)
    lightroom = start(shared_daemon.home, faults=faults)
    lightroom.run_menu(IMPORT)
    assert "stopped because of a fault of its own" in last(lightroom)
    assert ".lua" not in last(lightroom)
    assert any(".lua" in text for _, _, text in lightroom.log)


def test_the_destination_can_be_chosen_in_a_panel(importing, tmp_path):
    folder = tmp_path / "chosen"
    folder.mkdir()

    def options(dialog: Any) -> Any:
        dialog.click("Choose...")
        yield 1
        assert str(folder) in dialog.texts
        dialog.set("Leave them where they are", "reference")
        return "ok"

    lightroom = importing(answers={"Import from Aperture: ": options, "Where should the originals go?": [str(folder)]})
    lightroom.run_menu(IMPORT)
    assert list(folder.iterdir())


def test_a_folder_that_cannot_be_made_is_told(shared_daemon, start, agreeing, small, tmp_path):
    (tmp_path / "file").write_text("")
    lightroom = start(shared_daemon.home)
    agreeing(lightroom, small, tmp_path / "file", "reference")
    lightroom.run_menu(IMPORT)
    assert f"The folder {tmp_path / 'file'} cannot be made" in last(lightroom)


def test_an_import_whose_library_is_gone_says_so(daemon, start, agreeing, small, tmp_path):
    library = Path(shutil.copytree(small.path, tmp_path / "Gone.aplibrary"))
    faults = Faults()
    faults.lock(HELD, name="Couloir: add photos")
    lightroom = start(daemon.home, faults=faults, options=QUICK)
    agreeing(lightroom, type(small)(library, small.manifest), tmp_path / "destination", "reference")
    lightroom.run_menu(IMPORT)
    daemon.kill()
    library.rename(tmp_path / "elsewhere")
    daemon.start()
    lightroom.run_menu(IMPORT)
    assert lightroom.dialogs[-1].kind == "message"
    assert len(last(lightroom)) > 20
    assert ".lua" not in last(lightroom)


@pytest.mark.parametrize("choice", ["cancel", "other"])
def test_an_unfinished_import_need_not_be_continued(shared_daemon, start, agreeing, small, tmp_path, choice):
    faults = Faults()
    faults.lock(HELD, name="Couloir: add photos")
    lightroom = start(shared_daemon.home, faults=faults, options=QUICK)
    lightroom.answer("Continue the import into", choice, times=1)
    agreeing(lightroom, small, tmp_path / "destination", "reference")
    lightroom.run_menu(IMPORT)
    lightroom.run_menu(IMPORT)
    assert bool(lightroom.catalog.photos) == (choice == "other")
    lightroom.run_menu(IMPORT)  # the next test is not to meet what is left
    assert lightroom.catalog.photos


@pytest.mark.parametrize("name", ["albums", "keywords", "keep the results", "looks and metadata"])
def test_each_gate_may_find_the_catalog_busy(importing, undisturbed_content, name):
    faults = Faults()
    faults.lock(HELD, name=f"Couloir: {name}")
    lightroom = importing(faults=faults, options=QUICK)
    lightroom.run_menu(IMPORT)
    assert "Lightroom's catalog is busy with something else." in last(lightroom)
    lightroom.run_menu(IMPORT)
    assert lightroom.dialogs[-1].title == "The import from Aperture is finished"
    assert len(lightroom.catalog.photos) == undisturbed_content
