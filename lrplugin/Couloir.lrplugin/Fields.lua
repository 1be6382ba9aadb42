--- Couloir's own fields of a photo (declared in MetadataProvider.lua).
local sdk = require "Sdk"
local Rows = require "Rows"

local Fields = {}

local IDS = {
  "version", "project", "verdict", "difference", "fidelity", "reason", "model", "run", "uuid", "library", "state", "places",
  "custom", "notes",
}

-- The service's words that Lightroom's catalogs have under other values (see MetadataProvider.lua).
local STORED_FIDELITY = { ["taken from the preview"] = "preview", lost = "dropped" }

--- A field's value as the catalog keeps it. Pure.
function Fields.stored(id, value) return id == "fidelity" and STORED_FIDELITY[value] or value end

local function unless_empty(text) return text ~= "" and text or nil end

-- The state of an import and what Couloir gave the photo (see Given) are known at one moment, and each write costs: one
-- field holds both, the state in its first line.
local function state_text(values)
  local state, given = values.state or "", unless_empty(values.given)
  return given and state .. "\n" .. given or unless_empty(state)
end

--- The fields of many photos at once.
-- @treturn table photo -> table by id, which is empty for a photo without any; then the photos that are gone, as a set
function Fields.read(photos)
  local found, gone = Rows.fields(photos, IDS)
  local rows = {}
  for photo, row in pairs(found) do
    local fields = {}
    for _, id in ipairs(IDS) do fields[id] = row[id] end
    local state, given = (row.state or ""):match "^([^\n]*)\n?(.*)$"
    fields.state, fields.given = unless_empty(state), unless_empty(given)
    rows[photo] = fields
  end
  return rows, gone
end

--- Sets all fields absolutely: one that is not given is cleared. Inside a gate.
-- Each write costs, so only what differs is written.
-- @tparam table photo
-- @tparam table values by id
-- @tparam[opt] table current its present fields, from `read`; without them all are taken as empty
function Fields.write(photo, values, current)
  local function stated(fields, id)
    if id == "state" then return state_text(fields) end
    return Fields.stored(id, fields[id])
  end
  for _, id in ipairs(IDS) do
    local value, now = stated(values, id), current and stated(current, id)
    if value ~= nil then value = tostring(value) end
    if value ~= now then photo:setPropertyForPlugin(sdk.plugin, id, value) end
  end
end

--- Sets some fields and leaves the others as they are; an empty text clears one. `state` and `given` are set together.
-- Inside a gate. Only what differs from the present fields is written.
-- @tparam table photo
-- @tparam table values by id
-- @tparam[opt] table current its present fields, from `read`; without them everything is written
function Fields.change(photo, values, current)
  local function set(id, value, now)
    if not current or value ~= now then photo:setPropertyForPlugin(sdk.plugin, id, value) end
  end
  for id, value in pairs(values) do
    if id ~= "state" and id ~= "given" then set(id, unless_empty(Fields.stored(id, value)), current and current[id]) end
  end
  if values.state or values.given then set("state", state_text(values), current and state_text(current)) end
end

--- The time of this run, as text.
function Fields.now() return sdk.Date.timeToUserFormat(sdk.Date.currentTime(), "%Y-%m-%d %H:%M") end

return Fields
