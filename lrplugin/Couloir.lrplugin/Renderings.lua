--- Small renderings of photos by Lightroom: exported, read, and removed again.
local sdk = require "Sdk"
local Log = require "Log"

local Renderings = {}

--- Pixels of the long edge: enough to compare, and to show in the report.
Renderings.SIZE = 768
local POLL = 0.1

local function folder(session)
  return sdk.PathUtils.child(sdk.PathUtils.getStandardFilePath("temp"), "Couloir " .. session)
end

--- The settings of an export. Lightroom takes missing ones from the user's last export. Pure.
-- @tparam string path of the folder
function Renderings.settings(path)
  return {
    -- Where to: a file on this disk, never an uploader of the last export.
    LR_exportServiceProvider = "com.adobe.ag.export.file", LR_exportServiceProviderTitle = "Hard Drive",
    LR_export_destinationType = "specificFolder", LR_export_destinationPathPrefix = path,
    LR_export_destinationPathSuffix = "", LR_export_useSubfolder = false, LR_export_useParentFolder = false,
    LR_export_postProcessing = "doNothing", LR_reimportExportedPhoto = false, LR_reimport_stackWithOriginal = false,
    LR_reimport_stackWithOriginal_position = "below", LR_markedPresets = {},
    -- Under which name.
    LR_collisionHandling = "rename", LR_renamingTokensOn = false, LR_tokens = "{{image_name}}",
    LR_tokensArchivedToString2 = "{{image_name}}", LR_tokenCustomString = "", LR_initialSequenceNumber = 1,
    LR_extensionCase = "lowercase",
    -- As what.
    LR_format = "JPEG", LR_jpeg_quality = 0.92, LR_jpeg_useLimitSize = false, LR_jpeg_limitSize = 100,
    LR_export_colorSpace = "sRGB", LR_export_bitDepth = 8, LR_enableHDRDisplay = false,
    LR_maximumCompatibility = false,
    -- How large.
    LR_size_doConstrain = true, LR_size_userWantsConstrain = true, LR_size_doNotEnlarge = true,
    LR_size_resizeType = "longEdge", LR_size_maxWidth = Renderings.SIZE, LR_size_maxHeight = Renderings.SIZE,
    LR_size_units = "pixels", LR_size_resolution = 72, LR_size_resolutionUnits = "inch", LR_size_percentage = 100,
    -- Nothing on top of it.
    LR_outputSharpeningOn = false, LR_outputSharpeningLevel = 1, LR_outputSharpeningMedia = "screen",
    LR_useWatermark = false, LR_watermarking_id = "<simpleCopyrightWatermark>",
    -- Nothing inside it.
    LR_embeddedMetadataOption = "copyrightOnly", LR_minimizeEmbeddedMetadata = true,
    LR_metadata_keywordOptions = "flat", LR_removeFaceMetadata = true, LR_removeLocationMetadata = true,
    LR_includeFaceTagsAsKeywords = false, LR_includeFaceTagsInIptc = false,
    LR_contentCredentials_include_status = "exclude", LR_contentCredentials_include_producer = false,
    LR_contentCredentials_include_connectedAccounts = false,
    LR_contentCredentials_include_editsAndActivity = false,
    -- And no videos.
    LR_includeVideoFiles = false, LR_export_videoFileHandling = "exclude",
  }
end

local function taken(path)
  local read, data = sdk.Tasks.pcall(sdk.FileUtils.readFile, path)
  local removed, why = sdk.FileUtils.delete(path)
  if not removed then Log.trouble("a rendering stays behind: " .. Log.named(why)) end
  if not read or type(data) ~= "string" or data == "" then return nil, tostring(data) end
  return sdk.StringUtils.encodeBase64(data)
end

-- A separate bar below the one that the user sees: cancelling it ends the loop, which `stopIfCanceled` alone does not.
local function draw(context, place, photos, box)
  local portion = box.bar:getPortionComplete()
  box.part = sdk.ProgressScope { parent = box.bar, parentEndRange = portion, functionContext = context }
  -- Leftovers of this session from a crash of Lightroom are removed first.
  if sdk.FileUtils.exists(place) then sdk.FileUtils.delete(place) end
  local made, why = sdk.FileUtils.createAllDirectories(place)
  if not made then
    for _, photo in ipairs(photos) do box.whys[photo] = tostring(why) end
    return
  end
  local session = sdk.ExportSession { photosToExport = photos, exportSettings = Renderings.settings(place) }
  for number, rendition in session:renditions { progressScope = box.part, stopIfCanceled = true } do
    if not box.canceled then
      box.number = number
      local photo = rendition.photo
      local drawn, result = rendition:waitForRender()
      if drawn then drawn, result = taken(result) end
      if drawn then box.pictures[photo] = drawn else box.whys[photo] = tostring(result) end
    end
  end
  sdk.FileUtils.delete(place)
end

--- Renders photos, one after the other. A cancel does not wait for the photo that is being rendered; after it
-- no other begins.
-- @tparam string session the name for the temporary files
-- @tparam table photos
-- @tparam table bar the progress bar that the user sees, and may cancel
-- @tparam function watch takes the number of the photo that is being drawn
-- @treturn table photo -> a JPEG in base64; nil when the user has cancelled; then photo -> why there is none
function Renderings.draw(session, photos, bar, watch)
  local box, shown = { pictures = {}, whys = {}, bar = bar }, nil
  sdk.Tasks.startAsyncTask(function()
    box.ok, box.fault = sdk.FunctionContext.pcallWithContext("Couloir renderings", draw, folder(session), photos, box)
    box.done = true
  end, "Couloir renderings")
  while not box.done do
    if bar:isCanceled() then
      box.canceled = true
      if box.part then box.part:cancel() end
      return nil
    end
    if box.number ~= shown then
      shown = box.number
      watch(shown)
    end
    sdk.Tasks.sleep(POLL)
  end
  if not box.ok then error(box.fault, 0) end
  if bar:isCanceled() then return nil end
  return box.pictures, box.whys
end

return Renderings
