"""The small changes that scripts/mutate_plugin.py and scripts/mutate_python.py try."""

from __future__ import annotations

from pathlib import Path

from mutation import python_mutants
from mutation.lua_mutants import mutants, pure_lines

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


PYTHON = """\"\"\"A module.\"\"\"
LIMIT: Final = 2.5


def near(a: float, b: float = 1) -> bool:
    \"\"\"Whether they are.\"\"\"
    if not a:
        raise ValueError("a sentence")
    found.append(a)
    return abs((a) - (b)) < LIMIT and a in {"é": 1}
"""


def test_each_change_of_python_is_made_where_it_means_something():
    found = python_mutants.mutants(PYTHON)
    assert [(each.line, each.what) for each in found] == [
        (2, "2.5 -> 3.135"),
        (5, "1 -> 2"),
        (7, "not a -> (not (not a))"),
        (7, "not a -> bool(a)"),
        (9, "found.append(a) -> pass"),
        (10, 'return abs((a) - (b)) < LIMIT and a in {"é": 1} -> return None'),
        (10, ") - ( -> ) + ("),
        (10, "< -> <="),
        (10, "and -> or"),
        (10, "in -> not in"),
        (10, "\"é\" -> 'é~'"),
        (10, "1 -> 2"),
    ]
    assert len({each.applied(PYTHON) for each in found} - {PYTHON}) == len(found)


def test_a_module_that_reads_files_is_not_pure():
    assert python_mutants.is_pure("import math\nfrom numpy.typing import NDArray")
    assert not python_mutants.is_pure("from pathlib import Path")
    assert not python_mutants.is_pure("def f():\n    import sqlite3")
