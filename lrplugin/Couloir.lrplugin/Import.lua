--- Import from Aperture: asks for library, scope and folder; then imports, and can continue after a stop.
local sdk = require "Sdk"
local Action = require "Action"
local Catalogs = require "Catalogs"
local Daemon = require "Daemon"
local Disks = require "Disks"
local Handover = require "Handover"
local Jobs = require "Jobs"
local Json = require "Json"
local Libraries = require "Libraries"
local LibraryDialog = require "LibraryDialog"
local LookOptions = require "LookOptions"
local Sessions = require "Sessions"
local OptionsDialog = require "OptionsDialog"
local Plural = require "Plural"
local Preflight = require "Preflight"
local Progress = require "Progress"
local Protocol = require "Protocol"
local Summary = require "Summary"

local Import = {}

local UNFINISHED = { originals = true, handover = true, paused = true, failed = true }

local function import_of(client, id) return client:get("/v1/imports/" .. id, { has = "state" }) end

-- Planning ----------------------------------------------------------------------------------------------------------

local function opening(work)
  return Progress.with(LOC "$$$/Couloir/Library/Opening=Opening the Aperture library", work)
end

-- A folder belongs to one catalog: a folder with another catalog's originals is not proposed.
local function proposed(name, imports, here)
  local taken, number = {}, 1
  for _, import in ipairs(imports) do
    if Catalogs.is_elsewhere(import.catalog, here) then taken[sdk.PathUtils.leafName(import.destination)] = true end
  end
  local plain = LOC("$$$/Couloir/Import/FolderName=From Aperture - ^1", name)
  local wanted, own = plain, plain .. " - " .. Catalogs.name(here.path)
  while taken[wanted] do
    wanted = number == 1 and own or string.format("%s (%d)", own, number)
    number = number + 1
  end
  return sdk.PathUtils.child(sdk.PathUtils.getStandardFilePath("pictures"), wanted)
end

local function make_folder(client, path)
  local made, why = true, nil
  if not sdk.FileUtils.exists(path) then
    local called, answer, message = sdk.Tasks.pcall(sdk.FileUtils.createAllDirectories, path)
    made, why = called and answer, called and message or answer
  end
  if not made or sdk.FileUtils.exists(path) ~= "directory" then
    return nil, Protocol.problem(
      "folder.refused",
      LOC("$$$/Couloir/Import/FolderRefused=The folder ^1 cannot be made (^2).", path, made and "-" or tostring(why)),
      LOC "$$$/Couloir/Import/FolderRefused/Do=Choose another folder, on a disk that you can write to."
    )
  end
  return client:post("/v1/roots", { path = path, purpose = "destination" })
end

local function plan_of(client, library, choice)
  return Progress.with(LOC "$$$/Couloir/Import/Planning=Working out what the import will do", function(scope)
    choice.library = library
    local key = Handover.key("plan")
    local job, problem = client:post("/v1/imports", choice, { key = key, canceled = Progress.canceled(scope), has = "id" })
    if not job then return nil, problem end
    local plan
    plan, problem = Jobs.wait(client, job.id, scope)
    if not plan then return nil, problem end
    plan.id = job.id
    return plan
  end)
end

-- The camera profiles that were learnt for a library. One that cannot be read is reported and left out.
local function learnt_profiles(client, library)
  local answer, problem = client:get("/v1/libraries/" .. library .. "/profiles", { has = "profiles" })
  if not answer then return nil, problem end
  for _, trouble in ipairs(answer.troubles) do
    Action.show(Protocol.problem(trouble.code, trouble.message, trouble.advice))
  end
  return answer.profiles
end

-- The library that the user chooses, open, with all that the options are about.
local function chosen_library(client, imports, here)
  local known, problem = Libraries.list(client)
  if not known then return nil, problem end
  local path = LibraryDialog.choose(known)
  if not path then return nil, Protocol.canceled() end
  local opened
  opened, problem = opening(function(scope) return Libraries.open(client, path, scope) end)
  if not opened then return nil, problem end
  local tree
  tree, problem = client:get("/v1/libraries/" .. opened.id .. "/tree", { has = "folders" })
  if not tree then return nil, problem end
  local profiles
  profiles, problem = learnt_profiles(client, opened.id)
  if not profiles then return nil, problem end
  local name = sdk.PathUtils.removeExtension(sdk.PathUtils.leafName(path))
  return {
    id = opened.id, name = name, figures = opened.figures, tree = tree, profiles = profiles,
    destination = proposed(name, imports, here),
  }
end

-- What an import would do, and the user's answer to it; or nil and a problem. A disk that the user locates changes what
-- it would do.
local function confirmed(client, library, choice)
  local plan, problem = plan_of(client, library, choice)
  local found
  while plan do
    local awaited
    awaited, problem = Disks.awaited(client, library, plan.outlook)
    if not awaited then return nil, problem end
    local answer = Preflight.ask(plan, choice.destination, awaited, found)
    if answer == "ok" then return plan, answer end
    if answer == "locate" then
      found, problem = Disks.locate(client, library, awaited)
      if not found then Action.show(problem) end
    end
    if answer ~= "locate" or found then
      client:post("/v1/imports/" .. plan.id .. "/cancel", {}, { timeout = Protocol.TIMEOUT.hello })
    end
    if answer ~= "locate" then return plan, answer end
    if found then plan, problem = plan_of(client, library, choice) end
  end
  return nil, problem
end

-- A new import, from the choice of the library to the user's confirmation.
local function new_import(client, imports, here)
  local library, problem = chosen_library(client, imports, here)
  if not library then return nil, problem end
  local choice, kept
  while true do
    choice, kept = OptionsDialog.ask(library, kept)
    if not choice then return nil, Protocol.canceled() end
    choice.catalog = here
    choice.uuids = Json.array(choice.uuids)
    local folder
    folder, problem = make_folder(client, choice.destination)
    if not folder then return nil, problem end
    local plan, answer = confirmed(client, library.id, choice)
    if not plan then return nil, answer end
    if answer == "ok" then return import_of(client, plan.id) end
    if answer ~= "other" then return nil, Protocol.canceled() end
  end
end

-- Taking up ---------------------------------------------------------------------------------------------------------

local function left_of(import)
  local photos = Json.known(import.photos)
  if not photos then return LOC "$$$/Couloir/Import/LeftOriginals=Its originals have not all been brought yet." end
  return LOC("$$$/Couloir/Import/Left=Left to do: ^1 of ^2.", Plural.number(photos.open), Plural.of("photo", photos.total))
end

-- Its library must be open before it can continue; a library that the user has granted before may be opened again.
local function reopen(client, import)
  local known, problem = Libraries.list(client)
  if not known then return nil, problem end
  for _, library in ipairs(known) do
    if library.id == import.library then
      if library.indexed then return true end
      return opening(function(scope) return Libraries.open(client, library.path, scope) end)
    end
  end
  return nil, Protocol.problem(
    "library.gone",
    LOC "$$$/Couloir/Import/LibraryGone=The Aperture library of this import cannot be found.",
    LOC "$$$/Couloir/Import/LibraryGone/Do=Connect its disk, then start the import again: it continues where it stopped."
  )
end

local function ask_to_continue(import)
  return sdk.Dialogs.confirm(
    LOC("$$$/Couloir/Import/Continue=Continue the import into ^1?", import.destination), left_of(import),
    LOC "$$$/Couloir/Button/Continue=Continue", LOC "$$$/Couloir/Button/Cancel=Cancel",
    LOC "$$$/Couloir/Import/New=Begin another"
  )
end

local function ask_to_retry(import, failed)
  return sdk.Dialogs.confirm(
    LOC("$$$/Couloir/Import/Retry=The last import, into ^1, is finished; Lightroom did not accept everything.", import.destination),
    LOC("$$$/Couloir/Import/RetryCount=Failed: ^1", failed),
    LOC "$$$/Couloir/Import/RetryYes=Try these again", LOC "$$$/Couloir/Button/Cancel=Cancel",
    LOC "$$$/Couloir/Import/New=Begin another"
  )
end

local function take_up(client, import)
  local open, problem = reopen(client, import)
  if not open then return nil, problem end
  return import
end

-- Matches the looks that still wait for it, if the user wanted that. Returns what came of it.
local function match(client, import, here, stop_at)
  if import.looks == "leave" then return nil end
  local session, problem = Sessions.begin(client, { import_id = import.id, finish = import.looks, catalog = here.id })
  if not session then return nil, problem end
  if session.queued + session.begun == 0 then return nil end
  return Sessions.run(client, session, stop_at)
end

-- Continues a matching session that was stopped, if the user wants it.
local function take_up_looks(client, import, here)
  if import.unmatched == 0 then return "none" end
  local session, problem = Sessions.begin(client, { import_id = import.id, finish = import.looks, catalog = here.id })
  if not session then return nil, problem end
  if session.queued + session.begun == 0 then return "none" end
  return Sessions.offer(client, session)
end

local function separate()
  return LOC "$$$/Couloir/Import/Elsewhere/Info=Open that catalog to go on with it. What you import here is separate, with originals of its own."
end

-- An import that began in another catalog continues there. An import here is separate.
local function ask_beside(import)
  return sdk.Dialogs.confirm(
    LOC("$$$/Couloir/Import/Elsewhere=An import into the catalog ^1 has not finished.", import.catalog.path),
    separate(),
    LOC "$$$/Couloir/Import/Elsewhere/Yes=Import into this catalog", LOC "$$$/Couloir/Button/Cancel=Cancel"
  ) == "ok"
end

-- The imports of this catalog and of others, each newest first. Pure.
local function told_apart(imports, here)
  local own, others = {}, {}
  for _, import in ipairs(imports) do
    local list = Catalogs.is_elsewhere(import.catalog, here) and others or own
    list[#list + 1] = import
  end
  return own, others
end

local function beside(client, imports, others, here)
  for _, import in ipairs(others) do
    if UNFINISHED[import.state] then
      if not ask_beside(import) then return nil, Protocol.canceled() end
      break
    end
  end
  return new_import(client, imports, here)
end

-- The newest import into this catalog decides: one that is not finished can be continued, one with failures tried again.
local function chosen_import(client, here)
  local answer, problem = client:get("/v1/imports", { has = "imports" })
  if not answer then return nil, problem end
  local own, others = told_apart(answer.imports, here)
  local function new() return new_import(client, answer.imports, here) end
  for _, import in ipairs(own) do
    local photos = Json.known(import.photos)
    if UNFINISHED[import.state] then
      local choice = ask_to_continue(import)
      if choice == "ok" then return take_up(client, import) end
      if choice == "cancel" then return nil, Protocol.canceled() end
      return new()
    elseif import.state == "done" then
      local looks
      looks, problem = take_up_looks(client, import, here)
      if not looks then return nil, problem end
      if looks == "done" then return nil, Protocol.canceled() end
      if not photos or photos.failed == 0 then return new() end
      local choice = ask_to_retry(import, photos.failed)
      if choice == "cancel" then return nil, Protocol.canceled() end
      if choice == "other" then return new() end
      local again
      again, problem = client:post("/v1/imports/" .. import.id .. "/retry", {}, { has = "state" })
      if not again then return nil, problem end
      return take_up(client, again)
    end
  end
  return beside(client, answer.imports, others, here)
end

local function stopped(problem)
  local again = LOC "$$$/Couloir/Import/Again=Choose Import from Aperture again to continue where it stopped."
  if problem.canceled then return again end
  return problem.message .. " " .. problem.advice .. "\n" .. again
end

--- The menu item.
-- @return true; or nil and a problem
function Import.run()
  local client, problem = Daemon.connect()
  if not client then return nil, problem end
  local here
  here, problem = Catalogs.here()
  if not here then return nil, problem end
  local import
  import, problem = chosen_import(client, here)
  if not import then return nil, problem end
  local stop_at = LookOptions.stop_time()
  local done, outcomes
  done, outcomes, problem = Handover.run(client, import, here)
  if not done then
    if not outcomes then return nil, problem end
    Summary.show(client, import, {
      title = LOC "$$$/Couloir/Import/Stopped=The import has stopped", outcomes = outcomes, note = stopped(problem),
    })
    return true
  end
  local looks
  looks, problem = match(client, import, here, stop_at)
  Summary.show(client, import, {
    title = LOC "$$$/Couloir/Import/Finished=The import from Aperture is finished", outcomes = outcomes, looks = looks,
    note = problem and Protocol.words(problem) or nil, accounts = true,
  })
  return true
end

return Import
