--- Remove what this import added: gives photos their look back, takes Couloir's keywords, fields and collections away,
-- and gathers the photos that came with the import, for the user to remove. Nothing is deleted here but collections.
--
-- A photo whose develop settings its owner has changed since stays as it is, with all that Couloir gave it. What is done
-- is told to the service batch by batch; stopped at any moment, the next call does the rest.
local sdk = require "Sdk"
local Collections = require "Collections"
local Fields = require "Fields"
local Json = require "Json"
local Outcomes = require "Outcomes"
local OwnCollections = require "OwnCollections"
local PhotoRemoval = require "PhotoRemoval"
local Plural = require "Plural"
local Progress = require "Progress"
local Protocol = require "Protocol"
local Report = require "Report"
local Rows = require "Rows"

local Removal = {}

--- How many photos' fields are read at once.
local PAGE = 1000

local function path_of(import, rest) return "/v1/imports/" .. import.id .. rest end

-- What there is to remove ----------------------------------------------------------------------------------------------

-- What the service says that Lightroom has of the import: photos by uuid, and the owners of its collections.
local function brought(client, import, scope)
  local photos, owners, after = {}, {}, ""
  while after do
    if scope:isCanceled() then return nil, Protocol.canceled() end
    local page, problem = client:get(path_of(import, "/brought?after=" .. Protocol.escaped(after)), { has = "photos" })
    if not page then return nil, problem end
    for _, photo in ipairs(page.photos) do photos[photo.uuid] = photo end
    for _, uuid in ipairs(page.collections) do owners[uuid] = true end
    after = Json.known(page.next)
  end
  owners["couloir.trash"], owners["couloir.hidden"] = true, true
  return { photos = photos, owners = owners }
end

-- Adds the photos of the import that are in the catalog: an array of `photo`, `fields` and `of`, what the service says.
-- A virtual copy that the user has made has the fields of its photo, but is another one.
local function locate(import, known, scope)
  local found, seen = {}, {}
  local photos = sdk.catalog():findPhotosWithProperty(sdk.plugin.id, "uuid")
  for first = 1, #photos, PAGE do
    if scope:isCanceled() then return nil, Protocol.canceled() end
    local part = {}
    for index = first, math.min(first + PAGE - 1, #photos) do part[#part + 1] = photos[index] end
    local fields, raw = Fields.read(part), Rows.raw(part, { "uuid" })
    for _, photo in ipairs(part) do
      local own = fields[photo]
      local of = own.library == import.library and known.photos[own.uuid] or nil
      if of and (of.lightroom == "" or of.lightroom == raw[photo].uuid) then
        found[#found + 1] = { photo = photo, fields = own, of = of }
        seen[own.uuid] = true
      end
    end
    sdk.Tasks.yield()
  end
  local gone = Json.array {}
  for uuid in pairs(known.photos) do
    if not seen[uuid] then gone[#gone + 1] = uuid end
  end
  return found, gone
end

-- Asking ---------------------------------------------------------------------------------------------------------------

--- The question's texts. Pure.
-- @tparam table counts `added`, of which `copies`, `before` (photos that were in the catalog before), `collections`
-- @treturn table an array of texts
function Removal.consequences(counts)
  local lines = {
    LOC("$$$/Couloir/Remove/Added=Photos that it added: ^1, of which virtual copies: ^2.",
      Plural.number(counts.added), Plural.number(counts.copies)) .. " "
      .. LOC "$$$/Couloir/Remove/Added/Do=They get their develop settings back and lose Couloir's keywords and fields." .. " "
      .. LOC "$$$/Couloir/Remove/Added/Where=They are gathered in a collection, where you can remove them yourself.",
  }
  if counts.before > 0 then
    lines[#lines + 1] = LOC("$$$/Couloir/Remove/Before=Photos that were in the catalog before: ^1.", Plural.number(counts.before)) .. " "
      .. LOC "$$$/Couloir/Remove/Before/Do=They lose the keywords, fields and collections that the import gave them, and nothing else."
  end
  if counts.collections > 0 then
    lines[#lines + 1] = LOC("$$$/Couloir/Remove/Collections=Collections that are deleted: ^1.", Plural.number(counts.collections)) .. " "
      .. LOC "$$$/Couloir/Remove/Collections/Do=One that holds other photos, too, stays with these."
  end
  lines[#lines + 1] = LOC "$$$/Couloir/Remove/Changed=Photos whose develop settings you have changed since stay as they are, and are listed."
  lines[#lines + 1] = LOC "$$$/Couloir/Remove/Safe=No photo and no file is deleted. Ratings, titles and other metadata stay."
  return lines
end

local function counts_of(found, own)
  local counts = { added = 0, copies = 0, before = 0, collections = #own.collections }
  for _, each in ipairs(found) do
    if each.of.added then
      counts.added = counts.added + 1
      if each.of.copy then counts.copies = counts.copies + 1 end
    else
      counts.before = counts.before + 1
    end
  end
  return counts
end

local function agreed(import, counts)
  local f = sdk.View.osFactory()
  local column = {
    spacing = f:control_spacing(),
    f:static_text {
      title = LOC("$$$/Couloir/Remove/Ask=Remove what the import into ^1 added?", import.destination), font = "<system/bold>",
      width_in_chars = 80, height_in_lines = -1,
    },
  }
  for _, text in ipairs(Removal.consequences(counts)) do
    column[#column + 1] = f:static_text { title = text, width_in_chars = 80, height_in_lines = -1 }
  end
  return sdk.Dialogs.presentModalDialog {
    title = LOC "$$$/Couloir/Menu/Remove=Remove what this import added", contents = f:column(column),
    actionVerb = LOC "$$$/Couloir/Remove/Yes=Remove",
  } == "ok"
end

-- Albums of the import, in the service's terms: its own names for shared collections are none of the library's.
local function of_library(known, owners)
  local found = Json.array {}
  for _, owner in ipairs(owners) do
    if known.owners[owner] and not owner:find("^couloir%.") then found[#found + 1] = owner end
  end
  return found
end

-- The whole --------------------------------------------------------------------------------------------------------------

local function work(run, known, found, gone, own)
  local done, problem = PhotoRemoval.run(run, found)
  if not done then return nil, problem end
  local deleted
  deleted, problem = OwnCollections.remove(run, own)
  if not deleted then return nil, problem end
  for first = 1, math.max(1, #gone), PAGE do
    local part = Json.array {}
    for index = first, math.min(first + PAGE - 1, #gone) do part[#part + 1] = gone[index] end
    local last = first + PAGE > #gone
    local more = last and { is_last = true, collections = of_library(known, deleted) } or nil
    done, problem = PhotoRemoval.tell(run, part, more)
    if not done then return nil, problem end
  end
  return true
end

local function what_next(problem)
  local lines = {}
  if problem then
    if not problem.canceled then lines[1] = Protocol.words(problem) end
    lines[#lines + 1] = LOC "$$$/Couloir/Remove/Again=Choose Remove what this import added again for the rest."
  end
  local name = PhotoRemoval.collection_name()
  lines[#lines + 1] = LOC("$$$/Couloir/Remove/Next=The photos that it added are in the collection Couloir > ^1.", name) .. " "
    .. LOC "$$$/Couloir/Remove/Next/Do=Select all there, and choose Photo > Remove Photos from Catalog."
  lines[#lines + 1] = LOC "$$$/Couloir/Remove/Keywords=No plug-in can delete keywords: Metadata > Purge Unused Keywords does it."
  return table.concat(lines, "\n")
end

local function survey(client, import)
  return Progress.with(LOC "$$$/Couloir/Remove/Survey=Looking up what the import added", function(scope)
    local known, problem = brought(client, import, scope)
    if not known then return nil, problem end
    local found, gone = locate(import, known, scope)
    if not found then return nil, gone end
    return { known = known, found = found, gone = gone, own = OwnCollections.find(known.owners) }
  end)
end

--- The menu item: of the newest import into this catalog.
-- @return true; or nil and a problem
function Removal.run()
  local import, client, problem = Report.newest()
  if not import then return nil, problem end
  local seen
  seen, problem = survey(client, import)
  if not seen then return nil, problem end
  if not agreed(import, counts_of(seen.found, seen.own)) then return nil, Protocol.canceled() end
  local run = {
    client = client, import = import, outcomes = Outcomes.new(), collections = Collections.new(), removed = {},
  }
  local done
  done, problem = Progress.with(LOC "$$$/Couloir/Remove/Progress=Removing what the import added", function(scope)
    run.scope, run.canceled = scope, Progress.canceled(scope)
    return work(run, seen.known, seen.found, seen.gone, seen.own)
  end)
  if not done and #run.outcomes.rows == 0 then return nil, problem end
  local title = done and LOC "$$$/Couloir/Remove/Done=What the import added is removed"
    or LOC "$$$/Couloir/Remove/Stopped=Removing has stopped"
  run.outcomes:show(title, what_next(not done and problem or nil))
  return true
end

return Removal
