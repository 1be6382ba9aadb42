--- Tests undocumented behaviour of this Lightroom, in a collection set of its own, after asking.
--
-- Each answer has the name of a switch of the fake Lightroom that the plug-in is tested in, so that one report from a real
-- Lightroom settles what docs/unverified.md lists.
local sdk = require "Sdk"
local Copies = require "Copies"
local Gate = require "Gate"
local Log = require "Log"

local Probes = {}

--- The name of every object that the tests make.
Probes.NAME = "Couloir test"

local NOT_TRIED = "not tried: select one photo that Couloir has brought, and make the report again"

-- The result of `work`, after the gate has succeeded.
local function in_gate(work)
  local result
  local done, problem = Gate.write(Probes.NAME, function() result = work() end)
  if not done then error(problem.message, 0) end
  return result
end

local function succeeds(work, ...) return (sdk.Tasks.pcall(work, ...)) end

-- A set and a collection of one name below one parent.
local function taken_name(scene)
  in_gate(function() sdk.catalog():createCollectionSet("A", scene.set, true) end)
  local called, made
  in_gate(function()
    called, made = sdk.Tasks.pcall(function() return sdk.catalog():createCollection("A", scene.set, true) end)
  end)
  if not called then return "error" end
  return made and "both were made" or "nil"
end

local function keyword(scene)
  scene.keyword = scene.keyword or in_gate(function()
    return sdk.catalog():createKeyword(Probes.NAME, {}, false, nil, true)
  end)
  if not scene.keyword then error("no keyword was made", 0) end
  return scene.keyword
end

local function keyword_type(scene)
  local mine = keyword(scene)
  local taken = in_gate(function()
    return succeeds(function() mine:setAttributes { keywordType = "person" } end)
  end)
  if not taken then return "refused" end
  local kind = in_gate(function() return mine:getAttributes().keywordType or "plain" end)
  return kind == "person" and "settable" or "ignored"
end

local function keyword_reads_need_access(scene)
  local mine = keyword(scene)
  return tostring(not succeeds(function() return mine:getName() end))
end

local function gone_objects(scene)
  local gone = in_gate(function() return sdk.catalog():createCollection("Gone", scene.set, true) end)
  in_gate(function() gone:delete() end)
  local called, name = sdk.Tasks.pcall(function() return gone:getName() end)
  if not called then return "error" end
  return name == nil and "nil" or "its name"
end

local function disk_free()
  local called, attributes = sdk.Tasks.pcall(sdk.FileUtils.volumeAttributes, sdk.PathUtils.getStandardFilePath("home"))
  return called and tonumber(attributes.fileSystemFreeSize) and "told" or "unknown"
end

local function own_field(photo)
  return photo:getPropertyForPlugin(sdk.plugin, "uuid")
end

local function copy_of(scene)
  if not scene.copy then
    local remembered = Copies.remember()
    local copy, why = Copies.make(scene.photo, Probes.NAME)
    Copies.restore(remembered)
    if not copy then error(why, 0) end
    scene.copy = copy
  end
  return scene.copy
end

local function copies_take_fields(scene) return tostring(own_field(copy_of(scene)) ~= nil) end

local function uuid_finds_copies(scene)
  local uuid = copy_of(scene):getRawMetadata("uuid")
  return tostring(sdk.catalog():findPhotoByUuid(uuid) ~= nil)
end

local function readback(scene)
  local copy = copy_of(scene)
  in_gate(function() copy:applyDevelopSettings({ Exposure2012 = 0.1 }, Probes.NAME, false) end)
  local found = copy:getDevelopSettings().Exposure2012
  if found == 0.1 then return "exact" end
  return math.abs(found - 0.1) < 1e-6 and "single" or tostring(found)
end

local function snapshot_in_gate(scene)
  local copy = copy_of(scene)
  in_gate(function() copy:applyDevelopSettings({ Vibrance = 0 }, Probes.NAME, false) end)
  in_gate(function()
    copy:applyDevelopSettings({ Vibrance = 7 }, Probes.NAME, false)
    copy:createDevelopSnapshot(Probes.NAME, true)
  end)
  in_gate(function() copy:applyDevelopSettings({ Vibrance = 3 }, Probes.NAME, false) end)
  for _, snapshot in ipairs(copy:getDevelopSnapshots()) do
    if snapshot.name == Probes.NAME then
      in_gate(function() copy:applyDevelopSnapshot(snapshot.snapshotID) end)
    end
  end
  local found = copy:getDevelopSettings().Vibrance
  return found == 7 and "after" or found == 0 and "before" or tostring(found)
end

local OF_CATALOG = {
  { "taken_name", taken_name }, { "keyword_type", keyword_type },
  { "keyword_reads_need_access", keyword_reads_need_access }, { "gone_objects", gone_objects },
  { "disk_free", disk_free },
}
local OF_PHOTO = {
  { "copies_take_fields", copies_take_fields }, { "uuid_finds_copies", uuid_finds_copies }, { "readback", readback },
  { "snapshot_in_gate", snapshot_in_gate },
}

-- The only selected photo, if Couloir has imported it: its copy may stay.
local function chosen_photo()
  local photo = sdk.catalog():getTargetPhoto()
  if not photo or #sdk.catalog():getTargetPhotos() ~= 1 or own_field(photo) == nil then return nil end
  return not photo:getRawMetadata("isVideo") and photo or nil
end

local function answer(probe, scene)
  local called, result = sdk.Tasks.pcall(probe[2], scene)
  local line = probe[1] .. ": " .. (called and result or "failed: " .. tostring(result))
  Log.info(line)
  return line
end

--- Asks whether to run the tests.
function Probes.ask()
  return sdk.Dialogs.confirm(
    LOC "$$$/Couloir/Probes/Ask=Should Couloir also try out how this Lightroom behaves?",
    LOC("$$$/Couloir/Probes/Why=It makes a collection set and a keyword called ^1, and a virtual copy of the selected photo.", Probes.NAME)
      .. " " .. LOC "$$$/Couloir/Probes/After=The set is deleted again; delete the keyword and the copy when you like.",
    LOC "$$$/Couloir/Probes/Yes=Try it out", LOC "$$$/Couloir/Probes/No=Only the report"
  ) == "ok"
end

--- Runs the tests.
-- @treturn table an array of texts, an answer each
function Probes.lines()
  local scene, lines = { photo = chosen_photo() }, {}
  local made, why = sdk.Tasks.pcall(function()
    scene.set = in_gate(function() return sdk.catalog():createCollectionSet(Probes.NAME, nil, true) end)
  end)
  if not made or not scene.set then return { "failed: " .. tostring(why) } end
  for _, probe in ipairs(OF_CATALOG) do lines[#lines + 1] = answer(probe, scene) end
  for _, probe in ipairs(OF_PHOTO) do
    lines[#lines + 1] = scene.photo and answer(probe, scene) or probe[1] .. ": " .. NOT_TRIED
  end
  local cleared, trouble = sdk.Tasks.pcall(in_gate, function() scene.set:delete() end)
  if not cleared then lines[#lines + 1] = "the collection set stays: " .. tostring(trouble) end
  return lines
end

return Probes
