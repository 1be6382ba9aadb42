--- Estimates times: beforehand from published measurements of Lightroom's calls; during a run from its
-- speed. Pure.
local Plural = require "Plural"

local Estimate = {}

--- Seconds on a real Lightroom (LrC_Autonomous_Gateway's measurements): a photo gets its settings, and they are read back;
-- a virtual copy is made; a rendering is drawn.
Estimate.PHOTO, Estimate.COPY, Estimate.RENDERING = 0.045 + 0.31, 1.0, 2.6
--- Renderings that a matched photo needs, in the middle of two to five.
Estimate.RENDERINGS = 3.5

--- Takes the durations of this computer, from the service; the published ones above hold without it.
-- @tparam[opt] table durations
function Estimate.refine(durations)
  if type(durations) ~= "table" then return end
  Estimate.PHOTO, Estimate.COPY = durations.apply + durations.read_back, durations.copy
  Estimate.RENDERING, Estimate.RENDERINGS = durations.rendering, durations.renderings
end

local COPIES = "version.extra"

--- @tparam number photos to import, without virtual copies
-- @treturn number seconds at least
function Estimate.of_import(photos) return photos * Estimate.PHOTO end

--- @tparam table counted `rendered` photos, how many of them are `matched`: the others are rendered once
-- @treturn number seconds at least
function Estimate.of_match(counted)
  local once = counted.rendered - counted.matched
  return (counted.matched * Estimate.RENDERINGS + once) * (Estimate.RENDERING + Estimate.PHOTO)
end

--- @tparam table outlook reasons with `kind`, `state`, `code`, `count`, as the service gives them for a plan
-- @treturn number seconds at least
function Estimate.of_plan(outlook)
  local seconds = 0
  for _, row in ipairs(outlook) do
    if row.kind == "version" and (row.state == "done" or row.state == "waiting") then
      seconds = seconds + (Estimate.PHOTO + (row.code == COPIES and Estimate.COPY or 0)) * row.count
    end
  end
  return seconds
end

--- @tparam number seconds
-- @treturn string in minutes, from two hours on in hours
function Estimate.words(seconds)
  local minutes = math.max(1, math.ceil(seconds / 60))
  if minutes < 120 then return Plural.of("minute", minutes) end
  return Plural.of("hour", math.floor(minutes / 60 + 0.5))
end

local Pace = {}
Pace.__index = Pace

--- Measures the speed of a run.
-- @tparam function now gives the time in seconds
function Estimate.pace(now) return setmetatable({ now = now }, Pace) end

--- The remaining time, from the time since the first call.
-- @tparam number done so far
-- @tparam number open
-- @treturn string as text; nil while it is not known
function Pace:left(done, open)
  local now = self.now()
  self.began, self.first = self.began or now, self.first or done
  local elapsed, here = now - self.began, done - self.first
  if here <= 0 or open <= 0 or elapsed <= 0 then return nil end
  return Estimate.words(elapsed / here * open)
end

return Estimate
