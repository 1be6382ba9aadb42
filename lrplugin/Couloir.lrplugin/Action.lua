--- Runs every menu item: in a task, one at a time, with a clear message at the end.
local sdk = require "Sdk"
local Log = require "Log"
local Protocol = require "Protocol"

local Action = {}

local running = {}

--- Shows a problem: what happened as the headline, what to do below. Shows nothing when the user stopped it.
function Action.show(problem)
  if problem.canceled then return end
  Log.trouble(tostring(problem.code) .. ": " .. Log.named(problem.message))
  local below = problem.advice
  if problem.item and problem.item ~= "" and not problem.message:find(problem.item, 1, true) then
    below = problem.item .. "\n" .. below
  end
  sdk.Dialogs.message(problem.message, below, "warning")
end

local function show_fault(name, fault)
  local problem = Protocol.fault(name .. " failed: " .. tostring(fault))
  sdk.Dialogs.message(problem.message, problem.advice, "critical")
end

--- Runs the work of a menu item in a task.
-- @tparam string name for the log, and to prevent a second one of its kind
-- @tparam function work takes the function context; returns nil and a problem when it could not do its work
function Action.run(name, work)
  sdk.FunctionContext.postAsyncTaskWithContext("Couloir " .. name, function(context)
    if running[name] then
      sdk.Dialogs.message(
        LOC "$$$/Couloir/Action/Running=This is running already.",
        LOC "$$$/Couloir/Action/Running/Do=Its progress is shown at the top left of Lightroom, where it can be cancelled.",
        "info"
      )
      return
    end
    running[name] = true
    context:addCleanupHandler(function() running[name] = nil end)
    Log.info(name)
    local ok, result, problem = sdk.Tasks.pcall(work, context)
    if not ok then
      if not sdk.Errors.isCanceledError(result) then show_fault(name, result) end
    elseif result == nil and problem then
      Action.show(problem)
    end
  end)
end

return Action
