--- The facts that Lightroom has about photos, in the form that the service takes.
local sdk = require "Sdk"
local Rows = require "Rows"

local Photos = {}

local RAW = { "path", "uuid", "fileFormat", "isVideo", "isVirtualCopy", "dimensions", "dateTimeOriginalISO8601" }
local FORMATTED = { "fileName", "copyName", "cameraModel" }

--- The photos that the user has selected. Never the whole filmstrip, which Lightroom returns without a selection.
-- @treturn table an array, empty when nothing is selected
function Photos.selected()
  local catalog = sdk.catalog()
  if not catalog:getTargetPhoto() then return {} end
  return catalog:getTargetPhotos()
end

local function wall_clock(text)
  return type(text) == "string" and text:match("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d") or nil
end

local function text(value) return type(value) == "string" and value or "" end

--- The facts about each photo.
-- @tparam table photos
-- @treturn table an array in their order: `photo`, `name`, `is_video`, `uuid` (Lightroom's), and `known`, which the service takes
function Photos.describe(photos)
  local described, raw, formatted = {}, Rows.raw(photos, RAW), Rows.formatted(photos, FORMATTED)
  for index, photo in ipairs(photos) do
    local facts, words = raw[photo], formatted[photo]
    local size = facts.dimensions or {}
    local copy_name = facts.isVirtualCopy and text(words.copyName) or ""
    local name = text(words.fileName)
    described[index] = {
      photo = photo,
      name = copy_name ~= "" and name .. " / " .. copy_name or name,
      is_video = facts.isVideo == true,
      uuid = text(facts.uuid),
      known = {
        path = text(facts.path),
        file_name = name,
        copy_name = copy_name,
        captured = wall_clock(facts.dateTimeOriginalISO8601),
        camera = text(words.cameraModel),
        width = size.width or 0,
        height = size.height or 0,
        format = facts.fileFormat,
      },
    }
  end
  return described
end

return Photos
