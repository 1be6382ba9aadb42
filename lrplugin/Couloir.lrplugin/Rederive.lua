--- Re-derive adjustments: computes the selected photos' settings anew from Aperture's, and applies them in place.
local sdk = require "Sdk"
local Daemon = require "Daemon"
local Derivations = require "Derivations"
local Develop = require "Develop"
local Fields = require "Fields"
local Gate = require "Gate"
local Json = require "Json"
local Libraries = require "Libraries"
local Outcomes = require "Outcomes"
local Photos = require "Photos"
local Progress = require "Progress"
local Protocol = require "Protocol"

local Rederive = {}

local function nothing_selected()
  return Protocol.problem(
    "selection.none",
    LOC "$$$/Couloir/Rederive/NoSelection=No photo is selected.",
    LOC "$$$/Couloir/Rederive/NoSelection/Do=Select the photos whose adjustments are to be derived anew; the whole filmstrip is never taken."
  )
end

local function agreed(count)
  return sdk.Dialogs.confirm(
    LOC("$$$/Couloir/Rederive/Ask=Derive the adjustments of ^1 selected photo(s) anew from Aperture?", count),
    LOC "$$$/Couloir/Rederive/Ask/Info=Their develop settings are replaced. What they look like now is kept as the snapshot “Before Couloir”.",
    LOC "$$$/Couloir/Rederive/Yes=Derive"
  ) == "ok"
end

local function open_ids(client)
  local known, problem = Libraries.list(client)
  if not known then return nil, problem end
  local ids = {}
  for _, library in ipairs(known) do ids[library.id] = library.indexed or nil end
  return ids
end

local function remark(translation)
  local dropped = {}
  for _, operation in ipairs(translation.operations) do
    if operation.enabled and operation.fidelity ~= "exact" then
      dropped[#dropped + 1] = operation.title .. ": " .. operation.reason
    end
  end
  return table.concat(dropped, " ")
end

local function fields_of(translation, earlier, now)
  return {
    -- A verdict and a difference belong to the settings that they were measured with.
    version = translation.name, project = earlier.project, fidelity = translation.fidelity,
    model = Json.known(translation.model), run = now, uuid = translation.version, library = translation.library,
    state = earlier.state, places = earlier.places,
  }
end

-- Which photos of the batch get new settings; the others' outcomes are known at once.
local function sort_out(described, answers, outcomes)
  local due = {}
  for index, answer in ipairs(answers) do
    local one = described[index]
    if answer.outcome ~= "derived" then
      local why = answer.problem.message .. " " .. answer.problem.advice
      outcomes:add(one.name, answer.outcome == "failed" and "failed" or "skipped", why)
    elseif #Develop.mismatches(one.photo, answer.translation.settings) == 0 then
      outcomes:add(one.name, "unchanged", remark(answer.translation))
    else
      due[#due + 1] = { name = one.name, photo = one.photo, translation = answer.translation }
    end
  end
  return due
end

local function write(due, fields, now)
  local done, problem = Gate.write(LOC "$$$/Couloir/Rederive/Undo=Couloir: derive adjustments", function()
    for _, each in ipairs(due) do Develop.apply(each.photo, each.translation.settings, now) end
  end)
  if not done then return nil, problem end
  return Gate.write(LOC "$$$/Couloir/Rederive/Undo/Keep=Couloir: keep the result", function()
    for _, each in ipairs(due) do
      Develop.keep_result(each.photo)
      Fields.write(each.photo, fields_of(each.translation, fields[each.photo] or {}, now))
    end
  end)
end

local function read_back(due, outcomes)
  for _, each in ipairs(due) do
    local other = Develop.mismatches(each.photo, each.translation.settings)
    local why = remark(each.translation)
    if #other > 0 then
      local kept = LOC("$$$/Couloir/Rederive/Mismatch=Lightroom did not take ^1.", table.concat(other, ", "))
      outcomes:add(each.name, "attention", kept .. " " .. why)
    else
      outcomes:add(each.name, "done", why)
    end
  end
end

local function batch(run, described)
  local images = {}
  for _, one in ipairs(described) do
    if one.is_video then
      run.outcomes:add(one.name, "skipped", LOC "$$$/Couloir/Rederive/Video=Videos have no develop settings.")
    else
      images[#images + 1] = one
    end
  end
  if #images == 0 then return true end
  local answers, problem = Derivations.ask(run.client, images, run.fields, run.is_open, run.canceled, run.state)
  if not answers then return nil, problem end
  local due = sort_out(images, answers, run.outcomes)
  if #due == 0 then return true end
  local now = Fields.now()
  local done
  done, problem = write(due, run.fields, now)
  if not done then return nil, problem end
  read_back(due, run.outcomes)
  return true
end

local function in_batches(run, photos, scope)
  for first = 1, #photos, Gate.ITEMS do
    if scope:isCanceled() then return nil, Protocol.canceled() end
    scope:setPortionComplete(first - 1, #photos)
    local part = {}
    for index = first, math.min(first + Gate.ITEMS - 1, #photos) do part[#part + 1] = photos[index] end
    run.fields = Fields.read(part)
    local done, problem = batch(run, Photos.describe(part))
    if not done then return nil, problem end
    Develop.pause()
  end
  return true
end

local function rest(problem)
  if problem.canceled then return LOC "$$$/Couloir/Rederive/Canceled=You stopped it; the photos listed here had been done." end
  return problem.message .. " " .. problem.advice
end

--- The menu item.
-- @return true; or nil and a problem
function Rederive.run()
  local photos = Photos.selected()
  if #photos == 0 then return nil, nothing_selected() end
  if not agreed(#photos) then return nil, Protocol.canceled() end
  local client, problem = Daemon.connect()
  if not client then return nil, problem end
  local ready
  ready, problem = Libraries.ensure_open(client)
  if not ready then return nil, problem end
  local run = { client = client, outcomes = Outcomes.new(), state = {} }
  run.is_open, problem = open_ids(client)
  if not run.is_open then return nil, problem end
  local done
  done, problem = Progress.with(LOC "$$$/Couloir/Rederive/Progress=Deriving adjustments from Aperture", function(scope)
    run.canceled = Progress.canceled(scope)
    return in_batches(run, photos, scope)
  end)
  if not done and #run.outcomes.rows == 0 then return nil, problem end
  run.outcomes:show(LOC "$$$/Couloir/Rederive/Title=Adjustments from Aperture", not done and rest(problem) or nil)
  return true
end

return Rederive
