--- The part of a dialog that asks whether looks are to be matched, and how far.
local sdk = require "Sdk"

local LookOptions = {}

--- Sets the dialog's properties `match` and `finish` to the user's last choice.
function LookOptions.load(properties)
  local prefs = sdk.prefs()
  properties.match = prefs.match == true
  properties.finish = prefs.finish == "look" and "look" or "sliders"
end

--- Stores the user's choice.
function LookOptions.save(properties)
  local prefs = sdk.prefs()
  prefs.match, prefs.finish = properties.match, properties.finish
end

--- How far looks are to be matched: "leave", "sliders" or "look".
function LookOptions.chosen(properties) return properties.match and properties.finish or "leave" end

--- @tparam table f the view factory
-- @tparam table properties of the dialog
-- @return a group of controls
function LookOptions.rows(f, properties)
  local bind = sdk.View.bind
  local function choice(finish, title)
    return f:radio_button {
      title = title, value = bind "finish", checked_value = finish,
      enabled = sdk.Binding.keyEquals("match", true, properties),
    }
  end
  return f:group_box {
    title = LOC "$$$/Couloir/Looks/Title=Looks", fill_horizontal = 1,
    f:checkbox {
      title = LOC "$$$/Couloir/Looks/Match=Match looks afterwards with Aperture's previews (about 10 seconds a photo)",
      value = bind "match",
    },
    choice("sliders", LOC "$$$/Couloir/Looks/Sliders=Few sliders, easy to work on with"),
    choice("look", LOC "$$$/Couloir/Looks/Look=The closest look, with point curves where they help"),
  }
end

return LookOptions
