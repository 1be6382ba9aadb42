--- Import from Aperture: asks for library, scope and folder; then imports, and can continue after a stop.
local sdk = require "Sdk"
local Catalogs = require "Catalogs"
local Daemon = require "Daemon"
local Handover = require "Handover"
local Json = require "Json"
local Libraries = require "Libraries"
local LookOptions = require "LookOptions"
local Sessions = require "Sessions"
local NewImport = require "NewImport"
local Plural = require "Plural"
local Protocol = require "Protocol"
local Summary = require "Summary"

local Import = {}

local UNFINISHED = { originals = true, handover = true, paused = true, failed = true }

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
      return NewImport.opening(function(scope) return Libraries.open(client, library.path, scope) end)
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
  return NewImport.ask(client, imports, here)
end

-- The newest import into this catalog decides: one that is not finished can be continued, one with failures tried again.
local function chosen_import(client, here)
  local answer, problem = client:get("/v1/imports", { has = "imports" })
  if not answer then return nil, problem end
  local own, others = told_apart(answer.imports, here)
  local function new() return NewImport.ask(client, answer.imports, here) end
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
