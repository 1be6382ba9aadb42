"""Tiny plug-ins for the tests of the fake Lightroom."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fake_lightroom import Lightroom

INFO = """
return {
  LrSdkVersion = 14.0, LrSdkMinimumVersion = 10.0,
  LrToolkitIdentifier = "org.example.tiny", LrPluginName = "Tiny",
  LrLibraryMenuItems = { { title = "Go", file = "Go.lua" } },
  %s
}
"""
PROVIDER = """
return {
  schemaVersion = 1,
  metadataFieldsForPhotos = {
    { id = "verdict", title = "Verdict", dataType = "enum", searchable = true, browsable = true,
      values = { { value = "good", title = "Good" }, { value = "bad", title = "Bad" } } },
    { id = "note" },
    { id = "run", title = "Run", dataType = "string", searchable = true },
  },
}
"""
HEAD = """
local LrApplication, LrTasks, LrDialogs = import "LrApplication", import "LrTasks", import "LrDialogs"
local LrFunctionContext, LrErrors = import "LrFunctionContext", import "LrErrors"
local LrProgressScope, LrHttp = import "LrProgressScope", import "LrHttp"
local LrView, LrBinding = import "LrView", import "LrBinding"
local catalog = LrApplication.activeCatalog()
local function write(f) return catalog:withWriteAccessDo("Test", f, { timeout = 10 }) end
local function say(...)
  local parts = {}
  for i = 1, select("#", ...) do parts[i] = tostring((select(i, ...))) end
  LrDialogs.message(table.concat(parts, " "))
end
"""

Start = Callable[..., Lightroom]


@pytest.fixture
def plugin(tmp_path: Path) -> Callable[..., Path]:
    """Writes a plug-in whose menu item "Go" runs the given Lua; further files by name; `info` goes into Info.lua."""

    def write(go: str = "", info: str = "", **files: str) -> Path:
        folder = tmp_path / "Tiny.lrplugin"
        folder.mkdir(exist_ok=True)
        files.setdefault("Info", INFO % info)
        for name, text in {"Go": go, **files}.items():
            (folder / (name if "." in name else f"{name}.lua")).write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def start(plugin: Callable[..., Path], tmp_path: Path) -> Iterator[Start]:
    """Starts Lightroom with a tiny plug-in; `task` is Lua that runs in a task, `go` Lua that does not."""
    running: list[Lightroom] = []

    def begin(
        task: str = "", *, go: str = "", info: str = "", files: dict[str, str] | None = None, **more: Any
    ) -> Lightroom:
        script = go or HEAD + f"LrTasks.startAsyncTask(function()\n{task}\nend)"
        folder = plugin(HEAD + go if go else script, info, **(files or {}))
        lightroom = Lightroom(folder, home=tmp_path, **more)
        running.append(lightroom)
        return lightroom

    yield begin
    for lightroom in running:
        lightroom.quit()


@pytest.fixture
def said() -> Callable[[Lightroom], list[str]]:
    """The messages that the plug-in showed."""
    return lambda lightroom: [dialog.title for dialog in lightroom.dialogs if dialog.kind == "message"]


@pytest.fixture
def pictures(tmp_path: Path) -> Callable[[int], list[Path]]:
    """Makes so many files that Lightroom would take for photos."""

    def make(count: int, extension: str = "nef") -> list[Path]:
        made = [tmp_path / f"IMG_{number:04}.{extension}" for number in range(1, count + 1)]
        for path in made:
            path.write_bytes(b"not really a photo")
        return made

    return make


@pytest.fixture
def provider() -> dict[str, str]:
    """Arguments for `start` that declare the metadata fields verdict, note and run."""
    return {"info": 'LrMetadataProvider = "Provider.lua",', "Provider": PROVIDER}
