--- Teach Couloir from my edit: the selected photos' present develop settings become examples for training.
local sdk = require "Sdk"
local Daemon = require "Daemon"
local Derivations = require "Derivations"
local Fields = require "Fields"
local Gate = require "Gate"
local Json = require "Json"
local Libraries = require "Libraries"
local Outcomes = require "Outcomes"
local Photos = require "Photos"
local Plural = require "Plural"
local Progress = require "Progress"
local Protocol = require "Protocol"

local Teach = {}

local function nothing_selected()
  return Protocol.problem(
    "selection.none",
    LOC "$$$/Couloir/Rederive/NoSelection=No photo is selected.",
    LOC "$$$/Couloir/Teach/NoSelection/Do=Select the photos whose look you have corrected by hand."
  )
end

local function agreed(count)
  return sdk.Dialogs.confirm(
    LOC("$$$/Couloir/Teach/Ask=Teach Couloir from the looks of the selection (^1)?", Plural.of("photo", count)),
    LOC "$$$/Couloir/Teach/Ask/Info=Their develop settings are kept on this computer as examples for training. The photos are not changed.",
    LOC "$$$/Couloir/Teach/Yes=Teach"
  ) == "ok"
end

-- The photos that are versions of an open library; the others' outcomes are recorded.
local function known(run, described)
  local images = {}
  for _, one in ipairs(described) do
    if one.is_video then
      run.outcomes:add(one.name, "skipped", LOC "$$$/Couloir/Rederive/Video=Videos have no develop settings.")
    else
      images[#images + 1] = one
    end
  end
  if #images == 0 then return {} end
  local answers, problem = Derivations.ask(run.client, images, run.fields, run.is_open, run.canceled, run.state)
  if not answers then return nil, problem end
  local found = {}
  for index, answer in ipairs(answers) do
    if answer.outcome == "derived" then
      found[#found + 1] = { name = images[index].name, photo = images[index].photo, of = answer.translation }
    else
      local why = answer.problem.message .. " " .. answer.problem.advice
      run.outcomes:add(images[index].name, answer.outcome == "failed" and "failed" or "skipped", why)
    end
  end
  return found
end

local function tell(run, found, results)
  for index, result in ipairs(results) do
    local name, problem = found[index].name, Json.known(result.problem)
    if problem then
      run.outcomes:add(name, "failed", problem.message .. " " .. problem.advice)
    elseif #result.left_out > 0 then
      local keys = table.concat(result.left_out, ", ")
      run.outcomes:add(name, "attention", LOC("$$$/Couloir/Teach/LeftOut=Couloir cannot learn from ^1.", keys))
    else
      run.outcomes:add(name, "done")
    end
  end
end

local function batch(run, photos)
  run.fields = Fields.read(photos)
  local found, problem = known(run, Photos.describe(photos))
  if not found then return nil, problem end
  if #found == 0 then return true end
  local items = Json.array {}
  for index, each in ipairs(found) do
    if run.canceled() then return nil, Protocol.canceled() end
    items[index] = { library = each.of.library, version = each.of.version, settings = each.photo:getDevelopSettings() }
  end
  local answer
  answer, problem = run.client:post("/v1/corrections", { items = items }, { canceled = run.canceled, has = "results" })
  if not answer then return nil, problem end
  tell(run, found, answer.results)
  return true
end

local function in_batches(run, photos, scope)
  run.canceled = Progress.canceled(scope)
  for first = 1, #photos, Gate.ITEMS do
    if run.canceled() then return nil, Protocol.canceled() end
    scope:setPortionComplete(first - 1, #photos)
    local part = {}
    for index = first, math.min(first + Gate.ITEMS - 1, #photos) do part[#part + 1] = photos[index] end
    local done, problem = batch(run, part)
    if not done then return nil, problem end
  end
  return true
end

local function rest(problem)
  if problem.canceled then return LOC "$$$/Couloir/Rederive/Canceled=You stopped it; the photos listed here had been done." end
  return problem.message .. " " .. problem.advice
end

--- The menu item.
-- @return true; or nil and a problem
function Teach.run()
  local photos = Photos.selected()
  if #photos == 0 then return nil, nothing_selected() end
  if not agreed(#photos) then return nil, Protocol.canceled() end
  local client, problem = Daemon.connect()
  if not client then return nil, problem end
  local ready
  ready, problem = Libraries.ensure_open(client)
  if not ready then return nil, problem end
  local run = { client = client, outcomes = Outcomes.new(), state = {} }
  run.is_open, problem = Libraries.open_ids(client)
  if not run.is_open then return nil, problem end
  local done
  done, problem = Progress.with(LOC "$$$/Couloir/Teach/Progress=Teaching Couloir", function(scope)
    return in_batches(run, photos, scope)
  end)
  if not done and #run.outcomes.rows == 0 then return nil, problem end
  run.outcomes:show(LOC "$$$/Couloir/Teach/Title=What Couloir was taught", not done and rest(problem) or nil)
  return true
end

return Teach
