--- Makes collection sets and collections at their places, each once, and puts photos into them in order.
--
-- Collections and sets of one parent share their names in Lightroom, so the service sends a layout in which no two have the
-- same name; this module also handles what the catalog holds already.
local sdk = require "Sdk"
local Claims = require "Claims"
local Json = require "Json"

local Collections = {}
Collections.__index = Collections

--- How many names are tried for a collection or set whose name is in use.
Collections.NUMBERS = 9

function Collections.new()
  return setmetatable({ known = {}, fresh = {}, owners = {}, claims = {}, due = {}, settled = {}, made = {} }, Collections)
end

local function name_of(name)
  if name:find("%S") then return name end
  return LOC "$$$/Couloir/Collection/Untitled=Untitled"
end

-- The name for the n-th collection or set of that name. Pure.
local function numbered(name, number) return name_of(name) .. (number > 1 and string.format(" (%d)", number) or "") end

-- The SDK returns nothing, or throws, when something of the other kind has the name; both are handled.
-- It affects this one only, never the gate.
local function attempt(make)
  local ok, made = sdk.Tasks.pcall(make)
  return ok and made or nil
end

local function recall(self, key, make)
  local found = self.known[key] or self.fresh[key]
  if not found then
    found = attempt(make)
    self.fresh[key] = found
  end
  return found
end

local function made_set(name, parent)
  -- Collections and sets of one parent share their names, so a collection of the user's may have this one.
  for number = 1, Collections.NUMBERS do
    local set = attempt(function() return sdk.catalog():createCollectionSet(numbered(name, number), parent, true) end)
    if set then return set end
  end
end

local function set_of(self, sets)
  local set, key = nil, "set"
  for _, name in ipairs(sets) do
    key = key .. "\0" .. sdk.StringUtils.lower(name)
    local parent = set
    set = recall(self, key, function() return made_set(name, parent) end)
    if not set then return nil, key end
  end
  return set, key
end

local function owner_of(self, id)
  return self.owners[id] or self.claims[id] or sdk.catalog():getPropertyForPlugin(sdk.plugin, id)
end

local function claim(self, id, uuid)
  if owner_of(self, id) == nil then sdk.catalog():setPropertyForPlugin(sdk.plugin, id, uuid) end
  self.claims[id] = uuid
end

-- The service's search in Lightroom's form: the rules of a group are its array. Pure.
local function rules_of(search)
  if not search.parts then return search end
  local group = { combine = search.combine }
  for index, part in ipairs(search.parts) do group[index] = rules_of(part) end
  return group
end

--- A smart album's rule as a search description; an album in a project searches only the photos of that project. Pure.
-- @tparam table task `search`, and `project`, "" for everywhere
function Collections.search_of(task)
  local rules = rules_of(task.search)
  if task.project == "" then return rules.criteria and { combine = "intersect", rules } or rules end
  local inside = { criteria = "sdktext:" .. sdk.plugin.id .. ".project", operation = "==", value = task.project }
  return { combine = "intersect", inside, rules }
end

-- Whether a project's collection lies where an earlier import has put it. Albums have been taken from it since, so it
-- need not be a set any more; it stays one.
local function lies_elsewhere(self, place)
  local other = Json.known(place.other)
  return other and #other.sets > #place.sets and owner_of(self, Claims.id_of(Claims.key_of_sets(other.sets), other.name)) == place.uuid
end

--- The collection of a place, made if needed. Inside a gate. A further one of the same name gets a number.
-- @tparam table place `uuid`, `sets`, from the outermost, `name`, and for a project `other`
-- @tparam[opt] table search makes it a smart collection
-- @return the collection; nil when Lightroom does not make it
function Collections:get(place, search)
  if lies_elsewhere(self, place) then
    place = { uuid = place.uuid, sets = place.other.sets, name = place.other.name }
  end
  local set, above = set_of(self, place.sets)
  if not set then return nil end
  for number = 1, Collections.NUMBERS do
    local name = numbered(place.name, number)
    local id = Claims.id_of(above, name)
    local owner = owner_of(self, id)
    if owner == nil or owner == place.uuid then
      local collection = recall(self, id, function()
        if search then return sdk.catalog():createSmartCollection(name, search, set, true) end
        return sdk.catalog():createCollection(name, set, true)
      end)
      if collection then
        claim(self, id, place.uuid)
        self.made[place.uuid] = collection
        return collection
      end
    end
  end
end

-- A deleted object may throw, or return nothing.
local function is_there(object)
  local ok, name = sdk.Tasks.pcall(function() return object:getName() end)
  return ok and name ~= nil
end

--- Clears the cache if a collection of these places has been deleted meanwhile: it is then made again. Outside of
-- any gate.
function Collections:forget_deleted(places)
  for _, place in ipairs(places) do
    local collection = self.made[place.uuid]
    if collection and not is_there(collection) then
      self.known, self.made = {}, {}
      return
    end
  end
end

-- The collections and sets below sets of these names that have one of `names`. Outside of a gate.
local function found_below(sets, names)
  local sought = {}
  for _, name in ipairs(names) do sought[sdk.StringUtils.lower(name_of(name))] = true end
  local above, children = sdk.catalog(), sdk.catalog():getChildCollectionSets()
  for _, name in ipairs(sets) do
    above = nil
    for _, set in ipairs(children) do
      if sdk.StringUtils.lower(set:getName()) == sdk.StringUtils.lower(name_of(name)) then above = set end
    end
    if not above then return nil end
    children = above:getChildCollectionSets()
  end
  for _, collection in ipairs(above:getChildCollections()) do
    if sought[sdk.StringUtils.lower(collection:getName())] then return collection end
  end
end

-- A project's collection that an earlier import made, before the project had albums, has the place of its set:
-- it is renamed, and then moved into the set. In two gates, since changes are visible only after a gate has returned.
local function moved(self, place, write)
  local old = Claims.id_of(Claims.key_of_sets(place.other.sets), place.other.name)
  if #place.other.sets >= #place.sets or owner_of(self, old) ~= place.uuid then return true end
  local collection = found_below(place.other.sets, { place.other.name, place.name })
  local function gate(work) return write(LOC "$$$/Couloir/Import/Undo/Albums=Couloir: albums", work) end
  local done, problem = gate(function()
    if collection then attempt(function() return collection:setName(name_of(place.name)) end) end
  end)
  if not done then return nil, problem end
  done, problem = gate(function()
    local set, above = set_of(self, place.sets)
    if collection and set then attempt(function() return collection:setParent(set) end) end
    sdk.catalog():setPropertyForPlugin(sdk.plugin, old, nil)
    self.owners[old] = nil
    if collection and set then claim(self, Claims.id_of(above, place.name), place.uuid) end
  end)
  if done then self:keep() else self:forget() end
  return done, problem
end

--- Moves the collections of projects that got albums since an earlier import. Outside of any gate.
-- @tparam table places of the photos of the batch
-- @tparam function write as Gate.write
-- @treturn boolean true; or nil and a problem
function Collections:relocate(places, write)
  for _, place in ipairs(places) do
    local key = place.uuid .. #place.sets
    if Json.known(place.other) and not self.settled[key] then
      local done, problem = moved(self, place, write)
      if not done then return nil, problem end
      self.settled[key] = true
    end
  end
  return true
end

--- Records that a photo belongs into the collection of a place. Inside a gate, before `fill`.
-- @treturn boolean whether there is such a collection
function Collections:put(photo, place)
  local collection = self:get(place)
  if not collection then return false end
  local due = self.due[collection] or { place = place }
  self.due[collection] = due
  due[#due + 1] = { photo = photo, position = place.position, number = #due }
  return true
end

--- Sorts by `position`; equal ones by `number`, in which they arrived. Pure.
function Collections.in_order(a, b)
  if a.position ~= b.position then return a.position < b.position end
  return a.number < b.number
end

-- A collection that the user has deleted meanwhile is made again, once; photos that still cannot be added are left out.
local function filled(self, collection, due, photos)
  if sdk.Tasks.pcall(function() collection:addPhotos(photos) end) then return {} end
  self.known, self.fresh = {}, {}
  local again = self:get(due.place)
  if not again then return photos end
  if sdk.Tasks.pcall(function() again:addPhotos(photos) end) then return {} end
  local refused = {}
  for _, photo in ipairs(photos) do
    if not sdk.Tasks.pcall(function() again:addPhotos { photo } end) then refused[#refused + 1] = photo end
  end
  return refused
end

--- Puts the recorded photos into their collections. Inside the same gate.
-- @treturn table photo -> an array of the names of the collections that it could not be added to
function Collections:fill()
  local refused = {}
  for collection, due in pairs(self.due) do
    table.sort(due, Collections.in_order)
    local photos = {}
    for index, each in ipairs(due) do photos[index] = each.photo end
    for _, photo in ipairs(filled(self, collection, due, photos)) do
      local names = refused[photo] or {}
      refused[photo] = names
      names[#names + 1] = due.place.name
    end
  end
  self.due = {}
  return refused
end

--- Call when the gate has succeeded: its objects exist.
function Collections:keep()
  for key, found in pairs(self.fresh) do self.known[key] = found end
  for id, owner in pairs(self.claims) do self.owners[id] = owner end
  self.fresh, self.claims, self.due = {}, {}, {}
end

--- Call when the gate has failed: its objects do not exist.
function Collections:forget() self.fresh, self.claims, self.due = {}, {}, {} end

--- A photo's positions in albums, as one text for a field, by which albums are put in order at the end. Pure.
function Collections.places_text(places)
  local parts = {}
  for _, place in ipairs(places) do
    if place.kind == "album" then parts[#parts + 1] = string.format("%s=%.0f", place.uuid, place.position) end
  end
  table.sort(parts)
  return #parts > 0 and table.concat(parts, ";") or nil
end

--- The counterpart of `places_text` for one album: its position, or nil. Pure.
function Collections.place_in(text, uuid)
  for name, position in (text or ""):gmatch "([^;=]+)=(%d+)" do
    if name == uuid then return tonumber(position) end
  end
end

--- The order of photos by position; photos without one go last, in their present order. Pure.
-- @tparam table photos
-- @tparam table positions photo -> number, where known
-- @treturn table the photos in order; nil when they are in order already
function Collections.reordered(photos, positions)
  local rows, changed = {}, false
  for number, photo in ipairs(photos) do
    rows[number] = { photo = photo, position = positions[photo] or math.huge, number = number }
  end
  table.sort(rows, Collections.in_order)
  for number, row in ipairs(rows) do
    changed = changed or row.number ~= number
    rows[number] = row.photo
  end
  return changed and rows or nil
end

return Collections
