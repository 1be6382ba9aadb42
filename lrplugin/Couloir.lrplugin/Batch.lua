--- One batch of an import: photos, then albums, then keywords that no photo carries; returns the result of each.
local sdk = require "Sdk"
local Adding = require "Adding"
local Applying = require "Applying"
local Collections = require "Collections"
local Fields = require "Fields"
local Gate = require "Gate"
local Json = require "Json"
local Log = require "Log"
local Protocol = require "Protocol"
local Rows = require "Rows"

local Batch = {}

--- Characters that a reason may have.
local MOST = 1000

--- The parts that Lightroom may lack of a photo, in the service's terms.
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
  return Rows.raw(photos, { "uuid" })
end

local function name_of(look)
  if look.task.name ~= "" then return look.task.name end
  return sdk.PathUtils.leafName((look.head or look).task.path)
end

local function result_of(run, look, known)
  local answer = { kind = look.head and "version" or look.task.kind, uuid = look.task.uuid, outcome = "done" }
  local gone = look.photo and not known[look.photo].uuid
  if gone then look.why = LOC "$$$/Couloir/Import/Removed=Its photo has been removed from the catalog." end
  if gone or not look.photo then
    answer.outcome, answer.why = "failed", short(look.why or LOC "$$$/Couloir/Import/NoPhoto=Its original was not imported.")
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
  local heads = Adding.heads(tasks)
  if not Adding.locate(run, heads) then return nil, Protocol.canceled() end
  local done, problem = Adding.add(run, heads)
  if not done then return nil, problem end
  if not Adding.copy(run, heads) then return nil, Protocol.canceled() end
  local looks = flat(heads)
  done, problem = Applying.apply(run, looks)
  if not done then return nil, problem or Protocol.canceled() end
  local known = uuids(looks)
  local undone = Applying.undone(run, looks, known)
  for _, look in ipairs(looks) do
    -- Items without an answer are sent again. For a failed photo the service infers that its copies failed, too.
    if undone[look] then
      Log.trouble(name_of(look) .. ": what was done is not there any more; it is done again")
    elseif look.photo or not look.head or look.head.photo then results[#results + 1] = result_of(run, look, known) end
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

-- A gate is all or nothing, so a collection is never left empty. A failure for one collection does not affect others.
local function put_in_order(run, orders)
  if not next(orders) then return true end
  local function order(some)
    return Gate.write(LOC "$$$/Couloir/Import/Undo/Order=Couloir: order of albums", function()
      for collection, inside in pairs(some) do
        collection:removeAllPhotos()
        collection:addPhotos(inside)
      end
    end, run)
  end
  local done, problem = order(orders)
  if done or problem.canceled or problem.code == "catalog.busy" then return done, problem end
  for collection, inside in pairs(orders) do
    done, problem = order { [collection] = inside }
    if not done and (problem.canceled or problem.code == "catalog.busy") then return nil, problem end
  end
  return true
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
  end, run)
  if not done then
    run.collections:forget()
    return nil, problem
  end
  run.collections:keep()
  for index, task in ipairs(tasks) do
    if run.canceled() then return nil, Protocol.canceled() end
    local answer = { kind = "album", uuid = task.uuid, outcome = "done" }
    if collections[index] and task.kind ~= "smart" then
      local ok, order = sdk.Tasks.pcall(order_of, collections[index], task.uuid)
      if ok then orders[collections[index]] = order end
      -- It has just been made or found: if the user deletes it now, it is not made again.
      if not ok then Log.trouble("the album " .. task.name .. " cannot be put in order: " .. tostring(order)) end
    elseif not collections[index] then
      answer.outcome = "failed"
      answer.why = LOC("$$$/Couloir/Import/CollectionsRefused=Lightroom made no collection ^1.", task.name)
      run.outcomes:add(task.name, "failed", answer.why)
    end
    results[#results + 1] = answer
  end
  return put_in_order(run, orders)
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
  end, run)
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

local function whole(run, batch)
  local results = Json.array {}
  for _, part in ipairs { { photos, batch.photos }, { albums, batch.albums }, { keywords, batch.keywords } } do
    local work, tasks = unpack(part)
    local done, problem = work(run, tasks, results)
    if not done then return nil, problem end
  end
  return results
end

-- The results, or nil and a problem, including a fault of the plug-in itself.
local function attempt(run, batch)
  local told = run.outcomes:mark()
  local ok, results, problem = sdk.Tasks.pcall(whole, run, batch)
  if ok and results then return results end
  run.outcomes:forget(told)
  run.keywords:forget()
  run.collections:forget()
  if ok then return nil, problem end
  if sdk.Errors.isCanceledError(results) then return nil, Protocol.canceled() end
  return nil, Protocol.fault(results)
end

local function ends_the_run(problem) return problem.canceled or problem.code == "catalog.busy" end

-- The answer for a task that stops even a batch of its own.
local function given_up(run, kind, task, problem)
  local name = task.name or ""
  if name == "" then name = type(task.path) == "table" and table.concat(task.path, " > ") or sdk.PathUtils.leafName(task.path or "") end
  run.outcomes:add(name, "failed", problem.message)
  local given = { { kind = kind, uuid = task.uuid, outcome = "failed", why = short(problem.message) } }
  -- The photo itself is there already, and only its copies were to be made.
  if task.known then
    given = {}
    for index, copy in ipairs(task.copies) do
      given[index] = { kind = kind, uuid = copy.uuid, outcome = "failed", why = short(problem.message) }
    end
  end
  return given
end

local function one_by_one(run, batch, reason)
  local results, done, tried = Json.array {}, 0, 0
  for _, list in ipairs { "photos", "albums", "keywords" } do
    for _, task in ipairs(batch[list]) do
      local single = { photos = {}, albums = {}, keywords = {} }
      single[list] = { task }
      local answers, problem = attempt(run, single)
      if not answers and ends_the_run(problem) then return nil, problem end
      local kind = list == "photos" and (task.kind or "version") or list:sub(1, -2)
      tried = tried + 1
      if answers then done = done + 1 else answers = given_up(run, kind, task, problem) end
      for _, answer in ipairs(answers) do results[#results + 1] = answer end
    end
  end
  -- A problem that stops every one of several tasks is not caused by them.
  if done == 0 and tried > 1 then return nil, reason end
  return results
end

--- Does a batch as a whole; if that fails, item by item, so that only the items concerned fail.
-- @tparam table run
-- @tparam table batch as the service sent it
-- @treturn table the results, for the service; or nil and a problem, and then the same batch comes again
function Batch.work(run, batch)
  local results, problem = attempt(run, batch)
  if results or ends_the_run(problem) then return results, problem end
  Log.trouble("a batch is done one by one: " .. problem.message)
  return one_by_one(run, batch, problem)
end

return Batch
