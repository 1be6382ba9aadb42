--- Asks which part of a library to import, and where its originals go; then, in a second step, about looks.
local sdk = require "Sdk"
local AutoWrite = require "AutoWrite"
local LookOptions = require "LookOptions"
local MatchDialog = require "MatchDialog"
local MatchScopes = require "MatchScopes"
local Plural = require "Plural"
local ProfileOptions = require "ProfileOptions"

local OptionsDialog = {}

--- The figures of a library, a line each. Pure.
-- @tparam table figures as the service counts them
-- @treturn table an array of texts
function OptionsDialog.lines(figures)
  local counts, photos = figures.counts, figures.photos or {}
  local exact, approximate, lost = photos.exact or 0, photos.approximate or 0, photos.lost or photos.dropped or 0
  local taken = photos["taken from the preview"] or 0 -- 0 as long as no preview was read
  local lines = {
    LOC("$$$/Couloir/Options/Counts=^1, ^2, ^3, ^4",
      Plural.of("photo", exact + approximate + taken + lost), Plural.of("project", counts.projects), Plural.of("album", counts.albums),
      Plural.of("keyword", counts.keywords)),
    LOC("$$$/Couloir/Options/Fidelity=Looks: ^1 exactly, ^2 approximately, ^3 with an adjustment that no formula carries",
      Plural.number(exact), Plural.number(approximate + taken), Plural.number(lost)),
  }
  local unseen = 0
  for _, reason in ipairs(figures.left_out or {}) do unseen = unseen + reason.count end
  if unseen > 0 then
    lines[#lines + 1] = LOC("$$$/Couloir/Options/Unseen=Besides: ^1 in the trash, or hidden in Aperture", Plural.of("photo", unseen))
  end
  local listed = figures.listed or {}
  local missing, offline = listed.missing_originals or 0, listed.offline_originals or 0
  if missing + offline > 0 then
    lines[#lines + 1] = LOC(
      "$$$/Couloir/Options/Missing=Originals that are missing: ^1; on disks that are not connected: ^2",
      Plural.number(missing), Plural.number(offline)
    )
  end
  return lines
end

local function items(list, wanted)
  local found = {}
  for _, each in ipairs(list) do
    if wanted(each) then found[#found + 1] = { title = each.name, value = each.uuid } end
  end
  return found
end

local function scope_rows(f, properties, tree)
  local bind = sdk.View.bind
  local projects = items(tree.folders, function(folder) return folder.kind == "project" end)
  local albums = items(tree.albums, function(album) return album.kind == "user" end)
  local function list(scope, key, content)
    return f:simple_list {
      items = content, value = bind(key), allows_multiple_selection = true, width = 300, height = 120,
      enabled = sdk.Binding.keyEquals("scope", scope, properties),
    }
  end
  local function choice(scope, title)
    return f:radio_button { title = title, value = bind "scope", checked_value = scope }
  end
  return f:group_box {
    title = LOC "$$$/Couloir/Options/What=What", fill_horizontal = 1,
    choice("all", LOC "$$$/Couloir/Options/All=Everything"),
    f:row {
      f:column { choice("projects", LOC "$$$/Couloir/Options/Projects=These projects:"), list("projects", "projects", projects) },
      f:column { choice("albums", LOC "$$$/Couloir/Options/Albums=These albums:"), list("albums", "albums", albums) },
    },
    f:checkbox {
      title = LOC "$$$/Couloir/Options/ProjectCollections=A collection for each project",
      value = bind "project_collections",
    },
    f:checkbox { title = LOC "$$$/Couloir/Options/Faces=Names of persons as keywords", value = bind "face_keywords" },
    f:checkbox {
      title = LOC "$$$/Couloir/Options/Trash=Photos in Aperture's trash, too, into a collection of their own",
      value = bind "trash",
    },
    f:checkbox {
      title = LOC "$$$/Couloir/Options/Hidden=Photos that Aperture does not show, too, into a collection of their own",
      value = bind "hidden",
    },
  }
end

local function choose_folder(properties)
  sdk.Tasks.startAsyncTask(function()
    local chosen = sdk.Dialogs.runOpenPanel {
      title = LOC "$$$/Couloir/Options/Folder/Choose=Where should the originals go?",
      prompt = LOC "$$$/Couloir/Library/Choose/Button=Choose",
      canChooseFiles = false, canChooseDirectories = true, canCreateDirectories = true, allowsMultipleSelection = false,
    }
    if chosen then properties.destination = chosen[1] end
  end, "Couloir destination")
end

local function originals_rows(f, properties)
  local bind = sdk.View.bind
  local function choice(mode, title)
    return f:radio_button { title = title, value = bind "originals", checked_value = mode }
  end
  return f:group_box {
    title = LOC "$$$/Couloir/Options/Originals=Originals", fill_horizontal = 1,
    choice("clone", LOC "$$$/Couloir/Options/Clone=Clone them (takes no space where the disk can; else copies)"),
    choice("copy", LOC "$$$/Couloir/Options/Copy=Copy them"),
    choice("reference", LOC "$$$/Couloir/Options/Reference=Leave them where they are; Lightroom must not write into them by itself"),
    f:row {
      f:static_text { title = LOC "$$$/Couloir/Options/Folder=Folder:" },
      f:edit_field { value = bind "destination", width_in_chars = 44 },
      f:push_button {
        title = LOC "$$$/Couloir/Settings/Choose=Choose...", action = function() choose_folder(properties) end,
      },
    },
  }
end

local function complaint(properties)
  if not sdk.PathUtils.isAbsolute(properties.destination or "") then
    return LOC "$$$/Couloir/Options/NoFolder=Choose a folder for the originals and for the journal of the import."
  end
  local chosen = properties[properties.scope]
  if properties.scope ~= "all" and #(chosen or {}) == 0 then
    return LOC "$$$/Couloir/Options/NothingChosen=Choose at least one project or album, or everything."
  end
end

local function choice_of(properties)
  local match, project = MatchScopes.chosen(properties)
  return {
    scope = properties.scope, uuids = properties.scope ~= "all" and properties[properties.scope] or {},
    originals = properties.originals, destination = properties.destination,
    project_collections = properties.project_collections, face_keywords = properties.face_keywords,
    trash = properties.trash, hidden = properties.hidden,
    looks = LookOptions.chosen(properties), match = match, match_project = project, profiles = properties.profiles,
  }
end

local function load(properties, library)
  properties.scope, properties.projects, properties.albums = "all", {}, {}
  properties.originals, properties.destination = "clone", library.destination
  properties.project_collections, properties.face_keywords = true, true
  properties.trash, properties.hidden = false, false
  LookOptions.load(properties)
  MatchScopes.load(properties)
  ProfileOptions.load(properties, library.profiles)
end

local function save(properties, library)
  LookOptions.save(properties)
  MatchScopes.save(properties)
  ProfileOptions.save(properties, library.profiles)
end

-- The first step: which part, and where to. False when cancelled.
local function ask_what(f, properties, library)
  local column = { bind_to_object = properties, spacing = f:control_spacing() }
  for _, line in ipairs(OptionsDialog.lines(library.figures)) do column[#column + 1] = f:static_text { title = line } end
  column[#column + 1] = scope_rows(f, properties, library.tree)
  column[#column + 1] = originals_rows(f, properties)
  local contents = f:column(column)
  while true do
    local result = sdk.Dialogs.presentModalDialog {
      title = LOC("$$$/Couloir/Options/Title=Import from Aperture: ^1", library.name), contents = contents,
      actionVerb = LOC "$$$/Couloir/Button/Continue=Continue",
    }
    if result ~= "ok" then return false end
    local wrong = complaint(properties)
    if wrong then
      sdk.Dialogs.message(wrong, "", "info")
    elseif properties.originals ~= "reference" or AutoWrite.ask() then
      return true
    end
  end
end

local function ask_both(f, properties, library, is_back)
  while true do
    if not is_back and not ask_what(f, properties, library) then return "cancel" end
    is_back = false
    local uuids = properties[properties.scope] or {}
    local result = MatchDialog.ask(f, properties, library, MatchScopes.of_import(library.tree, properties.scope, uuids))
    if result ~= "back" then return result end
  end
end

--- @tparam table library `name`, `figures`, `tree` (its projects and albums), `profiles` (learnt for its cameras), and
-- `destination`, the proposed folder
-- @tparam[opt] table kept what this has returned before, to go back to the second step
-- @treturn table the service's request for an import, without the library; nil when cancelled; then what to keep
function OptionsDialog.ask(library, kept)
  return sdk.FunctionContext.callWithContext("Couloir options", function(context)
    local properties = sdk.Binding.makePropertyTable(context)
    load(properties, library)
    for key, value in pairs(kept or {}) do properties[key] = value end
    if ask_both(sdk.View.osFactory(), properties, library, kept ~= nil) ~= "ok" then return nil end
    save(properties, library)
    local now = {}
    for key, value in properties:pairs() do now[key] = value end
    return choice_of(properties), now
  end)
end

return OptionsDialog
