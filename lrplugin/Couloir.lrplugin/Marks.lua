--- Gathers photos that were marked on the report's page in collections, for review or to be re-derived.
local sdk = require "Sdk"
local Collections = require "Collections"
local Fields = require "Fields"
local Gate = require "Gate"
local Looks = require "Looks"
local Protocol = require "Protocol"
local Report = require "Report"

local Marks = {}

--- How many photos' fields are read at once.
local PAGE = 1000

local function none()
  return Protocol.problem(
    "marks.none",
    LOC "$$$/Couloir/Marks/None=No photo is marked on the report's page.",
    LOC "$$$/Couloir/Marks/None/Do=Open the page from the report, open a photo there, and press one of its buttons."
  )
end

local function again_place()
  return {
    uuid = "couloir.again", sets = { "Couloir" }, position = 0,
    name = LOC "$$$/Couloir/Marks/Again=To re-derive",
  }
end

-- The decisions by version; nil when there are none.
local function decisions_of(client, import)
  local answer, problem = client:get("/v1/imports/" .. import.id .. "/decisions", { has = "decisions" })
  if not answer then return nil, problem end
  if #answer.decisions == 0 then return nil, none() end
  local said = {}
  for _, each in ipairs(answer.decisions) do said[each.version] = each.decision end
  return said
end

-- The photos of the import's library with a decision: an array of `photo`, `fields` and `said`.
local function marked(import, said)
  local found = {}
  local photos = sdk.catalog():findPhotosWithProperty(sdk.plugin.id, "uuid")
  for first = 1, #photos, PAGE do
    local part = {}
    for index = first, math.min(first + PAGE - 1, #photos) do part[#part + 1] = photos[index] end
    local fields = Fields.read(part)
    for _, photo in ipairs(part) do
      local own = fields[photo]
      if own.library == import.library and said[own.uuid] then
        found[#found + 1] = { photo = photo, fields = own, said = said[own.uuid] }
      end
    end
    sdk.Tasks.yield()
  end
  return found
end

-- Inside a gate. The collection to re-derive holds exactly the photos that are marked so now.
local function gather(collections, found)
  local again = {}
  for _, each in ipairs(found) do
    if each.said == "review" then
      Looks.for_review(collections, each.photo)
    elseif each.said == "accepted" then
      Looks.no_longer_for_review(collections, each.photo, each.fields)
    else
      again[#again + 1] = each.photo
    end
  end
  collections:fill()
  local collection = collections:get(again_place())
  if not collection then return end
  collection:removeAllPhotos()
  if #again > 0 then collection:addPhotos(again) end
end

local function what_to_do()
  return LOC "$$$/Couloir/Marks/Done/Do=They are in collections of the set Couloir. Select those to re-derive, and choose Re-derive adjustments."
end

local function told(found)
  local counts = { review = 0, accepted = 0, ["re-derive"] = 0 }
  for _, each in ipairs(found) do counts[each.said] = counts[each.said] + 1 end
  sdk.Dialogs.message(
    LOC("$$$/Couloir/Marks/Done=To review: ^1. To re-derive: ^2. Accepted: ^3.",
      counts.review, counts["re-derive"], counts.accepted),
    what_to_do(), "info"
  )
end

--- The menu item.
-- @return true; or nil and a problem
function Marks.run()
  local import, client, problem = Report.newest()
  if not import then return nil, problem end
  local said
  said, problem = decisions_of(client, import)
  if not said then return nil, problem end
  local found, collections = marked(import, said), Collections.new()
  local done
  done, problem = Gate.write(LOC "$$$/Couloir/Marks/Undo=Couloir: gather marked photos", function()
    gather(collections, found)
  end)
  if not done then return nil, problem end
  told(found)
  return true
end

return Marks
