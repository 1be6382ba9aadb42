--- Develop settings: what differs from what is wanted, and setting them in place so that it can be undone.
local sdk = require "Sdk"

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

--- The settings that are not as wanted, sorted. Pure.
-- @tparam table wanted key -> value
-- @tparam table found what getDevelopSettings gives
-- @treturn table an array of keys
function Develop.differing(wanted, found)
  local keys = {}
  for key, value in pairs(wanted) do
    local absent = found[key] == nil and is_empty(value)
    if not absent and not same(value, found[key]) then keys[#keys + 1] = key end
  end
  table.sort(keys)
  return keys
end

--- The settings of a photo that are not as wanted. Takes Lightroom about a third of a second.
function Develop.mismatches(photo, wanted)
  local found = photo:getDevelopSettings()
  -- So Lightroom may answer of a photo that is gone.
  if type(found) ~= "table" then error("no develop settings", 0) end
  return Develop.differing(wanted, found)
end

local function before() return LOC "$$$/Couloir/Develop/Before=Before Couloir" end

--- Keeps what the photo looks like now, then sets everything. Inside a gate.
-- The first snapshot is the one worth having; what was done since is kept beside it, under its time.
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

--- Whether settings are those with which Lightroom shows a rendered file that nobody has edited. Pure.
function Develop.changes_nothing(settings)
  if settings.CameraProfile ~= "Embedded" then return false end
  for key, value in pairs(settings) do
    if not is_neutral(key, value) then return false end
  end
  return true
end

--- The same for a photo that has just come into the catalog, under the name that the service gives to the step. Where
-- that changes nothing, what was before and what is after say the same, and one snapshot is enough.
function Develop.apply_first(photo, settings, history)
  if not Develop.changes_nothing(settings) then photo:createDevelopSnapshot(before(), false) end
  photo:applyDevelopSettings(settings, history, false)
end

--- What the photo looks like before its look is matched, to come back to. Inside a gate.
function Develop.keep_original(photo)
  photo:createDevelopSnapshot(LOC "$$$/Couloir/Develop/BeforeMatching=Before matching", true)
end

--- Tries settings while a look is matched. Inside a gate.
function Develop.try(photo, settings, number)
  photo:applyDevelopSettings(settings, LOC("$$$/Couloir/Develop/Trying=Couloir: matching, rendering ^1", number), false)
end

--- The settings that a match has found. Inside a gate.
function Develop.match(photo, settings)
  photo:applyDevelopSettings(settings, LOC "$$$/Couloir/Develop/Matched=Couloir: matched with Aperture", false)
end

--- The look that came from Aperture, to come back to. Inside a gate after the one that applied it.
function Develop.keep_result(photo)
  photo:createDevelopSnapshot(LOC "$$$/Couloir/Develop/After=As in Aperture", true)
end

--- Gives Lightroom's window a turn; between items of a long loop.
function Develop.pause() sdk.Tasks.yield() end

return Develop
