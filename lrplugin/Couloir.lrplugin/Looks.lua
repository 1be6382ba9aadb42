--- Applies the final looks of matches, with their verdicts and the collection for review.
local sdk = require "Sdk"
local Develop = require "Develop"
local Fields = require "Fields"
local Gate = require "Gate"
local Given = require "Given"
local Json = require "Json"
local Refusal = require "Refusal"
local Rows = require "Rows"

local Looks = {}

local VERDICTS = {
  same = function() return LOC "$$$/Couloir/Verdict/Same=Same" end,
  matched = function() return LOC "$$$/Couloir/Verdict/Matched=Matched" end,
  close = function() return LOC "$$$/Couloir/Verdict/Close=Close" end,
  review = function() return LOC "$$$/Couloir/Verdict/Review=Review" end,
  unmeasured = function() return LOC "$$$/Couloir/Verdict/Unmeasured=Not measured" end,
}

--- The reason for a photo that was removed.
function Looks.removed() return LOC "$$$/Couloir/Matching/Removed=It is no longer in the catalog." end

local function review_place()
  return {
    uuid = "couloir.review", sets = { "Couloir" }, position = 0,
    name = LOC "$$$/Couloir/Matching/Collection=Looks to review",
  }
end

--- A difference as text, with the language's sign before its decimal. Pure.
function Looks.figure(number)
  local whole, decimal = string.format("%.1f", number):match "^(.-)[.,](%d)$"
  return LOC("$$$/Couloir/Kind/Decimal=^1.^2", whole, decimal)
end

local function sentence(look)
  local after, before = Json.known(look.difference), Json.known(look.before)
  local text = VERDICTS[look.verdict]()
  if after and before then
    text = LOC(
      "$$$/Couloir/Matching/Reached=^1: difference ^2 in Lightroom, before ^3.", text, Looks.figure(after), Looks.figure(before)
    )
  end
  if look.reason == "" then return text end
  if after and before then return text .. " " .. look.reason end
  return LOC("$$$/Couloir/Kind/Line=^1: ^2", text, look.reason)
end

-- The photos that Couloir has imported or derived, by Lightroom's uuid. Read once, and only when a photo is not found by
-- its uuid: whether that finds virtual copies is not documented.
local function of_ours(run)
  if not run.ours then
    run.ours = {}
    local photos = sdk.catalog():findPhotosWithProperty(sdk.plugin.id, "uuid")
    local raw = Rows.raw(photos, { "uuid" })
    for _, photo in ipairs(photos) do
      if raw[photo].uuid then run.ours[raw[photo].uuid] = photo end
    end
  end
  return run.ours
end

--- The photos of tasks: an array of `task`, `photo` (nil when it was removed), and `look`, its final look.
-- @tparam table run `photos` caches them
-- @tparam table tasks the service's steps or finished ones
function Looks.located(run, tasks)
  local found = {}
  for _, task in ipairs(tasks) do
    local photo = run.photos[task.photo]
    if photo == nil then
      photo = sdk.catalog():findPhotoByUuid(task.lightroom) or of_ours(run)[task.lightroom] or false
      run.photos[task.photo] = photo
    end
    found[#found + 1] = { task = task, photo = photo or nil, look = task.look or Json.known(task.best) }
  end
  return found
end

--- Puts a photo into the collection for review. Inside a gate, before the collections are filled.
function Looks.for_review(collections, photo) collections:put(photo, review_place()) end

--- Removes a photo from the collection for review, if its earlier verdict put it there. Inside a gate.
-- @tparam table collections a Collections
-- @tparam table photo
-- @tparam table earlier the photo's fields
function Looks.no_longer_for_review(collections, photo, earlier)
  if earlier.verdict ~= "review" then return end
  local collection = collections:get(review_place())
  if collection then collection:removePhotos { photo } end
end

-- What the photo's field says of its settings: those that it got now, or still those that it had.
local function given_to(each, earlier)
  if not Json.known(each.look.settings) then return earlier.given end
  return Given.with_digest(earlier.given, each.digest)
end

local function judge(run, each, earlier)
  local look = each.look
  local after = Json.known(look.difference)
  Develop.keep_result(each.photo)
  Fields.change(each.photo, {
    verdict = look.verdict, difference = after and "Lightroom " .. Looks.figure(after) or "", fidelity = look.fidelity,
    reason = look.reason .. (each.why ~= "" and " " .. each.why or ""), run = run.now,
    uuid = each.task.version, library = each.task.library, state = earlier.state, given = given_to(each, earlier) or "",
  }, earlier)
  if look.verdict == "review" then
    Looks.for_review(run.collections, each.photo)
  else
    Looks.no_longer_for_review(run.collections, each.photo, earlier)
  end
end

local function set_looks(run, present)
  local due = {}
  for _, each in ipairs(present) do
    if Json.known(each.look.settings) then due[#due + 1] = each end
  end
  if #due == 0 then return true end
  return Gate.write(LOC "$$$/Couloir/Matching/Undo/Set=Couloir: match looks", function()
    for _, each in ipairs(due) do
      Refusal.attempt(each, "why", function()
        local known = run.read[each.photo]
        each.known = known and #Develop.differing(each.look.settings, known) == 0 and known or nil
        run.read[each.photo] = nil
        Develop.match(each.photo, each.look.settings)
      end)
    end
  end, run)
end

-- After a cancel the user does not wait for it. Where a photo shows what was tried last, it was read then: a third of a
-- second less.
local function read_back(run, present)
  for _, each in ipairs(present) do
    if run.canceled() then return end
    local settings = Json.known(each.look.settings)
    Refusal.attempt(each, "why", function()
      if not settings then return end
      local other
      other, each.digest = Develop.mismatches(each.photo, settings, each.known)
      if #other > 0 then
        each.why = Develop.refusal(other)
      end
    end)
  end
end

local function keep(run, present)
  local photos = {}
  for index, each in ipairs(present) do photos[index] = each.photo end
  local earlier = Fields.read(photos)
  local done, problem = Gate.write(LOC "$$$/Couloir/Matching/Undo/Keep=Couloir: keep matched looks", function()
    for _, each in ipairs(present) do Refusal.attempt(each, "why", function() judge(run, each, earlier[each.photo]) end) end
    run.collections:fill()
  end, run)
  if done then run.collections:keep() else run.collections:forget() end
  return done, problem
end

--- Applies the final looks. The photos that have theirs are in `run.settled`, for the service, and in `run.outcomes`.
-- @tparam table run
-- @tparam table given from `located`
-- @treturn boolean true; or nil and a problem
function Looks.give(run, given)
  local present = {}
  for _, each in ipairs(given) do
    each.why = each.photo and "" or Looks.removed()
    if each.photo then present[#present + 1] = each end
  end
  if #present > 0 then
    local done, problem = set_looks(run, present)
    if not done then return nil, problem end
    read_back(run, present)
    done, problem = keep(run, present)
    if not done then return nil, problem end
  end
  for _, each in ipairs(given) do
    local good = each.photo and each.why == "" and each.look.verdict ~= "review" and each.look.verdict ~= "unmeasured"
    run.settled[#run.settled + 1] = { photo = each.task.photo, number = each.look.renderings, why = each.why }
    run.outcomes:add(each.task.name, good and "done" or "attention", sentence(each.look) .. " " .. each.why)
  end
  return true
end

return Looks
