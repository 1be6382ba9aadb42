--- Asks which Aperture version a photo is, when several fit.
local sdk = require "Sdk"
local Json = require "Json"

local Candidates = {}

local function described(candidate)
  local size = ""
  if Json.known(candidate.width) and Json.known(candidate.height) then
    size = string.format(", %d × %d", candidate.width, candidate.height)
  end
  local edited = candidate.adjusted and LOC "$$$/Couloir/Candidate/Adjusted=, adjusted" or ""
  return LOC(
    "$$$/Couloir/Candidate/Line=^1, version ^2 (^3^4^5)", candidate.name, candidate.copy,
    Json.known(candidate.captured) or candidate.file_name, size, edited
  )
end

--- @tparam string name of the photo in Lightroom
-- @tparam string why several fit
-- @tparam table candidates as the service gives them
-- @treturn table the chosen one; or nil and "skip" (this photo) or "skip all"
function Candidates.choose(name, why, candidates)
  return sdk.FunctionContext.callWithContext("Couloir candidates", function(context)
    local f, properties = sdk.View.osFactory(), sdk.Binding.makePropertyTable(context)
    properties.chosen = 1
    local rows = { spacing = f:label_spacing() }
    for index, candidate in ipairs(candidates) do
      rows[index] = f:radio_button { title = described(candidate), value = sdk.View.bind "chosen", checked_value = index }
    end
    local result = sdk.Dialogs.presentModalDialog {
      title = LOC "$$$/Couloir/Candidate/Title=Which version is it?",
      contents = f:column {
        bind_to_object = properties, spacing = f:control_spacing(),
        f:static_text { title = LOC("$$$/Couloir/Candidate/Of=Aperture has several versions of ^1.", name) },
        f:static_text { title = why },
        f:scrolled_view { width = 560, height = 220, horizontal_scroller = false, f:column(rows) },
      },
      actionVerb = LOC "$$$/Couloir/Candidate/Use=Use this version",
      cancelVerb = LOC "$$$/Couloir/Candidate/Skip=Skip this photo",
      otherVerb = LOC "$$$/Couloir/Candidate/SkipAll=Skip all like it",
    }
    if result == "ok" then return candidates[properties.chosen] end
    return nil, result == "other" and "skip all" or "skip"
  end)
end

return Candidates
