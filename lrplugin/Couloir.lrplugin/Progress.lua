--- Progress bars that always go away.
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

--- A function that tells whether the user has cancelled the bar, as the protocol wants it.
function Progress.canceled(scope)
  return function() return scope:isCanceled() end
end

--- Seconds that a request may go on after the user has cancelled, when its answer is worth waiting for.
Progress.GRACE = 1

--- The same, but only true when the user has cancelled that long ago: for what should be told before all is over.
function Progress.canceled_for_good(canceled)
  local since
  return function()
    if not canceled() then return false end
    since = since or sdk.Date.currentTime()
    return sdk.Date.currentTime() - since >= Progress.GRACE
  end
end

return Progress
