"""No command prints a control sequence from a library's names, in any command, as text or as JSON."""

from __future__ import annotations

import ast
import json
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import click
import pytest

from couloir.aperture.library import Library
from couloir.cli.main import COMMANDS, command_line, main
from sample_library import build_library

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file names")

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\rFORGED\nFORGED: all is well \u202egpj.exe \u2028[red]x[/red] \x7f"
TABLES: Mapping[str, tuple[str, ...]] = {
    "RKVersion": ("name", "fileName"),
    "RKMaster": ("name", "fileName", "originalFileName"),
    "RKFolder": ("name",),
    "RKAlbum": ("name",),
    "RKKeyword": ("name",),
    "RKVolume": ("name",),
}
CLI = Path(sys.modules[main.__module__].__file__ or "").parent

# What a terminal may do something with. A new line ends a line, which is why names may hold none.
OBEYED = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), *"\u2028\u2029\u202a\u202b\u202c\u202d\u202e"}
OBEYED |= {*map(chr, range(0x2066, 0x206A)), *map(chr, range(0xD800, 0xE000))}
OBEYED -= {"\n"}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library in a folder with a hostile name, with hostile names in every table, some adjustments and properties."""
    folder = tmp_path_factory.mktemp("built") / HOSTILE.replace("/", ":")
    folder.mkdir()
    path = folder / f"{HOSTILE}.aplibrary".replace("/", ":")
    build_library(path, masters=16, anomalies=["all"])
    databases = path / "Database" / "apdb"
    with closing(sqlite3.connect(databases / "Library.apdb")) as library, library:
        for table, columns in TABLES.items():
            for column in columns:
                library.execute(f"UPDATE {table} SET {column} = coalesce({column}, '') || ?", (HOSTILE,))
        library.execute("UPDATE RKImageAdjustment SET name = name || ? WHERE rowid % 5 = 0", (HOSTILE,))
        library.execute("UPDATE RKVersion SET imageTimeZoneName = ? WHERE rowid % 4 = 0", (HOSTILE,))
    with closing(sqlite3.connect(databases / "Properties.apdb")) as properties, properties:
        properties.execute("UPDATE RKUniqueString SET stringProperty = stringProperty || ?", (HOSTILE,))
    return path


@pytest.fixture(scope="module")
def migrated(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("destinations") / HOSTILE.replace("/", ":")
    with pytest.raises(SystemExit):
        main(["migrate", str(hostile), "--to", str(place), "--pictures", "0"])
    return place


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., str]:
    """Everything that a command prints, on both streams. No part of the computer's own state takes part."""
    state = tmp_path / HOSTILE.replace("/", ":")
    monkeypatch.setenv("COULOIR_STATE_DIR", str(state))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    (state / "logs").mkdir(parents=True)
    (state / "logs" / "daemon.log").write_text(f"a line {' '.join(HOSTILE.split())}\n", encoding="utf-8")

    def printed(*arguments: str | Path) -> str:
        capsys.readouterr()
        with pytest.raises(SystemExit):
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return f"{out}\n{err}"

    return printed


def commands() -> Iterator[str]:
    """Every command that does something, its group before it."""
    context = click.Context(command_line)
    for name in COMMANDS:
        found = command_line.get_command(context, name)
        assert found is not None
        yield from (f"{name} {each}" for each in found.commands) if isinstance(found, click.Group) else [name]


# What is given to each command; {library}, {migrated} and {nowhere} have hostile names.
WALKS: Mapping[str, tuple[str, ...]] = {
    "inspect": (
        "{library}",
        "{library} --json",
        "{library} --versions",
        "{library} --versions --json",
        "{library} --audit",
        "{library} --audit --json",
        "{library} --rebuild-from-plists",
        "{nowhere}",
        "{library} --volume {nowhere}",
        "{library} --{nowhere}",
    ),
    "derive": ("{library} {version}", "{library} {version} --json", "{library} {nowhere}"),
    "migrate": (
        "{library} --to {fresh} --pictures 2",
        "{library} --to {fresh} --pictures 2 --json",
        "{library} --to {fresh} --dry-run",
        "{library} --to {fresh} --only {nowhere}",
        "{library} --to {library}",
        "{nowhere} --to {fresh}",
    ),
    "match": (
        "{library} --to {fresh} --renderings 1",
        "{library} --to {fresh} --json --renderings 1",
        "{nowhere} --to x",
    ),
    "verify": ("{migrated}", "{migrated} --json", "{nowhere}"),
    "report": ("{migrated} --no-open --pictures 1", "{migrated} --no-open --json --pictures 1", "{nowhere}"),
    "undo": ("{migrated} --dry-run", "{migrated} --dry-run --json", "{migrated} --library {nowhere}", "{nowhere}"),
    "serve": ("--state-dir {migrated}/.couloir/ledger.sqlite3", "--port {nowhere}"),
    "service status": ("", "{nowhere}"),
    "service logs": ("", "--lines {nowhere}"),
    "plugin install": ("", "--to {fresh}", "--{nowhere}"),
    "plugin status": ("", "--to {fresh}", "--to {nowhere}"),
    "plugin uninstall": ("", "--to {fresh}"),
    "update": ("", "--from {nowhere}"),
    "doctor": ("{library} {migrated} {nowhere}", "--report {nowhere}/report.zip"),
    "learn calibrate": ("{library} --photos 4", "{nowhere}"),
    "learn synthesise": ("{nowhere} --photographs {nowhere}", "--{nowhere}"),
    "learn train": ("{nowhere} --data {nowhere}", "--{nowhere}"),
    "learn evaluate": ("--model {nowhere} --photographs {nowhere}", "--{nowhere}"),
    "learn promote": ("{nowhere}", "--{nowhere}"),
    "learn pairs": ("--aperture {library} --catalog {nowhere} --out {fresh}", "--aperture {nowhere}"),
    "learn contribute": ("{nowhere}", "--{nowhere}"),
    "learn inbox": ("{nowhere} --data {fresh}", "--{nowhere}"),
    "learn look": ("{nowhere}", "--{nowhere}"),
    "looks list": ("{migrated}", "{migrated} --json", "{nowhere}"),
    "looks install": ("{migrated} --folder {fresh}", "{nowhere} --folder {fresh}"),
    "looks uninstall": ("{migrated} --folder {fresh}", "{nowhere} --folder {fresh}"),
    "looks test-files": ("{fresh}", "{fresh} --json"),
    "looks judge-exports": ("{nowhere}", "{nowhere} --json"),
    "capture-one styles": ("{migrated} --into {fresh}", "{migrated} --into {fresh} --json", "{nowhere}"),
    "capture-one apply": ("{migrated}", "{migrated} --dry-run --json", "{nowhere}"),
    "profile learn": ("{library}", "{library} --json", "{library} --camera {nowhere}"),
    "profile show": ("", "{nowhere}", "{nowhere}.dcp", "--json"),
    "profile install": ("{nowhere} --folder {fresh}", "{nowhere}.dcp"),
    "profile uninstall": ("{nowhere} --folder {fresh}",),
}
# These speak to the computer's own service manager; what they print is held by the last test of this file.
NOT_RUN = {"service install", "service uninstall", "service restart"}


def test_every_command_is_walked() -> None:
    assert set(commands()) == WALKS.keys() | NOT_RUN


@pytest.mark.parametrize("name", WALKS)
def test_no_name_is_obeyed_by_a_terminal_or_forges_a_line(
    name: str, run: Callable[..., str], hostile: Path, migrated: Path, tmp_path: Path
) -> None:
    with Library.open(hostile) as library:
        version = next(each for each in library.versions() if each.number and each.operations)
    fresh = tmp_path / "fresh" / HOSTILE.replace("/", ":")
    places = {"library": hostile, "migrated": migrated, "nowhere": HOSTILE, "fresh": fresh, "version": version.uuid}
    for given in WALKS[name]:
        if name == "migrate" and fresh.exists():
            shutil.rmtree(fresh)
        arguments = [part.format(**places) for part in given.split()]
        printed = run(*name.split(), *arguments)
        assert not OBEYED & set(printed), (given, sorted(OBEYED & set(printed)))
        assert not [line for line in printed.splitlines() if line.lstrip().startswith("FORGED")], given
        assert "Traceback" not in printed
        if "--json" in given and printed.lstrip().startswith("{"):
            json.loads(printed[: printed.rindex("}") + 1])


def test_names_are_shown_all_the_same(run: Callable[..., str], hostile: Path) -> None:
    assert "FORGED: all is well" in run("inspect", hostile, "--versions")
    document = run("inspect", hostile, "--versions", "--json")
    assert HOSTILE in json.loads(document[: document.rindex("}") + 1])["versions"][0]["name"]


def test_commands_print_through_one_door() -> None:
    """`say`, `console` and `print_json`: what they do not see, they cannot keep from a terminal."""
    doors = {"plain.py", "output.py"}
    for path in sorted(CLI.glob("*.py")):
        if path.name in doors:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in {"print", "click.echo", "click.secho", "Console"}, f"{path.name}:{node.lineno}"
            if isinstance(node, ast.ImportFrom) and node.module == "rich.markup":
                pytest.fail(f"{path.name} escapes markup by itself: `escape_text` does that and more")


def test_cells_of_tables_go_through_the_door_too() -> None:
    """A table's texts do not pass `console.print`, so each is a number, our own word, or `escape_text`."""
    for path in sorted(CLI.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".add_row"):
                for cell in node.args:
                    told = ast.unparse(cell)
                    assert (
                        "escape_text(" in told
                        or told.startswith(("number(", "*map(number, "))
                        or told in {"name", "f'{line.kind}s'"}
                        or "verdict" in told
                    ), f"{path.name}:{node.lineno}: {told}"
