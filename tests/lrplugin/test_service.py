"""The service absent, of another version, refusing, slow or broken: what the user reads and what happens."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from couloir.service.installation.plugin import install as installed
from fake_lightroom import Faults, HttpFault, Lightroom, Options
from service_proof import signed_for

MENU = "RederiveMenu.lua"
ABSENT = "Couloir's service is not running"


@pytest.fixture
def photo(home, tmp_path) -> Callable[[Lightroom], None]:
    """Selects a photo and agrees to derive it."""

    def select(lightroom: Lightroom) -> None:
        path = tmp_path / "a.nef"
        path.write_bytes(b"no photo")
        lightroom.select(lightroom.add_photo(path))
        lightroom.answer("Re-derive the adjustments", "ok")

    return select


def last(lightroom: Lightroom) -> str:
    """What the last dialog says."""
    return "\n".join(lightroom.dialogs[-1].texts)


def discovery(home: Path, port: int, token: str = "t") -> Path:
    folder = home / "Library" / "Application Support" / "couloir"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "daemon.json"
    file.write_text(json.dumps({"port": port, "token": token, "version": "0.1.0", "executable": "/no/python"}))
    return file


@pytest.fixture
def stub(home) -> Iterator[Callable[[int, str], ThreadingHTTPServer]]:
    """A server that gives one answer to everything."""
    servers: list[ThreadingHTTPServer] = []

    def serve(status: int, body: str) -> ThreadingHTTPServer:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                url = f"http://127.0.0.1:{self.server.server_address[1]}"
                for field, value in signed_for(home)(dict(self.headers), url, status, body).items():
                    self.send_header(field, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *arguments: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        discovery(home, server.server_port)
        return server

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_the_user_may_leave_the_service_stopped(start, home, photo):
    lightroom = start(home)
    photo(lightroom)
    lightroom.answer(ABSENT, "cancel")
    lightroom.run_menu(MENU)
    assert lightroom.commands == []
    assert ABSENT in last(lightroom)


def test_without_the_program_the_user_is_told_where_to_get_it(start, home, photo):
    lightroom = start(home)
    photo(lightroom)
    lightroom.answer(ABSENT, "ok")
    lightroom.run_menu(MENU)
    assert "The program couloir was not found on this computer." in last(lightroom)
    assert "Settings and service" in last(lightroom)


def program(home: Path, *steps: str) -> Path:
    path = home.joinpath(*(steps or (".local", "bin", "couloir")))
    path.parent.mkdir(parents=True)
    path.write_text("#!/bin/sh\n")
    return path


def test_a_service_that_does_not_start_is_explained_with_its_last_words(start, home, photo, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = program(home)
    (tmp_path / "couloir-start.log").write_text("first\nThe disk is full.\n")
    lightroom = start(home, options=Options(shell=lambda command: 0))
    photo(lightroom)
    lightroom.answer(ABSENT, "ok")
    lightroom.run_menu(MENU)
    assert "did not answer within 60 seconds" in last(lightroom)
    assert "The disk is full." in last(lightroom)
    assert "couloir doctor" in last(lightroom)
    [command] = lightroom.commands
    assert command.startswith(f"'{path}' 'serve' '--idle-exit' '3600' > '{tmp_path}/couloir-start.log'")
    assert command.endswith(f"& echo $! > '{tmp_path}/couloir-start.pid'")
    assert "nohup" not in command


def test_a_service_that_ends_at_once_is_not_waited_for(start, home, photo, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    program(home)

    def shell(command: str) -> int:
        if command.startswith("/bin/kill -0 4711"):
            return 1
        (tmp_path / "couloir-start.pid").write_text("4711\n")
        (tmp_path / "couloir-start.log").write_text("ModuleNotFoundError: No module named 'couloir'\n")
        return 0

    lightroom = start(home, options=Options(shell=shell, real_time=False))
    photo(lightroom)
    lightroom.answer(ABSENT, "ok")
    lightroom.run_menu(MENU)
    assert "was started, but ended at once" in last(lightroom)
    assert "No module named 'couloir'" in last(lightroom)
    assert lightroom.clock < 10


def test_a_registered_service_that_is_dead_gives_way_to_a_plain_start(start, home, photo, daemon):
    """launchctl takes the order, and nothing comes of it."""
    file = home / "Library" / "Application Support" / "couloir" / "daemon.json"
    content = file.read_bytes()
    file.unlink()
    program(home)
    program(home, "Library", "LaunchAgents", "org.couloir.service.plist")

    def shell(command: str) -> int:
        if "launchctl" not in command:
            file.write_bytes(content)
        return 0

    lightroom = start(home, options=Options(shell=shell, real_time=False))
    photo(lightroom)
    lightroom.answer(ABSENT, "ok")
    lightroom.answer("Choose an Aperture library", None)
    lightroom.run_menu(MENU)
    assert lightroom.dialogs[-1].title == "Choose an Aperture library"
    assert ["launchctl" in command for command in lightroom.commands] == [True, False]


def test_when_every_way_fails_the_log_of_the_last_is_told(start, home, photo):
    program(home, "Library", "LaunchAgents", "org.couloir.service.plist")
    log = home / "Library" / "Application Support" / "couloir" / "logs" / "service.log"
    log.parent.mkdir(parents=True)
    log.write_text("The port is taken.\n")
    lightroom = start(home, options=Options(shell=lambda command: 0, real_time=False))
    photo(lightroom)
    lightroom.answer(ABSENT, "ok")
    lightroom.run_menu(MENU)
    assert "The port is taken." in last(lightroom)
    assert 60 <= lightroom.clock < 70


@pytest.mark.parametrize(
    ("platform", "steps"),
    [
        ("mac", (".local", "bin", "couloir")),
        ("mac", ("Library", "Python", "3.11", "bin", "couloir")),
        ("mac", (".venv", "bin", "couloir")),
        ("mac", ("couloir", ".venv", "bin", "couloir")),
        ("mac", ("Applications", "Couloir.app", "Contents", "MacOS", "couloir")),
        ("win", (".local", "bin", "couloir.exe")),
        ("win", ("AppData", "Local", "Programs", "Couloir", "couloir.exe")),
        ("win", ("AppData", "Roaming", "Python", "Python312", "Scripts", "couloir.exe")),
        ("win", ("AppData", "Local", "Programs", "Python", "Python311", "Scripts", "couloir.exe")),
        ("win", (".venv", "Scripts", "couloir.exe")),
    ],
)
def test_the_program_is_found_where_installers_put_it(start, home, photo, platform, steps):
    path = program(home, *steps)
    lightroom = start(
        home, platform=platform, options=Options(shell=lambda command: 0, path_style="posix", real_time=False)
    )
    photo(lightroom)
    lightroom.answer(ABSENT, "ok")
    lightroom.run_menu(MENU)
    assert str(path) in lightroom.commands[0]


def test_the_panel_for_the_program_opens_in_a_hidden_folder(start, home):
    program(home)
    lightroom = start(home)

    def choose(dialog: Any) -> Any:
        dialog.click("Choose...")
        yield 1
        return "cancel"

    lightroom.answer("settings and service", choose)
    lightroom.answer("Where is the program couloir?", None)
    lightroom.run_menu("SettingsMenu.lua")
    [panel] = [dialog for dialog in lightroom.dialogs if dialog.kind == "open panel"]
    assert panel.options["initialDirectory"] == str(home / ".local" / "bin")


def test_waiting_for_the_service_can_be_cancelled(start, home, photo):
    program(home)
    lightroom = start(home, options=Options(shell=lambda command: 0))
    photo(lightroom)
    lightroom.answer(ABSENT, "ok")
    lightroom.at_call(1000, lightroom.cancel)  # while the bar is shown
    lightroom.run_menu(MENU)
    assert lightroom.progress[0]["canceled"]
    assert ABSENT in last(lightroom)  # nothing more is said to somebody who has cancelled


def test_an_installed_background_service_is_started_before_anything_else(start, home, photo):
    program(home)
    program(home, "Library", "LaunchAgents", "org.couloir.service.plist")
    lightroom = start(home, options=Options(shell=lambda command: 1 if "launchctl" in command else 0))
    photo(lightroom)
    lightroom.answer(ABSENT, "ok")
    lightroom.run_menu(MENU)
    first, second = lightroom.commands
    assert first == "/bin/launchctl kickstart gui/$(/usr/bin/id -u)/org.couloir.service"
    assert "'serve'" in second


def test_on_windows_the_commands_are_those_of_windows(start, home, photo):
    program(home, "AppData", "Local", "couloir", "couloir-task.xml")
    path = program(home, ".local", "bin", "couloir.exe")
    lightroom = start(home, platform="win", options=Options(shell=lambda command: 1 if "schtasks" in command else 0))
    photo(lightroom)
    lightroom.answer(ABSENT, "ok")
    lightroom.run_menu(MENU)
    first, second = lightroom.commands
    assert first == "schtasks.exe /Run /TN Couloir"
    windows_path = "C:" + str(path).replace("/", "\\")
    assert second.startswith(f'start "" /b "{windows_path}" "serve" "--idle-exit" "3600" > "C:')


def test_the_service_is_started_and_the_work_goes_on(start, home, photo, daemon):
    file = home / "Library" / "Application Support" / "couloir" / "daemon.json"
    content = file.read_bytes()
    file.unlink()
    program(home)

    def shell(command: str) -> int:
        file.write_bytes(content)
        return 0

    lightroom = start(home, options=Options(shell=shell, time_scale=0.02))
    photo(lightroom)
    lightroom.answer(ABSENT, "ok")
    lightroom.answer("Choose an Aperture library", None)
    lightroom.run_menu(MENU)
    assert lightroom.dialogs[-1].title == "Choose an Aperture library"
    assert lightroom.prefs["last_python"]


def test_the_python_of_the_last_time_starts_it_again(start, home, photo, tmp_path):
    python = tmp_path / "python"
    python.write_text("")
    prefs = {"org.couloir.lightroom": {"last_python": str(python)}}
    lightroom = start(home, prefs=prefs, options=Options(shell=lambda command: 0))
    photo(lightroom)
    lightroom.answer(ABSENT, "ok")
    lightroom.run_menu(MENU)
    assert lightroom.commands[0].startswith(f"'{python}' '-m' 'couloir' 'serve'")


def test_an_installed_plug_in_starts_the_couloir_that_installed_it(home, photo, plugin, tmp_path):
    program(home)  # another one, in a usual place
    own = tmp_path / "Ansel's" / "couloir"
    own.parent.mkdir()
    own.write_text("")
    place = installed(tmp_path / "Modules", [str(own), "-m", "couloir"]).path
    with Lightroom(place, home=home, options=Options(shell=lambda command: 0, time_scale=0.02)) as lightroom:
        photo(lightroom)
        lightroom.answer(ABSENT, "ok")
        lightroom.run_menu(MENU)
        quoted = str(own).replace("'", "'\\''")
        assert lightroom.commands[0].startswith(f"'{quoted}' '-m' 'couloir' 'serve' '--idle-exit' '3600'")


def test_without_it_the_usual_places_are_searched(home, photo, tmp_path):
    path = program(home)
    place = installed(tmp_path / "Modules", [str(tmp_path / "gone")]).path
    with Lightroom(place, home=home, options=Options(shell=lambda command: 0, time_scale=0.02)) as lightroom:
        photo(lightroom)
        lightroom.answer(ABSENT, "ok")
        lightroom.run_menu(MENU)
        assert lightroom.commands[0].startswith(f"'{path}' 'serve'")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"port": "x"}', '{"port": 1}'])
def test_a_damaged_discovery_file_counts_as_none(start, home, photo, text):
    discovery(home, 1).write_text(text)
    lightroom = start(home)
    photo(lightroom)
    lightroom.answer(ABSENT, "cancel")
    lightroom.run_menu(MENU)
    assert ABSENT in last(lightroom)


def test_a_file_that_a_dead_service_left_counts_as_none(start, home, photo, daemon):
    daemon.kill()
    lightroom = start(home)
    photo(lightroom)
    lightroom.answer(ABSENT, "cancel")
    lightroom.run_menu(MENU)
    assert ABSENT in last(lightroom)


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("upgrade-daemon", "The plug-in (0.1.0) is newer than Couloir's service (9.9.9)."),
        ("upgrade-plugin", "The plug-in (0.1.0) is older than Couloir's service (9.9.9)."),
    ],
)
def test_when_versions_differ_the_user_is_told_which_to_upgrade(start, home, photo, stub, verdict, told):
    stub(200, json.dumps({"verdict": verdict, "daemon": "9.9.9"}))
    lightroom = start(home)
    photo(lightroom)
    lightroom.run_menu(MENU)
    assert told in last(lightroom)
    assert "Install the newer" in last(lightroom)


FAULTS = {
    "timeout": (HttpFault("timeout"), "took too long to answer"),
    "lost": (HttpFault("lost"), "broke off"),
    "cut": (HttpFault("cut"), "broke off"),
    "500": (HttpFault("status", status=500, body="<html>"), "cannot be read (status 500)"),
    "not json": (HttpFault("status", status=200, body="<html>"), "cannot be read (status 200)"),
    "problem": (
        HttpFault("status", status=409, body=json.dumps({"detail": "It is full.", "advice": "Empty it.", "code": "x"})),
        "It is full.",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_of_the_connection_is_told_in_plain_words(start, shared_daemon, photo, name):
    fault, told = FAULTS[name]
    faults = Faults()
    faults.http(fault, url="/v1/libraries", times=None)
    lightroom = start(shared_daemon.home, faults=faults)
    photo(lightroom)
    lightroom.run_menu(MENU)
    assert told in last(lightroom)
    assert ".lua" not in last(lightroom)
    assert len(lightroom.dialogs[-1].text) > 8  # what to do


def test_a_service_that_was_restarted_meanwhile_is_found_again(start, home, photo, daemon):
    faults = Faults()
    lightroom = start(home, faults=faults)
    photo(lightroom)
    lightroom.answer("Choose an Aperture library", None)

    def restart(dialog: Any) -> str:
        daemon.kill()
        daemon.start()
        return "ok"

    lightroom.run_menu(MENU)  # meets the first one
    lightroom.answer("Derive", restart)
    lightroom.run_menu(MENU)
    assert lightroom.dialogs[-1].title == "Choose an Aperture library"


def test_a_request_whose_answer_is_lost_is_made_again_when_that_is_harmless(start, shared_daemon, photo):
    faults = Faults()
    faults.http(HttpFault("lost"), url="GET", nth=2)
    lightroom = start(shared_daemon.home, faults=faults)
    photo(lightroom)
    lightroom.answer("Choose an Aperture library", None)
    lightroom.run_menu(MENU)
    assert lightroom.counters.http["GET /v1/libraries"] == 2
    assert lightroom.dialogs[-1].title == "Choose an Aperture library"
