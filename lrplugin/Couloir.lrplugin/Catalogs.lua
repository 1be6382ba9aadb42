--- The identity of this catalog, stored in it, so that a job continues only in the catalog in which it began.
--
-- A catalog can be moved, renamed, upgraded (which Lightroom does into a new file, with all properties) or copied: its
-- path alone does not identify it, and its identity alone does not distinguish it from copies. So where the path is
-- not the one that was stored with the identity, the user is asked.
local sdk = require "Sdk"
local Gate = require "Gate"
local Json = require "Json"
local Protocol = require "Protocol"

local Catalogs = {}

local IDENTITY, PATH = "catalog", "catalog path"

-- A new identity for each catalog, even for two that are made at the same path one after the other.
local function new_identity(path)
  return sdk.MD5.digest(path .. "\0" .. string.format("%.6f", sdk.Date.currentTime()) .. "\0" .. tostring {})
end

local function note(identity, path)
  return Gate.write_privately(function()
    sdk.catalog():setPropertyForPlugin(sdk.plugin, IDENTITY, identity)
    sdk.catalog():setPropertyForPlugin(sdk.plugin, PATH, path)
  end)
end

local function which()
  return LOC "$$$/Couloir/Catalog/Moved/Info=If moved or upgraded, it is the same. A copy is separate: what began in the other stays there."
end

local function asked(earlier)
  return sdk.Dialogs.confirm(
    LOC("$$$/Couloir/Catalog/Moved=Couloir knows this catalog as ^1.", earlier),
    which(),
    LOC "$$$/Couloir/Catalog/Same=The same catalog", LOC "$$$/Couloir/Button/Cancel=Cancel",
    LOC "$$$/Couloir/Catalog/Copy=A copy"
  )
end

--- This catalog, in the form that the service takes.
-- @treturn table `id` and `path`; or nil and a problem
function Catalogs.here()
  local catalog = sdk.catalog()
  local path = catalog:getPath()
  local identity = catalog:getPropertyForPlugin(sdk.plugin, IDENTITY)
  local earlier = catalog:getPropertyForPlugin(sdk.plugin, PATH)
  if not identity or earlier ~= path then
    local choice = identity and asked(earlier or "?") or "other"
    if choice == "cancel" then return nil, Protocol.canceled() end
    if choice == "other" then identity = new_identity(path) end
    local done, problem = note(identity, path)
    if not done then return nil, problem end
  end
  return { id = identity, path = path }
end

--- Whether an import or a session belongs to another catalog. One that names none may belong to this one. Pure.
-- @tparam table owner its `catalog`: a table with `id`, null, or an identity, "" for none
-- @tparam table here from `here`
function Catalogs.is_elsewhere(owner, here)
  local known = Json.known(owner)
  local id = type(known) == "table" and known.id or known
  return id ~= nil and id ~= "" and id ~= here.id
end

--- The name of a catalog, as Lightroom's title bar shows it. Pure.
function Catalogs.name(path) return sdk.PathUtils.removeExtension(sdk.PathUtils.leafName(path)) end

return Catalogs
