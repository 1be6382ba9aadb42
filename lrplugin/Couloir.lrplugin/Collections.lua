--- Collection sets and collections by their places, each made once, and photos put into them in order.
local sdk = require "Sdk"

local Collections = {}
Collections.__index = Collections

function Collections.new()
  return setmetatable({ known = {}, fresh = {}, owners = {}, claims = {}, due = {} }, Collections)
end

local function name_of(name)
  if name:find("%S") then return name end
  return LOC "$$$/Couloir/Collection/Untitled=Untitled"
end

local function recall(self, key, make)
  local found = self.known[key] or self.fresh[key]
  if not found then
    found = make()
    self.fresh[key] = found
  end
  return found
end

local function set_of(self, sets)
  local set, key = nil, "set"
  for _, name in ipairs(sets) do
    key = key .. "\0" .. sdk.StringUtils.lower(name)
    local parent = set
    set = recall(self, key, function() return sdk.catalog():createCollectionSet(name_of(name), parent, true) end)
    if not set then return nil, key end
  end
  return set, key
end

-- Aperture allows two albums of one name side by side, Lightroom does not: the catalog remembers whose a name is.
local function claim(self, key, uuid)
  local catalog, id = sdk.catalog(), "collection " .. sdk.MD5.digest(key)
  local owner = self.owners[id] or self.claims[id] or catalog:getPropertyForPlugin(sdk.plugin, id)
  if owner == nil then
    catalog:setPropertyForPlugin(sdk.plugin, id, uuid)
    owner = uuid
  end
  self.claims[id] = owner
  return owner == uuid
end

-- The service's search as Lightroom wants it: the rules of a group are its array. Pure.
local function rules_of(search)
  if not search.parts then return search end
  local group = { combine = search.combine }
  for index, part in ipairs(search.parts) do group[index] = rules_of(part) end
  return group
end

--- A smart album's rule as a search description; what lies in a project looks only among the photos of that project. Pure.
-- @tparam table task `search`, and `project`, "" for everywhere
function Collections.search_of(task)
  local rules = rules_of(task.search)
  if task.project == "" then return rules.criteria and { combine = "intersect", rules } or rules end
  local inside = { criteria = "sdktext:" .. sdk.plugin.id .. ".project", operation = "==", value = task.project }
  return { combine = "intersect", inside, rules }
end

--- The collection of a place, made if need be. Inside a gate. Another one of the same name has a number.
-- @tparam table place `uuid`, `sets`, from the outermost, and `name`
-- @tparam[opt] table search makes it a smart collection
-- @return the collection; nil when Lightroom does not make it, because a collection of the other kind has its name
function Collections:get(place, search)
  local set, above = set_of(self, place.sets)
  if not set then return nil end
  local number, name, key = 0
  repeat
    number = number + 1
    name = name_of(place.name) .. (number > 1 and string.format(" (%d)", number) or "")
    key = above .. "\0\0" .. sdk.StringUtils.lower(name)
  until claim(self, key, place.uuid)
  return recall(self, key, function()
    if search then return sdk.catalog():createSmartCollection(name, search, set, true) end
    return sdk.catalog():createCollection(name, set, true)
  end)
end

--- Notes that a photo belongs into the collection of a place. Inside a gate, before `fill`.
-- @treturn boolean whether there is such a collection
function Collections:put(photo, place)
  local collection = self:get(place)
  if not collection then return false end
  local due = self.due[collection] or {}
  self.due[collection] = due
  due[#due + 1] = { photo = photo, position = place.position, number = #due }
  return true
end

--- By `position`; those of one position by `number`, as they came. Pure.
function Collections.in_order(a, b)
  if a.position ~= b.position then return a.position < b.position end
  return a.number < b.number
end

--- Puts the noted photos into their collections. Inside the same gate.
function Collections:fill()
  for collection, due in pairs(self.due) do
    table.sort(due, Collections.in_order)
    local photos = {}
    for index, each in ipairs(due) do photos[index] = each.photo end
    collection:addPhotos(photos)
  end
  self.due = {}
end

--- The gate has succeeded: what it made, exists.
function Collections:keep()
  for key, found in pairs(self.fresh) do self.known[key] = found end
  for id, owner in pairs(self.claims) do self.owners[id] = owner end
  self.fresh, self.claims, self.due = {}, {}, {}
end

--- The gate has failed: what it made, does not exist.
function Collections:forget() self.fresh, self.claims, self.due = {}, {}, {} end

--- A photo's places in albums, as one text for a field: by it an album can be put in order when all have arrived. Pure.
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

--- The order in which photos should lie; those without a place go last, as they were. Pure.
-- @tparam table photos
-- @tparam table positions photo -> number, where known
-- @treturn table the photos in order; nil when they lie so already
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
