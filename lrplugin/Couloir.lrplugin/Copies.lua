--- Virtual copies: Lightroom makes them of what is selected, and nowhere else, so the selection is borrowed.
local sdk = require "Sdk"

local Copies = {}

local TRIES, PAUSE = 40, 0.05

--- What is selected and shown, to be put back.
function Copies.remember()
  local catalog = sdk.catalog()
  local active = catalog:getTargetPhoto()
  return { sources = catalog:getActiveSources(), active = active, photos = active and catalog:getTargetPhotos() or {} }
end

--- Puts back what `remember` has seen.
function Copies.restore(remembered)
  local catalog = sdk.catalog()
  catalog:setActiveSources(remembered.sources)
  if remembered.active then
    catalog:setSelectedPhotos(remembered.active, remembered.photos)
  else
    sdk.Selection.selectNone()
  end
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

--- Makes one virtual copy of one photo. Outside of any gate.
-- @return the copy; or nil and why there is none
function Copies.make(photo, name)
  if not select_only(photo) then
    sdk.catalog():setActiveSources { sdk.catalog().kAllPhotos }
    if not select_only(photo) then
      return nil, LOC "$$$/Couloir/Copies/NotSelected=Lightroom did not let its photo be selected, which virtual copies need."
    end
  end
  local ok, made = sdk.Tasks.pcall(function() return sdk.catalog():createVirtualCopies(name) end)
  if ok and type(made) == "table" and made[1] then return made[1] end
  return nil, LOC("$$$/Couloir/Copies/Refused=Lightroom made no virtual copy (^1).", ok and "-" or tostring(made))
end

return Copies
