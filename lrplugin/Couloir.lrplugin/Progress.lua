--- Progress bars that are always closed.
local sdk = require "Sdk"

local Progress = {}

--- Runs `work(scope)` with a bar, and closes it however the work ends.
-- @tparam string title
-- @tparam function work takes the scope; its results are handed on
-- @tparam[opt] table options `modal` blocks the rest of Lightroom
function Progress.with(title, work, options)
  return sdk.FunctionContext.callWithContext("Couloir progress", function(context)
    local scope
    if options and options.modal then
      scope = sdk.Dialogs.showModalProgressDialog { title = title, functionContext = context, cannotCancel = false }
    else
      scope = sdk.ProgressScope { title = title, functionContext = context }
    end
    return work(scope)
  end)
end

--- A function that returns whether the user has cancelled the bar, as the protocol takes it.
function Progress.canceled(scope)
  return function() return scope:isCanceled() end
end

--- Seconds that a request may continue after the user has cancelled, when its answer is needed.
Progress.GRACE = 1

--- The same, but only true this long after the user has cancelled: for requests that should still be sent.
function Progress.canceled_for_good(canceled)
  local since
  return function()
    if not canceled() then return false end
    since = since or sdk.Date.currentTime()
    return sdk.Date.currentTime() - since >= Progress.GRACE
  end
end

return Progress
