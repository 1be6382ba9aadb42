--- The part of a dialog that asks whether looks are to be matched, how far, and until when.
local sdk = require "Sdk"
local StopTime = require "StopTime"

local LookOptions = {}

local MORNING = 7

--- Sets the dialog's properties `match`, `finish`, `stop` and `stop_hour` to the user's last choice.
function LookOptions.load(properties)
  local prefs = sdk.prefs()
  properties.match = prefs.match == true
  properties.finish = prefs.finish == "look" and "look" or "sliders"
  properties.stop, properties.stop_hour = prefs.stop == true, prefs.stop_hour or MORNING
end

--- Stores the user's choice of when to stop.
function LookOptions.save_stop(properties)
  local prefs = sdk.prefs()
  prefs.stop, prefs.stop_hour = properties.stop, properties.stop_hour
end

--- Stores the user's choice.
function LookOptions.save(properties)
  local prefs = sdk.prefs()
  prefs.match, prefs.finish = properties.match, properties.finish
  LookOptions.save_stop(properties)
end

--- How far looks are to be matched: "leave", "sliders" or "look".
function LookOptions.chosen(properties) return properties.match and properties.finish or "leave" end

--- When matching that begins now is to stop by itself, by the stored choice.
-- @treturn table as StopTime gives it; nil when it is not to stop
function LookOptions.stop_time()
  local prefs = sdk.prefs()
  return prefs.stop and StopTime.next(prefs.stop_hour or MORNING) or nil
end

--- The row that asks whether matching is to stop at an hour.
-- @tparam table f the view factory
-- @tparam[opt] table enabled a binding
function LookOptions.stop_row(f, enabled)
  local hours = {}
  for hour = 0, 23 do hours[hour + 1] = { title = StopTime.words(hour), value = hour } end
  return f:row {
    f:checkbox {
      title = LOC "$$$/Couloir/Looks/Stop=Stop by itself at", value = sdk.View.bind "stop", enabled = enabled,
    },
    f:popup_menu { items = hours, value = sdk.View.bind "stop_hour", width_in_chars = 6, enabled = enabled },
    f:static_text { title = LOC "$$$/Couloir/Looks/Stop/Then=and go on with the rest another time" },
  }
end

--- @tparam table f the view factory
-- @tparam table properties of the dialog
-- @tparam[opt] table which rows that ask which photos are matched
-- @return a group of controls
function LookOptions.rows(f, properties, which)
  local bind = sdk.View.bind
  local matches = sdk.Binding.keyEquals("match", true, properties)
  local function choice(finish, title)
    return f:radio_button { title = title, value = bind "finish", checked_value = finish, enabled = matches }
  end
  local group = {
    title = LOC "$$$/Couloir/Looks/Title=Looks", fill_horizontal = 1,
    f:checkbox {
      title = LOC "$$$/Couloir/Looks/Match=Match looks afterwards with Aperture's previews (about 10 seconds an edited photo)",
      value = bind "match",
    },
  }
  for _, row in ipairs(which or {}) do group[#group + 1] = row end
  if which then group[#group + 1] = f:separator { fill_horizontal = 1 } end
  group[#group + 1] = choice("sliders", LOC "$$$/Couloir/Looks/Sliders=Few sliders, easy to work on with")
  group[#group + 1] = choice("look", LOC "$$$/Couloir/Looks/Look=The closest look, with point curves where they help")
  group[#group + 1] = LookOptions.stop_row(f, matches)
  return f:group_box(group)
end

return LookOptions
