--- The part of a dialog that asks whether to use learnt camera profiles for RAW photos.
local sdk = require "Sdk"
local Looks = require "Looks"
local Plural = require "Plural"

local ProfileOptions = {}

local MOST_LINES = 4 -- more of them scroll, so that the dialog fits on a screen

--- Whether Camera Raw has all of them. Pure.
-- @tparam table profiles as the service lists them
function ProfileOptions.installed(profiles)
  for _, profile in ipairs(profiles) do
    if not profile.installed then return false end
  end
  return true
end

--- A line for each profile: its camera, the differences of held-out photos, and from how many photos it was learnt.
-- @tparam table profiles as the service lists them
-- @treturn table an array of texts
function ProfileOptions.lines(profiles)
  local lines = {}
  for index, profile in ipairs(profiles) do
    local before, after = Looks.figure(profile.before), Looks.figure(profile.after)
    if profile.installed then
      lines[index] = LOC(
        "$$$/Couloir/Profiles/Line=^1: difference from Aperture ^2 -> ^3 (learnt from ^4)",
        profile.camera, before, after, Plural.of("photo", profile.learnt_from)
      )
    else
      lines[index] = LOC(
        "$$$/Couloir/Profiles/LineMissing=^1: difference from Aperture ^2 -> ^3 (learnt from ^4; not installed)",
        profile.camera, before, after, Plural.of("photo", profile.learnt_from)
      )
    end
  end
  return lines
end

--- Sets the dialog's property `profiles`: true if they are installed, unless the user has
-- turned them off before. Without them in Camera Raw's folder Lightroom could not draw the photos that name them.
function ProfileOptions.load(properties, profiles)
  properties.profiles = #profiles > 0 and ProfileOptions.installed(profiles) and sdk.prefs().profiles ~= false
end

--- Stores the user's choice, if there was one: profiles that are off because they are not installed
-- must not stay off once they are.
function ProfileOptions.save(properties, profiles)
  if #profiles > 0 and ProfileOptions.installed(profiles) then sdk.prefs().profiles = properties.profiles end
end

--- @tparam table f the view factory
-- @tparam table profiles as the service lists them
-- @return a group of controls; nil when there are no profiles
function ProfileOptions.rows(f, profiles)
  if #profiles == 0 then return nil end
  local lines = { spacing = f:label_spacing() }
  for index, line in ipairs(ProfileOptions.lines(profiles)) do lines[index] = f:static_text { title = line } end
  local list = f:column(lines)
  if #profiles > MOST_LINES then
    list = f:scrolled_view { width = 640, height = 84, horizontal_scroller = false, list }
  end
  local note = ProfileOptions.installed(profiles)
    and LOC "$$$/Couloir/Profiles/Restart=If they were installed after Lightroom was started, restart it before importing."
    or LOC "$$$/Couloir/Profiles/Install=Not all are installed: run couloir profile install and restart Lightroom before importing with them."
  return f:group_box {
    title = LOC "$$$/Couloir/Profiles/Title=Camera profiles", fill_horizontal = 1,
    f:checkbox {
      title = LOC "$$$/Couloir/Profiles/Use=Use the camera profiles learnt from Aperture's previews under RAW photos",
      value = sdk.View.bind "profiles",
    },
    list,
    f:static_text { title = note },
  }
end

return ProfileOptions
