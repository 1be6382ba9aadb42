"""The plug-in in Lightroom's folder on each system, and the question whether there is a newer release."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner, Result
from lupa import lua51

from couloir import __version__, installing
from couloir.cli import update
from couloir.cli.main import command_line
from couloir.errors import NoModulesFolder, NoReleases, PluginChanged, PluginForeign, PluginMissing, ReleasesUnread
from couloir.service.installation import plugin, releases

COMMAND = ["/opt/couloir/couloir"]
SHIPPED = installing.shipped_folder("lrplugin") / plugin.NAME
FOLDERS = {
    "darwin": "Library/Application Support/Adobe/Lightroom/Modules",
    "win32": "AppData/Roaming/Adobe/Lightroom/Modules",
}


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    return tmp_path / "Ansel's home" / "Modules"


@pytest.mark.parametrize("system", FOLDERS)
def test_the_plug_in_comes_where_lightroom_looks_and_goes_again(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.delenv("APPDATA", raising=False)
    place = tmp_path / PurePosixPath(FOLDERS[system]) / "Couloir.lrplugin"

    def run(*words: str) -> Result:
        return CliRunner().invoke(command_line, ["plugin", *words], standalone_mode=False)

    absent = run("status")
    assert (absent.return_value, "not installed" in absent.output) == (3, True)
    done = run("install")
    assert "Restart Lightroom" in done.output
    assert {path.name for path in place.iterdir()} == {path.name for path in SHIPPED.iterdir()} | {"installed.json"}
    current = run("status")
    assert (current.return_value, f"version {__version__}" in current.output) == (0, True)
    assert "up to date already" in run("install").output
    assert str(place) in run("uninstall").output
    assert list(place.parent.iterdir()) == []


def test_appdata_says_where_roaming_is(tmp_path: Path) -> None:
    moved = {"APPDATA": str(tmp_path / "moved")}
    assert plugin.modules_folder("win32", tmp_path, moved) == tmp_path / "moved" / "Adobe" / "Lightroom" / "Modules"


def test_where_lightroom_does_not_run_another_folder_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(NoModulesFolder, match="--to"):
        plugin.modules_folder("linux", tmp_path, {})
    done = CliRunner().invoke(command_line, ["plugin", "install", "--to", str(tmp_path)])
    assert "Plug-in Manager > Add" in done.output


@pytest.mark.parametrize(
    "word", ['/opt/Ansel\'s "own"/couloir', "C:\\Users\\Zoë\\couloir.exe", "/a\nb\x7f\t1", "/é/雪"]
)
def test_an_installed_plug_in_knows_the_program_whatever_its_path(word: str) -> None:
    lua = lua51.LuaRuntime(encoding="utf-8")
    words = lua.execute(plugin.installed_module([word, "-m", "couloir"])).command
    assert [words[1], words[2], words[3]] == [word, "-m", "couloir"]


def test_an_older_one_is_replaced_whole(modules: Path) -> None:
    plugin.install(modules, ["/old/couloir"])
    gone = modules / plugin.NAME / "Gone.lua"
    gone.write_text("return {}\n")
    manifest = modules / plugin.NAME / plugin.MANIFEST
    told = json.loads(manifest.read_bytes())
    told["files"]["Gone.lua"] = plugin._digest(gone.read_bytes())
    manifest.write_text(json.dumps(told))
    assert plugin.examine(modules, COMMAND).state is plugin.State.OUTDATED
    assert plugin.install(modules, COMMAND).version == __version__
    assert not gone.exists()
    assert plugin.examine(modules, COMMAND).state is plugin.State.CURRENT


def test_one_that_was_unpacked_from_its_zip_is_taken_over(modules: Path) -> None:
    place = modules / plugin.NAME
    place.mkdir(parents=True)
    for path in SHIPPED.iterdir():
        (place / path.name).write_bytes(path.read_bytes())
    (place / ".DS_Store").write_bytes(b"Finder has looked")
    assert plugin.install(modules, COMMAND).state is plugin.State.OUTDATED
    assert plugin.examine(modules, COMMAND).state is plugin.State.CURRENT


@pytest.mark.parametrize("what", ["folder", "file", "link"])
def test_what_is_not_the_plug_in_is_never_touched(what: str, modules: Path, tmp_path: Path) -> None:
    place = modules / plugin.NAME
    modules.mkdir(parents=True)
    if what == "link":
        checkout = plugin.install(tmp_path / "checkout", COMMAND).path
        place.symlink_to(checkout, target_is_directory=True)
        kept = checkout / "Info.lua"
    elif what == "folder":
        place.mkdir()
        kept = place / "Info.lua"
        kept.write_text('return { LrToolkitIdentifier = "com.example.other" }')
    else:
        kept = place
        kept.write_text("notes")
    before = kept.read_bytes()
    for act in (lambda: plugin.install(modules, COMMAND), lambda: plugin.uninstall(modules)):
        with pytest.raises(PluginForeign):
            act()
    assert kept.read_bytes() == before


@pytest.mark.parametrize("name", ["Import.lua", "my notes.md", "presets/mine.lua"])
def test_what_somebody_put_or_changed_in_it_is_never_lost(name: str, modules: Path) -> None:
    place = plugin.install(modules, COMMAND).path
    changed = place / name
    changed.parent.mkdir(exist_ok=True)
    changed.write_text("-- mine")
    for act in (lambda: plugin.install(modules, COMMAND), lambda: plugin.uninstall(modules)):
        with pytest.raises(PluginChanged, match=name.partition("/")[0].replace(".", r"\.")):
            act()
    assert changed.read_text() == "-- mine"


def test_an_installation_that_was_ended_is_made_good_by_the_next(modules: Path) -> None:
    place = plugin.install(modules, COMMAND).path
    (modules / f"{plugin.NAME}.new").mkdir()
    place.rename(modules / f"{plugin.NAME}.old")
    assert plugin.install(modules, COMMAND).state is plugin.State.ABSENT
    assert [path.name for path in modules.iterdir()] == [plugin.NAME]


def test_the_one_that_was_there_stays_when_the_new_one_cannot_take_its_place(
    modules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = plugin.install(modules, ["/old"]).path
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name.endswith(".new"):
            raise OSError(5, "the disk hesitates")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(Exception, match="the disk hesitates"):
        plugin.install(modules, COMMAND)
    assert plugin.examine(modules, ["/old"]).state is plugin.State.CURRENT
    assert place.is_dir()


def test_removing_what_is_not_there_says_so(modules: Path) -> None:
    with pytest.raises(PluginMissing):
        plugin.uninstall(modules)


RELEASE = {
    "version": "99.1",
    "page": "https://example.org/couloir",
    "files": [{"name": "couloir-99.1-py3-none-any.whl", "sha256": "0" * 64, "size": 1}],
}


@pytest.fixture
def server() -> Iterator[dict[str, tuple[int, bytes]]]:
    """Answers by path; what was asked is in `asked`. `address` is in the answers under ""."""
    answers: dict[str, tuple[int, bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers.get(self.path, (404, b""))
            ASKED.append(dict(self.headers))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", body.decode())
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    ASKED.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        answers[""] = (0, f"http://127.0.0.1:{listening.server_address[1]}".encode())
        yield answers
        listening.shutdown()


ASKED: list[dict[str, str]] = []


def address(server: dict[str, tuple[int, bytes]], path: str) -> str:
    return server[""][1].decode() + path


def test_update_says_whether_there_is_a_newer_release_and_tells_the_server_nothing(
    server: dict[str, tuple[int, bytes]],
) -> None:
    server["/newer"] = (200, json.dumps(RELEASE).encode())
    server["/same"] = (200, json.dumps({**RELEASE, "version": __version__}).encode())
    runner = CliRunner()
    newer = runner.invoke(update.command, ["--from", address(server, "/newer")], standalone_mode=False)
    assert (newer.return_value, newer.exception) == (3, None)
    assert "99.1" in newer.output
    assert "couloir-99.1-py3-none-any.whl" in newer.output
    same = runner.invoke(update.command, ["--from", address(server, "/same")], standalone_mode=False)
    assert (same.return_value, same.output) == (0, f"Couloir {__version__} is the newest release.\n")
    assert {key for asked in ASKED for key in asked} == {"Accept-Encoding", "Connection", "Host", "User-Agent"}
    assert {asked["User-Agent"] for asked in ASKED} == {"Couloir"}


def test_a_name_from_outside_never_becomes_part_of_a_command(server: dict[str, tuple[int, bytes]]) -> None:
    hostile = {**RELEASE, "page": "javascript:x", "files": [{"name": "a; rm -rf ~.whl", "sha256": "", "size": 1}]}
    server["/hostile"] = (200, json.dumps(hostile).encode())
    told = CliRunner().invoke(update.command, ["--from", address(server, "/hostile")], standalone_mode=False)
    assert "rm -rf" not in told.output
    assert "javascript" not in told.output
    assert "open its installer" in told.output


@pytest.mark.parametrize(
    ("path", "status", "body", "why"),
    [
        ("/gone", 404, b"", "Not Found"),
        ("/html", 200, b"<html>", "not the description of a release"),
        ("/large", 200, b" " * ((1 << 20) + 1), "too large"),
        ("/away", 302, b"http://example.org/couloir-release.json", "not https"),
        ("/file", 302, b"file:///etc/passwd", "not allowed"),
    ],
)
def test_what_cannot_be_a_release_is_refused(
    server: dict[str, tuple[int, bytes]], path: str, status: int, body: bytes, why: str
) -> None:
    server[path] = (status, body)
    with pytest.raises(ReleasesUnread, match=why):
        releases.read_release(address(server, path))


@pytest.mark.parametrize("place", ["http://example.org/x.json", "file:///etc/passwd", "ftp://example.org/x", "x.json"])
def test_only_https_is_asked(place: str) -> None:
    with pytest.raises(ReleasesUnread, match="not an https address"):
        releases.read_release(place)


def test_no_address_is_invented() -> None:
    """Only the metadata of a published build names a place (scripts/build_release.py puts it there)."""
    assert releases.published_address() == ""
    outcome = CliRunner().invoke(update.command, [], standalone_mode=False)
    assert isinstance(outcome.exception, NoReleases)
    assert "--from" in str(outcome.exception)


@pytest.mark.parametrize(
    ("later", "earlier"),
    [("0.2", "0.1.9"), ("0.10.0", "0.9"), ("1.0", "1.0rc1"), ("v0.2.0", "0.1.0"), ("1.0rc2", "1.0rc1"), ("0.1", "x")],
)
def test_versions_are_in_order(later: str, earlier: str) -> None:
    assert releases.is_newer(later, than=earlier)
    assert not releases.is_newer(earlier, than=later)
    assert not releases.is_newer(later, than=later)


def test_a_nought_more_is_the_same_version() -> None:
    assert not releases.is_newer("1.0.0", than="1.0")
