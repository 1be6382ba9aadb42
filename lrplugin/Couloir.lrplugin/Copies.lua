--- Virtual copies: Lightroom makes them of what is selected, and nowhere else, so the selection is borrowed.
--
-- A photo that a Library filter or a collapsed stack hides cannot be selected. The filter is switched off while the
-- selection is borrowed; stacks cannot be expanded by a plug-in, but a collection has stacks of its own, so that there
-- every photo shows. What is borrowed is put back at the end, or, when Lightroom or the plug-in ends before, by the next
-- import.
local sdk = require "Sdk"
local Gate = require "Gate"
local Log = require "Log"

local Copies = {}

local TRIES, PAUSE = 10, 0.05

local function attempt(f)
  local ok, why = sdk.Tasks.pcall(f)
  if not ok then Log.trouble("the selection is not as it was: " .. tostring(why)) end
end

local function is_on(filter) return type(filter) == "table" and next(filter) ~= nil end

-- Remembered beyond the end of Lightroom, too: a filter that is off makes nothing wrong, but is the user's.
local function switch_filter_off()
  local ok, filter = sdk.Tasks.pcall(function() return sdk.catalog():getCurrentViewFilter() end)
  if not ok or not is_on(filter) then return end
  sdk.prefs().view_filter = filter
  attempt(function() sdk.catalog():setViewFilter {} end)
end

--- Switches the user's Library filter on again, if it is off for virtual copies.
function Copies.restore_filter()
  local filter = sdk.prefs().view_filter
  if not is_on(filter) then return end
  attempt(function() sdk.catalog():setViewFilter(filter) end)
  sdk.prefs().view_filter = nil
end

--- What is selected and shown, to be put back.
function Copies.remember()
  local catalog = sdk.catalog()
  local active = catalog:getTargetPhoto()
  return { sources = catalog:getActiveSources(), active = active, photos = active and catalog:getTargetPhotos() or {} }
end

local function remove_scratch(remembered)
  if not remembered.scratch then return end
  Gate.write(LOC "$$$/Couloir/Import/Undo/Copies=Couloir: virtual copies", function() remembered.scratch:delete() end)
end

--- Puts back what `remember` has seen, as far as it is still there.
function Copies.restore(remembered)
  local catalog = sdk.catalog()
  attempt(function() catalog:setActiveSources(remembered.sources) end)
  Copies.restore_filter()
  attempt(function()
    if remembered.active then
      catalog:setSelectedPhotos(remembered.active, remembered.photos)
    else
      sdk.Selection.selectNone()
    end
  end)
  remove_scratch(remembered)
  sdk.Tasks.yield()
end

local function select_only(photo)
  local catalog = sdk.catalog()
  catalog:setSelectedPhotos(photo, {})
  for _ = 1, TRIES do
    -- Only after a turn of Lightroom's own does the selection show.
    sdk.Tasks.yield()
    local selected = catalog:getTargetPhoto() == photo and catalog:getTargetPhotos() or {}
    if #selected == 1 then return true end
    sdk.Tasks.sleep(PAUSE)
  end
  return false
end

-- A collection with only this photo in it, shown. Its name begins so that the user knows whose it is, should it stay.
local function show_alone(photo, remembered)
  local done = Gate.write(LOC "$$$/Couloir/Import/Undo/Copies=Couloir: virtual copies", function()
    local scratch = remembered.scratch
    if scratch then
      scratch:removeAllPhotos()
    else
      scratch = sdk.catalog():createCollection(LOC "$$$/Couloir/Copies/Scratch=Couloir: for virtual copies", nil, true)
    end
    scratch:addPhotos { photo }
    remembered.scratch = scratch
  end)
  if done then attempt(function() sdk.catalog():setActiveSources { remembered.scratch } end) end
  return done
end

local function selected(photo, remembered)
  if select_only(photo) then return true end
  -- First what is cheap; then what costs a gate.
  switch_filter_off()
  sdk.catalog():setActiveSources { sdk.catalog().kAllPhotos }
  return select_only(photo) or (show_alone(photo, remembered) and select_only(photo))
end

local function not_selected()
  return LOC "$$$/Couloir/Copies/NotSelected=Lightroom did not let its photo be selected, which virtual copies need." .. " "
    .. LOC "$$$/Couloir/Copies/NotSelected/Do=Expand all stacks, switch the filter off, and import again: it is made then."
end

--- Makes one virtual copy of one photo. Outside of any gate.
-- @tparam table photo
-- @tparam[opt] string name of the copy
-- @tparam table remembered from `remember`
-- @return the copy; or nil and why there is none, and what to do
function Copies.make(photo, name, remembered)
  local ok, why = sdk.Tasks.pcall(selected, photo, remembered)
  if ok and not why then return nil, not_selected() end
  local made
  if ok then
    ok, made = sdk.Tasks.pcall(function() return sdk.catalog():createVirtualCopies(name) end)
  else
    made = why
  end
  if ok and type(made) == "table" and made[1] then return made[1] end
  return nil, LOC("$$$/Couloir/Copies/Refused=Lightroom made no virtual copy (^1).", ok and "-" or tostring(made))
end

return Copies
