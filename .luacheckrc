-- Lightroom Classic runs Lua 5.1 in a sandbox: these globals, and not one more.
std = {
  read_globals = {
    "assert", "error", "getmetatable", "setmetatable", "ipairs", "next", "pairs", "pcall", "rawequal", "rawget",
    "rawset", "require", "select", "tonumber", "tostring", "type", "unpack", "_VERSION", "loadstring", "loadfile",
    string = { fields = { "byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "rep", "reverse", "sub", "upper" } },
    table = { fields = { "concat", "insert", "maxn", "remove", "sort" } },
    math = { fields = { "abs", "ceil", "floor", "fmod", "huge", "log", "max", "min", "modf", "pi", "pow", "sqrt" } },
    os = { fields = { "clock", "date", "time", "tmpname" } },
    io = { fields = { "open", "lines", "type" } },
    coroutine = { fields = { "canYield", "running" } },
    "LOC", "MAC_ENV", "WIN_ENV", "_PLUGIN",
  },
}
-- Info.lua is pure data: Lightroom gives it hardly anything.
files["**/Info.lua"].std = { read_globals = { "LOC", "MAC_ENV", "WIN_ENV", "_VERSION", "string" } }
-- One file speaks to Lightroom; the others get its modules from there.
files["**/Sdk.lua"].read_globals = { "import" }
-- Texts for translators cannot be broken over lines.
max_line_length = 150
-- The fake's own Lua is no plug-in code.
exclude_files = { "tests/**", ".venv/**" }
