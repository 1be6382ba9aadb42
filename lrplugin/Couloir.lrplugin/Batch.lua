--- One batch of an import: photos, then albums, then keywords that no photo carries; and what became of each.
local sdk = require "Sdk"
local Adding = require "Adding"
local Applying = require "Applying"
local Collections = require "Collections"
local Fields = require "Fields"
local Gate = require "Gate"
local Json = require "Json"
local Protocol = require "Protocol"

local Batch = {}

--- Characters that a reason may have.
local MOST = 1000

--- What Lightroom may lack of a photo, in the service's words.
local PARTS = { "settings", "metadata", "keywords", "collections", "stack" }

local function short(text) return #text > MOST and sdk.StringUtils.truncate(text, MOST) or text end

-- Photos ------------------------------------------------------------------------------------------------------------

local function flat(heads)
  local looks = {}
  for _, head in ipairs(heads) do
    -- A photo that came with an earlier batch is only here for its copies.
    if not head.task.known then looks[#looks + 1] = head end
    for _, copy in ipairs(head.copies) do looks[#looks + 1] = copy end
  end
  return looks
end

local function uuids(looks)
  local photos = {}
  for _, look in ipairs(looks) do photos[#photos + 1] = look.photo end
  return #photos > 0 and sdk.catalog():batchGetRawMetadata(photos, { "uuid" }) or {}
end

local function name_of(look)
  if look.task.name ~= "" then return look.task.name end
  return sdk.PathUtils.leafName((look.head or look).task.path)
end

local function result_of(run, look, known)
  local answer = { kind = look.head and "version" or look.task.kind, uuid = look.task.uuid, outcome = "done" }
  if not look.photo then
    answer.outcome, answer.why = "failed", short(look.why or LOC "$$$/Couloir/Import/NoPhoto=Its photo was not taken.")
    run.outcomes:add(name_of(look), "failed", answer.why)
    return answer
  end
  answer.lightroom = known[look.photo].uuid
  if look.foreign then answer.outcome = "already there" end
  answer.left_out = Json.array {}
  local remarks = {}
  if (look.task.remark or "") ~= "" then remarks[1] = look.task.remark end
  for _, part in ipairs(PARTS) do
    local why = look.left_out[part]
    if why then
      answer.left_out[#answer.left_out + 1] = { part = part, why = short(why) }
      remarks[#remarks + 1] = why
    end
  end
  run.outcomes:add(name_of(look), #remarks > 0 and "attention" or "done", table.concat(remarks, " "))
  return answer
end

local function photos(run, tasks, results)
  if #tasks == 0 then return true end
  local heads = Adding.looks(tasks)
  if not Adding.locate(heads, run.canceled) then return nil, Protocol.canceled() end
  local done, problem = Adding.add(run, heads)
  if not done then return nil, problem end
  if not Adding.copy(run, heads) then return nil, Protocol.canceled() end
  local looks = flat(heads)
  done, problem = Applying.apply(run, looks)
  if not done then return nil, problem or Protocol.canceled() end
  local known = uuids(looks)
  for _, look in ipairs(looks) do
    -- Of a photo that failed, the service knows that its copies failed, too.
    if look.photo or not look.head or look.head.photo then results[#results + 1] = result_of(run, look, known) end
  end
  return true
end

-- Albums ------------------------------------------------------------------------------------------------------------

local function order_of(collection, uuid)
  local inside = collection:getPhotos()
  if #inside < 2 then return nil end
  local fields, positions = Fields.read(inside), {}
  for _, photo in ipairs(inside) do positions[photo] = Collections.place_in(fields[photo].places, uuid) end
  return Collections.reordered(inside, positions)
end

local function albums(run, tasks, results)
  if #tasks == 0 then return true end
  local collections, orders = {}, {}
  local done, problem = Gate.write(LOC "$$$/Couloir/Import/Undo/Albums=Couloir: albums", function()
    for index, task in ipairs(tasks) do
      local search = task.kind == "smart" and Collections.search_of(task) or nil
      local ok, collection = sdk.Tasks.pcall(function() return run.collections:get(task, search) end)
      collections[index] = ok and collection or false
    end
  end)
  if not done then
    run.collections:forget()
    return nil, problem
  end
  run.collections:keep()
  for index, task in ipairs(tasks) do
    if run.canceled() then return nil, Protocol.canceled() end
    local answer = { kind = "album", uuid = task.uuid, outcome = "done" }
    if collections[index] and task.kind ~= "smart" then
      orders[collections[index]] = order_of(collections[index], task.uuid)
    elseif not collections[index] then
      answer.outcome = "failed"
      answer.why = LOC("$$$/Couloir/Import/CollectionsRefused=Lightroom made no collection ^1.", task.name)
      run.outcomes:add(task.name, "failed", answer.why)
    end
    results[#results + 1] = answer
  end
  if not next(orders) then return true end
  return Gate.write(LOC "$$$/Couloir/Import/Undo/Order=Couloir: order of albums", function()
    for collection, order in pairs(orders) do
      collection:removeAllPhotos()
      collection:addPhotos(order)
    end
  end)
end

-- Keywords ----------------------------------------------------------------------------------------------------------

local function keywords(run, tasks, results)
  if #tasks == 0 then return true end
  local made = {}
  local done, problem = Gate.write(LOC "$$$/Couloir/Import/Undo/Keywords=Couloir: keywords", function()
    for index, task in ipairs(tasks) do
      local ok, keyword = sdk.Tasks.pcall(function() return run.keywords:get(task.path) end)
      made[index] = ok and keyword ~= nil
    end
  end)
  if not done then
    run.keywords:forget()
    return nil, problem
  end
  run.keywords:keep()
  for index, task in ipairs(tasks) do
    local answer = { kind = "keyword", uuid = task.uuid, outcome = "done" }
    if not made[index] then
      local name = table.concat(task.path, " > ")
      answer.outcome = "failed"
      answer.why = LOC("$$$/Couloir/Import/KeywordsRefused=Lightroom made no keyword ^1.", name)
      run.outcomes:add(name, "failed", answer.why)
    end
    results[#results + 1] = answer
  end
  return true
end

--- Does a batch.
-- @tparam table run
-- @tparam table batch as the service sent it
-- @treturn table the results, for the service; or nil and a problem, and then the same batch comes again
function Batch.work(run, batch)
  local results = Json.array {}
  for _, part in ipairs { { photos, batch.photos }, { albums, batch.albums }, { keywords, batch.keywords } } do
    local work, tasks = unpack(part)
    local done, problem = work(run, tasks, results)
    if not done then return nil, problem end
  end
  return results
end

return Batch
