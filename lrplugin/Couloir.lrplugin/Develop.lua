--- Develop settings: compares them with wanted ones, and applies them so that the change can be undone.
local sdk = require "Sdk"
local Given = require "Given"

local Develop = {}

--- The name of the step in the photo's history.
function Develop.history_name() return LOC "$$$/Couloir/Develop/History=Couloir: as in Aperture" end

-- Lightroom stores some values in single precision. Pure.
local function same(wanted, found)
  if type(wanted) == "number" and type(found) == "number" then
    return math.abs(wanted - found) <= 1e-5 * math.max(1, math.abs(wanted))
  end
  if type(wanted) ~= "table" or type(found) ~= "table" then return wanted == found end
  for key, value in pairs(wanted) do
    if not same(value, found[key]) then return false end
  end
  for key in pairs(found) do
    if wanted[key] == nil then return false end
  end
  return true
end

-- An empty table clears a key, and Lightroom then leaves it out. Pure.
local function is_empty(value) return type(value) == "table" and next(value) == nil end

-- Lightroom adds fields of its own to a look: the profile and its table say which one it is. Pure.
local function same_look(wanted, found)
  local mine, theirs = wanted.Parameters, type(found) == "table" and found.Parameters
  if not wanted.UUID or type(mine) ~= "table" or type(theirs) ~= "table" then return same(wanted, found) end
  return wanted.UUID == found.UUID and mine.RGBTable == theirs.RGBTable and same(wanted.Amount, found.Amount)
end

-- Whether local adjustments are those that were sent. Lightroom gives each an id and places of its own, and may keep a
-- brush's dabs elsewhere: their number, their sliders and the number of their masks are compared. Pure.
local function same_painting(wanted, found)
  if type(found) ~= "table" or #found ~= #wanted then return false end
  for place, correction in ipairs(wanted) do
    local there = found[place]
    if type(there) ~= "table" or type(there.CorrectionMasks) ~= "table" then return false end
    if #there.CorrectionMasks ~= #correction.CorrectionMasks then return false end
    for key, value in pairs(correction) do
      if key:sub(1, 5) == "Local" and not same(value, there[key]) then return false end
    end
  end
  return true
end

-- Lightroom words areas in its own way: their number and their kinds are compared. Pure.
local function same_areas(wanted, found)
  if type(found) ~= "table" or #found ~= #wanted then return false end
  for place, area in ipairs(wanted) do
    if type(area) == "table" and (type(found[place]) ~= "table" or found[place].SpotType ~= area.SpotType) then return false end
  end
  return true
end

local ALIKE = { MaskGroupBasedCorrections = same_painting, RetouchAreas = same_areas, RedEyeInfo = same_areas }

--- The settings that differ from the wanted ones, sorted. Pure.
-- @tparam table wanted key -> value
-- @tparam table found what getDevelopSettings gives
-- @treturn table an array of keys
function Develop.differing(wanted, found)
  local keys = {}
  for key, value in pairs(wanted) do
    local absent = found[key] == nil and is_empty(value)
    local alike = ALIKE[key] or same
    if key == "Look" and type(value) == "table" then alike = same_look end
    if not absent and not alike(value, found[key]) then keys[#keys + 1] = key end
  end
  table.sort(keys)
  return keys
end

--- What was not applied, and what to do where a brush or retouching is among it. Pure.
-- @tparam table keys an array, not empty
function Develop.refusal(keys)
  local told = LOC("$$$/Couloir/Import/SettingsRefused=Lightroom did not apply these settings: ^1.", table.concat(keys, ", "))
  for _, key in ipairs(keys) do
    if ALIKE[key] then
      return told .. " " .. LOC "$$$/Couloir/Develop/ByXmp=An import with Couloir brings them in the photo's XMP."
    end
  end
  return told
end

--- The settings of a photo that differ from the wanted ones; then a digest of all that it has now. Lightroom takes
-- about a third of a second, unless they are `known`.
function Develop.mismatches(photo, wanted, known)
  local found = known or photo:getDevelopSettings()
  -- Lightroom may return this for a photo that was removed.
  if type(found) ~= "table" then error("no develop settings", 0) end
  return Develop.differing(wanted, found), Given.digest(found)
end

local function before() return LOC "$$$/Couloir/Develop/Before=Before Couloir" end

--- Makes a snapshot of the present look, then applies all settings. Inside a gate.
-- The first snapshot is never replaced; later states are kept beside it, named by their time.
function Develop.apply(photo, settings, now)
  if not photo:createDevelopSnapshot(before(), false) then
    photo:createDevelopSnapshot(before() .. ", " .. now, true)
  end
  photo:applyDevelopSettings(settings, Develop.history_name(), false)
end

local NEUTRAL = { WhiteBalance = "As Shot", ToneCurveName2012 = "Linear", CameraProfile = "Embedded" }

local function is_neutral(key, value)
  if type(value) == "table" then
    local straight = #value == 4 and value[1] == 0 and value[2] == 0 and value[3] == 255 and value[4] == 255
    return is_empty(value) or straight
  end
  return key == "ProcessVersion" or value == 0 or value == false or value == NEUTRAL[key]
end

--- Whether settings are those of a rendered file without edits in Lightroom. Pure.
function Develop.changes_nothing(settings)
  if settings.CameraProfile ~= "Embedded" then return false end
  for key, value in pairs(settings) do
    if not is_neutral(key, value) then return false end
  end
  return true
end

--- The same for a photo that was just added, with the service's name for the history step. Where
-- nothing changes, both states are the same, and one snapshot is enough.
function Develop.apply_first(photo, settings, history)
  if not Develop.changes_nothing(settings) then photo:createDevelopSnapshot(before(), false) end
  photo:applyDevelopSettings(settings, history, false)
end

local function before_match() return LOC "$$$/Couloir/Develop/BeforeMatching=Before matching" end

--- A snapshot of the photo before its look is matched. Inside a gate.
function Develop.keep_original(photo) photo:createDevelopSnapshot(before_match(), true) end

--- Applies trial settings while a look is matched. Inside a gate.
function Develop.try(photo, settings, number)
  photo:applyDevelopSettings(settings, LOC("$$$/Couloir/Develop/Trying=Couloir: matching, rendering ^1", number), false)
end

--- Applies the settings that a match has found. Inside a gate.
function Develop.match(photo, settings)
  photo:applyDevelopSettings(settings, LOC "$$$/Couloir/Develop/Matched=Couloir: matched with Aperture", false)
end

--- Applies a correction that other photos have confirmed, and keeps the look before and after it. Inside a gate.
function Develop.correct(photo, settings)
  Develop.keep_original(photo)
  photo:applyDevelopSettings(settings, LOC "$$$/Couloir/Develop/Corrected=Couloir: corrected as photos like it", false)
end

local function after() return LOC "$$$/Couloir/Develop/After=As in Aperture" end

--- A snapshot of the look from Aperture. Inside a gate after the one that applied it.
function Develop.keep_result(photo) photo:createDevelopSnapshot(after(), true) end

--- Couloir's snapshots of a photo. Outside of a gate.
-- @treturn table the ids of all of them, an array; then that of the state before Couloir, nil when there is none: then
-- Couloir has changed nothing, or the first match has kept it
function Develop.own_snapshots(photo)
  local by_name, ids, later = {}, {}, before() .. ", "
  for _, snapshot in ipairs(photo:getDevelopSnapshots()) do
    by_name[snapshot.name] = snapshot.snapshotID
    if snapshot.name:sub(1, #later) == later then ids[#ids + 1] = snapshot.snapshotID end
  end
  for _, name in ipairs { before(), before_match(), after() } do ids[#ids + 1] = by_name[name] end
  return ids, by_name[before()] or by_name[before_match()]
end

--- Gives a photo back the look that it had before Couloir, and removes Couloir's snapshots. Inside a gate.
function Develop.take_back(photo, ids, first)
  if first then photo:applyDevelopSnapshot(first) end
  for _, id in ipairs(ids) do photo:deleteDevelopSnapshot(id) end
end

--- A digest of a photo's develop settings as they are now. Lightroom takes about a third of a second.
function Develop.digest(photo)
  local found = photo:getDevelopSettings()
  if type(found) ~= "table" then error("no develop settings", 0) end
  return Given.digest(found)
end

--- Lets Lightroom update its window; between items of a long loop.
function Develop.pause() sdk.Tasks.yield() end

return Develop
