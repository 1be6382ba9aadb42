--- Asks which part of a library to import, and where its originals go.
local sdk = require "Sdk"
local AutoWrite = require "AutoWrite"
local LookOptions = require "LookOptions"
local Plural = require "Plural"
local ProfileOptions = require "ProfileOptions"

local OptionsDialog = {}

--- The figures of a library, a line each. Pure.
-- @tparam table figures as the service counts them
-- @treturn table an array of texts
function OptionsDialog.lines(figures)
  local counts, photos = figures.counts, figures.photos or {}
  local lines = {
    LOC("$$$/Couloir/Options/Counts=^1, ^2, ^3, ^4",
      Plural.of("photo", counts.browsable), Plural.of("project", counts.projects), Plural.of("album", counts.albums),
      Plural.of("keyword", counts.keywords)),
    LOC("$$$/Couloir/Options/Fidelity=Looks: ^1 exactly, ^2 approximately, ^3 with an adjustment that Lightroom does not have",
      photos.exact or 0, photos.approximate or 0, photos.dropped or 0),
  }
  local listed = figures.listed or {}
  local missing, offline = listed.missing_originals or 0, listed.offline_originals or 0
  if missing + offline > 0 then
    lines[#lines + 1] = LOC(
      "$$$/Couloir/Options/Missing=Originals that are missing: ^1; on disks that are not connected: ^2", missing, offline
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
  return {
    scope = properties.scope, uuids = properties.scope ~= "all" and properties[properties.scope] or {},
    originals = properties.originals, destination = properties.destination,
    project_collections = properties.project_collections, face_keywords = properties.face_keywords,
    trash = properties.trash, hidden = properties.hidden,
    looks = LookOptions.chosen(properties), profiles = properties.profiles,
  }
end

--- @tparam string name of the library
-- @tparam table figures of the library
-- @tparam table tree its projects and albums
-- @tparam table profiles that were learnt for its cameras
-- @tparam string destination the proposed folder
-- @treturn table the service's request for an import, without the library; nil when cancelled
function OptionsDialog.ask(name, figures, tree, profiles, destination)
  return sdk.FunctionContext.callWithContext("Couloir options", function(context)
    local f, properties = sdk.View.osFactory(), sdk.Binding.makePropertyTable(context)
    properties.scope, properties.projects, properties.albums = "all", {}, {}
    properties.originals, properties.destination = "clone", destination
    properties.project_collections, properties.face_keywords = true, true
    properties.trash, properties.hidden = false, false
    LookOptions.load(properties)
    ProfileOptions.load(properties, profiles)
    local column = { bind_to_object = properties, spacing = f:control_spacing() }
    for _, line in ipairs(OptionsDialog.lines(figures)) do column[#column + 1] = f:static_text { title = line } end
    column[#column + 1] = scope_rows(f, properties, tree)
    column[#column + 1] = originals_rows(f, properties)
    column[#column + 1] = ProfileOptions.rows(f, profiles)
    column[#column + 1] = LookOptions.rows(f, properties)
    local contents = f:column(column)
    while true do
      local result = sdk.Dialogs.presentModalDialog {
        title = LOC("$$$/Couloir/Options/Title=Import from Aperture: ^1", name), contents = contents,
        actionVerb = LOC "$$$/Couloir/Button/Continue=Continue",
      }
      if result ~= "ok" then return nil end
      local wrong = complaint(properties)
      if wrong then
        sdk.Dialogs.message(wrong, "", "info")
      elseif properties.originals ~= "reference" or AutoWrite.ask() then
        LookOptions.save(properties)
        ProfileOptions.save(properties, profiles)
        return choice_of(properties)
      end
    end
  end)
end

return OptionsDialog
