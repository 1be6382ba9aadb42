--- Re-derive adjustments: translates the selected photos' adjustments from Aperture again, and applies the settings.
local sdk = require "Sdk"
local Catalogs = require "Catalogs"
local Collections = require "Collections"
local Daemon = require "Daemon"
local Derivations = require "Derivations"
local Develop = require "Develop"
local Fields = require "Fields"
local Gate = require "Gate"
local Given = require "Given"
local Json = require "Json"
local Libraries = require "Libraries"
local LookOptions = require "LookOptions"
local Looks = require "Looks"
local Sessions = require "Sessions"
local Outcomes = require "Outcomes"
local Photos = require "Photos"
local Plural = require "Plural"
local Progress = require "Progress"
local Protocol = require "Protocol"
local Refusal = require "Refusal"

local Rederive = {}

local function nothing_selected()
  return Protocol.problem(
    "selection.none",
    LOC "$$$/Couloir/Rederive/NoSelection=No photo is selected.",
    LOC "$$$/Couloir/Rederive/NoSelection/Do=Select the photos whose adjustments are to be re-derived; the whole filmstrip is never used."
  )
end

local function consequence()
  return LOC "$$$/Couloir/Rederive/Ask/Info=Their develop settings are replaced. What they look like now is kept as the snapshot “Before Couloir”."
end

-- How far looks are to be matched: "leave", "sliders" or "look"; nil when the user cancels.
local function asked(count)
  return sdk.FunctionContext.callWithContext("Couloir re-derive", function(context)
    local f, properties = sdk.View.osFactory(), sdk.Binding.makePropertyTable(context)
    LookOptions.load(properties)
    local result = sdk.Dialogs.presentModalDialog {
      title = LOC "$$$/Couloir/Menu/Rederive=Re-derive adjustments from Aperture",
      contents = f:column {
        bind_to_object = properties, spacing = f:control_spacing(),
        f:static_text {
          title = LOC(
            "$$$/Couloir/Rederive/Ask=Re-derive the adjustments of the selection (^1) from Aperture?",
            Plural.of("photo", count)
          ),
          font = "<system/bold>",
        },
        f:static_text { title = consequence(), width_in_chars = 60, height_in_lines = -1 },
        LookOptions.rows(f, properties),
      },
      actionVerb = LOC "$$$/Couloir/Rederive/Yes=Derive",
    }
    if result ~= "ok" then return nil end
    LookOptions.save(properties)
    return LookOptions.chosen(properties)
  end)
end

local function remark(translation)
  local told = {}
  for _, operation in ipairs(translation.operations) do
    if operation.enabled and operation.fidelity ~= "exact" then
      told[#told + 1] = operation.title .. ": " .. operation.reason
    end
  end
  return table.concat(told, " ")
end

local function fields_of(each, earlier, now)
  local translation = each.translation
  return {
    -- A verdict, a difference and a reason are valid only for the settings that were measured.
    version = translation.name, project = earlier.project, fidelity = translation.fidelity,
    model = Json.known(translation.model), run = now, uuid = translation.version, library = translation.library,
    state = earlier.state, places = earlier.places, custom = earlier.custom, notes = earlier.notes,
    given = Given.with_digest(earlier.given, each.digest),
  }
end

-- A photo with its settings applied can be matched.
local function derived(run, one, translation)
  run.derived[#run.derived + 1] = {
    library = translation.library, version = translation.version, lightroom = one.uuid, name = one.name,
  }
end

-- The photos of the batch that get new settings; the others' outcomes are recorded. Nil when the user has cancelled.
local function sort_out(run, described, answers)
  local due, outcomes = {}, run.outcomes
  for index, answer in ipairs(answers) do
    if run.canceled() then return nil end
    local one = described[index]
    local read, other
    if answer.outcome == "derived" then
      read, other = sdk.Tasks.pcall(Develop.mismatches, one.photo, answer.translation.settings)
    end
    if answer.outcome ~= "derived" then
      local why = answer.problem.message .. " " .. answer.problem.advice
      outcomes:add(one.name, answer.outcome == "failed" and "failed" or "skipped", why)
    elseif not read then
      outcomes:add(one.name, "failed", Refusal.tell(other))
    elseif #other == 0 then
      outcomes:add(one.name, "unchanged", remark(answer.translation))
      derived(run, one, answer.translation)
    else
      due[#due + 1] = { name = one.name, photo = one.photo, uuid = one.uuid, translation = answer.translation }
    end
  end
  return due
end

-- Reads the applied settings back. After a cancel the user does not wait for it.
local function read_back(run, due)
  for _, each in ipairs(due) do
    each.other = {}
    if not each.fault and not run.canceled() then
      Refusal.attempt(each, "fault", function() each.other, each.digest = Develop.mismatches(each.photo, each.translation.settings) end)
    end
  end
end

-- Applies the photos' settings until the user cancels; `due` then has only the photos that were done.
local function write(run, due, now)
  local fields, reached = run.fields, 0
  local done, problem = Gate.write(LOC "$$$/Couloir/Rederive/Undo=Couloir: derive adjustments", function()
    for _, each in ipairs(due) do
      if run.canceled() then break end
      Refusal.attempt(each, "fault", function() Develop.apply(each.photo, each.translation.settings, now) end)
      reached = reached + 1
    end
  end, run)
  if not done then return nil, problem end
  for index = #due, reached + 1, -1 do due[index] = nil end
  read_back(run, due)
  done, problem = Gate.write(LOC "$$$/Couloir/Rederive/Undo/Keep=Couloir: keep the result", function()
    for _, each in ipairs(due) do
      local earlier = fields[each.photo] or {}
      if not each.fault then
        Refusal.attempt(each, "fault", function()
          Develop.keep_result(each.photo)
          Looks.no_longer_for_review(run.collections, each.photo, earlier)
          Fields.write(each.photo, fields_of(each, earlier, now), earlier)
        end)
      end
    end
  end, run)
  if done then run.collections:keep() else run.collections:forget() end
  return done, problem
end

local function tell(run, due)
  local outcomes = run.outcomes
  for _, each in ipairs(due) do
    if not each.fault then derived(run, each, each.translation) end
    local why = remark(each.translation)
    if each.fault then
      outcomes:add(each.name, "failed", each.fault)
    elseif #each.other > 0 then
      outcomes:add(each.name, "attention", Develop.refusal(each.other) .. " " .. why)
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
  local due = sort_out(run, images, answers)
  if not due then return nil, Protocol.canceled() end
  if #due == 0 then return true end
  local now = Fields.now()
  local done
  done, problem = write(run, due, now)
  if not done then return nil, problem end
  tell(run, due)
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

-- Matches the derived photos, and shows all results.
local function match(run, finish)
  local wanted = { photos = Json.array(run.derived), finish = finish, catalog = run.catalog.id }
  local session, problem = Sessions.begin(run.client, wanted)
  if not session then return nil, problem end
  Sessions.show(Sessions.run(run.client, session, LookOptions.stop_time()))
  return true
end

--- The menu item.
-- @return true; or nil and a problem
function Rederive.run()
  local photos = Photos.selected()
  if #photos == 0 then return nil, nothing_selected() end
  local finish = asked(#photos)
  if not finish then return nil, Protocol.canceled() end
  local client, problem = Daemon.connect()
  if not client then return nil, problem end
  local ready
  ready, problem = Libraries.ensure_open(client)
  if not ready then return nil, problem end
  local here
  here, problem = Catalogs.here()
  if not here then return nil, problem end
  local taken_up
  taken_up, problem = Sessions.take_up(client, here)
  if not taken_up then return nil, problem end
  if taken_up == "profiles" then return true end -- for this the menu item was to be chosen again
  local run = {
    client = client, catalog = here, outcomes = Outcomes.new(), derived = {}, state = {}, collections = Collections.new(),
  }
  run.is_open, problem = Libraries.open_ids(client)
  if not run.is_open then return nil, problem end
  local done
  done, problem = Progress.with(LOC "$$$/Couloir/Rederive/Progress=Deriving adjustments from Aperture", function(scope)
    run.scope, run.canceled = scope, Progress.canceled(scope)
    return in_batches(run, photos, scope)
  end)
  if not done and #run.outcomes.rows == 0 then return nil, problem end
  if done and finish ~= "leave" and #run.derived > 0 then return match(run, finish) end
  run.outcomes:show(LOC "$$$/Couloir/Rederive/Title=Adjustments from Aperture", not done and rest(problem) or nil)
  return true
end

return Rederive
