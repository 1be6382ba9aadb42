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

return Progress
