--- Starts and watches jobs of the service, and cancels them when the user cancels.
local sdk = require "Sdk"
local Json = require "Json"
local Protocol = require "Protocol"
local Progress = require "Progress"

local Jobs = {}

--- Seconds between two requests for a job's state: short at first, then longer; the user can cancel at any time. Asking
-- after a third of the time so far finds the end of a short job soon, and sends few requests for one of an hour.
local FIRST, GROWTH, LONGEST, GLANCE = 0.25, 1.5, 5, 0.25

local PHASES = {
  reading = function() return LOC "$$$/Couloir/Phase/Reading=Reading the library" end,
  counting = function() return LOC "$$$/Couloir/Phase/Counting=Counting what is in it" end,
  planning = function() return LOC "$$$/Couloir/Phase/Planning=Making the plan" end,
  originals = function() return LOC "$$$/Couloir/Phase/Originals=Bringing the originals" end,
  disk = function() return LOC "$$$/Couloir/Phase/Disk=Looking for originals" end,
  report = function() return LOC "$$$/Couloir/Phase/Report=Comparing and drawing the photos" end,
}

local function phase_of(job)
  local phase = PHASES[job.phase]
  return phase and phase() or job.phase
end

local function show(scope, job)
  scope:setCaption(phase_of(job))
  local total = Json.known(job.total)
  if total and total > 0 then scope:setPortionComplete(job.done, total) end
end

local function failed(job)
  local found = Json.known(job.problem) or {}
  local message = found.detail or LOC "$$$/Couloir/Error/Job=Couloir's service could not finish this."
  return Protocol.problem(found.code or "job.failed", message, found.advice)
end

local function rest(seconds, canceled)
  for _ = 1, seconds / GLANCE do
    if canceled() then return end
    sdk.Tasks.sleep(GLANCE)
  end
end

--- Waits until a job has ended, and shows its progress.
-- @tparam table client
-- @tparam string id
-- @tparam table scope a progress bar
-- @tparam[opt] string on_cancel what to post to when the user cancels it; else the job is cancelled
-- @return the job's result; or nil and a problem
function Jobs.wait(client, id, scope, on_cancel)
  local canceled, pause = Progress.canceled(scope), FIRST
  while true do
    local job, problem = client:get("/v1/jobs/" .. id, { canceled = canceled, has = "state" })
    if not job then
      -- Requested once: a service that has ended has nothing to cancel.
      if problem.canceled then
        client:post(on_cancel or "/v1/jobs/" .. id .. "/cancel", {}, { canceled = Progress.canceled_for_good(canceled) })
      end
      return nil, problem
    end
    show(scope, job)
    if job.state == "done" then return Json.known(job.result) or {} end
    if job.state == "failed" then return nil, failed(job) end
    if job.state == "cancelled" then return nil, Protocol.canceled() end
    rest(pause, canceled)
    pause = math.min(pause * GROWTH, LONGEST)
  end
end

return Jobs
