--- The part of a dialog that asks of which photos the looks are matched, with how many these are and how long it takes.
local sdk = require "Sdk"
local Estimate = require "Estimate"
local Plural = require "Plural"

local MatchScopes = {}

local NONE = { photos = 0, edited = 0, rendered = 0, matched = 0, sampled = 0 }

local function sum(a, b)
  local both = {}
  for name in pairs(NONE) do both[name] = a[name] + b[name] end
  return both
end

--- The photos of several projects or albums together. Pure.
-- @tparam table parts of the library's tree, each with its `tally`
-- @tparam table uuids those that count
-- @treturn table a tally: `every` photo, and those `rated` three stars and more
function MatchScopes.together(parts, uuids)
  local wanted, found = {}, { every = NONE, rated = NONE }
  for _, uuid in ipairs(uuids) do wanted[uuid] = true end
  for _, part in ipairs(parts) do
    if wanted[part.uuid] then
      found = { every = sum(found.every, part.tally.every), rated = sum(found.rated, part.tally.rated) }
    end
  end
  return found
end

--- The photos that an import brings. Pure.
-- @tparam table tree of the library
-- @tparam string scope "all", "projects" or "albums"
-- @tparam table uuids of the projects or albums
function MatchScopes.of_import(tree, scope, uuids)
  if scope == "all" then return tree.tally end
  return MatchScopes.together(scope == "projects" and tree.folders or tree.albums, uuids)
end

--- The photos of each choice. Pure.
-- @tparam table tally
-- @tparam table tree
-- @tparam table project the chosen project's uuid, in an array
-- @treturn table by scope: `photos`, `edited`, `rendered`, `matched`, `sampled`
function MatchScopes.counts(tally, tree, project)
  local edited, matched = tally.every.edited, tally.every.matched
  return {
    all = tally.every, rated = tally.rated,
    edited = { photos = edited, edited = edited, rendered = matched, matched = matched, sampled = 0 },
    project = MatchScopes.together(tree.folders, project).every,
  }
end

local TITLES = {
  all = function(photos, time) return LOC("$$$/Couloir/Scope/All=All: ^1, at least ^2", photos, time) end,
  edited = function(photos, time) return LOC("$$$/Couloir/Scope/Edited=Edited in Aperture: ^1, at least ^2", photos, time) end,
  rated = function(photos, time) return LOC("$$$/Couloir/Scope/Rated=Three stars and more: ^1, at least ^2", photos, time) end,
  project = function(photos, time) return LOC("$$$/Couloir/Scope/Project=This project: ^1, at least ^2", photos, time) end,
}

--- The text of a choice. Pure.
function MatchScopes.title(scope, counted)
  return TITLES[scope](Plural.of("photo", counted.photos), Estimate.words(Estimate.of_match(counted)))
end

--- Sets the dialog's properties `match_scope` and `match_project` to the user's last choice.
function MatchScopes.load(properties)
  local last = sdk.prefs().match_scope
  properties.match_scope = (last == "all" or last == "rated") and last or "edited"
  properties.match_project = {}
end

--- Stores the user's choice.
function MatchScopes.save(properties) sdk.prefs().match_scope = properties.match_scope end

--- @tparam table f the view factory
-- @tparam table properties of the dialog
-- @tparam table tally of the photos that are imported
-- @tparam table tree of the library
-- @treturn table an array of rows
function MatchScopes.rows(f, properties, tally, tree)
  local bind = sdk.View.bind
  local matches = sdk.Binding.keyEquals("match", true, properties)
  local function choice(scope, title)
    return f:radio_button { title = title, value = bind "match_scope", checked_value = scope, enabled = matches }
  end
  local function counted(scope) return MatchScopes.title(scope, MatchScopes.counts(tally, tree, {})[scope]) end
  local projects = {}
  for _, folder in ipairs(tree.folders) do
    if folder.kind == "project" then projects[#projects + 1] = { title = folder.name, value = folder.uuid } end
  end
  local of_project = bind {
    key = "match_project",
    transform = function(project)
      if #(project or {}) == 0 then return LOC "$$$/Couloir/Scope/ThisProject=This project:" end
      return MatchScopes.title("project", MatchScopes.counts(tally, tree, project or {}).project)
    end,
  }
  return {
    choice("all", counted "all"), choice("edited", counted "edited"), choice("rated", counted "rated"),
    choice("project", of_project),
    f:simple_list {
      items = projects, value = bind "match_project", allows_multiple_selection = false, width = 400, height = 76,
      enabled = sdk.Binding.keyEquals("match_scope", "project", properties),
    },
  }
end

--- What is wrong with the choice, as a text; nil when nothing is.
function MatchScopes.complaint(properties)
  if properties.match and properties.match_scope == "project" and #(properties.match_project or {}) == 0 then
    return LOC "$$$/Couloir/Scope/NoProject=Choose the project whose looks are to be matched, or another part."
  end
end

--- The choice in the service's terms. Pure.
-- @treturn string the scope; then the project's uuid, nil for other scopes
function MatchScopes.chosen(properties)
  local scope = properties.match_scope
  return scope, scope == "project" and properties.match_project[1] or nil
end

return MatchScopes
