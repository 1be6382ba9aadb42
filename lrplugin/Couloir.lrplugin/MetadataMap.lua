--- Converts a photo's metadata in the service's terms to the keys of setRawMetadata. Pure.
local MetadataMap = {}

local TEXTS = {
  title = "title", headline = "headline", caption = "caption", caption_writer = "descriptionWriter",
  instructions = "instructions", date_created = "dateCreated", job_id = "jobIdentifier", event = "event",
  category = "iptcCategory", supplemental_categories = "iptcOtherCategories",
  intellectual_genre = "intellectualGenre", scene_codes = "scene", subject_codes = "iptcSubjectCode",
  creator = "creator", creator_title = "creatorJobTitle", contact_address = "creatorAddress",
  contact_city = "creatorCity", contact_state = "creatorStateProvince", contact_postcode = "creatorPostalCode",
  contact_country = "creatorCountry", contact_phone = "creatorPhone", contact_email = "creatorEmail",
  contact_url = "creatorUrl", copyright = "copyright", usage_terms = "rightsUsageTerms", credit = "provider",
  source = "source", location = "location", city = "city", state = "stateProvince", country = "country",
  country_code = "isoCountryCode", people = "personShown",
}

-- The keys that getRawMetadata returns; the others are texts, which getFormattedMetadata returns.
local RAW = { rating = true, pickStatus = true, colorNameForLabel = true, gps = true, gpsAltitude = true }

local COLOURS = { Red = "red", Yellow = "yellow", Green = "green", Blue = "blue", Purple = "purple" }

-- Lightroom keeps lists of codes in one text.
local function text_of(value) return type(value) == "table" and table.concat(value, ", ") or value end

-- Lightroom has five colours; another label keeps its name, and is shown as white.
local function label(found, name)
  if name == nil then
    found[#found + 1] = { key = "colorNameForLabel", value = "none" }
  elseif COLOURS[name] then
    found[#found + 1] = { key = "colorNameForLabel", value = COLOURS[name] }
  else
    found[#found + 1] = { key = "label", value = name }
  end
end

local function place(found, metadata, cleared)
  if metadata.latitude and metadata.longitude then
    local gps = { latitude = metadata.latitude, longitude = metadata.longitude }
    found[#found + 1] = { key = "gps", value = gps }
  elseif cleared.latitude then
    found[#found + 1] = { key = "gps" }
  end
  if metadata.altitude or cleared.altitude then
    found[#found + 1] = { key = "gpsAltitude", value = metadata.altitude }
  end
end

--- The assignments to make, in a fixed order; an assignment without a value clears its key.
-- Stars, flag and colour are always set; other fields only if stated, since the file may hold its own, or if
-- the service says that they were removed in Aperture.
-- @tparam table metadata as the service describes it
-- @tparam[opt] table inherited the metadata of the photo that this one is a copy of: fields that only it has are cleared
-- @treturn table an array of `key` and `value`
function MetadataMap.assignments(metadata, inherited)
  local found, cleared = {}, {}
  for name in pairs(inherited or {}) do cleared[name] = true end
  for _, name in ipairs(metadata.cleared or {}) do cleared[name] = true end
  local stars = metadata.rating
  found[1] = { key = "rating", value = stars and stars > 0 and stars or nil }
  found[2] = { key = "pickStatus", value = metadata.pick or 0 }
  label(found, metadata.label)
  place(found, metadata, cleared)
  local names = {}
  for name in pairs(TEXTS) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    if metadata[name] ~= nil or cleared[name] ~= nil then
      found[#found + 1] = { key = TEXTS[name], value = text_of(metadata[name]) }
    end
  end
  return found
end

--- The keys to read in order to compare assignments with present values. Pure.
-- @tparam table lists arrays of assignments
-- @treturn table raw keys, as an array; then formatted ones
function MetadataMap.readable(lists)
  local seen, raw, formatted = {}, {}, {}
  for _, list in ipairs(lists) do
    for _, each in ipairs(list) do
      if not seen[each.key] then
        seen[each.key] = true
        local keys = RAW[each.key] and raw or formatted
        keys[#keys + 1] = each.key
      end
    end
  end
  return raw, formatted
end

-- Lightroom returns "gray" for a photo without a colour, no number for 0 stars, and "" for a missing text.
local NOTHING = { colorNameForLabel = "none", pickStatus = 0 }

local function plain(key, value)
  if value == nil or value == "" then return NOTHING[key] end
  if key == "colorNameForLabel" and value == "gray" then return "none" end
  if key == "rating" and value == 0 then return nil end
  return value
end

local function near(a, b) return type(a) == "number" and type(b) == "number" and math.abs(a - b) < 1e-6 end

local function same(a, b)
  if type(a) == "table" and type(b) == "table" then
    return near(a.latitude, b.latitude) and near(a.longitude, b.longitude)
  end
  return a == b or near(a, b)
end

--- The assignments that change a value: each write takes time. Pure.
-- @tparam table list from `assignments`
-- @tparam table raw what the photo has, by key
-- @tparam table formatted
-- @treturn table an array of them
function MetadataMap.changes(list, raw, formatted)
  local found = {}
  for _, each in ipairs(list) do
    local current = RAW[each.key] and raw[each.key]
    if not RAW[each.key] then current = formatted[each.key] end
    if not same(plain(each.key, each.value), plain(each.key, current)) then found[#found + 1] = each end
  end
  return found
end

return MetadataMap
