--- Asks for an Aperture library: one that was found, or another.
local sdk = require "Sdk"
local Libraries = require "Libraries"

local LibraryDialog = {}

local OTHER = "other"

--- @tparam table known the service's summaries
-- @treturn string the path of a library; nil when the user cancels
function LibraryDialog.choose(known)
  if #known == 0 then return Libraries.ask() end
  local chosen = sdk.FunctionContext.callWithContext("Couloir library", function(context)
    local f, properties = sdk.View.osFactory(), sdk.Binding.makePropertyTable(context)
    properties.path = known[1].path
    local rows = { spacing = f:label_spacing() }
    for index, library in ipairs(known) do
      local title = library.name .. "   " .. library.path
      rows[index] = f:radio_button { title = title, value = sdk.View.bind "path", checked_value = library.path }
    end
    rows[#rows + 1] = f:radio_button {
      title = LOC "$$$/Couloir/Library/Other=Another library...", value = sdk.View.bind "path", checked_value = OTHER,
    }
    local result = sdk.Dialogs.presentModalDialog {
      title = LOC "$$$/Couloir/Library/Which=Import from which Aperture library?",
      contents = f:column {
        bind_to_object = properties,
        f:scrolled_view { width = 620, height = 180, horizontal_scroller = true, f:column(rows) },
      },
      actionVerb = LOC "$$$/Couloir/Button/Continue=Continue",
    }
    return result == "ok" and properties.path or nil
  end)
  if chosen == OTHER then return Libraries.ask() end
  return chosen
end

return LibraryDialog
