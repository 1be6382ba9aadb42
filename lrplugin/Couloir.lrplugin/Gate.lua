--- Write access to the catalog: short, with patience for others, and never taken for granted.
local sdk = require "Sdk"
local Log = require "Log"
local Protocol = require "Protocol"

local Gate = {}

--- Seconds to wait until another write is done.
Gate.PATIENCE = 30
--- How many items share a gate: each gate is one step of undo, and one chance to lose a batch.
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

--- Runs `work` with write access. Everything in it is done, or nothing. No request, dialog or sleep may be inside.
-- @tparam string name the step of undo
-- @tparam function work
-- @treturn boolean true; or nil and a problem
function Gate.write(name, work)
  return written(name, function()
    return sdk.catalog():withWriteAccessDo(name, work, { timeout = Gate.PATIENCE })
  end)
end

--- The same for the plug-in's own properties alone: no step of undo, which the user could take back.
function Gate.write_privately(work)
  return written("Couloir's own properties", function()
    return sdk.catalog():withPrivateWriteAccessDo(work, { timeout = Gate.PATIENCE })
  end)
end

return Gate
