"""The small changes that scripts/mutate_plugin.py tries on Lua."""

from __future__ import annotations

from pathlib import Path

from mutation.mutants import mutants, pure_lines

PLUGIN = Path(__file__).resolve().parents[2] / "lrplugin" / "Couloir.lrplugin"

SOURCE = """--- A module that speaks to Lightroom.
local M = {}

-- Adds. Pure.
local function add(a, b)
  if a == 0 and not b then return b - -1 end -- 5 == 5
  M.text = "a - b"
  return LOC "$$$/Key=1 and 2"
end

function M.run() return 1 end

-- One line. Pure.
local function one() return true end
"""


def test_only_what_is_called_pure_is_changed():
    assert pure_lines(SOURCE) == {*range(5, 10), 14}
    assert pure_lines("--- Texts. Pure.\nlocal a = 1\n") == {1, 2}
    assert pure_lines("-- Pure data: no code.\nreturn 1\n") == set()


def test_each_change_is_made_where_it_means_something():
    found = mutants(SOURCE, pure_lines(SOURCE))
    assert [(each.line, each.what) for each in found] == [
        (6, "if a == 0 and not b -> not"),
        (6, "== -> ~="),
        (6, "0 -> 1"),
        (6, "and -> or"),
        (6, "not -> nothing"),
        (6, "return -> return nil and"),
        (6, "- -> +"),
        (6, "1 -> 2"),
        (7, 'without M.text = "a - b"'),
        (7, '"a - b" -> ""'),
        (8, "return -> return nil and"),
        (14, "return -> return nil and"),
        (14, "true -> false"),
    ]
    changed = {each.applied(SOURCE) for each in found}
    assert len(changed) == len(found)
    assert SOURCE not in changed


def test_the_plugin_has_much_that_is_pure():
    tried = {path.name: mutants(text, pure_lines(text)) for path in PLUGIN.glob("*.lua") if (text := path.read_text())}
    assert {"Json.lua", "MetadataMap.lua", "Command.lua", "Collections.lua"} <= {
        n for n, found in tried.items() if found
    }
    assert sum(map(len, tried.values())) > 500
