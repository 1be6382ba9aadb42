--- A window in which the user chooses one of several.
local sdk = require "Sdk"

local Choice = {}

--- @tparam table of `question` (the window's title), `answers` (an array of `title` and `value`; the first is chosen at
-- first), `texts` (an array of sentences above them), `width`, `height`, `is_wide` (titles may be wider than that), and
-- the buttons `actionVerb`, `cancelVerb`, `otherVerb` as presentModalDialog takes them
-- @treturn string what presentModalDialog returns, and the value of the chosen answer
function Choice.ask(of)
  return sdk.FunctionContext.callWithContext("Couloir choice", function(context)
    local f, properties = sdk.View.osFactory(), sdk.Binding.makePropertyTable(context)
    properties.chosen = of.answers[1].value
    local rows = { spacing = f:label_spacing() }
    for index, answer in ipairs(of.answers) do
      rows[index] = f:radio_button {
        title = answer.title, value = sdk.View.bind "chosen", checked_value = answer.value,
      }
    end
    local contents = { bind_to_object = properties, spacing = f:control_spacing() }
    for index, text in ipairs(of.texts or {}) do contents[index] = f:static_text { title = text } end
    contents[#contents + 1] = f:scrolled_view {
      width = of.width, height = of.height, horizontal_scroller = of.is_wide or false, f:column(rows),
    }
    local result = sdk.Dialogs.presentModalDialog {
      title = of.question, contents = f:column(contents),
      actionVerb = of.actionVerb, cancelVerb = of.cancelVerb, otherVerb = of.otherVerb,
    }
    return result, properties.chosen
  end)
end

return Choice
