--- Small pictures of photos as Lightroom draws them now: exported, read, and removed again.
local sdk = require "Sdk"
local Log = require "Log"

local Renderings = {}

--- Pixels of the long edge: enough to compare, and to look at in the report.
Renderings.SIZE = 640
local POLL = 0.1

local function folder(session)
  return sdk.PathUtils.child(sdk.PathUtils.getStandardFilePath("temp"), "Couloir " .. session)
end

--- What an export needs to be told. What is left out, Lightroom takes from the user's last export. Pure.
-- @tparam string path of the folder
function Renderings.settings(path)
  return {
    LR_format = "JPEG", LR_jpeg_quality = 0.92, LR_export_colorSpace = "sRGB", LR_export_bitDepth = 8,
    LR_export_destinationType = "specificFolder", LR_export_destinationPathPrefix = path,
    LR_export_useSubfolder = false, LR_collisionHandling = "rename", LR_renamingTokensOn = false,
    LR_size_doConstrain = true, LR_size_doNotEnlarge = true, LR_size_resizeType = "longEdge",
    LR_size_maxWidth = Renderings.SIZE, LR_size_maxHeight = Renderings.SIZE, LR_size_units = "pixels",
    LR_size_resolution = 72, LR_size_resolutionUnits = "inch",
    LR_minimizeEmbeddedMetadata = true, LR_outputSharpeningOn = false, LR_useWatermark = false,
    LR_reimportExportedPhoto = false, LR_export_postProcessing = "doNothing", LR_includeVideoFiles = false,
  }
end

local function taken(path)
  local read, data = sdk.Tasks.pcall(sdk.FileUtils.readFile, path)
  local removed, why = sdk.FileUtils.delete(path)
  if not removed then Log.trouble("a rendering stays behind: " .. tostring(why)) end
  if not read or type(data) ~= "string" or data == "" then return nil, tostring(data) end
  return sdk.StringUtils.encodeBase64(data)
end

local function clear(place)
  local left = {}
  -- The iterator has to come to its end, or it keeps the folder open.
  for path in sdk.FileUtils.files(place) do left[#left + 1] = path end
  for _, path in ipairs(left) do sdk.FileUtils.delete(path) end
  sdk.FileUtils.delete(place)
end

local function draw(place, photos, box)
  -- What a crash of Lightroom has left of this session goes first.
  if sdk.FileUtils.exists(place) then clear(place) end
  sdk.FileUtils.createAllDirectories(place)
  local session = sdk.ExportSession { photosToExport = photos, exportSettings = Renderings.settings(place) }
  for number, rendition in session:renditions { stopIfCanceled = true } do
    if box.canceled then
      rendition:skipRender()
    else
      box.number = number
      local photo = rendition.photo
      local drawn, result = rendition:waitForRender()
      if drawn then drawn, result = taken(result) end
      if drawn then box.pictures[photo] = drawn else box.whys[photo] = tostring(result) end
    end
  end
  clear(place)
end

--- Draws photos, one after the other. The user need not wait for the one that is being drawn when they cancel.
-- @tparam string session under whose name the files lie for a moment
-- @tparam table photos
-- @tparam function canceled
-- @tparam function watch takes the number of the photo that is being drawn
-- @treturn table photo -> a JPEG in base64; nil when the user has cancelled; then photo -> why there is none
function Renderings.draw(session, photos, canceled, watch)
  local box, shown = { pictures = {}, whys = {} }, nil
  sdk.Tasks.startAsyncTask(function()
    box.ok, box.fault = sdk.Tasks.pcall(draw, folder(session), photos, box)
    box.done = true
  end, "Couloir renderings")
  while not box.done do
    if canceled() then
      box.canceled = true
      return nil
    end
    if box.number ~= shown then
      shown = box.number
      watch(shown)
    end
    sdk.Tasks.sleep(POLL)
  end
  if not box.ok then error(box.fault, 0) end
  return box.pictures, box.whys
end

return Renderings
