--- Under which ids the catalog remembers whose collections Couloir has made.
local sdk = require "Sdk"

local Claims = {}

--- The key of a collection's parent. Pure, but for the case of letters.
function Claims.key_of_sets(sets)
  local key = "set"
  for _, name in ipairs(sets) do key = key .. "\0" .. sdk.StringUtils.lower(name) end
  return key
end

--- The id under which the catalog stores the owner of a name. Aperture allows two albums of one name side by side.
function Claims.id_of(above, name) return "collection " .. sdk.MD5.digest(above .. "\0\0" .. sdk.StringUtils.lower(name)) end

--- The owner of a collection's name below sets; then the id of its claim. Nil for one that is not Couloir's.
-- @tparam table sets names, from the outermost
function Claims.owner(sets, name)
  local id = Claims.id_of(Claims.key_of_sets(sets), name)
  local owner = sdk.catalog():getPropertyForPlugin(sdk.plugin, id)
  if owner then return owner, id end
end

return Claims
