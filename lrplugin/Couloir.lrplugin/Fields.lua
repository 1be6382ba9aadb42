--- Couloir's own fields of a photo (declared in MetadataProvider.lua).
local sdk = require "Sdk"
local Rows = require "Rows"

local Fields = {}

local IDS = {
  "version", "project", "verdict", "difference", "fidelity", "reason", "model", "run", "uuid", "library", "state", "places",
  "custom", "notes", "given",
}

--- The fields of many photos at once.
-- @treturn table photo -> table by id, which is empty for a photo without any; then the photos that are gone, as a set
function Fields.read(photos) return Rows.fields(photos, IDS) end

--- Sets all fields absolutely: one that is not given is cleared. Inside a gate.
-- Each write costs, so only what differs is written.
-- @tparam table photo
-- @tparam table values by id
-- @tparam[opt] table current its present fields, from `read`; without them all are taken as empty
function Fields.write(photo, values, current)
  for _, id in ipairs(IDS) do
    local value, now = values[id], current and current[id]
    if value ~= nil then value = tostring(value) end
    if value ~= now then photo:setPropertyForPlugin(sdk.plugin, id, value) end
  end
end

--- Sets some fields and leaves the others as they are; an empty text clears one. Inside a gate.
function Fields.change(photo, values)
  for id, value in pairs(values) do
    photo:setPropertyForPlugin(sdk.plugin, id, value ~= "" and value or nil)
  end
end

--- The time of this run, as text.
function Fields.now() return sdk.Date.timeToUserFormat(sdk.Date.currentTime(), "%Y-%m-%d %H:%M") end

return Fields
