--- When a run stops by itself: the next time that the computer's clock shows an hour.
local sdk = require "Sdk"

local StopTime = {}

local FORM, DAY = "%Y-%m-%d %H", 86400

local function text_of(seconds) return sdk.Date.timeToUserFormat(seconds, FORM) end

--- The next time that the clock shows an hour, as a text of date and hour, which can be compared. Pure.
-- @tparam string now "YYYY-MM-DD HH"
-- @tparam string tomorrow a day later
-- @tparam number hour from 0 to 23
function StopTime.after(now, tomorrow, hour)
  local today = string.format("%s %02d", now:sub(1, 10), hour)
  return today > now and today or string.format("%s %02d", tomorrow:sub(1, 10), hour)
end

--- The next time that the clock shows an hour.
-- @tparam number hour
-- @treturn table `text`, and `hour` as people read it
function StopTime.next(hour)
  local now = sdk.Date.currentTime()
  return { text = StopTime.after(text_of(now), text_of(now + DAY), hour), hour = StopTime.words(hour) }
end

--- An hour as people read it. Pure.
function StopTime.words(hour) return string.format("%d:00", hour) end

--- Whether that time has come.
-- @tparam[opt] table at from `next`
function StopTime.has_come(at) return at ~= nil and text_of(sdk.Date.currentTime()) >= at.text end

return StopTime
