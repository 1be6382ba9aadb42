--- Takes over an import from the service, batch by batch, until nothing is left or the user stops.
local sdk = require "Sdk"
local AutoWrite = require "AutoWrite"
local Batch = require "Batch"
local Collections = require "Collections"
local Copies = require "Copies"
local Estimate = require "Estimate"
local Fields = require "Fields"
local Gate = require "Gate"
local Jobs = require "Jobs"
local Keywords = require "Keywords"
local Outcomes = require "Outcomes"
local Progress = require "Progress"
local Plural = require "Plural"
local Protocol = require "Protocol"

local Handover = {}

local function path_of(import, rest) return "/v1/imports/" .. import.id .. rest end

local keys = 0

--- A key by which a repeated request counts once.
function Handover.key(what)
  keys = keys + 1
  return string.format("%s-%.3f-%d", what, sdk.Date.currentTime(), keys)
end

-- Brings the originals, and continues where an earlier attempt stopped.
local function bring_originals(client, import, scope)
  local canceled = Progress.canceled(scope)
  if import.state == "paused" then
    local resumed, problem = client:post(path_of(import, "/resume"), {}, { canceled = canceled, has = "state" })
    if not resumed then return nil, problem end
    import.state = resumed.state
  end
  if import.state == "handover" or import.state == "done" then return true end
  local start = { key = Handover.key("start"), canceled = canceled, has = "id" }
  local job, problem = client:post(path_of(import, "/start"), {}, start)
  if not job then return nil, problem end
  return Jobs.wait(client, job.id, scope, path_of(import, "/pause"))
end

local function show(run, scope, photos)
  local done = photos.total - photos.open
  run.caption = LOC("$$$/Couloir/Import/Caption=^1 of ^2", Plural.number(done), Plural.of("photo", photos.total))
  local left = run.pace:left(done, photos.open)
  if left then run.caption = LOC("$$$/Couloir/Estimate/Caption=^1; ^2 left", run.caption, left) end
  scope:setCaption(run.caption)
  if photos.total > 0 then scope:setPortionComplete(done, photos.total) end
  run.photos = photos
end

local function next_batch(run, import, watch)
  local wanted = { photos = watch:most(Gate.ITEMS), catalog = run.catalog }
  return run.client:post(path_of(import, "/batches"), wanted, { canceled = run.canceled, has = "photos" })
end

local function in_batches(run, import, scope)
  local watch = AutoWrite.watch(import.originals, run.canceled)
  while true do
    if run.canceled() then return nil, Protocol.canceled() end
    local batch, problem = next_batch(run, import, watch)
    if not batch then return nil, problem end
    if batch.done then return true end
    watch:note(batch.photos)
    local results
    results, problem = Batch.work(run, batch)
    if not results then return nil, problem end
    -- Results are sent even when the user has just cancelled.
    local path = path_of(import, string.format("/batches/%.0f/results", batch.number))
    local receipt
    receipt, problem = run.client:post(path, { results = results }, {
      key = Handover.key("results"), canceled = Progress.canceled_for_good(run.canceled), has = "photos",
    })
    if not receipt then return nil, problem end
    show(run, scope, receipt.photos)
    local untouched
    untouched, problem = watch:check()
    if not untouched then return nil, problem end
    sdk.Tasks.yield()
  end
end

local function new_run(client, import, here, scope)
  local run = {
    client = client, catalog = here, scope = scope, pace = Estimate.pace(sdk.Date.currentTime),
    library = import.library, outcomes = Outcomes.new(), stacks = {}, undone = {}, now = Fields.now(),
    keywords = Keywords.new(), collections = Collections.new(), canceled = Progress.canceled(scope),
  }
  -- The selection is changed only when virtual copies must be made.
  function run.borrow_selection() run.remembered = run.remembered or Copies.remember() end
  return run
end

--- Does the rest of an import.
-- @tparam table client
-- @tparam table import the service's view of it
-- @tparam table here the catalog that it goes into
-- @treturn boolean true when nothing is left, else nil; then the outcomes of this run, if it got so far; then a problem
function Handover.run(client, import, here)
  local run
  local done, problem = Progress.with(LOC "$$$/Couloir/Import/Progress=Importing from Aperture", function(scope)
    local ready, why = bring_originals(client, import, scope)
    if not ready then return nil, why end
    run = new_run(client, import, here, scope)
    Copies.restore_filter()
    local ok, result, trouble = sdk.Tasks.pcall(in_batches, run, import, scope)
    if run.remembered then Copies.restore(run.remembered) end
    if ok then return result, trouble end
    -- Finished work is always reported.
    if sdk.Errors.isCanceledError(result) then return nil, Protocol.canceled() end
    return nil, Protocol.fault(result)
  end)
  return done, run and run.outcomes, problem
end

return Handover
