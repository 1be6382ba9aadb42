-- The environment of plug-in code: what Lightroom's Lua offers, and not one global more.
local K = ...
local host, rule, enter = K.host, K.rule, K.enter

local function picked(source, names)
  local chosen = {}
  for name in names:gmatch("%S+") do chosen[name] = source[name] end
  return chosen
end

local env = picked(_G, [[
  assert error getmetatable setmetatable ipairs next rawequal rawget rawset select tonumber tostring type unpack _VERSION
]])
K.env = env
env._G = env
env.string = picked(string, "byte char find format gmatch gsub len lower match rep reverse sub upper dump")
env.table = picked(table, "concat insert maxn remove sort getn foreach foreachi")
env.math = picked(math, [[
  abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max min modf pi pow rad random
  randomseed sin sinh sqrt tan tanh mod
]])
env.os = {
  clock = os.clock,
  date = function(format, time) return os.date(format, time or math.floor(host.posix_time())) end,
  time = function(when) return when and os.time(when) or math.floor(host.posix_time()) end,
  tmpname = function() return host.temporary_name() end,
}
env.coroutine = { canYield = K.can_yield, running = coroutine.running }
env.debug = { getInfo = debug.getinfo }
env.pcall = K.plain_pcall
env.import = K.import
env.MAC_ENV, env.WIN_ENV = host.mac, not host.mac
env.LOC = function(...)
  enter("LOC")
  return K.results(host.loc(...))
end

-- Observable tables keep their values elsewhere: Lua's own pairs sees nothing in them, in Lightroom too.
function env.pairs(t)
  if K.kinds[t] then rule("pairs() sees nothing in a " .. K.kinds[t] .. "; a property table has :pairs()") end
  return pairs(t)
end

-- Files: Lightroom's io works; on Windows it cannot open a path with other than ASCII letters.
local function open(path, mode)
  if type(path) ~= "string" then error("bad argument #1 to 'open' (string expected, got " .. type(path) .. ")", 2) end
  local real, problem = host.io_path(path)
  if not real then return nil, problem, 2 end
  return io.open(real, mode)
end
env.io = { open = open, type = io.type, read = io.read, write = io.write, close = io.close }
function env.io.lines(path)
  local file, problem = open(path, "r")
  if not file then error(problem, 2) end
  return file:lines()
end

local function in_sandbox(chunk, problem)
  if chunk then return setfenv(chunk, env) end
  return nil, problem
end
function env.loadstring(text, name)
  if type(text) == "string" and text:byte(1) == 27 then rule("loadstring of bytecode") end
  return in_sandbox(loadstring(text, name))
end
local function loadfile_(path)
  local real, problem = host.io_path(path)
  if not real then return nil, problem end
  return in_sandbox(loadfile(real))
end
env.loadfile = loadfile_
function env.dofile(path) return assert(loadfile_(path))() end

-- The plug-in's own modules: flat, by name, each run once.
local loaded, LOADING = {}, {}
function env.require(name)
  enter("require")
  local known = loaded[name]
  if known == LOADING then error("loop or previous error loading module '" .. tostring(name) .. "'", 2) end
  if known ~= nil then return known end
  local source, file = host.plugin_module(name)
  if not source then error("Could not load toolkit script: " .. tostring(name), 2) end
  loaded[name] = LOADING
  local chunk, problem = loadstring(source, "@" .. file)
  if not chunk then
    loaded[name] = nil
    error(problem, 0)
  end
  -- require is a C function in Lua: a module's body cannot yield.
  local ok, value = K.plain_pcall(setfenv(chunk, env), name)
  if not ok then
    loaded[name] = nil
    error(value, 0)
  end
  if value == nil then value = true end
  loaded[name] = value
  return value
end

setmetatable(env, {
  __index = function(_, name) rule("reading the undefined global " .. tostring(name)) end,
  __newindex = function(_, name, value)
    if host.global_written(name) then rule("writing the global " .. tostring(name)) end
    rawset(env, name, value)
  end,
  __metatable = "environment",
})

--- What a plug-in may know of itself, once Info.lua has told.
function K.introduce(id, plugin)
  host.plugin_id = id
  rawset(env, "_PLUGIN", plugin)
end

--- A script of the plug-in, ready to run in its environment.
function K.load_script(source, file)
  local chunk, problem = loadstring(source, "@" .. file)
  if not chunk then error(problem, 0) end
  return setfenv(chunk, env)
end

--- Info.lua runs in a much smaller environment and returns pure data.
function K.load_info(source, file)
  local tiny = { LOC = env.LOC, MAC_ENV = env.MAC_ENV, WIN_ENV = env.WIN_ENV, _VERSION = _VERSION, string = env.string }
  setmetatable(tiny, {
    __index = function(_, name) rule("Info.lua cannot read the global " .. tostring(name)) end,
    __newindex = function(_, name) rule("Info.lua cannot write the global " .. tostring(name)) end,
  })
  local chunk, problem = loadstring(source, "@" .. file)
  if not chunk then error(problem, 0) end
  return setfenv(chunk, tiny)()
end

-- What exists nowhere in Lightroom must not be found by another way either.
getmetatable("").__index = env.string
