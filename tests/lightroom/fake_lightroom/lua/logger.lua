-- LrLogger: silent until enabled. Each level also has a form that formats.
local K = ...
local host, F, rule = K.host, K.functions, K.rule

local LEVELS = { "trace", "debug", "info", "warn", "error", "fatal" }

K.constructors.LrLogger = function(name)
  if type(name) ~= "string" then rule("LrLogger takes a name") end
  return K.new_object("LrLogger", { name = name })
end
F["LrLogger.enable"] = function(logger, actions)
  if type(actions) == "table" then
    for level in pairs(actions) do
      if not F["LrLogger." .. tostring(level)] then rule("LrLogger:enable does not know the level " .. tostring(level)) end
    end
  elseif actions ~= "logfile" and actions ~= "print" and type(actions) ~= "function" then
    rule('LrLogger:enable takes "logfile", "print", a function or a table')
  end
  K.payload[logger].actions = actions
end
F["LrLogger.disable"] = function(logger) K.payload[logger].actions = nil end

local function log(logger, level, message)
  local inside = K.payload[logger]
  local action = inside.actions
  if type(action) == "table" then action = action[level] end
  if type(action) == "function" then
    action(message)
  elseif action == "logfile" then
    host.log(inside.name, level, message)
  end
end

local function joined(...)
  local parts = {}
  for i = 1, select("#", ...) do parts[i] = tostring((select(i, ...))) end
  return table.concat(parts, " ")
end
for _, level in ipairs(LEVELS) do
  F["LrLogger." .. level] = function(logger, ...) log(logger, level, joined(...)) end
  F["LrLogger." .. level .. "f"] = function(logger, format, ...) log(logger, level, string.format(format, ...)) end
end
local function quick(form)
  return function(logger, ...)
    local bound = {}
    for i, level in ipairs({ ... }) do
      local f = F["LrLogger." .. tostring(level) .. form]
      if not f then rule("LrLogger:quick does not know the level " .. tostring(level)) end
      bound[i] = function(...) return f(logger, ...) end
    end
    return unpack(bound)
  end
end
F["LrLogger.quick"], F["LrLogger.quickf"] = quick(""), quick("f")
