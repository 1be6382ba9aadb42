--- Gives photos the corrections that others like them have confirmed: settings, and what is expected of them then. They
-- are not rendered.
local Develop = require "Develop"
local Fields = require "Fields"
local Gate = require "Gate"
local Given = require "Given"
local Json = require "Json"
local Looks = require "Looks"
local Refusal = require "Refusal"

local Corrections = {}

local function difference_of(correction)
  local low, high = Json.known(correction.low), Json.known(correction.high)
  if not low or not high then return "" end
  return LOC("$$$/Couloir/Matching/Between=expected, ^1 to ^2", Looks.figure(low), Looks.figure(high))
end

-- A photo whose settings are not those that Couloir has given it is its owner's. One that has the correction already was
-- given it when Lightroom or the service ended.
local function choose(run, present, earlier)
  local due = {}
  for _, each in ipairs(present) do
    if run.canceled() then return {} end
    Refusal.attempt(each, "why", function()
      local other, digest = Develop.mismatches(each.photo, each.task.settings)
      each.changed = #other > 0 and Given.read(earlier[each.photo].given) ~= digest
    end)
    if each.why == "" and not each.changed then due[#due + 1] = each end
  end
  return due
end

local function set(run, due)
  return Gate.write(LOC "$$$/Couloir/Matching/Undo/Correct=Couloir: correct looks", function()
    for _, each in ipairs(due) do Refusal.attempt(each, "why", function() Develop.correct(each.photo, each.task.settings) end) end
  end, run)
end

local function keep(run, due, earlier)
  for _, each in ipairs(due) do
    if each.why == "" then
      Refusal.attempt(each, "why", function()
        local other
        other, each.digest = Develop.mismatches(each.photo, each.task.settings)
        if #other > 0 then
          each.why = Develop.refusal(other)
        end
      end)
    end
  end
  return Gate.write(LOC "$$$/Couloir/Matching/Undo/Keep=Couloir: keep matched looks", function()
    for _, each in ipairs(due) do
      local fields = earlier[each.photo]
      Refusal.attempt(each, "why", function()
        Develop.keep_result(each.photo)
        Fields.change(each.photo, {
          verdict = "expected", difference = difference_of(each.task), reason = each.task.reason, run = run.now,
          state = fields.state, given = Given.with_digest(fields.given, each.digest) or "",
        }, fields)
      end)
    end
  end, run)
end

--- Gives corrections. The results are in `run.given`, for the service.
-- @tparam table run
-- @tparam table corrections of the service
-- @treturn boolean true; or nil and a problem
function Corrections.give(run, corrections)
  run.given = Json.array {}
  local present, photos = {}, {}
  local tasks = Looks.located(run, corrections)
  for _, each in ipairs(tasks) do
    each.why = each.photo and "" or Looks.removed()
    if each.photo then present[#present + 1], photos[#photos + 1] = each, each.photo end
  end
  if #present > 0 then
    local earlier = Fields.read(photos)
    local due = choose(run, present, earlier)
    if #due > 0 then
      local done, problem = set(run, due)
      if not done then return nil, problem end
      done, problem = keep(run, due, earlier)
      if not done then return nil, problem end
    end
  end
  for _, each in ipairs(tasks) do
    run.given[#run.given + 1] = { photo = each.task.photo, why = each.why, changed = each.changed or false }
  end
  return true
end

return Corrections
