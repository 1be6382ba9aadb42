-- The heart of the fake: errors, counting, and tasks that are coroutines.
--
-- `host` is a table of Python functions; `K` is what the other files of this folder share. Plug-in code never sees
-- either. Everything that gives other tasks a turn goes through `K.pause` or `K.wait_for`, which really yield: so
-- native Lua 5.1 itself refuses what Lightroom refuses, a yield across a C call.
local host = ...
local K = {
  host = host,
  calls = 0, counts = {}, events = {}, -- SDK calls so far, by name, and what to do at the n-th
  killed = false, current = nil, running = false,
  attention = false, -- Python has something that should happen at the very next turn
}

local resume, status, yield, create = coroutine.resume, coroutine.status, coroutine.yield, coroutine.create
local native_pcall, traceback, sethook = pcall, debug.traceback, debug.sethook

-- Errors ------------------------------------------------------------------------------------------------------------

local KILL = setmetatable({}, { __tostring = function() return "Lightroom was killed" end })
local NATIVE_YIELD = "attempt to yield across metamethod/C-call boundary"
local LIGHTROOM_YIELD = "Yielding is not allowed within a C or metamethod call"

--- A use that Lightroom would let pass and punish later: remembered, so that no pcall can hide it, and raised.
function K.rule(text)
  host.rule(text)
  error("fake Lightroom: " .. text, 0)
end

--- What plug-in code sees of an error: Lightroom's words for the one that Lua words differently.
local function translated(message)
  if type(message) == "string" and message:find(NATIVE_YIELD, 1, true) then
    host.rule("a call that yields was made inside a plain pcall, a callback of Lua's library or a metamethod")
    return LIGHTROOM_YIELD
  end
  return message
end
K.translated = translated

function K.text_of(message)
  if type(message) == "string" then return message end
  return tostring(message)
end

local function die_if_killed()
  if K.killed then error(KILL, 0) end
end

--- Every SDK call begins here: it is counted, and whatever a test planned for this moment happens.
function K.enter(name)
  local n = K.calls + 1
  K.calls = n
  K.counts[name] = (K.counts[name] or 0) + 1
  if K.killed then error(KILL, 0) end
  local event = K.events[n]
  if event then
    event()
    die_if_killed()
  end
end

-- Coroutines --------------------------------------------------------------------------------------------------------

--- New coroutines are watched like the rest: Lua 5.1 keeps one hook a coroutine.
local function new_coroutine(f)
  local co = create(f)
  if K.hook then sethook(co, K.hook, K.hook_mask, K.hook_count) end
  return co
end

local function forward(co, ok, ...)
  if K.killed then error(KILL, 0) end
  if not ok then return false, translated((...)), co end
  if status(co) == "suspended" then return forward(co, resume(co, yield(...))) end
  return true, ...
end

--- pcall across which a task may yield: the function runs in a coroutine of its own and its yields are handed on.
-- After a failure the third result is the dead coroutine, for its traceback.
local function task_pcall(f, ...)
  local depth = K.pcall_depth
  K.pcall_depth = 0
  local co = new_coroutine(f)
  local function finish(...)
    K.pcall_depth = depth
    return ...
  end
  return finish(forward(co, resume(co, ...)))
end
K.task_pcall = task_pcall

K.pcall_depth = 0
local function after_pcall(depth, ok, ...)
  K.pcall_depth = depth
  if K.killed then error(KILL, 0) end
  if ok then return true, ... end
  return false, translated((...))
end

--- The plain pcall of plug-ins: a C boundary, as in Lightroom.
function K.plain_pcall(f, ...)
  local depth = K.pcall_depth
  K.pcall_depth = depth + 1
  return after_pcall(depth, native_pcall(f, ...))
end

-- Tasks -------------------------------------------------------------------------------------------------------------

local queue, head, tail, parked = {}, 1, 0, 0
local waiting = {} -- token -> task

local function enqueue(task, ...)
  tail = tail + 1
  task.n = select("#", ...)
  task.arguments = { ... }
  queue[tail] = task
end

--- Starts a task at the next turn. `on_error(message, traceback)` is called, outside any task, when it fails.
function K.spawn(name, on_error, f, ...)
  enqueue({ co = new_coroutine(f), name = name, on_error = on_error, pcall_depth = 0 }, ...)
end

--- Wakes the task that waits for `token`; further arguments are the results of its wait.
function K.wake(token, ...)
  local task = waiting[token]
  if task then
    waiting[token] = nil
    parked = parked - 1
    enqueue(task, ...)
  end
end

local function settle(task, ok, token)
  task.pcall_depth = K.pcall_depth
  if K.killed then return end
  if not ok then
    K.current = nil
    task.on_error(translated(token), traceback(task.co))
  elseif status(task.co) == "suspended" then
    if token then
      waiting[token] = task
      parked = parked + 1
    else
      enqueue(task)
    end
  end
end

local function step(task)
  K.current, K.pcall_depth = task, task.pcall_depth
  settle(task, resume(task.co, unpack(task.arguments, 1, task.n)))
  K.current, K.pcall_depth = nil, 0
end

--- Runs tasks until none is ready and nothing that could wake one is under way.
function K.run()
  if K.running then return end
  K.running = true
  local rounds, more = 0, true
  while more and not K.killed do
    local last = tail
    while head <= last and not K.killed do
      local task = queue[head]
      queue[head] = nil
      head = head + 1
      step(task)
    end
    rounds = rounds + 1
    local busy = head <= tail
    if not busy or parked > 0 or K.attention or rounds % 256 == 0 then
      K.attention = false
      more = host.wait(busy) or head <= tail
    end
  end
  K.running = false
end

--- Runs a function that is not a task (a menu script, a button, an observer) on a stack of its own.
-- Returns true, or false, message and traceback.
function K.outside_task(f, ...)
  local task, depth = K.current, K.pcall_depth
  K.current, K.pcall_depth = nil, 0
  local co = new_coroutine(function(...) return f(...) end)
  local function finish(ok, ...)
    K.current, K.pcall_depth = task, depth
    if K.killed then error(KILL, 0) end
    if not ok then return false, translated((...)), traceback(co) end
    return true, ...
  end
  return finish(native_pcall(function(...)
    local function unpacked(ok, ...)
      if not ok then error((...), 0) end
      return ...
    end
    return unpacked(resume(co, ...))
  end, ...))
end

function K.task_only(name)
  if not K.current then
    error(name .. ": We can only wait from within a task", 0)
  end
end

--- Gives the other tasks a turn.
function K.pause(name, needs_task)
  if K.current then
    if K.read_gate then
      K.rule(name .. " yields inside withReadAccessDo, which deadlocks on Windows")
    end
    yield()
    if K.killed then error(KILL, 0) end
  elseif needs_task then
    error(name .. ": We can only wait from within a task", 0)
  end
end

local function woken(ok, ...)
  if K.killed then error(KILL, 0) end
  if ok then return ... end
  error((...), 0)
end

--- Parks the task until Python wakes `token`, and gives what it was woken with.
function K.wait_for(token) return woken(yield(token)) end

function K.kill() K.killed = true end
function K.is_killed() return K.killed end
function K.in_task() return K.current ~= nil end
function K.plan(call, action) K.events[call] = action end
function K.hurry() K.attention = true end
function K.totals() return K.calls, K.counts end

function K.can_yield() return K.current ~= nil and K.pcall_depth == 0 end

return K
