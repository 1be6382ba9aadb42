--- Write access to the catalog: short, waiting for other writers, and with every failure handled.
local sdk = require "Sdk"
local Log = require "Log"
local Protocol = require "Protocol"

local Gate = {}

--- Seconds to wait until another write is done, where the user waits, too.
Gate.PATIENCE = 30
--- Seconds of one attempt in a long run, between two checks whether the user has cancelled.
Gate.ATTEMPT = 1.5
--- Seconds between two attempts of a long run: short at first, then longer.
Gate.PAUSE, Gate.LONGEST_PAUSE = 0.5, 10
--- Seconds after which a long run gives up. Previews, synchronisation and other plug-ins hold the catalog for minutes;
-- a writer that holds it for two hours hangs.
Gate.ENOUGH = 2 * 3600
--- How many items share a gate: each gate is one step of undo, and fails as a whole.
Gate.ITEMS = 50

local function busy()
  return Protocol.problem(
    "catalog.busy",
    LOC "$$$/Couloir/Error/Busy=Lightroom's catalog is busy with something else.",
    LOC "$$$/Couloir/Error/Busy/Do=Wait until Lightroom has finished (see its progress bars), then do it again."
  )
end

local function written(name, open)
  local ok, verdict = sdk.Tasks.pcall(open)
  if ok and verdict == "executed" then return true end
  local said = tostring(verdict)
  Log.trouble("write access for " .. Log.named(name) .. ": " .. Log.named(said))
  if ok or said:find("was blocked", 1, true) or said:find("already inside", 1, true) then return nil, busy() end
  if sdk.Errors.isCanceledError(verdict) then return nil, Protocol.canceled() end
  return nil, Protocol.problem(
    "catalog.refused",
    LOC("$$$/Couloir/Error/Refuse=Lightroom refused a change (^1).", said:match("^[^\r\n]*")),
    LOC "$$$/Couloir/Error/Refuse/Do=Nothing of this step was changed. Make a diagnostic report if it happens again."
  )
end

local function once(name, work, timeout)
  return written(name, function() return sdk.catalog():withWriteAccessDo(name, work, { timeout = timeout }) end)
end

local function rest(seconds, canceled)
  for _ = 1, seconds / Gate.PAUSE do
    if canceled() then return end
    sdk.Tasks.sleep(Gate.PAUSE)
  end
end

-- Waits while another writer holds the catalog, at growing intervals, and shows it in the run's progress bar.
local function patiently(name, work, run)
  local began, pause, told = sdk.Date.currentTime(), Gate.PAUSE, false
  while true do
    local done, problem = once(name, work, Gate.ATTEMPT)
    local busy_now = not done and problem.code == "catalog.busy"
    if told and not busy_now and run.scope then run.scope:setCaption(run.caption or "") end
    if not busy_now or sdk.Date.currentTime() - began > Gate.ENOUGH then return done, problem end
    if run.canceled() then return nil, Protocol.canceled() end
    if run.scope then run.scope:setCaption(LOC "$$$/Couloir/Gate/Waiting=Lightroom is busy with something else; waiting") end
    told = true
    rest(pause, run.canceled)
    pause = math.min(pause * 2, Gate.LONGEST_PAUSE)
  end
end

--- Runs `work` with write access. Everything in it is done, or nothing. No request, dialog or sleep may be inside.
-- @tparam string name the step of undo
-- @tparam function work
-- @tparam[opt] table run a long run, which waits for other writers: `canceled`, and with a bar `scope` and `caption`. Work that
-- must be done after the user has cancelled waits only shortly.
-- @treturn boolean true; or nil and a problem
function Gate.write(name, work, run)
  if run and not run.canceled() then return patiently(name, work, run) end
  return once(name, work, Gate.PATIENCE)
end

--- The same for the plug-in's own properties only: without a step of undo.
function Gate.write_privately(work)
  return written("Couloir's own properties", function()
    return sdk.catalog():withPrivateWriteAccessDo(work, { timeout = Gate.PATIENCE })
  end)
end

return Gate
