--- The second half of a batch: look, metadata, keywords and albums of each version, read back and marked as done.
local sdk = require "Sdk"
local Collections = require "Collections"
local Develop = require "Develop"
local Fields = require "Fields"
local Gate = require "Gate"
local Given = require "Given"
local Json = require "Json"
local MetadataMap = require "MetadataMap"
local Refusal = require "Refusal"
local Rows = require "Rows"

local Applying = {}

-- The present values of each look, and the changes to make. Outside of any gate.
local function plan(looks)
  local photos, lists = {}, {}
  for index, look in ipairs(looks) do
    photos[index] = look.photo
    lists[index] = MetadataMap.assignments(look.task.metadata, look.head and look.head.task.metadata)
    if look.head and look.task.name ~= "" then
      lists[index][#lists[index] + 1] = { key = "copyName", value = look.task.name }
    end
  end
  local raw_keys, formatted_keys = MetadataMap.readable(lists)
  local raw = #raw_keys > 0 and Rows.raw(photos, raw_keys) or {}
  local formatted = #formatted_keys > 0 and Rows.formatted(photos, formatted_keys) or {}
  local fields = Fields.read(photos)
  for index, look in ipairs(looks) do
    look.fields = fields[look.photo]
    look.changes = MetadataMap.changes(lists[index], raw[look.photo] or {}, formatted[look.photo] or {})
  end
end

local function set_metadata(look)
  local untaken, remarks = {}, {}
  for _, each in ipairs(look.changes) do
    local ok = sdk.Tasks.pcall(function() look.photo:setRawMetadata(each.key, each.value) end)
    if not ok then
      untaken[#untaken + 1] = each.key
    elseif each.key == "label" then
      remarks[1] = LOC("$$$/Couloir/Import/LabelWithoutColour=Lightroom has no colour for the label ^1; its name is kept.", each.value)
    end
  end
  if #untaken > 0 then
    remarks[#remarks + 1] = LOC("$$$/Couloir/Import/MetadataRefused=Lightroom refused ^1.", table.concat(untaken, ", "))
  end
  if #remarks > 0 then look.left_out.metadata = table.concat(remarks, " ") end
end

-- The values that a copy inherited from its photo; or those of a file without Couloir's XMP.
local function inherited_keywords(look)
  if look.inherited or look.head or look.foreign or look.task.reads_xmp then return look.inherited or {} end
  return look.photo:getRawMetadata("keywords") or {}
end

local function set_keywords(run, look)
  local missing, own = {}, look.foreign and Given.present_keywords(look.photo) or {}
  look.added = {}
  for _, keyword in ipairs(inherited_keywords(look)) do look.photo:removeKeyword(keyword) end
  for _, path in ipairs(look.task.metadata.keywords or {}) do
    local keyword = run.keywords:get(path)
    if keyword then
      look.photo:addKeyword(keyword)
      if not own[Given.key_of(keyword)] then look.added[#look.added + 1] = Given.path_text(path) end
    else
      missing[#missing + 1] = path[#path]
    end
  end
  for _, path in ipairs(look.task.persons) do run.keywords:mark_person(path) end
  if #missing > 0 then
    look.left_out.keywords =
      LOC("$$$/Couloir/Import/KeywordsRefused=Lightroom made no keyword ^1.", table.concat(missing, ", "))
  end
end

local function no_collection(names)
  return LOC("$$$/Couloir/Import/CollectionsRefused=Lightroom made no collection ^1.", table.concat(names, ", "))
end

local function set_collections(run, look)
  local missing = {}
  for _, place in ipairs(look.task.collections) do
    if not run.collections:put(look.photo, place) then missing[#missing + 1] = place.name end
  end
  if #missing > 0 then look.left_out.collections = no_collection(missing) end
end

local function stated(text) return text ~= "" and text or nil end

-- Aperture names a version like its file until the user renames it; the same name is not shown twice.
local function name_of_its_own(look)
  local file = sdk.PathUtils.removeExtension(sdk.PathUtils.leafName((look.head or look).task.path))
  return look.task.name ~= file and stated(look.task.name) or nil
end

-- The state is written when all is done; until then, a photo with a uuid and without a time of a run was only added.
local function fields_of(run, look, state)
  return {
    version = name_of_its_own(look), project = stated(look.task.project), model = stated(look.task.model),
    custom = stated(look.task.custom), notes = stated(look.task.notes),
    fidelity = Json.known(look.task.fidelity), uuid = look.task.uuid, library = run.library, state = state,
    places = Collections.places_text(look.task.collections), run = state == "done" and run.now or nil,
    given = state == "done" and Given.text(look.digest, look.added) or nil,
  }
end

local function kept()
  return LOC "$$$/Couloir/Import/Kept=It was in the catalog before, so what it has there was kept; Re-derive adjustments replaces it."
end

-- Once for each version: a snapshot of the earlier state, the look, and everything that belongs to it.
local function apply(run, look)
  local settings = Json.known(look.task.settings)
  if look.foreign then
    look.left_out.metadata = kept()
    if settings then look.left_out.settings = kept() end
  else
    if settings then
      Refusal.attempt(look.left_out, "settings", function() Develop.apply_first(look.photo, settings, look.task.history) end)
    end
    set_metadata(look)
  end
  Refusal.attempt(look.left_out, "keywords", function() set_keywords(run, look) end)
  Refusal.attempt(look.left_out, "collections", function() set_collections(run, look) end)
  -- Nothing is left to do for a photo that was in the catalog before.
  Fields.write(look.photo, fields_of(run, look, look.foreign and "done" or nil), look.fields)
end

local function no_persons()
  return LOC "$$$/Couloir/Import/NoPersons=People's names came as keywords: this Lightroom lets no plug-in mark a keyword as a person." .. " "
    .. LOC "$$$/Couloir/Import/NoPersons/Do=In the Keyword List you can edit such a keyword and choose Person."
end

local function finish(run, look)
  if run.keywords:refuses_persons() then
    run.outcomes:note(no_persons())
  end
  if Json.known(look.task.settings) and not look.left_out.settings then Develop.keep_result(look.photo) end
  Fields.change(look.photo, { state = "done", run = run.now, given = Given.text(look.digest, look.added) or "" })
  look.written = fields_of(run, look, "done")
end

local function in_state(looks, ...)
  local found = {}
  for _, look in ipairs(looks) do
    for _, state in ipairs { ... } do
      if look.photo and look.state == state then found[#found + 1] = look end
    end
  end
  return found
end

local function of_others(looks)
  local found = {}
  for _, look in ipairs(looks) do
    if look.photo and look.foreign and look.state ~= "done" then found[#found + 1] = look end
  end
  return found
end

-- A look's position in its project; albums need none, they are put in order when all photos have arrived. Pure.
local function position_of(look)
  for _, place in ipairs(look.task.collections) do
    if place.kind ~= "album" then return place.position end
  end
  return 0
end

--- Looks in the order of their projects, so that after a cancelled gate the next one continues behind it. Pure.
-- @tparam table looks
-- @treturn table the same looks
function Applying.in_order(looks)
  local rows = {}
  for number, look in ipairs(looks) do rows[number] = { look = look, position = position_of(look), number = number } end
  table.sort(rows, Collections.in_order)
  for number, row in ipairs(rows) do rows[number] = row.look end
  return rows
end

-- A failure affects one look: its photo may have been removed meanwhile. If all fail, the gate has failed.
local function each_by_itself(run, looks, work)
  local reached, failed, first = 0, 0, nil
  for _, look in ipairs(looks) do
    if run.canceled() then break end
    local ok, why = sdk.Tasks.pcall(work, run, look)
    if not ok then
      failed, first = failed + 1, first or why
      look.fault = Refusal.tell(why)
    end
    reached = reached + 1
  end
  if failed > 1 and failed == reached then error(first, 0) end
  return reached
end

-- Does the work on each look in one gate, and then sets the state that `next_state` returns. Work that was done before
-- the user cancelled is kept.
local function gate_for(run, name, looks, work, next_state)
  if #looks == 0 then return true end
  local reached, untaken = 0, nil
  local done, problem = Gate.write(name, function()
    reached = each_by_itself(run, looks, work)
    untaken = run.collections:fill()
  end, run)
  for _, made in ipairs { run.keywords, run.collections } do
    if done then made:keep() else made:forget() end
  end
  if not done then return nil, problem end
  for index = 1, reached do
    local look = looks[index]
    look.state = next_state(look)
    if look.fault then look.photo, look.why = nil, look.fault end
    if look.photo and untaken[look.photo] then look.left_out.collections = no_collection(untaken[look.photo]) end
  end
  return reached == #looks
end

-- The settings that Lightroom did not apply as sent.
local function read_back(run, looks)
  for _, look in ipairs(looks) do
    if run.canceled() then return false end
    local settings = Json.known(look.task.settings)
    if settings and not look.left_out.settings then
      local ok, other, digest = sdk.Tasks.pcall(Develop.mismatches, look.photo, settings)
      look.digest = ok and digest or nil
      if not ok then
        look.left_out.settings = Refusal.tell(other)
      elseif #other > 0 then
        look.left_out.settings = Develop.refusal(other)
      end
    end
  end
  return true
end

--- How often undone work is repeated before it is left.
Applying.PATIENCE = 2

--- The looks that differ from the result of the last gates: the user has undone one or several steps.
-- They are repeated from the beginning with the next batch; `run.undone` tells `Adding`.
-- @tparam table run
-- @tparam table looks
-- @tparam table known photo -> its `uuid`, nil when it is gone
-- @treturn table look -> true
function Applying.undone(run, looks, known)
  local photos, found = {}, {}
  for _, look in ipairs(looks) do photos[#photos + 1] = look.photo end
  local fields = Fields.read(photos)
  for _, look in ipairs(looks) do
    local times = run.undone[look.task.uuid] or 0
    if look.photo and look.written and known[look.photo].uuid and times < Applying.PATIENCE then
      for id, value in pairs(look.written) do
        if fields[look.photo][id] ~= Fields.stored(id, value) then found[look] = true end
      end
      if found[look] then run.undone[look.task.uuid] = times + 1 end
    end
  end
  return found
end

--- Applies everything to the looks that have a photo.
-- @tparam table run
-- @tparam table looks heads and copies
-- @treturn boolean true; or nil and a problem; false when the user has cancelled
function Applying.apply(run, looks)
  local due = in_state(looks, "added")
  for _, look in ipairs(of_others(looks)) do due[#due + 1] = look end
  due = Applying.in_order(due)
  plan(due)
  local places = {}
  for _, look in ipairs(due) do
    for _, place in ipairs(look.task.collections) do places[#places + 1] = place end
  end
  run.collections:forget_deleted(places)
  local settled, trouble = run.collections:relocate(places, function(title, work) return Gate.write(title, work, run) end)
  if not settled then return nil, trouble end
  local name = LOC "$$$/Couloir/Import/Undo/Apply=Couloir: looks and metadata"
  local done, problem = gate_for(run, name, due, apply, function(look) return look.foreign and "done" or "applied" end)
  if not done then return done, problem end
  local applied = in_state(looks, "applied")
  if not read_back(run, applied) then return false end
  name = LOC "$$$/Couloir/Import/Undo/Finish=Couloir: keep the results"
  return gate_for(run, name, applied, finish, function() return "done" end)
end

return Applying
