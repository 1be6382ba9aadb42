--- A new import: asks for library, scope and folder, and shows what it would do before it begins.
local sdk = require "Sdk"
local Action = require "Action"
local Catalogs = require "Catalogs"
local Disks = require "Disks"
local Estimate = require "Estimate"
local Handover = require "Handover"
local Jobs = require "Jobs"
local Json = require "Json"
local Libraries = require "Libraries"
local LibraryDialog = require "LibraryDialog"
local OptionsDialog = require "OptionsDialog"
local Preflight = require "Preflight"
local Progress = require "Progress"
local Protocol = require "Protocol"

local NewImport = {}

--- Shows that a library is being opened, while that is done.
function NewImport.opening(work)
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
  opened, problem = NewImport.opening(function(scope) return Libraries.open(client, path, scope) end)
  if not opened then return nil, problem end
  local tree
  tree, problem = client:get("/v1/libraries/" .. opened.id .. "/tree", { has = "folders" })
  if not tree then return nil, problem end
  Estimate.refine(tree.durations)
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

--- From the choice of the library to the user's confirmation.
-- @tparam table client
-- @tparam table imports those that the service knows: their folders are not proposed
-- @tparam table here the catalog that it goes into
-- @treturn table the service's view of the import; or nil and a problem
function NewImport.ask(client, imports, here)
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
    if answer == "ok" then return client:get("/v1/imports/" .. plan.id, { has = "state" }) end
    if answer ~= "other" then return nil, Protocol.canceled() end
  end
end

return NewImport
