--- Finds Couloir's own collections in the catalog, and deletes those of an import that is taken back.
local sdk = require "Sdk"
local Claims = require "Claims"
local Gate = require "Gate"
local Json = require "Json"

local OwnCollections = {}

--- The owner of the collection that gathers photos of imports that were taken back.
OwnCollections.GATHERED = "couloir.removed"
-- Collections in which each import only has some photos: they are emptied of these, not counted.
local SHARED = { ["couloir.review"] = true, ["couloir.again"] = true }
local NUMBER = " %(%d+%)$"

-- Sets may have been numbered when they were made; a claim names them as they were wanted.
local function owner_below(sets, name)
  local plain = {}
  for index, each in ipairs(sets) do plain[index] = (each:gsub(NUMBER, "")) end
  for _, path in ipairs { sets, plain } do
    local owner, claim = Claims.owner(path, name)
    if owner then return owner, claim end
  end
end

local function gather_below(above, sets, found)
  for _, collection in ipairs(above:getChildCollections()) do
    local owner, claim = owner_below(sets, collection:getName())
    if owner then found.all[#found.all + 1] = { collection = collection, owner = owner, claim = claim } end
  end
  for _, set in ipairs(above:getChildCollectionSets()) do
    local before, inner = #found.all, { unpack(sets) }
    inner[#inner + 1] = set:getName()
    gather_below(set, inner, found)
    if #found.all > before then found.sets[#found.sets + 1] = set end
  end
end

--- The collections of an import. Outside of any gate. One that the user has renamed or moved is the user's.
-- @tparam table owners the uuids of the import's projects and albums, as a set
-- @treturn table `collections` of the import and `shared` ones of several (each `collection`, `owner`, `claim`), `sets`,
-- the inner ones first, and `gathered`, the collection of photos that were taken back
function OwnCollections.find(owners)
  local found = { all = {}, sets = {} }
  gather_below(sdk.catalog(), {}, found)
  local own = { sets = found.sets, collections = {}, shared = {} }
  for _, each in ipairs(found.all) do
    if owners[each.owner] then
      own.collections[#own.collections + 1] = each
    elseif SHARED[each.owner] then
      own.shared[#own.shared + 1] = each
    elseif each.owner == OwnCollections.GATHERED then
      own.gathered = each.collection
    end
  end
  return own
end

-- The photos of a collection that were the import's, and whether it holds others, too. Outside of any gate.
local function ours_in(run, collection)
  local ours, others = {}, false
  for _, photo in ipairs(collection:getPhotos()) do
    if run.removed[photo.localIdentifier] then ours[#ours + 1] = photo else others = true end
  end
  return ours, others
end

local function plan_of(run, own)
  local plan = { delete = {}, empty = {} }
  -- Photos of an earlier, interrupted call have no fields any more, but are gathered.
  for _, photo in ipairs(own.gathered and own.gathered:getPhotos() or {}) do run.removed[photo.localIdentifier] = true end
  for _, list in ipairs { own.collections, own.shared } do
    for _, each in ipairs(list) do
      local smart = each.collection:isSmartCollection()
      local ours, others
      if not smart then ours, others = ours_in(run, each.collection) end
      if smart or not others then
        plan.delete[#plan.delete + 1] = each
      elseif #ours > 0 then
        plan.empty[#plan.empty + 1] = { collection = each.collection, photos = ours }
      end
      if others and list == own.collections then
        local why = LOC "$$$/Couloir/Remove/Collections/Left=It holds other photos, too, so it stays with these."
        run.outcomes:add(each.collection:getName(), "left", why)
      end
    end
  end
  return plan
end

-- The uuids of what was deleted; or nil and a problem.
local function delete_all(run, doomed, name)
  local deleted = Json.array {}
  for first = 1, #doomed, Gate.ITEMS do
    local gone = {}
    local done, problem = Gate.write(name, function()
      for index = first, math.min(first + Gate.ITEMS - 1, #doomed) do
        local each = doomed[index]
        if sdk.Tasks.pcall(function() each.collection:delete() end) then
          sdk.catalog():setPropertyForPlugin(sdk.plugin, each.claim, nil)
          gone[#gone + 1] = each.owner
        end
      end
    end, run)
    if not done then return nil, problem end
    for _, owner in ipairs(gone) do deleted[#deleted + 1] = owner end
  end
  return deleted
end

--- Deletes the collections of an import that hold nothing else, takes its photos out of the others, and deletes sets that
-- are empty then.
-- @tparam table run `removed`, the photos of the import by their identifier; `outcomes`
-- @tparam table own from `find`
-- @treturn table the owners of the deleted collections; or nil and a problem
function OwnCollections.remove(run, own)
  local plan, name = plan_of(run, own), LOC "$$$/Couloir/Remove/Undo=Couloir: remove an import"
  local done, problem = Gate.write(name, function()
    for _, each in ipairs(plan.empty) do each.collection:removePhotos(each.photos) end
  end, run)
  if not done then return nil, problem end
  local deleted
  deleted, problem = delete_all(run, plan.delete, name)
  if not deleted then return nil, problem end
  -- The inner sets first, each in a gate of its own: what is deleted is gone only after its gate.
  for _, set in ipairs(own.sets) do
    local ok, children = sdk.Tasks.pcall(function() return set:getChildren() end)
    if ok and #children == 0 then
      done, problem = Gate.write(name, function() sdk.Tasks.pcall(function() set:delete() end) end, run)
      if not done then return nil, problem end
    end
  end
  return deleted
end

return OwnCollections
