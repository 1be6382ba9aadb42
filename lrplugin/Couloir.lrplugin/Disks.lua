--- Disks with originals that have another name or are a folder now: asks where one is, and tells the service.
local sdk = require "Sdk"
local Action = require "Action"
local Choice = require "Choice"
local Handover = require "Handover"
local Jobs = require "Jobs"
local Plural = require "Plural"
local Progress = require "Progress"
local Protocol = require "Protocol"

local Disks = {}

--- The reason of photos that wait for a disk.
Disks.OFFLINE = "original.offline"

--- The disks that the originals of an import wait for.
-- @tparam table client
-- @tparam string library its id
-- @tparam table reasons of a plan or a report; without one about a disk, the service is not asked
-- @treturn table an array of `disk` (its name), `originals`; empty where every disk is there; or nil and a problem
function Disks.awaited(client, library, reasons)
  local absent, is_awaited = {}, false
  for _, row in ipairs(reasons) do is_awaited = is_awaited or row.code == Disks.OFFLINE end
  if not is_awaited then return absent end
  -- The first time it reads each original's row: some seconds in a large library.
  local wanted = { has = "disks", timeout = Protocol.TIMEOUT.work }
  local answer, problem = client:get("/v1/libraries/" .. library .. "/disks", wanted)
  if not answer then return nil, problem end
  for _, disk in ipairs(answer.disks) do
    if not disk.connected then absent[#absent + 1] = disk end
  end
  return absent
end

--- The button that lets the user say where a disk is.
-- @tparam function action gets the button
function Disks.button(f, action)
  return f:push_button { title = LOC "$$$/Couloir/Disks/Locate=Locate disk...", action = action }
end

-- The name of the disk that the user means; nil when cancelled.
local function ask_which(awaited)
  if #awaited == 1 then return awaited[1].disk end
  local answers = {}
  for index, each in ipairs(awaited) do
    local title = LOC("$$$/Couloir/Disks/Row=^1: ^2", each.disk, Plural.of("master", each.originals))
    answers[index] = { title = title, value = each.disk }
  end
  local result, disk = Choice.ask {
    question = LOC "$$$/Couloir/Disks/Which=Which disk do you want to locate?",
    answers = answers, width = 460, height = 140,
    actionVerb = LOC "$$$/Couloir/Settings/Choose=Choose...",
  }
  return result == "ok" and disk or nil
end

local function ask_where(disk)
  local chosen = sdk.Dialogs.runOpenPanel {
    title = LOC("$$$/Couloir/Disks/Where=Where is the disk ^1 now?", disk),
    prompt = LOC "$$$/Couloir/Library/Choose/Button=Choose",
    canChooseFiles = false, canChooseDirectories = true, canCreateDirectories = false, allowsMultipleSelection = false,
  }
  return chosen and chosen[1]
end

local function told(disk, checked)
  if checked.found == checked.sought then
    return LOC("$$$/Couloir/Disks/Found=The originals of the disk ^1 are there.", disk)
  end
  return LOC("$$$/Couloir/Disks/FoundSome=Of the originals of the disk ^1 that were looked for, ^2 of ^3 are there.",
    disk, Plural.number(checked.found), Plural.number(checked.sought))
end

--- Asks which disk is meant and where it is, and has the service look for its originals there.
-- @tparam table client
-- @tparam string library its id
-- @tparam table awaited what `awaited` gives
-- @treturn string what was found, for a dialog; or nil and a problem, which may say that the user has cancelled
function Disks.locate(client, library, awaited)
  local disk = ask_which(awaited)
  local folder = disk and ask_where(disk)
  if not folder then return nil, Protocol.canceled() end
  local title = LOC("$$$/Couloir/Disks/Progress=Looking for the originals of the disk ^1", disk)
  local checked, problem = Progress.with(title, function(scope)
    local options = { key = Handover.key "disk", canceled = Progress.canceled(scope), has = "id" }
    local job, why = client:post("/v1/libraries/" .. library .. "/disks", { disk = disk, folder = folder }, options)
    if not job then return nil, why end
    return Jobs.wait(client, job.id, scope)
  end)
  if not checked then return nil, problem end
  return told(disk, checked)
end

--- The same button for a dialog of what was imported: the photos come with the next import.
-- @treturn table the button; nil where no disk is awaited
function Disks.late_button(f, client, library, awaited)
  if #awaited == 0 then return nil end
  return Disks.button(f, function()
    -- A button's action does not run in a task.
    sdk.FunctionContext.postAsyncTaskWithContext("Couloir disks", function(context)
      sdk.Dialogs.attachErrorDialogToFunctionContext(context)
      local found, problem = Disks.locate(client, library, awaited)
      if not found then return Action.show(problem) end
      local again = LOC "$$$/Couloir/Disks/Again=Choose Import from Aperture again to bring its photos into Lightroom, too."
      sdk.Dialogs.message(found, again, "info")
    end)
  end)
end

return Disks
