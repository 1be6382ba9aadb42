--- Virtual copies: Lightroom makes them only of the selection, so the selection is changed and restored.
--
-- A photo that a Library filter or a collapsed stack hides cannot be selected. The filter is switched off meanwhile;
-- a plug-in cannot expand stacks, but a collection has stacks of its own, so that
-- every photo shows there. Selection and filter are restored at the end, or, if Lightroom or the plug-in ends before, by the next
-- import.
local sdk = require "Sdk"
local Gate = require "Gate"
local Log = require "Log"

local Copies = {}

local TRIES, PAUSE = 10, 0.05

local function attempt(f)
  local ok, why = sdk.Tasks.pcall(f)
  if not ok then Log.trouble("the selection could not be restored: " .. tostring(why)) end
end

local function is_on(filter) return type(filter) == "table" and next(filter) ~= nil end

-- Stored beyond the end of Lightroom, too, so that the user's filter is restored.
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

--- Records the selection and the active source, to be restored.
function Copies.remember()
  local catalog = sdk.catalog()
  local active = catalog:getTargetPhoto()
  return { sources = catalog:getActiveSources(), active = active, photos = active and catalog:getTargetPhotos() or {} }
end

local function remove_scratch(remembered)
  if not remembered.scratch then return end
  Gate.write(LOC "$$$/Couloir/Import/Undo/Copies=Couloir: virtual copies", function() remembered.scratch:delete() end)
end

--- Restores what `remember` has recorded, as far as it still exists.
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
    -- The selection changes only after Lightroom's main loop has run.
    sdk.Tasks.yield()
    local selected = catalog:getTargetPhoto() == photo and catalog:getTargetPhotos() or {}
    if #selected == 1 then return true end
    sdk.Tasks.sleep(PAUSE)
  end
  return false
end

-- Makes and shows a collection with this photo only. Its name begins with Couloir, in case it remains.
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
  -- The cheap way first; then the one that needs a gate.
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
