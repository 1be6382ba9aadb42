-- LrTasks, LrFunctionContext, LrErrors, LrRecursionGuard: everything whose work is running the plug-in's functions.
local K = ...
local host, F, rule = K.host, K.functions, K.rule

local function check_function(name, f)
  if type(f) ~= "function" then error(name .. ": a function is needed, not a " .. type(f), 0) end
end

-- LrTasks -----------------------------------------------------------------------------------------------------------

local function start(name, shows_dialog)
  return function(f, label)
    check_function(name, f)
    label = type(label) == "string" and label or "task"
    K.spawn(label, function(message, trace) host.task_failed(label, K.text_of(message), trace, shows_dialog) end, f)
  end
end
F["LrTasks.startAsyncTask"] = start("LrTasks.startAsyncTask", true)
F["LrTasks.startAsyncTaskWithoutErrorHandler"] = start("LrTasks.startAsyncTaskWithoutErrorHandler", false)

local function first_two(ok, ...)
  if ok then return true, ... end
  return false, (...)
end
F["LrTasks.pcall"] = function(f, ...)
  check_function("LrTasks.pcall", f)
  if not K.current then return K.plain_pcall(f, ...) end
  return first_two(K.task_pcall(f, ...))
end
F["LrTasks.canYield"] = K.can_yield
F["LrTasks.yield"] = function() end -- binding it has already paused

-- Errors ------------------------------------------------------------------------------------------------------------

local CANCELED = "AgErrors: operation canceled"
K.CANCELED = CANCELED
local user_errors = {}
F["LrErrors.throwCanceled"] = function() error(CANCELED, 0) end
F["LrErrors.throwUserError"] = function(text)
  if type(text) ~= "string" then rule("LrErrors.throwUserError takes a text, not a " .. type(text)) end
  user_errors[text] = true
  error(text, 0)
end
F["LrErrors.isCanceledError"] = function(message) return type(message) == "string" and message:find(CANCELED, 1, true) ~= nil end

-- Function contexts -------------------------------------------------------------------------------------------------

local live_context
local function content(context, what)
  local inside = K.payload[context]
  if not inside.alive then
    error(what .. ": the function context '" .. inside.name .. "' has already ended", 0)
  end
  return inside
end
K.live_context = function(context, what)
  if K.kinds[context] ~= "LrFunctionContext" then error(what .. ": an LrFunctionContext is needed", 0) end
  return content(context, what)
end
live_context = K.live_context

F["LrFunctionContext.addCleanupHandler"] = function(context, f)
  local handlers = content(context, "LrFunctionContext:addCleanupHandler").handlers
  check_function("LrFunctionContext:addCleanupHandler", f)
  handlers[#handlers + 1] = { f = f }
end
F["LrFunctionContext.addFailureHandler"] = function(context, f)
  local handlers = content(context, "LrFunctionContext:addFailureHandler").handlers
  check_function("LrFunctionContext:addFailureHandler", f)
  handlers[#handlers + 1] = { f = f, only_failure = true }
end
F["LrFunctionContext.addOperationTitleForError"] = function(context, title)
  content(context, "LrFunctionContext:addOperationTitleForError").title = title
end
F["LrDialogs.attachErrorDialogToFunctionContext"] = function(context)
  local inside = live_context(context, "LrDialogs.attachErrorDialogToFunctionContext")
  inside.shows_errors = true
end

local function close(inside, ok, message, trace)
  for i = #inside.handlers, 1, -1 do
    local handler = inside.handlers[i]
    if not ok or not handler.only_failure then
      local done, problem = K.outside_task(handler.f, ok, message)
      if not done then host.observer_failed("cleanup handler of " .. inside.name, K.text_of(problem)) end
    end
  end
  inside.alive = false
  for _, closer in ipairs(inside.closers) do closer() end
  if not ok and inside.shows_errors and not F["LrErrors.isCanceledError"](message) then
    inside.error_shown = true
    host.show_error(inside.title or inside.name, K.text_of(message), user_errors[message] or false, trace or "")
  end
end

local function finish(protect_result, inside, ok, ...)
  if ok then
    close(inside, true)
    if protect_result then return true, ... end
    return ...
  end
  local message, co = ...
  local trace = type(co) == "thread" and debug.traceback(co) or ""
  close(inside, false, message, trace)
  if protect_result then return false, message end
  inside.trace = trace
  error(message, 0)
end

local function new_context(name)
  local inside = { name = tostring(name), alive = true, handlers = {}, closers = {} }
  return K.new_object("LrFunctionContext", inside), inside
end
K.new_context = new_context

local function with_context(full, run, protect_result)
  return function(name, f, ...)
    if type(name) ~= "string" then rule(full .. ": the name must be a text, not a " .. type(name)) end
    check_function(full, f)
    local context, inside = new_context(name)
    return finish(protect_result, inside, run(f, context, ...))
  end
end

local function run_either(f, ...)
  if K.current then return K.task_pcall(f, ...) end
  return K.plain_pcall(f, ...)
end
for suffix, run in pairs({ [""] = run_either, _noyield = K.plain_pcall }) do
  F["LrFunctionContext.callWithContext" .. suffix] = with_context("LrFunctionContext.callWithContext", run, false)
  F["LrFunctionContext.pcallWithContext" .. suffix] = with_context("LrFunctionContext.pcallWithContext", run, true)
end

F["LrFunctionContext.postAsyncTaskWithContext"] = function(name, f, ...)
  local full = "LrFunctionContext.postAsyncTaskWithContext"
  if type(name) ~= "string" then rule(full .. ": the name must be a text, not a " .. type(name)) end
  check_function(full, f)
  local context, inside = new_context(name)
  K.spawn(name, function(message)
    if inside.error_shown or F["LrErrors.isCanceledError"](message) then return end
    host.task_failed(name, K.text_of(message), inside.trace or "", true)
  end, function(...)
    finish(false, inside, K.task_pcall(f, context, ...))
  end, ...)
end

-- LrRecursionGuard --------------------------------------------------------------------------------------------------

K.constructors.LrRecursionGuard = function(name) return K.new_object("LrRecursionGuard", { name = name, active = false }) end
K.properties["LrRecursionGuard.active"] = function(guard) return K.payload[guard].active end
local function release(inside, ok, ...)
  inside.active = false
  if not ok then error((...), 0) end
  return ...
end
F["LrRecursionGuard.performWithGuard"] = function(guard, f, ...)
  local inside = K.payload[guard]
  if inside.active then return end
  inside.active = true
  return release(inside, run_either(f, ...))
end

--- Runs a script of the plug-in as Lightroom runs a menu item: at once, outside any task.
function K.run_script(source, file)
  local ok, message, trace = K.outside_task(K.load_script(source, file))
  if not ok and not F["LrErrors.isCanceledError"](message) then host.task_failed(file, K.text_of(message), trace, true) end
  return ok and message or nil -- of an ok script, `message` is what it returned
end
