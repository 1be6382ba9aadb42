"""Runs the plug-in in a fake Lightroom that is not ours: python3 scripts/foreign_fake.py lua_harness.py

The fake is `explore/lua_harness.py` of WilliamsJason/inat-lightroom (MIT), which its author wrote after what a real
Lightroom had done to his plug-in: what yields fails inside a plain pcall and a comparator, catalog queries want a task,
writes a gate, keywords read access. It is not part of this project: download that one file. It knows 17 of the SDK's
modules as far as his plug-in uses them; a module that it does not know is one here that fails on use, by name.

Prints for each Lua file whether it loads, for parts of an import and for each menu item how far they go. Ends with 1
when the plug-in broke one of that fake's rules; that it lacks a member of the SDK is no fault of the plug-in.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

PLUGIN = Path(__file__).resolve().parents[1] / "lrplugin" / "Couloir.lrplugin"
# What breaking a rule of that fake says.
RULES = re.compile(r"Yielding is not allowed|only wait from within a task|write access|read access")
# Not files to be required: data for Lightroom, and scripts that act when they are loaded.
NOT_MODULES = {"Info", "MetadataProvider"}
LACKING = "the other fake has no "
_REST = """
local known, lacking = import, ...
local function fail(what) error(lacking .. what, 0) end
-- A module that it does not know, and what it lacks of one that it does where Adobe names the member and nothing
-- depends on what it gives.
function import(name)
  local found, module = pcall(known, name)
  if found then return module end
  return setmetatable({}, {
    __index = function(_, key) return function() fail(name .. "." .. tostring(key)) end end,
    __call = function() fail(name) end,
  })
end
local function idle(object, names)
  for key in names:gmatch("%S+") do object[key] = object[key] or function() return 0 end end
  return object
end
local contexts = known "LrFunctionContext"
for _, name in ipairs { "callWithContext", "postAsyncTaskWithContext" } do
  local original = contexts[name]
  contexts[name] = function(title, work)
    return original(title, function(context) return work(idle(context, "addCleanupHandler addFailureHandler")) end)
  end
end
contexts.pcallWithContext = function(_, work, ...) return pcall(work, idle({}, "addCleanupHandler"), ...) end
local new_scope = known("LrProgressScope")
local scopes = function(arguments) return idle(new_scope(arguments), "getPortionComplete cancel") end
known("LrErrors").isCanceledError = function() return false end
known("LrStringUtils").lower = string.lower
local catalog = known("LrApplication").activeCatalog()
local write = catalog.withWriteAccessDo
catalog.withWriteAccessDo = function(...)
  write(...)
  return "executed" -- Adobe's verdict, which that fake leaves out
end
local rest = import
function import(name) return name == "LrProgressScope" and scopes or rest(name) end
_PLUGIN = { id = "org.couloir.lightroom", path = "/plugin" }
WIN_ENV, MAC_ENV = nil, true
"""

# Parts of an import that go as far as that fake does: each ends with an error or is well.
PIECES = {
    "keywords in a gate": """
        local keywords, gate = require("Keywords").new(), require "Gate"
        local done, problem = gate.write("Test", function()
          assert(keywords:get { "Places", "Alps" })
          keywords:mark_person { "Places", "Alps" }
          assert(keywords:get { "Places", "Andes" })
        end)
        assert(done, problem and problem.message)
        keywords:keep()
        assert(gate.write("Test", function() keywords:refuses_persons() end))
        """,
    "a keyword that is refused is no parent": """
        local keywords, gate = require("Keywords").new(), require "Gate"
        assert(gate.write("Test", function() assert(keywords:get { "Refused", "Below" } == nil) end))
        """,
    "the order of an album": """
        local collections = require "Collections"
        local order = collections.reordered({ "a", "b" }, { a = 2, b = 1 })
        assert(order[1] == "b" and order[2] == "a")
        """,
    "metadata that its setRawMetadata knows": """
        local photo = ...
        assert(require("Gate").write("Test", function()
          for _, each in ipairs(require("MetadataMap").assignments({ title = "T", caption = "C", rating = 3 })) do
            if each.key ~= "colorNameForLabel" then photo:setRawMetadata(each.key, each.value) end
          end
        end))
        """,
}


def load(harness: Path) -> Any:
    """That fake, for our plug-in instead of its own."""
    spec = importlib.util.spec_from_file_location("foreign_harness", harness)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{harness} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.PLUGIN_DIR = PLUGIN  # type: ignore[attr-defined]
    fake = module.LuaPlugin()
    fake.runtime.eval("function(source, ...) return assert(loadstring(source))(...) end")(_REST, LACKING)
    return fake


def attempt(work: Any) -> str:
    """What comes of it: "" or the error's first line."""
    try:
        work()
    except Exception as problem:  # noqa: BLE001 - whatever that fake raises is the answer
        return str(problem).partition("\n")[0]
    return ""


def examine(harness: Path) -> dict[str, str]:
    """For each module and menu item, "" or why it went no further."""
    found = {}
    modules = [
        p.stem for p in sorted(PLUGIN.glob("*.lua")) if p.stem not in NOT_MODULES and not p.stem.endswith("Menu")
    ]
    for name in modules:
        fake = load(harness)
        found[name] = attempt(lambda fake=fake, name=name: fake.in_task(fake.runtime.globals()["require"], name))
    for name, source in PIECES.items():
        fake = load(harness)
        fake.refuse_keyword("Refused")
        chunk = fake.runtime.eval("function(source) return assert(loadstring(source)) end")(source)
        found[name] = attempt(lambda fake=fake, chunk=chunk: fake.in_task(chunk, fake.new_photo()))
    for path in sorted(PLUGIN.glob("*Menu.lua")):
        fake = load(harness)
        run = fake.runtime.eval("function(source) return assert(loadstring(source))() end")

        def click(fake: Any = fake, run: Any = run, path: Path = path) -> None:
            run(path.read_text(encoding="utf-8"))
            fake.run_pending_tasks()

        found[path.name] = attempt(click) or "; ".join(
            dict.fromkeys(line for line in fake.log_lines if line.startswith(("warn", "error")))
        )
    return found


def main() -> int:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.exit(__doc__)
    found = examine(Path(sys.argv[1]))
    for name, why in found.items():
        print(f"{name:44} {why or 'ok'}")
    broken = {name: why for name, why in found.items() if RULES.search(why)}
    print(f"{sum(not why for why in found.values())} of {len(found)} go all the way; broken rules: {len(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
