"""A plug-in's modules in plain Lua 5.1, for functions that need no Lightroom: small, quick, and sure to be pure.

While modules load, they may `import` and call what they like and get nothing of worth. From then on, whoever reaches
for Lightroom fails, so a function that is called pure is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lupa.lua51 import LuaRuntime

from .marshal import Marshal, decode, encode
from .texts import Texts

_HOST = b"""
local source_of, loc, id, windows = ...
local loading, modules = 0, {}

local function absent(name)
  local function reach(what)
    if loading == 0 then error("not pure: it reaches for " .. what, 0) end
    return absent(what)
  end
  return setmetatable({}, {
    __index = function(_, key) return reach(name .. "." .. tostring(key)) end,
    __call = function() return reach(name .. "()") end,
  })
end

import, LOC, _PLUGIN, WIN_ENV, MAC_ENV = absent, loc, { id = id }, windows or nil, not windows or nil

function require(name)
  if not modules[name] then
    local chunk = assert(loadstring(source_of(name), "@" .. name .. ".lua"))
    loading = loading + 1
    modules[name] = chunk()
    loading = loading - 1
  end
  return modules[name]
end

return function(source, ...) return assert(loadstring(source))(...) end
"""


class PureModules:
    """The modules in `folder`; `plugin_id` is what they see as `_PLUGIN.id`, `language` that of their texts."""

    def __init__(self, folder: Path, plugin_id: str, *, language: str = "en", windows: bool = False) -> None:
        runtime = LuaRuntime(encoding=None, unpack_returned_tuples=True, register_eval=False)
        texts = Texts(folder, language)
        self._marshal = Marshal(runtime, lambda table: None)

        def loc(source: bytes, *arguments: Any) -> bytes:
            return encode(texts.loc(decode(source), *map(self._marshal.to_python, arguments)))

        def source_of(name: bytes) -> bytes:
            return (folder / f"{decode(name)}.lua").read_bytes()

        self._run = runtime.execute(_HOST, source_of, loc, encode(plugin_id), windows)

    def run(self, source: str, *arguments: Any) -> Any:
        """What a piece of Lua returns, which sees `arguments` as `...` and may `require` the modules."""
        results = self._run(encode(source), *map(self._marshal.to_lua, arguments))
        if isinstance(results, tuple):
            return tuple(map(self._marshal.to_python, results))
        return self._marshal.to_python(results)

    def call(self, name: str, *arguments: Any) -> Any:
        """What `Module.function` returns, several values as a tuple."""
        module, _, function = name.partition(".")
        return self.run(f'return require("{module}").{function}(...)', *arguments)
