--- The photos of an import that is taken back: each gets its look back and loses what Couloir gave it, or is left.
local sdk = require "Sdk"
local Develop = require "Develop"
local Fields = require "Fields"
local Gate = require "Gate"
local Given = require "Given"
local Handover = require "Handover"
local Json = require "Json"
local OwnCollections = require "OwnCollections"
local Plural = require "Plural"
local Progress = require "Progress"
local Protocol = require "Protocol"
local Refusal = require "Refusal"

local PhotoRemoval = {}

--- The name of the collection that gathers the photos.
function PhotoRemoval.collection_name() return LOC "$$$/Couloir/Remove/Collection=Added by imports, to remove" end

local function gathering_place()
  return { uuid = OwnCollections.GATHERED, sets = { "Couloir" }, position = 0, name = PhotoRemoval.collection_name() }
end

local function changed_since()
  return LOC "$$$/Couloir/Remove/Left=Its develop settings were changed since, so it stays as it is."
end

local function not_known()
  return LOC "$$$/Couloir/Remove/Unknown=Couloir cannot tell whether its develop settings were changed since, so it stays as it is."
end

-- Reads whether a photo may get its look back. `each.left` then says why not.
local function examine(each)
  if not each.of.added then return end
  local digest = Given.read(each.fields.given)
  Refusal.attempt(each, "left", function()
    each.snapshots, each.first = Develop.own_snapshots(each.photo)
    if #each.snapshots > 0 and not digest then
      each.left = not_known()
    elseif digest and Develop.digest(each.photo) ~= digest then
      each.left = changed_since()
    end
  end)
end

local function path_to(keyword)
  local path = {}
  while keyword do
    table.insert(path, 1, keyword:getName())
    keyword = keyword:getParent()
  end
  return Given.path_text(path)
end

-- Inside a gate: only there can keywords be read.
local function remove_keywords(each)
  local _, added = Given.read(each.fields.given)
  local given = {}
  for _, path in ipairs(added) do given[path] = true end
  if not next(given) then return end
  for _, keyword in ipairs(each.photo:getRawMetadata("keywords") or {}) do
    if given[path_to(keyword)] then each.photo:removeKeyword(keyword) end
  end
end

local function take_back(run, each)
  if each.of.added then
    Develop.take_back(each.photo, each.snapshots, each.first)
    run.collections:put(each.photo, gathering_place())
  end
  remove_keywords(each)
  Fields.write(each.photo, {}, each.fields)
end

local function name_of(each)
  if each.of.name ~= "" then return each.of.name end
  return each.of.uuid
end

--- Tells the service what was removed.
-- @tparam table run `client`, `import` and `canceled`
-- @tparam table photos an array of uuids
-- @tparam[opt] table more other members of the request
-- @return the answer; or nil and a problem
function PhotoRemoval.tell(run, photos, more)
  local body = more or {}
  body.photos = photos
  local options = { key = Handover.key "removal", canceled = Progress.canceled_for_good(run.canceled), has = "removed" }
  return run.client:post("/v1/imports/" .. run.import.id .. "/removals", body, options)
end

local function batch(run, part)
  local due = {}
  for _, each in ipairs(part) do
    if run.canceled() then return nil, Protocol.canceled() end
    examine(each)
    if not each.left then due[#due + 1] = each end
  end
  if #due > 0 then
    local done, problem = Gate.write(LOC "$$$/Couloir/Remove/Undo=Couloir: remove an import", function()
      for _, each in ipairs(due) do
        Refusal.attempt(each, "left", function() take_back(run, each) end)
      end
      run.collections:fill()
    end, run)
    if done then run.collections:keep() else run.collections:forget() end
    if not done then return nil, problem end
  end
  local removed = Json.array {}
  for _, each in ipairs(part) do
    if each.left then
      run.outcomes:add(name_of(each), "left", each.left)
    else
      removed[#removed + 1] = each.of.uuid
      run.removed[each.photo.localIdentifier] = true
      run.outcomes:add(name_of(each), "done")
    end
  end
  if #removed == 0 then return true end
  return PhotoRemoval.tell(run, removed)
end

--- Takes photos back, batch by batch.
-- @tparam table run also `scope`, `outcomes`, `collections`, and `removed`, to which the identifiers of photos are added
-- @tparam table found an array of `photo`, `fields` and `of`, what the service says of it
-- @return true; or nil and a problem
function PhotoRemoval.run(run, found)
  local scope = run.scope
  for first = 1, #found, Gate.ITEMS do
    if run.canceled() then return nil, Protocol.canceled() end
    run.caption = LOC("$$$/Couloir/Import/Caption=^1 of ^2", Plural.number(first - 1), Plural.of("photo", #found))
    scope:setCaption(run.caption)
    scope:setPortionComplete(first - 1, #found)
    local part = {}
    for index = first, math.min(first + Gate.ITEMS - 1, #found) do part[#part + 1] = found[index] end
    local done, problem = batch(run, part)
    if not done then return nil, problem end
    sdk.Tasks.yield()
  end
  return true
end

return PhotoRemoval
