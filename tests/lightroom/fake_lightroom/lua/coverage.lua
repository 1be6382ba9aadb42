-- Lines of the plug-in that ran, and a watch over loops that never end. Lua 5.1 keeps one hook for each coroutine.
local K, lines_wanted, watch_every = ...
local host = K.host
local getinfo = debug.getinfo

local seen = {} -- "@file" -> line -> true
local file_of = setmetatable({}, { __mode = "k" }) -- function -> its lines, false for the fake's own
function K.lines() return seen end

local function hook(event, line)
  if event == "count" then
    host.watch()
    if K.killed then error("Lightroom hangs", 0) end
    return
  end
  local f = getinfo(2, "f").func
  local of_file = file_of[f]
  if of_file == nil then
    local source = getinfo(2, "S").source
    of_file = source:sub(1, 1) == "@" and (seen[source] or {})
    if of_file then seen[source] = of_file end
    file_of[f] = of_file
  end
  if of_file then of_file[line] = true end
end

K.hook, K.hook_mask, K.hook_count = hook, lines_wanted and "l" or "", watch_every
