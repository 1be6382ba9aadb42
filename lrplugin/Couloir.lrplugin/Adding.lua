--- The first half of a batch: finds photos in the catalog, adds missing ones, makes virtual copies.
--
-- A *look* is one version on its way: `task` (what the service sent), `photo` (Lightroom's), `state` (how far an earlier
-- attempt came: nil, "added" or "done"), `foreign` (the photo was in the catalog before), `head` (the look
-- that it is a virtual copy of), `why` (it failed), and `left_out` (what Lightroom lacks of it).
local sdk = require "Sdk"
local Copies = require "Copies"
local Fields = require "Fields"
local Gate = require "Gate"
local Json = require "Json"
local Log = require "Log"
local Protocol = require "Protocol"
local Rows = require "Rows"

local Adding = {}

-- Windows' default limit for the path of a file.
local LONGEST = 260

local function new_entry(task, head) return { task = task, head = head, left_out = {}, copies = {} } end

--- The photos of a batch, each with its virtual copies.
-- @tparam table photos the service's tasks
-- @treturn table an array of heads
function Adding.heads(photos)
  local heads = {}
  for index, task in ipairs(photos) do
    local head = new_entry(task)
    for number, copy in ipairs(task.copies) do head.copies[number] = new_entry(copy, head) end
    heads[index] = head
  end
  return heads
end

-- Whether the photo is from an earlier attempt of the import, or was in the catalog before.
local function recognise(run, head, fields)
  if fields.uuid == head.task.uuid then
    -- Every other command that writes the uuid also writes the time of its run.
    head.state = fields.state or (fields.run and "done" or "added")
    head.foreign = fields.state == nil and fields.run ~= nil
    if run.undone[head.task.uuid] then head.state, head.foreign = "added", false end
  else
    head.foreign = true
  end
end

local function recognise_copies(run, head, existing, fields, names)
  local spare = {}
  for _, photo in ipairs(existing) do
    local uuid, matched = fields[photo].uuid, false
    for _, copy in ipairs(head.copies) do
      if uuid == copy.task.uuid then
        local own = fields[photo]
        copy.photo, matched = photo, true
        copy.state = not run.undone[uuid] and (own.state or (own.run and "done")) or "added"
      end
    end
    -- A copy inherits its photo's fields: one that an attempt made and could not mark still has them.
    if not matched and (uuid == head.task.uuid or uuid == nil) then spare[#spare + 1] = photo end
  end
  for _, copy in ipairs(head.copies) do
    for index, photo in ipairs(spare) do
      if not copy.photo and names[photo].copyName == copy.task.name then
        copy.photo, copy.state = photo, "added"
        table.remove(spare, index)
      end
    end
  end
end

local function by_path(task) return task.path ~= "" and sdk.catalog():findPhotoByPath(task.path) or nil end

-- A file that is in the catalog under another spelling of its name: composed or decomposed accents, upper or lower case.
local function by_another_spelling(task)
  local catalog = sdk.catalog()
  local photo = catalog:findPhotoByPath(task.path, false)
  for _, spelling in ipairs(task.spellings or {}) do
    photo = photo or catalog:findPhotoByPath(spelling) or catalog:findPhotoByPath(spelling, false)
  end
  return photo
end

--- Looks for the photos of a batch in the catalog.
-- @tparam table run
-- @tparam table heads
-- @tparam[opt] function find takes a task and gives its photo; by its path, if it is not said
-- @treturn boolean false when the user has cancelled
function Adding.locate(run, heads, find)
  local found, copies, copies_of = {}, {}, {}
  find = find or by_path
  for _, head in ipairs(heads) do
    if run.canceled() then return false end
    head.photo = find(head.task)
    found[#found + 1] = head.photo
  end
  if #found == 0 then return true end
  local fields, raw = Fields.read(found), Rows.raw(found, { "virtualCopies" })
  for _, head in ipairs(heads) do
    if head.photo then
      recognise(run, head, fields[head.photo])
      copies_of[head] = raw[head.photo].virtualCopies or {}
      for _, copy in ipairs(copies_of[head]) do copies[#copies + 1] = copy end
    end
  end
  if #copies == 0 then return true end
  local fields_of_copies, names = Fields.read(copies), Rows.formatted(copies, { "copyName" })
  for head, existing in pairs(copies_of) do recognise_copies(run, head, existing, fields_of_copies, names) end
  return true
end

local function folder_of(path) return sdk.PathUtils.parent(path) end

-- The photo below which a new one is stacked, and its folder: the last one of its stack so far, else its pick.
local function onto(run, task)
  local stack = Json.known(task.stack)
  if not stack or stack.position == 0 then return nil end
  if run.stacks[stack.uuid] then return run.stacks[stack.uuid] end
  local pick = stack.pick_path ~= "" and sdk.catalog():findPhotoByPath(stack.pick_path)
  if not pick then return nil end
  local members = pick:getRawMetadata("stackInFolderMembers") or {}
  return { photo = members[#members] or pick, folder = folder_of(stack.pick_path) }
end

local function refused(why)
  local said = tostring(why):match("^[^\r\n]*"):gsub("^.-:%s*", "", 1)
  return LOC("$$$/Couloir/Import/NotTaken=Lightroom did not import the file (^1).", said)
end

local function missing(head)
  if head.task.path == "" then return LOC "$$$/Couloir/Import/NoFile=Its original could not be found." end
  if sdk.FileUtils.exists(head.task.path) ~= "file" then
    if sdk.windows and #head.task.path >= LONGEST then
      return LOC "$$$/Couloir/Import/TooLong=Its path is too long for Lightroom on Windows: import into a folder nearer to the top of the disk."
    end
    return LOC("$$$/Couloir/Import/Missing=The file ^1 is not there.", head.task.path)
  end
end

-- A later attempt recognises the photo by these fields.
local function mark(run, head)
  Fields.write(head.photo, { uuid = head.task.uuid, library = run.library })
end

-- Inside the gate. A refusal of Lightroom affects one photo, not the whole batch.
local function add(run, head)
  local task = head.task
  local stack = Json.known(task.stack)
  local folder = folder_of(task.path)
  local under = stack and stack.position > 0 and (run.stacks[stack.uuid] or head.under) or nil
  -- Lightroom stacks only photos of one folder (Adobe's help).
  head.apart = under ~= nil and under.folder ~= folder
  if head.apart then under = nil end
  local ok, photo
  if under then
    ok, photo = sdk.Tasks.pcall(function() return sdk.catalog():addPhoto(task.path, under.photo, "below") end)
  end
  if not ok then
    under = nil
    ok, photo = sdk.Tasks.pcall(function() return sdk.catalog():addPhoto(task.path) end)
  end
  if not ok then
    head.why = refused(photo)
    return
  end
  head.photo, head.state, head.stacked = photo, "added", under ~= nil
  if stack and not head.apart then run.stacks[stack.uuid] = { photo = photo, folder = folder } end
  head.unmarked = not sdk.Tasks.pcall(mark, run, head)
end

-- Where Lightroom does not set fields in the gate that adds the photo, they are set in the next one.
local function mark_added(run, heads)
  local unmarked = {}
  for _, head in ipairs(heads) do
    if head.photo and head.unmarked then unmarked[#unmarked + 1] = head end
  end
  if #unmarked == 0 then return true end
  Log.info("fields_on_new_photo: false")
  return Gate.write(LOC "$$$/Couloir/Import/Undo/Add=Couloir: add photos", function()
    for _, head in ipairs(unmarked) do mark(run, head) end
  end, run)
end

local function stack_remark(head)
  local stack = Json.known(head.task.stack)
  if not stack or head.why or not head.photo then return end
  if head.head then
    -- Lightroom stacks a virtual copy with its photo by itself (Adobe's help): where that is its stack, nothing is lost.
    local of_photo = Json.known(head.head.task.stack)
    if not of_photo or of_photo.uuid ~= stack.uuid then
      head.left_out.stack = LOC "$$$/Couloir/Import/StackCopy=Lightroom stacks a virtual copy with its photo only."
    end
  elseif head.apart then
    head.left_out.stack = LOC "$$$/Couloir/Import/StackApart=Lightroom stacks only photos of one folder."
  elseif head.foreign then
    head.left_out.stack = LOC "$$$/Couloir/Import/StackForeign=Plug-ins can stack photos only when they add them."
  elseif head.added_now and stack.position > 0 and not head.stacked then
    head.left_out.stack = LOC "$$$/Couloir/Import/StackNoPick=The top photo of its stack is not in the catalog."
  end
end

-- Lightroom refuses a file that it has under another spelling, although it does not find it under this one.
local function locate_refused(run, heads)
  local refused_ones = {}
  for _, head in ipairs(heads) do
    if head.why and not head.photo then refused_ones[#refused_ones + 1] = head end
  end
  if not Adding.locate(run, refused_ones, by_another_spelling) then return false end
  for _, head in ipairs(refused_ones) do
    if head.photo then head.why, head.added_now = nil, nil end
  end
  return true
end

--- Adds the photos that are not in the catalog, in one gate, stacked as in Aperture.
-- @treturn boolean true; or nil and a problem
function Adding.add(run, heads)
  local new = {}
  for _, head in ipairs(heads) do
    if not head.photo and head.task.known then
      head.why = LOC "$$$/Couloir/Import/Removed=Its photo has been removed from the catalog."
    elseif not head.photo then
      head.why = missing(head)
      if not head.why then
        head.under = onto(run, head.task)
        head.added_now = true
        new[#new + 1] = head
      end
    end
  end
  local stacks = run.stacks
  if #new > 0 then
    run.stacks = setmetatable({}, { __index = stacks })
    local stopped
    local done, problem = Gate.write(LOC "$$$/Couloir/Import/Undo/Add=Couloir: add photos", function()
      for _, head in ipairs(new) do
        -- Added photos stay; the rest is added when the batch is sent again.
        stopped = run.canceled()
        if stopped then return end
        add(run, head)
      end
    end, run)
    local made = run.stacks
    run.stacks = stacks
    if not done then return nil, problem end
    -- Also for photos that were added before the user cancelled.
    done, problem = mark_added(run, new)
    if not done then return nil, problem end
    if stopped or not locate_refused(run, new) then return nil, Protocol.canceled() end
    for uuid, photo in pairs(made) do stacks[uuid] = photo end
  end
  for _, head in ipairs(heads) do stack_remark(head) end
  return true
end

--- Makes the virtual copies that are missing, one by one.
-- @treturn boolean false when the user has cancelled
function Adding.copy(run, heads)
  for _, head in ipairs(heads) do
    for _, copy in ipairs(head.copies) do
      if run.canceled() then return false end
      if head.photo and not copy.photo then
        run.borrow_selection()
        local name = copy.task.name ~= "" and copy.task.name or nil
        copy.photo, copy.why = Copies.make(head.photo, name, run.remembered)
        copy.state = copy.photo and "added" or nil
      end
      -- Values that a copy inherited from its photo are removed, unless they are its own, too.
      if copy.photo and copy.state == "added" then copy.inherited = copy.photo:getRawMetadata("keywords") or {} end
      stack_remark(copy)
    end
  end
  return true
end

return Adding
