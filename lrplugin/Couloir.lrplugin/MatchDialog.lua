--- The second step of an import's options: camera profiles, and of which photos the looks are matched, with the time.
local sdk = require "Sdk"
local Estimate = require "Estimate"
local LookOptions = require "LookOptions"
local MatchScopes = require "MatchScopes"
local Plural = require "Plural"
local ProfileOptions = require "ProfileOptions"

local MatchDialog = {}

--- @tparam table f the view factory
-- @tparam table properties of the options
-- @tparam table library `name`, `tree` and `profiles`
-- @tparam table tally of the photos that are imported
-- @treturn string "ok", "back" or "cancel"
function MatchDialog.ask(f, properties, library, tally)
  local photos = tally.every.photos
  local time = LOC(
    "$$$/Couloir/Looks/Import=Importing ^1 takes Lightroom at least ^2.", Plural.of("photo", photos),
    Estimate.words(Estimate.of_import(photos))
  )
  local column = { bind_to_object = properties, spacing = f:control_spacing(), f:static_text { title = time } }
  column[#column + 1] = ProfileOptions.rows(f, library.profiles)
  column[#column + 1] = LookOptions.rows(f, properties, MatchScopes.rows(f, properties, tally, library.tree))
  while true do
    local result = sdk.Dialogs.presentModalDialog {
      title = LOC("$$$/Couloir/Looks/Step=Looks and time: ^1", library.name), contents = f:column(column),
      actionVerb = LOC "$$$/Couloir/Button/Continue=Continue", otherVerb = LOC "$$$/Couloir/Button/Back=Back",
    }
    if result == "other" then return "back" end
    local wrong = result == "ok" and MatchScopes.complaint(properties)
    if not wrong then return result end
    sdk.Dialogs.message(wrong, "", "info")
  end
end

return MatchDialog
