--- Rounds of matching: apply the service's settings, render, send the renderings; and finish the session.
--
-- The service's answers always state each photo's best look, so that whenever a session ends (the user cancels, the
-- service ends) every photo gets a finished look. Results that the service did not get, it requests the next time.
local sdk = require "Sdk"
local Collections = require "Collections"
local Corrections = require "Corrections"
local Develop = require "Develop"
local Estimate = require "Estimate"
local Fields = require "Fields"
local Gate = require "Gate"
local Handover = require "Handover"
local Json = require "Json"
local Looks = require "Looks"
local Outcomes = require "Outcomes"
local Plural = require "Plural"
local Progress = require "Progress"
local Protocol = require "Protocol"
local Renderings = require "Renderings"
local StopTime = require "StopTime"

local Rounds = {}

--- How many photos are rendered in one round: results of a camera's photos are shared between rounds.
Rounds.AT_ONCE = 8

local function path_of(run, rest) return "/v1/refinements/" .. run.session.id .. rest end

local function show(run, name, number, difference)
  local view = run.session
  local over, total = view.settled + view.left, view.total
  local caption = LOC("$$$/Couloir/Matching/Caption=^1 of ^2", Plural.number(over), Plural.of("photo", total))
  local seconds = Json.known(view.seconds_left)
  local left = seconds and total > over and Estimate.words(seconds) or run.pace:left(over, total - over)
  if left then caption = LOC("$$$/Couloir/Estimate/Caption=^1; ^2 left", caption, left) end
  if name then
    caption = difference
        and LOC("$$$/Couloir/Matching/Drawing=^1; ^2: rendering ^3, difference ^4", caption, name, number, difference)
      or LOC("$$$/Couloir/Matching/First=^1; ^2: rendering ^3", caption, name, number)
  end
  run.caption = caption
  run.scope:setCaption(caption)
  if total > 0 then run.scope:setPortionComplete(over, total) end
end

-- Does some work, and notes how long it took: with so many photos, what this Lightroom takes for one is known.
local function timed(run, what, how_many, photos, work)
  local began = sdk.Date.currentTime()
  local one, other = work()
  run.took[what] = run.took[what] + math.max(sdk.Date.currentTime() - began, 0)
  run.took[how_many] = run.took[how_many] + photos
  return one, other
end

local function nothing_taken() return { drawing = 0, drawn = 0, reading = 0, read = 0, applying = 0, applied = 0 } end

local function try(run, due)
  return Gate.write(LOC "$$$/Couloir/Matching/Undo/Set=Couloir: match looks", function()
    for _, each in ipairs(due) do
      -- A photo that has been removed meanwhile does not stop the others; rendering it reports that.
      local ok, why = sdk.Tasks.pcall(function()
        if each.task.number == 1 then Develop.keep_original(each.photo) end
        local settings = Json.known(each.task.settings)
        run.read[each.photo] = nil
        if settings then Develop.try(each.photo, settings, each.task.number) end
      end)
      each.fault = not ok and tostring(why):match("^[^\r\n]*") or nil
    end
  end, run)
end

local function draw(run, due)
  local photos = {}
  for index, each in ipairs(due) do photos[index] = each.photo end
  return Renderings.draw(run.session.id, photos, run.scope, function(number)
    local each = due[number]
    local difference = each and each.look and Json.known(each.look.difference)
    if each then show(run, each.task.name, each.task.number, difference and Looks.figure(difference)) end
  end)
end

local function answer_to(run, each, pictures, whys)
  local answer = { photo = each.task.photo, number = each.task.number }
  local read, settings = false, nil
  if pictures[each.photo] and not each.fault then
    read, settings = timed(run, "reading", "read", 1, function()
      return sdk.Tasks.pcall(function() return each.photo:getDevelopSettings() end)
    end)
  end
  if read and type(settings) == "table" then
    answer.settings, answer.rendering = settings, pictures[each.photo]
    run.read[each.photo] = settings
  else
    answer.why = LOC(
      "$$$/Couloir/Matching/NotDrawn=Lightroom could not draw it (^1).",
      sdk.StringUtils.truncate(each.fault or whys[each.photo] or "-", 1000)
    )
  end
  return answer
end

-- Tries the settings of the steps; the results are in `run.rendered`.
local function work(run, steps)
  local due = {}
  for _, each in ipairs(Looks.located(run, steps)) do
    if each.photo then
      due[#due + 1] = each
    else
      run.rendered[#run.rendered + 1] = { photo = each.task.photo, number = each.task.number, why = Looks.removed() }
    end
  end
  if #due == 0 then return true end
  local done, problem = timed(run, "applying", "applied", #due, function() return try(run, due) end)
  if not done then return nil, problem end
  local pictures, whys = timed(run, "drawing", "drawn", #due, function() return draw(run, due) end)
  if not pictures then return nil, Protocol.canceled() end
  for _, each in ipairs(due) do
    if run.canceled() then return nil, Protocol.canceled() end
    run.rendered[#run.rendered + 1] = answer_to(run, each, pictures, whys)
  end
  return true
end

local function next_round(run)
  local body = { photos = Rounds.AT_ONCE, rendered = run.rendered, settled = run.settled, given = run.given, took = run.took }
  local options = { key = Handover.key "round", canceled = run.canceled, has = "steps" }
  local answer, problem = run.client:post(path_of(run, "/round"), body, options)
  if not answer then return nil, problem end
  run.rendered, run.settled, run.given = Json.array {}, Json.array {}, Json.array {}
  run.took = nothing_taken()
  run.steps, run.finished, run.session = answer.steps, answer.finished, answer.session
  return answer
end

-- The hour at which the user wants it to stop has come: what has begun gets its best look, as after a cancel.
local function over(run)
  return Protocol.problem(
    "matching.over",
    LOC("$$$/Couloir/Matching/Over=It is ^1: matching has stopped by itself, as you chose.", run.stop_at.hour)
  )
end

local function in_rounds(run)
  while true do
    if run.canceled() then return nil, Protocol.canceled() end
    if StopTime.has_come(run.stop_at) then return nil, over(run) end
    local answer, problem = next_round(run)
    if not answer then return nil, problem end
    show(run)
    if answer.done then return true end
    local done
    done, problem = Looks.give(run, Looks.located(run, answer.finished))
    if not done then return nil, problem end
    run.finished = {}
    done, problem = Corrections.give(run, answer.corrected or {})
    if not done then return nil, problem end
    done, problem = work(run, answer.steps)
    if not done then return nil, problem end
  end
end

-- Stopping ----------------------------------------------------------------------------------------------------------

local function tell_stopped(run, drop)
  local body = { settled = run.settled, drop = drop or false }
  local options = { canceled = Progress.canceled_for_good(run.canceled), has = "finished" }
  local answer, problem = run.client:post(path_of(run, "/stop"), body, options)
  if not answer then return nil, problem end
  run.settled, run.session = Json.array {}, answer.session
  return answer
end

-- Every photo that has begun gets its best look so far.
local function leave(run, drop)
  local begun = Looks.located(run, run.finished)
  for _, each in ipairs(Looks.located(run, run.steps)) do
    if each.look then begun[#begun + 1] = each end
  end
  local done, problem = Looks.give(run, begun)
  if not done then return nil, problem end
  run.steps, run.finished, run.safe = {}, {}, true
  local answer
  answer, problem = tell_stopped(run, drop)
  if not answer then return nil, problem end
  if #answer.finished == 0 then return true end
  done, problem = Looks.give(run, Looks.located(run, answer.finished))
  if not done then return nil, problem end
  return tell_stopped(run, drop)
end

local function new_run(client, session)
  return {
    client = client, session = session, outcomes = Outcomes.new(), collections = Collections.new(), now = Fields.now(),
    photos = {}, steps = {}, finished = {}, rendered = Json.array {}, settled = Json.array {}, given = Json.array {},
    took = nothing_taken(),
    read = {}, -- photo -> its settings, as long as nothing was applied since they were read
    canceled = function() return false end, pace = Estimate.pace(sdk.Date.currentTime),
  }
end

--- Does the rest of a session.
-- @tparam table client
-- @tparam table session the service's view of it
-- @tparam[opt] table stop_at when it stops by itself, from StopTime
-- @treturn boolean true when nothing is left, else nil; then the outcomes; then a problem; then whether every photo has
-- a finished look; then the service's last view of the session
function Rounds.run(client, session, stop_at)
  local run = new_run(client, session)
  run.stop_at = stop_at
  local done, problem = Progress.with(LOC "$$$/Couloir/Matching/Progress=Matching looks with Aperture", function(scope)
    run.scope, run.canceled = scope, Progress.canceled(scope)
    local ok, result, why = sdk.Tasks.pcall(in_rounds, run)
    if ok and result then return true end
    local left, trouble = leave(run)
    if not ok then error(result, 0) end
    if not left and why.canceled then return nil, trouble end
    return nil, why
  end)
  return done, run.outcomes, problem, run.safe, run.session
end

--- Ends a session: photos that have begun get their best look, the others are not matched.
-- @return true; or nil and a problem
function Rounds.drop(client, session)
  local left, problem = leave(new_run(client, session), true)
  if not left then return nil, problem end
  return true
end

return Rounds
